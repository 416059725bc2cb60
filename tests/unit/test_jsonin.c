/*
 * Reading JSON: RFC 8259, by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/io/json.h"
#include "pipeline/io/jsonin.h"

static void test_tree(void **state)
{
    (void)state;
    struct arena a = {0};
    const struct jsonin *j = jsonin_parse(
        str_c(
            " {\"a\": [1, -2, {\"b\": \"x\"}], \"e\": {},\n\"n\": 4.070, \"t\": true, \"z\": null,"
            "\"q\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u4E2d\\ud83d\\ude00\\u00e9\"} "),
        &a);
    assert_non_null(j);
    const struct jsonin *list = jsonin_get(j, "a");
    assert_int_equal(list->type, JSONIN_ARRAY);
    assert_int_equal(list->kid->number, 1);
    assert_int_equal(list->kid->next->number, -2);
    assert_true(str_eq(jsonin_text(list->kid->next->next, "b"), str_c("x")));
    assert_null(list->kid->next->next->next);
    assert_null(jsonin_get(j, "e")->kid);
    assert_true(str_eq(jsonin_text(j, "n"), str_c("4.070")));
    assert_int_equal(jsonin_int(j, "n"), 0);
    assert_true(str_eq(jsonin_text(j, "t"), str_c("true")));
    assert_int_equal(jsonin_get(j, "z")->type, JSONIN_NULL);
    assert_true(str_eq(jsonin_text(j, "q"), str_c("\"\\/\b\f\n\r\t中😀é")));
    assert_null(jsonin_text(j, "missing").p);
    assert_null(jsonin_text(j, "a").p);
    assert_null(jsonin_get(NULL, "a"));
    arena_release(&a);
}

static const struct {
    const char *text;
    int64_t value;
} numbers[] = {
    {"0", 0},
    {"-7", -7},
    {"9223372036854775807", INT64_MAX},
    {"-9223372036854775808", INT64_MIN},
    {"9223372036854775808", 0}, /* does not fit */
    {"1e3", 0},
};

static void test_numbers(void **state)
{
    (void)state;
    struct arena a = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const struct jsonin *j = jsonin_parse(str_c(numbers[i].text), &a);
        assert_non_null(j);
        assert_int_equal(j->number, numbers[i].value);
    }
    arena_release(&a);
}

static const char *const wrong[] = {
    "",     "{",       "[1,]",      "{\"a\":}",    "{\"a\" 1}",          "{a:1}",       "\"x",
    "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"", "\"\\ude00\"",        "\"a\nb\"",    "1 2",
    "-",    "tru",     "[1 2]",     "{}}",         "\"\\ud83d\\u0041\"", "\"\\u12g4\"", "+1",
};

static void test_wrong(void **state)
{
    (void)state;
    struct arena a = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_null(jsonin_parse(str_c(wrong[i]), &a));
    char deep[140] = "";
    for (size_t i = 0; i < 70; i++) {
        deep[i] = '[';
        deep[139 - 1 - i] = ']';
    }
    deep[69] = '1';
    assert_null(jsonin_parse(str_c(deep), &a));
    arena_release(&a);
}

/* What the writer writes, the reader reads. */
static void test_back(void **state)
{
    (void)state;
    struct arena a = {0};
    struct strbuf text = {0};
    struct json out = {.out = &text};
    json_object(&out, NULL);
    json_text(&out, "k", str_c("\"\\\x01\x1f 中 </a>"));
    json_flat_array(&out, "list");
    json_int(&out, NULL, INT64_MIN);
    json_bool(&out, NULL, false);
    json_end(&out);
    json_end(&out);
    const struct jsonin *j = jsonin_parse(strbuf_str(&text), &a);
    assert_true(str_eq(jsonin_text(j, "k"), str_c("\"\\\x01\x1f 中 </a>")));
    assert_int_equal(jsonin_get(j, "list")->kid->number, INT64_MIN);
    strbuf_release(&text);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
