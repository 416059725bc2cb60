/* The framing scanner against the rules of reading, against libcsv, and against a reader that is
 * written here once more, one character at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <csv.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvin.h"

#define ROWS(a) (sizeof(a) / sizeof(a)[0])

/* --- showing what was read --- */

/* "line+lines[cell][cell]\n", a broken record "line+lines!raw\n". */
static void show(const struct csvrec *rec, struct strbuf *out)
{
    strbuf_printf(out, "%zu+%zu", rec->line, rec->lines);
    if (rec->broken) {
        strbuf_addc(out, '!');
        strbuf_add(out, rec->raw);
    }
    for (size_t i = 0; i < rec->n; i++) {
        strbuf_addc(out, '[');
        strbuf_add(out, rec->field[i]);
        strbuf_addc(out, ']');
    }
    strbuf_addc(out, '\n');
}

static void read_all(struct csvin *c, struct strbuf *out)
{
    struct csvrec rec;
    while (csvin_next(c, &rec))
        show(&rec, out);
}

/* --- by hand, from the rules of quoting --- */

static const struct row {
    const char *text;
    char delim;
    size_t expect;
    const char *want;
} rows[] = {
    {"", ',', 0, ""},
    /* a mark before a quoted cell is none of it, one before a plain cell is left to its reader */
    {"\xef\xbb\xbf\xef\xbb\xbf\"a\",b\n\xef\xbb\xbf\"c\nd\",e", ',', 2,
     "1+1[a][b]\n2+2[c\nd][e]\n"},
    {"a\n\xef\xbb\xbf"
     "b,\"c\"\n",
     ',', 0,
     "1+1[a]\n2+1[\xef\xbb\xbf"
     "b][c]\n"},
    {"a,b\n\xef\xbb\xbf\"c\"x,d\ne,f\n", ',', 2,
     "1+1[a][b]\n2+1!\xef\xbb\xbf\"c\"x,d\n3+1[e][f]\n"},
    {"\n", ',', 0, "1+1[]\n"},
    {"\r\n", ',', 0, "1+1[]\n"},
    {"a,b\nc,d\n", ',', 0, "1+1[a][b]\n2+1[c][d]\n"},
    {"a,b\nc,d", ',', 0, "1+1[a][b]\n2+1[c][d]\n"},
    {"a,b\r\nc,d\r", ',', 0, "1+1[a][b]\n2+1[c][d]\n"},
    {"a\n\nb\n", ',', 0, "1+1[a]\n2+1[]\n3+1[b]\n"},
    {",", ',', 0, "1+1[][]\n"},
    {",\n", ',', 0, "1+1[][]\n"},
    {"a;b\tc,d\n", ';', 0, "1+1[a][b\tc,d]\n"},
    {"a;b\tc,d\n", '\t', 0, "1+1[a;b][c,d]\n"},
    {" a , b \n", ',', 0, "1+1[ a ][ b ]\n"},
    /* quoted cells */
    {"\"a\",\"b\"\n", ',', 0, "1+1[a][b]\n"},
    {"\"a\"\"b\",c\n", ',', 0, "1+1[a\"b][c]\n"},
    {"\"\"\"\"\n", ',', 0, "1+1[\"]\n"},
    {"\"\"\n", ',', 0, "1+1[]\n"},
    {"\"\"", ',', 0, "1+1[]\n"},
    {"\"\";x\n", ';', 0, "1+1[][x]\n"},
    {"\"a,b\",\"c\nd\"\ne\n", ',', 0, "1+2[a,b][c\nd]\n3+1[e]\n"},
    {"x,\"a\r\nb\"\r\ny\r\n", ',', 0, "1+2[x][a\r\nb]\n3+1[y]\n"},
    {"\" a \",b\n", ',', 0, "1+1[ a ][b]\n"},
    {"\"a\",", ',', 0, "1+1[a][]\n"},
    /* a quote inside an unquoted cell is plain text */
    {"a\"b,c\n", ',', 0, "1+1[a\"b][c]\n"},
    {"a\"b\"\",c\"\n", ',', 0, "1+1[a\"b\"\"][c\"]\n"},
    {" \"a\",b\n", ',', 0, "1+1[ \"a\"][b]\n"},
    {"5\" x,\"q\"\n", ',', 0, "1+1[5\" x][q]\n"},
    /* CR */
    {"a\rb,c\n", ',', 0, "1+1[a\rb][c]\n"},
    {"a\r,\"c\"\n", ',', 0, "1+1[a\r][c]\n"},
    {"a\r\r\n", ',', 0, "1+1[a\r]\n"},
    {"\"q\",a\r\r\n", ',', 0, "1+1[q][a\r]\n"},
    {"\"a\rb\"\n", ',', 0, "1+1[a\rb]\n"},
    {"\"a\"\r\r\nb\n", ',', 0, "1+1[a]\n2+1[b]\n"},
    {"\"a\"\r\r", ',', 0, "1+1[a]\n"},
    {"\"a\"\rb\nc\n", ',', 0, "1+1!\"a\"\rb\n2+1[c]\n"},
    {"\"a\"\r,b\nc\n", ',', 0, "1+1!\"a\"\r,b\n2+1[c]\n"},
    {"\"q\",\r\n", ',', 0, "1+1[q][]\n"},
    /* broken: H not known costs one line */
    {"\"a\nb\nc", ',', 0, "1+1!\"a\n2+1[b]\n3+1[c]\n"},
    {"\"a\"x,b\r\nc\n", ',', 0, "1+1!\"a\"x,b\n2+1[c]\n"},
    {"\"a\" ,b\nc\n", ',', 0, "1+1!\"a\" ,b\n2+1[c]\n"},
    {"x,\"a", ',', 0, "1+1!x,\"a\n"},
    {"\"", ',', 0, "1+1!\"\n"},
    {"\"\"\"", ',', 0, "1+1!\"\"\"\n"},
    /* broken: with H reading resumes where a record of H cells can be read */
    {"\"a,b\nc\nd,e\n", ',', 2, "1+2!\"a,b\n3+1[d][e]\n"},
    {"\"a,b\nc\nd\n", ',', 2, "1+3!\"a,b\n"},
    {"\"a,b\n\"c\nd\",e\n", ',', 2, "1+1!\"a,b\n2+2[c\nd][e]\n"},
    {"\"a,b\n\"c\",\"d\"\n", ',', 2, "1+1!\"a,b\n2+1[c][d]\n"},
    {"\"a,b\nc,d, ,\xe3\x80\x80\xc2\xa0,\ne,f\n", ',', 2,
     "1+1!\"a,b\n2+1[c][d][ ][\xe3\x80\x80\xc2\xa0][]\n3+1[e][f]\n"},
    /* several lines without H cells */
    {"a,\"b\nc\"\nd,e,f\n", ',', 3, "1+2!a,\"b\n3+1[d][e][f]\n"},
    {"a,\"b\nc\"\nd,e\n", ',', 2, "1+2[a][b\nc]\n3+1[d][e]\n"},
    {"a,\"b\nc\",x\nd,e\n", ',', 2, "1+1!a,\"b\n2+1[c\"][x]\n3+1[d][e]\n"},
    {"a,\"b\nc\", ,\nd,e\n", ',', 2, "1+2[a][b\nc][ ][]\n3+1[d][e]\n"},
    {"\"\n\"\n,\n", ',', 2, "1+2!\"\n3+1[][]\n"},
    /* one line without H cells is not broken */
    {"a,\"b\"\nc\n", ',', 3, "1+1[a][b]\n2+1[c]\n"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct csvin *c = csvin_new(str_c(rows[i].text), rows[i].delim);
        csvin_expect(c, rows[i].expect);
        struct strbuf got = {0};
        read_all(c, &got);
        assert_string_equal(strbuf_c(&got), rows[i].want);
        strbuf_release(&got);
        csvin_free(c);
    }
}

