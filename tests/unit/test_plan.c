/* The plan: mistakes with code and place, and that what is shared is planned once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/figures.h"
#include "tests/unit/small_conf.h"

static const struct small_set valid = {"valid", "E", "at in period and status != 作废"};

/* One indicator beside V (rows of `valid`); the mistake that it makes. */
static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        struct small_indicator x;
        const char *code, *part;
    } rows[] = {
        {{.id = "I1", .from = "valid", .value = "rows()"}, NULL, NULL},
        {{.id = "I1", .from = "valit", .value = "rows()"}, "E-PLAN-01", "valid"},
        {{.id = "I1", .value = "V1 + 1"}, "E-PLAN-03", "known: V"},
        {{.id = "I1", .value = "I1 + 1"}, "E-PLAN-04", "I1"},
        {{.id = "I1", .value = "rows()"}, "E-PLAN-05", "rows"},
        {{.id = "I1", .where = "n = 1", .value = "V"}, "E-PLAN-05", "where"},
        {{.id = "I1", .value = "V", .by_org = "org"}, "E-PLAN-05", "org"},
        {{.id = "I1", .from = "E", .value = "sum(org)"}, "E-PLAN-06", "org"},
        {{.id = "I1", .from = "E", .value = "rows() = 2"}, "E-PLAN-07", "="},
        {{.id = "I1", .from = "E", .value = "rows()", .by_org = "n"}, "E-PLAN-08", "text"},
        {{.id = "I1", .from = "E", .value = "rows()", .by_month = "org"}, "E-PLAN-08", "date"},
        {{.id = "I1", .from = "E", .value = "rows()", .by_org = "orgs"}, "E-EXPR-03", "org"},
        {{.id = "I1", .from = "E", .value = "V / rows()", .by_org = "org", .unit = "%"},
         "E-PLAN-09",
         "V"},
        {{.id = "I1",
          .from = "E",
          .value = "V / rows()",
          .by_org = "org",
          .by_month = "at",
          .cross = true},
         "E-PLAN-09",
         "V"},
        {{.id = "I1", .from = "E", .value = "rows()", .by_org = "org", .cross = true},
         "E-PLAN-15",
         "I1"},
        {{.id = "I1", .from = "E", .value = "rows()", .by_month = "at", .cross = true},
         "E-PLAN-15",
         "I1"},
        {{.id = "I1", .value = "V - baseline(V)"}, "E-PLAN-10", "baseline"},
        {{.id = "I1", .value = "V", .unit = "%"}, "E-PLAN-11", "I1"},
        {{.id = "I1", .value = "V", .divide = 10}, "E-PLAN-12", "I1"},
        {{.id = "I1", .value = "V / V", .divide = -1}, "E-PLAN-12", "I1"},
        {{.id = "I1", .value = "V", .prior = "W"}, "E-PLAN-03", "V"},
        {{.id = "I1", .value = "V / V / V"}, "E-EXPR-10", ""},
        {{.id = "I1", .value = "mean(V / V)"}, "E-EXPR-10", ""},
        {{.id = "I1", .from = "E", .value = "row()"}, "E-EXPR-04", "rows"},
        {{.id = "I1", .from = "E", .value = "rows(org)"}, "E-EXPR-11", "rows"},
        {{.id = "I1", .from = "E", .value = "sum(n, n)"}, "E-EXPR-11", "sum"},
        {{.id = "I1", .value = "numerator(1)"}, "E-EXPR-11", "numerator"},
        {{.id = "I1", .from = "E", .value = "median(org)"}, "E-PLAN-14", "org"},
        {{.id = "I1", .from = "E", .value = "median(n, n)"}, "E-EXPR-11", "median"},
        {{.id = "I1", .from = "E", .value = "quantile(n)"}, "E-EXPR-11", "quantile"},
        {{.id = "I1", .from = "E", .value = "nearest(n, 1.1)"}, "E-EXPR-11", "nearest"},
        {{.id = "I1", .value = "sd(n)"}, "E-PLAN-05", "sd"},
        {{.id = "I1", .from = "E", .value = "quantile(n, 0.25 where v = 1)"}, "E-EXPR-03", "v"},
        {{.id = "I1", .from = "E", .value = "mad(days(due, day(at)))"}, NULL, NULL},
        {{.id = "I1", .from = "E", .value = "rows(where stat = 办结)"}, "E-EXPR-03", "stat"},
        {{.id = "I1", .from = "E", .where = "v = 1", .value = "rows()"}, "E-EXPR-03", "v"},
        {{.id = "I1", .from = "Ev", .value = "distinct(person where n > 1)"}, NULL, NULL},
        {{.id = "I1", .from = "F", .value = "rows(where v = 1)"}, NULL, NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct small_indicator x[] = {{.id = "V", .from = "valid", .value = "rows()"},
                                            rows[i].x};
        struct conf c;
        struct plan p;
        struct problems problems = {0};
        small_conf(&c, &(struct small_case){&valid, 1, x, 2, NULL, 0});
        bool ok = plan_build(&c, NULL, &p, &problems);
        assert_int_equal(ok, !rows[i].code);
        assert_int_equal(problems.n, rows[i].code ? 1 : 0);
        if (rows[i].code && (strcmp(problems.e[0].code, rows[i].code) != 0 ||
                             !strstr(problems.e[0].text[LANG_EN], rows[i].part)))
            fail_msg("row %zu: %s %s", i, problems.e[0].code, problems.e[0].text[LANG_EN]);
        if (rows[i].code)
            assert_string_equal(problems.e[0].where, "x.ini:3");
        problems_release(&problems);
        plan_release(&p);
        arena_release(&c.arena);
    }
}

