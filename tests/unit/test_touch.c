/*
 * Which figures a corrected cell touches. One correction a cell of the exports E and F (its reason
 * is its name), against figures that read various columns; expected by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/touch.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_conf.h"

/* E has a deadline, whose pauses stand in F; its column is the one behind those of the export. */
enum { D = 86400, Y19 = 17897, MERGED = CASE_END + 3 };

static const struct small_set sets[] = {{"valid", "E", "at in period and status != 作废"}};
static const struct small_indicator indicators[] = {
    {.id = "all", .from = "E", .value = "rows()"},
    {.id = "sum", .from = "E", .value = "sum(n where fee > 1)", .by_org = "org"},
    {.id = "set", .from = "valid", .value = "rows()", .by_org = "org", .by_month = "at"},
    {.id = "rate", .unit = "%", .value = "sum / all"},
    {.id = "part", .value = "numerator(rate) + 1"},
    {.id = "median", .from = "E", .value = "median(days(at, due))"},
    {.id = "other", .from = "F", .value = "sum(v)"},
    {.id = "both", .value = "other + set"},
    {.id = "event", .from = "Ev", .value = "rows()"},
    {.id = "attended", .from = "Ev", .value = "sum(n)"},
    {.id = "person", .from = "E", .value = "distinct(person)"},
    {.id = "late", .from = "E", .value = "rows(where day(at) > limit)"},
    {.id = "orgs", .from = "E", .value = "distinct(org)", .by_month = "due"},
};
enum { FIGURES = sizeof indicators / sizeof indicators[0] };

/* The organisation's name may be replaced by what stands in `person`; lines 2 and 3 are one row
 * each, line 9 is no row of the merged table. */
static const char corrected[] = "file,line,column,before,after,reason,person,date,row\n"
                                "e.csv,2,n,1,2,n,p,2020-01-05,kept\n"
                                "e.csv,2,status,1,2,status,p,2020-01-05,kept\n"
                                "e.csv,3,at,1,2,at,p,2020-01-05,kept\n"
                                "e.csv,3,person,1,2,person,p,2020-01-05,kept\n"
                                "e.csv,3,fee,1,2,turned,p,2020-01-05,rescued\n"
                                "e.csv,9,fee,1,2,gone,p,2020-01-05,lost\n"
                                "e.csv,9,n,1,2,never,p,2020-01-05,rejected\n"
                                "e.csv,2,id,1,2,key,p,2020-01-05,kept\n"
                                "f.csv,2,v,1,2,v,p,2020-01-05,kept\n";

#define ALL " turned gone key"
static const struct {
    const char *figure, *org, *month, *cells;
} expected[] = {
    {"all", "", "", ALL},
    {"sum", "", "", " n" ALL},
    {"set", "", "", " status at" ALL},
    {"rate", "", "", " n" ALL},
    {"part", "", "", " n" ALL},
    {"median", "", "", " at" ALL},
    {"other", "", "", " v"},
    {"both", "", "", " status at turned gone key v"},
    {"event", "", "", " status person" ALL},
    {"attended", "", "", " n status person" ALL},
    {"person", "", "", " person" ALL},
    {"late", "", "", " n status at person turned gone key v"},
    {"orgs", "", "", " person" ALL},
    /* O1: the row of line 2, January; O2: that of line 3, February, without a due date */
    {"sum", "O1", "", " n key"},
    {"sum", "O2", "", " person turned"},
    {"sum", "O3", "", ""},
    {"set", "O1", "", " status key"},
    {"set", "O2", "", " at person turned"},
    {"set", "", "2019-01", " status key"},
    {"set", "", "2019-02", " at turned"},
    {"set", "", "2018-02", ""},
    {"orgs", "", "2019-01", " key"},
};

static const struct str org[] = {S("O1"), S("O2"), S("O2")};
static const struct str file[] = {S("e.csv"), S("e.csv"), S("x.csv")};
static const int64_t line[] = {2, 3, 3};
static const int64_t at[] = {(int64_t)Y19 * D, (int64_t)(Y19 + 32) * D - 1, (int64_t)Y19 *D};
static const int64_t due[] = {Y19 + 4, TABLE_MISSING, Y19};

