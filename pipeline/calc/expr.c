/*
 * From syntax tree to compiled expression: names, types and constants.
 *
 * A literal has no type of its own: what it is compared with says what it means, so a comparison
 * first finds the side that is no literal and reads the other one "like" it.
 */
#include "pipeline/calc/expr_node.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/exact.h"
#include "pipeline/calc/num.h"

enum { HINT_NAMES = 12 };

struct compiler {
    const struct expr_scope *s;
    struct conf_text place;
};

static const char *const type_name[TCOL_TYPES] = {
    [TCOL_TEXT] = "text", [TCOL_INT] = "count",         [TCOL_MONEY] = "money",
    [TCOL_DATE] = "date", [TCOL_DATETIME] = "datetime", [TCOL_MONTH] = "month",
    [TCOL_ENUM] = "enum",
};

static struct expr *condition(struct compiler *c, const struct ast *t);
static struct expr *value(struct compiler *c, const struct ast *t);
static struct expr *value_like(struct compiler *c, const struct ast *t, const struct expr *like);

/* --- mistakes --- */

static struct expr *problem(struct compiler *c, const char *code, const char *a, const char *b)
{
    problems_add(c->s->problems, c->place.file, c->place.line, code, a, b, NULL);
    return NULL;
}

const char *expr_hint(struct arena *a, struct str name, const struct str *names, size_t n)
{
    struct str near = conf_nearest(name, names, n);
    if (near.n)
        return arena_str(a, near).p;
    struct strbuf b = {0};
    for (size_t i = 0; i < n && i < HINT_NAMES; i++)
        strbuf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(names[i]));
    strbuf_add(&b, n > HINT_NAMES ? STR(", ...") : n ? STR("") : STR("-"));
    const char *z = arena_str(a, strbuf_str(&b)).p;
    strbuf_release(&b);
    return z;
}

static struct expr *unknown(struct compiler *c, const char *code, struct str name,
                            const struct str *names, size_t n)
{
    return problem(c, code, arena_str(c->s->arena, name).p, expr_hint(c->s->arena, name, names, n));
}

static struct expr *unknown_column(struct compiler *c, struct str name)
{
    const struct tschema *s = c->s->schema;
    struct str *names = ARENA_ARRAY(c->s->arena, struct str, s->n);
    for (size_t i = 0; i < s->n; i++)
        names[i] = s->col[i].name;
    return unknown(c, "E-EXPR-03", name, names, s->n);
}

static struct expr *misfit(struct compiler *c, const char *type, const char *other)
{
    return problem(c, "E-EXPR-06", type, other);
}

/* --- nodes --- */

static struct expr *
new_value(struct compiler *c, enum tcol_type type,
          struct expr_vec (*eval)(const struct expr *, const struct expr_eval_ctx *), size_t kids)
{
    struct expr *e = ARENA_NEW(c->s->arena, struct expr);
    e->type = type;
    e->value = eval;
    e->n = kids;
    e->kid = ARENA_ARRAY(c->s->arena, const struct expr *, kids);
    return e;
}

static struct expr *new_test(struct compiler *c,
                             void (*test)(const struct expr *, const struct expr_eval_ctx *,
                                          uint8_t *),
                             const struct expr *a, const struct expr *b)
{
    struct expr *e = ARENA_NEW(c->s->arena, struct expr);
    e->test = test;
    e->n = b ? 2 : 1;
    e->kid = ARENA_ARRAY(c->s->arena, const struct expr *, 2);
    e->kid[0] = a;
    e->kid[1] = b;
    return e;
}

static struct expr *constant(struct compiler *c, enum tcol_type type, int64_t v)
{
    struct expr *e = new_value(c, type, expr_value_constant, 0);
    e->num = v;
    return e;
}

static struct expr *constant_text(struct compiler *c, struct str s)
{
    struct expr *e = new_value(c, TCOL_TEXT, expr_value_constant, 0);
    e->text = s;
    return e;
}

static struct expr *over(struct compiler *c, enum tcol_type type,
                         struct expr_vec (*eval)(const struct expr *, const struct expr_eval_ctx *),
                         const struct expr *a, const struct expr *b)
{
    struct expr *e = new_value(c, type, eval, b ? 2 : 1);
    e->kid[0] = a;
    if (b)
        e->kid[1] = b;
    return e;
}

