/* Counting warnings: one row for a code and a column, whatever their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "pipeline/calc/quality.h"

static void counts(void **state)
{
    (void)state;
    struct quality q = {0};
    quality_add(&q, "W-CELL-01", STR("日期"), 9);
    for (size_t line = 10; line < 1010; line++) {
        char column[8]; /* the column is copied: its text may go */
        snprintf(column, sizeof column, "c%zu", line % 3);
        quality_add(&q, "W-CELL-02", str_c(column), line);
    }
    quality_add(&q, "W-CELL-01", STR("日期"), 3);
    quality_add(&q, "W-CELL-01", STR(""), 5);
    static const struct {
        const char *code, *column;
        size_t count, first_line;
    } rows[] = {
        {"W-CELL-01", "日期", 2, 3},  /* the first line, not the first warning */
        {"W-CELL-02", "c1", 334, 10}, /* 10, 13 ... 1009 */
        {"W-CELL-02", "c2", 333, 11}, {"W-CELL-02", "c0", 333, 12}, {"W-CELL-01", "", 1, 5},
    };
    assert_int_equal(q.n, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < q.n; i++) {
        assert_string_equal(q.row[i].code, rows[i].code);
        assert_true(str_eq(q.row[i].column, str_c(rows[i].column)));
        assert_int_equal(q.row[i].count, rows[i].count);
        assert_int_equal(q.row[i].first_line, rows[i].first_line);
    }
    quality_release(&q);
    assert_int_equal(q.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