static void test_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t expected, want;
    } cells[] = {
        {"a,b,c", 3, 3},
        {"a,b,c", 2, 3},
        {"a,b,", 2, 2},
        {"a,,", 2, 2},
        {"a, \t\v\f\r,\xe3\x80\x80,\xc2\xa0", 1, 1},
        {"a,,b,,", 1, 3},
        {"a", 3, 1},
        {",,", 3, 3},
        {"a,\xe3\x80\x81", 1, 2}, /* U+3001 is no blank */
        {"a,\xe3\x80", 1, 2},
    };
    struct csvrec rec;
    for (size_t i = 0; i < ROWS(cells); i++) {
        struct csvin *c = csvin_new(str_c(cells[i].text), ',');
        assert_true(csvin_next(c, &rec));
        assert_int_equal(csvin_cells(&rec, cells[i].expected), cells[i].want);
        csvin_free(c);
    }
}

static void test_tell_seek_reset(void **state)
{
    (void)state;
    const char *text = "a,b\n\"c\nd\",e\nf,g\n";
    struct csvin *c = csvin_new(str_c(text), ',');
    struct csvrec rec;
    assert_true(csvin_next(c, &rec));
    struct csvin_mark m = csvin_tell(c);
    assert_int_equal(m.offset, 4);
    assert_int_equal(m.line, 2);
    struct strbuf got = {0};
    read_all(c, &got);
    csvin_seek(c, m);
    read_all(c, &got);
    csvin_reset(c, STR("x;y\n"), ';');
    read_all(c, &got);
    assert_string_equal(strbuf_c(&got), "2+2[c\nd][e]\n4+1[f][g]\n"
                                        "2+2[c\nd][e]\n4+1[f][g]\n"
                                        "1+1[x][y]\n");
    strbuf_release(&got);
    csvin_free(c);
}

