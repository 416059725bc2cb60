/*
 * Intervals, p-values, flags and series of figures given by hand. Expected numbers from R 4.2.2:
 * prop.test(k, n, correct = FALSE)$conf.int, binom.test(k, n)$conf.int, poisson.test(c(a, b)),
 * fisher.test(matrix(c(a, n - a, b, m - b), 2)).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/series.h"
#include "pipeline/calc/significance.h"
#include "pipeline/calc/stats.h"
#include "tests/unit/small_conf.h"

#define RATE "rows(where status = 办结) / rows(where status != 作废)"
enum { Y19 = 17897, YEAR_END = Y19 + 364 };

static const struct small_indicator indicators[] = {
    {.id = "COUNT", .from = "E", .value = "rows()", .prior = "COUNT0"},
    {.id = "COUNT0", .from = "E", .value = "distinct(id)", .last_year = true},
    {.id = "BASED", .from = "E", .value = "distinct(person) + rows(where n = 1)"},
    {.id = "FEW", .from = "E", .value = "rows()"},
    {.id = "TOTAL", .from = "E", .value = "sum(n)"},
    {.id = "RATE", .unit = "%", .from = "E", .value = RATE, .prior = "RATE0"},
    {.id = "RATE0", .unit = "%", .from = "E", .value = RATE, .last_year = true},
    {.id = "SAME", .unit = "%", .value = "RATE"},
    {.id = "SHARE", .from = "E", .value = "numerator(RATE) / COUNT"},
    {.id = "EXACT", .unit = "%", .from = "E", .value = RATE},
    {.id = "QUIET", .unit = "%", .from = "E", .value = RATE},
    {.id = "CHANGE", .unit = "%", .value = "(COUNT - COUNT0) / COUNT0"},
    {.id = "COSTS", .from = "E", .value = "sum(n) / rows()"},
    {.id = "MIDDLE", .from = "E", .value = "median(n)"},
};

/* By indicator: what the figure is, and what is said of it. */
static const struct {
    int64_t num, den;
    bool is_ratio;
    const char *prior; /* of the baseline */
    const char *low, *high, *p, *flag, *flag_en;
} rows[] = {
    {50, 1, false, "", "", "", "0.098524", "可能偶然", "may be chance"},
    {69, 1, false, "", "", "", "", "", ""},
    {40, 1, false, "90", "", "", "0.000014", "明显", "clear"},
    {3, 1, false, "9", "", "", "0.145996", "样本过小", "too few"},
    {400, 1, false, "900", "", "", "", "", ""},
    {45, 50, true, "", "78.639769", "95.652424", "0.000967", "明显", "clear"},
    {30, 50, true, "", "46.181438", "72.391610", "", "", ""},
    {45, 50, true, "", "78.639769", "95.652424", "", "", ""},
    {5, 10, true, "", "0.236593", "0.763407", "", "样本过小", "too few"},
    {5, 10, true, "", "18.708603", "81.291397", "", "样本过小", "too few"},
    {5, 10, true, "", "", "", "", "", ""},
    {-19, 69, true, "", "", "", "", "", ""},
    {400, 800, true, "", "", "", "", "", ""},
    {7, 10, true, "", "", "", "", "", ""},
};

struct run {
    struct conf conf;
    struct refs refs;
    struct plan plan;
    struct figures figures;
    struct arena arena;
};

static void begin(struct run *r, const struct small_indicator *x, size_t n)
{
    struct problems problems = {0};
    *r = (struct run){
        .refs = {.year = 2019, .period_start = Y19, .period_end = YEAR_END, .cutoff = YEAR_END}};
    small_conf(&r->conf, &(struct small_case){NULL, 0, x, n, NULL, 0});
    r->conf.statistics =
        (struct conf_statistics){.methods = {INTERVAL_WILSON, TEST_EXACT, OUTLIERS_HAMPEL, 3},
                                 .confidence = 95,
                                 .significance = 5,
                                 .small_count = 10,
                                 .small_base = 30};
    if (!plan_build(&r->conf, &r->refs, &r->plan, &problems))
        fail_msg("%s", problems.e[0].text[LANG_EN]);
    problems_release(&problems);
}

static void end(struct run *r)
{
    free(r->figures.row);
    plan_release(&r->plan);
    arena_release(&r->conf.arena);
    arena_release(&r->arena);
}

static struct figure_row *add(struct run *r)
{
    struct figures *f = &r->figures;
    X_GROW(f->row, f->n, f->cap);
    f->row[f->n] = (struct figure_row){.period = 2019, .f = {.present = true, .divide = 1}};
    return &f->row[f->n++];
}

static void expect(const char *id, struct str got, const char *expected)
{
    if (!str_eq(got, str_c(expected)))
        fail_msg("%s: \"%.*s\" is not \"%s\"", id, STR_ARG(got), expected);
}

