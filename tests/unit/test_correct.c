/*
 * Corrections of one file: which cell is meant, what is put in, what does not fit. The file is four
 * columns of which one is not used; its data records begin on lines 3, 4, 6 and 8 (line 5 is the
 * second of a record in quotes, line 7 a total, which is no data record).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/correct.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const char text[] = "题名,,,\n"
                           "编 号,*姓名,说明,人数(万元)\n"
                           "a1,甲,x,１\n"
                           "a2,乙,\"x\n"
                           "y\",2\n"
                           "a3,丙,,'3\n"
                           "合计,,,6\n"
                           "a4,,x,=4";

static struct str id_header[] = {S("编号")}, name_header[] = {S("姓名")},
                  n_header[] = {S("数量"), S("人数")}, absent_header[] = {S("缺列")};
static struct conf_column columns[] = {
    {.name = S("id"), .title = S("编号"), .header = {id_header, 1}},
    {.name = S("name"), .title = S("姓名"), .header = {name_header, 1}, .personal = true},
    {.name = S("n"), .title = S("数量"), .header = {n_header, 2}},
    {.name = S("absent"), .title = S("缺列"), .header = {absent_header, 1}},
};
static const struct conf_export export = {.id = S("X"), .column = columns, .n = COUNT(columns)};
static struct str names[] = {S("编号"), S("姓名"), S("说明"), S("人数")};
static size_t column_of[] = {0, 1, SIZE_MAX, 2};
static size_t field_of[] = {0, 1, 3, SIZE_MAX};
static const struct header header = {
    .line = 2, .cells = 4, .name = names, .column = column_of, .field = field_of};

/* Passes the data records of the text by; what corrected.csv and the records then hold is added to
 * `got`, one line each. */
static void go(struct correct *k, struct strbuf *got)
{
    struct arena scratch = {0};
    struct csvin *in = csvin_new(str_c(text), ',');
    struct csvrec rec;
    csvin_expect(in, 4);
    while (csvin_next(in, &rec)) {
        if (rec.line < 3 || rec.line == 7)
            continue;
        const struct csvrec *now = correct_record(k, &rec, &scratch);
        size_t n;
        correct_applied(k, &n);
        assert_true(now != &rec || n == 0);
        if (n)
            strbuf_printf(got, "%zu:%.*s|%.*s|%.*s|%.*s\n", now->line, STR_ARG(now->field[0]),
                          STR_ARG(now->field[1]), STR_ARG(now->field[2]), STR_ARG(now->field[3]));
        correct_list(k, rec.line == 3 ? CORRECT_RESCUED : CORRECT_KEPT, 6, got);
        arena_reset(&scratch);
    }
    correct_end(k);
    csvin_free(in);
    arena_release(&scratch);
}

#define BY                                                                                         \
    {"r", 1}, {"p", 1},                                                                            \
    {                                                                                              \
        "2020-01-05", 10                                                                           \
    }