static struct expr *negate(struct compiler *c, struct expr *e)
{
    return e ? new_test(c, expr_test_not, e, NULL) : NULL;
}

/* --- names and literals --- */

static const struct builtin {
    const char *name;
    enum tcol_type type;
    struct expr_vec (*value)(const struct expr *e, const struct expr_eval_ctx *x);
} builtins[] = {
    {"cutoff", TCOL_DATE, expr_value_cutoff},
    {"period_start", TCOL_DATE, expr_value_period_start},
    {"period_end", TCOL_DATE, expr_value_period_end},
    {"period_year", TCOL_INT, expr_value_period_year},
};

static const struct builtin *builtin_find(struct str name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        if (str_eq(name, str_c(builtins[i].name)))
            return &builtins[i];
    return NULL;
}

static struct expr *value_name(struct compiler *c, const struct ast *t)
{
    size_t i = tschema_find(c->s->schema, t->text);
    const struct builtin *b = builtin_find(t->text);
    if (i != SIZE_MAX) {
        const struct tcolumn *col = &c->s->schema->col[i];
        struct expr *e = new_value(c, col->type, expr_value_column, 0);
        e->column = i;
        e->label = col->label;
        e->n_label = col->n_label;
        return e;
    }
    return b ? new_value(c, b->type, b->value, 0) : unknown_column(c, t->text);
}

/* Does what t means depend on what it is compared with? */
static bool is_open(const struct compiler *c, const struct ast *t)
{
    if (t->op == AST_NEG)
        return is_open(c, t->kid[0]);
    if (t->op == AST_NAME)
        return tschema_find(c->s->schema, t->text) == SIZE_MAX && !builtin_find(t->text);
    return t->op <= AST_MONTH || t->op == AST_PARAM;
}

static struct expr *word_like(struct compiler *c, struct str word, const struct expr *like)
{
    for (size_t i = 0; i < like->n_label; i++)
        if (str_eq(like->label[i], word)) {
            struct expr *e = constant(c, TCOL_ENUM, (int64_t)i);
            e->label = like->label;
            e->n_label = like->n_label;
            return e;
        }
    return unknown(c, "E-EXPR-07", word, like->label, like->n_label);
}

static struct expr *text_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    if (like->type == TCOL_ENUM)
        return word_like(c, t->text, like);
    if (like->type == TCOL_TEXT)
        return constant_text(c, t->text);
    return misfit(c, type_name[like->type], type_name[TCOL_TEXT]);
}

static struct expr *name_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    return like->type == TCOL_ENUM ? word_like(c, t->text, like) : unknown_column(c, t->text);
}

static struct expr *number_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    int scale = like->type == TCOL_MONEY ? 2 : 0;
    int64_t v = t->number;
    if (like->type != TCOL_INT && like->type != TCOL_MONEY)
        return misfit(c, type_name[like->type], type_name[TCOL_INT]);
    if (t->decimals > scale)
        return problem(c, "E-EXPR-08", t->text.p, type_name[like->type]);
    for (int i = t->decimals; i < scale; i++)
        if (__builtin_mul_overflow(v, 10, &v))
            return problem(c, "E-EXPR-08", t->text.p, type_name[like->type]);
    return constant(c, like->type, v);
}

static struct expr *date_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    enum tcol_type type = t->op == AST_MONTH ? TCOL_MONTH : TCOL_DATE;
    bool fits = type == like->type || (type == TCOL_DATE && like->type == TCOL_DATETIME);
    return fits ? constant(c, type, t->number) : misfit(c, type_name[like->type], type_name[type]);
}

static bool param_number(struct str s, int64_t *v)
{
    return num_parse_plain(s, v);
}

static bool param_money(struct str s, int64_t *v)
{
    struct exact x;
    exact_int r;
    if (!exact_parse(s, &x) || !exact_round(x, 2, false, &r) || 100 % x.den != 0)
        return false;
    *v = (int64_t)r;
    return r == *v;
}

