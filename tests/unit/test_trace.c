/*
 * The rows behind figures over the eight rows of small_rows.h: which rows each call lists, with
 * which weight, by hand from the table there; and for every line that compute makes, that the rows
 * add up to what it counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/figure.h"
#include "pipeline/calc/trace.h"
#include "tests/unit/small_rows.h"

static const struct small_set sets[] = {
    {"valid", "E", "at in period and status != 作废"},
    {"none", "E", "n > 100"},
};

static const struct small_indicator indicators[] = {
    {.id = "C1",
     .from = "valid",
     .value = "rows()",
     .by_org = "org",
     .by_month = "at",
     .prior = "L1"},
    {.id = "C2",
     .from = "valid",
     .value = "distinct(person)",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "C3", .unit = "元", .from = "valid", .value = "sum(fee)", .by_org = "org"},
    {.id = "R1",
     .unit = "%",
     .from = "valid",
     .by_org = "org",
     .by_month = "at",
     .value = "rows(where status = 办结 and day(at) <= due) / rows(where status = 办结)"},
    {.id = "L1", .from = "valid", .value = "rows()", .last_year = true, .by_month = "at"},
    {.id = "D1", .unit = "%", .value = "(L1 - C1) / L1"},
    {.id = "M1", .unit = "%", .value = "mean(R1, R2)"},
    {.id = "R2", .unit = "%", .from = "valid", .value = "rows(where status = 在办) / C1"},
    {.id = "N1", .value = "numerator(R1) + 10 * denominator(R1)"},
    {.id = "N2", .value = "numerator(R1) + 2 * numerator(R1)"},
    {.id = "S1", .unit = "%", .value = "R1"},
    {.id = "Q1", .from = "E", .value = "median(n)", .by_org = "org"},
    {.id = "Q2", .unit = "元", .from = "E", .value = "sd(fee)"},
    {.id = "Z1", .from = "none", .value = "rows()"},
    {.id = "K1", .value = "12"},
    {.id = "T1", .from = "E", .value = "distinct(status where n is present)"},
};
static const struct small_case whole_case = {sets, ROWS(sets), indicators, ROWS(indicators),
                                             NULL, 0};

/* What is listed: one call after the other, "figure side: row weight, ...". */
static const struct {
    const char *id, *org;
    int month;
    const char *calls;
} expected[] = {
    {"C1", "", -1,
     "C1 value: f1:11 1, f1:12 1, f1:13 1, f1:14 1, f2:23 1; "
     "L1 prior: f2:21 1, f2:24 1; "},
    {"C1", "O2", -1, "C1 value: f1:11 1, f2:23 1; "},
    {"C1", "", 11, "C1 value: f1:14 1, f2:23 1; "},
    {"C1", "O9", -1, "C1 value: "},
    /* p1 of a1 and a3, p2 of a2 and a7: the second row of each adds nothing; a4 has no person */
    {"C2", "", -1, "C2 value: f1:11 1, f1:13 0, f1:12 1, f2:23 0; "},
    {"C2", "O1", -1, "C2 value: f1:13 1, f1:12 1; "},
    {"C2", "O2", 11, "C2 value: f2:23 1; "},
    /* the fee of a3 is missing */
    {"C3", "", -1, "C3 value: f1:11 10000, f1:12 50, f1:14 -125, f2:23 200; "},
    {"R1", "", -1, "R1 numerator: f1:11 1, f1:14 1; R1 denominator: f1:11 1, f1:12 1, f1:14 1; "},
    {"R1", "", 0, "R1 numerator: f1:11 1; R1 denominator: f1:11 1, f1:12 1; "},
    {"D1", "", -1,
     "L1 value: f2:21 1, f2:24 1; "
     "C1 value: f1:11 1, f1:12 1, f1:13 1, f1:14 1, f2:23 1; "},
    {"M1", "", -1,
     "R1 numerator: f1:11 1, f1:14 1; R1 denominator: f1:11 1, f1:12 1, f1:14 1; "
     "R2 numerator: f1:13 1, f2:23 1; "
     "C1 value: f1:11 1, f1:12 1, f1:13 1, f1:14 1, f2:23 1; "},
    {"N1", "", -1, "R1 numerator: f1:11 1, f1:14 1; R1 denominator: f1:11 1, f1:12 1, f1:14 1; "},
    {"N2", "", -1, "R1 numerator: f1:11 1, f1:14 1; "},
    {"S1", "", -1, "R1 numerator: f1:11 1, f1:14 1; R1 denominator: f1:11 1, f1:12 1, f1:14 1; "},
    {"Q1", "O2", -1, "Q1 value: f1:11 1, f2:21 1, f2:23 1; "},
    {"Z1", "", -1, "Z1 value: "},
    {"K1", "", -1, ""},
    /* 办结 of a1, a2, a4, a5, 在办 of a7, 作废 of a6 */
    {"T1", "", -1, "T1 value: f1:11 1, f1:12 0, f1:14 0, f2:21 0, f2:23 1, f2:22 1; "},
};

static const enum delivery all_sent[PERIODS * 2] = {DELIVERED_ALL, DELIVERED_ALL};

struct run {
    struct conf conf;
    struct refs refs;
    struct plan plan;
};

