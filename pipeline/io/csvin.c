#include "pipeline/io/csvin.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

struct csvin {
    struct str text;
    char delim;
    size_t at, line;   /* where the next record begins */
    size_t expect;     /* H; 0: not known */
    size_t no_quote;   /* from this offset on there is no quote in the text */
    struct str *field; /* [CSVIN_FIELDS] */
    size_t n;
    struct csv_parser parser;
    struct strbuf unquoted; /* the fields of a record that libcsv split */
    size_t *start;          /* [CSVIN_FIELDS + 1]: where each begins in it */
};

/* The extent of a record. */
struct extent {
    size_t end;   /* of its content: without the final CR LF */
    size_t next;  /* where the next record begins */
    size_t lines; /* physical lines */
    bool quoted;  /* some cell is quoted */
    bool broken;
};

static int never_a_space(unsigned char c)
{
    (void)c;
    return 0;
}

static int only_line_feed(unsigned char c)
{
    return c == '\n';
}

struct csvin *csvin_new(struct str text, char delim)
{
    struct csvin *c = x_calloc(1, sizeof *c);
    if (csv_init(&c->parser, 0) != 0)
        BUG("csv_init failed");
    csv_set_space_func(&c->parser, never_a_space);
    csv_set_term_func(&c->parser, only_line_feed);
    csv_set_blk_size(&c->parser, 1 << 16);
    c->field = x_calloc(CSVIN_FIELDS, sizeof *c->field);
    c->start = x_calloc(CSVIN_FIELDS + 1, sizeof *c->start);
    csvin_reset(c, text, delim);
    return c;
}

void csvin_reset(struct csvin *c, struct str text, char delim)
{
    const char *last = text.n ? memrchr(text.p, '"', text.n) : NULL;
    c->text = text;
    c->delim = delim;
    c->at = 0;
    c->line = 1;
    c->no_quote = last ? (size_t)(last - text.p) + 1 : 0;
    csv_set_delim(&c->parser, (unsigned char)delim);
}

void csvin_expect(struct csvin *c, size_t cells)
{
    c->expect = cells;
}

struct csvin_mark csvin_tell(const struct csvin *c)
{
    return (struct csvin_mark){c->at, c->line};
}

void csvin_seek(struct csvin *c, struct csvin_mark m)
{
    c->at = m.offset;
    c->line = m.line;
}

void csvin_free(struct csvin *c)
{
    if (!c)
        return;
    csv_free(&c->parser);
    free(c->field);
    free(c->start);
    strbuf_release(&c->unquoted);
    free(c);
}

/* --- framing --- */

static size_t line_end(struct str text, size_t at)
{
    const char *p = memchr(text.p + at, '\n', text.n - at);
    return p ? (size_t)(p - text.p) : text.n;
}

/* Ends an extent at `end`, the offset of its LF or the end of the text. */
static void finish(const struct csvin *c, struct extent *x, size_t begin, size_t end)
{
    x->next = end < c->text.n ? end + 1 : end;
    while (end > begin && c->text.p[end - 1] == '\r')
        end--;
    x->end = end;
}

/* Passes the quoted cell at `at`; returns the offset behind it (and behind CRs before a line end),
 * or SIZE_MAX when its quoting is broken. */
static size_t pass_quoted(const struct csvin *c, size_t at, size_t *lines)
{
    const char *p = c->text.p;
    size_t begin = at++;
    for (;;) {
        const char *quote = at < c->no_quote ? memchr(p + at, '"', c->no_quote - at) : NULL;
        if (!quote)
            return SIZE_MAX;
        at = (size_t)(quote - p) + 1;
        if (at < c->text.n && p[at] == '"') {
            at++;
            continue;
        }
        break;
    }
    for (const char *lf = p + begin; (lf = memchr(lf, '\n', (size_t)(p + at - lf))); lf++)
        ++*lines;
    size_t behind = at;
    while (behind < c->text.n && p[behind] == '\r')
        behind++;
    if (behind == c->text.n || p[behind] == '\n')
        return behind;
    return p[at] == c->delim ? at : SIZE_MAX;
}

/* The extent of a record with a quote somewhere in its first line. */
static struct extent frame_quoted(const struct csvin *c, size_t begin)
{
    struct extent x = {.lines = 1};
    size_t at = begin, cells = 1;
    for (;; at++, cells++) { /* at stands where a cell begins */
        if (at < c->text.n && c->text.p[at] == '"') {
            x.quoted = true;
            at = pass_quoted(c, at, &x.lines);
            if (at == SIZE_MAX) {
                x.broken = true;
                return x;
            }
        } else {
            while (at < c->text.n && c->text.p[at] != c->delim && c->text.p[at] != '\n')
                at++;
        }
        if (at >= c->text.n || c->text.p[at] == '\n')
            break;
    }
    x.broken = cells > CSVIN_FIELDS;
    finish(c, &x, begin, at);
    return x;
}

