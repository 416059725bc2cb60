/* Cells (expected/README.md of the sample, 1 and 2): normalisation, headers, kinds; by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/calc/cell.h"
#include "pipeline/calc/date.h"
#include "tests/every_kind.h"

static struct arena arena;

#define NBSP "\xc2\xa0"
#define WIDE_BLANK "\xe3\x80\x80"
#define ZERO_WIDTH "\xe2\x80\x8b"
#define BOM "\xef\xbb\xbf"

static void normalise(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {{"abc", 3}, "abc"},
        {{"", 0}, ""},
        {{"  a b\t\r\n", 8}, "a b"},
        {{"ＡＢｃ１２３，（）％～", 33}, "ABc123,()%~"},
        {{"、《》。", 12}, "、《》。"}, /* not in FF01-FF5E */
        {{WIDE_BLANK "米东区" NBSP, 14}, "米东区"},
        {{"米" WIDE_BLANK "东", 9}, "米 东"},
        {{BOM "a" ZERO_WIDTH "b\0c", 10}, "abc"},
        {{"'123", 4}, "123"},
        {{" ' 123", 6}, "123"},
        {{"''123", 5}, "'123"},
        {{"'", 1}, ""},
        {{"\xe2\x80\x83x\xe2\x80\xa8", 7}, "x"}, /* U+2003, U+2028 */
        {{"\xef\xbf\xbd", 3}, "\xef\xbf\xbd"},   /* the replacement character stays */
        {{"\xef\xbc", 2}, "\xef\xbc"},           /* half a character stays what it is */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str got = cell_normalise(rows[i].in, &arena);
        if (!str_eq(got, str_c(rows[i].out)))
            fail_msg("row %zu: \"%.*s\"", i, STR_ARG(got));
    }
}

