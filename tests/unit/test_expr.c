/*
 * Expressions over a table of four rows. Expected masks and values by hand; days are Python's
 * (date(y, m, d) - date(1970, 1, 1)).days: 2019-01-01 = 17897, 2019-12-31 = 18261.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/expr.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define NONE TABLE_MISSING
enum { N = 4, DAY = 86400 };

static const struct str kinds[] = {S("办结"), S("在办"), S("汇编/读本"), S("其他")};
static struct tcolumn columns[] = {
    {.name = S("code"), .type = TCOL_TEXT},
    {.name = S("title"), .type = TCOL_TEXT},
    {.name = S("kind"), .type = TCOL_ENUM, .label = kinds, .n_label = 4},
    {.name = S("kind2"), .type = TCOL_ENUM, .label = kinds, .n_label = 4},
    {.name = S("at"), .type = TCOL_DATETIME},
    {.name = S("due"), .type = TCOL_DATE},
    {.name = S("month1"), .type = TCOL_MONTH},
    {.name = S("n"), .type = TCOL_INT},
    {.name = S("m"), .type = TCOL_INT},
    {.name = S("amount"), .type = TCOL_MONEY},
    {.name = S("year1"), .type = TCOL_INT},
};
static const struct tschema schema = {columns, ROWS(columns)};

/*       row 0                 row 1              row 2              row 3
 * code  650109A               (missing)          650200B            650109A
 * title 公证TEST              公证               (missing)          演示 */
static const struct str code_dict[] = {S("650109A"), {NULL, 0}, S("650200B")};
static const uint32_t code_code[] = {0, 1, 2, 0};
static const struct str title_rows[] = {S("公证TEST"), S("公证"), {NULL, 0}, S("演示")};
static const int64_t kind_v[] = {0, 1, NONE, 2};
static const int64_t kind2_v[] = {0, 0, NONE, 2};
static const int64_t at_v[] = {17897LL * DAY, 18261LL * DAY + DAY - 1, NONE, 18262LL * DAY};
static const int64_t due_v[] = {17897, 18260, 18000, NONE};
static const int64_t month_v[] = {2019 * 12, 2019 * 12 + 11, NONE, 2018 * 12 + 11};
static const int64_t n_v[] = {0, 1, 2, NONE};
static const int64_t m_v[] = {5, NONE, 2, INT64_MAX};
static const int64_t amount_v[] = {0, 1250, -300, NONE};
static const int64_t year_v[] = {2019, 2018, NONE, 2019};
static struct tvec vectors[] = {
    {.dict = code_dict, .n_dict = 3, .code = code_code},
    {.dict = title_rows, .n_dict = N},
    {.v = kind_v},
    {.v = kind2_v},
    {.v = at_v},
    {.v = due_v},
    {.v = month_v},
    {.v = n_v},
    {.v = m_v},
    {.v = amount_v},
    {.v = year_v},
};
static const struct tblock block = {N, ROWS(vectors), vectors};
static const struct expr_period this_year = {17897, 18261, 2019, 18261};
static const struct expr_period year_before = {17532, 17896, 2018, 18261};

static struct str parameter_names[] = {S("district"), S("day"), S("few"), S("state"), S("price")};
static struct str parameter_values[] = {S("650109"), S("2019-12-31"), S("1"), S("办结"), S("12.5")};

static struct refs parameters(void)
{
    struct refs r = {.parameter_name = parameter_names,
                     .parameter_value = parameter_values,
                     .n_parameters = ROWS(parameter_names)};
    for (size_t i = 0; i < r.n_parameters; i++)
        map_put(&r.parameters, parameter_names[i], i);
    return r;
}

struct bench {
    struct arena arena, scratch;
    struct refs refs;
    struct problems problems;
    struct expr_scope scope;
};

static void begin(struct bench *b)
{
    *b = (struct bench){.refs = parameters()};
    b->scope = (struct expr_scope){&schema, &b->refs, &b->problems, &b->arena};
}

static void end(struct bench *b)
{
    arena_release(&b->arena);
    arena_release(&b->scratch);
    map_release(&b->refs.parameters);
    problems_release(&b->problems);
}

static struct conf_text text_of(const char *z)
{
    return (struct conf_text){str_c(z), "x.ini", 7};
}