/* How the text of a parameter becomes a number of a type. */
static const struct {
    bool (*parse)(struct str s, int64_t *v);
    enum tcol_type type;
} param_types[TCOL_TYPES] = {
    [TCOL_INT] = {param_number, TCOL_INT},         [TCOL_MONEY] = {param_money, TCOL_MONEY},
    [TCOL_DATE] = {date_parse_iso, TCOL_DATE},     [TCOL_DATETIME] = {date_parse_iso, TCOL_DATE},
    [TCOL_MONTH] = {date_parse_month, TCOL_MONTH},
};

static struct expr *param_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    const struct refs *refs = c->s->refs;
    if (!refs) /* only checking: some value of the right type */
        return like->type == TCOL_TEXT   ? constant_text(c, STR(""))
               : like->type == TCOL_ENUM ? constant(c, TCOL_ENUM, TABLE_MISSING)
                                         : constant(c, param_types[like->type].type, TABLE_MISSING);
    struct str s = refs_parameter(refs, t->text);
    if (!s.p)
        return unknown(c, "E-EXPR-05", t->text, refs->parameter_name, refs->n_parameters);
    if (like->type == TCOL_TEXT)
        return constant_text(c, s);
    if (like->type == TCOL_ENUM)
        return word_like(c, s, like);
    int64_t v;
    if (!param_types[like->type].parse(s, &v))
        return problem(c, "E-EXPR-09", t->text.p, type_name[like->type]);
    return constant(c, param_types[like->type].type, v);
}

static struct expr *neg_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    struct expr *e = value_like(c, t->kid[0], like);
    if (e && e->type != TCOL_INT && e->type != TCOL_MONEY)
        return misfit(c, type_name[e->type], "-");
    return e ? over(c, e->type, expr_value_neg, e, NULL) : NULL;
}

static const struct expr like_text = {.type = TCOL_TEXT};
static const struct expr like_count = {.type = TCOL_INT};
static const struct expr like_money = {.type = TCOL_MONEY};
static const struct expr like_date = {.type = TCOL_DATE};
static const struct expr like_month = {.type = TCOL_MONTH};

static struct expr *value_text(struct compiler *c, const struct ast *t)
{
    return text_like(c, t, &like_text);
}

static struct expr *value_number(struct compiler *c, const struct ast *t)
{
    return number_like(c, t, t->decimals ? &like_money : &like_count);
}

static struct expr *value_date(struct compiler *c, const struct ast *t)
{
    return date_like(c, t, t->op == AST_DATE ? &like_date : &like_month);
}

static struct expr *value_param(struct compiler *c, const struct ast *t)
{
    return param_like(c, t, &like_text);
}

/* --- types that meet --- */

/* v as hundredths, so that it can meet money. */
static struct expr *as_money(struct compiler *c, struct expr *v)
{
    if (v->value == expr_value_constant) {
        struct expr *e = constant(c, TCOL_MONEY, TABLE_MISSING);
        if (v->num != TABLE_MISSING && !__builtin_mul_overflow(v->num, 100, &e->num))
            return e;
        return e;
    }
    return over(c, TCOL_MONEY, expr_value_mul, v, constant(c, TCOL_INT, 100));
}

/* Brings two values to one type, or reports that they have none. */
static bool unify(struct compiler *c, struct expr **a, struct expr **b)
{
    enum tcol_type s = (*a)->type, t = (*b)->type;
    if (s == t && (s != TCOL_ENUM || (*a)->label == (*b)->label || !(*a)->label || !(*b)->label))
        return true;
    if (s == TCOL_DATETIME && t == TCOL_DATE)
        *a = over(c, TCOL_DATE, expr_value_day, *a, NULL);
    else if (s == TCOL_DATE && t == TCOL_DATETIME)
        *b = over(c, TCOL_DATE, expr_value_day, *b, NULL);
    else if (s == TCOL_INT && t == TCOL_MONEY)
        *a = as_money(c, *a);
    else if (s == TCOL_MONEY && t == TCOL_INT)
        *b = as_money(c, *b);
    else
        return misfit(c, type_name[s], type_name[t]);
    return true;
}

