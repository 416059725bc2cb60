/* package: the description of a small folder, written by hand after the Data Package standard 2.0;
 * digests are sha256sum's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/io/infile.h"
#include "pipeline/publish/package.h"
#include "tests/unit/scratch.h"

static const char expected[] =
    "{\n"
    "  \"$schema\": \"https://datapackage.org/profiles/2.0/datapackage.json\",\n"
    "  \"name\": \"tongji-compute-2019\",\n"
    "  \"title\": \"题\\\"目\",\n"
    "  \"resources\": [\n"
    "    {\n"
    "      \"$schema\": \"https://datapackage.org/profiles/2.0/dataresource.json\",\n"
    "      \"name\": \"checks.csv\",\n"
    "      \"path\": \"checks.csv\",\n"
    "      \"type\": \"table\",\n"
    "      \"format\": \"csv\",\n"
    "      \"mediatype\": \"text/csv\",\n"
    "      \"bytes\": 23,\n"
    "      \"hash\": \"sha256:"
    "9442c145216df267e91c64ad6653489e744c273740b1d6eba974e40c3321048e\",\n"
    "      \"encoding\": \"utf-8\",\n"
    "      \"rows\": 2,\n"
    "      \"dialect\": {\"delimiter\": \",\", \"lineTerminator\": \"\\u000a\", \"quoteChar\": "
    "\"\\\"\", \"doubleQuote\": true, \"header\": true},\n"
    "      \"schema\": {\n"
    "        \"$schema\": \"https://datapackage.org/profiles/2.0/tableschema.json\",\n"
    "        \"fields\": [\n"
    "          {\"name\": \"check\", \"type\": \"string\", \"description\": \"核对\"},\n"
    "          {\"name\": \"kept\", \"type\": \"integer\", \"description\": \"保留\"},\n"
    "          {\"name\": \"新\", \"type\": \"string\"}\n"
    "        ]\n"
    "      }\n"
    "    },\n"
    "    {\n"
    "      \"$schema\": \"https://datapackage.org/profiles/2.0/dataresource.json\",\n"
    "      \"name\": \"page.txt\",\n"
    "      \"path\": \"page.txt\",\n"
    "      \"format\": \"txt\",\n"
    "      \"mediatype\": \"text/plain\",\n"
    "      \"bytes\": 3,\n"
    "      \"hash\": \"sha256:"
    "a63d8014dba891345b30174df2b2a57efbb65b4f9f09b98f245d1b3192277ece\"\n"
    "    }\n"
    "  ]\n"
    "}\n";

static void assert_package(struct scratch *s, const char *want)
{
    struct strbuf text = {0};
    struct err e;
    assert_true(infile_read(scratch_path(s, "datapackage.json"), 1 << 20, &text, NULL, NULL, &e));
    assert_string_equal(strbuf_c(&text), want);
    strbuf_release(&text);
}

static void test_package(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    struct conf c = {.title = STR("题\"目")};
    struct refs r = {.year = 2019};
    scratch_make(&s);
    scratch_write(&s, "checks.csv", "check,kept,新\nC1,5,\n,\n");
    scratch_write(&s, "page.txt", "ab\n");
    scratch_write(&s, "E1.tjt", "internal");
    scratch_write(&s, ".stage", "hidden");
    const struct package_folder f = {&c, &r, s.dir, "compute", NULL};
    assert_true(package_write(&f, &e));
    assert_package(&s, expected);
    scratch_write(&s, "datapackage.json", "mine");
    assert_true(package_write(&f, &e)); /* who knows more wrote it before */
    assert_package(&s, "mine");
    scratch_remove(&s);
}

static void test_unreadable(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    struct conf c = {0};
    struct refs r = {.year = 2019};
    scratch_make(&s);
    scratch_write(&s, "a.csv", "");
    const struct package_folder f = {&c, &r, s.dir, "compute", NULL};
    assert_false(package_write(&f, &e));
    assert_string_equal(e.code, "E-FILE-11");
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_package),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
