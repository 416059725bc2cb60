/*
 * Numbers in text, as a person reads them. Expected: column, value, place of the last written
 * digit, place of the last one that is not 0, hedge, form and measure word of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/mention.h"
#include "tests/unit/scratch_conf.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char config[] = "[indicator A]\nvalue = 1\nunit = 项\nmeasures = 类, 场次\n"
                             "[proofread]\nignore = “38” 315消费者 一照一码 七进\n";

static void describe(const struct mention *m, struct strbuf *out)
{
    static const char *const hedges[HEDGES] = {"", " reach", " about", " near", " above"};
    static const char *const forms[] = {"", "%", "pp"};
    exact_int value = 0, digit = 0, round = 0;
    assert_true(exact_round(m->value, 3, false, &value));
    assert_true(exact_round(m->digit, 3, false, &digit));
    assert_true(exact_round(m->round, 3, false, &round));
    strbuf_printf(out, "%s%zu:", out->n ? "; " : "", m->column);
    exact_print(value, 3, out);
    strbuf_addc(out, '/');
    exact_print(digit, 3, out);
    strbuf_addc(out, '/');
    exact_print(round, 3, out);
    strbuf_printf(out, "%s%s%s%.*s", hedges[m->hedge], forms[m->form], m->measure.n ? " " : "",
                  STR_ARG(m->measure));
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"受理76932件。", "3:76932.000/1.000/1.000 件"},
        {"受理76,932件", "3:76932.000/1.000/1.000 件"},
        {"受理1,234,567件", "3:1234567.000/1.000/1.000 件"},
        {"1,23件", "1:1.000/1.000/1.000; 3:23.000/1.000/1.000 件"},
        {"12,3456件", "1:12.000/1.000/1.000; 4:3456.000/1.000/1.000 件"},
        {"率98.2%,", "2:98.200/0.100/0.100%"},
        {"率９８.２％", "2:98.200/0.100/0.100%"},
        {"提高2.2个百分点", "3:2.200/0.100/0.100pp"},
        {"2.86万户", "1:28600.000/100.000/100.000 户"},
        {"约8亿元", "1:800000000.000/100000000.000/100000000.000 about 元"},
        {"达7万人次", "1:70000.000/10000.000/10000.000 reach 人次"},
        {"140余场次", "1:140.000/1.000/10.000 above 场次"},
        {"3700余名", "1:3700.000/1.000/100.000 above 名"},
        {"3万余册", "1:30000.000/10000.000/10000.000 above 册"},
        {"3余万册", "1:30000.000/10000.000/10000.000 above 册"},
        {"近30家", "1:30.000/1.000/10.000 near"},
        {"超过50件", "1:50.000/1.000/10.000 above 件"},
        {"50件以上", "1:50.000/1.000/10.000 above 件"},
        {"50件左右", "1:50.000/1.000/10.000 about 件"},
        {"其余5件", "3:5.000/1.000/1.000 件"},
        {"0件", "1:0.000/1.000/1.000 件"},
        {"5类", "1:5.000/1.000/1.000 类"},
        {"102(其中25件", "1:102.000/1.000/1.000; 7:25.000/1.000/1.000 件"},
        /* Chinese numerals */
        {"十余件", "1:10.000/1.000/10.000 above 件"},
        {"一百四十余场次", "1:140.000/1.000/10.000 above 场次"},
        {"百分之四十", "1:40.000/1.000/10.000%"},
        {"百分之40", "4:40.000/1.000/10.000%"},
        {"一是二是三", ""},
        {"每一件", ""},
        {"第三条", ""},
        {"二〇一九年", ""},
        /* no numbers */
        {"2019年12月31日", ""},
        {"2019年受理5件", "8:5.000/1.000/1.000 件"},
        {"(2015--2020)", ""},
        {"2019-2020年度", ""},
        {"2020-11-03 16:52", ""},
        {"xjmd010-2020-000010", ""},
        {"GB2312", ""},
        {"第3条", ""},
        {"〔2019〕3号", ""},
        {"《2019年12件大事》5件", "13:5.000/1.000/1.000 件"},
        {"《甲《乙1件》丙2件》3件", "12:3.000/1.000/1.000 件"},
        {"《没有完3件", "5:3.000/1.000/1.000 件"},
        {"“38”妇女", ""},
        {"315消费者", ""},
        {"1315消费者", "1:1315.000/1.000/1.000"},
        {"一照一码,七进", ""},
        {"2. 首页", ""},
        {" 3、事项", ""},
        {"(4)事项", ""},
        {"1.5万件", "1:15000.000/1000.000/1000.000 件"},
    };
    struct scratch_conf t;
    struct mention_reader r;
    scratch_conf_begin(&t, config);
    mention_reader_make(&t.conf, &t.arena, &r);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct mention_line line;
        struct strbuf b = {0};
        mention_read(&r, str_c(cases[i].text), &t.arena, &line);
        for (size_t k = 0; k < line.n; k++)
            describe(&line.mention[k], &b);
        if (strcmp(strbuf_c(&b), cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].text, strbuf_c(&b), cases[i].want);
        strbuf_release(&b);
    }
    scratch_conf_end(&t);
}

static void test_year(void **state)
{
    (void)state;
    struct scratch_conf t;
    struct mention_reader r;
    struct mention_line line;
    scratch_conf_begin(&t, config);
    mention_reader_make(&t.conf, &t.arena, &r);
    mention_read(&r, STR("1件,2018年2件。3件;2019年4件,5件"), &t.arena, &line);
    static const int64_t want[] = {0, 2018, 0, 2019, 2019};
    assert_int_equal(line.n, ROWS(want));
    for (size_t i = 0; i < ROWS(want); i++)
        assert_int_equal(line.mention[i].year, want[i]);
    scratch_conf_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_year)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