/* Compiles two trees that meet. */
static bool pair(struct compiler *c, const struct ast *s, const struct ast *t, struct expr **a,
                 struct expr **b)
{
    if (is_open(c, s) && !is_open(c, t)) {
        *b = value(c, t);
        *a = *b ? value_like(c, s, *b) : NULL;
    } else {
        *a = value(c, s);
        *b = !*a ? NULL : is_open(c, t) ? value_like(c, t, *a) : value(c, t);
    }
    return *a && *b && unify(c, a, b);
}

/* --- arithmetic --- */

static bool countable(struct compiler *c, const struct expr *e, const char *op)
{
    return e->type == TCOL_INT || e->type == TCOL_MONEY || misfit(c, type_name[e->type], op);
}

static struct expr *value_sum(struct compiler *c, const struct ast *t)
{
    struct expr *a, *b;
    if (!pair(c, t->kid[0], t->kid[1], &a, &b) || !countable(c, a, t->text.p))
        return NULL;
    return over(c, a->type, t->op == AST_ADD ? expr_value_add : expr_value_sub, a, b);
}

/* Money times a count is money; money times money is nothing. */
static struct expr *value_product(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]), *b = a ? value(c, t->kid[1]) : NULL;
    if (!b || !countable(c, a, "*") || !countable(c, b, "*"))
        return NULL;
    if (a->type == TCOL_MONEY && b->type == TCOL_MONEY)
        return misfit(c, type_name[TCOL_MONEY], type_name[TCOL_MONEY]);
    bool money = a->type == TCOL_MONEY || b->type == TCOL_MONEY;
    return over(c, money ? TCOL_MONEY : TCOL_INT, expr_value_mul, a, b);
}

static struct expr *value_neg(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    return a && countable(c, a, "-") ? over(c, a->type, expr_value_neg, a, NULL) : NULL;
}

static struct expr *value_div(struct compiler *c, const struct ast *t)
{
    (void)t;
    return problem(c, "E-EXPR-10", NULL, NULL);
}

/* --- functions --- */

static bool dated(struct compiler *c, const struct expr *e, bool month, const char *function)
{
    return e->type == TCOL_DATE || e->type == TCOL_DATETIME || (month && e->type == TCOL_MONTH) ||
           misfit(c, type_name[e->type], function);
}

static struct expr *call_day(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    return a && dated(c, a, false, "day()") ? over(c, TCOL_DATE, expr_value_day, a, NULL) : NULL;
}

static struct expr *call_month(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    return a && dated(c, a, true, "month()") ? over(c, TCOL_MONTH, expr_value_month, a, NULL)
                                             : NULL;
}

static struct expr *call_year(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    return a && dated(c, a, true, "year()") ? over(c, TCOL_INT, expr_value_year, a, NULL) : NULL;
}

static struct expr *call_days(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]), *b = a ? value(c, t->kid[1]) : NULL;
    if (!b || !dated(c, a, false, "days()") || !dated(c, b, false, "days()"))
        return NULL;
    return over(c, TCOL_INT, expr_value_sub, over(c, TCOL_DATE, expr_value_day, b, NULL),
                over(c, TCOL_DATE, expr_value_day, a, NULL));
}

static struct expr *call_coalesce(struct compiler *c, const struct ast *t)
{
    struct expr *first = value(c, t->kid[0]);
    if (!first)
        return NULL;
    struct expr *e =
        new_value(c, first->type,
                  first->type == TCOL_TEXT ? expr_value_coalesce_text : expr_value_coalesce, t->n);
    e->label = first->label;
    e->n_label = first->n_label;
    e->kid[0] = first;
    for (size_t i = 1; i < t->n; i++) {
        struct expr *k =
            is_open(c, t->kid[i]) ? value_like(c, t->kid[i], first) : value(c, t->kid[i]);
        if (!k)
            return NULL;
        if (k->type != first->type || (k->type == TCOL_ENUM && k->label != first->label))
            return misfit(c, type_name[first->type], type_name[k->type]);
        e->kid[i] = k;
    }
    return e;
}

static struct expr *call_part(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    if (!a)
        return NULL;
    if (a->type != TCOL_TEXT)
        return misfit(c, type_name[a->type], "part()");
    for (int i = 1; i <= 2; i++)
        if (t->kid[i]->op != AST_NUMBER || t->kid[i]->decimals || t->kid[i]->number < 1)
            return problem(c, "E-EXPR-11", "part", NULL);
    struct expr *e = over(c, TCOL_TEXT, expr_value_part, a, NULL);
    e->num = t->kid[1]->number;
    e->more = t->kid[2]->number;
    return e;
}

