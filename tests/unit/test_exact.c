/* Exact rationals. Rounding vectors: the ties of GB/T 8170 (1/16, 1/80, 1/8), hand arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/exact.h"

static struct exact ratio(int64_t num, int64_t den)
{
    struct exact x;
    assert_true(exact_ratio(num, den, &x));
    return x;
}

static void test_round(void **state)
{
    (void)state;
    static const struct {
        int64_t num, den;
        int decimals;
        const char *half_up, *half_even;
    } rows[] = {
        {100, 16, 1, "6.3", "6.2"},
        {100, 80, 1, "1.3", "1.2"},
        {100, 8, 0, "13", "12"},
        {5, 2, 0, "3", "2"},
        {-5, 2, 0, "-3", "-2"},
        {7, 2, 0, "4", "4"},
        {1, 3, 6, "0.333333", "0.333333"},
        {2, 3, 6, "0.666667", "0.666667"},
        {-1, 20, 1, "-0.1", "0.0"},
        {199900, 2000, 1, "100.0", "100.0"},
        {0, 7, 2, "0.00", "0.00"},
        {-1900, 69, 0, "-28", "-28"},
        {1, 2, 0, "1", "0"},
        {3, 2, 0, "2", "2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int even = 0; even < 2; even++) {
            struct strbuf b = {0};
            exact_int v;
            assert_true(exact_round(ratio(rows[i].num, rows[i].den), rows[i].decimals, even, &v));
            exact_print(v, rows[i].decimals, &b);
            assert_string_equal(strbuf_c(&b), even ? rows[i].half_even : rows[i].half_up);
            strbuf_release(&b);
        }
}

static void test_arithmetic(void **state)
{
    (void)state;
    struct exact x;
    int c;
    /* 20/50 + 16/40 + 18/50 + 13/30 = 239/150 */
    assert_true(exact_add(ratio(20, 50), ratio(16, 40), &x));
    assert_true(exact_add(x, ratio(18, 50), &x));
    assert_true(exact_add(x, ratio(13, 30), &x));
    assert_true(x.num == 239 && x.den == 150);
    assert_true(exact_div(x, exact_of(4), &x) && x.num == 239 && x.den == 600);
    assert_true(exact_sub(ratio(1, 3), ratio(1, 2), &x) && x.num == -1 && x.den == 6);
    assert_true(exact_mul(ratio(-2, 3), ratio(3, -4), &x) && x.num == 1 && x.den == 2);
    assert_false(exact_div(exact_of(1), exact_of(0), &x));
    assert_false(exact_ratio(1, 0, &x));
    assert_true(exact_compare(ratio(1, 3), ratio(333333, 1000000), &c) && c > 0);
    assert_true(exact_compare(ratio(-1, 3), ratio(2, -6), &c) && c == 0);
}

/* What does not fit is refused, never wrong. */
static void test_overflow(void **state)
{
    (void)state;
    struct exact big = exact_of(INT64_MAX), x;
    exact_int v;
    assert_true(exact_mul(big, big, &x));
    assert_false(exact_mul(x, big, &x));
    assert_true(exact_mul(big, big, &x));
    assert_false(exact_round(x, 6, false, &v));
    struct exact tiny = {1, x.num}; /* (2^63 - 1)^2 has no factor 11 */
    assert_false(exact_add(tiny, ratio(1, 11), &x));
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t num, den; /* den 0: refused */
    } rows[] = {
        {"69", 69, 1},   {"-12.50", -25, 2}, {"0.05", 1, 20}, {"98.2", 491, 5},
        {"", 0, 0},      {"-", 0, 0},        {"1.", 0, 0},    {".5", 0, 0},
        {"1.2.3", 0, 0}, {"1e3", 0, 0},      {" 1", 0, 0},    {"1234567890123456789", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct exact x;
        bool ok = exact_parse(str_c(rows[i].text), &x);
        assert_int_equal(ok, rows[i].den != 0);
        assert_true(!ok || (x.num == rows[i].num && x.den == rows[i].den));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
