/*
 * A draft against a handful of figures: which figure each number is taken for, and what is said of
 * it. The figures are made up; verdicts by hand from the rules of docs/config.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/proofread.h"
#include "tests/unit/scratch_conf.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char config[] =
    "[style pct1]\nkind = percent\ndecimals = 1\n"
    "[style yu]\nkind = hedge_down\nsuffix = 余\n"
    "[style plain]\nkind = percent\nunsigned = yes\n"
    "[indicator TOTAL]\nname = 案件\nunit = 件\nwords = 受理案件, 案件 (受理)\nvalue = 1\nchapter "
    "= 一\n"
    "[indicator WON]\nname = 胜诉\nunit = 件\nmeasures = 起\nvalue = 1\nchapter = 一\n"
    "[indicator LOST]\nname = 败诉\nunit = 件\nvalue = 1\nchapter = 一\n"
    "[indicator RATE]\nname = 胜诉率\nunit = %\nprint = pct1\nvalue = 1\nchapter = 一\n"
    "[indicator FALL]\nname = 案件数\nunit = %\nsign = fall\nprint = plain\nvalue = 1\n"
    "[indicator MANY]\nname = 讲座\nunit = 场\nprint = yu\nvalue = 1\nchapter = 二\n"
    "[indicator OPEN]\nname = 未结\nunit = 件\nvalue = 1\nchapter = 二\n"
    "[indicator LIKE1]\nname = 同名\nunit = 家\nvalue = 1\n"
    "[indicator LIKE2]\nname = 同名\nunit = 家\nvalue = 1\n"
    "[check P]\nrule = TOTAL = WON + LOST\n"
    "[check Q]\nrule = WON > TOTAL\n";

static const char figures[] =
    "id,period,org,month,value,numerator,denominator,unit,printed,prior,change,change_unit,status\n"
    "TOTAL,2019,,,50,,,件,50,69,-27.5,%,正常\n"
    "TOTAL,2019,X,,9,,,件,9,,,,正常\n"
    "MANY,2019,X,,120,,,场,120,,,,正常\nMANY,2019,,2019-03,101,,,场,101,,,,正常\n"
    "WON,2019,,,41,,,件,41,40,2.5,%,正常\n"
    "LOST,2019,,,9,,,件,9,,,,正常\n"
    "RATE,2019,,,82.000000,41,50,%,82.0%,79.8,2.2,百分点,正常\n"
    "FALL,2019,,,27.536232,19,69,%,28%,,,,正常\n"
    "MANY,2019,,,144,,,场,140余,,,,正常\n"
    "OPEN,2019,,,7,,,件,7,,,,缺报\n"
    "LIKE1,2019,,,3,,,家,3,,,,正常\n"
    "LIKE2,2019,,,4,,,家,4,,,,正常\n";

static const char history[] = "run,started,period,id,org,month,value,numerator,denominator,printed,"
                              "status\n"
                              "1,x,2019,TOTAL,,,48,,,48,正常\n"
                              "1,x,2018,TOTAL,,,47,,,47,正常\n"
                              "2,x,2019,TOTAL,,,50,,,50,正常\n"
                              "2,x,2019,RATE,,,79.166667,38,48,79.2%,正常\n";

static const char *const names[VERDICTS] = {"equal",  "rounded",   "older",     "last-year",
                                            "others", "different", "direction", "points",
                                            "unsure", "parts",     "elsewhere", "no-source"};

static void test_verdicts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"受理案件50件,胜诉41件,败诉9件,胜诉率82%。",
         "TOTAL equal; WON equal; LOST equal; RATE equal"},
        {"受理案件50件,其中胜诉41起", "TOTAL equal; WON equal"},
        {"受理案件51件", "TOTAL different"},
        {"受理案件48件", "TOTAL older 1"},
        {"受理案件47件", "TOTAL different"},
        {"受理案件69件", "TOTAL last-year"},
        {"去年受理案件69件", "TOTAL equal"},
        {"去年受理案件70件", "- no-source"},
        {"2018年受理案件69件", "TOTAL equal"},
        {"2018年受理案件70件。受理案件50件", "- no-source; TOTAL equal"},
        {"2019年受理案件51件", "TOTAL different"},
        {"受理案件41件,胜诉50件", "TOTAL others WON; WON others TOTAL"},
        {"胜诉率82.1%", "RATE different"},
        {"胜诉率79.2%", "RATE older 2"},
        {"讲座140余场", "MANY equal"},
        {"讲座144场", "MANY equal"},
        {"讲座100余场", "MANY rounded"},
        {"讲座140场", "MANY rounded"},
        {"讲座150余场", "MANY different"},
        {"案件数下降28%", "FALL equal"},
        {"案件数上升28%", "FALL direction"},
        {"案件数下降27.5%", "FALL rounded"},
        {"案件数下降28个百分点", "FALL points"},
        {"与去年相比案件数下降30%", "FALL different"},
        {"胜诉率82个百分点", "RATE points"},
        /* changes of figures that are none themselves */
        {"胜诉率提高2.2个百分点", "RATE equal"},
        {"胜诉率下降2.2个百分点", "RATE direction"},
        {"胜诉率提高2.2%", "RATE points"},
        {"胜诉率82%,提高2.2个百分点", "RATE equal; RATE equal"},
        {"胜诉率提高3%", "- no-source"},
        {"受理案件50件,下降27.5%", "TOTAL equal; TOTAL equal"},
        {"受理案件减少19件", "TOTAL equal"},
        {"受理案件增加19件", "TOTAL direction"},
        {"受理案件减少20件", "- no-source"},
        {"未结7件", "OPEN unsure"},
        {"未结8件", "OPEN unsure"},
        /* two that fit alike */
        {"同名4家", "LIKE2 equal"},
        {"同名5家", "- no-source"},
        /* the nearer word, and the longer one */
        {"胜诉和败诉8件", "LOST different"},
        {"受理案件胜诉8件", "TOTAL different"},
        {"受理案件情况,胜诉8件", "WON different"},
        /* without a place */
        {"出动50件", "- elsewhere TOTAL"},
        {"出动51件", "- no-source"},
        {"出动51", ""},
        {"办好一件事,两件案件", ""},
        {"《受理案件51件》", ""},
        {"第51件", ""},
        /* of a part: of the year, of the whole */
        {"上半年受理案件20件", "- no-source"},
        {"3月份讲座99场", "- no-source"},
        {"讲座120场", "- elsewhere MANY X"},
        {"讲座101场", "- elsewhere MANY 2019-03"},
        {"讲座121场", "MANY different"},
        {"受理案件9件", "TOTAL others LOST"},
        /* together */
        {"受理案件50件,胜诉40件,败诉9件", "TOTAL equal; TOTAL parts TOTAL=50, WON=40, LOST=9; "
                                          "WON last-year; LOST equal"},
        {"败诉9件。胜诉41件。\n受理案件50件", "LOST equal; WON equal; TOTAL equal"},
        {"受理案件约60件,胜诉41件,败诉9件", "TOTAL different; WON equal; LOST equal"},
    };
    struct scratch_conf t;
    struct csvtable table, past;
    struct known k;
    struct err e;
    scratch_conf_begin(&t, config);
    assert_true(csvtable_read(scratch_write(&t.folder, "i.csv", figures), &t.arena, &table, &e));
    assert_true(csvtable_read(scratch_write(&t.folder, "v.csv", history), &t.arena, &past, &e));
    assert_true(known_read(&t.conf, &table, "i.csv", &t.arena, &k, &e));
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct proofread p;
        struct strbuf b = {0};
        proofread_text(&k, &past, str_c(cases[i].text), &t.arena, &p);
        for (size_t j = 0; j < p.n; j++) {
            const struct judged *x = &p.judged[j];
            struct str id = x->figure == SIZE_MAX ? STR("-") : t.conf.indicators[x->figure].id;
            strbuf_printf(&b, "%s%.*s %s%s%.*s", j ? "; " : "", STR_ARG(id), names[x->verdict],
                          x->detail.n ? " " : "", STR_ARG(x->detail));
        }
        if (strcmp(strbuf_c(&b), cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].text, strbuf_c(&b), cases[i].want);
        strbuf_release(&b);
    }
    scratch_conf_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