static const struct condition_row {
    const char *text, *mask; /* of the four rows */
} conditions[] = {
    /* comparisons; a missing side is false */
    {"n = 1", "0100"},
    {"n != 1", "1011"},
    {"n < 2", "1100"},
    {"n <= 1", "1100"},
    {"n > 0", "0110"},
    {"n >= 1", "0110"},
    {"1 < n", "0010"},
    {"0 < n <= 1", "0100"},
    {"n = m", "0010"},
    {"n < m", "1000"},
    {"m > n", "1000"},
    {"m >= n", "1010"},
    {"m != n", "1101"},
    {"n > -1", "1110"},
    {"n in (0, 2)", "1010"},
    {"n not in (0, 2)", "0101"},
    {"n in (m, 1)", "0110"},
    /* and, or, not and their order */
    {"n = 0 or n = 1 and m = 5", "1000"},
    {"(n = 0 or n = 1) and m = 5", "1000"},
    {"n = 1 or n = 0 and m = 9", "0100"},
    {"not n = 1 and not n = 2", "1001"},
    {"not (n < 2)", "0011"},
    /* missing and present, of every kind */
    {"n is missing", "0001"},
    {"code is missing", "0100"},
    {"title is present", "1101"},
    {"kind is present", "1101"},
    {"at is missing", "0010"},
    /* enumerations */
    {"kind = 办结", "1000"},
    {"办结 = kind", "1000"},
    {"kind != 办结", "0111"},
    {"kind = \"汇编/读本\"", "0001"},
    {"kind in (办结, \"汇编/读本\")", "1001"},
    {"kind not in (办结, 在办)", "0011"},
    {"kind = kind2", "1001"},
    {"kind = $state", "1000"},
    /* text */
    {"code = \"650109A\"", "1001"},
    {"code != \"650109A\"", "0110"},
    {"title = \"公证\"", "0100"},
    {"title in (\"公证\", \"演示\")", "0101"},
    {"code = title", "0000"},
    {"code = code", "1011"},
    {"contains(title, 测试, 演示, test)", "1001"},
    {"not contains(title, 测试, 演示, test)", "0110"},
    {"contains(title, \"证t\")", "1000"},
    {"starts(code, $district)", "1001"},
    {"starts(code, \"6502\")", "0010"},
    {"part(code, 3, 4) = \"0109\"", "1001"},
    {"part(title, 2, 1) = \"证\"", "1100"},
    {"part(title, 9, 1) = \"\"", "1101"},
    {"coalesce(title, code) = \"650200B\"", "0010"},
    {"coalesce(code, title) = \"公证\"", "0100"},
    {"coalesce(code, \"无\") = \"无\"", "0100"},
    /* dates; a datetime is compared by its day */
    {"at in period", "1100"},
    {"at not in period", "0011"},
    {"due in period", "1110"},
    {"month1 in period", "1100"},
    {"at <= 2019-12-31", "1100"},
    {"at = 2019-01-01", "1000"},
    {"at > cutoff", "0001"},
    {"at = due", "1000"},
    {"day(at) > due", "0100"},
    {"due = 2019-01-01", "1000"},
    {"due < $day", "1110"},
    {"at <= $day", "1100"},
    {"month1 = 2019-12", "0100"},
    {"month(at) = month1", "1100"},
    {"year(at) = 2019", "1100"},
    {"year(month1) = period_year", "1100"},
    {"year1 = period_year", "1001"},
    {"due >= period_start and due < period_end", "1110"},
    {"days(due, at) = 1", "0100"},
    /* money in whole units against numbers */
    {"amount > 0", "0100"},
    {"amount = 12.5", "0100"},
    {"amount < n", "0010"},
    {"amount = $price", "0100"},
    {"n <= $few", "1100"},
    /* arithmetic; missing stays missing, and so does what overflows */
    {"n + m = 5", "1000"},
    {"m - n > 0", "1000"},
    {"2 * n = 2", "0100"},
    {"-n = -2", "0010"},
    {"m + 1 is missing", "0101"},
    {"amount + n = 13.5", "0100"},
    {"amount * 2 = 25", "0100"},
    {"coalesce(m, n, 7) = 1", "0100"},
};

static void test_conditions(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    for (size_t i = 0; i < ROWS(conditions); i++) {
        struct expr *e = expr_condition(&b.scope, text_of(conditions[i].text));
        if (!e)
            fail_msg("%s: %s", conditions[i].text, b.problems.e[0].text[LANG_EN]);
        uint8_t mask[N];
        char got[N + 1] = {0};
        expr_test(e, &block, &this_year, &b.scratch, mask);
        for (size_t r = 0; r < N; r++)
            got[r] = (char)('0' + mask[r]);
        if (strcmp(got, conditions[i].mask) != 0)
            fail_msg("%s: %s, not %s", conditions[i].text, got, conditions[i].mask);
    }
    end(&b);
}

