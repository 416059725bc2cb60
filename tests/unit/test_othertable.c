/* Where another table begins: by the rules of othertable.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/othertable.h"

static const struct row {
    const char *text; /* its first record is asked about */
    enum othertable_place place;
    size_t own;
    size_t cells; /* of the other table; 0: there is none */
} rows[] = {
    {"Name,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 2},
    {"Name,Room\nAnn,1\nBob,2\n", OTHERTABLE_CLOSE, 4, 2},
    {"Name,Room\nAnn,1\nBob,2\n", OTHERTABLE_ABOVE, 0, 2},
    /* one row is enough behind a gap when nothing, or a blank record, follows */
    {"Name,Room\nAnn,1\n", OTHERTABLE_GAP, 4, 2},
    {"Name,Room\nAnn,1\n ,\nx,y,z\n", OTHERTABLE_GAP, 4, 2},
    {"Name,Room\nAnn,1\nx,y,z\n", OTHERTABLE_GAP, 4, 0},
    {"Name,Room\nAnn,1\n", OTHERTABLE_CLOSE, 4, 0},
    {"Name,Room\nAnn,1\n", OTHERTABLE_ABOVE, 0, 0},
    {"Name,Room\n", OTHERTABLE_GAP, 4, 0},
    /* as wide as ours: behind a gap only */
    {"Name,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 2, 2},
    {"Name,Room\nAnn,1\nBob,2\n", OTHERTABLE_CLOSE, 2, 0},
    /* all text: a gap, two rows, another width */
    {"Name,Town\nAnn,X\nBob,Y\n", OTHERTABLE_GAP, 4, 2},
    {"Name,Town\nAnn,X\nBob,Y\n", OTHERTABLE_CLOSE, 4, 0},
    {"Name,Town\nAnn,X\nBob,Y\n", OTHERTABLE_GAP, 2, 0},
    {"Name,Town\nAnn,X\n", OTHERTABLE_GAP, 4, 0},
    /* no header: a digit, an empty cell, the same twice, one cell, broken */
    {"K1,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 0},
    {"Name,,Room\nAnn,x,1\nBob,y,2\n", OTHERTABLE_GAP, 4, 0},
    {"Name,Name\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 0},
    {"\"Name\"x,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 0},
    /* empty cells behind the last do not count */
    {"Name,Room,,\nAnn,1,,\nBob,2,,\n", OTHERTABLE_GAP, 4, 2},
    /* titles, where there is a gap */
    {"Staff\nName,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 2},
    {"Staff,,,\nof 2019\nName,Room\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 2},
    {"Staff\nName,Room\nAnn,1\nBob,2\n", OTHERTABLE_CLOSE, 4, 0},
    {"Staff\nAnn,1\nBob,2\n", OTHERTABLE_GAP, 4, 0},
    {"Staff\n", OTHERTABLE_GAP, 4, 0},
};

static void test_rows(void **state)
{
    (void)state;
    struct csvin *c = csvin_new(STR(""), ',');
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct csvrec rec;
        size_t cells = 0;
        csvin_reset(c, str_c(rows[i].text), ',');
        csvin_expect(c, rows[i].own);
        assert_true(csvin_next(c, &rec));
        bool begins = othertable_begins(c, &rec, rows[i].place, rows[i].own, &a, &cells);
        if (begins != (rows[i].cells > 0) || (begins && cells != rows[i].cells))
            fail_msg("row %zu: %s, %zu cells", i, begins ? "yes" : "no", cells);
        arena_reset(&a);
    }
    arena_release(&a);
    csvin_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
