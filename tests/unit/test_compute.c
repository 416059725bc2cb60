/*
 * Aggregates, figures and checks over eight rows in two blocks, one with text dictionaries and one
 * without. Expected lines by hand from the rows of small_rows.h; every case is computed with one
 * worker and with three, and with the blocks in either order, and must come out the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/figure.h"
#include "pipeline/calc/intern.h"
#include "tests/unit/small_rows.h"

static struct baseline_row baseline_rows[] = {
    {.indicator = S("R2"), .year = 2018, .value = S("30")},
    {.indicator = S("L1"), .year = 2018, .value = S("2")},
    {.indicator = S("C4"), .year = 2018, .value = S("16")},
    {.indicator = S("C1"), .year = 2017, .value = S("9")},
};

static const struct small_set sets[] = {
    {"valid", "E", "at in period and status != 作废"},
    {"closed", "valid", "status = 办结"},
    {"none", "E", "n > 100"},
};

static const struct small_indicator indicators[] = {
    {.id = "C1",
     .from = "valid",
     .value = "rows()",
     .by_org = "org",
     .by_month = "at",
     .prior = "L1"},
    {.id = "C2", .from = "valid", .value = "distinct(person)", .by_org = "org", .by_month = "at"},
    {.id = "C3", .unit = "元", .from = "valid", .value = "sum(fee)", .by_org = "org"},
    {.id = "C4", .from = "valid", .value = "sum(n)", .by_month = "at"},
    {.id = "C5", .from = "valid", .value = "distinct(coalesce(person, org, id))"},
    {.id = "C6", .from = "valid", .value = "distinct(status)", .by_org = "org"},
    {.id = "R1",
     .unit = "%",
     .from = "valid",
     .by_org = "org",
     .by_month = "at",
     .value = "rows(where status = 办结 and day(at) <= due) / rows(where status = 办结)"},
    {.id = "R2", .unit = "%", .from = "valid", .value = "rows(where status = 在办) / C1"},
    {.id = "R0", .unit = "%", .from = "none", .value = "rows() / rows()"},
    {.id = "L1", .from = "valid", .value = "rows()", .last_year = true, .by_month = "at"},
    {.id = "D1", .unit = "%", .value = "(L1 - C1) / L1"},
    {.id = "M1", .unit = "%", .value = "mean(R1, R2)"},
    {.id = "M2", .unit = "%", .value = "mean(R1, R0)"},
    {.id = "K1", .from = "closed", .value = "distinct(id)"},
    {.id = "A1", .unit = "元", .value = "C3 / C1", .divide = 10},
    {.id = "A2", .unit = "元", .value = "C1 / C3"},
    {.id = "N1", .value = "numerator(R1) + 10 * denominator(R1)"},
    {.id = "S1", .unit = "%", .value = "R1"},
    {.id = "PX", .value = "C1", .prior = "R0"},
    {.id = "O1", .from = "F", .value = "rows()", .by_month = NULL},
    {.id = "O2", .value = "C1 + O1"},
    {.id = "E1", .from = "Ev", .value = "rows()"},
    {.id = "Q1", .from = "E", .value = "median(n)", .by_org = "org", .by_month = "at"},
    {.id = "Q2", .unit = "元", .from = "E", .value = "quantile(fee, 0.9)", .by_org = "org"},
    {.id = "X1", .from = "E", .value = "rows()", .by_org = "org", .by_month = "at", .cross = true},
    {.id = "X2",
     .from = "E",
     .value = "distinct(person)",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "X3",
     .unit = "元",
     .from = "E",
     .value = "sum(fee)",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "X4",
     .from = "E",
     .value = "median(n)",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "X5",
     .unit = "%",
     .from = "E",
     .value = "X1 / rows()",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "X6",
     .from = "E",
     .value = "rows()",
     .by_org = "org",
     .by_month = "at",
     .cross = true,
     .last_year = true},
    {.id = "Q3", .from = "E", .value = "sd(n where status = 办结)"},
    {.id = "Q4", .from = "E", .value = "nearest(fee, 0.5)"},
    {.id = "Q5", .from = "E", .value = "mad(n) / median(n)"},
};

static const struct small_check checks[] = {
    {"T1", "C1 = K1 + 2"},
    {"T2", "C1 <= C4 <= K1 <= 100"},
    {"T3", "L1 = baseline(L1)"},
    {"T4", "C1 = baseline(C1)"},
    {"T5", "R0 = 1"},
    {"T6", "R1 > 66.6"},
    {"T7", "C3 != 101.25"},
    {"T8", "R2 >= baseline(R2)"},
    {"T9", "C1 < C1"},
};

/* id|period|org|month|value|numerator|denominator|prior|change|unit of it|status */
static const char *const expected[] = {
    "C1|2019|||5|||2|150.0|%|正常",
    "C1|2019|O1||2||||||正常",
    "C1|2019|O2||2||||||正常",
    "C1|2019||2019-01|2||||||正常",
    "C1|2019||2019-02|1||||||正常",
    "C1|2019||2019-03|0||||||正常",
    "C1|2019||2019-04|0||||||正常",
    "C1|2019||2019-05|0||||||正常",
    "C1|2019||2019-06|0||||||正常",
    "C1|2019||2019-07|0||||||正常",
    "C1|2019||2019-08|0||||||正常",
    "C1|2019||2019-09|0||||||正常",
    "C1|2019||2019-10|0||||||正常",
    "C1|2019||2019-11|0||||||正常",
    "C1|2019||2019-12|2||||||正常",
    "C2|2019|||2||||||正常",
    "C2|2019|O1||2||||||正常",
    "C2|2019|O2||2||||||正常",
    "C2|2019||2019-01|2||||||正常",
    "C2|2019||2019-02|1||||||正常",
    "C2|2019||2019-12|1||||||正常",
    "C3|2019|||101.25||||||正常",
    "C3|2019|O1||0.50||||||正常",
    "C3|2019|O2||102.00||||||正常",
    "C4|2019|||12|||16|-25.0|%|正常",
    "C4|2019||2019-01|3||||||正常",
    "C4|2019||2019-02|0||||||正常",
    "C4|2019||2019-12|9||||||正常",
    "C5|2019|||3||||||正常", /* p1, p2, a4 */
    "C6|2019|||2||||||正常",
    "C6|2019|O1||2||||||正常",
    "C6|2019|O2||2||||||正常",
    "R1|2019|||66.666667|2|3||||正常",
    "R1|2019|O1||0.000000|0|1||||正常",
    "R1|2019|O2||100.000000|1|1||||正常",
    "R1|2019||2019-01|50.000000|1|2||||正常",
    "R1|2019||2019-02||0|0||||基数为零",
    "R1|2019||2019-12|100.000000|1|1||||正常",
    "R2|2019|||40.000000|2|5|30|10.0|points|正常",
    "R0|2019||||0|0||||基数为零",
    "L1|2018|||2||||||正常",
    "L1|2018||2018-05|1||||||正常",
    "L1|2018||2018-12|1||||||正常",
    "L1|2018||2018-06|0||||||正常",
    "D1|2019|||-150.000000|-3|2||||正常",
    "M1|2019|||53.333333|8|15||||正常",
    "M2|2019||||0|0||||基数为零",
    "K1|2019|||3||||||正常",
    "A1|2019|||2.025000|101.25|5||||正常",
    "A2|2019|||0.049383|5|101.25||||正常",
    "N1|2019|||32||||||正常",
    "S1|2019|||66.666667|2|3||||正常",
    "PX|2019|||5||||||无上年数",
    "O1|2019|||0||||||正常",
    "O2|2019|||5||||||正常",
    "E1|2019|||0||||||正常",
    "Q1|2019|||3.500000|7|2||||正常", /* 1 2 3 4 5 6 */
    "Q1|2019|O1||2.000000|2|1||||正常",
    "Q1|2019|O2||4.000000|4|1||||正常", /* 1 4 6 */
    "Q1|2019|O3||5.000000|5|1||||正常",
    "Q1|2019||2019-01|1.500000|3|2||||正常",
    "Q1|2019||2019-02||0|0||||基数为零", /* the only row has no n */
    "Q1|2019||2019-12|4.500000|9|2||||正常",
    "Q2|2019|||44.200000|221|5||||正常",   /* 7 + 0.4 * 93 */
    "Q2|2019|O2||81.400000|407|5||||正常", /* 2 7 100: 7 + 0.8 * 93 */
    "X1|2019|||8||||||正常",
    "X1|2019|O1||3||||||正常",
    "X1|2019||2019-01|2||||||正常",
    "X1|2019|O1|2019-01|1||||||正常",
    "X1|2019|O1|2019-02|1||||||正常",
    "X1|2019|O2|2019-01|1||||||正常",
    "X1|2019|O2|2019-12|1||||||正常", /* a4 of December has no org */
    "X1|2019|O3|2019-03|1||||||正常",
    "X2|2019|O1|2019-01|1||||||正常",
    "X2|2019|O2|2019-12|1||||||正常",
    "X3|2019|O2|2019-01|100.00||||||正常",
    "X3|2019|O1|2019-02|0.00||||||正常", /* the only row has no fee */
    "X3|2019|O3|2019-03|1.00||||||正常",
    "X4|2019|O2|2019-12|6.000000|6|1||||正常",
    "X4|2019|O1|2019-02||0|0||||基数为零",
    "X5|2019|O2|2019-12|100.000000|1|1||||正常",
    "X6|2018|O2|2018-12|1||||||正常",
    "X6|2018|O1|2018-05|1||||||正常",
    "Q3|2019|||1.290994|645497|500000||||正常", /* 1 2 3 4: root of 5/3 */
    "Q4|2019|||2.000000|2|1||||正常",           /* the 4th of 7 */
    "Q5|2019|||0.428571|3|7||||正常",           /* 1.5 of 3.5 */
};

