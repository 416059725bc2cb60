/* Records that do not fit, in a file whose other rows say what its columns hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/ragged.h"

#define FILE_TEXT                                                                                  \
    "ID,Day,Count,Note\nK1,2019-01-01,1,one\nK2,2019-01-02,22,two words\n"                         \
    "K3,2019-01-03,3,three\nK4,2019-01-04,4,four\n"
enum { FIRST = 18, CELLS = 4 };

static void join(const struct ragged_row *row, struct strbuf *out)
{
    for (size_t i = 0; i < CELLS; i++) {
        strbuf_add(out, i ? STR("|") : STR(""));
        strbuf_add(out, row->cell[i]);
    }
}

static struct ragged *of_file(void)
{
    const struct dialect d = {.delimiter = ",", .n = 1, .quote = '"', .escape = '"'};
    return ragged_new(&d, STR(FILE_TEXT), FIRST, CELLS);
}

static void test_mend(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *want; /* NULL: no way is likely */
    } rows[] = {
        {"K5,2019-01-05,5", "K5|2019-01-05|5|"},            /* the last cell is missing */
        {"K5,2019-01-05,five", "K5|2019-01-05||five"},      /* the count is */
        {"K5,2019-01-05,5,a, b", "K5|2019-01-05|5|a, b"},   /* a comma in text */
        {"K5,2019-01-05,5,\"open", "K5|2019-01-05|5|open"}, /* half a pair of quotes */
        {"K5;2019-01-05;5;five", "K5|2019-01-05|5|five"},   /* another delimiter */
        {"K5,,2019-01-05,5,five", "K5|2019-01-05|5|five"},  /* an empty cell too many */
        {"K5,2019-01-05", NULL},                            /* too much is missing */
        {"K5", NULL},
        {"some words that are no row", NULL},
        {"", NULL},
    };
    struct ragged *r = of_file();
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ragged_row row;
        bool mended = ragged_mend(r, str_c(rows[i].raw), &a, &row);
        struct strbuf got = {0};
        if (mended)
            join(&row, &got);
        if (mended != (rows[i].want != NULL) ||
            (mended && strcmp(strbuf_c(&got), rows[i].want) != 0))
            fail_msg("%s: %s", rows[i].raw, mended ? strbuf_c(&got) : "not mended");
        strbuf_release(&got);
        arena_reset(&a);
    }
    arena_release(&a);
    ragged_free(r);
}

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        size_t n;
        const char *last;
    } rows[] = {
        {"K5,2019-01-05,5,a\rK6,2019-01-06,6,b", 2, "K6|2019-01-06|6|b"},
        {"K5,2019-01-05,5,a\r\rK6,2019-01-06,6,\"b\"\r", 2, "K6|2019-01-06|6|b"},
        {"K5,2019-01-05,5,a\rK6,2019-01-06,6,b\rK7,,,", 3, "K7|||"},
        {"K5,2019-01-05,5,a", 0, ""},    /* one record */
        {"K5,2019-01-05,5,a\r", 0, ""},  /* ... whatever is behind it */
        {"K5,2019-01-05,5,a\rb", 0, ""}, /* a CR in a cell */
        {"K5,2019-01-05\r5,a,K6,x", 0, ""},
        {"K5,2019-01-05,5,\"a\rK6,2019-01-06,6,b\"", 0, ""}, /* a quoted one */
    };
    struct ragged *r = of_file();
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ragged_row *row;
        size_t n = ragged_split(r, str_c(rows[i].raw), &a, &row);
        struct strbuf got = {0};
        if (n)
            join(&row[n - 1], &got);
        if (n != rows[i].n || strcmp(strbuf_c(&got), rows[i].last) != 0)
            fail_msg("row %zu: %zu records, the last %s", i, n, strbuf_c(&got));
        strbuf_release(&got);
        arena_reset(&a);
    }
    arena_release(&a);
    ragged_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mend), cmocka_unit_test(test_split)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
