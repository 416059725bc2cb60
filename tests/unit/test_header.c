/* Where the header is, which column is where, and what comes again: by the rules of header.h and of
 * docs/config.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/header.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static struct str id_names[] = {S("编号"), S("No")}, day_names[] = {S("日期")},
                  sum_names[] = {S("金额")}, note_names[] = {S("备注")};
enum { COLUMNS = 4 };
static struct conf_column columns[COLUMNS] = {
    {.name = S("id"), .header = {id_names, 2}, .required = true},
    {.name = S("day"), .header = {day_names, 1}, .required = true},
    {.name = S("sum"), .header = {sum_names, 1}},
    {.name = S("note"), .header = {note_names, 1}},
};
static const struct conf_export export = {.id = S("X"), .column = columns, .n = COLUMNS};
static struct str delimiters[] = {S(","), S(";"), S("\t")}, units[] = {S("万"), S("万万")};
static int64_t unit_values[] = {10000, 100000000};
static const struct conf_reading reading = {.delimiters = {delimiters, COUNT(delimiters)},
                                            .header_unit = units,
                                            .header_unit_value = unit_values,
                                            .n_header_unit = COUNT(units),
                                            .header_records = 5};

static const struct row {
    const char *text;
    const char *found; /* line, cells, field of each column, unit of sum, delimiter; NULL: none */
    const char *next;  /* the first cell of the record behind it */
    struct conf_form form;
} rows[] = {
    {"编号,日期,金额\na1,x,1\n", "1 3 0 1 2 - 1 ,", "a1", {0}},
    {"编号;日期;金额\na1;x;1\n", "1 3 0 1 2 - 1 ;", "a1", {0}},
    {"金额\tNo\t备注\t日期\n1\ta1\tb\tx\n", "1 4 1 3 0 2 1 TAB", "1", {0}},
    /* blanks, stars, units, full width, empty cells at the end */
    {"* 编 号,日期(年),金额（万元）,,\na1,x,1,,\n", "1 3 0 1 2 - 10000 ,", "a1", {0}},
    {"编号,日期,金额(万万)\na1,x,1\n", "1 3 0 1 2 - 100000000 ,", "a1", {0}},
    {"编号,日期,金额(元)\na1,x,1\n", "1 3 0 1 2 - 1 ,", "a1", {0}},
    /* the first of equal names; an unknown one */
    {"编号,日期,编号,甲\na1,x,a2,y\n", "1 4 0 1 - - 1 ,", "a1", {0}},
    /* in quotes, with a line in it; the record above it joins it, and its line is the first */
    {"统计表\n制表人,甲\n编号,\"日\n期\",金额\na1,x,1\n", "2 3 0 1 2 - 1 ,", "a1", {0}},
    /* over two records, and over three */
    {"编号,时间,\n,日期,金额\na1,x,1\n", "1 3 0 1 2 - 1 ,", "a1", {0}},
    {"编号,时间,x\n,,y\n,日期,金额\na1,x,1\n", "1 3 0 1 2 - 1 ,", "a1", {0}},
    /* one of another dialect: found out */
    {"编号|日期|金额\na1|2019-01-02|1\na2|2019-01-03|2\n", "1 3 0 1 2 - 1 |", "a1", {0}},
    {"编号|日期|金额\na1|2019-01-02|1\na2|2019-01-03|2\n", NULL, NULL, {.dialect = DIALECT_PLAIN}},
    {"编号|日期|金额\na1|2019-01-02|1\n", "1 3 0 1 2 - 1 |", "a1", {.delimiter = S("|")}},
    {"编号,日期,金额\na1,x,1\n", NULL, NULL, {.delimiter = S(";")}},
    /* said: the line of the header, lines to skip */
    {"编号,日期\n编号,日期,金额\na1,x,1\n", "2 3 0 1 2 - 1 ,", "a1", {.header = 2}},
    {"编号,日期\n编号,日期,金额\na1,x,1\n", "2 3 0 1 2 - 1 ,", "a1", {.skip = 1}},
    {"编号,日期\n编号,日期,金额\na1,x,1\n", "1 2 0 1 - - 1 ,", "编号", {0}},
    {"x\n编号,日期\na1,x\n", NULL, NULL, {.header = 3, .dialect = DIALECT_PLAIN}},
    /* too far down, a required column missing, nothing */
    {"1,2\n3,4\n5,6\n7,8\n9,0\n1,2\n3,4\n编号,日期\n", NULL, NULL, {.dialect = DIALECT_PLAIN}},
    {"编号,金额,备注\na1,1,b\n", NULL, NULL, {0}},
    {"", NULL, NULL, {0}},
};

