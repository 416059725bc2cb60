/* xlsx_check: what is whole, and workbooks of which something is missing. */
#include "pipeline/io/xlsx_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/io/xlsx.h"
#include "tests/unit/scratch.h"

#define HEAD "<?xml version=\"1.0\"?>\n"

static const struct {
    const char *xml;
    bool whole;
    size_t cells;
} parts[] = {
    {HEAD "<a/>", true, 0},
    {HEAD "<a x=\"1\" y=\"a&lt;b>\"/>", false, 0}, /* libxlsxwriter writes &gt; */
    {HEAD "<a x=\"1\" y=\"a&lt;b&gt;\"/>", true, 0},
    {HEAD "<a><b>text</b><b/></a>", true, 0},
    {HEAD "<row><c r=\"A1\" s=\"1\"/><c r=\"B1\"><v>1</v></c><col/></row>", true, 2},
    {HEAD "<sst count=\"9\" uniqueCount=\"2\"><si/><si/></sst>", true, 0},
    {HEAD "<xfs count=\"2\"><xf/><xf/></xfs>", true, 0},
    {HEAD "<xfs count=\"3\"><xf/><xf/></xfs>", false, 0},
    {HEAD "<sst count=\"2\" uniqueCount=\"3\"><si/><si/></sst>", false, 0},
    {HEAD "<v><pane/><selection/></v>", true, 0},
    {HEAD "<v><pane/></v>", false, 0},
    {"", false, 0},
    {HEAD, false, 0},
    {"<a/>", false, 0},
    {HEAD "<a>", false, 0},
    {HEAD "<a></b>", false, 0},
    {HEAD "</a>", false, 0},
    {HEAD "<a/><b/>", false, 0},
    {HEAD "<a><b</a>", false, 0},
    {HEAD "<a x=\"1<b/>\"/>", false, 0},
    {HEAD "<a x=1/>", false, 0},
    {HEAD "<a x=\"1\"y=\"2\"/>", false, 0},
    {HEAD "<a", false, 0},
};

static void xml(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t cells = 0;
        bool whole = xlsx_check_xml(str_c(parts[i].xml), &cells);
        if (whole != parts[i].whole || (whole && cells != parts[i].cells))
            fail_msg("%s: %d, %zu cells", parts[i].xml, whole, cells);
    }
}

static void workbook(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    const struct xlsx_about about = {"a", NULL, 1577750400};
    scratch_make(&s);
    struct xlsx *x = xlsx_new(scratch_path(&s, "a.xlsx"), &about);
    struct xlsx_sheet *sheet = xlsx_sheet(x, STR("a"));
    for (size_t r = 0; r < 40; r++)
        for (size_t c = 0; c < 3; c++)
            xlsx_text(sheet, r, c, STR("text"), XLSX_CELL);
    assert_true(xlsx_close(x, &e));
    assert_true(xlsx_check(s.path, 120, &e));
    assert_false(xlsx_check(s.path, 121, &e));
    assert_string_equal(e.code, "E-XLSX-01");
    assert_int_equal(e.status, ST_SYSTEM);
    assert_int_equal(truncate(s.path, 1000), 0);
    assert_false(xlsx_check(s.path, 120, &e));
    assert_string_equal(e.code, "E-XLSX-01");
    assert_int_equal(e.status, ST_SYSTEM);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(xml), cmocka_unit_test(workbook)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
