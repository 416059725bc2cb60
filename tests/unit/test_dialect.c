/* Expected cells: RFC 4180 for the standard rows, else worked out by hand from the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pipeline/io/dialect.h"

static struct dialect comma = {.delimiter = ",", .n = 1, .quote = '"', .escape = '"'};

/* All records of the text: cells in <>, records by |, faults as letters at the end of a record. */
static void reads(const struct dialect *d, struct str text, const char *expected)
{
    struct dialect_reader r = {0};
    struct dialect_record rec;
    struct strbuf out = {0};
    dialect_start(&r, d, text);
    while (dialect_next(&r, &rec)) {
        for (size_t i = 0; i < rec.n; i++)
            strbuf_printf(&out, "%s<%.*s>", rec.cell[i].quoted ? "q" : "",
                          STR_ARG(rec.cell[i].text));
        static const struct {
            unsigned fault;
            char letter;
        } faults[] = {{DIALECT_OPEN, 'O'},
                      {DIALECT_AFTER, 'A'},
                      {DIALECT_ESCAPED, 'E'},
                      {DIALECT_INSIDE, 'I'}};
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
            if (rec.faults & faults[i].fault)
                strbuf_addc(&out, faults[i].letter);
        strbuf_printf(&out, "@%zu+%zu|", rec.line, rec.lines);
    }
    assert_string_equal(strbuf_c(&out), expected);
    strbuf_release(&out);
    dialect_release(&r);
}

static void test_standard(void **state)
{
    (void)state;
    reads(&comma, STR("a,b\n1,2\n"), "<a><b>@1+1|<1><2>@2+1|");
    reads(&comma, STR("a,b\r\n1,2"), "<a><b>@1+1|<1><2>@2+1|");
    reads(&comma, STR("\"a\"\"b\",\"c,d\",\"\"\n"), "q<a\"b>q<c,d>q<>@1+1|");
    reads(&comma, STR("\"a\nb\",1\n2,3\n"), "q<a\nb><1>@1+2|<2><3>@3+1|");
    reads(&comma, STR("\n,\n"), "<>@1+1|<><>@2+1|");
    reads(&comma, STR("a\rb,c\n"), "<a\rb><c>@1+1|");
    reads(&comma, STR(""), "");
}

static void test_other_dialects(void **state)
{
    (void)state;
    struct dialect d = {.delimiter = ", ", .n = 2, .quote = '\'', .escape = '\''};
    reads(&d, STR("'a, b', c,d\n"), "q<a, b><c,d>@1+1|");
    reads(&d, STR("'it''s', x\n"), "q<it's><x>@1+1|");
    d = (struct dialect){.delimiter = ";", .n = 1, .quote = '"', .escape = '\\'};
    reads(&d, STR("\"a \\\"b\\\" \\\\ c\\d\";2\n"), "q<a \"b\" \\ c\\d><2>@1+1|");
    d = (struct dialect){.delimiter = "|", .n = 1};
    reads(&d, STR("\"a|b\"\n"), "<\"a><b\">@1+1|");
    d = comma;
    d.cr = true;
    reads(&d, STR("a,b\r1,\"x\ry\"\r\n2,3\r"), "<a><b>@1+1|<1>q<x\ry>@2+2|<2><3>@4+1|");
}

static void test_faults(void **state)
{
    (void)state;
    /* An open quote costs its line, not the file. */
    reads(&comma, STR("1,\"open,3\n4,5,6\n"), "<1><\"open><3>OI@1+1|<4><5><6>@2+1|");
    reads(&comma, STR("1,\"open\n2,\"ok\"\n"), "<1><\"open>OI@1+1|<2>q<ok>@2+1|");
    /* A quote that is not followed by a delimiter is text. */
    reads(&comma, STR("\"a\"b,c\",d\n"), "q<a\"b,c><d>A@1+1|");
    reads(&comma, STR("\"a \\\"b\\\" c\",d\n"), "q<a \"b\" c><d>AE@1+1|");
    reads(&comma, STR("5\" pipe,6\n"), "<5\" pipe><6>I@1+1|");
    reads(&comma, STR("a,b\n\xef\xbb\xbf\"c\",d\n"), "<a><b>@1+1|q<c><d>@2+1|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_other_dialects),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
