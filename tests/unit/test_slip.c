/* Folding, ceiling, effect and order of the lines of a slip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/slip.h"

/* Two exports of two columns and three figures: F0 reads A.a and A.b, F1 A.a, F2 B.a. */
static struct conf_column columns[] = {{.title = {"a", 1}}, {.title = {"b", 1}}};
static struct conf_export exports[] = {{.column = columns, .n = 2}, {.column = columns, .n = 2}};
static const struct conf conf = {.exports = exports, .n_exports = 2, .n_indicators = 3};
static size_t first[] = {0, 2, 4};
static bool row[3][4] = {{true, true}, {true}, {false, false, true}};
static bool *reads[] = {row[0], row[1], row[2]};
static const struct effect effect = {3, first, reads};

struct input {
    const char *org, *file;
    size_t export;
    const char *code, *column, *value;
    int64_t line;
};

static void add(struct slips *s, const struct input *x, size_t times)
{
    for (size_t i = 0; i < times; i++)
        slips_add(s, str_c(x->org),
                  &(struct slip_finding){.file = str_c(x->file),
                                         .export = x->export,
                                         .code = str_c(x->code),
                                         .column = str_c(x->column),
                                         .value = str_c(x->value),
                                         .note = STR(""),
                                         .place = {x->line ? x->line + (int64_t)i : 0, 0}});
}

/* Line i of a slip as text: rows, figures, what it says. */
static void expect_line(const struct slip *s, size_t i, const char *want)
{
    char have[600];
    assert_true(i < s->n);
    const struct slip_line *l = &s->line[i];
    snprintf(have, sizeof have, "%zu %zu %.*s %.*s %.*s %.*s%s", l->rows, l->figures,
             STR_ARG(l->code), STR_ARG(l->file), STR_ARG(l->column), STR_ARG(l->value),
             l->rest ? " rest" : "");
    assert_string_equal(have, want);
}