static void headers(void **state)
{
    (void)state;
    static const struct {
        const char *in, *name, *unit;
    } rows[] = {
        {"办件编号*", "办件编号", ""},
        {"办件" WIDE_BLANK "编 号", "办件编号", ""},
        {"注册资本(万元)", "注册资本", "万元"},
        {"注册资本（万元）", "注册资本", "万元"},
        {"注册资本(万元)*", "注册资本", "万元"},
        {"文件/合同名称", "文件/合同名称", ""},
        {"(万元)", "(万元)", ""}, /* a name is never empty */
        {"a(b)c", "a(b)c", ""},
        {"a(b)(c)", "a(b)", "c"},
        {"金额(万元(含税))", "金额", "万元(含税)"},
        {"a)", "a)", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str unit, name = cell_header(str_c(rows[i].in), &unit, &arena);
        if (!str_eq(name, str_c(rows[i].name)) || !str_eq(unit, str_c(rows[i].unit)))
            fail_msg("%s: %.*s, %.*s", rows[i].in, STR_ARG(name), STR_ARG(unit));
    }
}

/* All of Python's str.isspace(), and what only looks like it: in the middle and at both ends. */
static void white_space(void **state)
{
    (void)state;
    static const char *const blank[] = {
        "\t",           "\n",           "\v",           "\f",           "\r",
        "\x1c",         "\x1d",         "\x1e",         "\x1f",         " ", /* ASCII */
        "\xc2\x85",     NBSP,           "\xe1\x9a\x80",                      /* 85, A0, 1680 */
        "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",      /* 2000 ... */
        "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
        "\xe2\x80\x89", "\xe2\x80\x8a",                                 /* ... 200A */
        "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", /* 2028, 29, 2F, 5F */
        WIDE_BLANK};
    static const char *const solid[] = {"\x01",         "\x1b",         "\x7f",
                                        "\xe1\xa0\x8e", /* 180E */
                                        "\xe2\x81\xa0", "\xe3\x80\x81", "\xe2\x80\x8e"};
    for (size_t i = 0; i < sizeof blank / sizeof blank[0]; i++) {
        struct str s = arena_printf(&arena, "%sabcdefgh米%s东%s", blank[i], blank[i], blank[i]);
        assert_true(str_eq(cell_no_space(s, &arena), STR("abcdefgh米东")));
        struct str trimmed = cell_normalise(s, &arena);
        assert_true(trimmed.p[0] == 'a' && str_ends(trimmed, STR("东")));
        assert_true(trimmed.n > strlen("abcdefgh米东"));
    }
    for (size_t i = 0; i < sizeof solid / sizeof solid[0]; i++) {
        struct str s = arena_printf(&arena, "%sa%s", solid[i], solid[i]);
        assert_true(str_eq(cell_normalise(s, &arena), s));
        assert_ptr_equal(cell_no_space(s, &arena).p, s.p);
    }
}

/* What needs no change costs no memory: the result is a part of the cell. */
static void borrowed(void **state)
{
    (void)state;
    static const char *const rows[] = {"11650109MB0001142C20190002", " 2019-02-15 14:16:34\n",
                                       "米东区〇“—Ⅱ”", WIDE_BLANK "'x", "～a"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str got = cell_normalise(str_c(rows[i]), &arena);
        bool inside = got.p >= rows[i] && got.p + got.n <= rows[i] + strlen(rows[i]);
        assert_int_equal(inside, i < 4); /* the last one has a tilde to fold */
    }
}

/* The change may sit anywhere beside the eights that are skipped at once. */
static void every_place(void **state)
{
    (void)state;
    enum { LONGEST = 40 };
    for (size_t n = 1; n <= LONGEST; n++)
        for (size_t at = 0; at < n; at++) {
            char *cell = malloc(n);
            assert_non_null(cell);
            memset(cell, 'x', n);
            cell[at] = '\0';
            struct str s = {cell, n};
            assert_int_equal(cell_normalise(s, &arena).n, n - 1);
            cell[at] = ' ';
            assert_int_equal(cell_no_space(s, &arena).n, n - 1);
            assert_int_equal(cell_normalise(s, &arena).n, n - (at == 0 || at == n - 1));
            free(cell);
            arena_reset(&arena);
        }
}

/* Columns of every kind, and what cells become in them. NULL: an enumeration's index is in `i`. */
static const char settings[] = EVERY_KIND;

#define NONE INT64_MIN
static const struct {
    const char *column, *cell;
    enum cell_result result;
    const char *text;
    int64_t number;
} cells[] = {
    {"text", "米 东" WIDE_BLANK "区\n", CELL_OK, "米东区", NONE},
    {"text", "", CELL_MISSING, NULL, NONE},
    {"text", " / ", CELL_MISSING, NULL, NONE},
    {"text", "——", CELL_MISSING, NULL, NONE},
    {"text", "null", CELL_MISSING, NULL, NONE},
    {"text", "#n/a", CELL_MISSING, NULL, NONE},
    {"text", "暂无", CELL_MISSING, NULL, NONE},
    {"text", "无事", CELL_OK, "无事", NONE},
    {"name", WIDE_BLANK " ａ（b） \n c'\t", CELL_OK, "ａ（b） \n c'", NONE},
    {"name", "'x", CELL_OK, "'x", NONE},
    {"name", WIDE_BLANK "无 ", CELL_MISSING, NULL, NONE},
    {"name", " ", CELL_MISSING, NULL, NONE},
    {"code", "zi 19-a１", CELL_OK, "ZI19-A1", NONE},
    {"code", "9.16501E+17", CELL_MISSING, NULL, NONE},
    {"code", "9.16501e+17", CELL_MISSING, NULL, NONE},
    {"code", "9E+17", CELL_MISSING, NULL, NONE},
    {"code", "9E17", CELL_OK, "9E17", NONE},
    {"code", "A9E+17", CELL_OK, "A9E+17", NONE},
    {"code", "9.E+17", CELL_OK, "9.E+17", NONE},
    {"code", "91.6E+17", CELL_OK, "91.6E+17", NONE},
    {"code", "9.1 E+1 7", CELL_MISSING, NULL, NONE},
    {"code", "a-ⅱ", CELL_OK, "A-Ⅱ", NONE},
    /* exports.md's test vectors of 18 digits, with the century and the check digit taken off */
    {"id", "650109900101001", CELL_OK, "650109199001010011", NONE},
    {"id", "652303750630002", CELL_OK, "652303197506300028", NONE},
    {"id", "65010919900101001x", CELL_OK, "65010919900101001X", NONE},
    {"id", "13050367040100A", CELL_OK, "13050367040100A", NONE},
    {"doc", "米政办[2015]51号", CELL_OK, "米政办〔2015〕51号", NONE},
    {"doc", "米政办（2015） 51", CELL_OK, "米政办〔2015〕51号", NONE},
    {"doc", "【2015】5", CELL_OK, "〔2015〕5号", NONE},
    {"place", "乌鲁木齐市米东区石化街道", CELL_OK, "石化街道", NONE},
    {"place", "米东区乌鲁木齐市米东区 社区", CELL_OK, "社区", NONE},
    {"place", "石化米东区", CELL_OK, "石化米东区", NONE},
    {"place", "米东区", CELL_MISSING, NULL, NONE},
    {"date", "2019-3-1 10:05", CELL_OK, NULL, 17956},
    {"date", "２０１９年３月１日", CELL_OK, NULL, 17956},
    {"date", "43525", CELL_OK, NULL, 17956},
    {"date", "0000-00-00", CELL_MISSING, NULL, NONE},
    {"date", "1900-01-00", CELL_MISSING, NULL, NONE},
    {"date", "2019-02-30", CELL_DATE_BAD, NULL, NONE},
    {"date", "三月", CELL_DATE_BAD, NULL, NONE},
    {"at", "20190301100500", CELL_OK, NULL, 17956 * 86400LL + 36300},
    {"at", "2019/3/1", CELL_OK, NULL, 17956 * 86400LL},
    {"year", "2019年度", CELL_OK, NULL, 2019},
    {"year", "19", CELL_DATE_BAD, NULL, NONE},
    {"year", "2019 年", CELL_DATE_BAD, NULL, NONE}, /* the rules delete blanks in other kinds */
    {"month", "2019年1月", CELL_OK, NULL, 24228},
    {"month", "2019 年 1 月", CELL_DATE_BAD, NULL, NONE},
    {"n", "１，２３４", CELL_OK, NULL, 1234},
    {"n", "3人", CELL_OK, NULL, 3},
    {"n", "-3", CELL_NUMBER_BAD, NULL, NONE},
    {"n", "3.5", CELL_NUMBER_BAD, NULL, NONE},
    {"n", "-0", CELL_NUMBER_BAD, NULL, NONE},
    {"n", "1" NBSP "234\xe2\x80\x89人", CELL_OK, NULL, 1234},
    {"n", "约3", CELL_HEDGED, NULL, NONE},
    {"m", "-3.5元", CELL_OK, NULL, -350},
    {"m", "１.2万", CELL_OK, NULL, 1200000},
    {"m", "0.001", CELL_NUMBER_BAD, NULL, NONE},
    {"e", "已 受理", CELL_OK, NULL, 0},
    {"e", "办结", CELL_OK, NULL, 1},
    {"e", "Test", CELL_OK, NULL, 1},
    {"e", "办", CELL_ENUM_UNKNOWN, NULL, NONE},
    {"level", "1^9", CELL_OK, NULL, 1},
    {"level", "1^7^2", CELL_OK, NULL, 4},
    {"level", "网上预审（Ⅱ级）", CELL_OK, NULL, 2},
    {"level", "1^", CELL_ENUM_UNKNOWN, NULL, NONE},
    {"level", "1^x", CELL_ENUM_UNKNOWN, NULL, NONE},
    {"yes", "y", CELL_OK, NULL, 0},
    {"yes", "√", CELL_OK, NULL, 0},
    {"yes", "×", CELL_OK, NULL, 1},
    {"yes", "是的", CELL_ENUM_UNKNOWN, NULL, NONE},
};

/* What decided that the value stands otherwise than the cell, and what a spreadsheet did. */
static const struct {
    const char *column, *cell;
    enum change change;
    enum damage damage;
} remarks[] = {
    {"text", "米东区", CHANGE_NONE, DAMAGE_NONE},
    {"text", "", CHANGE_NONE, DAMAGE_NONE},
    {"text", " \n", CHANGE_BLANKS, DAMAGE_NONE},
    {"text", WIDE_BLANK, CHANGE_BLANKS, DAMAGE_NONE},
    {"text", ZERO_WIDTH, CHANGE_BLANKS, DAMAGE_NONE},
    {"text", "'", CHANGE_APOSTROPHE, DAMAGE_NONE},
    {"text", "米 东区", CHANGE_BLANKS, DAMAGE_NONE},
    {"text", "米东区 ", CHANGE_BLANKS, DAMAGE_NONE},
    {"text", "１a", CHANGE_WIDTH, DAMAGE_NONE},
    {"text", "１ a", CHANGE_BLANKS, DAMAGE_NONE},
    {"text", "'a", CHANGE_APOSTROPHE, DAMAGE_NONE},
    {"text", " 'a b", CHANGE_APOSTROPHE, DAMAGE_NONE},
    {"text", "a'", CHANGE_NONE, DAMAGE_NONE},
    {"text", "无", CHANGE_NULL, DAMAGE_NONE},
    {"text", "'--", CHANGE_NULL, DAMAGE_NONE},
    {"text", "#N/A", CHANGE_NULL, DAMAGE_FORMULA},
    {"text", "#REF!", CHANGE_NONE, DAMAGE_FORMULA},
    {"text", "9.16501E+17", CHANGE_NONE, DAMAGE_NONE},
    {"name", "ａ b", CHANGE_NONE, DAMAGE_NONE},
    {"name", " a", CHANGE_BLANKS, DAMAGE_NONE},
    {"code", "Z-1", CHANGE_NONE, DAMAGE_NONE},
    {"code", "z-1", CHANGE_CASE, DAMAGE_NONE},
    {"code", "z - 1", CHANGE_CASE, DAMAGE_NONE},
    {"code", "“Z”", CHANGE_NONE, DAMAGE_NONE},
    {"code", "“Z” ", CHANGE_BLANKS, DAMAGE_NONE},
    {"code", "9.16501E+17", CHANGE_LOST, DAMAGE_EXPONENT},
    {"code", "2-Jan", CHANGE_CASE, DAMAGE_DAY},
    {"code", "650109199001010000", CHANGE_NONE, DAMAGE_CUT_OFF},
    {"code", "####", CHANGE_NONE, DAMAGE_NARROW},
    {"id", "650109900101001", CHANGE_ID15, DAMAGE_NONE},
    {"id", "65010919900101001x", CHANGE_CASE, DAMAGE_NONE},
    {"region", "65010", CHANGE_NONE, DAMAGE_ZEROS},
    {"region", "650109", CHANGE_NONE, DAMAGE_CREDIT},
    {"region", "11010519491231002X", CHANGE_NONE, DAMAGE_NONE},
    {"doc", "米政办〔2015〕51号", CHANGE_NONE, DAMAGE_NONE},
    {"doc", "米政办[2015]51号", CHANGE_REPLACE, DAMAGE_NONE},
    {"doc", "米政办〔2015〕51", CHANGE_SUFFIX, DAMAGE_NONE},
    {"doc", "〔2015〕51 号", CHANGE_BLANKS, DAMAGE_NONE},
    {"place", "石化街道", CHANGE_NONE, DAMAGE_NONE},
    {"place", "米东区石化街道", CHANGE_PREFIX, DAMAGE_NONE},
    {"place", "米东区", CHANGE_PREFIX, DAMAGE_NONE},
    {"date", "2019-03-01", CHANGE_NONE, DAMAGE_NONE},
    {"date", "2019-03-01 ", CHANGE_BLANKS, DAMAGE_NONE},
    {"date", "2019-3-1", CHANGE_DATE, DAMAGE_NONE},
    {"date", "2019-3-01", CHANGE_DATE, DAMAGE_NONE},
    {"date", "2019-03-1", CHANGE_DATE, DAMAGE_NONE},
    {"date", "2019/03/01", CHANGE_DATE, DAMAGE_NONE},
    {"date", "2019-03-01 00:00:00", CHANGE_DATE, DAMAGE_NONE},
    {"date", "三月", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"date", "######", CHANGE_UNUSABLE, DAMAGE_NARROW},
    {"at", "2019-03-01 10:05:00", CHANGE_NONE, DAMAGE_NONE},
    {"at", "2019-03-01T10:05:00", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-03-01", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-03-01 10:05", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-3-01 10:05:0.5", CHANGE_UNUSABLE, DAMAGE_NONE},
    /* 19 bytes each, as the plain form has: */
    {"at", "2019-3-1  10:05:009", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"at", "2019-3-1 10:05:00.5", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-3-01  10:05:00", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-03-1  10:05:00", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-03-01  1:05:00", CHANGE_DATE, DAMAGE_NONE},
    {"at", "2019-03-01 1:05:0.5", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"at", "2019-03-01 1:05:00.", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"year", "2019", CHANGE_NONE, DAMAGE_NONE},
    {"year", "2019年", CHANGE_DATE, DAMAGE_NONE},
    {"year", "0019", CHANGE_DATE, DAMAGE_NONE},
    {"month", "2019-01", CHANGE_NONE, DAMAGE_NONE},
    {"month", "2019-1", CHANGE_DATE, DAMAGE_NONE},
    {"month", "2019.01", CHANGE_DATE, DAMAGE_NONE},
    {"n", "0", CHANGE_NONE, DAMAGE_NONE},
    {"n", "120", CHANGE_NONE, DAMAGE_NONE},
    {"n", "007", CHANGE_NUMBER, DAMAGE_NONE},
    {"n", "3.0", CHANGE_NUMBER, DAMAGE_NONE},
    {"n", "3人", CHANGE_NUMBER, DAMAGE_NONE},
    {"n", "1,234", CHANGE_NUMBER, DAMAGE_NONE},
    {"n", "三", CHANGE_NUMBER, DAMAGE_NONE},
    {"n", "1 2", CHANGE_BLANKS, DAMAGE_NONE},
    {"n", "１２", CHANGE_WIDTH, DAMAGE_NONE},
    {"n", "约3", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"n", "#DIV/0!", CHANGE_UNUSABLE, DAMAGE_FORMULA},
    {"m", "500", CHANGE_NONE, DAMAGE_NONE},
    {"m", "-500.5", CHANGE_NONE, DAMAGE_NONE},
    {"m", "0.500", CHANGE_NONE, DAMAGE_NONE},
    {"m", "00.5", CHANGE_NUMBER, DAMAGE_NONE},
    {"m", "1.2万", CHANGE_NUMBER, DAMAGE_NONE},
    {"m", "1,200.00", CHANGE_NUMBER, DAMAGE_NONE},
    {"e", "受理", CHANGE_NONE, DAMAGE_NONE},
    {"e", " 受 理", CHANGE_BLANKS, DAMAGE_NONE},
    {"e", "已受理", CHANGE_ENUM, DAMAGE_NONE},
    {"e", "Test", CHANGE_ENUM, DAMAGE_NONE},
    {"e", "办", CHANGE_UNUSABLE, DAMAGE_NONE},
    {"level", "2", CHANGE_NONE, DAMAGE_NONE},
    {"level", "9", CHANGE_LEVEL, DAMAGE_NONE},
    {"level", "1^9", CHANGE_LEVEL, DAMAGE_NONE},
    {"yes", "是", CHANGE_NONE, DAMAGE_NONE},
    {"yes", "y", CHANGE_ENUM, DAMAGE_NONE},
};

static void load(struct conf *conf, struct refs *refs)
{
    char path[] = "/tmp/tongji-cell-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, settings, sizeof settings - 1), sizeof settings - 1);
    close(fd);
    struct problems problems = {0};
    bool ok = conf_load(path, conf, &problems);
    for (size_t i = 0; i < problems.n; i++)
        err_print(&problems.e[i], LANG_EN, stderr);
    problems_release(&problems);
    unlink(path);
    assert_true(ok);
    struct err e;
    assert_true(refs_load(conf, "/nowhere", 0, refs, &e));
}

static void kinds(void **state)
{
    (void)state;
    struct conf conf;
    struct refs refs;
    load(&conf, &refs);
    struct cell_context x = {
        .conf = &conf, .refs = &refs, .export = &conf.exports[0], .unit = 1, .scratch = &arena};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        size_t c = conf_find_column(x.export, str_c(cells[i].column));
        assert_true(c != SIZE_MAX);
        struct tvalue v;
        enum cell_result r = cell_clean(&x.export->column[c], str_c(cells[i].cell), &x, &v);
        bool same = r == cells[i].result;
        if (same && r == CELL_OK && cells[i].text)
            same = str_eq(v.s, str_c(cells[i].text));
        else if (same && r == CELL_OK)
            same = v.i == cells[i].number;
        if (!same)
            fail_msg("%s \"%s\": result %d, %lld, %.*s", cells[i].column, cells[i].cell, (int)r,
                     (long long)v.i, STR_ARG(v.s));
    }
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
        size_t c = conf_find_column(x.export, str_c(remarks[i].column));
        assert_true(c != SIZE_MAX);
        struct tvalue v;
        cell_clean(&x.export->column[c], str_c(remarks[i].cell), &x, &v);
        if (x.remarks.change != remarks[i].change || x.remarks.damage != remarks[i].damage)
            fail_msg("%s \"%s\": change %s, damage %d", remarks[i].column, remarks[i].cell,
                     change_rules[x.remarks.change].name, (int)x.remarks.damage);
    }
    /* A header with a unit multiplies. */
    struct tvalue v;
    x.unit = 10000;
    size_t m = conf_find_column(x.export, STR("m"));
    assert_int_equal(cell_clean(&x.export->column[m], STR("1.5"), &x, &v), CELL_OK);
    assert_int_equal(v.i, 1500000);
    assert_int_equal(x.remarks.change, CHANGE_UNIT);
    assert_int_equal(cell_clean(&x.export->column[m], STR("0"), &x, &v), CELL_OK);
    assert_int_equal(x.remarks.change, CHANGE_NONE);
    refs_release(&refs);
    conf_release(&conf);
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(normalise),   cmocka_unit_test(headers),
                                       cmocka_unit_test(white_space), cmocka_unit_test(borrowed),
                                       cmocka_unit_test(every_place), cmocka_unit_test(kinds)};
    return cmocka_run_group_tests(tests, NULL, teardown);
}
