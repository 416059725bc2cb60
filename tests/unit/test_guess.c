/* Types by what the words mean: a clerk would say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pipeline/calc/guess.h"

static const struct {
    const char *text;
    enum guess type;
    const char *form;
} cells[] = {
    {"", GUESS_EMPTY, NULL},
    {"  ", GUESS_EMPTY, NULL},
    {"12", GUESS_INTEGER, NULL},
    {"-3", GUESS_INTEGER, NULL},
    {"1,234,567", GUESS_INTEGER, NULL},
    {"1,23", GUESS_TEXT, NULL},
    {"12.5", GUESS_DECIMAL, NULL},
    {"12.", GUESS_CODE, NULL},
    {"$12.50", GUESS_MONEY, NULL},
    {"\xc2\xa5"
     "12",
     GUESS_MONEY, NULL},
    {"12.50元", GUESS_MONEY, NULL},
    {"98.2%", GUESS_PERCENT, NULL},
    {"2019-03-01", GUESS_DATE, "Y-M-D"},
    {"2019/3/1", GUESS_DATE, "Y/M/D"},
    {"2019年3月1日", GUESS_DATE, "Y年M月D日"},
    {"20190301", GUESS_DATE, "YYYYMMDD"},
    {"2019-03-01 08:30:00", GUESS_DATETIME, "Y-M-D"},
    {"28/01/2018", GUESS_DATE, "D/M/YYYY"},
    {"31/02/2018", GUESS_CODE, NULL},
    {"2019年3月", GUESS_MONTH, NULL},
    {"10:15", GUESS_TIME, NULL},
    {"10:75", GUESS_TEXT, NULL},
    {"AB-1234", GUESS_CODE, NULL},
    {"Main street", GUESS_TEXT, NULL},
    {"北京市", GUESS_TEXT, NULL},
};

static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        const char *form;
        enum guess g = guess_cell(str_c(cells[i].text), &form);
        if (g != cells[i].type)
            fail_msg("%s is %s, not %s", cells[i].text, guess_name[g], guess_name[cells[i].type]);
        if (cells[i].form)
            assert_string_equal(form, cells[i].form);
        else
            assert_null(form);
    }
}

static struct guess_column column_of(const char *const *text, size_t n)
{
    struct guess_column c = {0};
    for (size_t i = 0; i < n; i++)
        guess_add(&c, str_c(text[i]), false);
    return c;
}
#define COLUMN(...)                                                                                \
    column_of((const char *const[]){__VA_ARGS__},                                                  \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_columns(void **state)
{
    (void)state;
    struct guess_column c = COLUMN("1", "2.5", "", "3");
    assert_int_equal(guess_type(&c), GUESS_DECIMAL);
    assert_int_equal(c.empty, 1);
    c = COLUMN("2019-01-01", "2019-01-02 10:00:00");
    assert_int_equal(guess_type(&c), GUESS_DATETIME);
    c = COLUMN("a", "b", "1");
    assert_int_equal(guess_type(&c), GUESS_TEXT);
    c = COLUMN("", "");
    assert_int_equal(guess_type(&c), GUESS_EMPTY);
    c = COLUMN("01/02/2018", "28/01/2018", "29/01/2018");
    assert_string_equal(guess_form(&c), "D/M/YYYY");
}

static void test_fit(void **state)
{
    (void)state;
    struct guess_column codes = COLUMN("AB-12", "CD-34", "EF-56");
    assert_int_equal(guess_misfit(&codes, STR("XY-99")), 0);
    assert_true(guess_misfit(&codes, STR("2019-01-01")) > 1000);
    assert_true(guess_misfit(&codes, STR("some words")) > guess_misfit(&codes, STR("")));
    assert_int_equal(guess_shape(STR("AB-12")), guess_shape(STR("X-9876")));
    assert_int_not_equal(guess_shape(STR("AB-12")), guess_shape(STR("AB/12")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
