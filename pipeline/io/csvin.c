/*
 * Two ways through a record.
 *
 * Without a quote it is cut in one pass: of 64 bytes at a time a mask says which are a delimiter, a
 * LF or a quote, and only those are looked at. The first quote sends the record the other way: its
 * quoting is judged from the beginning, and libcsv takes it apart.
 *
 * An open quote may run through the whole text before it proves wrong, and hostile text can make
 * that happen at every line. What such attempts cost is added up; past a budget (a few times the
 * text) a quoted cell must be closed on the line on which it began.
 */
#include "pipeline/io/csvin.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "pipeline/base/mem.h"

enum { BLOCK = 64, BUDGET_TIMES = 4, BUDGET_LEAST = 16 * 1024 * 1024 };

struct csvin {
    struct str text;
    char delim;
    size_t at, line;   /* where the next record begins */
    size_t expect;     /* H; 0: not known */
    bool by_line;      /* a broken record is one line */
    size_t wasted;     /* bytes behind their first line that failing records have cost */
    size_t block;      /* offset of the block that mask is of; SIZE_MAX: of none */
    uint64_t mask;     /* bit i: byte block + i is a delimiter, a LF or a quote */
    struct str *field; /* [CSVIN_FIELDS]; owned */
    size_t n;
    struct csv_parser parser;
    struct strbuf unquoted; /* the fields of a record that libcsv split */
    bool other;             /* the text is in a dialect that `reader` reads */
    struct dialect_reader reader;
};

/* What the quoting of a record says. */
struct extent {
    size_t end;  /* of its content: without the final CR LF */
    size_t next; /* where the next record begins; broken: how far it was looked at */
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

static void *grow(void *p, size_t n)
{
    return x_realloc(p, n, 1);
}

struct csvin *csvin_new(struct str text, char delim)
{
    struct csvin *c = x_calloc(1, sizeof *c);
    if (csv_init(&c->parser, 0) != 0)
        BUG("csv_init failed");
    csv_set_space_func(&c->parser, never_a_space);
    csv_set_term_func(&c->parser, only_line_feed);
    csv_set_realloc_func(&c->parser, grow);
    csv_set_blk_size(&c->parser, 1 << 16);
    c->field = x_calloc(CSVIN_FIELDS, sizeof *c->field);
    csvin_reset(c, text, delim);
    return c;
}

void csvin_reset(struct csvin *c, struct str text, char delim)
{
    c->text = text;
    c->delim = delim;
    c->at = 0;
    c->line = 1;
    c->wasted = 0;
    c->block = SIZE_MAX;
    c->other = c->by_line = false;
    csv_set_delim(&c->parser, (unsigned char)delim);
}

void csvin_dialect(struct csvin *c, struct str text, const struct dialect *d)
{
    csvin_reset(c, text, d->delimiter[0]);
    c->other = d->n != 1 || d->quote != '"' || d->escape != '"' || d->cr;
    if (c->other)
        dialect_start(&c->reader, d, text);
}

void csvin_expect(struct csvin *c, size_t cells)
{
    c->expect = cells;
}

void csvin_by_line(struct csvin *c)
{
    c->by_line = true;
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
    strbuf_release(&c->unquoted);
    dialect_release(&c->reader);
    free(c);
}

/* --- counting cells --- */

/* What a cell may hold and still be empty to who reads it: white space and signs without width. */
static size_t nothing_at(struct str s)
{
    static const struct str wide[] = {
        {"\xe3\x80\x80", 3}, {"\xc2\xa0", 2},     {"\xc2\x85", 2},     {"\xe2\x80\x8b", 3},
        {"\xe2\x80\x8c", 3}, {"\xe2\x80\x8d", 3}, {"\xef\xbb\xbf", 3}, {"\xe2\x80\xa8", 3},
        {"\xe2\x80\xa9", 3}, {"\xe2\x80\xaf", 3}, {"\xe2\x81\x9f", 3}, {"\xe1\x9a\x80", 3},
    };
    unsigned char c = (unsigned char)s.p[0];
    if (c < 0x80)
        return c == ' ' || c == 0 || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    if (s.n >= 3 && str_starts(s, STR("\xe2\x80")) && (unsigned char)s.p[2] <= 0x8a)
        return 3; /* the spaces of typesetters, U+2000 to U+200A */
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (str_starts(s, wide[i]))
            return wide[i].n;
    return 0;
}

/* Empty as cell_normalise (calc/cell.h) makes it: nothing, and perhaps the apostrophe with which
 * spreadsheets mark text. */
static bool is_blank(struct str s)
{
    bool apostrophe = false;
    while (s.n) {
        size_t n = nothing_at(s);
        if (!n) {
            if (apostrophe || s.p[0] != '\'')
                return false;
            apostrophe = true;
            n = 1;
        }
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

/* --- records without a quote --- */

#ifdef __SSE2__
static uint64_t mask_block(const char *p, char delim)
{
    const __m128i d = _mm_set1_epi8(delim), lf = _mm_set1_epi8('\n'), q = _mm_set1_epi8('"');
    uint64_t m = 0;
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i b;
        memcpy(&b, p + i, sizeof b);
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(b, d), _mm_cmpeq_epi8(b, lf)),
                                   _mm_cmpeq_epi8(b, q));
        m |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << i;
    }
    return m;
}
#else
static uint64_t mask_block(const char *p, char delim)
{
    uint64_t m = 0;
    for (size_t i = 0; i < BLOCK; i++)
        m |= (uint64_t)(p[i] == delim || p[i] == '\n' || p[i] == '"') << i;
    return m;
}
#endif