static void test_period(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    struct expr *e = expr_condition(&b.scope, text_of("month1 in period"));
    assert_true(expr_uses_period(e));
    uint8_t mask[N];
    expr_test(e, &block, &year_before, &b.scratch, mask);
    assert_memory_equal(mask, ((uint8_t[]){0, 0, 0, 1}), N);
    e = expr_condition(&b.scope, text_of("year1 = period_year and n = 1"));
    assert_true(expr_uses_period(e));
    expr_test(e, &block, &year_before, &b.scratch, mask);
    assert_memory_equal(mask, ((uint8_t[]){0, 1, 0, 0}), N);
    assert_false(expr_uses_period(expr_condition(&b.scope, text_of("at <= cutoff"))));
    end(&b);
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum tcol_type type;
        int64_t v[N];
    } rows[] = {
        {"n", TCOL_INT, {0, 1, 2, NONE}},
        {"m - n", TCOL_INT, {5, NONE, 0, NONE}},
        {"amount", TCOL_MONEY, {0, 1250, -300, NONE}},
        {"amount * 3", TCOL_MONEY, {0, 3750, -900, NONE}},
        {"3", TCOL_INT, {3, 3, 3, 3}},
        {"day(at)", TCOL_DATE, {17897, 18261, NONE, 18262}},
        {"month(due)", TCOL_MONTH, {24228, 24239, 24231, NONE}},
        {"kind", TCOL_ENUM, {0, 1, NONE, 2}},
        {"coalesce(kind, kind2, 其他)", TCOL_ENUM, {0, 1, 3, 2}},
        {"cutoff", TCOL_DATE, {18261, 18261, 18261, 18261}},
    };
    struct bench b;
    begin(&b);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct expr *e = expr_value(&b.scope, text_of(rows[i].text));
        assert_non_null(e);
        assert_int_equal(expr_type(e), rows[i].type);
        struct tvec v = expr_eval(e, &block, &this_year, &b.scratch);
        for (size_t r = 0; r < N; r++)
            assert_int_equal(v.v[r], rows[i].v[r]);
    }
    struct expr *e = expr_value(&b.scope, text_of("coalesce(code, title)"));
    struct tvec v = expr_eval(e, &block, &this_year, &b.scratch);
    static const char *const want[] = {"650109A", "公证", "650200B", "650109A"};
    for (size_t r = 0; r < N; r++)
        assert_true(str_eq(tvec_text(&v, r), str_c(want[r])));
    end(&b);
}

/* Every mistake has a code, its place, and the nearest name where a name is wrong. */
static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code, *part; /* in the English text */
    } rows[] = {
        {"n = ", "E-EXPR-02", ""},
        {"n = 1 n", "E-EXPR-01", "n"},
        {"(n = 1", "E-EXPR-02", ""},
        {"n = 1)", "E-EXPR-01", ")"},
        {"n ~ 1", "E-EXPR-01", "~ 1"},
        {"title = \"x", "E-EXPR-01", "\"x"},
        {"n in ()", "E-EXPR-01", ")"},
        {"n is here", "E-EXPR-01", "here"},
        {"n not 1", "E-EXPR-01", "1"},
        {"due = 2019-02-30", "E-EXPR-01", "2019-02-30"},
        {"title2 = \"x\"", "E-EXPR-03", "title"},
        {"n = xyz", "E-EXPR-03", "xyz"},
        {"code = 办结", "E-EXPR-03", "办结"},
        {"contain(title, x)", "E-EXPR-04", "contains"},
        {"code = $distric", "E-EXPR-05", "district"},
        {"n = \"1\"", "E-EXPR-06", "count"},
        {"code = 650109", "E-EXPR-06", "text"},
        {"code < \"x\"", "E-EXPR-06", "<"},
        {"kind < 办结", "E-EXPR-06", "<"},
        {"kind = n", "E-EXPR-06", "enum"},
        {"due = n", "E-EXPR-06", "date"},
        {"n in period", "E-EXPR-06", "in period"},
        {"amount * amount > 1", "E-EXPR-06", "money"},
        {"kind = 办", "E-EXPR-07", "办结"},
        {"kind in (办结, 半结)", "E-EXPR-07", "办结"},
        {"n = 1.5", "E-EXPR-08", "1.5"},
        {"amount = 1.555", "E-EXPR-08", "money"},
        {"n = $day", "E-EXPR-09", "day"},
        {"n / 2 = 1", "E-EXPR-10", ""},
        {"day() = 1", "E-EXPR-11", "day"},
        {"part(code, 0, 1) = \"x\"", "E-EXPR-11", "part"},
        {"day(at where n = 1) = due", "E-EXPR-11", "day"},
        {"n", "E-EXPR-12", "n"},
        {"n = 1 and m", "E-EXPR-12", "m"},
        {"day(at)", "E-EXPR-12", "day"},
        {"(n = 1) = 2", "E-EXPR-13", ""},
        {"starts(code, \"x\") = 1", "E-EXPR-13", "starts"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct bench b;
        begin(&b);
        if (expr_condition(&b.scope, text_of(rows[i].text)))
            fail_msg("%s was accepted", rows[i].text);
        assert_int_equal(b.problems.n, 1);
        if (strcmp(b.problems.e[0].code, rows[i].code) != 0 ||
            !strstr(b.problems.e[0].text[LANG_EN], rows[i].part))
            fail_msg("%s: %s %s", rows[i].text, b.problems.e[0].code,
                     b.problems.e[0].text[LANG_EN]);
        assert_string_equal(b.problems.e[0].where, "x.ini:7");
        assert_int_equal(b.problems.e[0].status, ST_CONFIG);
        end(&b);
    }
}