/* With no file of F, and one submitter of E silent. */
static const char *const expected_unreported[] = {
    "C1|2019|||5|||2|150.0|%|缺报", "C1|2019|O1||2||||||缺报", "R0|2019||||0|0||||缺报",
    "O1|2019|||||||||缺报",         "O2|2019|||||||||缺报",    "E1|2019|||0||||||缺报",
};

static const struct {
    enum check_result result;
    const char *left, *right;
} expected_checks[] = {
    {CHECK_PASS, "5", "5"},           {CHECK_FAIL, "12", "3"},
    {CHECK_PASS, "2", "2"},           {CHECK_NOT_APPLICABLE, "5", ""},
    {CHECK_NOT_RUN, "", "1"},         {CHECK_PASS, "66.666667", "66.6"},
    {CHECK_FAIL, "101.25", "101.25"}, {CHECK_PASS, "40.000000", "30"},
    {CHECK_FAIL, "5", "5"},
};

static char *line_of(const struct conf *c, const struct figure_row *r)
{
    struct strbuf b = {0};
    strbuf_printf(&b, "%.*s|%lld|%.*s|%.*s|", STR_ARG(c->indicators[r->indicator].id),
                  (long long)r->period, STR_ARG(r->org), STR_ARG(r->month));
    figure_print(&r->f, &b);
    strbuf_addc(&b, '|');
    figure_print_numerator(&r->f, &b);
    strbuf_addc(&b, '|');
    figure_print_denominator(&r->f, &b);
    strbuf_printf(&b, "|%.*s|%.*s|%s|%s", STR_ARG(r->prior), STR_ARG(r->change),
                  r->change.n ? r->points ? "points" : "%" : "", figure_status_name[r->status]);
    strbuf_c(&b);
    return b.p;
}

