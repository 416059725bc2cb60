/*
 * Expressions (calc/expr_ast.h, calc/expr.h) over a table made up here, each row of which stands
 * for one kind of value. A text has either a meaning or a mistake; what it means of a row does not
 * depend on the rows beside it; `not` turns every row; and the same text means the same again.
 *
 * Input: the expression.
 */
#include "pipeline/calc/expr_ast.h"
#include "tests/fuzz/fuzz.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define LEN(a) (sizeof(a) / sizeof(a)[0])
#define NONE TABLE_MISSING
enum { N = 4, DAY = 86400, MOST = 2048 };

static const struct str kinds[] = {S("done"), S("open"), S("a/b"), S("other")};
static struct tcolumn columns[] = {
    {.name = S("code"), .type = TCOL_TEXT},
    {.name = S("title"), .type = TCOL_TEXT},
    {.name = S("kind"), .type = TCOL_ENUM, .label = kinds, .n_label = 4},
    {.name = S("at"), .type = TCOL_DATETIME},
    {.name = S("due"), .type = TCOL_DATE},
    {.name = S("month1"), .type = TCOL_MONTH},
    {.name = S("n"), .type = TCOL_INT},
    {.name = S("m"), .type = TCOL_INT},
    {.name = S("fee"), .type = TCOL_MONEY},
};
enum { COLUMNS = LEN(columns) };
static const struct tschema schema = {columns, COLUMNS};
static const struct str code_dict[] = {S("650109A"), {NULL, 0}, S("650200B")};
static const uint32_t code_code[] = {0, 1, 2, 0};
static const struct str title_rows[] = {S("one TEST"), S(""), {NULL, 0}, S("*?[")};
static const int64_t kind_v[] = {0, 1, NONE, 2};
static const int64_t at_v[] = {17897LL * DAY, 18261LL * DAY + DAY - 1, NONE, 18262LL * DAY};
static const int64_t due_v[] = {17897, 18260, -1, NONE};
static const int64_t month_v[] = {2019 * 12, 2019 * 12 + 11, NONE, 2018 * 12 + 11};
static const int64_t n_v[] = {0, 1, 2, NONE};
static const int64_t m_v[] = {5, NONE, -INT64_MAX, INT64_MAX};
static const int64_t fee_v[] = {0, 1250, -300, NONE};
static const int64_t *const number_v[COLUMNS] = {NULL,    NULL, kind_v, at_v, due_v,
                                                 month_v, n_v,  m_v,    fee_v};
static const struct expr_period period = {17897, 18261, 2019, 18261};
static struct str parameter_names[] = {S("district"), S("day"), S("few"), S("state")};
static struct str parameter_values[] = {S("650109"), S("2019-12-31"), S("1"), S("done")};

/* The rows from `first` on, so many of them. */
static struct tblock block_of(struct tvec v[COLUMNS], size_t first, size_t rows)
{
    for (size_t i = 0; i < COLUMNS; i++)
        v[i] = (struct tvec){.v = number_v[i] ? number_v[i] + first : NULL};
    v[0] = (struct tvec){.dict = code_dict, .n_dict = LEN(code_dict), .code = code_code + first};
    v[1] = (struct tvec){.dict = title_rows + first, .n_dict = rows};
    return (struct tblock){rows, COLUMNS, v};
}

static void test_all(const struct expr *e, uint8_t mask[N])
{
    struct tvec v[COLUMNS];
    struct tblock all = block_of(v, 0, N);
    struct arena a = {0};
    memset(mask, 7, N);
    expr_test(e, &all, &period, &a, mask);
    for (size_t r = 0; r < N; r++) {
        struct tvec w[COLUMNS];
        struct tblock one = block_of(w, r, 1);
        uint8_t alone = 7;
        expr_test(e, &one, &period, &a, &alone);
        HOLDS(mask[r] <= 1 && alone == mask[r]);
    }
    arena_release(&a);
}

static void check_condition(const struct expr_scope *s, struct str text, const struct expr *e)
{
    uint8_t mask[N], turned[N];
    bool want[COLUMNS] = {0};
    expr_columns(e, want);
    test_all(e, mask);
    struct conf_text other = {arena_printf(s->arena, "not (%.*s)", STR_ARG(text)), "x.ini", 1};
    size_t before = s->problems->n;
    struct expr *not_e = expr_condition(s, other);
    HOLDS(not_e || s->problems->n > before);
    if (!not_e)
        return; /* one deeper than may be */
    test_all(not_e, turned);
    for (size_t r = 0; r < N; r++)
        HOLDS(mask[r] != turned[r]);
    struct expr *again = expr_condition(s, (struct conf_text){text, "x.ini", 1});
    HOLDS(again && expr_same(e, again) && expr_same(again, e));
    HOLDS(expr_uses_period(e) == expr_uses_period(again));
}

static void check_value(const struct expr *e)
{
    struct tvec v[COLUMNS];
    struct tblock all = block_of(v, 0, N);
    struct arena a = {0};
    enum tcol_type type = expr_type(e);
    HOLDS(type < TCOL_TYPES);
    HOLDS(expr_column(e) == SIZE_MAX || expr_column(e) < COLUMNS);
    struct tvec got = expr_eval(e, &all, &period, &a);
    for (size_t r = 0; r < N; r++) {
        struct tvec w[COLUMNS];
        struct tblock one = block_of(w, r, 1);
        struct tvec alone = expr_eval(e, &one, &period, &a);
        if (type == TCOL_TEXT) {
            struct str x = tvec_text(&got, r), y = tvec_text(&alone, 0);
            HOLDS(!x.p == !y.p && str_eq(x, y));
        } else {
            HOLDS(got.v[r] == alone.v[0]);
        }
    }
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MOST || memchr(data, 0, size))
        return 0;
    struct refs refs = {.parameter_name = parameter_names,
                        .parameter_value = parameter_values,
                        .n_parameters = LEN(parameter_names)};
    for (size_t i = 0; i < refs.n_parameters; i++)
        map_put(&refs.parameters, parameter_names[i], i);
    struct problems problems = {0};
    struct arena arena = {0};
    struct expr_scope scope = {&schema, &refs, &problems, &arena};
    struct str text = {(const char *)data, size};
    struct conf_text place = {text, "x.ini", 1};
    struct ast *t = expr_parse(place, &arena, &problems);
    HOLDS(!t == (problems.n > 0));
    size_t before = problems.n;
    struct expr *e = expr_condition(&scope, place);
    HOLDS(!e == (problems.n > before));
    HOLDS(t || !e);
    if (e)
        check_condition(&scope, text, e);
    before = problems.n;
    e = expr_value(&scope, place);
    HOLDS(!e == (problems.n > before));
    if (e)
        check_value(e);
    problems_release(&problems);
    arena_release(&arena);
    map_release(&refs.parameters);
    return 0;
}
