/* Exact quantiles and deviations of tallied values, against R 4.2.2 (the call beside each value).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/tally.h"

#define N_OF(a) (sizeof(a) / sizeof(a)[0])

static const int64_t x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9};
static const int64_t y[] = {-3, 7, 7, 100};

/* x as group 7, y as group 2, one value as group 9. */
static void fill(struct tally *t)
{
    for (size_t i = 0; i < N_OF(x); i++)
        tally_add(t, 7, x[i], 1);
    for (size_t i = 0; i < N_OF(y); i++)
        tally_add(t, 2, y[i], 1);
    tally_add(t, 9, 4, 1);
    tally_sort(t);
}

static void expect(const char *expected, tally_statistic *of, struct tally_runs r, const char *p)
{
    struct strbuf b = {0};
    struct exact v, share;
    exact_int whole;
    assert_true(exact_parse(str_c(p), &share));
    if (of(r, share, &v) && exact_round(v, 6, false, &whole))
        exact_print(whole, 6, &b);
    assert_string_equal(strbuf_c(&b), expected);
    strbuf_release(&b);
}

static void test_statistics(void **state)
{
    (void)state;
    static const struct {
        uint32_t group;
        tally_statistic *of;
        const char *p, *expected;
    } rows[] = {
        {7, tally_quantile, "0", "1.000000"}, /* quantile(x, p) */
        {7, tally_quantile, "0.1", "1.400000"},
        {7, tally_quantile, "0.37", "4.180000"},
        {7, tally_quantile, "0.5", "5.000000"},
        {7, tally_quantile, "0.75", "7.500000"},
        {7, tally_quantile, "1", "9.000000"},
        {7, tally_nearest, "0.1", "1.000000"}, /* quantile(x, p, type = 1) */
        {7, tally_nearest, "0.2", "2.000000"}, /* the 3rd of 15 exactly */
        {7, tally_nearest, "0.37", "4.000000"},
        {7, tally_nearest, "0.75", "8.000000"},
        {7, tally_nearest, "0.9", "9.000000"},
        {7, tally_nearest, "0", "1.000000"},
        {7, tally_mad, "0", "2.000000"}, /* mad(x, constant = 1) */
        {7, tally_sd, "0", "2.825058"},  /* sd(x) */
        {2, tally_quantile, "0.5", "7.000000"},
        {2, tally_quantile, "0.9", "72.100000"},
        {2, tally_mad, "0", "5.000000"},
        {2, tally_sd, "0", "48.396797"},
        {9, tally_quantile, "0.3", "4.000000"},
        {9, tally_mad, "0", "0.000000"},
        {9, tally_sd, "0", ""}, /* one value */
        {1, tally_quantile, "0.5", ""},
        {1, tally_nearest, "0.5", ""},
        {1, tally_mad, "0", ""},
    };
    struct tally t = {0};
    fill(&t);
    assert_int_equal(tally_of(&t, 7).n, 9); /* different values */
    for (size_t i = 0; i < N_OF(rows); i++)
        expect(rows[i].expected, rows[i].of, tally_of(&t, rows[i].group), rows[i].p);
    tally_release(&t);
}

/* Extremes of 64 bits neither wrap nor end the run. */
static void test_extremes(void **state)
{
    (void)state;
    struct tally t = {0};
    struct exact v;
    tally_add(&t, 0, INT64_MIN, 1);
    tally_add(&t, 0, INT64_MAX, 1);
    tally_sort(&t);
    expect("-0.500000", tally_quantile, tally_of(&t, 0), "0.5");
    assert_false(tally_mad(tally_of(&t, 0), exact_of(0), &v));
    assert_false(tally_sd(tally_of(&t, 0), exact_of(0), &v));
    tally_release(&t);
}

static void test_many(void **state)
{
    (void)state;
    enum { MANY = 30000 };
    struct tally t = {0};
    for (int round = 0; round < 2; round++)
        for (int64_t i = 0; i < MANY; i++)
            tally_add(&t, (uint32_t)(i % 3), i << 33, 1);
    tally_sort(&t);
    struct tally_runs r = tally_of(&t, 1);
    assert_int_equal(r.n, MANY / 3);
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.run[i].value, (int64_t)(3 * i + 1) << 33);
        assert_int_equal(r.run[i].count, 2);
    }
    tally_release(&t);
}

/* Two tallies put together, values on both sides of every border between pages and beyond them. */
static void test_add_all(void **state)
{
    (void)state;
    static const int64_t value[] = {-1, 0, 63, 64, 127, 128, 510, 511, 512, 513, 1000};
    static const uint32_t group[] = {4, 0};
    struct tally a = {0}, b = {0};
    for (size_t i = 0; i < N_OF(value); i++) {
        tally_add(&a, 4, value[i], 1);
        tally_add(&b, 0, value[i], 2); /* counts as group 4 of a */
        tally_add(&b, 1, value[i], 3); /* as group 0 */
    }
    tally_add_all(&a, &b, group);
    tally_sort(&a);
    for (uint32_t g = 0; g <= 4; g += 4) {
        struct tally_runs r = tally_of(&a, g);
        assert_int_equal(r.n, N_OF(value));
        for (size_t i = 0; i < r.n; i++) {
            assert_int_equal(r.run[i].value, value[i]);
            assert_int_equal(r.run[i].count, 3);
        }
    }
    tally_release(&a);
    tally_release(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_add_all),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