static const struct small_case whole_case = {sets,   ROWS(sets),  indicators, ROWS(indicators),
                                             checks, ROWS(checks)};

struct run {
    struct conf conf;
    struct refs refs;
    struct plan plan;
    struct compute *compute;
    struct figures figures;
};

/* Computes the case; `first` is the block that comes first, block i goes to worker i % workers. */
static void begin(struct run *r, const struct small_case *x, size_t workers, size_t first,
                  const enum delivery *delivery)
{
    struct problems problems = {0};
    *r = (struct run){.refs = {.year = 2019,
                               .period_start = Y19,
                               .period_end = Y19 + 364,
                               .cutoff = Y19 + 364,
                               .baseline = baseline_rows,
                               .n_baseline = ROWS(baseline_rows)}};
    small_conf(&r->conf, x);
    if (!plan_build(&r->conf, &r->refs, &r->plan, &problems))
        fail_msg("%s", problems.e[0].text[LANG_EN]);
    problems_release(&problems);
    r->compute = compute_new(&r->plan, workers);
    for (size_t i = 0; i < ROWS(blocks); i++)
        compute_block(r->compute, (i + 1) % workers, 0, &blocks[(i + first) % ROWS(blocks)]);
    compute_finish(r->compute);
    figures_make(&r->plan, r->compute, delivery, &r->figures);
}