/* contains and starts: a text and words, which may stand bare. */
static struct expr *words_test(struct compiler *c, const struct ast *t, bool any_case,
                               void (*test)(const struct expr *, const struct expr_eval_ctx *,
                                            uint8_t *))
{
    struct expr *a = value(c, t->kid[0]);
    if (!a)
        return NULL;
    if (a->type != TCOL_TEXT)
        return misfit(c, type_name[a->type], t->text.p);
    struct expr *e = new_test(c, test, a, NULL);
    struct str *word = ARENA_ARRAY(c->s->arena, struct str, t->n);
    for (size_t i = 1; i < t->n; i++) {
        const struct ast *k = t->kid[i];
        struct str s = k->text;
        if (k->op == AST_PARAM) {
            struct expr *p = param_like(c, k, &like_text);
            if (!p)
                return NULL;
            s = p->text;
        } else if (k->op != AST_TEXT && k->op != AST_NAME) {
            return misfit(c, type_name[TCOL_TEXT], k->text.p);
        }
        char *p = arena_alloc(c->s->arena, s.n + 1);
        word[e->n_word++] = any_case ? str_upper(s, p) : s;
    }
    e->word = word;
    return e;
}

static struct expr *call_contains(struct compiler *c, const struct ast *t)
{
    return words_test(c, t, true, expr_test_contains);
}

static struct expr *call_starts(struct compiler *c, const struct ast *t)
{
    return words_test(c, t, false, expr_test_starts);
}

static const struct function {
    const char *name;
    size_t min, max; /* arguments */
    bool is_condition;
    struct expr *(*compile)(struct compiler *c, const struct ast *t);
} functions[] = {
    {"day", 1, 1, false, call_day},
    {"month", 1, 1, false, call_month},
    {"year", 1, 1, false, call_year},
    {"days", 2, 2, false, call_days},
    {"coalesce", 1, SIZE_MAX, false, call_coalesce},
    {"part", 3, 3, false, call_part},
    {"contains", 2, SIZE_MAX, true, call_contains},
    {"starts", 2, 2, true, call_starts},
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static struct expr *call(struct compiler *c, const struct ast *t, bool is_condition)
{
    struct str names[FUNCTIONS];
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const struct function *f = &functions[i];
        names[i] = str_c(f->name);
        if (!str_eq(t->text, names[i]))
            continue;
        if (t->n < f->min || t->n > f->max || t->where)
            return problem(c, "E-EXPR-11", f->name, NULL);
        if (f->is_condition != is_condition)
            return problem(c, is_condition ? "E-EXPR-12" : "E-EXPR-13", f->name, NULL);
        return f->compile(c, t);
    }
    return unknown(c, "E-EXPR-04", t->text, names, FUNCTIONS);
}

static struct expr *value_call(struct compiler *c, const struct ast *t)
{
    return call(c, t, false);
}

static struct expr *condition_call(struct compiler *c, const struct ast *t)
{
    return call(c, t, true);
}

/* --- conditions --- */

static struct expr *condition_or(struct compiler *c, const struct ast *t)
{
    struct expr *a = condition(c, t->kid[0]), *b = condition(c, t->kid[1]);
    return a && b ? new_test(c, expr_test_or, a, b) : NULL;
}

static struct expr *condition_and(struct compiler *c, const struct ast *t)
{
    struct expr *a = condition(c, t->kid[0]), *b = condition(c, t->kid[1]);
    return a && b ? new_test(c, expr_test_and, a, b) : NULL;
}

static struct expr *condition_not(struct compiler *c, const struct ast *t)
{
    return negate(c, condition(c, t->kid[0]));
}

static bool text_constant(const struct expr *e)
{
    return e->type == TCOL_TEXT && e->value == expr_value_constant;
}

static struct expr *text_in(struct compiler *c, const struct expr *a, const struct str *word,
                            size_t n)
{
    struct expr *e = new_test(c, expr_test_text_in, a, NULL);
    e->word = word;
    e->n_word = n;
    return e;
}