/* The mask of less than a block, at the end of the text. */
static uint64_t mask_tail(const char *p, size_t n, char delim)
{
    char block[BLOCK] = {0};
    memcpy(block, p, n);
    return mask_block(block, delim) & (((uint64_t)1 << n) - 1);
}

/* The mask of the block at offset `block`, a multiple of BLOCK inside the text. A block holds parts
 * of several records, so the last one is kept. */
static uint64_t mask_at(struct csvin *c, size_t block)
{
    if (c->block != block) {
        size_t left = c->text.n - block;
        const char *p = c->text.p + block;
        c->block = block;
        c->mask = left >= BLOCK ? mask_block(p, c->delim) : mask_tail(p, left, c->delim);
    }
    return c->mask;
}

/* Splits the record at `at`, before the end of the text; false when there is a quote in it or too
 * many fields. */
static bool split_plain(struct csvin *c, size_t at, struct csvrec *rec, size_t *next)
{
    const char *p = c->text.p;
    struct str *f = c->field;
    size_t n = 0, begin = at, block = at - at % BLOCK, end = c->text.n;
    uint64_t m = mask_at(c, block) & UINT64_MAX << at % BLOCK;
    while (end == c->text.n) {
        for (; m; m &= m - 1) {
            size_t i = block + (size_t)__builtin_ctzll(m);
            if (p[i] == '\n') {
                end = i;
                break;
            }
            if (p[i] == '"' || n == CSVIN_FIELDS - 1)
                return false;
            f[n++] = (struct str){p + begin, i - begin};
            begin = i + 1;
        }
        block += BLOCK;
        if (block >= c->text.n)
            break;
        m = end == c->text.n ? mask_at(c, block) : 0;
    }
    *next = end + (end < c->text.n);
    end -= end > begin && p[end - 1] == '\r';
    f[n++] = (struct str){p + begin, end - begin};
    *rec = (struct csvrec){.lines = 1, .raw = {p + at, end - at}, .field = f, .n = n};
    return true;
}

/* --- records with a quote --- */

static size_t line_end(struct str text, size_t at)
{
    return at + str_find(str_from(text, at), '\n');
}

/* The offset behind the closing quote of a cell whose content begins at `at`; SIZE_MAX: none before
 * limit. */
static size_t close_quote(const char *p, size_t at, size_t limit)
{
    for (;;) {
        const char *q = memchr(p + at, '"', limit - at);
        if (!q)
            return SIZE_MAX;
        at = (size_t)(q - p) + 1;
        if (at == limit || p[at] != '"')
            return at;
        at++;
    }
}

/* Passes the cell at `at`; *end is where it ends, and the result where its line or the delimiter
 * behind it stands. SIZE_MAX, with *end as far as was looked: its quoting is broken. */
static size_t pass_cell(const struct csvin *c, size_t at, size_t limit, size_t *end)
{
    const char *p = c->text.p;
    if (at == limit || p[at] != '"') {
        size_t begin = at;
        while (at < limit && p[at] != c->delim && p[at] != '\n')
            at++;
        bool cr = at > begin && p[at - 1] == '\r' && (at == limit || p[at] == '\n');
        *end = at - cr;
        return at;
    }
    at = close_quote(p, at + 1, limit);
    *end = at == SIZE_MAX ? limit : at;
    if (at == SIZE_MAX || (at < limit && p[at] == c->delim))
        return at;
    while (at < limit && p[at] == '\r')
        at++;
    return at == limit || p[at] == '\n' ? at : SIZE_MAX;
}

/* Judges the quoting of the record at `at`, which may not go beyond limit (the end of its line or
 * of the text); false: broken. */
static bool frame(const struct csvin *c, size_t at, size_t limit, struct extent *x)
{
    for (size_t cells = 1; cells <= CSVIN_FIELDS; cells++) {
        at = pass_cell(c, at, limit, &x->end);
        x->next = at == SIZE_MAX ? x->end : at;
        if (at == SIZE_MAX)
            return false;
        if (at == limit || c->text.p[at] == '\n') {
            x->next = at + (at < c->text.n);
            return true;
        }
        at++; /* the delimiter */
    }
    return false;
}

/* libcsv gives the bytes up only for the length of this call: they are kept, and the room for all
 * of them was made before, so that the fields stay where they are. */
