/* The summary and the words of publish; sums by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/io/infile.h"
#include "pipeline/publish/columns.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/publish/summary.h"
#include "tests/unit/scratch.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define LEN(a) (sizeof(a) / sizeof(a)[0])

static struct conf_indicator indicators[] = {
    {.id = S("X1"), .name = S("甲"), .name_en = S("one"), .chapter = S("一")},
    {.id = S("X2"), .name = S("=乙"), .chapter = S("")},
};

#define HEAD "id,period,org,month,value,printed,prior,flag,status\n"
static const char figures_csv[] = HEAD "X1,2019,,,0.10,10%,,明显,正常\n"
                                       "X1,2019,O1,,-7,-7,1,,缺报\n"
                                       "X1,2019,O1,2019-02,0.025,—,2,,基数为零\n"
                                       "X2,2019,,2019-02,100000000000000000,约1,,,正常\n";

struct made {
    struct scratch dir;
    struct arena arena;
    struct conf conf;
    struct csvtable figures;
    struct summary s;
};

static bool make(struct made *m, const char *csv, struct err *e)
{
    m->conf.indicators = indicators;
    m->conf.n_indicators = LEN(indicators);
    scratch_make(&m->dir);
    const char *path = scratch_write(&m->dir, "indicators.csv", csv);
    assert_true(csvtable_read(path, &m->arena, &m->figures, e));
    return summary_make(&m->conf, &m->figures, &m->arena, &m->s, e);
}

static void release(struct made *m)
{
    arena_release(&m->arena);
    scratch_remove(&m->dir);
}

static void assert_str(struct str got, const char *want)
{
    if (!str_eq(got, str_c(want)))
        fail_msg("\"%.*s\", not \"%s\"", STR_ARG(got), want);
}

static void test_cells(void **state)
{
    (void)state;
    static const struct {
        enum lang lang;
        size_t row, column;
        const char *want;
    } cells[] = {
        {LANG_ZH, 0, SUM_NAME, "甲"},
        {LANG_EN, 0, SUM_NAME, "one"},
        {LANG_EN, 3, SUM_NAME, "=乙"},
        {LANG_ZH, 0, SUM_CHAPTER, "一"},
        {LANG_ZH, 0, SUM_SCOPE, "全区"},
        {LANG_EN, 0, SUM_SCOPE, "all"},
        {LANG_ZH, 1, SUM_SCOPE, "O1"},
        {LANG_ZH, 2, SUM_SCOPE, "O1 2019-02"},
        {LANG_ZH, 3, SUM_SCOPE, "2019-02"},
        {LANG_ZH, 1, SUM_STATUS, "缺报"},
        {LANG_EN, 1, SUM_STATUS, "not reported"},
        {LANG_EN, 2, SUM_STATUS, "zero base"},
        {LANG_EN, 0, SUM_JUDGEMENT, "clear"},
        {LANG_ZH, 2, SUM_PRINTED, "—"},
        {LANG_ZH, 0, SUM_NUMERATOR, ""},
    };
    for (size_t i = 0; i < LEN(cells); i++) {
        struct made m = {.conf.language = cells[i].lang};
        struct err e;
        assert_true(make(&m, figures_csv, &e));
        assert_int_equal(m.s.rows, 4);
        assert_str(m.s.row[cells[i].row].cell[cells[i].column], cells[i].want);
        release(&m);
    }
}

static void test_sums(void **state)
{
    (void)state;
    static const struct {
        const char *csv, *value, *prior;
    } rows[] = {
        {figures_csv, "99999999999999993.125", "3"},
        {HEAD, "0", "0"},
        {HEAD "X1,2019,,,-0.30,,0.3,,\nX1,2019,,,0.1,,,,\n", "-0.20", "0.3"},
        {HEAD "X1,2019,,,1,,x,,\n", "1", ""}, /* no number: nothing is claimed */
        {HEAD "X1,2019,,,1234567890123456789,,1,,\n", "", "1"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct made m = {0};
        struct err e;
        assert_true(make(&m, rows[i].csv, &e));
        assert_str(m.s.sum[SUM_VALUE], rows[i].value);
        assert_str(m.s.sum[SUM_PRIOR], rows[i].prior);
        assert_str(m.s.sum[SUM_NAME], "");
        release(&m);
    }
}

static void test_unknown_figure(void **state)
{
    (void)state;
    struct made m = {0};
    struct err e;
    assert_false(make(&m, HEAD "X3,2019,,,1,1,,,\n", &e));
    assert_string_equal(e.code, "E-STAGE-03");
    release(&m);
}

/* B7 A8 is 法 in GB18030; the byte order mark is only in UTF-8. */
static void test_encodings(void **state)
{
    (void)state;
    static const struct {
        bool gb18030;
        const char *begin, *row;
    } rows[] = {
        {false, "\xef\xbb\xbf编号,章节,", "X2,,'=乙,2019,2019-02,约1,,100000000000000000,"},
        {true, "\xb1\xe0\xba\xc5,\xd5\xc2\xbd\xda,",
         "X2,,'=\xd2\xd2,2019,2019-02,\xd4\xbc\x31,,100000000000000000,"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct made m = {.conf.publish_gb18030 = rows[i].gb18030};
        struct strbuf text = {0};
        struct err e;
        assert_true(make(&m, figures_csv, &e));
        const char *path = scratch_path(&m.dir, "summary.csv");
        assert_true(summary_write(&m.s, path, &e));
        assert_true(infile_read(path, 1 << 20, &text, NULL, NULL, &e));
        assert_true(str_starts(strbuf_str(&text), str_c(rows[i].begin)));
        assert_non_null(strstr(strbuf_c(&text), rows[i].row));
        assert_true(str_ends(strbuf_str(&text), STR("\r\n")));
        strbuf_release(&text);
        release(&m);
    }
}

static void test_words(void **state)
{
    (void)state;
    assert_str(column_word(STR("fail"), LANG_ZH), "不通过");
    assert_str(column_word(STR("fail"), LANG_EN), "fail");
    assert_str(column_word(STR("I1 = I2"), LANG_ZH), "I1 = I2");
    assert_int_equal(column_find(STR("rows_read"))->type, COLUMN_INTEGER);
    assert_null(column_find(STR("no such column")));
    assert_str(figure_word(STR("口径变"), LANG_EN), "definition changed");
    assert_str(figure_word(STR("口径变"), LANG_ZH), "口径变");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),          cmocka_unit_test(test_sums),
        cmocka_unit_test(test_unknown_figure), cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