static const struct test_case {
    struct correction c[4]; /* by line */
    size_t n;
    const char *got;
    const char *misfits; /* place and code */
} cases[] = {
    /* by the header of the file, by name, by another header of the configuration */
    {{{S("f"), 3, S("人数(万元)"), S("7"), S(""), BY, 2},
      {S("f"), 4, S("n"), S(""), S(""), BY, 3},
      {S("f"), 6, S("数量"), S("=9"), S(""), BY, 4},
      {S("f"), 8, S(" 编 号"), S("一二三四"), S(""), BY, 5}},
     4,
     "3:a1|甲|x|7\nf,3,数量,１,7,r,p,2020-01-05,rescued\n"
     "4:a2|乙|x\ny|\nf,4,数量,2,,r,p,2020-01-05,kept\n"
     "6:a3|丙||=9\nf,6,数量,'3,'=9,r,p,2020-01-05,kept\n"
     "8:一二三四||x|=4\nf,8,编号,a4,一二,r,p,2020-01-05,kept\n",
     ""},
    /* two cells of a record; personal ones are masked, an empty one shows that it is */
    {{{S("f"), 3, S("姓名"), S("丁"), S("甲"), BY, 2},
      {S("f"), 3, S("n"), S("5"), S("1"), BY, 3},
      {S("f"), 8, S("name"), S("戊"), S(""), BY, 4}},
     3,
     "3:a1|丁|x|5\nf,3,姓名,***,***,r,p,2020-01-05,rescued\n"
     "f,3,数量,１,5,r,p,2020-01-05,rescued\n"
     "8:a4|戊|x|=4\nf,8,姓名,,***,r,p,2020-01-05,kept\n",
     ""},
    /* what stood there: normalised, an apostrophe that a spreadsheet adds is none */
    {{{S("f"), 3, S("n"), S("5"), S("11"), BY, 2},
      {S("f"), 3, S("姓名"), S("丁"), S("乙"), BY, 3},
      {S("f"), 6, S("n"), S("5"), S("'3"), BY, 4},
      {S("f"), 8, S("n"), S("5"), S("'=4"), BY, 5}},
     4,
     "6:a3|丙||5\nf,6,数量,'3,5,r,p,2020-01-05,kept\n"
     "8:a4||x|5\nf,8,数量,'=4,5,r,p,2020-01-05,kept\n",
     "2 E-COR-05\n3 E-COR-05\n"},
    /* no such column, one that is not used, one that the file lacks */
    {{{S("f"), 3, S("人"), S("5"), S(""), BY, 2},
      {S("f"), 4, S("说明"), S("5"), S(""), BY, 3},
      {S("f"), 6, S("缺列"), S("5"), S(""), BY, 4},
      {S("f"), 8, S("absent"), S("5"), S(""), BY, 5}},
     4,
     "",
     "2 E-COR-03\n3 E-COR-03\n4 E-COR-03\n5 E-COR-03\n"},
    /* lines before, within and behind the data records */
    {{{S("f"), 2, S("n"), S("5"), S(""), BY, 2},
      {S("f"), 5, S("n"), S("5"), S(""), BY, 3},
      {S("f"), 7, S("n"), S("5"), S(""), BY, 4},
      {S("f"), 9, S("n"), S("5"), S(""), BY, 5}},
     4,
     "",
     "2 E-COR-04\n3 E-COR-04\n4 E-COR-04\n5 E-COR-04\n"},
    /* one cell under three names: the first counts */
    {{{S("f"), 4, S("人数"), S("5"), S(""), BY, 2},
      {S("f"), 4, S("n"), S("5"), S(""), BY, 3},
      {S("f"), 4, S("id"), S("b2"), S(""), BY, 4},
      {S("f"), 4, S("数量"), S("6"), S(""), BY, 5}},
     4,
     "4:b2|乙|x\ny|5\nf,4,数量,2,5,r,p,2020-01-05,kept\nf,4,编号,a2,b2,r,p,2020-01-05,kept\n",
     "3 E-COR-06\n5 E-COR-06\n"},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct correction c[4];
        memcpy(c, cases[i].c, sizeof c);
        const struct refs refs = {
            .correction = c, .n_corrections = cases[i].n, .corrections_path = S("raw/cor.csv")};
        struct problems misfits = {0};
        struct arena a = {0};
        struct strbuf got = {0}, codes = {0};
        const struct correct_file f = {&refs, &export, &header, S("f"), &misfits};
        struct correct *k = correct_new(&f, &a);
        assert_non_null(k);
        go(k, &got);
        problems_sort(&misfits);
        for (size_t m = 0; m < misfits.n; m++)
            strbuf_printf(&codes, "%s %s\n", misfits.e[m].where + strlen("raw/cor.csv:"),
                          misfits.e[m].code);
        assert_string_equal(strbuf_c(&got), cases[i].got);
        assert_string_equal(strbuf_c(&codes), cases[i].misfits);
        /* a personal cell is not told in a message */
        for (size_t m = 0; m < misfits.n; m++)
            for (int l = 0; l < MSG_LANGS; l++)
                assert_null(strstr(misfits.e[m].text[l], "甲"));
        strbuf_release(&got);
        strbuf_release(&codes);
        problems_release(&misfits);
        arena_release(&a);
    }
}

static void test_none(void **state)
{
    (void)state;
    struct correction c[] = {{S("f"), 3, S("n"), S("5"), S(""), BY, 2}};
    const struct refs refs = {.correction = c, .n_corrections = 1};
    struct problems misfits = {0};
    struct arena a = {0};
    static const struct str other[] = {S("e"), S("f.gz"), S("g"), S("")};
    for (size_t i = 0; i < COUNT(other); i++)
        assert_null(
            correct_new(&(struct correct_file){&refs, &export, &header, other[i], &misfits}, &a));
    assert_int_equal(misfits.n, 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