/* n cells of x, the first perhaps quoted, and a line after them. */
static bool reads_fields(size_t n, const char *first, size_t *fields)
{
    struct strbuf text = {0};
    strbuf_add(&text, str_c(first));
    for (size_t i = 1; i < n; i++)
        strbuf_add(&text, STR(",x"));
    strbuf_add(&text, STR("\nend\n"));
    struct csvin *c = csvin_new(strbuf_str(&text), ',');
    struct csvrec rec, end;
    assert_true(csvin_next(c, &rec));
    *fields = rec.n;
    assert_true(csvin_next(c, &end));
    assert_int_equal(end.line, 2);
    assert_int_equal(end.n, 1);
    csvin_free(c);
    strbuf_release(&text);
    return !rec.broken;
}

/* Broken records cost a line each, however many cells are expected. */
static void test_by_line(void **state)
{
    (void)state;
    struct strbuf out = {0};
    struct csvin *c = csvin_new(STR("a,b\n\"c,d\ne\n\"f\"x,g\nh,i\n"), ',');
    csvin_expect(c, 2);
    csvin_by_line(c);
    read_all(c, &out);
    assert_string_equal(strbuf_c(&out), "1+1[a][b]\n2+1!\"c,d\n3+1[e]\n4+1!\"f\"x,g\n5+1[h][i]\n");
    out.n = 0;
    csvin_reset(c, STR("\"c,d\ne\nh,i\n"), ','); /* only to the next reset */
    read_all(c, &out);
    assert_string_equal(strbuf_c(&out), "1+2!\"c,d\n3+1[h][i]\n");
    strbuf_release(&out);
    csvin_free(c);
}

static void test_ceiling_of_fields(void **state)
{
    (void)state;
    size_t n;
    assert_true(reads_fields(CSVIN_FIELDS, "x", &n));
    assert_int_equal(n, CSVIN_FIELDS);
    assert_true(reads_fields(CSVIN_FIELDS, "\"x\"", &n));
    assert_int_equal(n, CSVIN_FIELDS);
    assert_false(reads_fields(CSVIN_FIELDS + 1, "x", &n));
    assert_false(reads_fields(CSVIN_FIELDS + 1, "\"x\"", &n));
}

/* --- against others --- */

static uint32_t next_random(uint64_t *seed) /* Knuth's MMIX generator */
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static const char *const pieces[] = {
    "\"", "\"",           "\"",           ",",    ",",       ",",
    "\n", "\n",           "\r",           "a",    "b",       "\"\"",
    " ",  "\xe6\xb3\x95", "\xe3\x80\x80", "\r\n", "12345678"};

/* A copy without a byte to spare, so that a sanitizer sees what is read beyond the end. */
static struct str tight(const struct strbuf *b)
{
    char *p = x_malloc(b->n);
    if (b->n)
        memcpy(p, b->p, b->n);
    return (struct str){p, b->n};
}

