/* What is drawn for which numbers: places worked out by hand from the width of 440. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/publish/svg_chart.h"
#include "pipeline/publish/svg_flow.h"

#define M ((exact_int)1000000)
#define VALUE(v) .value = (v)*M, .has_value = true

static void test_share(void **state)
{
    (void)state;
    static const struct {
        int64_t n, whole;
        const char *expected;
    } rows[] = {
        {0, 5, "0.0%"},       {5, 5, "100.0%"},          {1, 8, "12.5%"},
        {1, 3, "33.3%"},      {2, 3, "66.7%"},           {1, 2000, "0.1%"},
        {43, 138577, "0.1%"}, {138576, 138577, "99.9%"}, {9, 62, "14.5%"},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str s = svg_share(rows[i].n, rows[i].whole, &a);
        if (!str_eq(s, str_c(rows[i].expected)))
            fail_msg("%lld / %lld: %.*s", (long long)rows[i].n, (long long)rows[i].whole,
                     STR_ARG(s));
    }
    arena_release(&a);
}

static size_t count(struct str text, const char *word)
{
    size_t n = 0;
    for (size_t at; (at = str_find_str(text, str_c(word))) < text.n; n++)
        text = str_from(text, at + 1);
    return n;
}

static void expect(struct str text, const char *const *words)
{
    for (; *words; words++)
        if (count(text, *words) != 1)
            fail_msg("%zu times %s in %.*s", count(text, *words), *words, STR_ARG(text));
}

static struct chart_point points[] = {
    {.label = {"A", 1}, .printed = {"40", 2}, VALUE(40)},
    {.label = {"B", 1}, .printed = {"10", 2}, VALUE(10), .marked = true},
    {.label = {"C", 1}, .printed = {"-", 1}},
};

static void draw(svg_drawing *drawing, struct chart *c, const char *const *words)
{
    struct arena a = {0};
    struct strbuf b = {0};
    drawing(c, &a, &b);
    expect(strbuf_str(&b), words);
    strbuf_release(&b);
    arena_release(&a);
}

/* The largest bar takes all of the width. */
static void test_rows(void **state)
{
    (void)state;
    struct chart c = {.point = points, .n = 3};
    static const char *const words[] = {"<rect class=\"bar\" x=\"0.0\" y=\"19.0\" width=\"440.0\"",
                                        "<rect class=\"bar\" x=\"0.0\" y=\"59.0\" width=\"110.0\"",
                                        ">C<", NULL};
    draw(svg_rows, &c, words);
}

/* The scale goes to 40, from 190 up to 22: 40 is 168 high, 10 is 42. */
static void test_columns(void **state)
{
    (void)state;
    struct chart c = {.point = points, .n = 3};
    static const char *const words[] = {"y=\"22.0\" width=\"126.6\" height=\"168.0\"",
                                        "<rect class=\"bar mark\"",
                                        "y=\"148.0\" width=\"126.6\" height=\"42.0\"", NULL};
    draw(svg_columns, &c, words);
}

/* On 0 to 100 of 431 beyond the inset of 4.5: 50 lies at 220, 25 at 112.3, 75 at 327.8. */
static void test_interval(void **state)
{
    (void)state;
    static struct chart_point rate[] = {
        {.printed = {"50%", 3}, VALUE(50), .low = 25 * M, .high = 75 * M, .has_interval = true}};
    struct chart c = {.point = rate, .n = 1, .is_rate = true, .from_0_to_100 = true};
    static const char *const words[] = {
        "<circle class=\"dot\" cx=\"220.0\"",
        "<line class=\"whisker\" x1=\"112.3\" y1=\"23.5\" x2=\"327.8\"", NULL};
    draw(svg_rows, &c, words);
}

/* 40 and 10 of 100: pieces of 176 and 44, a gap of 2 behind each; the rest is 50. */
static void test_parts(void **state)
{
    (void)state;
    struct chart c = {.point = points, .n = 2, .whole = 100 * M, .rest = STR("rest")};
    static const char *const words[] = {
        "<rect class=\"part0\" x=\"0.0\" y=\"0.0\" width=\"174.0\"",
        "<rect class=\"part1\" x=\"176.0\" y=\"0.0\" width=\"42.0\"",
        "<rect class=\"part2\" x=\"220.0\" y=\"0.0\" width=\"220.0\"",
        ">40 · 40.0%<",
        ">10 · 10.0%<",
        ">rest<",
        ">50 · 50.0%<",
        NULL};
    draw(svg_parts, &c, words);
}

/* 900 of 1000 is 99 of 110 thick; 1 of 1000 would be 0.1 and is drawn 2.5; none is not drawn. */
static void test_flow(void **state)
{
    (void)state;
    static const struct flow_part part[] = {{{"kept", 4}, 900, true},
                                            {{"bad", 3}, 99, false},
                                            {{"thin", 4}, 1, false},
                                            {{"none", 4}, 0, false}};
    const struct flow f = {.rows = 1000, .part = part, .n = 4};
    struct arena a = {0};
    struct strbuf b = {0};
    svg_flow(&f, &a, &b);
    static const char *const words[] = {"height=\"99.0\"", "height=\"10.9\"",  "height=\"2.5\"",
                                        ">900 · 90.0%<",   ">99 · 9.9%<",      ">1 · 0.1%<",
                                        ">0 · 0.0%<",      "height=\"112.4\"", NULL};
    expect(strbuf_str(&b), words);
    assert_int_equal(count(strbuf_str(&b), "<path"), 3);
    strbuf_release(&b);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share),   cmocka_unit_test(test_rows),
        cmocka_unit_test(test_columns), cmocka_unit_test(test_interval),
        cmocka_unit_test(test_parts),   cmocka_unit_test(test_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
