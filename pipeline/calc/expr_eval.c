/*
 * Evaluation of compiled expressions: loops over the rows of one block.
 *
 * A condition writes 0 or 1 per row. Conditions over one text column are computed once per word of
 * the block's dictionary and then looked up by code.
 */
#include "pipeline/calc/expr_node.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"

enum { DAY_SECONDS = 86400 };

static size_t rows(const struct expr_eval_ctx *x)
{
    return x->b->rows;
}

static void test_kid(const struct expr *e, size_t i, const struct expr_eval_ctx *x, uint8_t *out)
{
    e->kid[i]->test(e->kid[i], x, out);
}

static struct expr_vec kid_value(const struct expr *e, size_t i, const struct expr_eval_ctx *x)
{
    return e->kid[i]->value(e->kid[i], x);
}

static struct expr_vec numbers(const int64_t *v)
{
    return (struct expr_vec){.t.v = v};
}

static struct expr_vec constant(int64_t c)
{
    return (struct expr_vec){.constant = true, .c = c};
}

/* The values of v one per row, whether it is constant or not. */
static const int64_t *spread(const struct expr_vec *v, const struct expr_eval_ctx *x)
{
    if (!v->constant)
        return v->t.v;
    int64_t *out = ARENA_ARRAY(x->a, int64_t, rows(x));
    for (size_t r = 0; r < rows(x); r++)
        out[r] = v->c;
    return out;
}

/* --- conditions --- */

void expr_test_and(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    uint8_t *right = ARENA_ARRAY(x->a, uint8_t, rows(x));
    test_kid(e, 0, x, out);
    test_kid(e, 1, x, right);
    for (size_t r = 0; r < rows(x); r++)
        out[r] &= right[r];
}

void expr_test_or(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    uint8_t *right = ARENA_ARRAY(x->a, uint8_t, rows(x));
    test_kid(e, 0, x, out);
    test_kid(e, 1, x, right);
    for (size_t r = 0; r < rows(x); r++)
        out[r] |= right[r];
}

void expr_test_not(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    test_kid(e, 0, x, out);
    for (size_t r = 0; r < rows(x); r++)
        out[r] ^= 1;
}

/* One loop per comparison: each row against its partner, and each row against one number. */
#define COMPARE(name, op)                                                                          \
    static void name##_rows(const int64_t *a, const int64_t *b, size_t n, uint8_t *out)            \
    {                                                                                              \
        for (size_t r = 0; r < n; r++)                                                             \
            out[r] = (a[r] op b[r]) & (a[r] != TABLE_MISSING) & (b[r] != TABLE_MISSING);           \
    }                                                                                              \
    static void name##_one(const int64_t *a, int64_t b, size_t n, uint8_t *out)                    \
    {                                                                                              \
        for (size_t r = 0; r < n; r++)                                                             \
            out[r] = (a[r] op b) & (a[r] != TABLE_MISSING);                                        \
    }
COMPARE(equal, ==)
COMPARE(less, <)
COMPARE(at_most, <=)
COMPARE(more, >)
COMPARE(at_least, >=)

/* CMP_NE is compiled as not CMP_EQ: a missing side makes it true. */
static const struct compare_loops {
    void (*rows)(const int64_t *a, const int64_t *b, size_t n, uint8_t *out);
    void (*one)(const int64_t *a, int64_t b, size_t n, uint8_t *out);
} compare_loops[CMP_N] = {
    [CMP_EQ] = {equal_rows, equal_one},       [CMP_LT] = {less_rows, less_one},
    [CMP_LE] = {at_most_rows, at_most_one},   [CMP_GT] = {more_rows, more_one},
    [CMP_GE] = {at_least_rows, at_least_one},
};

void expr_test_compare(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    struct expr_vec a = kid_value(e, 0, x), b = kid_value(e, 1, x);
    enum compare op = e->compare;
    if (a.constant) {
        struct expr_vec t = a;
        a = b;
        b = t;
        op = compare_flip(op);
    }
    if (!b.constant)
        compare_loops[op].rows(a.t.v, b.t.v, rows(x), out);
    else if (b.c == TABLE_MISSING)
        memset(out, 0, rows(x));
    else
        compare_loops[op].one(spread(&a, x), b.c, rows(x), out);
}