static void end(struct run *r)
{
    figures_release(&r->figures);
    compute_free(r->compute);
    plan_release(&r->plan);
    arena_release(&r->conf.arena);
}

static bool among(const struct run *r, const char *line)
{
    bool found = false;
    for (size_t i = 0; i < r->figures.n && !found; i++) {
        char *got = line_of(&r->conf, &r->figures.row[i]);
        found = strcmp(got, line) == 0;
        free(got);
    }
    return found;
}

static void expect_lines(const struct run *r, const char *const *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!among(r, line[i])) {
            for (size_t k = 0; k < r->figures.n; k++)
                print_message("%s\n", line_of(&r->conf, &r->figures.row[k]));
            fail_msg("not among the lines: %s", line[i]);
        }
}

static const enum delivery all_sent[PERIODS * 2] = {DELIVERED_ALL, DELIVERED_ALL};

static void test_figures(void **state)
{
    (void)state;
    static const size_t workers[] = {1, 2, 3};
    for (size_t w = 0; w < ROWS(workers); w++)
        for (size_t first = 0; first < ROWS(blocks); first++) {
            struct run r;
            begin(&r, &whole_case, workers[w], first, all_sent);
            expect_lines(&r, expected, ROWS(expected));
            /* 33 for the whole; orgs: 2 each of C1, C2, C3, C6, R1, 3 each of Q1, Q2, X1 to X6;
             * months: C1, C2, C4, R1, L1, Q1, X1 to X6; both: 5 each of X1 to X5, 2 of X6 */
            assert_int_equal(r.figures.n, 33 + 5 * 2 + 8 * 3 + 12 * 12 + 5 * 5 + 2);
            for (size_t i = 0; i < ROWS(checks); i++) {
                assert_int_equal(r.figures.check[i].result, expected_checks[i].result);
                assert_true(str_eq(r.figures.check[i].left, str_c(expected_checks[i].left)));
                assert_true(str_eq(r.figures.check[i].right, str_c(expected_checks[i].right)));
            }
            end(&r);
        }
}

/* The whole, then organisations in byte order, then months; indicators as configured. */
static void test_order(void **state)
{
    (void)state;
    struct run r;
    begin(&r, &whole_case, 3, 1, all_sent);
    for (size_t i = 0; i < 15; i++) {
        char *got = line_of(&r.conf, &r.figures.row[i]);
        assert_string_equal(got, expected[i]);
        free(got);
    }
    for (size_t i = 1; i < r.figures.n; i++)
        assert_true(r.figures.row[i - 1].indicator <= r.figures.row[i].indicator);
    end(&r);
}

static void test_unreported(void **state)
{
    (void)state;
    static const enum delivery sent[PERIODS * 2] = {DELIVERED_PART, DELIVERED_NONE, DELIVERED_PART,
                                                    DELIVERED_NONE};
    struct run r;
    begin(&r, &whole_case, 1, 0, sent);
    expect_lines(&r, expected_unreported, ROWS(expected_unreported));
    end(&r);
}

