/*
 * Which whole numbers print as a percentage. The expected values were found in Python by trying all
 * numerators and bases with fractions.Fraction, rounding each:
 *   nums(s, N):    [k for k in range(2 * N + 1) if prints(F(k, N), s)]
 *   bases(s, K):   [n for n in range(1, 40000) if prints(F(K, n), s)]
 *   simplest(s):   the first n, then k, with prints(F(k, n), s)
 *   pairs(D, N, M, A, B): the same over range(N + 1) x range(M + 1)
 * and are tried out once more here, over all small numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/possible.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define NONE                                                                                       \
    {                                                                                              \
        1, 0                                                                                       \
    }

static struct possible_claim claim(const char *z)
{
    struct possible_claim c;
    if (!possible_parse(str_c(z), &c))
        fail_msg("%s", z);
    return c;
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        struct possible_claim want;
    } rows[] = {
        {"50.1%", true, {501, 1, false, false}},
        {"-28%", true, {28, 0, true, false}},
        {"−28%", true, {28, 0, true, false}},
        {"+2.2pp", true, {22, 1, false, true}},
        {" 2.2 个百分点 ", true, {22, 1, false, true}},
        {"-0.25百分点", true, {25, 2, true, true}},
        {"0.000000001%", true, {1, 9, false, false}},
        {"0.0000000001%", false, {0}},
        {"1000000000000000%", true, {INT64_C(1000000000000000), 0, false, false}},
        {"1000000000000001%", false, {0}},
        {"99999999999999999999999%", false, {0}},
        {"50.1", false, {0}},
        {"%", false, {0}},
        {"-%", false, {0}},
        {"5.%", false, {0}},
        {".5%", false, {0}},
        {"5.1.2%", false, {0}},
        {"约50%", false, {0}},
        {"50%%", false, {0}},
        {"--5%", false, {0}},
        {"", false, {0}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct possible_claim c;
        if (possible_parse(str_c(rows[i].text), &c) != rows[i].ok)
            fail_msg("%s", rows[i].text);
        if (!rows[i].ok)
            continue;
        assert_int_equal(c.units, rows[i].want.units);
        assert_int_equal(c.decimals, rows[i].want.decimals);
        assert_int_equal(c.negative, rows[i].want.negative);
        assert_int_equal(c.points, rows[i].want.points);
    }
}

/* first and last by half-up, half-even, truncation; last < first: none; last = 0, first > 0 with
 * `open`: no end. */
struct range_row {
    const char *text;
    int64_t number;
    int64_t want[POSSIBLE_ROUNDINGS][2];
    bool open;
};

static void check_range(const struct range_row *x, size_t r, struct possible_range have)
{
    int64_t first = x->want[r][0], last = x->want[r][1];
    bool none = !have.open && have.last < have.first;
    if (first > last && !x->open
            ? !none
            : have.first != first || have.open != x->open || (!x->open && have.last != last))
        fail_msg("%s of %lld, rounding %zu: %lld..%lld", x->text, (long long)x->number, r,
                 (long long)have.first, (long long)have.last);
}

