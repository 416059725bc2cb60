/*
 * Which figures a number may mean, the best first: by the rules of docs/config.md, whatever the
 * number is. "-": none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/placing.h"
#include "tests/unit/scratch_conf.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char config[] =
    "[indicator LONG]\nvalue = 1\nunit = 件\nwords = 调解成功\n"
    "[indicator SHORT]\nvalue = 1\nunit = 件\nwords = 调解\n"
    "[indicator BOTH]\nvalue = 1\nunit = 家\nwords = 进驻 单位\n"
    "[indicator IN]\nvalue = 1\nunit = 件\nmeasures = 份\nwords = 废止 (文件), 失效\n"
    "[indicator ONLY]\nvalue = 1\nunit = 期\nwords = (培训)\n"
    "[indicator NAMED]\nname = 市场主体\nvalue = 1\nunit = 户\n"
    "[indicator RATE]\nname = 成功率\nvalue = 1\nunit = %\n";

static void test_candidates(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"调解成功5件", "LONG SHORT"}, /* more characters */
        {"调解5件", "SHORT"},
        {"5件调解", "SHORT"}, /* behind */
        {"5件,调解", "-"},    /* behind a sign */
        {"调解,5件", "SHORT"},
        {"调解。5件", "-"}, /* another sentence */
        {"调解3件,成功5件", "SHORT | -"},
        {"单位进驻5家", "BOTH"}, /* in any order */
        {"进驻5家", "-"},        /* not all of the words */
        {"文件62件,废止5件", "- | IN"},
        {"废止5件,文件62件", "IN | -"},
        {"废止5件。文件", "-"},
        {"失效5份", "IN"}, /* another alternative, another measure word */
        {"失效5家", "-"},
        {"失效5", "IN"}, /* no measure word */
        {"失效5%", "-"},
        {"组织5期针对土地的培训", "ONLY"},
        {"培训5", "-"}, /* words in brackets alone need the measure word */
        {"市场主体5户", "NAMED"},
        {"成功率5%", "RATE"},
        {"成功率5个百分点", "RATE"},
        {"成功率5", "-"},
        {"《调解》5件", "-"},
        {"废止文件,调解5件", "SHORT IN"}, /* its own clause first */
    };
    struct scratch_conf t;
    struct mention_reader r;
    struct placing p;
    scratch_conf_begin(&t, config);
    mention_reader_make(&t.conf, &t.arena, &r);
    placing_make(&t.conf, &t.arena, &p);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct mention_line line;
        struct strbuf b = {0};
        mention_read(&r, str_c(cases[i].text), &t.arena, &line);
        for (size_t m = 0; m < line.n; m++) {
            struct placing_candidate x[PLACING_CANDIDATES];
            size_t n = placing_find(&p, &line, m, x);
            strbuf_printf(&b, "%s%s", m ? " | " : "", n ? "" : "-");
            for (size_t k = 0; k < n; k++)
                strbuf_printf(&b, "%s%.*s", k ? " " : "",
                              STR_ARG(t.conf.indicators[x[k].figure].id));
        }
        if (strcmp(strbuf_c(&b), cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].text, strbuf_c(&b), cases[i].want);
        strbuf_release(&b);
    }
    scratch_conf_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_candidates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
