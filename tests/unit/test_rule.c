/*
 * Conditions over figures, of which A is 12, B is 5, R is 98.2 (%) with 1841 of 1875, and C is not
 * known. Truth by hand: what rests on C is unknown unless the rest decides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/rule.h"
#include "tests/unit/scratch.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char config[] = "[indicator A]\nvalue = 1\n[indicator B]\nvalue = 1\n"
                             "[indicator C]\nvalue = 1\n[indicator R]\nvalue = 1\nunit = %\n";
enum { A, B, C, R };

static bool value(void *ctx, size_t indicator, enum rule_side side, struct exact *out)
{
    (void)ctx;
    if (indicator == C || side == RULE_BASELINE)
        return false;
    if (side != RULE_VALUE)
        return exact_ratio(side == RULE_NUMERATOR ? 1841 : 1875, 1, out);
    return indicator == R ? exact_ratio(982, 10, out)
                          : exact_ratio(indicator == A ? 12 : 5, 1, out);
}

static void load(struct scratch *s, struct conf *c)
{
    struct problems problems = {0};
    scratch_make(s);
    assert_true(conf_load(scratch_write(s, "config.ini", config), c, &problems));
    problems_release(&problems);
}

static void test_truth(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum truth want;
    } cases[] = {
        {"A = 12", TRUTH_YES},
        {"A != 12", TRUTH_NO},
        {"A > B", TRUTH_YES},
        {"A <= B", TRUTH_NO},
        {"B < A <= 12", TRUTH_YES},
        {"B < A < 12", TRUTH_NO},
        {"A = B + 7", TRUTH_YES},
        {"A - B = 7", TRUTH_YES},
        {"2 * B = 10", TRUTH_YES},
        {"-A < 0", TRUTH_YES},
        {"R = 98.2", TRUTH_YES},
        {"R >= 98.3", TRUTH_NO},
        {"numerator(R) < denominator(R)", TRUTH_YES},
        {"C = 1", TRUTH_UNKNOWN},
        {"C != 1", TRUTH_UNKNOWN},
        {"not C = 1", TRUTH_UNKNOWN},
        {"A + C > 0", TRUTH_UNKNOWN},
        {"baseline(A) = 12", TRUTH_UNKNOWN},
        {"C is missing", TRUTH_YES},
        {"C is present", TRUTH_NO},
        {"A is missing", TRUTH_NO},
        {"A is present", TRUTH_YES},
        {"A = 12 or C = 1", TRUTH_YES},
        {"C = 1 or A = 13", TRUTH_UNKNOWN},
        {"A = 13 and C = 1", TRUTH_NO},
        {"C = 1 and A = 12", TRUTH_UNKNOWN},
        {"A = 12 and B = 5 and R > 0", TRUTH_YES},
        {"not (A = 12 and B = 6)", TRUTH_YES},
        {"A < B < C", TRUTH_NO},
        {"B < A < C", TRUTH_UNKNOWN},
    };
    struct scratch s;
    struct conf c;
    struct arena a = {0};
    struct problems problems = {0};
    struct rule_source source = {value, NULL};
    load(&s, &c);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct conf_text text = {str_c(cases[i].text), "f", 1};
        const struct ast *t = expr_parse(text, &a, &problems);
        if (!t || !rule_check(&c, text, t, &a, &problems) ||
            rule_holds(&c, t, &source) != cases[i].want)
            fail_msg("%s", cases[i].text);
    }
    problems_release(&problems);
    arena_release(&a);
    conf_release(&c);
    scratch_remove(&s);
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"A", "E-DRAFT-05"},           {"A + B", "E-DRAFT-05"},
        {"D = 1", "E-PLAN-03"},        {"numerator(D) = 1", "E-PLAN-03"},
        {"sum(A) = 1", "E-DRAFT-05"},  {"A = \"x\"", "E-DRAFT-05"},
        {"A in (1, 2)", "E-DRAFT-05"}, {"A = $x", "E-DRAFT-05"},
        {"(A = 1) = B", "E-DRAFT-05"}, {"A and B = 1", "E-DRAFT-05"},
    };
    struct scratch s;
    struct conf c;
    struct arena a = {0};
    load(&s, &c);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct problems problems = {0};
        struct conf_text text = {str_c(cases[i].text), "f", 7};
        const struct ast *t = expr_parse(text, &a, &problems);
        if (!t || rule_check(&c, text, t, &a, &problems) || problems.n != 1 ||
            strcmp(problems.e[0].code, cases[i].code) != 0)
            fail_msg("%s: %s", cases[i].text, problems.n ? problems.e[0].code : "no mistake");
        assert_string_equal(problems.e[0].where, "f:7");
        problems_release(&problems);
    }
    arena_release(&a);
    conf_release(&c);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_truth),
                                       cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
