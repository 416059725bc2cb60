/*
 * CSV files of our own (io/csvout.h, csvtable.h, csvstream.h): cells of any text come back as they
 * were, however often a file is longer than a piece of it; no cell begins like a formula.
 *
 * Input: how often the rows are written; then cells, each ended by a byte 1F.
 */
#include "pipeline/base/arena.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvstream.h"
#include "pipeline/io/csvtable.h"
#include "tests/fuzz/fuzz.h"

enum { COLUMNS = 3, MOST = 512, LARGE = 3 << 19 };

struct rows {
    struct str cell[MOST][COLUMNS];
    size_t n, times;
};

static size_t split(struct str s, struct rows *r)
{
    size_t c = 0;
    r->n = 0;
    while (s.n && r->n < MOST) {
        size_t n = str_find(s, '\x1f');
        r->cell[r->n][c++] = (struct str){s.p, n};
        s = str_from(s, n + 1);
        if (c == COLUMNS) {
            r->n++;
            c = 0;
        }
    }
    return r->n;
}

/* A cell that stands there as it is read by a spreadsheet. */
static void check_safe(struct str s)
{
    struct strbuf b = {0};
    struct csvout out = {.out = &b};
    csvout_foreign(&out, s);
    size_t at = b.n && b.p[0] == '"';
    HOLDS(b.n <= at || !b.p[at] || !strchr("=+-@\t\r", b.p[at]));
    strbuf_release(&b);
}

static void write_rows(const struct rows *r, struct strbuf *text)
{
    struct csvout out = {.out = text, .defuse = true};
    strbuf_add(text, STR("a,b,c\n"));
    for (size_t t = 0; t < r->times; t++)
        for (size_t i = 0; i < r->n; i++)
            csvout_record(&out, r->cell[i], COLUMNS);
}

static void check_stream(const char *path, const struct rows *r)
{
    struct err e = {0};
    struct csvstream *s = csvstream_open(path, "c,a,b", &e);
    HOLDS(s);
    static const size_t order[COLUMNS] = {2, 0, 1};
    const struct str *cell;
    for (size_t i = 0; i < r->n * r->times; i++) {
        HOLDS(csvstream_next(s, &cell, &e) && cell);
        for (size_t c = 0; c < COLUMNS; c++)
            HOLDS(str_eq(cell[c], r->cell[i % r->n][order[c]]));
    }
    HOLDS(csvstream_next(s, &cell, &e) && !cell);
    csvstream_free(s);
}

static void check_table(const char *path, const struct rows *r)
{
    struct err e = {0};
    struct arena a = {0};
    struct csvtable t;
    HOLDS(csvtable_read(path, &a, &t, &e));
    HOLDS(t.rows == r->n * r->times && t.columns == COLUMNS);
    for (size_t i = 0; i < t.rows; i++)
        for (size_t c = 0; c < COLUMNS; c++)
            HOLDS(str_eq(t.row[i][c], r->cell[i % r->n][c]));
    arena_release(&a);
}

/* Any bytes in the place of such a file: read or refused. */
static void read_any(struct str s)
{
    char path[64];
    int fd = fuzz_file(s, path);
    struct err e = {0};
    struct arena a = {0};
    struct csvtable t;
    HOLDS(csvtable_read(path, &a, &t, &e) || e.code);
    struct csvstream *in = csvstream_open(path, "a", &e);
    const struct str *cell = NULL;
    while (in && csvstream_next(in, &cell, &e) && cell)
        ;
    HOLDS(in || e.code);
    csvstream_free(in);
    arena_release(&a);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rows rows;
    struct feed f = {data, size};
    unsigned how = feed_byte(&f);
    struct str rest = feed_rest(&f);
    read_any(rest);
    if (!split(rest, &rows))
        return 0;
    for (size_t i = 0; i < rows.n * COLUMNS; i++)
        check_safe(rows.cell[i / COLUMNS][i % COLUMNS]);
    bool large = how == 255 && rest.n > 200 && rows.n < 20;
    rows.times = large ? LARGE / rest.n : 1 + how % 3;
    struct strbuf text = {0};
    write_rows(&rows, &text);
    char path[64];
    int fd = fuzz_file(strbuf_str(&text), path);
    check_stream(path, &rows);
    check_table(path, &rows);
    strbuf_release(&text);
    close(fd);
    return 0;
}
