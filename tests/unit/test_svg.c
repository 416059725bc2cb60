/* Scales and lengths, worked out by hand; lengths are tenths, values millionths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/svg.h"

#define M 1000000

static void test_scale(void **state)
{
    (void)state;
    static const struct {
        int64_t low, high; /* of the values */
        int64_t first, last, step;
        const char *text; /* of first + step */
    } rows[] = {
        {0, 7064LL * M, 0, 8000LL * M, 2000LL * M, "2000"},
        {0, 48420LL * M, 0, 50000LL * M, 10000LL * M, "10000"},
        {94612186, 99700000, 94LL * M, 100LL * M, 2LL * M, "96"},
        {97225274, 97525274, 97200000, 97600000, 100000, "97.3"},
        {0, 100LL * M, 0, 100LL * M, 20LL * M, "20"},
        {-3LL * M, 4LL * M, -4LL * M, 4LL * M, 2LL * M, "-2"},
        {5LL * M, 5LL * M, 5LL * M, 5000001, 1, "5.000001"},
        {0, 801234567890000, 0, 1000000000000000, 200000000000000, "200000000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct svg_scale s = svg_scale_for(rows[i].low, rows[i].high, 5, 0, 1000);
        struct strbuf b = {0};
        assert_true(s.low == rows[i].first);
        assert_true(s.high == rows[i].last);
        assert_true(s.step == rows[i].step);
        svg_scale_text(&s, s.low + s.step, &b);
        assert_string_equal(strbuf_c(&b), rows[i].text);
        strbuf_release(&b);
    }
}

static void test_at(void **state)
{
    (void)state;
    static const struct {
        int64_t low, high, from, to, value, place;
    } rows[] = {
        {0, 10, 0, 100, 0, 0},       {0, 10, 0, 100, 10, 100},
        {0, 3, 0, 100, 1, 33},       {0, 3, 0, 100, 2, 67},
        {0, 10, 1900, 220, 5, 1060}, /* upwards */
        {0, 10, 0, 100, 11, 100},    {0, 10, 0, 100, -1, 0},
        {-10, 10, 0, 100, 0, 50},    {0, INT64_MAX, 0, 4400, INT64_MAX / 2, 2200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct svg_scale s = {.low = rows[i].low,
                                    .high = rows[i].high,
                                    .step = 1,
                                    .from = rows[i].from,
                                    .to = rows[i].to};
        assert_int_equal(svg_at(&s, rows[i].value), rows[i].place);
    }
}

static void test_fit(void **state)
{
    (void)state;
    struct arena a = {0};
    struct str text = STR("米东区教育局");
    int64_t one = svg_text_width(STR("米"));
    assert_int_equal(svg_text_width(text), 6 * one);
    assert_true(svg_text_width(STR("a")) < one);
    assert_true(str_eq(svg_fit(text, 6 * one, &a), text));
    struct str cut = svg_fit(text, 4 * one, &a);
    assert_true(str_ends(cut, STR("…")));
    assert_true(str_starts(text, (struct str){cut.p, cut.n - 3}));
    assert_true(svg_text_width(cut) <= 4 * one);
    assert_true(str_eq(svg_fit(text, 0, &a), STR("…")));
    arena_release(&a);
}

static void test_shapes(void **state)
{
    (void)state;
    struct strbuf b = {0};
    svg_begin(&b, STR("c\"1"), 2205, STR("<t>"), STR("d & e"));
    svg_rect(&b, "bar", 5, 0, 1234, 10);
    svg_line(&b, "grid", -5, 10, 20, 30);
    svg_text(&b, "label", SVG_END, 10, 20, STR("<b>"));
    svg_end(&b);
    assert_string_equal(
        strbuf_c(&b),
        "<svg viewBox=\"0 0 440 220\" role=\"img\" aria-labelledby=\"c&quot;1-t c&quot;1-d\">\n"
        "<title id=\"c&quot;1-t\">&lt;t&gt;</title><desc id=\"c&quot;1-d\">d &amp; e</desc>\n"
        "<rect class=\"bar\" x=\"0.5\" y=\"0.0\" width=\"123.4\" height=\"1.0\"/>\n"
        "<line class=\"grid\" x1=\"-0.5\" y1=\"1.0\" x2=\"2.0\" y2=\"3.0\"/>\n"
        "<text class=\"label\" text-anchor=\"end\" x=\"1.0\" y=\"2.0\">&lt;b&gt;</text>\n"
        "</svg>\n");
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scale), cmocka_unit_test(test_at),
                                       cmocka_unit_test(test_fit), cmocka_unit_test(test_shapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
