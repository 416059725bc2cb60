/* xlsx: which texts are numbers, equal bytes, and failures; what a spreadsheet sees of it is read
 * back in tests/published.py. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/io/infile.h"
#include "pipeline/io/xlsx.h"
#include "tests/unit/scratch.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *text;
    bool number;
} texts[] = {
    {"0", true},
    {"7", true},
    {"-7", true},
    {"98.2%", true},
    {"-0.5%", true},
    {"100.000000", true},
    {"0.000000000000001", true},
    {"123456789012345", true},
    {"-123456789012.345", true},
    {"1234567890123456", false}, /* 16 digits: a double would round it */
    {"650000000000000001", false},
    {"0000000000000000000000007", false},
    {"007", false}, /* an id */
    {"0.0000000000000001", false},
    {"", false},
    {"-", false},
    {".5", false},
    {"5.", false},
    {"1.2.3", false},
    {"+5", false},
    {"5 ", false},
    {"5%%", false},
    {"%", false},
    {"1e5", false},
    {"2019-12", false},
    {"2.86万", false},
    {"—", false},
    {"=1", false},
};

static struct xlsx *begin(struct scratch *s, const char *name)
{
    const struct xlsx_about about = {"题目", NULL, 1577750400};
    return xlsx_new(scratch_path(s, name), &about);
}

static void test_numbers(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    scratch_make(&s);
    struct xlsx *x = begin(&s, "a.xlsx");
    struct xlsx_sheet *sheet = xlsx_sheet(x, STR("一"));
    for (size_t i = 0; i < LEN(texts); i++)
        if (xlsx_number(sheet, i, 0, str_c(texts[i].text), XLSX_CELL) != texts[i].number)
            fail_msg("\"%s\"", texts[i].text);
    assert_true(xlsx_close(x, &e));
    scratch_remove(&s);
}

/* A workbook with everything that the module can do, and names that must be changed. */
static void make(struct scratch *s, const char *name)
{
    struct err e;
    struct xlsx *x = begin(s, name);
    static const char *const names[] = {
        "a",   "A", "",
        "a/b", "'", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三"};
    for (size_t i = 0; i < LEN(names); i++) {
        struct xlsx_sheet *sheet = xlsx_sheet(x, str_c(names[i]));
        xlsx_text(sheet, 0, 0, STR("=题目"), XLSX_HEADING);
        xlsx_value(sheet, 1, 0, STR("1.50"), XLSX_CELL);
        xlsx_sum(sheet, 2, 0, 1, 1, STR("1.50"));
        xlsx_table(sheet, 0, 1, 1);
        xlsx_mark(sheet, 0, 1, 1, XLSX_ABOVE_0, NULL, XLSX_RED);
        xlsx_mark(sheet, 0, 1, 1, XLSX_IS_NOT, "x\xc3\xa9", XLSX_YELLOW);
        xlsx_name(sheet, 1, 0, STR("I1-x"));
        xlsx_width(sheet, 0, 20);
    }
    assert_true(xlsx_close(x, &e));
}

static void test_same_bytes(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    char a[65], b[65];
    uint64_t bytes;
    struct stat st;
    scratch_make(&s);
    make(&s, "a.xlsx");
    assert_true(infile_hash(scratch_path(&s, "a.xlsx"), a, &bytes, &e));
    assert_int_equal(stat(s.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    sleep(1); /* the clock must not matter */
    make(&s, "b.xlsx");
    assert_true(infile_hash(scratch_path(&s, "b.xlsx"), b, &bytes, &e));
    assert_string_equal(a, b);
    scratch_remove(&s);
}

/* A text of more than a cell can hold is cut, at a character. */
static void test_long_text(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    struct strbuf text = {0};
    scratch_make(&s);
    strbuf_addc(&text, 'x');
    for (int i = 0; i < 20000; i++)
        strbuf_add(&text, STR("法"));
    struct xlsx *x = begin(&s, "a.xlsx");
    xlsx_text(xlsx_sheet(x, STR("一")), 0, 0, strbuf_str(&text), XLSX_CELL);
    assert_true(xlsx_close(x, &e));
    strbuf_release(&text);
    scratch_remove(&s);
}

static void test_cannot_be_written(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    scratch_make(&s);
    struct xlsx *x = begin(&s, "none/a.xlsx");
    xlsx_sheet(x, STR("一"));
    assert_false(xlsx_close(x, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_string_equal(e.code, "E-SYS-01");
    /* a cell beyond the last row */
    x = begin(&s, "b.xlsx");
    xlsx_text(xlsx_sheet(x, STR("一")), XLSX_ROWS, 0, STR("x"), XLSX_CELL);
    assert_false(xlsx_close(x, &e));
    assert_int_equal(access(scratch_path(&s, "b.xlsx"), F_OK), -1);
    scratch_remove(&s);
}

/* An allocation that fails leaves errno behind, and no other trace where a text is left out. */
static void test_no_memory_for_a_text(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    scratch_make(&s);
    struct xlsx *x = begin(&s, "a.xlsx");
    struct xlsx_sheet *sheet = xlsx_sheet(x, STR("一"));
    errno = ENOMEM;
    xlsx_mark(sheet, 0, 1, 2, XLSX_IS, "x", XLSX_RED);
    xlsx_text(sheet, 0, 0, STR("x"), XLSX_CELL);
    assert_false(xlsx_close(x, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_int_equal(access(scratch_path(&s, "a.xlsx"), F_OK), -1);
    /* what failed before the workbook was begun is no concern of it */
    errno = ENOMEM;
    x = begin(&s, "b.xlsx");
    xlsx_text(xlsx_sheet(x, STR("一")), 0, 0, STR("x"), XLSX_CELL);
    assert_true(xlsx_close(x, &e));
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_cannot_be_written),
        cmocka_unit_test(test_no_memory_for_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