static struct str random_text(uint64_t *seed, size_t pieces_most, bool record)
{
    struct strbuf text = {0};
    size_t n = next_random(seed) % (pieces_most + 1);
    while (text.n == 0 || n-- > 0) {
        const char *piece = pieces[next_random(seed) % ROWS(pieces)];
        if (record && strpbrk(piece, "\"\n"))
            piece = "c";
        strbuf_add(&text, str_c(piece));
    }
    struct str s = tight(&text);
    strbuf_release(&text);
    return s;
}

static void show_field(void *s, size_t n, void *out)
{
    strbuf_addc(out, '[');
    strbuf_add(out, (struct str){s, n});
    strbuf_addc(out, ']');
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static int only_lf(unsigned char c)
{
    return c == '\n';
}

/* What libcsv makes of one record, set up here anew. */
static void by_libcsv(struct str raw, struct strbuf *out)
{
    struct csv_parser p;
    assert_int_equal(csv_init(&p, 0), 0);
    csv_set_space_func(&p, no_space);
    csv_set_term_func(&p, only_lf);
    assert_int_equal(csv_parse(&p, raw.p, raw.n, show_field, NULL, out), raw.n);
    assert_int_equal(csv_fini(&p, show_field, NULL, out), 0);
    csv_free(&p);
}

static void test_plain_as_libcsv(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct csvin *c = csvin_new(STR(""), ',');
    for (int i = 0; i < 20000; i++) {
        struct str s = random_text(&seed, 60, true);
        struct csvrec rec;
        struct strbuf got = {0}, want = {0};
        csvin_reset(c, s, ',');
        assert_true(csvin_next(c, &rec));
        for (size_t k = 0; k < rec.n; k++)
            show_field((void *)(uintptr_t)rec.field[k].p, rec.field[k].n, &got);
        by_libcsv(rec.raw, &want);
        if (!rec.raw.n) /* libcsv drops blank lines: the one thing they see differently */
            strbuf_add(&want, STR("[]"));
        assert_string_equal(strbuf_c(&got), strbuf_c(&want));
        assert_false(csvin_next(c, &rec));
        strbuf_release(&got);
        strbuf_release(&want);
        free((void *)(uintptr_t)s.p);
    }
    csvin_free(c);
}

/* Cells of any content, written as RFC 4180 says, come back. */
static void write_cell(uint64_t *seed, struct str cell, struct strbuf *text)
{
    bool must = str_find(cell, '"') < cell.n || str_find(cell, ',') < cell.n ||
                str_find(cell, '\n') < cell.n || str_find(cell, '\r') < cell.n;
    if (!must && next_random(seed) % 2) {
        strbuf_add(text, cell);
        return;
    }
    strbuf_addc(text, '"');
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            strbuf_addc(text, '"');
        strbuf_addc(text, cell.p[i]);
    }
    strbuf_addc(text, '"');
}

static void test_written_cells_come_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 3000; i++) {
        struct strbuf text = {0}, want = {0}, got = {0};
        size_t line = 1, h = 1 + next_random(&seed) % 5;
        for (size_t records = 1 + next_random(&seed) % 8; records > 0; records--) {
            size_t lines = 1;
            struct strbuf cells = {0};
            for (size_t k = 0; k < h; k++) {
                struct str cell = random_text(&seed, 6, false);
                for (size_t b = 0; b < cell.n; b++)
                    lines += cell.p[b] == '\n';
                show_field((void *)(uintptr_t)cell.p, cell.n, &cells);
                if (k)
                    strbuf_addc(&text, ',');
                write_cell(&seed, cell, &text);
                free((void *)(uintptr_t)cell.p);
            }
            strbuf_printf(&want, "%zu+%zu%s\n", line, lines, strbuf_c(&cells));
            strbuf_add(&text, next_random(&seed) % 2 ? STR("\n") : STR("\r\n"));
            line += lines;
            strbuf_release(&cells);
        }
        struct str s = tight(&text);
        struct csvin *c = csvin_new(s, ',');
        csvin_expect(c, i % 2 ? h : 0);
        read_all(c, &got);
        assert_string_equal(strbuf_c(&got), strbuf_c(&want));
        csvin_free(c);
        free((void *)(uintptr_t)s.p);
        strbuf_release(&text);
        strbuf_release(&want);
        strbuf_release(&got);
    }
}