static void on_field(void *s, size_t n, void *context)
{
    struct csvin *c = context;
    if (c->n == CSVIN_FIELDS || c->unquoted.cap - c->unquoted.n < n)
        BUG("libcsv finds more than the framing");
    c->field[c->n++] = (struct str){c->unquoted.p + c->unquoted.n, n};
    strbuf_add(&c->unquoted, (struct str){s, n});
}

static void split_quoted(struct csvin *c, struct str raw)
{
    c->n = 0;
    c->unquoted.n = 0;
    strbuf_room(&c->unquoted, raw.n);
    if (csv_parse(&c->parser, raw.p, raw.n, on_field, NULL, c) != raw.n ||
        csv_fini(&c->parser, on_field, NULL, c) != 0)
        BUG("libcsv refuses what the framing accepted");
}

static size_t count_lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* Byte order marks in front of a quoted cell (concatenated files) are no text before its quote. */
static size_t skip_marks(struct str text, size_t at)
{
    static const struct str mark = {"\xef\xbb\xbf", 3};
    size_t behind = at;
    while (str_starts(str_from(text, behind), mark))
        behind += mark.n;
    return behind < text.n && text.p[behind] == '"' ? behind : at;
}

static bool read_quoted(struct csvin *c, size_t at, struct csvrec *rec, size_t *next)
{
    at = skip_marks(c->text, at);
    size_t line = line_end(c->text, at);
    bool spent = c->wasted / BUDGET_TIMES > c->text.n + BUDGET_LEAST / BUDGET_TIMES;
    struct extent x = {0};
    bool ok = frame(c, at, spent ? line : c->text.n, &x);
    if (ok) {
        struct str raw = {c->text.p + at, x.end - at};
        split_quoted(c, raw);
        *rec = (struct csvrec){.lines = 1, .raw = raw, .field = c->field, .n = c->n};
        if (x.end > line) {
            rec->lines += count_lines(raw);
            ok = !c->expect || csvin_cells(rec, c->expect) == c->expect;
        }
    }
    if (!ok && x.next > line)
        c->wasted += x.next - line;
    *next = x.next;
    return ok;
}

/* --- other dialects --- */

static bool read_other(struct csvin *c, size_t at, struct csvrec *rec, size_t *next)
{
    struct dialect_record r;
    dialect_seek(&c->reader, at, 1);
    *rec = (struct csvrec){.lines = 1, .raw = {c->text.p + at, 0}, .field = c->field, .n = 1};
    c->field[0] = STR("");
    if (dialect_next(&c->reader, &r)) { /* else nothing but a byte order mark is left */
        rec->n = r.n < CSVIN_FIELDS ? r.n : CSVIN_FIELDS;
        rec->raw = r.raw;
        rec->lines = r.lines;
        for (size_t i = 0; i < rec->n; i++)
            c->field[i] = r.cell[i].text;
        if (r.n > CSVIN_FIELDS || r.faults & (DIALECT_OPEN | DIALECT_AFTER))
            return false;
    }
    *next = c->reader.at;
    return rec->lines == 1 || !c->expect || csvin_cells(rec, c->expect) == c->expect;
}

/* Where the line end at `end` is over. */
static size_t behind_line(const struct csvin *c, size_t end)
{
    if (c->other && end < c->text.n)
        return end + dialect_line_end(&c->reader.d, c->text, end);
    return end + (end < c->text.n);
}

/* Where the line of `at` ends. */
static size_t end_of_line(const struct csvin *c, size_t at)
{
    if (!c->other)
        return line_end(c->text, at);
    while (at < c->text.n && !dialect_line_end(&c->reader.d, c->text, at))
        at++;
    return at;
}

/* --- all --- */

/* Reads the record at `at`; false when it is broken. */
static bool read_record(struct csvin *c, size_t at, struct csvrec *rec, size_t *next)
{
    if (c->other)
        return read_other(c, at, rec, next);
    return split_plain(c, at, rec, next) || read_quoted(c, at, rec, next);
}

/* Gives the record at c->at up: finds where reading resumes. */
static void give_up(struct csvin *c, struct csvrec *rec)
{
    struct csvrec later;
    size_t begin = c->at, end = end_of_line(c, begin), at = behind_line(c, end), next;
    end -= end > begin && c->text.p[end - 1] == '\r';
    *rec = (struct csvrec){
        .lines = 1, .broken = true, .raw = {c->text.p + begin, end - begin}, .field = c->field};
    while (c->expect && !c->by_line && at < c->text.n &&
           !(read_record(c, at, &later, &next) && csvin_cells(&later, c->expect) == c->expect)) {
        end = end_of_line(c, at);
        at = behind_line(c, end);
        rec->lines++;
    }
    c->at = at;
}

bool csvin_next(struct csvin *c, struct csvrec *rec)
{
    if (c->at >= c->text.n)
        return false;
    size_t next;
    if (read_record(c, c->at, rec, &next))
        c->at = next;
    else
        give_up(c, rec);
    rec->line = c->line;
    c->line += rec->lines;
    return true;
}