static size_t count_code(const struct problems *p, const char *code)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += strcmp(p->e[i].code, code) == 0;
    return n;
}

/* Circles of sets and of figures are found once, whatever is built on them. */
static void test_circles(void **state)
{
    (void)state;
    static const struct small_set sets[] = {{"a", "b", "n = 1"},
                                            {"b", "c", NULL},
                                            {"c", "a", NULL},
                                            {"d", "a", NULL},
                                            {"e", "nowhere", NULL}};
    static const struct small_indicator x[] = {{.id = "I1", .value = "I2 + 1"},
                                               {.id = "I2", .value = "I3 * 2"},
                                               {.id = "I3", .value = "numerator(I1)"},
                                               {.id = "I4", .from = "d", .value = "rows()"}};
    static const struct small_check k[] = {{"T1", "I4 + 1"}, {"T2", "I4 = I9"}};
    struct conf c;
    struct plan p;
    struct problems problems = {0};
    small_conf(&c, &(struct small_case){sets, ROWS(sets), x, ROWS(x), k, ROWS(k)});
    assert_false(plan_build(&c, NULL, &p, &problems));
    assert_int_equal(count_code(&problems, "E-PLAN-02"), 1);
    assert_int_equal(count_code(&problems, "E-PLAN-01"), 1);
    assert_int_equal(count_code(&problems, "E-PLAN-04"), 1);
    assert_int_equal(count_code(&problems, "E-PLAN-13"), 1);
    assert_int_equal(count_code(&problems, "E-PLAN-03"), 1);
    assert_int_equal(problems.n, 5);
    problems_release(&problems);
    plan_release(&p);
    arena_release(&c.arena);
}

/* Equal conditions, filters and aggregates are planned once; periods keep them apart. */
static void test_sharing(void **state)
{
    (void)state;
    static const struct small_set sets[] = {
        {"valid", "E", "at in period and status != 作废"},
        {"closed", "valid", "status = 办结"},
    };
    static const struct small_indicator x[] = {
        {.id = "I1", .from = "valid", .value = "rows()", .by_org = "org"},
        {.id = "I2", .from = "valid", .value = "rows(where status = 办结)"},
        {.id = "I3", .from = "closed", .value = "rows()"},
        {.id = "I4", .from = "closed", .where = "at in period", .value = "distinct(id)"},
        {.id = "I5", .from = "valid", .value = "distinct(person) + sum(n)"},
        {.id = "I6", .from = "closed", .value = "distinct(person) + sum(n)", .last_year = true},
    };
    struct conf c;
    struct plan p;
    struct problems problems = {0};
    small_conf(&c, &(struct small_case){sets, ROWS(sets), x, ROWS(x), NULL, 0});
    assert_true(plan_build(&c, NULL, &p, &problems));
    const struct plan_table *t = &p.figures->table[0];
    /* in period (2 years), != 作废, = 办结 */
    assert_int_equal(t->n_conditions, 4);
    /* all; in period, valid, closed; the same for the year before */
    assert_int_equal(t->n_filters, 7);
    assert_int_equal(t->n_values, 2);
    assert_int_equal(t->n_axes, 1);
    /* rows of valid, rows of closed, 2 each of I5 and I6 */
    assert_int_equal(t->n_aggregates, 6);
    static const bool want[CASE_END] = {false, true, true, true, false, true, true, false};
    for (size_t i = 0; i < CASE_END; i++)
        assert_int_equal(t->want[i], want[i]);
    assert_int_equal(p.figures->table[1].n_aggregates, 0);
    problems_release(&problems);
    plan_release(&p);
    arena_release(&c.arena);
}

/* What must not be shared: splits by different columns, a value that is only part of the key. */
static void test_kept_apart(void **state)
{
    (void)state;
    static const struct small_indicator x[] = {
        {.id = "I1", .from = "E", .value = "sum(n)", .by_org = "org"},
        {.id = "I2", .from = "E", .value = "sum(n)", .by_org = "person"},
        {.id = "I3", .from = "E", .value = "sum(n)", .by_month = "at"},
        {.id = "I4", .from = "E", .value = "distinct(id)"},
        {.id = "I5", .from = "F", .value = "distinct(k1)"},
    };
    struct conf c;
    struct plan p;
    struct problems problems = {0};
    small_conf(&c, &(struct small_case){NULL, 0, x, ROWS(x), NULL, 0});
    assert_true(plan_build(&c, NULL, &p, &problems));
    const struct plan_table *e = &p.figures->table[0], *f = &p.figures->table[1];
    /* rows and sum by org (and month), rows and sum by person; I4 counts rows */
    assert_int_equal(e->n_aggregates, 4);
    for (size_t i = 0; i < e->n_aggregates; i++)
        assert_int_not_equal(e->aggregate[i].kind, AGG_DISTINCT);
    assert_int_equal(f->n_aggregates, 1);
    assert_int_equal(f->aggregate[0].kind, AGG_DISTINCT);
    problems_release(&problems);
    plan_release(&p);
    arena_release(&c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