static struct expr *compare(struct compiler *c, const struct ast *s, enum compare op,
                            const struct ast *t)
{
    struct expr *a, *b;
    if (!pair(c, s, t, &a, &b))
        return NULL;
    bool equality = op == CMP_EQ || op == CMP_NE;
    if (!equality && (a->type == TCOL_TEXT || a->type == TCOL_ENUM))
        return misfit(c, type_name[a->type], compare_name[op]);
    struct expr *e;
    if (text_constant(b))
        e = text_in(c, a, &b->text, 1);
    else if (text_constant(a))
        e = text_in(c, b, &a->text, 1);
    else
        e = new_test(c, a->type == TCOL_TEXT ? expr_test_text_equal : expr_test_compare, a, b);
    e->compare = op == CMP_NE ? CMP_EQ : op;
    return op == CMP_NE ? negate(c, e) : e;
}

static struct expr *condition_chain(struct compiler *c, const struct ast *t)
{
    struct expr *all = NULL;
    for (size_t i = 0; i + 1 < t->n; i++) {
        struct expr *e = compare(c, t->kid[i], t->compare[i], t->kid[i + 1]);
        if (!e)
            return NULL;
        all = all ? new_test(c, expr_test_and, all, e) : e;
    }
    return all;
}

static struct expr *enum_in(struct compiler *c, const struct ast *t, const struct expr *a)
{
    struct expr *e = new_test(c, expr_test_enum_in, a, NULL);
    e->n_table = a->n_label;
    e->table = ARENA_ARRAY(c->s->arena, uint8_t, a->n_label);
    for (size_t i = 1; i < t->n; i++) {
        struct expr *k = value_like(c, t->kid[i], a);
        if (!k)
            return NULL;
        if (k->num != TABLE_MISSING)
            e->table[k->num] = 1;
    }
    return e;
}

/* Are all members of the list literals? */
static bool closed_list(const struct compiler *c, const struct ast *t)
{
    for (size_t i = 1; i < t->n; i++)
        if (!is_open(c, t->kid[i]))
            return false;
    return true;
}

static struct expr *words_in(struct compiler *c, const struct ast *t, const struct expr *a)
{
    struct str *word = ARENA_ARRAY(c->s->arena, struct str, t->n);
    for (size_t i = 1; i < t->n; i++) {
        struct expr *k = value_like(c, t->kid[i], a);
        if (!k)
            return NULL;
        word[i - 1] = k->text;
    }
    return text_in(c, a, word, t->n - 1);
}

static struct expr *condition_in(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]), *e = NULL;
    if (!a)
        return NULL;
    if (closed_list(c, t) && (a->type == TCOL_ENUM || a->type == TCOL_TEXT)) {
        e = a->type == TCOL_ENUM ? enum_in(c, t, a) : words_in(c, t, a);
        return t->negated ? negate(c, e) : e;
    }
    for (size_t i = 1; i < t->n; i++) {
        struct expr *one = compare(c, t->kid[0], CMP_EQ, t->kid[i]);
        if (!one)
            return NULL;
        e = e ? new_test(c, expr_test_or, e, one) : one;
    }
    return t->negated ? negate(c, e) : e;
}

static struct expr *condition_in_period(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    if (!a || !dated(c, a, true, "in period"))
        return NULL;
    struct expr *e = new_test(c, expr_test_in_period, a, NULL);
    return t->negated ? negate(c, e) : e;
}

static struct expr *condition_missing(struct compiler *c, const struct ast *t)
{
    struct expr *a = value(c, t->kid[0]);
    struct expr *e = a ? new_test(c, expr_test_present, a, NULL) : NULL;
    return t->negated ? e : negate(c, e);
}