/* Most figures first, then files, then rows, then the rest of the order. */
static void test_order(void **state)
{
    (void)state;
    static const struct {
        struct input x;
        size_t times;
    } rows[] = {
        {{"O", "f", 0, "W-ORG-01", "a", "old name", 2}, 4836}, /* understood: nothing lost */
        {{"O", "f", 0, "W-CELL-01", "b", "x", 9}, 2},          /* F0 */
        {{"O", "f", 0, "W-CELL-01", "a", "x", 9}, 1},          /* F0, F1 */
        {{"O", "f", 0, "E-ROW-02", "b", "y", 3}, 1},           /* a row of A: F0, F1 */
        {{"O", "f", 0, "E-ROW-02", "b", "z", 4}, 3},           /* the same, more rows */
        {{"O", "g", 1, "E-ROW-02", "b", "z", 4}, 9},           /* a row of B: F2 */
        {{"O", "g", 1, "W-CELL-01", "b", "z", 4}, 7},          /* B.b: no figure */
        {{"O", "h", 0, "W-FILE-06", "", "", 0}, 1},            /* a file of A */
        {{"O", "", 1, "E-SUB-01", "", "", 0}, 1},              /* B did not come */
        {{"O", "j", 0, "W-FILE-07", "", "", 0}, 1},            /* replaced */
        {{"O", "i", 0, "W-FILE-07", "", "", 0}, 1},            /* so too, and before it */
        {{"O", "k", SIZE_MAX, "W-FILE-01", "", "", 0}, 1},     /* of no export */
        {{"N", "k", 0, "W-CELL-99", "q", "", 1}, 1},           /* a column that nobody knows */
    };
    struct slips s;
    slips_init(&s, &conf, &effect, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        add(&s, &rows[i].x, rows[i].times);
    slips_sort(&s);
    assert_int_equal(s.n, 2);
    assert_true(str_eq(s.slip[0].org, STR("N")));
    expect_line(&s.slip[0], 0, "1 2 W-CELL-99 k q ");
    static const char *const want[] = {
        "1 2 W-FILE-06 h  ",   "3 2 E-ROW-02 f b z",
        "1 2 E-ROW-02 f b y",  "1 2 W-CELL-01 f a x",
        "1 1 E-SUB-01   ",     "9 1 E-ROW-02 g b z",
        "2 1 W-CELL-01 f b x", "4836 0 W-ORG-01 f a old name",
        "7 0 W-CELL-01 g b z", "1 0 W-FILE-07 i  ",
        "1 0 W-FILE-07 j  ",   "1 0 W-FILE-01 k  ",
    };
    assert_int_equal(s.slip[1].n, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        expect_line(&s.slip[1], i, want[i]);
    assert_int_equal(s.slip[1].findings, 4836 + 2 + 1 + 1 + 3 + 9 + 7 + 5);
    bool touched[3] = {false};
    assert_int_equal(slip_touch(&effect, &s.slip[1].line[0], touched), 2);
    assert_true(touched[0] && touched[1] && !touched[2]);
    slips_release(&s);
}

/* The first places are kept; the same value in another file, column or rule is another line. */
static void test_folding(void **state)
{
    (void)state;
    static const struct input rows[] = {
        {"O", "f", 0, "W-CELL-01", "a", "x", 10}, {"O", "g", 0, "W-CELL-01", "a", "x", 1},
        {"O", "f", 0, "W-CELL-01", "b", "x", 1},  {"O", "f", 0, "W-CELL-02", "a", "x", 1},
        {"P", "f", 0, "W-CELL-01", "a", "x", 1},  {"O", "f", 0, "W-CELL-01", "a", "", 1},
    };
    struct slips s;
    slips_init(&s, &conf, &effect, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        add(&s, &rows[i], i == 0 ? 7 : 1);
    slips_sort(&s);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.slip[0].n, 5);
    assert_int_equal(s.slip[1].n, 1);
    const struct slip_line *l = &s.slip[0].line[0];
    assert_int_equal(l->rows, 7);
    assert_int_equal(l->n_places, SLIP_PLACES);
    for (size_t i = 0; i < SLIP_PLACES; i++)
        assert_int_equal(l->place[i].line, 10 + i);
    slips_release(&s);
}

/* Past the ceiling values are no longer told apart, but every finding is counted once. */
static void test_ceiling(void **state)
{
    (void)state;
    struct slips s;
    slips_init(&s, &conf, &effect, 2);
    for (size_t i = 0; i < 9; i++) {
        char value[] = {(char)('0' + (char)i), '\0'};
        add(&s, &(struct input){"O", "f", 0, "W-CELL-01", "a", value, 1}, 1);
        add(&s, &(struct input){"O", "f", 0, "W-CELL-01", "a", "0", 50}, 1);
        add(&s, &(struct input){"O", "f", 0, "W-CELL-01", "b", value, 1}, 1);
    }
    slips_sort(&s);
    assert_int_equal(s.slip[0].n, 4);
    expect_line(&s.slip[0], 0, "10 2 W-CELL-01 f a 0");
    expect_line(&s.slip[0], 1, "8 2 W-CELL-01 f a  rest");
    expect_line(&s.slip[0], 2, "8 1 W-CELL-01 f b  rest");
    expect_line(&s.slip[0], 3, "1 1 W-CELL-01 f b 0");
    assert_int_equal(s.slip[0].findings, 27);
    slips_release(&s);
}

/* A value stays on its line and is cut at a character. */
static void test_value(void **state)
{
    (void)state;
    char longer[1 + 70 * 3 + 1] = "x";
    for (size_t i = 0; i < 70; i++)
        memcpy(longer + 1 + 3 * i, "字", 3);
    struct slips s;
    slips_init(&s, &conf, &effect, 9);
    add(&s, &(struct input){"O", "f", 0, "W-CELL-01", "a", "1\r\n2\t\x7f", 1}, 1);
    add(&s, &(struct input){"P", "f", 0, "W-CELL-01", "a", longer, 1}, 1);
    expect_line(&s.slip[0], 0, "1 2 W-CELL-01 f a 1  2  ");
    assert_int_equal(s.slip[1].line[0].value.n, 199);
    slips_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
