/*
 * Table files (io/table.h). Bytes that begin like one are read as one: damaged in any way they are
 * refused, or give a block whose every value can be looked at. Other bytes are rows: what is
 * written of them comes back.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "pipeline/io/table.h"
#include "pipeline/io/table_file.h"
#include "tests/fuzz/fuzz.h"

/* --- damage --- */

static uint64_t touch_text(struct str s)
{
    uint64_t sum = s.n;
    for (size_t i = 0; i < s.n; i++)
        sum = sum * 31 + (unsigned char)s.p[i];
    return sum;
}

static uint64_t touch_column(const struct tcolumn *c, const struct tvec *v, size_t rows)
{
    uint64_t sum = 0;
    struct strbuf printed = {0};
    for (size_t r = 0; r < rows; r++) {
        if (c->type == TCOL_TEXT) {
            if (v->code)
                HOLDS(v->code[r] < v->n_dict);
            sum += touch_text(tvec_text(v, r));
            continue;
        }
        sum += (uint64_t)v->v[r];
        if (r < 64) {
            printed.n = 0;
            table_print(c, v->v[r], &printed);
            sum += printed.n;
        }
    }
    strbuf_release(&printed);
    return sum;
}

static void read_any(struct str s)
{
    char path[64];
    int fd = fuzz_file(s, path);
    struct err e = {0};
    struct tabin *t = tabin_open(path, &e);
    if (!t)
        HOLDS(e.code);
    size_t rows = 0;
    for (size_t b = 0; t && b < tabin_blocks(t); b++) {
        struct arena a = {0};
        struct tblock block;
        const struct tschema *schema = tabin_schema(t);
        rows += tabin_block_rows(t, b);
        if (tabin_read(t, b, NULL, &a, &block, &e)) {
            HOLDS(block.rows == tabin_block_rows(t, b) && block.rows <= TABLE_BLOCK);
            HOLDS(block.n == schema->n);
            uint64_t sum = 0;
            for (size_t i = 0; i < block.n; i++)
                sum += touch_column(&schema->col[i], &block.col[i], block.rows);
            HOLDS(sum != UINT64_MAX); /* so that no value goes unread */
        } else {
            HOLDS(e.code);
        }
        arena_release(&a);
    }
    if (t)
        HOLDS(rows == tabin_rows(t));
    tabin_free(t);
    close(fd);
}

/* --- there and back --- */

enum { COLUMNS = 5, ROWS_MOST = 512 };

static const struct str labels[] = {{"yes", 3}, {"no", 2}, {"", 0}};
static struct tcolumn columns[COLUMNS] = {
    {.name = {"t", 1}, .type = TCOL_TEXT},
    {.name = {"n", 1}, .type = TCOL_INT},
    {.name = {"e", 1}, .type = TCOL_ENUM, .label = labels, .n_label = 3},
    {.name = {"u", 1}, .type = TCOL_TEXT},
    {.name = {"d", 1}, .type = TCOL_DATETIME},
};
static const struct tschema schema = {columns, COLUMNS};

static int64_t feed_number(struct feed *f)
{
    unsigned bytes = feed_byte(f) % 10;
    uint64_t v = 0;
    if (bytes == 9)
        return TABLE_MISSING;
    while (bytes--)
        v = v << 8 | feed_byte(f);
    return (int64_t)v;
}

static struct str feed_text(struct feed *f)
{
    size_t n = feed_byte(f);
    if (n >= 250)
        return (struct str){NULL, 0};
    n = n < f->n ? n : f->n;
    struct str s = {n ? (const char *)f->p : "", n};
    f->p += n;
    f->n -= n;
    return s;
}

static size_t make_rows(struct feed f, struct tvalue row[][COLUMNS])
{
    size_t n = 0;
    for (; f.n && n < ROWS_MOST; n++) {
        unsigned again = feed_byte(&f);
        for (size_t c = 0; c < COLUMNS; c++) {
            if (n && (again >> c & 1)) {
                row[n][c] = row[n - 1][c];
                continue;
            }
            row[n][c] = (struct tvalue){.i = 0};
            if (columns[c].type == TCOL_TEXT)
                row[n][c].s = feed_text(&f);
            else
                row[n][c].i = columns[c].type == TCOL_ENUM ? feed_byte(&f) % 3 : feed_number(&f);
        }
    }
    return n;
}

static void check_rows(const char *path, const struct tvalue row[][COLUMNS], size_t n)
{
    struct err e = {0};
    struct arena a = {0};
    struct tabin *t = tabin_open(path, &e);
    HOLDS(t && tabin_rows(t) == n && tabin_schema(t)->n == COLUMNS);
    size_t at = 0;
    for (size_t b = 0; b < tabin_blocks(t); b++) {
        struct tblock block;
        HOLDS(tabin_read(t, b, NULL, &a, &block, &e));
        for (size_t r = 0; r < block.rows; r++, at++)
            for (size_t c = 0; c < COLUMNS; c++) {
                if (columns[c].type != TCOL_TEXT) {
                    HOLDS(block.col[c].v[r] == row[at][c].i);
                    continue;
                }
                struct str s = tvec_text(&block.col[c], r);
                HOLDS(!s.p == !row[at][c].s.p && str_eq(s, row[at][c].s));
            }
        arena_reset(&a);
    }
    HOLDS(at == n);
    arena_release(&a);
    tabin_free(t);
}

static void there_and_back(struct feed f)
{
    static struct tvalue row[ROWS_MOST][COLUMNS];
    size_t limit = 1 + feed_byte(&f);
    size_t n = make_rows(f, row);
    char path[64];
    int fd = fuzz_file(STR(""), path);
    struct err e = {0};
    struct tabout *t = tabout_open(path, &schema, NULL, 0, &e);
    HOLDS(t);
    tabout_limit(t, limit);
    for (size_t r = 0; r < n; r++)
        HOLDS(tabout_row(t, row[r], &e));
    HOLDS(tabout_close(t, &e));
    tabout_free(t);
    check_rows(path, row, n);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    if (str_starts(s, STR(TABLE_MAGIC)))
        read_any(s);
    else
        there_and_back((struct feed){data, size});
    return 0;
}
