/*
 * Printing styles. Expected values: the printed column of the sample's figures and the words beside
 * it, the round-trip vectors and the rounding ties of the domain description, and arithmetic by
 * hand for the edges (0, 9, 10, 9999, 10000, ties, 1999 of 2000).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/style.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static struct style_step yu_steps[] = {{10, 1}, {1000, 10}, {10000, 100}, {INT64_MAX, 1000}};
static struct style_step ten[] = {{INT64_MAX, 10}};
static struct style_unit wan[] = {{S("万"), 10000, 10000}};
static struct style_unit yi[] = {{S("亿"), 100000000, 50000000}, {S("万"), 10000, 10000}};

static const struct conf_style yu = {.step = yu_steps, .n_step = 4, .suffix = S("余")};

/* A style with the kind called `kind`. */
static struct conf_style of(const char *kind, struct conf_style s)
{
    s.kind = style_kind_find(str_c(kind));
    assert_non_null(s.kind);
    return s;
}

static void expect(struct conf_style s, struct figure f, bool half_even, const char *want)
{
    struct strbuf b = {0};
    style_print(&s, &f, half_even, STR("—"), &b);
    assert_string_equal(strbuf_c(&b), want);
    strbuf_release(&b);
}

static struct figure count(int64_t v)
{
    return (struct figure){.present = true, .num = v, .den = 1, .divide = 1};
}

static struct figure money(int64_t fen)
{
    struct figure f = count(fen);
    f.scale = 2;
    return f;
}

static struct figure rate(int64_t num, int64_t den)
{
    return (struct figure){
        .present = true, .is_ratio = true, .num = num, .den = den, .divide = 1, .percent = true};
}

struct row {
    int64_t num, den;
    const char *printed;
};

static void test_percent(void **state)
{
    (void)state;
    static const struct row pct1[] = {
        {72906, 74240, "98.2%"}, {175, 219, "79.9%"}, {3, 4, "75.0%"},   {20, 50, "40.0%"},
        {1, 16, "6.3%"},         {1, 80, "1.3%"},     {44, 62, "71.0%"}, {14, 19, "73.7%"},
        {1999, 2000, "100.0%"},  {0, 4, "0.0%"},      {1, 4000, "0.0%"}, {18, 25, "72.0%"},
    };
    static const struct row clamped1[] = {
        {1999, 2000, "99.9%"}, {2000, 2000, "100.0%"}, {1, 4000, "0.1%"},    {0, 4000, "0.0%"},
        {1841, 1842, "99.9%"}, {5, 4, "125.0%"},       {644, 1286, "50.1%"},
    };
    static const struct row clamped0[] = {
        {1842, 1842, "100%"}, {995, 1000, "99%"}, {1, 1000, "1%"}, {0, 3, "0%"}, {1, 8, "13%"},
    };
    struct conf_style s = of("percent", (struct conf_style){.decimals = 1});
    for (size_t i = 0; i < ROWS(pct1); i++)
        expect(s, rate(pct1[i].num, pct1[i].den), false, pct1[i].printed);
    expect(s, rate(1, 16), true, "6.2%");
    expect(s, rate(1, 80), true, "1.2%");
    s.clamp = true;
    for (size_t i = 0; i < ROWS(clamped1); i++)
        expect(s, rate(clamped1[i].num, clamped1[i].den), false, clamped1[i].printed);
    s.whole = STR("全部");
    expect(s, rate(1286, 1286), false, "全部");
    expect(s, rate(1285, 1286), false, "99.9%");
    expect(s, rate(0, 0), false, "—");
    s = of("percent", (struct conf_style){.clamp = true});
    for (size_t i = 0; i < ROWS(clamped0); i++)
        expect(s, rate(clamped0[i].num, clamped0[i].den), false, clamped0[i].printed);
    s.clamp = false;
    expect(s, rate(1, 8), true, "12%");
    expect(s, rate(239, 600), false, "40%");
}

/* Year on year: the sign is kept in the value and left out in print. */
static void test_unsigned(void **state)
{
    (void)state;
    struct conf_style s =
        of("percent", (struct conf_style){.unsigned_ = true, .zero = STR("持平")});
    expect(s, rate(19, 69), false, "28%");
    expect(s, rate(-19, 69), false, "28%");
    expect(s, rate(0, 69), false, "持平");
    expect(s, rate(-19, 0), false, "—");
}