static struct extent frame(const struct csvin *c, size_t begin)
{
    size_t end = line_end(c->text, begin);
    if (begin < c->no_quote && memchr(c->text.p + begin, '"', end - begin))
        return frame_quoted(c, begin);
    struct extent x = {.lines = 1};
    finish(c, &x, begin, end);
    return x;
}

/* --- splitting --- */

static void on_field(void *s, size_t n, void *context)
{
    struct csvin *c = context;
    if (c->n == CSVIN_FIELDS)
        BUG("the framing let too many fields pass");
    c->start[c->n++] = c->unquoted.n;
    strbuf_add(&c->unquoted, (struct str){s, n});
    c->start[c->n] = c->unquoted.n;
}

static void split_by_libcsv(struct csvin *c, struct str raw)
{
    c->n = 0;
    c->unquoted.n = 0;
    if (csv_parse(&c->parser, raw.p, raw.n, on_field, NULL, c) != raw.n ||
        csv_fini(&c->parser, on_field, NULL, c) != 0)
        BUG("libcsv refuses what the framing accepted");
    const char *base = strbuf_str(&c->unquoted).p;
    for (size_t i = 0; i < c->n; i++)
        c->field[i] = (struct str){base + c->start[i], c->start[i + 1] - c->start[i]};
}

/* False when there are too many fields. */
static bool split_plain(struct csvin *c, struct str raw)
{
    const char *p = raw.p, *end = raw.p + raw.n, *begin = p;
    size_t n = 0;
    const char delim = c->delim;
    for (; p < end; p++) {
        if (*p != delim)
            continue;
        if (n + 1 == CSVIN_FIELDS)
            return false;
        c->field[n++] = (struct str){begin, (size_t)(p - begin)};
        begin = p + 1;
    }
    c->field[n++] = (struct str){begin, (size_t)(end - begin)};
    c->n = n;
    return true;
}

static bool is_blank(struct str s)
{
    while (s.n) {
        size_t n = s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r') ? 1
                   : str_starts(s, STR("\xe3\x80\x80"))                ? 3
                   : str_starts(s, STR("\xc2\xa0"))                    ? 2
                                                                       : 0;
        if (!n)
            return false;
        s = str_from(s, n);
    }
    return true;
}

size_t csvin_cells(const struct csvrec *rec, size_t expected)
{
    size_t n = rec->n;
    while (n > expected && is_blank(rec->field[n - 1]))
        n--;
    return n;
}

/* Splits the record of extent x into *rec; false when it is broken after all. */
static bool split(struct csvin *c, size_t begin, struct extent x, struct csvrec *rec)
{
    struct str raw = {c->text.p + begin, x.end - begin};
    if (x.quoted)
        split_by_libcsv(c, raw);
    else if (!split_plain(c, raw))
        return false;
    *rec = (struct csvrec){.lines = x.lines, .raw = raw, .field = c->field, .n = c->n};
    return x.lines == 1 || c->expect == 0 || csvin_cells(rec, c->expect) == c->expect;
}

/* The broken record costs its first line, and all lines until one from which a record with the
 * right number of cells can be read. */
static void resume(struct csvin *c)
{
    struct csvrec rec;
    do {
        size_t end = line_end(c->text, c->at);
        c->at = end < c->text.n ? end + 1 : end;
        c->line++;
        if (c->at >= c->text.n || c->expect == 0)
            return;
        struct extent x = frame(c, c->at);
        if (!x.broken && split(c, c->at, x, &rec) && csvin_cells(&rec, c->expect) == c->expect)
            return;
    } while (true);
}

bool csvin_next(struct csvin *c, struct csvrec *rec)
{
    if (c->at >= c->text.n)
        return false;
    size_t begin = c->at, line = c->line;
    struct extent x = frame(c, begin);
    if (!x.broken && split(c, begin, x, rec)) {
        rec->line = line;
        c->at = x.next;
        c->line += x.lines;
        return true;
    }
    struct extent first = {0};
    finish(c, &first, begin, line_end(c->text, begin));
    resume(c);
    *rec = (struct csvrec){
        .line = line, .lines = 1, .broken = true, .raw = {c->text.p + begin, first.end - begin}};
    return true;
}