/* While only checking there are no parameters: any $name will do. */
static void test_checking(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "n = $x",      "code = $x",   "kind = $x",        "due < $x",     "at <= $x",
        "amount > $x", "month1 = $x", "starts(code, $x)", "n in (1, $x)", "kind in ($x)"};
    struct bench b;
    begin(&b);
    b.scope.refs = NULL;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_non_null(expr_condition(&b.scope, text_of(rows[i])));
    end(&b);
}

static void test_sameness(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"n = 1", "n=1", true},
        {"n = 1", "n = 2", false},
        {"n < 1", "n <= 1", false},
        {"kind in (办结)", "kind in (在办)", false},
        {"kind in (办结, 在办)", "kind in (在办, 办结)", true},
        {"contains(title, a)", "contains(title, A)", true},
        {"contains(title, a)", "starts(title, a)", false},
        {"code = \"x\"", "code = \"y\"", false},
        {"n = 1 and m = 2", "n = 1 and m = 2", true},
        {"part(code, 1, 2) = \"x\"", "part(code, 2, 2) = \"x\"", false},
        {"part(code, 1, 2) = \"x\"", "part(code, 1, 3) = \"x\"", false},
    };
    struct bench b;
    begin(&b);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(expr_same(expr_condition(&b.scope, text_of(rows[i].a)),
                                   expr_condition(&b.scope, text_of(rows[i].b))),
                         rows[i].same);
    bool want[ROWS(columns)] = {0};
    expr_columns(expr_condition(&b.scope, text_of("n = 1 and at in period")), want);
    for (size_t i = 0; i < ROWS(columns); i++)
        assert_int_equal(want[i], i == 4 || i == 7);
    struct expr *e = expr_condition(&b.scope, text_of("n = 1 and m = 2"));
    assert_true(expr_same(expr_and_part(e, 1), expr_condition(&b.scope, text_of("m = 2"))));
    assert_null(expr_and_part(expr_and_part(e, 1), 0));
    end(&b);
}

/* However deep or long a text is, the parser comes back. */
static void test_depth(void **state)
{
    (void)state;
    struct bench b;
    begin(&b);
    char deep[4001];
    memset(deep, '(', 4000);
    deep[4000] = '\0';
    assert_null(expr_condition(&b.scope, text_of(deep)));
    memset(deep, '-', 4000);
    assert_null(expr_condition(&b.scope, text_of(deep)));
    assert_int_equal(b.problems.n, 2);
    assert_string_equal(b.problems.e[0].code, "E-EXPR-14");
    assert_string_equal(b.problems.e[1].code, "E-EXPR-14");
    end(&b);
}

/* A row of operators is a tree as high as it is long, without a bracket. */
static void test_height(void **state)
{
    (void)state;
    static const struct {
        const char *first, *more;
        size_t times;
        bool good;
    } rows[] = {
        {"n = 1", " or n = 1", 900, true},
        {"n = 1", " or n = 1", 100000, false},
        {"n = 1", " and n = 1", 100000, false},
        {"1 < n", " + n", 100000, false},
        {"1 < n", " - n", 900, true},
        {"1 < n", " * n", 100000, false},
        {"n in (0", ", 1", 100000, false}, /* this one is not closed */
        {"not n = 1", " or not n = 1", 100000, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct bench b;
        struct strbuf text = {0};
        begin(&b);
        strbuf_add(&text, str_c(rows[i].first));
        for (size_t k = 0; k < rows[i].times; k++)
            strbuf_add(&text, str_c(rows[i].more));
        struct expr *e = expr_condition(&b.scope, text_of(strbuf_c(&text)));
        assert_int_equal(e != NULL, rows[i].good);
        if (e) {
            uint8_t mask[N];
            expr_test(e, &block, &this_year, &b.scratch, mask);
        } else {
            assert_string_equal(b.problems.e[0].code, i == 6 ? "E-EXPR-02" : "E-EXPR-14");
        }
        strbuf_release(&text);
        end(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conditions), cmocka_unit_test(test_period),
        cmocka_unit_test(test_values),     cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_checking),   cmocka_unit_test(test_sameness),
        cmocka_unit_test(test_depth),      cmocka_unit_test(test_height),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