static void test_touch(void **state)
{
    (void)state;
    struct scratch dir;
    scratch_make(&dir);
    scratch_write(&dir, "corrected.csv", corrected);
    struct conf c;
    struct plan plan;
    struct problems problems = {0};
    struct arena a = {0};
    struct err e;
    struct refs refs = {
        .year = 2019, .period_start = Y19, .period_end = Y19 + 364, .cutoff = Y19 + 364};
    small_conf(&c, &(struct small_case){sets, ROWS(sets), indicators, FIGURES, NULL, 0});
    struct conf_deadline deadline = {.name = S("limit"), .export = 0, .pause_export = 1};
    /* events agree in the status; the one with the smallest code is kept, of the organisation O1 */
    size_t same[] = {CASE_STATUS};
    c.events[0].same = same;
    c.events[0].n_same = 1;
    c.events[0].largest = SIZE_MAX;
    c.events[0].maximum = CASE_N;
    c.events[0].keep = small_text("org = \"O1\"");
    c.deadlines = &deadline;
    c.n_deadlines = 1;
    for (size_t x = 0; x < c.n_exports; x++)
        for (size_t i = 0; i < c.exports[x].n; i++) {
            struct conf_column *column = &c.exports[x].column[i];
            column->title = column->name;
            column->day = column->fallback = SIZE_MAX;
        }
    c.exports[0].column[CASE_ORG].fallback = CASE_PERSON;
    assert_true(plan_build(&c, &refs, &plan, &problems));
    struct ledger_row rows[] = {{.file = S("e.csv"), .export = 0},
                                {.file = S("f.csv"), .export = 1}};
    const struct ledger ledger = {rows, 2};
    struct touch *k = touch_read(dir.dir, &plan, &ledger, &a, &e);
    if (!k)
        fail_msg("%s %s", e.where, e.text[LANG_EN]);

    bool want[MERGED] = {false}, none[8] = {false};
    assert_true(touch_wants(k, 0, want));
    for (size_t i = 0; i < MERGED; i++)
        assert_true(want[i] == (i == CASE_ORG || i == CASE_AT || i == CASE_DUE || i > CASE_END));
    assert_false(touch_wants(k, 1, none)); /* no figure of F is split */
    struct tvec column[MERGED] = {[CASE_ORG] = {.dict = org, .n_dict = 3},
                                  [CASE_AT] = {.v = at},
                                  [CASE_DUE] = {.v = due},
                                  [CASE_END + 1] = {.dict = file, .n_dict = 3},
                                  [CASE_END + 2] = {.v = line}};
    touch_block(k, 0, &(struct tblock){3, MERGED, column});

    for (size_t i = 0; i < ROWS(expected); i++) {
        struct strbuf got = {0};
        const struct figure_row row = {.indicator =
                                           conf_find_indicator(&c, str_c(expected[i].figure)),
                                       .org = str_c(expected[i].org),
                                       .month = str_c(expected[i].month)};
        const struct touch_cell *x;
        size_t at_cell = 0;
        while ((x = touch_next(k, &row, &at_cell)))
            strbuf_printf(&got, " %.*s", STR_ARG(x->reason));
        if (strcmp(strbuf_c(&got), expected[i].cells) != 0)
            fail_msg("%s %s %s:%s", expected[i].figure, expected[i].org, expected[i].month,
                     strbuf_c(&got));
        strbuf_release(&got);
    }
    plan_release(&plan);
    arena_release(&c.arena);
    arena_release(&a);
    scratch_remove(&dir);
}

/* A file that the ledger has not, or no file of corrections. */
static void test_failures(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"file,line,column,reason,row\nz.csv,2,n,r,kept\n", "E-STAGE-03"},
        {"file,line,column,reason,row\ne.csv,x,n,r,kept\n", "E-STAGE-03"},
        {"file,line,column,reason\n", "E-FILE-13"},
        {NULL, "E-SYS-01"},
    };
    struct ledger_row row = {.file = S("e.csv"), .export = 0};
    const struct ledger ledger = {&row, 1};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct scratch dir;
        struct arena a = {0};
        struct err e = {0};
        struct conf c;
        small_conf(&c, &(struct small_case){0});
        struct plan plan = {.conf = &c};
        scratch_make(&dir);
        if (rows[i].text)
            scratch_write(&dir, "corrected.csv", rows[i].text);
        assert_null(touch_read(dir.dir, &plan, &ledger, &a, &e));
        assert_string_equal(e.code, rows[i].code);
        scratch_remove(&dir);
        arena_release(&c.arena);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_touch),
                                       cmocka_unit_test(test_failures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