/* Nothing wraps round: a figure beyond 64 bits costs itself and what rests on it, nothing else. Of
 * the mean, the denominators are three primes below 10^18, whose product has 180 bits; two of them
 * are within 128 bits, but their lowest terms are beyond 64. */
static void test_overflow(void **state)
{
    (void)state;
    static const struct small_indicator x[] = {
        {.id = "B1", .from = "E", .value = "rows() * 999999999999999999"},
        {.id = "B2", .value = "B1 * 2"},
        {.id = "B3", .value = "B2 - B2"},
        {.id = "B4", .from = "E", .value = "rows() / B2"},
        {.id = "P1", .from = "E", .value = "rows() / 999999999999999989"},
        {.id = "P2", .from = "E", .value = "rows() / 999999999999999967"},
        {.id = "P3", .from = "E", .value = "rows() / 999999999999999877"},
        {.id = "M1", .value = "mean(P1, P2, P3)"},
        {.id = "M2", .value = "mean(P1, P2)"},
        {.id = "C", .from = "E", .value = "rows()", .by_org = "org"},
        {.id = "S", .from = "E", .value = "sum(n) * 999999999999999999", .by_org = "org"},
    };
    static const struct small_check check[] = {
        {"K1", "B2 = 1"}, {"K2", "P1 + P2 = P2 + P3"}, {"K3", "C = 8"}};
    static const char *const lines[] = {
        "B1|2019|||7999999999999999992||||||正常",
        "B2|2019|||||||||超限",
        "B3|2019|||||||||超限",
        "B4|2019|||||||||超限",
        "P1|2019|||0.000000|8|999999999999999989||||正常",
        "M1|2019|||||||||超限",
        "M2|2019|||||||||超限",
        "C|2019|||8||||||正常",
        "C|2019|O1||3||||||正常",
        "S|2019|||||||||超限",
        "S|2019|O1||1999999999999999998||||||正常", /* n is 2 */
        "S|2019|O2||||||||超限",                    /* 1 + 4 + 6 */
    };
    static const struct {
        enum check_result result;
        bool beyond;
    } results[] = {{CHECK_NOT_RUN, false}, {CHECK_NOT_RUN, true}, {CHECK_PASS, false}};
    struct run r;
    begin(&r, &(struct small_case){NULL, 0, x, ROWS(x), check, ROWS(check)}, 1, 0, all_sent);
    expect_lines(&r, lines, ROWS(lines));
    for (size_t i = 0; i < ROWS(results); i++) {
        assert_int_equal(r.figures.check[i].result, results[i].result);
        assert_int_equal(r.figures.check[i].beyond, results[i].beyond);
    }
    end(&r);
}

/* Many different values: exact, whatever their hashes. */
static void test_intern(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct intern numbers = {0}, texts = {0};
    struct idset seen = {0};
    struct pairset pairs = {0};
    char text[16];
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < MANY; i++) {
            int n = snprintf(text, sizeof text, "v%u", i);
            assert_int_equal(intern_number(&numbers, (int64_t)i << 40), i);
            assert_int_equal(intern_text(&texts, (struct str){text, (size_t)n}), i);
            idset_reserve(&seen, (size_t)i + 1);
            idset_add(&seen, i);
            pairset_add(&pairs, i % 7, i % 5000);
        }
    assert_int_equal(idset_count(&seen), MANY);
    assert_int_equal(pairs.n, 20000); /* i mod 7 and i mod 5000: 35000 pairs, 20000 of them met */
    assert_int_equal(intern_find(&texts, STR("v19999")), 19999);
    assert_int_equal(intern_find(&texts, STR("w")), INTERN_NONE);
    intern_release(&numbers);
    intern_release(&texts);
    idset_release(&seen);
    pairset_release(&pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),    cmocka_unit_test(test_order),
        cmocka_unit_test(test_unreported), cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_intern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
