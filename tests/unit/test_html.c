/* Texts in markup are escaped, whatever they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/html.h"

static void expect(struct strbuf *b, const char *expected)
{
    if (!str_eq(strbuf_str(b), str_c(expected)))
        fail_msg("%.*s instead of %s", STR_ARG(strbuf_str(b)), expected);
    strbuf_release(b);
}

static void test_text(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *expected;
    } rows[] = {
        {{"", 0}, ""},
        {{"办结率 98.2%", 15}, "办结率 98.2%"},
        {{"<script>", 8}, "&lt;script&gt;"},
        {{"</script>", 9}, "&lt;/script&gt;"},
        {{"a&b", 3}, "a&amp;b"},
        {{"&lt;", 4}, "&amp;lt;"},
        {{"\"x' onload=1", 12}, "&quot;x&#39; onload=1"},
        {{"a\nb\tc", 5}, "a\nb\tc"},
        {{"a\0b\x01\x7f", 5},
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct strbuf b = {0};
        html_text(&b, rows[i].text);
        expect(&b, rows[i].expected);
    }
}

/* A % in a text is a text; places are filled in order. */
static void test_places(void **state)
{
    (void)state;
    struct strbuf b = {0};
    HTML(&b, "<td class=\"%\">%</td>", STR("\"n\""), STR("50% <b>"));
    HTML_RAW(&b, "<br>");
    expect(&b, "<td class=\"&quot;n&quot;\">50% &lt;b&gt;</td><br>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