void expr_test_enum_in(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    struct expr_vec v = kid_value(e, 0, x);
    const int64_t *p = spread(&v, x);
    for (size_t r = 0; r < rows(x); r++)
        out[r] = (uint64_t)p[r] < e->n_table ? e->table[p[r]] : 0;
}

typedef bool text_test(const struct expr *e, struct str s);

/* test() of every row's text; a missing one is false. */
static void by_dictionary(const struct expr *e, const struct expr_eval_ctx *x, text_test *test,
                          uint8_t *out)
{
    struct expr_vec v = kid_value(e, 0, x);
    if (v.constant) {
        memset(out, v.s.p && test(e, v.s), rows(x));
        return;
    }
    uint8_t *yes = v.t.code ? ARENA_ARRAY(x->a, uint8_t, v.t.n_dict) : out;
    for (size_t d = 0; d < v.t.n_dict; d++)
        yes[d] = v.t.dict[d].p && test(e, v.t.dict[d]);
    for (size_t r = 0; v.t.code && r < rows(x); r++)
        out[r] = yes[v.t.code[r]];
}

static bool equals_text(const struct expr *e, struct str s)
{
    for (size_t i = 0; i < e->n_word; i++)
        if (str_eq(s, e->word[i]))
            return true;
    return false;
}

void expr_test_text_in(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    by_dictionary(e, x, equals_text, out);
}

static struct str vec_text(const struct expr_vec *v, size_t r)
{
    return v->constant ? v->s : tvec_text(&v->t, r);
}

void expr_test_text_equal(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    struct expr_vec a = kid_value(e, 0, x), b = kid_value(e, 1, x);
    for (size_t r = 0; r < rows(x); r++) {
        struct str s = vec_text(&a, r), t = vec_text(&b, r);
        out[r] = s.p && t.p && str_eq(s, t);
    }
}

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool found_at(const char *p, struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (capital(p[i]) != word.p[i])
            return false;
    return true;
}

static bool contains(const struct expr *e, struct str s)
{
    for (size_t w = 0; w < e->n_word; w++)
        for (size_t i = 0; i + e->word[w].n <= s.n; i++)
            if (found_at(s.p + i, e->word[w]))
                return true;
    return false;
}

void expr_test_contains(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    by_dictionary(e, x, contains, out);
}

static bool starts(const struct expr *e, struct str s)
{
    for (size_t w = 0; w < e->n_word; w++)
        if (str_starts(s, e->word[w]))
            return true;
    return false;
}

void expr_test_starts(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    by_dictionary(e, x, starts, out);
}

static bool any_text(const struct expr *e, struct str s)
{
    (void)e;
    (void)s;
    return true;
}

void expr_test_present(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    if (e->kid[0]->type == TCOL_TEXT) {
        by_dictionary(e, x, any_text, out);
        return;
    }
    struct expr_vec v = kid_value(e, 0, x);
    const int64_t *p = spread(&v, x);
    for (size_t r = 0; r < rows(x); r++)
        out[r] = p[r] != TABLE_MISSING;
}

static int64_t month_of_day(int64_t day)
{
    int64_t y, m, d;
    date_civil(day, &y, &m, &d);
    return y * 12 + m - 1;
}

void expr_test_in_period(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out)
{
    struct expr_vec v = kid_value(e, 0, x);
    const int64_t *p = spread(&v, x);
    int64_t from = x->p->start, to = x->p->end; /* both included */
    if (e->kid[0]->type == TCOL_DATETIME) {
        from *= DAY_SECONDS;
        to = to * DAY_SECONDS + DAY_SECONDS - 1;
    } else if (e->kid[0]->type == TCOL_MONTH) {
        from = month_of_day(from);
        to = month_of_day(to);
    }
    for (size_t r = 0; r < rows(x); r++) /* TABLE_MISSING is below every `from` */
        out[r] = (p[r] >= from) & (p[r] <= to);
}

