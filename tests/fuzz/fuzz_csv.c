/*
 * Records of a text (io/csvin.h, io/dialect.h). Every byte belongs to a record, and lines are
 * counted right; cells are those of a splitter that is written a second time here, simply; and a
 * text that is cut between two records and read in two pieces has the same records.
 *
 * Input: delimiter, cells expected, by_line, where to cut; then the text.
 */
#include "pipeline/base/arena.h"
#include "pipeline/io/csvin.h"
#include "tests/fuzz/fuzz.h"

struct kept {
    struct csvrec rec;
    struct csvin_mark begin, end;
};
struct records {
    struct kept *r;
    size_t n, cap;
};

enum { MOST = 4096 }; /* bytes of a text: some checks are quadratic */

static struct csvrec copy(const struct csvrec *rec, struct arena *a)
{
    struct csvrec out = *rec;
    struct str *field = ARENA_ARRAY(a, struct str, rec->n);
    for (size_t i = 0; i < rec->n; i++)
        field[i] = arena_str(a, rec->field[i]);
    out.field = field;
    return out;
}

static bool same(const struct csvrec *x, const struct csvrec *y)
{
    if (x->broken != y->broken || x->lines != y->lines || x->n != y->n || !str_eq(x->raw, y->raw))
        return false;
    for (size_t i = 0; i < x->n && !x->broken; i++)
        if (!str_eq(x->field[i], y->field[i]))
            return false;
    return true;
}

/* What a record's cells are by the rules alone: false when its quoting is broken. */
static bool split_simply(struct str raw, char delim, struct arena *a, struct str *cell, size_t *n)
{
    size_t at = 0;
    *n = 0;
    for (;;) {
        char *out = arena_alloc(a, raw.n + 1);
        size_t k = 0;
        if (at < raw.n && raw.p[at] == '"') {
            for (at++;; at++) {
                if (at >= raw.n)
                    return false;
                if (raw.p[at] == '"' && !(at + 1 < raw.n && raw.p[at + 1] == '"'))
                    break;
                at += raw.p[at] == '"';
                out[k++] = raw.p[at];
            }
            at++;
            if (at < raw.n && raw.p[at] != delim)
                return false;
        } else {
            while (at < raw.n && raw.p[at] != delim)
                out[k++] = raw.p[at++];
        }
        cell[(*n)++] = (struct str){out, k};
        if (at >= raw.n)
            return true;
        at++;
    }
}

static void check_cells(const struct csvrec *rec, char delim, struct arena *a)
{
    struct str *cell = ARENA_ARRAY(a, struct str, rec->raw.n + 1);
    size_t n;
    HOLDS(split_simply(rec->raw, delim, a, cell, &n));
    HOLDS(n == rec->n);
    for (size_t i = 0; i < n; i++)
        HOLDS(str_eq(cell[i], rec->field[i]));
}

/* The record lies where the reader was, and nowhere else. */
static void check_place(struct str text, const struct kept *k)
{
    const struct csvrec *rec = &k->rec;
    HOLDS(k->end.offset > k->begin.offset && k->end.offset <= text.n);
    HOLDS(rec->line == k->begin.line && rec->lines >= 1);
    HOLDS(k->end.line == k->begin.line + rec->lines);
    HOLDS(rec->raw.p >= text.p + k->begin.offset);
    HOLDS(rec->raw.p + rec->raw.n <= text.p + k->end.offset);
}

static void read_all(struct csvin *c, struct str text, char delim, bool plain, struct arena *a,
                     struct records *all)
{
    struct csvrec rec;
    for (;;) {
        struct csvin_mark begin = csvin_tell(c);
        if (!csvin_next(c, &rec))
            break;
        if (all->n == all->cap) {
            all->cap = all->cap * 2 + 8;
            all->r = realloc(all->r, all->cap * sizeof *all->r);
        }
        struct kept *k = &all->r[all->n++];
        *k = (struct kept){copy(&rec, a), begin, csvin_tell(c)};
        check_place(text, k);
        if (plain && !rec.broken)
            check_cells(&rec, delim, a);
        if (plain)
            HOLDS(k->end.line - k->begin.line ==
                  count_byte((struct str){text.p + begin.offset, k->end.offset - begin.offset},
                             '\n') +
                      (text.p[k->end.offset - 1] != '\n'));
    }
    HOLDS(csvin_tell(c).offset >= text.n);
}

