/*
 * Which figures are sums over rows, and of what: by hand from their formulas.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/linear.h"
#include "tests/unit/small_conf.h"

static const struct small_indicator indicators[] = {
    {.id = "C", .from = "E", .value = "rows()"},
    {.id = "P", .from = "E", .value = "distinct(person)"},
    {.id = "F", .unit = "元", .from = "E", .value = "sum(fee)"},
    {.id = "R", .unit = "%", .from = "E", .value = "rows(where n > 1) / sum(n)"},
    {.id = "S", .unit = "%", .value = "R"},
    {.id = "A", .value = "2 * C - (P - 3) + 12"},
    {.id = "N", .value = "numerator(R) + 10 * denominator(S)"},
    {.id = "D", .unit = "%", .value = "(C - P) / C"},
    {.id = "M", .unit = "%", .value = "mean(R, D)"},
    {.id = "Q", .from = "E", .value = "median(n)"},
    {.id = "X", .from = "E", .value = "C * P"},
    {.id = "Y", .from = "E", .value = "C + Q"},
    {.id = "Z", .value = "-F * 0.5"},
    {.id = "K", .value = "12"},
    {.id = "V", .unit = "%", .value = "M"},
};
static const struct small_case whole_case = {NULL, 0, indicators, ROWS(indicators), NULL, 0};

static const struct {
    const char *id;
    enum linear_side side;
    const char *terms; /* NULL: no sum */
} expected[] = {
    {"C", LINEAR_VALUE, "1/1 rows; "},
    {"C", LINEAR_NUMERATOR, "1/1 rows; "},
    {"C", LINEAR_DENOMINATOR, ""},
    {"P", LINEAR_VALUE, "1/1 distinct; "},
    {"F", LINEAR_VALUE, "1/100 sum; "}, /* of hundredths */
    {"R", LINEAR_VALUE, NULL},
    {"R", LINEAR_NUMERATOR, "1/1 rows; "},
    {"R", LINEAR_DENOMINATOR, "1/1 sum; "},
    {"S", LINEAR_NUMERATOR, "1/1 rows; "},
    {"S", LINEAR_DENOMINATOR, "1/1 sum; "},
    {"A", LINEAR_VALUE, "2/1 rows; -1/1 distinct; "},
    {"N", LINEAR_VALUE, "1/1 rows; 10/1 sum; "},
    {"D", LINEAR_NUMERATOR, "1/1 rows; -1/1 distinct; "},
    {"D", LINEAR_DENOMINATOR, "1/1 rows; "},
    {"M", LINEAR_NUMERATOR, NULL},
    {"V", LINEAR_NUMERATOR, NULL},
    {"Q", LINEAR_NUMERATOR, NULL},
    {"X", LINEAR_VALUE, NULL},
    {"Y", LINEAR_VALUE, NULL},
    {"Z", LINEAR_VALUE, "-1/200 sum; "},
    {"K", LINEAR_VALUE, ""},
};

static void print(const struct plan *plan, const struct linear *l, struct strbuf *out)
{
    static const char *const kinds[] = {[AGG_ROWS] = "rows",
                                        [AGG_DISTINCT] = "distinct",
                                        [AGG_SUM] = "sum",
                                        [AGG_VALUES] = "values"};
    for (size_t i = 0; i < l->n; i++) {
        const struct linear_term *t = &l->term[i];
        enum aggregate_kind kind = plan->figures->table[t->table].aggregate[t->aggregate].kind;
        strbuf_printf(out, "%lld/%lld %s; ", (long long)t->times.num, (long long)t->times.den,
                      kinds[kind]);
    }
}

static void test_terms(void **state)
{
    (void)state;
    struct conf c;
    struct plan plan;
    struct refs refs = {.year = 2019};
    struct problems problems = {0};
    struct arena a = {0};
    small_conf(&c, &whole_case);
    assert_true(plan_build(&c, &refs, &plan, &problems));
    for (size_t i = 0; i < ROWS(expected); i++) {
        struct linear l;
        struct strbuf text = {0};
        linear_of(&plan, conf_find_indicator(&c, str_c(expected[i].id)), expected[i].side, &a, &l);
        print(&plan, &l, &text);
        assert_int_equal(l.is_sum, expected[i].terms != NULL);
        assert_string_equal(strbuf_c(&text), expected[i].terms ? expected[i].terms : "");
        strbuf_release(&text);
    }
    plan_release(&plan);
    arena_release(&c.arena);
    arena_release(&a);
    problems_release(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_terms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