/* The rules once more, as a machine that sees one character at a time. */
enum naive_state { CELL_START, PLAIN, QUOTED, AFTER_QUOTE };

struct naive {
    struct strbuf cells; /* as shown */
    size_t n, counted;   /* cells; cells up to the last that is not empty */
    size_t next, lines;
    bool broken;
};

static void naive_cell(struct naive *r, struct strbuf *cell)
{
    struct str rest = strbuf_str(cell);
    show_field(cell->p ? cell->p : (void *)(uintptr_t) "", cell->n, &r->cells);
    r->n++;
    while (rest.n && (strchr(" \t\n\v\f\r", rest.p[0]) || str_starts(rest, STR("\xe3\x80\x80"))))
        rest = str_from(rest, rest.p[0] == '\xe3' ? 3 : 1);
    if (rest.n)
        r->counted = r->n;
    cell->n = 0;
}

/* Does the text from i on hold nothing but CRs before its next LF or its end? */
static bool only_cr(struct str t, size_t i, size_t most)
{
    size_t n = 0;
    while (i < t.n && t.p[i] == '\r') {
        i++;
        n++;
    }
    return n <= most && (i == t.n || t.p[i] == '\n');
}

static bool naive_special(struct naive *r, struct str t, size_t *i, enum naive_state *st,
                          struct strbuf *cell)
{
    char ch = t.p[*i];
    switch (*st) {
    case CELL_START:
    case PLAIN:
        if (*st == CELL_START && ch == '"')
            *st = QUOTED;
        else if (ch == '\r' && only_cr(t, *i, 1))
            *st = PLAIN;
        else
            return false;
        return true;
    case QUOTED:
        r->lines += ch == '\n';
        if (ch == '"' && *i + 1 < t.n && t.p[*i + 1] == '"')
            strbuf_addc(cell, t.p[(*i)++]);
        else if (ch == '"')
            *st = AFTER_QUOTE;
        else
            strbuf_addc(cell, ch);
        return true;
    case AFTER_QUOTE:
        if (ch == ',' || ch == '\n')
            return false;
        if (!only_cr(t, *i, SIZE_MAX))
            r->broken = true;
        return true;
    }
    return false;
}

static struct naive naive_read(struct str t, size_t at)
{
    struct naive r = {.lines = 1};
    struct strbuf cell = {0};
    enum naive_state st = CELL_START;
    size_t i = at;
    for (; i < t.n && !r.broken; i++) {
        if (naive_special(&r, t, &i, &st, &cell))
            continue;
        if (t.p[i] == '\n')
            break;
        if (t.p[i] == ',') {
            naive_cell(&r, &cell);
            st = CELL_START;
        } else {
            strbuf_addc(&cell, t.p[i]);
            st = PLAIN;
        }
    }
    naive_cell(&r, &cell);
    r.broken |= st == QUOTED;
    r.next = i < t.n ? i + 1 : i;
    strbuf_release(&cell);
    return r;
}

static bool naive_has(const struct naive *r, size_t h)
{
    return r->n == h || (r->n > h && r->counted <= h);
}

static size_t naive_line(struct str t, size_t at)
{
    while (at < t.n && t.p[at] != '\n')
        at++;
    return at < t.n ? at + 1 : at;
}

static void naive_all(struct str t, size_t h, struct strbuf *out)
{
    size_t line = 1, at = 0;
    while (at < t.n) {
        struct naive r = naive_read(t, at);
        if (!r.broken && (r.lines == 1 || !h || naive_has(&r, h))) {
            strbuf_printf(out, "%zu+%zu%s\n", line, r.lines, strbuf_c(&r.cells));
            line += r.lines;
            at = r.next;
            strbuf_release(&r.cells);
            continue;
        }
        size_t lines = 0, end = naive_line(t, at), begin = at;
        bool found;
        do {
            lines++;
            at = naive_line(t, at);
            strbuf_release(&r.cells);
            r = naive_read(t, at);
            found = !h || at >= t.n || (!r.broken && naive_has(&r, h));
        } while (!found);
        strbuf_release(&r.cells);
        end -= t.p[end - 1] == '\n';
        end -= end > begin && t.p[end - 1] == '\r';
        strbuf_printf(out, "%zu+%zu!%.*s\n", line, lines, (int)(end - begin), t.p + begin);
        line += lines;
    }
}