/* From any record on the same records come, after going back and in a text of its own. */
static void check_pieces(struct csvin *c, struct str text, char delim, size_t expect, bool by_line,
                         const struct records *all, size_t cut)
{
    if (!all->n)
        return;
    cut %= all->n;
    struct csvrec rec;
    csvin_seek(c, all->r[cut].begin);
    for (size_t i = cut; i < all->n; i++)
        HOLDS(csvin_next(c, &rec) && same(&rec, &all->r[i].rec) && rec.line == all->r[i].rec.line);
    HOLDS(!csvin_next(c, &rec));
    struct csvin *second = csvin_new(str_from(text, all->r[cut].begin.offset), delim);
    csvin_expect(second, expect);
    if (by_line)
        csvin_by_line(second);
    for (size_t i = cut; i < all->n; i++)
        HOLDS(csvin_next(second, &rec) && same(&rec, &all->r[i].rec));
    HOLDS(!csvin_next(second, &rec));
    csvin_free(second);
}

static struct dialect dialect_of(unsigned how)
{
    static const char *const delimiters[] = {",", ";", "\t", "||", ", ", "、"};
    struct dialect d = {.quote = how & 1 ? '\'' : how & 2 ? 0 : '"', .cr = how & 4};
    d.escape = how & 8 ? '\\' : d.quote;
    const char *z = delimiters[how / 16 % 6];
    d.n = strlen(z);
    memcpy(d.delimiter, z, d.n);
    return d;
}

static void check_dialect(struct str text, const struct dialect *d)
{
    struct dialect_reader r = {0};
    struct dialect_record rec;
    dialect_start(&r, d, text);
    size_t end = 0, line = 1;
    while (dialect_next(&r, &rec)) {
        HOLDS(rec.n >= 1 && rec.lines >= 1 && rec.line == line);
        HOLDS(rec.offset >= end && rec.offset <= text.n);
        for (size_t i = end; i < rec.offset; i++) /* only marks are passed over */
            HOLDS(strchr("\xef\xbb\xbf", text.p[i]));
        HOLDS(rec.raw.p >= text.p + rec.offset && rec.raw.p + rec.raw.n <= text.p + r.at);
        HOLDS(r.at > rec.offset || r.at == text.n);
        line += rec.lines;
        end = r.at;
        size_t bytes = 0;
        for (size_t i = 0; i < rec.n; i++)
            bytes += rec.cell[i].text.n;
        HOLDS(bytes <= rec.raw.n);
    }
    HOLDS(r.at >= text.n);
    dialect_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed f = {data, size};
    unsigned how = feed_byte(&f), expect = feed_byte(&f) % 9, cut = feed_byte(&f);
    bool by_line = how & 4, other = how & 8;
    char delim = ",;\t|"[how & 3];
    struct str text = feed_rest(&f);
    if (text.n > MOST)
        return 0;
    struct dialect d = dialect_of(cut);
    check_dialect(text, &d);
    struct arena a = {0};
    struct records all = {0};
    struct csvin *c = csvin_new(text, delim);
    if (other)
        csvin_dialect(c, text, &d);
    bool plain = !other;
    csvin_expect(c, expect);
    if (by_line)
        csvin_by_line(c);
    read_all(c, text, delim, plain, &a, &all);
    if (plain)
        check_pieces(c, text, delim, expect, by_line, &all, cut);
    csvin_free(c);
    free(all.r);
    arena_release(&a);
    return 0;
}