/* What a form of the tree becomes where a value / where a condition stands. */
static const struct {
    struct expr *(*value)(struct compiler *c, const struct ast *t);
    struct expr *(*condition)(struct compiler *c, const struct ast *t);
    struct expr *(*like)(struct compiler *c, const struct ast *t, const struct expr *like);
} forms[AST_OPS] = {
    [AST_NUMBER] = {.value = value_number, .like = number_like},
    [AST_TEXT] = {.value = value_text, .like = text_like},
    [AST_DATE] = {.value = value_date, .like = date_like},
    [AST_MONTH] = {.value = value_date, .like = date_like},
    [AST_NAME] = {.value = value_name, .like = name_like},
    [AST_PARAM] = {.value = value_param, .like = param_like},
    [AST_CALL] = {.value = value_call, .condition = condition_call},
    [AST_OR] = {.condition = condition_or},
    [AST_AND] = {.condition = condition_and},
    [AST_NOT] = {.condition = condition_not},
    [AST_CHAIN] = {.condition = condition_chain},
    [AST_IN] = {.condition = condition_in},
    [AST_IN_PERIOD] = {.condition = condition_in_period},
    [AST_MISSING] = {.condition = condition_missing},
    [AST_ADD] = {.value = value_sum},
    [AST_SUB] = {.value = value_sum},
    [AST_MUL] = {.value = value_product},
    [AST_DIV] = {.value = value_div},
    [AST_NEG] = {.value = value_neg, .like = neg_like},
};

static struct expr *condition(struct compiler *c, const struct ast *t)
{
    return forms[t->op].condition ? forms[t->op].condition(c, t)
                                  : problem(c, "E-EXPR-12", t->text.p, NULL);
}

static struct expr *value(struct compiler *c, const struct ast *t)
{
    return forms[t->op].value ? forms[t->op].value(c, t) : problem(c, "E-EXPR-13", t->text.p, NULL);
}

static struct expr *value_like(struct compiler *c, const struct ast *t, const struct expr *like)
{
    return forms[t->op].like && is_open(c, t) ? forms[t->op].like(c, t, like) : value(c, t);
}

/* --- the module's face --- */

struct expr *expr_condition_of(const struct expr_scope *s, struct conf_text place,
                               const struct ast *t)
{
    return condition(&(struct compiler){s, place}, t);
}

struct expr *expr_value_of(const struct expr_scope *s, struct conf_text place, const struct ast *t)
{
    return value(&(struct compiler){s, place}, t);
}

struct expr *expr_condition(const struct expr_scope *s, struct conf_text text)
{
    struct ast *t = expr_parse(text, s->arena, s->problems);
    return t ? expr_condition_of(s, text, t) : NULL;
}

struct expr *expr_value(const struct expr_scope *s, struct conf_text text)
{
    struct ast *t = expr_parse(text, s->arena, s->problems);
    return t ? expr_value_of(s, text, t) : NULL;
}

enum tcol_type expr_type(const struct expr *e)
{
    return e->type;
}

size_t expr_column(const struct expr *e)
{
    return e->value == expr_value_column ? e->column : SIZE_MAX;
}

void expr_columns(const struct expr *e, bool *want)
{
    if (!e)
        return;
    if (e->value == expr_value_column)
        want[e->column] = true;
    for (size_t i = 0; i < e->n; i++)
        expr_columns(e->kid[i], want);
}

bool expr_uses_period(const struct expr *e)
{
    if (e->test == expr_test_in_period || e->value == expr_value_period_start ||
        e->value == expr_value_period_end || e->value == expr_value_period_year)
        return true;
    for (size_t i = 0; i < e->n; i++)
        if (expr_uses_period(e->kid[i]))
            return true;
    return false;
}

const struct expr *expr_and_part(const struct expr *e, size_t i)
{
    return e->test == expr_test_and ? e->kid[i] : NULL;
}

static bool same_words(const struct expr *a, const struct expr *b)
{
    if (a->n_word != b->n_word)
        return false;
    for (size_t i = 0; i < a->n_word; i++)
        if (!str_eq(a->word[i], b->word[i]))
            return false;
    return true;
}

bool expr_same(const struct expr *a, const struct expr *b)
{
    if (a->test != b->test || a->value != b->value || a->type != b->type || a->n != b->n ||
        a->column != b->column || a->compare != b->compare || a->num != b->num ||
        a->more != b->more || !str_eq(a->text, b->text) || !same_words(a, b) ||
        a->n_table != b->n_table || (a->n_table && memcmp(a->table, b->table, a->n_table) != 0))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!expr_same(a->kid[i], b->kid[i]))
            return false;
    return true;
}
