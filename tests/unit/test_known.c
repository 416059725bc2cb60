/*
 * Figures read back from compute/indicators.csv: exact again, and which of them can be relied on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/known.h"
#include "tests/unit/scratch.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char config[] =
    "[style abs]\nkind = percent\nunsigned = yes\n"
    "[indicator COUNT]\nvalue = 1\n[indicator MONEY]\nvalue = 1\n"
    "[indicator RATE]\nvalue = 1\nunit = %\n[indicator FALL]\nvalue = 1\nunit = %\nprint = abs\n"
    "[indicator MEAN]\nvalue = 1\ndivide = 10000\n[indicator LATE]\nvalue = 1\n"
    "[indicator NONE]\nvalue = 1\nunit = %\n[indicator ABSENT]\nvalue = 1\n";

#define HEADER                                                                                     \
    "id,period,org,month,value,numerator,denominator,unit,printed,prior,change,change_unit,"       \
    "status\n"
static const char figures[] = HEADER "COUNT,2019,,,50,,,,50,69,-27.5,%,正常\n"
                                     "COUNT,2019,X,,20,,,,20,,,,正常\n"
                                     "COUNT,2019,,2019-02,,,,,—,,,,缺报\n"
                                     "MONEY,2019,,,801234567.89,,,,约8亿,,,,正常\n"
                                     "RATE,2019,,,50.077760,644,1286,%,50.1%,,,,正常\n"
                                     "RATE,2019,X,2019-01,25.000000,1,4,%,25%,,,,正常\n"
                                     "FALL,2019,,,-25.000000,-1,4,%,25%,,,,正常\n"
                                     "MEAN,2019,,,2.800344,801234567.89,28612,,约2.80万,,,,正常\n"
                                     "LATE,2019,,,7,,,,7,,,,缺报\n"
                                     "NONE,2019,,,,0,0,%,—,,,,基数为零\n"
                                     "OTHER,2019,,,1,,,,1,,,,正常\n";

struct world {
    struct scratch scratch;
    struct conf conf;
    struct arena arena;
    struct known known;
    struct err e;
};

static bool load(struct world *w, const char *table)
{
    struct problems problems = {0};
    struct csvtable t;
    *w = (struct world){0};
    scratch_make(&w->scratch);
    assert_true(conf_load(scratch_write(&w->scratch, "config.ini", config), &w->conf, &problems));
    assert_true(csvtable_read(scratch_write(&w->scratch, "t.csv", table), &w->arena, &t, &w->e));
    problems_release(&problems);
    return known_read(&w->conf, &t, "t.csv", &w->arena, &w->known, &w->e);
}

static void release(struct world *w)
{
    arena_release(&w->arena);
    conf_release(&w->conf);
    scratch_remove(&w->scratch);
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        bool there, sure, has;
        int64_t num, den;      /* as it is spoken of */
        int64_t rule, rule_of; /* as a rule sees it */
    } cases[] = {
        {"COUNT", true, true, true, 50, 1, 50, 1},
        {"MONEY", true, true, true, 80123456789, 100, 80123456789, 100},
        {"RATE", true, true, true, 32200, 643, 32200, 643},
        {"FALL", true, true, true, 25, 1, -25, 1},
        {"LATE", true, false, true, 7, 1, 0, 0},
        {"NONE", true, false, false, 0, 0, 0, 0},
        {"ABSENT", false, false, false, 0, 0, 0, 0},
    };
    struct world w;
    assert_true(load(&w, figures));
    for (size_t i = 0; i < ROWS(cases); i++) {
        size_t x = conf_find_indicator(&w.conf, str_c(cases[i].id));
        struct exact v = {0, 0}, r = {0, 0};
        assert_int_equal(w.known.figure[x].there, cases[i].there);
        assert_int_equal(w.known.figure[x].sure, cases[i].sure);
        assert_int_equal(known_value(&w.known, x, &v), cases[i].has);
        assert_true(!cases[i].has || (v.num == cases[i].num && v.den == cases[i].den));
        assert_int_equal(known_rule_value(&w.known, x, RULE_VALUE, &r), cases[i].sure);
        assert_true(!cases[i].sure || (r.num == cases[i].rule && r.den == cases[i].rule_of));
    }
    release(&w);
}

/* 801234567.89 / 28612 / 10000 is 2.80034... */
static void test_divided(void **state)
{
    (void)state;
    struct world w;
    struct exact v;
    exact_int rounded;
    assert_true(load(&w, figures));
    assert_true(known_value(&w.known, conf_find_indicator(&w.conf, STR("MEAN")), &v));
    assert_true(exact_round(v, 5, false, &rounded));
    assert_int_equal((int64_t)rounded, 280034);
    release(&w);
}

static void test_parts(void **state)
{
    (void)state;
    struct world w;
    assert_true(load(&w, figures));
    assert_int_equal(w.known.n_parts, 2);
    assert_true(str_eq(w.known.part[0].org, STR("X")) && !w.known.part[0].month.n);
    assert_true(w.known.part[0].value.num == 20);
    assert_true(str_eq(w.known.part[1].month, STR("2019-01")));
    assert_true(w.known.part[1].value.num == 25 && w.known.part[1].value.den == 1);
    release(&w);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *table, *code;
    } cases[] = {
        {"id,period\nCOUNT,2019\n", "E-FILE-13"},
        {HEADER "COUNT,2019,,,x,,,,50,,,,正常\n", "E-STAGE-03"},
        {HEADER "RATE,2019,,,1,1,one,%,50,,,,正常\n", "E-STAGE-03"},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct world w;
        assert_false(load(&w, cases[i].table));
        assert_string_equal(w.e.code, cases[i].code);
        release(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_divided), cmocka_unit_test(test_parts),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