/* --- values --- */

struct expr_vec expr_value_column(const struct expr *e, const struct expr_eval_ctx *x)
{
    if (e->column >= x->b->n || (!x->b->col[e->column].v && !x->b->col[e->column].dict && rows(x)))
        BUG("an expression reads a column that was not asked for");
    return (struct expr_vec){.t = x->b->col[e->column]};
}

struct expr_vec expr_value_constant(const struct expr *e, const struct expr_eval_ctx *x)
{
    (void)x;
    return (struct expr_vec){.constant = true, .c = e->num, .s = e->text};
}

struct expr_vec expr_value_cutoff(const struct expr *e, const struct expr_eval_ctx *x)
{
    (void)e;
    return constant(x->p->cutoff);
}

struct expr_vec expr_value_period_start(const struct expr *e, const struct expr_eval_ctx *x)
{
    (void)e;
    return constant(x->p->start);
}

struct expr_vec expr_value_period_end(const struct expr *e, const struct expr_eval_ctx *x)
{
    (void)e;
    return constant(x->p->end);
}

struct expr_vec expr_value_period_year(const struct expr *e, const struct expr_eval_ctx *x)
{
    (void)e;
    return constant(x->p->year);
}

/* Missing with a missing side, and where the result leaves the range of int64_t. */
#define ARITHMETIC(name, builtin)                                                                  \
    struct expr_vec name(const struct expr *e, const struct expr_eval_ctx *x)                      \
    {                                                                                              \
        struct expr_vec u = kid_value(e, 0, x), v = kid_value(e, 1, x);                            \
        const int64_t *a = spread(&u, x), *b = spread(&v, x);                                      \
        int64_t *out = ARENA_ARRAY(x->a, int64_t, rows(x));                                        \
        for (size_t r = 0; r < rows(x); r++)                                                       \
            if (a[r] == TABLE_MISSING || b[r] == TABLE_MISSING || builtin(a[r], b[r], &out[r]))    \
                out[r] = TABLE_MISSING;                                                            \
        return numbers(out);                                                                       \
    }
ARITHMETIC(expr_value_add, __builtin_add_overflow)
ARITHMETIC(expr_value_sub, __builtin_sub_overflow)
ARITHMETIC(expr_value_mul, __builtin_mul_overflow)

/* f(v) of every value that is present. */
#define MAP(name, f)                                                                               \
    struct expr_vec name(const struct expr *e, const struct expr_eval_ctx *x)                      \
    {                                                                                              \
        struct expr_vec v = kid_value(e, 0, x);                                                    \
        enum tcol_type type = e->kid[0]->type;                                                     \
        (void)type;                                                                                \
        if (v.constant)                                                                            \
            return constant(v.c == TABLE_MISSING ? TABLE_MISSING : f(v.c, type));                  \
        int64_t *out = ARENA_ARRAY(x->a, int64_t, rows(x));                                        \
        for (size_t r = 0; r < rows(x); r++)                                                       \
            out[r] = v.t.v[r] == TABLE_MISSING ? TABLE_MISSING : f(v.t.v[r], type);                \
        return numbers(out);                                                                       \
    }

static inline int64_t day_of(int64_t v, enum tcol_type type)
{
    if (type != TCOL_DATETIME)
        return v;
    int64_t q = v / DAY_SECONDS;
    return q - (v % DAY_SECONDS < 0);
}

static inline int64_t month_of(int64_t v, enum tcol_type type)
{
    return type == TCOL_MONTH ? v : month_of_day(day_of(v, type));
}

static inline int64_t year_of(int64_t v, enum tcol_type type)
{
    return month_of(v, type) / 12;
}

static inline int64_t negative(int64_t v, enum tcol_type type)
{
    (void)type;
    return -v;
}