static void test_scaled(void **state)
{
    (void)state;
    static const struct {
        int decimals;
        int64_t value;
        const char *printed;
    } rows[] = {
        {0, 90000, "9万"},     {0, 30000, "3万"},     {1, 54500, "5.5万"},  {1, 54499, "5.4万"},
        {2, 28649, "2.86万"},  {2, 28650, "2.87万"},  {2, 28612, "2.86万"}, {1, 55020, "5.5万"},
        {1, 50000, "5万"},     {2, 20000, "2万"},     {2, 25000, "2.5万"},  {0, 9999, "9999"},
        {0, 10000, "1万"},     {0, 14999, "1万"},     {0, 15000, "2万"},    {1, 0, "0"},
        {0, 1000000, "100万"}, {1, -54500, "-5.5万"},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        expect(of("scaled",
                  (struct conf_style){
                      .decimals = rows[i].decimals, .trim = true, .unit = wan, .n_unit = 1}),
               count(rows[i].value), false, rows[i].printed);
    struct conf_style da =
        of("scaled",
           (struct conf_style){
               .trim = true, .unit = wan, .n_unit = 1, .prefix = STR("达"), .zero = STR("0")});
    expect(da, count(70210), false, "达7万");
    expect(da, count(0), false, "0");
    expect(da, count(12), false, "达12");
}

/* 约N亿; what would round to 0 亿 in 万; below 10000 as it is. Amounts in fen. */
static void test_about(void **state)
{
    (void)state;
    static const struct {
        int64_t fen;
        const char *printed;
    } rows[] = {
        {80123456789, "约8亿"}, {5000000000, "约1亿"},  {4999999999, "约5000万"},
        {14999999999, "约1亿"}, {15000000000, "约2亿"}, {1234567800, "约1235万"},
        {1000000, "约1万"},     {999900, "约9999"},     {999949, "约9999"},
        {1550, "约16"},
    };
    struct conf_style s =
        of("scaled", (struct conf_style){.unit = yi, .n_unit = 2, .prefix = STR("约")});
    for (size_t i = 0; i < ROWS(rows); i++)
        expect(s, money(rows[i].fen), false, rows[i].printed);
    /* half to even: 0.5 亿 rounds to 0 亿 */
    expect(s, money(5000000000), true, "约5000万");
}

static void test_hedges(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *down, *up;
    } rows[] = {
        {144, "140余", "140余"},
        {141, "140余", "140余"},
        {149, "140余", "近150"},
        {140, "140", "140"},
        {3701, "3700余", "3700余"},
        {3742, "3700余", "3700余"},
        {19, "10余", "近20"},
        {13, "10余", "10余"},
        {605, "600余", "600余"},
        {655, "650余", "650余"},
        {26, "20余", "20余"},
        {27, "20余", "近30"},
        {28, "20余", "近30"},
        {30, "30", "30"},
        {9, "9", "9"},
        {0, "0", "0"},
        {7, "7", "7"},
        {10, "10", "10"},
        {999, "990余", "近1000"},
        {1000, "1000", "1000"},
        {9999, "9900余", "近10000"},
        {10000, "10000", "10000"},
        {12345, "12000余", "12000余"},
    };
    struct conf_style down = of("hedge_down", yu);
    struct conf_style up =
        of("hedge_up",
           (struct conf_style){
               .step = ten, .n_step = 1, .within = 3, .prefix = STR("近"), .fallback = &down});
    for (size_t i = 0; i < ROWS(rows); i++) {
        expect(down, count(rows[i].value), false, rows[i].down);
        expect(up, count(rows[i].value), false, rows[i].up);
    }
    expect(down, money(14001), false, "140余"); /* a fraction is dropped too */
}

static void test_plain(void **state)
{
    (void)state;
    struct conf_style s = of("integer", (struct conf_style){0});
    expect(s, count(76932), false, "76932");
    expect(s, (struct figure){.den = 1}, false, "—");
    /* 55020 / 42 = 1310.0 */
    struct figure f = rate(55020, 42);
    f.percent = false;
    expect(s, f, false, "1310");
    f.num = 63;
    expect(of("decimal", (struct conf_style){0}), f, false, "2"); /* 1.5 */
    s.zero = STR("未出现");
    expect(s, count(0), false, "未出现");
    expect(s, count(2), false, "2");
    /* 801234567.89 yuan of 28612 households in units of 10000 */
    f = money(80123456789);
    f.is_ratio = true;
    f.den = 28612;
    f.divide = 10000;
    expect(
        of("decimal", (struct conf_style){.decimals = 2, .prefix = STR("约"), .suffix = STR("万")}),
        f, false, "约2.80万");
    s = of("chinese", (struct conf_style){0});
    expect(s, count(1), false, "一");
    expect(s, count(10), false, "十");
    expect(s, count(11), false, "11");
    expect(s, count(0), false, "0");
}

/* value, numerator, denominator as the machine-readable table has them. */
static void test_exact_texts(void **state)
{
    (void)state;
    struct figure household = money(80123456789);
    household.is_ratio = true;
    household.den = 28612;
    household.divide = 10000;
    struct figure absent = rate(3, 4);
    absent.present = false;
    const struct {
        struct figure f;
        const char *value, *num, *den;
    } rows[] = {
        {rate(175, 219), "79.908676", "175", "219"},
        {rate(644, 1286), "50.077760", "644", "1286"},
        {rate(6551, 6551), "100.000000", "6551", "6551"},
        {rate(-19, 69), "-27.536232", "-19", "69"},
        {rate(3, 0), "", "3", "0"},
        {count(2098), "2098", "", ""},
        {money(80123456789), "801234567.89", "", ""},
        {money(-5), "-0.05", "", ""},
        {household, "2.800344", "801234567.89", "28612"},
        {absent, "", "", ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct strbuf b = {0};
        figure_print(&rows[i].f, &b);
        strbuf_addc(&b, '|');
        figure_print_numerator(&rows[i].f, &b);
        strbuf_addc(&b, '|');
        figure_print_denominator(&rows[i].f, &b);
        char want[128];
        snprintf(want, sizeof want, "%s|%s|%s", rows[i].value, rows[i].num, rows[i].den);
        assert_string_equal(strbuf_c(&b), want);
        strbuf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percent),     cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_scaled),      cmocka_unit_test(test_about),
        cmocka_unit_test(test_hedges),      cmocka_unit_test(test_plain),
        cmocka_unit_test(test_exact_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
