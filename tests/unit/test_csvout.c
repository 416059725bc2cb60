/* csvout: expected cells after RFC 4180 and contract.md, 8; the bytes were read back with Python's
 * csv module when the rows were written. */
#include "pipeline/io/csvout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static void assert_out(struct strbuf *out, const char *expected)
{
    assert_string_equal(strbuf_c(out), expected);
    out->n = 0;
}

static const struct {
    const char *in, *plain, *defused;
} texts[] = {
    {"", "", ""},
    {"abc", "abc", "abc"},
    {"米东区 人民政府", "米东区 人民政府", "米东区 人民政府"},
    {"a,b", "\"a,b\"", "\"a,b\""},
    {"a\"b", "\"a\"\"b\"", "\"a\"\"b\""},
    {"\"", "\"\"\"\"", "\"\"\"\""},
    {"\"\"", "\"\"\"\"\"\"", "\"\"\"\"\"\""},
    {"a\nb", "\"a\nb\"", "\"a\nb\""},
    {"a\rb", "\"a\rb\"", "\"a\rb\""},
    {" a", "\" a\"", "\" a\""},
    {"a ", "\"a \"", "\"a \""},
    {" ", "\" \"", "\" \""},
    {"a\t", "\"a\t\"", "\"a\t\""},
    {"a b;c'd", "a b;c'd", "a b;c'd"},
    {"=1+2", "=1+2", "'=1+2"},
    {"+86", "+86", "'+86"},
    {"-5", "-5", "'-5"},
    {"@x", "@x", "'@x"},
    {"\tx", "\"\tx\"", "\"'\tx\""},
    {"\rx", "\"\rx\"", "\"'\rx\""},
    {"=A(1,2)", "\"=A(1,2)\"", "\"'=A(1,2)\""},
    {"=\"x\"", "\"=\"\"x\"\"\"", "\"'=\"\"x\"\"\""},
    {"a=1", "a=1", "a=1"},
    {"'x", "'x", "'x"},
    {"'=x", "'=x", "''=x"},
    {"''@x", "''@x", "'''@x"},
    {"''", "''", "''"},
    {"—", "—", "—"},
};

static void test_text(void **state)
{
    (void)state;
    struct strbuf out = {0};
    for (size_t i = 0; i < LEN(texts); i++) {
        struct csvout plain = {.out = &out}, safe = {.out = &out, .defuse = true};
        csvout_text(&plain, str_c(texts[i].in));
        assert_out(&out, texts[i].plain);
        csvout_text(&safe, str_c(texts[i].in));
        assert_out(&out, texts[i].defused);
        plain.begun = false;
        csvout_foreign(&plain, str_c(texts[i].in));
        assert_out(&out, texts[i].defused);
    }
    static const char *const defused[][2] = {{"'=1", "=1"}, {"''=1", "'=1"}, {"'x", "'x"},
                                             {"=1", "=1"},  {"''", "''"},    {"", ""}};
    for (size_t i = 0; i < LEN(defused); i++)
        assert_true(str_eq(csvout_undo(str_c(defused[i][0])), str_c(defused[i][1])));
    strbuf_release(&out);
}

/* Every byte at every place of texts of every short length: the eight-byte steps have no seams. */
static void test_seams(void **state)
{
    (void)state;
    struct strbuf out = {0};
    char text[26], expected[60];
    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t at = 0; at < n; at++)
            for (int c = 0; c < 256; c++) {
                memset(text, 'x', n);
                text[at] = (char)c;
                bool end = at == 0 || at == n - 1;
                bool quoted = c == ',' || c == '"' || c == '\r' || c == '\n' ||
                              (end && (c == ' ' || c == '\t'));
                size_t k = 0;
                if (quoted)
                    expected[k++] = '"';
                for (size_t i = 0; i < n; i++) {
                    if (text[i] == '"')
                        expected[k++] = '"';
                    expected[k++] = text[i];
                }
                if (quoted)
                    expected[k++] = '"';
                struct csvout csv = {.out = &out};
                out.n = 0;
                csvout_text(&csv, (struct str){text, n});
                assert_int_equal(out.n, k);
                assert_memory_equal(out.p, expected, k);
            }
    strbuf_release(&out);
}

static void test_records(void **state)
{
    (void)state;
    struct strbuf out = {0};
    struct csvout c = {.out = &out, .defuse = true};
    csvout_text(&c, STR("a"));
    csvout_text(&c, (struct str){NULL, 0});
    csvout_int(&c, -5);
    csvout_int(&c, INT64_MIN);
    csvout_raw(&c, STR("-0.50"));
    csvout_text(&c, STR(""));
    csvout_end(&c);
    csvout_int(&c, INT64_MAX);
    csvout_end(&c);
    assert_out(&out, "a,,-5,-9223372036854775808,-0.50,\n9223372036854775807\n");
    c.crlf = true;
    struct str cells[] = {STR(""), STR("编号"), STR("=x")};
    csvout_record(&c, cells, LEN(cells));
    csvout_record(&c, cells, 1);
    assert_out(&out, ",编号,'=x\r\n\r\n");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_seams),
        cmocka_unit_test(test_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