MAP(expr_value_day, day_of)
MAP(expr_value_month, month_of)
MAP(expr_value_year, year_of)
MAP(expr_value_neg, negative)

struct expr_vec expr_value_coalesce(const struct expr *e, const struct expr_eval_ctx *x)
{
    int64_t *out = ARENA_ARRAY(x->a, int64_t, rows(x));
    for (size_t r = 0; r < rows(x); r++)
        out[r] = TABLE_MISSING;
    for (size_t i = 0; i < e->n; i++) {
        struct expr_vec v = kid_value(e, i, x);
        const int64_t *p = spread(&v, x);
        for (size_t r = 0; r < rows(x); r++)
            out[r] = out[r] == TABLE_MISSING ? p[r] : out[r];
    }
    return numbers(out);
}

/* One dictionary holds the words of all kids, one after the other. */
struct expr_vec expr_value_coalesce_text(const struct expr *e, const struct expr_eval_ctx *x)
{
    struct expr_vec *v = ARENA_ARRAY(x->a, struct expr_vec, e->n);
    size_t n = 1;
    for (size_t i = 0; i < e->n; i++) {
        v[i] = kid_value(e, i, x);
        n += v[i].constant ? 1 : v[i].t.n_dict;
    }
    struct str *dict = ARENA_ARRAY(x->a, struct str, n); /* dict[0]: missing */
    uint32_t *code = ARENA_ARRAY(x->a, uint32_t, rows(x));
    size_t at = 1;
    for (size_t i = 0; i < e->n; i++) {
        size_t k = v[i].constant ? 1 : v[i].t.n_dict;
        if (k)
            memcpy(dict + at, v[i].constant ? &v[i].s : v[i].t.dict, k * sizeof *dict);
        for (size_t r = 0; r < rows(x); r++) {
            size_t d = at + (v[i].constant ? 0 : v[i].t.code ? v[i].t.code[r] : r);
            if (!code[r] && dict[d].p)
                code[r] = (uint32_t)d;
        }
        at += k;
    }
    return (struct expr_vec){.t = {.dict = dict, .n_dict = n, .code = code}};
}

/* The bytes of `count` characters of s from `at` on (fewer at its end). */
static size_t characters(struct str s, size_t at, int64_t count)
{
    size_t end = at;
    for (; count > 0 && end < s.n; count--) {
        end++;
        while (end < s.n && ((unsigned char)s.p[end] & 0xc0) == 0x80)
            end++;
    }
    return end - at;
}

static struct str part(const struct expr *e, struct str s)
{
    if (!s.p)
        return s;
    size_t from = characters(s, 0, e->num - 1);
    return (struct str){s.p + from, characters(s, from, e->more)};
}

struct expr_vec expr_value_part(const struct expr *e, const struct expr_eval_ctx *x)
{
    struct expr_vec v = kid_value(e, 0, x);
    if (v.constant) {
        v.s = part(e, v.s);
        return v;
    }
    struct str *dict = ARENA_ARRAY(x->a, struct str, v.t.n_dict);
    for (size_t d = 0; d < v.t.n_dict; d++)
        dict[d] = part(e, v.t.dict[d]);
    v.t.dict = dict;
    return v;
}

/* --- the module's face --- */

void expr_test(const struct expr *e, const struct tblock *b, const struct expr_period *p,
               struct arena *a, uint8_t *out)
{
    e->test(e, &(struct expr_eval_ctx){b, p, a}, out);
}

struct tvec expr_eval(const struct expr *e, const struct tblock *b, const struct expr_period *p,
                      struct arena *a)
{
    struct expr_eval_ctx x = {b, p, a};
    struct expr_vec v = e->value(e, &x);
    if (!v.constant)
        return v.t;
    if (e->type != TCOL_TEXT)
        return (struct tvec){.v = spread(&v, &x)};
    struct str *dict = ARENA_NEW(a, struct str);
    *dict = v.s;
    return (struct tvec){.dict = dict, .n_dict = 1, .code = ARENA_ARRAY(a, uint32_t, b->rows)};
}
