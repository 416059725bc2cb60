/*
 * Drafts filled in by hand: slots, styles, variants, parts, and what is said of figures that are
 * missing. And every mistake in a draft's configuration.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/draft.h"
#include "tests/unit/scratch.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char indicators[] =
    "[style yu]\nkind = hedge_down\nsuffix = 余\n[style pct]\nkind = percent\n"
    "[style abs]\nkind = percent\nunsigned = yes\n"
    "[indicator A]\nname = 甲\nvalue = 1\nprint = yu\n"
    "[indicator Z]\nname = 零\nvalue = 1\n"
    "[indicator D]\nname = 变化\nvalue = 1\nunit = %\nprint = abs\n"
    "[indicator M]\nname = 缺的\nvalue = 1\n"
    "[indicator N]\nname = 无的\nvalue = 1\nunit = %\n";

static const char figures[] =
    "id,period,org,month,value,numerator,denominator,unit,printed,prior,change,change_unit,status\n"
    "A,2019,,,144,,,,140余,,,,正常\nA,2019,X,,5,,,,5,,,,正常\nZ,2019,,,0,,,,0,,,,正常\n"
    "D,2019,,,-25.000000,-1,4,%,25%,,,,正常\nM,2019,,,7,,,,7,,,,缺报\n"
    "N,2019,,,,0,0,%,—,,,,基数为零\n";

static void draft_of(const char *sections, struct strbuf *text, struct strbuf *markdown)
{
    struct scratch s;
    struct conf c;
    struct problems problems = {0};
    struct arena a = {0};
    struct csvtable table;
    struct known k;
    struct err e;
    struct refs refs = {.year = 2019, .cutoff = 18261}; /* 2019-12-31 */
    struct strbuf all = {0};
    scratch_make(&s);
    strbuf_add(&all, str_c(indicators));
    strbuf_add(&all, str_c(sections));
    if (!conf_load(scratch_write(&s, "config.ini", strbuf_c(&all)), &c, &problems))
        fail_msg("%s: %s", sections, problems.e[0].text[LANG_EN]);
    assert_true(csvtable_read(scratch_write(&s, "i.csv", figures), &a, &table, &e));
    assert_true(known_read(&c, &table, "i.csv", &a, &k, &e));
    draft_write(&k, &refs, text, markdown);
    strbuf_release(&all);
    problems_release(&problems);
    arena_release(&a);
    conf_release(&c);
    scratch_remove(&s);
}

#define LIST_M "\n待核指标\n\n【待核:M】缺的(缺报)\n"
#define LIST_N "\n待核指标\n\n【待核:N】无的(基数为零)\n"
static void test_filled(void **state)
{
    (void)state;
    static const struct {
        const char *sections, *want;
    } cases[] = {
        {"[paragraph P]\ntext = 有{A}件。", "有140余件。\n"},
        {"[paragraph P]\ntext = 有{A:integer}件。", "有144件。\n"},
        {"[paragraph P]\ntext = {A:integer, prefix 约}件。", "约144件。\n"},
        {"[paragraph P]\ntext = {year}年、{last_year}年,截至{cutoff}",
         "2019年、2018年,截至2019年12月31日\n"},
        /* lines may be broken anywhere; blanks between ASCII words stay */
        {"[paragraph P]\ntext = 有\n  {A}\n  件 in all of {{it}", "有140余件in all of {it}\n"},
        {"[draft]\ntitle = 报告{year}\n[paragraph P]\nheading = 一\ntext = 甲\n[paragraph Q]\ntext "
         "= 乙",
         "报告2019\n\n一\n\n甲\n\n乙\n"},
        {"[paragraph P]\ntext = {S}\n[sentence S]\ntext = 句{T}\n[sentence T]\ntext = {A}",
         "句140余\n"},
        /* the first variant that holds */
        {"[paragraph P]\ntext = {S}。\n[sentence S]\nvariant 升 = D > 0 | 上升{D}\n"
         "variant 降 = D < 0 | 下降{D}\nvariant 也 = D != 0 | 不\ntext = 持平",
         "下降25%。\n"},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\nvariant 升 = D > 0 | 上升\ntext = 持平",
         "持平。\n"},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\nvariant 无 = Z = 0 |\ntext = 有{Z}件", "。\n"},
        /* all parts that hold */
        {"[paragraph P]\ntext = {S}。\n[sentence S]\ntext = 共{parts}\npart 一 = A > 0 | 甲{A}\n"
         "part 二 = Z > 0 | 零{Z}\npart 三 = D < 0 | 变{D}\nbefore = ,其中\nafter = 等",
         "共,其中甲140余、变25%等。\n"},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\ntext = 共{parts}\npart 二 = Z > 0 | 零{Z}\n"
         "before = ,其中\nafter = 等",
         "共。\n"},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\npart 一 = A > 0 | 甲{A}", "甲140余。\n"},
        {"[paragraph P]\ntext = {S}\n[sentence S]\nbetween = \";\"\ntext = {parts}\n"
         "part 一 = A > 0 | 1\npart 二 = A > 0 | 2",
         "1;2\n"},
        /* missing */
        {"[paragraph P]\ntext = 有{M}件", "有【待核:M】件\n" LIST_M},
        {"[paragraph P]\ntext = 率{N}", "率【待核:N】\n" LIST_N},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\nvariant 有 = M > 0 | 有\ntext = 不明",
         "不明。\n" LIST_M},
        {"[paragraph P]\ntext = {S}。\n[sentence S]\nvariant 缺 = M is missing | 缺\ntext = 不明",
         "缺。\n" LIST_M},
        {"[paragraph P]\ntext = 共{S}\n[sentence S]\ntext = {parts}\npart 一 = M > 0 | {M}件\n"
         "part 二 = Z > 0 | {Z}件",
         "共【待核:M】件\n" LIST_M},
        /* nobody asks for it once the variant is found */
        {"[paragraph P]\ntext = {S}\n[sentence S]\nvariant 甲 = A > 0 | 甲\nvariant 乙 = M > 0 | "
         "乙",
         "甲\n"},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct strbuf text = {0}, markdown = {0};
        draft_of(cases[i].sections, &text, &markdown);
        if (strcmp(strbuf_c(&text), cases[i].want) != 0)
            fail_msg("%s:\n%s, not\n%s", cases[i].sections, strbuf_c(&text), cases[i].want);
        strbuf_release(&text);
        strbuf_release(&markdown);
    }
}