static void begin(struct run *r)
{
    struct problems problems = {0};
    *r = (struct run){
        .refs = {.year = 2019, .period_start = Y19, .period_end = Y19 + 364, .cutoff = Y19 + 364}};
    small_conf(&r->conf, &whole_case);
    if (!plan_build(&r->conf, &r->refs, &r->plan, &problems))
        fail_msg("%s", problems.e[0].text[LANG_EN]);
    problems_release(&problems);
}

static void end(struct run *r)
{
    plan_release(&r->plan);
    arena_release(&r->conf.arena);
}

static struct trace *traced(struct run *r, size_t indicator, struct compute_cell cell)
{
    struct trace *x = trace_new(&r->plan, indicator, cell);
    for (size_t i = 0; x->table[0].used && i < ROWS(blocks); i++)
        trace_block(x, 0, &blocks[i]);
    trace_finish(x);
    return x;
}

static void list_call(const struct run *r, const struct trace *x, const struct trace_call *k,
                      struct strbuf *out)
{
    static const char *const side[] = {"value", "numerator", "denominator"};
    strbuf_printf(out, "%.*s %s: ", STR_ARG(r->conf.indicators[k->figure].id),
                  k->prior ? "prior" : side[k->side]);
    for (size_t i = 0; i < k->n; i++) {
        struct str file = trace_file(x, k->f->table, k->row[i].at);
        strbuf_printf(out, "%.*s:%d %lld%s", STR_ARG(file),
                      (int)trace_line(x, k->f->table, k->row[i].at), (long long)k->row[i].weight,
                      i + 1 < k->n ? ", " : "; ");
    }
}

static void test_rows(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    for (size_t i = 0; i < ROWS(expected); i++) {
        struct strbuf got = {0};
        struct compute_cell cell = {str_c(expected[i].org), expected[i].month};
        size_t indicator = conf_find_indicator(&r.conf, str_c(expected[i].id));
        struct trace *x = traced(&r, indicator, cell);
        for (size_t k = 0; k < x->n_calls; k++) {
            list_call(&r, x, &x->call[k], &got);
            assert_true(x->call[k].agrees);
        }
        assert_string_equal(strbuf_c(&got), expected[i].calls);
        strbuf_release(&got);
        trace_free(x);
    }
    end(&r);
}

/* Every line that compute makes: what its rows add up to is what it was made of. */
static void test_every_line(void **state)
{
    (void)state;
    struct run r;
    struct figures figures, again;
    begin(&r);
    struct compute *c = compute_new(&r.plan, 1);
    for (size_t i = 0; i < ROWS(blocks); i++)
        compute_block(c, 0, 0, &blocks[i]);
    compute_finish(c);
    figures_make(&r.plan, c, all_sent, &figures);
    assert_true(figures.n > ROWS(indicators));
    for (size_t i = 0; i < figures.n; i++) {
        const struct figure_row *row = &figures.row[i];
        int month = row->month.n ? (row->month.p[5] - '0') * 10 + row->month.p[6] - '1' : -1;
        struct trace *x = traced(&r, row->indicator, (struct compute_cell){row->org, month});
        for (size_t k = 0; k < x->n_calls; k++)
            assert_true(x->call[k].agrees);
        figures_make(&r.plan, x->compute, all_sent, &again);
        bool found = false;
        for (size_t k = 0; k < again.n; k++)
            found |= again.row[k].indicator == row->indicator &&
                     str_eq(again.row[k].org, row->org) && str_eq(again.row[k].month, row->month) &&
                     again.row[k].f.num == row->f.num && again.row[k].f.den == row->f.den;
        assert_true(found);
        figures_release(&again);
        trace_free(x);
    }
    figures_release(&figures);
    compute_free(c);
    end(&r);
}

/* The key, what the expression and its sets read, and the place; nothing else. */
static void test_columns(void **state)
{
    (void)state;
    struct run r;
    struct strbuf b = {0};
    begin(&r);
    struct trace *x = traced(&r, conf_find_indicator(&r.conf, STR("C3")),
                             (struct compute_cell){STR("O1"), COMPUTE_NO_MONTH});
    static const size_t columns[] = {CASE_ID,  CASE_ORG, CASE_STATUS, CASE_AT,
                                     CASE_FEE, CASE_END, CASE_END + 1};
    assert_int_equal(x->table[0].n_columns, ROWS(columns));
    for (size_t i = 0; i < ROWS(columns); i++)
        assert_int_equal(x->table[0].column[i], columns[i]);
    static const char *const cells[] = {"a2", "O1", "办结", "2019-01-31 23:59:59", "0.50"};
    for (size_t i = 0; i < ROWS(cells); i++) {
        b.n = 0;
        struct str s = trace_cell(x, 0, x->call[0].row[0].at, i, &b);
        assert_true(str_eq(s, str_c(cells[i])));
    }
    assert_false(x->table[1].used);
    strbuf_release(&b);
    trace_free(x);
    end(&r);
}

/* The calls are kept as they are written. */
static void test_calls(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    struct trace *x = traced(&r, conf_find_indicator(&r.conf, STR("R1")),
                             (struct compute_cell){.month = COMPUTE_NO_MONTH});
    assert_int_equal(x->n_calls, 2);
    assert_true(str_eq(x->call[0].f->text, STR("rows(where status = 办结 and day(at) <= due)")));
    assert_true(str_eq(x->call[1].f->text, STR("rows(where status = 办结)")));
    trace_free(x);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_every_line),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