static void test_rows(void **state)
{
    (void)state;
    for (int lang = 0; lang < MSG_LANGS; lang++) {
        struct run r;
        begin(&r, indicators, ROWS(indicators));
        r.conf.language = (enum lang)lang;
        r.conf.indicators[conf_find_indicator(&r.conf, STR("EXACT"))].methods.interval =
            INTERVAL_CLOPPER_PEARSON;
        r.conf.indicators[conf_find_indicator(&r.conf, STR("QUIET"))].methods.interval =
            INTERVAL_NONE;
        for (size_t i = 0; i < ROWS(rows); i++) {
            struct figure_row *x = add(&r);
            x->indicator = i;
            x->prior = str_c(rows[i].prior);
            x->f.num = rows[i].num;
            x->f.den = rows[i].den;
            x->f.is_ratio = rows[i].is_ratio;
            x->f.percent = indicators[i].unit != NULL;
        }
        const struct significance *s = significance_make(&r.plan, &r.figures, &r.arena);
        for (size_t i = 0; i < ROWS(rows); i++) {
            const char *id = indicators[i].id;
            expect(id, s[i].low, rows[i].low);
            expect(id, s[i].high, rows[i].high);
            expect(id, s[i].p, rows[i].p);
            expect(id, s[i].flag, lang == LANG_ZH ? rows[i].flag : rows[i].flag_en);
        }
        end(&r);
    }
}

static void test_none(void **state)
{
    (void)state;
    struct run r;
    begin(&r, indicators, 2);
    r.conf.statistics.methods.test = TEST_NONE;
    for (size_t i = 0; i < 2; i++) {
        struct figure_row *x = add(&r);
        x->indicator = i;
        x->f.num = rows[i].num;
        x->f.den = 1;
    }
    const struct significance *s = significance_make(&r.plan, &r.figures, &r.arena);
    assert_int_equal(s[0].p.n, 0);
    assert_int_equal(s[0].flag.n, 0);
    end(&r);
}

/* COUNT and COUNT0, as in test_rows: without a test while files of either year are missing, or the
 * period goes on. */
static void test_incomplete(void **state)
{
    (void)state;
    static const struct {
        enum figure_status now, before;
        int64_t cutoff;
        const char *p;
    } cases[] = {
        {FIGURE_NORMAL, FIGURE_NORMAL, YEAR_END, "0.098524"},
        {FIGURE_UNREPORTED, FIGURE_NORMAL, YEAR_END, ""},
        {FIGURE_NORMAL, FIGURE_UNREPORTED, YEAR_END, ""},
        {FIGURE_NORMAL, FIGURE_NORMAL, YEAR_END - 1, ""},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct run r;
        begin(&r, indicators, 2);
        r.refs.cutoff = cases[i].cutoff;
        for (size_t k = 0; k < 2; k++) {
            struct figure_row *x = add(&r);
            x->indicator = k;
            x->f.num = rows[k].num;
            x->f.den = 1;
            x->status = k ? cases[i].before : cases[i].now;
        }
        const struct significance *s = significance_make(&r.plan, &r.figures, &r.arena);
        expect("COUNT", s[0].p, cases[i].p);
        expect("COUNT", s[0].flag, cases[i].p[0] ? "可能偶然" : "");
        end(&r);
    }
}

/* --- series --- */

static void add_month(struct run *r, size_t month, int64_t value)
{
    struct figure_row *x = add(r);
    x->month = arena_printf(&r->arena, "2019-%02zu", month);
    x->f.num = value;
    x->f.den = 1;
}

/* Twelve months, of which the last two end after the cut-off, and six organisations. */
static void test_series(void **state)
{
    (void)state;
    static const struct small_indicator x[] = {
        {.id = "C", .from = "E", .value = "rows()", .by_org = "org", .by_month = "at"}};
    static const int64_t month[] = {10, 12, 14, 16, 90, 20, 22, 24, 26, 28, 1000, 0};
    static const int64_t org[] = {40, 42, 44, 46, 48, 500};
    struct run r;
    struct strbuf b = {0};
    begin(&r, x, 1);
    r.refs.cutoff = Y19 + 304; /* 2019-11-01 */
    struct figure_row *whole = add(&r);
    whole->f.num = 1262;
    whole->f.den = 1;
    for (size_t i = 0; i < ROWS(org); i++) {
        struct figure_row *o = add(&r);
        o->org = arena_printf(&r.arena, "O%zu", i);
        o->f.num = org[i];
        o->f.den = 1;
    }
    for (size_t i = 0; i < ROWS(month); i++)
        add_month(&r, i + 1, month[i]);
    series_csv(&r.plan, &r.figures, &b);
    const char *text = strbuf_c(&b);
    static const char *const lines[] = {
        "id,org,month,method,value,flag",  "C,O5,,mad,500.000000,离群",
        "C,,,theil_sen,2.000000,",         "C,,,least_squares,1.563636,", /* coef(lm(m ~ I(0:9))) */
        "C,,2019-05,share,34.351145,",     "C,,2019-10,ratio,1.068702,",
        "C,,2019-05,hampel,90.000000,离群"};
    for (size_t i = 0; i < ROWS(lines); i++)
        if (!strstr(text, lines[i]))
            fail_msg("no \"%s\" in\n%s", lines[i], text);
    assert_null(strstr(text, "2019-11"));
    size_t n = 0;
    for (const char *p = text; (p = strchr(p, '\n')); p++)
        n++;
    assert_int_equal(n, 1 + 1 + 2 + 2 * 10 + 1);
    strbuf_release(&b);
    end(&r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_series),
    };
    stats_begin();
    return cmocka_run_group_tests_name("significance", tests, NULL, NULL);
}