/* --- however the text is cut --- */

/* h cells a record, LF only, no blank record: what libcsv reads like us. */
static struct str written_text(uint64_t *seed, size_t h)
{
    struct strbuf text = {0};
    for (size_t records = 1 + next_random(seed) % 5; records > 0; records--)
        for (size_t k = 0; k < h; k++) {
            struct str cell = random_text(seed, 5, false);
            write_cell(seed, cell, &text);
            strbuf_addc(&text, k + 1 < h ? ',' : '\n');
            free((void *)(uintptr_t)cell.p);
        }
    struct str s = tight(&text);
    strbuf_release(&text);
    return s;
}

static void show_end(int sign, void *out)
{
    (void)sign;
    strbuf_addc(out, '\n');
}

/* libcsv takes a text in pieces: whatever their size, it finds what we find in the whole. */
static void test_as_libcsv_in_chunks(void **state)
{
    (void)state;
    uint64_t seed = 4;
    struct csvin *c = csvin_new(STR(""), ',');
    for (int i = 0; i < 200; i++) {
        struct str s = written_text(&seed, 2 + next_random(&seed) % 3);
        struct strbuf want = {0};
        struct csvrec rec;
        csvin_reset(c, s, ',');
        while (csvin_next(c, &rec)) {
            assert_false(rec.broken);
            for (size_t k = 0; k < rec.n; k++)
                show_field((void *)(uintptr_t)rec.field[k].p, rec.field[k].n, &want);
            strbuf_addc(&want, '\n');
        }
        for (size_t size = 1; size <= s.n; size++) {
            struct strbuf got = {0};
            struct csv_parser p;
            assert_int_equal(csv_init(&p, 0), 0);
            csv_set_space_func(&p, no_space);
            csv_set_term_func(&p, only_lf);
            for (size_t at = 0; at < s.n; at += size) {
                size_t n = s.n - at < size ? s.n - at : size;
                assert_int_equal(csv_parse(&p, s.p + at, n, show_field, show_end, &got), n);
            }
            assert_int_equal(csv_fini(&p, show_field, show_end, &got), 0);
            csv_free(&p);
            assert_string_equal(strbuf_c(&got), strbuf_c(&want));
            strbuf_release(&got);
        }
        strbuf_release(&want);
        free((void *)(uintptr_t)s.p);
    }
    csvin_free(c);
}

/* Our scanner looks at blocks of 64 bytes, counted from the beginning of the text: wherever their
 * seams fall, the records are the same. */
static void test_at_every_offset(void **state)
{
    (void)state;
    uint64_t seed = 5;
    struct csvin *c = csvin_new(STR(""), ',');
    for (int i = 0; i < 400; i++) {
        struct str s = random_text(&seed, i % 2 ? 25 : 120, false);
        struct strbuf want = {0};
        naive_all(s, 2, &want);
        for (size_t shift = 0; shift < 130; shift++) {
            struct strbuf text = {0}, got = {0};
            for (size_t k = 0; k < shift; k++)
                strbuf_addc(&text, 'x');
            strbuf_add(&text, s);
            struct str moved = tight(&text);
            csvin_reset(c, moved, ',');
            csvin_expect(c, 2);
            csvin_seek(c, (struct csvin_mark){shift, 1});
            read_all(c, &got);
            assert_string_equal(strbuf_c(&got), strbuf_c(&want));
            strbuf_release(&text);
            strbuf_release(&got);
            free((void *)(uintptr_t)moved.p);
        }
        strbuf_release(&want);
        free((void *)(uintptr_t)s.p);
    }
    csvin_free(c);
}