static void test_markdown(void **state)
{
    (void)state;
    struct strbuf text = {0}, markdown = {0};
    draft_of("[draft]\ntitle = 题\n[paragraph P]\nheading = 一\ntext = 有{M}", &text, &markdown);
    assert_string_equal(strbuf_c(&markdown),
                        "# 题\n\n## 一\n\n有【待核:M】\n\n## 待核指标\n\n- 【待核:M】缺的(缺报)\n");
    strbuf_release(&text);
    strbuf_release(&markdown);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *sections, *code;
    } cases[] = {
        {"[paragraph P]\ntext = {X}\n", "E-DRAFT-01"},
        {"[draft]\ntitle = {}\n", "E-DRAFT-01"},
        {"[paragraph P]\ntext = {A\n", "E-DRAFT-02"},
        {"[paragraph P]\ntext = {A:nostyle}\n", "E-CONF-33"},
        {"[sentence S]\nvariant x = A > 0\n", "E-DRAFT-03"},
        {"[sentence S]\npart x = | 有\n", "E-DRAFT-03"},
        {"[sentence A]\ntext = 有\n", "E-DRAFT-04"},
        {"[sentence S]\nvariant x = A + 1 | 有\n", "E-DRAFT-05"},
        {"[sentence S]\nvariant x = B > 1 | 有\n", "E-PLAN-03"},
        {"[sentence S]\ntext = {T}\n[sentence T]\npart x = A > 0 | {S}\n", "E-DRAFT-06"},
        {"[sentence S]\ntext = {S}\n", "E-DRAFT-06"},
        {"[sentence S]\ntext = a\n[sentence S]\ntext = b\n", "E-CONF-14"},
        {"[sentence S]\ntxt = a\n", "E-CONF-15"},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct scratch s;
        struct conf c;
        struct problems problems = {0};
        struct strbuf all = {0};
        scratch_make(&s);
        strbuf_add(&all, str_c(indicators));
        strbuf_add(&all, str_c(cases[i].sections));
        if (conf_load(scratch_write(&s, "config.ini", strbuf_c(&all)), &c, &problems) ||
            strcmp(problems.e[0].code, cases[i].code) != 0)
            fail_msg("%s: %s", cases[i].sections, problems.n ? problems.e[0].code : "no mistake");
        strbuf_release(&all);
        problems_release(&problems);
        conf_release(&c);
        scratch_remove(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_filled),
                                       cmocka_unit_test(test_markdown),
                                       cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
