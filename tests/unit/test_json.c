/* json: texts after RFC 8259, written by hand; Python's json module reads them back in
 * tests/published.py. */
#include "pipeline/io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static const struct {
    const char *in, *out;
} texts[] = {
    {"", "\"\""},
    {"a \"b\" \\c", "\"a \\\"b\\\" \\\\c\""},
    {"line\nTAB\t\r\x01", "\"line\\u000aTAB\\u0009\\u000d\\u0001\""},
    {"米东区/é/\xf0\x9f\x98\x80", "\"米东区/é/\xf0\x9f\x98\x80\""},
    {"a\x80z", "\"a\xef\xbf\xbdz\""},                             /* a byte that begins nothing */
    {"\xe7\xb1", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* cut short */
    {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* overlong */
    {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
    {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* > 10FFFF */
};

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(texts); i++) {
        struct strbuf out = {0};
        struct json j = {.out = &out};
        json_text(&j, NULL, str_c(texts[i].in));
        assert_string_equal(strbuf_c(&out), texts[i].out);
        strbuf_release(&out);
    }
}

static void test_layout(void **state)
{
    (void)state;
    struct strbuf out = {0};
    struct json j = {.out = &out};
    json_object(&j, NULL);
    json_text(&j, "a", STR("x"));
    json_array(&j, "files");
    json_flat_object(&j, NULL);
    json_int(&j, "n", -5);
    json_array(&j, "in");
    json_number(&j, NULL, STR("1.50"));
    json_bool(&j, NULL, true);
    json_end(&j);
    json_end(&j);
    json_flat_object(&j, NULL);
    json_end(&j);
    json_end(&j);
    json_array(&j, "none");
    json_end(&j);
    json_flat_array(&j, "flat");
    json_bool(&j, NULL, false);
    json_end(&j);
    json_int(&j, "z", 0);
    json_end(&j);
    assert_string_equal(strbuf_c(&out), "{\n"
                                        "  \"a\": \"x\",\n"
                                        "  \"files\": [\n"
                                        "    {\"n\": -5, \"in\": [1.50, true]},\n"
                                        "    {}\n"
                                        "  ],\n"
                                        "  \"none\": [],\n"
                                        "  \"flat\": [false],\n"
                                        "  \"z\": 0\n"
                                        "}");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_layout)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