static void test_numerators(void **state)
{
    (void)state;
    static const struct range_row rows[] = {
        {"50.1%", 219, {NONE, NONE, NONE}, false},
        {"98.2%", 76932, {{75509, 75585}, {75509, 75585}, {75548, 75624}}, false},
        {"79.9%", 219, {{175, 175}, {175, 175}, {175, 175}}, false},
        {"50.1%", 1286, {{644, 644}, {644, 644}, {645, 645}}, false},
        {"12.5%", 8, {{1, 1}, {1, 1}, {1, 1}}, false},
        {"12%", 8, {NONE, {1, 1}, {1, 1}}, false},
        {"13%", 8, {{1, 1}, NONE, NONE}, false},
        {"6.2%", 16, {NONE, {1, 1}, {1, 1}}, false},
        {"6.3%", 16, {{1, 1}, NONE, NONE}, false},
        {"1.2%", 80, {NONE, {1, 1}, {1, 1}}, false},
        {"0.0%", 3000, {{0, 1}, {0, 1}, {0, 2}}, false},
        {"0%", 150, {{0, 0}, {0, 0}, {0, 1}}, false},
        {"100.0%", 1842, {{1842, 1842}, {1842, 1842}, {1842, 1843}}, false},
        {"33%", 3, {{1, 1}, {1, 1}, {1, 1}}, false},
        {"105%", 20, {{21, 21}, {21, 21}, {21, 21}}, false},
        {"99.9%", 7, {NONE, NONE, NONE}, false},
        {"-5%", 20, {NONE, NONE, NONE}, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        for (size_t r = 0; r < POSSIBLE_ROUNDINGS; r++) {
            struct possible_claim c = claim(rows[i].text);
            struct possible_interval v = possible_interval(&c, (enum possible_rounding)r);
            check_range(&rows[i], r, possible_numerators(v, rows[i].number));
        }
    struct possible_claim c = claim("50.1%");
    struct possible_range r = possible_numerators(possible_interval(&c, POSSIBLE_HALF_UP), 219);
    assert_int_equal(r.last, 109); /* the neighbours */
    assert_int_equal(r.first, 110);
}

static void test_bases(void **state)
{
    (void)state;
    static const struct range_row shares[] = {
        {"50.1%", 644, {{1285, 1286}, {1285, 1286}, {1283, 1285}}, false},
        {"79.9%", 175, {{219, 219}, {219, 219}, {219, 219}}, false},
        {"12%", 1, {NONE, {8, 8}, {8, 8}}, false},
        {"13%", 1, {{8, 8}, NONE, NONE}, false},
        {"0%", 3, {{601, 0}, {600, 0}, {301, 0}}, true},
        {"0%", 0, {{1, 0}, {1, 0}, {1, 0}}, true},
        {"1%", 0, {NONE, NONE, NONE}, false},
        {"0.1%", 1, {{667, 2000}, {667, 1999}, {501, 1000}}, false},
        {"28%", 14, {{50, 50}, {50, 50}, {49, 50}}, false},
        {"50.1%", 109, {NONE, NONE, NONE}, false},
    };
    static const struct range_row changes[] = {
        {"-28%", 50, {{69, 69}, {69, 69}, {70, 70}}, false},
        {"+2.2%", 7241, {{7082, 7088}, {7082, 7088}, {7079, 7085}}, false},
        {"-100%", 0, {{1, 0}, {1, 0}, {1, 0}}, true},
        {"100%", 8, {{4, 4}, {4, 4}, {4, 4}}, false},
        {"-12.5%", 7, {{8, 8}, {8, 8}, {8, 8}}, false},
        {"0%", 50, {{50, 50}, {50, 50}, {50, 50}}, false},
        {"-5%", 0, {NONE, NONE, NONE}, false},
        {"-28%", 3, {NONE, NONE, NONE}, false},
        {"-150%", 3, {NONE, NONE, NONE}, false},
    };
    for (size_t r = 0; r < POSSIBLE_ROUNDINGS; r++) {
        enum possible_rounding by = (enum possible_rounding)r;
        for (size_t i = 0; i < ROWS(shares); i++) {
            struct possible_claim c = claim(shares[i].text);
            struct possible_interval v = possible_interval(&c, by);
            check_range(&shares[i], r, possible_bases(v, shares[i].number));
        }
        for (size_t i = 0; i < ROWS(changes); i++) {
            struct possible_claim c = claim(changes[i].text);
            struct possible_interval v = possible_factor(possible_interval(&c, by));
            check_range(&changes[i], r, possible_bases(v, changes[i].number));
        }
    }
}

static void test_new_values(void **state)
{
    (void)state;
    static const struct range_row rows[] = {
        {"-28%", 69, {{50, 50}, {50, 50}, {49, 49}}, false},
        {"-28%", 70, {NONE, NONE, {50, 50}}, false},
        {"-28%", 9, {NONE, NONE, NONE}, false},
        {"12%", 8, {NONE, {9, 9}, {9, 9}}, false},
        {"13%", 8, {{9, 9}, NONE, NONE}, false},
        {"-0.7%", 150, {{149, 149}, {149, 149}, NONE}, false},
        {"-100%", 5, {{0, 0}, {0, 0}, {0, 0}}, false},
        {"-12%", 8, {NONE, {7, 7}, {7, 7}}, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        for (size_t r = 0; r < POSSIBLE_ROUNDINGS; r++) {
            struct possible_claim c = claim(rows[i].text);
            struct possible_interval v =
                possible_factor(possible_interval(&c, (enum possible_rounding)r));
            check_range(&rows[i], r, possible_numerators(v, rows[i].number));
        }
}

static void test_simplest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool change;
        int64_t want[POSSIBLE_ROUNDINGS][2]; /* numerator, base */
    } rows[] = {
        {"50.1%", false, {{168, 335}, {168, 335}, {126, 251}}},
        {"98.2%", false, {{54, 55}, {54, 55}, {55, 56}}},
        {"79.9%", false, {{107, 134}, {107, 134}, {163, 204}}},
        {"33.3%", false, {{1, 3}, {1, 3}, {1, 3}}},
        {"12.5%", false, {{1, 8}, {1, 8}, {1, 8}}},
        {"0.1%", false, {{1, 667}, {1, 667}, {1, 501}}},
        {"99.9%", false, {{666, 667}, {666, 667}, {999, 1000}}},
        {"0%", false, {{0, 1}, {0, 1}, {0, 1}}},
        {"100%", false, {{1, 1}, {1, 1}, {1, 1}}},
        {"66.67%", false, {{2, 3}, {2, 3}, {1669, 2503}}},
        {"0.7%", false, {{1, 134}, {1, 134}, {1, 126}}},
        {"12.3%", false, {{7, 57}, {7, 57}, {8, 65}}},
        {"-28%", true, {{13, 18}, {13, 18}, {5, 7}}},
        {"+2.2%", true, {{46, 45}, {46, 45}, {45, 44}}},
        {"-0.5%", true, {{181, 182}, {181, 182}, {166, 167}}},
        {"-99%", true, {{1, 67}, {1, 67}, {1, 100}}},
        /* 1 / n from 0.5 to 1.5, or 1 to 2, times 10^-11 */
        {"0.000000001%", false, {{1, 66666666667}, {1, 66666666667}, {1, 50000000001}}},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        for (size_t r = 0; r < POSSIBLE_ROUNDINGS; r++) {
            struct possible_claim c = claim(rows[i].text);
            struct possible_interval v = possible_interval(&c, (enum possible_rounding)r);
            struct exact x;
            assert_true(possible_simplest(rows[i].change ? possible_factor(v) : v, &x));
            if (x.num != rows[i].want[r][0] || x.den != rows[i].want[r][1])
                fail_msg("%s %zu: %lld/%lld", rows[i].text, r, (long long)x.num, (long long)x.den);
        }
    struct possible_claim c = claim("-5%");
    struct exact x;
    assert_false(possible_simplest(possible_interval(&c, POSSIBLE_HALF_UP), &x));
}

/* Published statements: what domain knowledge says of the 2019 report, and what cannot be. */
static void test_statements(void **state)
{
    (void)state;
    enum { ANY = -1 };
    static const struct {
        const char *text;
        int64_t part, of;
        bool change, want;
    } rows[] = {{"98.2%", ANY, 76932, false, true}, {"79.9%", 175, 219, false, true},
                {"50.1%", 644, 1286, false, true},  {"50.1%", ANY, 219, false, false},
                {"50.1%", 1051, 2098, false, true}, {"50.1%", 1050, 2098, false, false},
                {"100%", 1842, 1842, false, true},  {"-28%", 50, 69, true, true},
                {"-28%", 50, 70, true, false},      {"-28%", 50, ANY, true, true},
                {"-28%", 3, ANY, true, false},      {"-28%", ANY, 0, true, false},
                {"12%", 1, 8, false, true},         {"13%", 1, 8, false, true},
                {"14%", 1, 8, false, false},        {"50.1%", ANY, ANY, false, true},
                {"-5%", ANY, ANY, false, false},    {"0%", 0, 0, false, false},
                {"99.08%", 1293, 1305, false, true}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct possible_claim c = claim(rows[i].text);
        bool have = rows[i].change ? possible_change(&c, rows[i].of, rows[i].part)
                                   : possible_share(&c, rows[i].part, rows[i].of);
        if (have != rows[i].want)
            fail_msg("%s of %lld", rows[i].text, (long long)rows[i].of);
    }
}

/* The shares of 50 suits are 82.0, 8.0 and 10.0; those of 62 documents 71.0, 14.5 and 14.5. */
static void test_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text[4];
        int64_t of, part[4]; /* part[0] = -1: none */
        int64_t low, high;   /* of the sums; low > high: a part has no numerator */
    } rows[] = {
        {{"33.3%", "33.3%", "33.3%"}, 219, {73, 73, 73}, 219, 219},
        {{"82.0%", "8.0%", "10.0%"}, 50, {41, 4, 5}, 50, 50},
        {{"71.0%", "14.5%", "14.5%"}, 62, {44, 9, 9}, 62, 62},
        {{"71.0%", "14.5%", "14.6%"}, 62, {-1}, 1, 0},
        {{"33.3%", "33.3%", "33.3%"}, 1000, {-1}, 999, 999},
        {{"33.3%", "33.3%", "33.3%"}, 3000, {1000, 1000, 1000}, 2994, 3000},
        {{"33.3%", "33.3%", "33.5%"}, 2000, {666, 665, 669}, 1999, 2002},
        {{"50%", "51%"}, 100, {-1}, 101, 101},
        {{"50%", "51%"}, 1000, {495, 505}, 1000, 1018},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct possible_claim c[4];
        struct possible_sum sum;
        int64_t part[4];
        size_t n = 0;
        for (; n < 4 && rows[i].text[n]; n++)
            c[n] = claim(rows[i].text[n]);
        bool ok = possible_parts(c, n, rows[i].of, POSSIBLE_HALF_UP, part, &sum);
        assert_int_equal(ok, rows[i].part[0] >= 0);
        assert_int_equal(sum.low, rows[i].low);
        assert_int_equal(sum.high, rows[i].high);
        for (size_t k = 0; ok && k < n; k++)
            assert_int_equal(part[k], rows[i].part[k]);
    }
    struct possible_claim thirds[3] = {claim("33.3%"), claim("33.3%"), claim("33.3%")};
    struct possible_claim over[2] = {claim("50%"), claim("52%")};
    struct possible_claim ties[2] = {claim("50%"), claim("51%")};
    assert_true(possible_whole(thirds, 3, POSSIBLE_HALF_UP));
    assert_true(possible_whole(ties, 2, POSSIBLE_HALF_UP));    /* 49.5 + 50.5 */
    assert_false(possible_whole(ties, 2, POSSIBLE_HALF_EVEN)); /* 50.5 prints as 50 */
    assert_false(possible_whole(over, 2, POSSIBLE_HALF_UP));
    assert_false(possible_whole(thirds, 2, POSSIBLE_HALF_UP));
}

static void test_differences(void **state)
{
    (void)state;
    static const struct {
        const char *points, *now, *before;
        int64_t of, of_before, n, first[2];
    } rows[] = {
        {"2.2pp", NULL, NULL, 40, 30, 0, {0}},
        {"0pp", NULL, NULL, 6, 4, 3, {0, 0}},
        {"50pp", NULL, NULL, 2, 2, 2, {1, 0}},
        {"100pp", NULL, NULL, 5, 7, 1, {5, 0}},
        {"14.29pp", NULL, NULL, 7, 5, 1, {1, 0}},
        {"0.1pp", NULL, NULL, 30, 31, 1, {1, 1}},
        {"2.2pp", "98.2%", "96.0%", 110, 125, 1, {108, 120}},
        {"2.3pp", "98.2%", "96.0%", 110, 125, 0, {0}},
        {"2.2pp", "98.2%", "96.0%", 219, 200, 1, {215, 192}},
        {"1pp", "50%", "49%", 101, 99, 1, {51, 49}},
        {"3.3pp", "13.3%", "10.0%", 60, 50, 1, {8, 5}},
        {"2.2pp", "98.2%", "96.0%", 0, 0, 1, {0}},
        {"2.3pp", "98.2%", "96.0%", 0, 0, 1, {0}},
        {"2.4pp", "98.2%", "96.0%", 0, 0, 0, {0}},
        {"101.1pp", NULL, NULL, 0, 0, 0, {0}},
        {"1000000000000000pp", NULL, NULL, 1000, 1000, 0, {0}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct possible_claim p = claim(rows[i].points), now, before;
        struct possible_difference d = {&p, NULL, NULL, rows[i].of, rows[i].of_before};
        if (rows[i].now) {
            now = claim(rows[i].now);
            before = claim(rows[i].before);
            d.now = &now;
            d.before = &before;
        }
        struct possible_pairs have = possible_pairs(&d, POSSIBLE_HALF_UP);
        if (have.n != rows[i].n)
            fail_msg("row %zu: %lld pairs", i, (long long)have.n);
        if (rows[i].of && have.n) {
            assert_int_equal(have.now, rows[i].first[0]);
            assert_int_equal(have.before, rows[i].first[1]);
        }
    }
}

/* --- the same, tried out --- */

/* Does num / den print as c? */
static bool prints(const struct possible_claim *c, int64_t num, int64_t den, int r)
{
    int64_t v = (num < 0 ? -num : num) * 100 * exact_power10(c->decimals);
    int64_t q = v / den, rest = 2 * (v % den);
    if (r != POSSIBLE_TRUNCATED && (rest > den || (rest == den && (r == 0 || q % 2))))
        q++;
    return q == c->units && (q == 0 || (num < 0) == c->negative);
}

static void try_base(const struct possible_claim *c, int r, int64_t n)
{
    struct possible_interval v = possible_interval(c, (enum possible_rounding)r);
    struct possible_range share = possible_numerators(v, n);
    struct possible_range change = possible_numerators(possible_factor(v), n);
    for (int64_t k = 0; k <= 3 * n; k++) {
        if (prints(c, k, n, r) != (share.first <= k && k <= share.last))
            fail_msg("%lld/%lld", (long long)k, (long long)n);
        if (prints(c, k - n, n, r) != (change.first <= k && k <= change.last))
            fail_msg("%lld from %lld", (long long)k, (long long)n);
        struct possible_range base = possible_bases(v, k);
        if (prints(c, k, n, r) != (base.first <= n && (base.open || n <= base.last)))
            fail_msg("%lld/%lld by base", (long long)k, (long long)n);
    }
}

static void test_all_small(void **state)
{
    (void)state;
    for (int decimals = 0; decimals <= 1; decimals++)
        for (int64_t units = 0; units <= (decimals ? 130 : 210); units++)
            for (int r = 0; r < POSSIBLE_ROUNDINGS; r++) {
                struct possible_claim c = {units, decimals, units % 3 == 1, false};
                for (int64_t n = 1; n <= 24; n++)
                    try_base(&c, r, n);
            }
}

static void try_pairs(const struct possible_difference *d, int r)
{
    int64_t n = 0, first[2] = {0, 0};
    for (int64_t k = 0; k <= d->of; k++)
        for (int64_t j = 0; j <= d->of_before; j++) {
            if (!prints(d->points, k * d->of_before - j * d->of, d->of * d->of_before, r) ||
                (d->now && !prints(d->now, k, d->of, r)) ||
                (d->before && !prints(d->before, j, d->of_before, r)))
                continue;
            if (n++ == 0) {
                first[0] = k;
                first[1] = j;
            }
        }
    struct possible_pairs have = possible_pairs(d, (enum possible_rounding)r);
    if (have.n != n || (n && (have.now != first[0] || have.before != first[1])))
        fail_msg("%lld points, %lld and %lld: %lld pairs, not %lld", (long long)d->points->units,
                 (long long)d->of, (long long)d->of_before, (long long)have.n, (long long)n);
}

static void test_all_pairs(void **state)
{
    (void)state;
    struct possible_claim now = {40, 0, false, false}, before = {33, 0, false, false};
    for (int64_t units = 0; units <= 100; units += 3)
        for (int r = 0; r < POSSIBLE_ROUNDINGS; r++)
            for (int64_t of = 1; of <= 40; of += 3)
                for (int64_t of_before = 1; of_before <= 40; of_before += 3) {
                    struct possible_claim p = {units, 0, units % 2 == 1, true};
                    struct possible_difference d = {&p, NULL, NULL, of, of_before};
                    try_pairs(&d, r);
                    p.units = units / 10;
                    d.now = &now;
                    d.before = &before;
                    try_pairs(&d, r);
                }
}

/* The largest numbers that are allowed: no overflow (the sanitizers watch), and sound results. */
static void test_largest(void **state)
{
    (void)state;
    struct possible_claim c = claim("12.345678901%"), p = claim("-0.000000001pp");
    struct possible_interval v = possible_interval(&c, POSSIBLE_HALF_UP);
    struct possible_range k = possible_numerators(v, POSSIBLE_MAX);
    assert_int_equal(k.first, 123456789005000); /* 0.123456789005 * 10^15 */
    assert_int_equal(k.last, 123456789014999);
    struct possible_range n = possible_bases(v, 1);
    assert_true(n.last < n.first); /* 8.1: no whole number */
    struct possible_difference d = {&p, NULL, NULL, POSSIBLE_PAIR_MAX, POSSIBLE_PAIR_MAX};
    struct possible_pairs pairs = possible_pairs(&d, POSSIBLE_HALF_UP);
    /* j - k from 5 to 14 of 10^12 (half a unit is 5): sum of 10^12 + 1 - t for t = 5 ... 14 */
    assert_true(pairs.n == (exact_int)10 * (POSSIBLE_PAIR_MAX + 1) - 95);
    assert_int_equal(pairs.now, 0);
    assert_int_equal(pairs.before, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),     cmocka_unit_test(test_numerators),
        cmocka_unit_test(test_bases),     cmocka_unit_test(test_new_values),
        cmocka_unit_test(test_simplest),  cmocka_unit_test(test_statements),
        cmocka_unit_test(test_parts),     cmocka_unit_test(test_differences),
        cmocka_unit_test(test_all_small), cmocka_unit_test(test_all_pairs),
        cmocka_unit_test(test_largest),
    };
    return cmocka_run_group_tests_name("possible", tests, NULL, NULL);
}