static void test_as_one_character_at_a_time(void **state)
{
    (void)state;
    uint64_t seed = 3;
    size_t broken = 0, several = 0;
    struct csvin *c = csvin_new(STR(""), ',');
    for (int i = 0; i < 60000; i++) {
        struct str s = random_text(&seed, i % 4 ? 25 : 150, false);
        size_t h = next_random(&seed) % 4;
        struct strbuf got = {0}, want = {0};
        csvin_reset(c, s, ',');
        csvin_expect(c, h);
        read_all(c, &got);
        naive_all(s, h, &want);
        assert_string_equal(strbuf_c(&got), strbuf_c(&want));
        broken += str_find(strbuf_str(&got), '!') < got.n;
        several += str_find_str(strbuf_str(&got), STR("+2[")) < got.n;
        strbuf_release(&got);
        strbuf_release(&want);
        free((void *)(uintptr_t)s.p);
    }
    csvin_free(c);
    assert_true(broken > 10000); /* the texts are as wild as they should be, */
    assert_true(several > 3000); /* and not only that */
}

/* --- hostile text is read in proportion to its length --- */

static void test_hostile(void **state)
{
    (void)state;
    enum { BYTES = 4 * 1024 * 1024, SECONDS = 5 };
    static const char *const lines[] = {
        "\"a\n",         "x,\"\n",      "x\",\"\n", " \",\"\n",   "\"a\"\"\n", "\"\"\"a\n",
        "\"\"\"\"\"\n",  "a,\"\"x\n",   "\"\n",     "x,\"\"\n",   "\",\n",     "\"\"\",\"\"\"\n",
        "\",\",\",\"\n", ",,,,\",\"\n", "x\n\"\n",  " \",\" \"\n"};
    static const size_t expect[] = {0, 2, 3};
    struct strbuf text = {0};
    strbuf_room(&text, BYTES + 64);
    struct csvin *c = csvin_new(STR(""), ',');
    for (size_t i = 0; i < ROWS(lines); i++) {
        text.n = 0;
        while (text.n < BYTES)
            strbuf_add(&text, str_c(lines[i]));
        size_t n = 0;
        for (size_t b = 0; b < text.n; b++)
            n += text.p[b] == '\n';
        for (size_t k = 0; k < ROWS(expect); k++) {
            struct csvrec rec = {0};
            clock_t begin = clock();
            csvin_reset(c, strbuf_str(&text), ',');
            csvin_expect(c, expect[k]);
            size_t seen = 0;
            while (csvin_next(c, &rec))
                seen += rec.lines;
            double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
            if (seconds > 0.5)
                print_message("%zu cells expected, line %zu: %.2f s\n", expect[k], i, seconds);
            assert_true(seconds < SECONDS);
            assert_int_equal(seen, n); /* and every line is accounted for */
        }
    }
    csvin_free(c);
    strbuf_release(&text);
}

/* Whether a cell of two lines is read after so many lines that lead nowhere. */
static bool reads_two_lines(size_t hostile)
{
    struct strbuf text = {0};
    for (size_t i = 0; i < hostile; i++)
        strbuf_add(&text, STR("x\",\"\n"));
    strbuf_add(&text, STR("\"a\nb\",c\n\"q\",r\n"));
    struct csvin *c = csvin_new(strbuf_str(&text), ',');
    struct csvrec rec, last = {0};
    bool two = false;
    while (csvin_next(c, &rec)) {
        two |= rec.line == hostile + 1 && !rec.broken && rec.lines == 2;
        last = rec;
    }
    assert_false(last.broken); /* a quoted cell on one line is read in any case */
    assert_int_equal(last.line, hostile + 3);
    assert_int_equal(last.n, 2);
    assert_true(str_eq(last.field[0], STR("q")));
    csvin_free(c);
    strbuf_release(&text);
    return two;
}

static void test_budget(void **state)
{
    (void)state;
    assert_true(reads_two_lines(0));
    assert_true(reads_two_lines(500));
    assert_false(reads_two_lines(400000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_tell_seek_reset),
        cmocka_unit_test(test_by_line),
        cmocka_unit_test(test_ceiling_of_fields),
        cmocka_unit_test(test_plain_as_libcsv),
        cmocka_unit_test(test_written_cells_come_back),
        cmocka_unit_test(test_as_libcsv_in_chunks),
        cmocka_unit_test(test_at_every_offset),
        cmocka_unit_test(test_as_one_character_at_a_time),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