static void print(const struct header *h, struct strbuf *out)
{
    strbuf_printf(out, "%zu %zu", h->line, h->cells);
    for (size_t c = 0; c < COLUMNS; c++)
        if (h->field[c] == SIZE_MAX)
            strbuf_printf(out, " -");
        else
            strbuf_printf(out, " %zu", h->field[c]);
    strbuf_printf(out, " %lld %.*s", (long long)h->unit[2], (int)h->dialect.n,
                  h->dialect.delimiter[0] == '\t' ? "T" : h->dialect.delimiter);
    strbuf_printf(out, "%s", h->dialect.delimiter[0] == '\t' ? "AB" : "");
}

static void test_find(void **state)
{
    (void)state;
    struct csvin *in = csvin_new(STR(""), ',');
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a = {0};
        struct strbuf got = {0};
        struct header h;
        struct header_miss miss;
        struct csvrec rec;
        bool found =
            header_find(&export, &rows[i].form, &reading, str_c(rows[i].text), in, &a, &h, &miss);
        if (found != (rows[i].found != NULL))
            fail_msg("%s", rows[i].text);
        if (found) {
            print(&h, &got);
            assert_string_equal(strbuf_c(&got), rows[i].found);
            assert_true(csvin_next(in, &rec));
            assert_true(str_eq(rec.field[0], str_c(rows[i].next)));
        }
        strbuf_release(&got);
        arena_release(&a);
    }
    csvin_free(in);
}

/* The record that names most columns, for suggestions. */
static void test_miss(void **state)
{
    (void)state;
    struct csvin *in = csvin_new(STR(""), ',');
    struct arena a = {0};
    struct header h;
    struct header_miss miss;
    const struct conf_form plain = {.dialect = DIALECT_PLAIN};
    assert_false(header_find(&export, &plain, &reading, STR("备注,x\n编号,日 子,金额\na1,x,1\n"),
                             in, &a, &h, &miss));
    assert_int_equal(miss.named, 2);
    assert_true(miss.has[0] && !miss.has[1] && miss.has[2] && !miss.has[3]);
    assert_int_equal(miss.n, 3);
    assert_true(str_eq(miss.name[1], STR("日子")));
    assert_false(header_find(&export, &plain, &reading, STR("a,b\n1,2\n"), in, &a, &h, &miss));
    assert_int_equal(miss.n, 0);
    csvin_free(in);
    arena_release(&a);
}

static const struct again {
    const char *record;
    bool repeated; /* it says what the header says ... */
    bool header;   /* ... or is one, ... */
    bool alike;    /* ... which reads cells as the one above does */
} agains[] = {
    {"编号,日期,金额,甲", true, true, true},
    {" 编号*,日期,金额(元),甲,,", true, true, true},
    {"No,日期,金额,乙", false, true, true},
    {"日期,编号,金额,甲", false, true, false},
    {"编号,日期,金额(万元),甲", true, true, false},
    {"编号,日期,金额", false, true, false},
    {"编号,日期,甲,乙", false, true, false},
    {"序号,编号,日期,金额", false, true, false},
    {"甲,乙,丙,编号,日期", false, false, false}, /* more unknown names than known ones */
    {"编号,金额,备注", false, false, false},     /* without a required one */
    {"编号", false, false, false},
    {"a1,2019-01-01,1,x", false, false, false},
    {"", false, false, false},
};

static void test_again(void **state)
{
    (void)state;
    struct csvin *in = csvin_new(STR(""), ',');
    for (size_t i = 0; i < COUNT(agains); i++) {
        struct arena a = {0};
        struct strbuf text = {0};
        struct header h, other;
        struct header_miss miss;
        struct csvrec rec;
        const struct conf_form form = {0};
        strbuf_printf(&text, "编号,日期,金额,甲\n%s\n", agains[i].record);
        assert_true(header_find(&export, &form, &reading, strbuf_str(&text), in, &a, &h, &miss));
        assert_true(csvin_next(in, &rec));
        assert_int_equal(header_is_repeated(&h, &rec, &a), agains[i].repeated);
        other = h;
        bool again = header_again(&export, &reading, &rec, &a, &other);
        assert_int_equal(again, agains[i].header);
        if (again) {
            assert_int_equal(header_maps_alike(&h, &other, COLUMNS), agains[i].alike);
            assert_int_equal(other.line, 2);
            assert_int_equal(other.n_rows, 1);
        }
        strbuf_release(&text);
        arena_release(&a);
    }
    csvin_free(in);
}

static void test_name(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_true(header_is_name(&export, STR(" 编 号(必填)*"), &a));
    assert_true(header_is_name(&export, STR("No"), &a));
    assert_false(header_is_name(&export, STR("甲"), &a));
    assert_false(header_is_name(&export, STR(""), &a));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_miss),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
