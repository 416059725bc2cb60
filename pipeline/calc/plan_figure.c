/*
 * The formulas of indicators and checks: names, rows and splits.
 */
#include "pipeline/calc/check.h"
#include "pipeline/calc/figures.h"

#include <string.h>

enum { DIVIDE_MAX = 1000000000 }; /* keeps every exact value within 128 bits */

/* The formula in hand. */
struct formula_ctx {
    struct planner *b;
    struct conf_text place;
    struct plan_figure *figure; /* NULL: a check */
    size_t axis[AXES];          /* of the figure */
    bool top;                   /* the outermost operator: `/` is allowed */
};

static struct formula *compile(struct formula_ctx *c, const struct ast *t);
static void resolve(struct planner *b, size_t i);

static struct formula *mistake(struct formula_ctx *c, const char *code, struct str a)
{
    plan_mistake(c->b, c->place, code, a, NULL);
    return NULL;
}

static struct formula *formula(struct formula_ctx *c, enum figure_op op, size_t kids)
{
    struct formula *f = ARENA_NEW(&c->b->p->arena, struct formula);
    f->op = op;
    f->kid = ARENA_ARRAY(&c->b->p->arena, struct formula *, kids);
    f->n = kids;
    return f;
}

/* --- other figures --- */

size_t plan_find_figure(struct planner *b, struct conf_text place, struct str id)
{
    const struct conf *c = b->conf;
    size_t i = conf_find_indicator(c, id);
    if (i != SIZE_MAX)
        return i;
    struct str *names = ARENA_ARRAY(&b->p->arena, struct str, c->n_indicators);
    for (size_t k = 0; k < c->n_indicators; k++)
        names[k] = c->indicators[k].id;
    plan_mistake(b, place, "E-PLAN-03", id, expr_hint(&b->p->arena, id, names, c->n_indicators));
    return PLAN_NONE;
}

/* A figure that is split can only use figures that are split by the same kinds. */
static bool split_alike(struct formula_ctx *c, size_t i)
{
    const struct conf_indicator *x = &c->b->conf->indicators[i];
    bool has[AXES] = {
        [AXIS_ORG] = x->by_org.text.n, [AXIS_MONTH] = x->by_month.text.n, [AXIS_CROSS] = x->cross};
    for (int k = 0; k < AXES; k++)
        if (c->axis[k] != PLAN_NONE && !has[k])
            return mistake(c, "E-PLAN-09", x->id) != NULL;
    return true;
}

static struct formula *refer(struct formula_ctx *c, enum figure_op op, struct str id)
{
    size_t i = plan_find_figure(c->b, c->place, id);
    if (i == PLAN_NONE)
        return NULL;
    struct plan_figure *other = &c->b->f->figure[i];
    if (op != FIG_BASELINE)
        resolve(c->b, i);
    if (c->figure && other->state == FIGURE_OPEN)
        return mistake(c, "E-PLAN-04", id);
    if (c->figure) {
        for (size_t x = 0; x < c->b->conf->n_exports; x++)
            c->figure->rests_on[x] |= other->rests_on[x];
        if (!split_alike(c, i))
            return NULL;
    }
    struct formula *f = formula(c, op, 0);
    f->figure = i;
    return f;
}

static struct formula *compile_name(struct formula_ctx *c, const struct ast *t)
{
    return refer(c, FIG_FIGURE, t->text);
}

static struct formula *refer_argument(struct formula_ctx *c, const struct ast *t, enum figure_op op)
{
    if (t->n != 1 || t->where || t->kid[0]->op != AST_NAME)
        return mistake(c, "E-EXPR-11", t->text);
    return refer(c, op, t->kid[0]->text);
}

static struct formula *call_numerator(struct formula_ctx *c, const struct ast *t)
{
    return refer_argument(c, t, FIG_NUMERATOR);
}

static struct formula *call_denominator(struct formula_ctx *c, const struct ast *t)
{
    return refer_argument(c, t, FIG_DENOMINATOR);
}

static struct formula *call_baseline(struct formula_ctx *c, const struct ast *t)
{
    return c->figure ? mistake(c, "E-PLAN-10", t->text) : refer_argument(c, t, FIG_BASELINE);
}

static struct formula *call_mean(struct formula_ctx *c, const struct ast *t)
{
    if (t->n == 0 || t->where)
        return mistake(c, "E-EXPR-11", t->text);
    c->top = false;
    struct formula *f = formula(c, FIG_MEAN, t->n);
    for (size_t i = 0; i < t->n; i++) {
        f->kid[i] = compile(c, t->kid[i]);
        if (!f->kid[i])
            return NULL;
    }
    return f;
}

/* --- aggregates --- */

static struct formula *aggregate(struct formula_ctx *c, const struct ast *t,
                                 enum aggregate_kind kind, const struct expr *value)
{
    struct plan_figure *g = c->figure;
    struct planner *b = c->b;
    struct plan_aggregate a = {.kind = kind, .filter = g->filter, .value = PLAN_NONE};
    memcpy(a.axis, c->axis, sizeof a.axis);
    if (t->where) {
        struct expr_scope s = {&b->p->table[g->table], b->p->refs, b->problems, &b->p->arena};
        const struct expr *where = expr_condition_of(&s, c->place, t->where);
        if (!where)
            return NULL;
        a.filter = plan_add_filter(b, g->table, g->filter, where, g->period);
    }
    if (value && kind != AGG_ROWS)
        a.value = plan_add_value(b, g->table, value, g->period);
    struct formula *f = formula(c, FIG_AGGREGATE, 0);
    f->table = g->table;
    f->text = t->call;
    f->aggregate = plan_add_aggregate(b, g->table, a);
    bool in_hundredths = (kind == AGG_SUM || kind == AGG_VALUES) && expr_type(value) == TCOL_MONEY;
    f->scale = in_hundredths ? 2 : 0;
    return f;
}

static bool has_rows(struct formula_ctx *c, const struct ast *t, size_t arguments)
{
    if (t->n != arguments)
        return mistake(c, "E-EXPR-11", t->text) != NULL;
    if (!c->figure || !c->figure->has_from)
        return mistake(c, "E-PLAN-05", t->text) != NULL;
    return c->figure->table != PLAN_NONE; /* an unknown `from` has been reported */
}

static const struct expr *argument(struct formula_ctx *c, const struct ast *t)
{
    struct planner *b = c->b;
    struct expr_scope s = {&b->p->table[c->figure->table], b->p->refs, b->problems, &b->p->arena};
    return expr_value_of(&s, c->place, t->kid[0]);
}

static struct formula *call_rows(struct formula_ctx *c, const struct ast *t)
{
    return has_rows(c, t, 0) ? aggregate(c, t, AGG_ROWS, NULL) : NULL;
}

/* Rows have different keys, and a key is never missing: then there is nothing to remember. */
static bool is_only_key(const struct formula_ctx *c, const struct expr *v)
{
    const struct conf *conf = c->b->conf;
    const struct conf_export *x = &conf->exports[schema_export(conf, c->figure->table)];
    return x->n_key == 1 && expr_column(v) == x->key[0];
}

static struct formula *call_distinct(struct formula_ctx *c, const struct ast *t)
{
    if (!has_rows(c, t, 1))
        return NULL;
    const struct expr *v = argument(c, t);
    return v ? aggregate(c, t, is_only_key(c, v) ? AGG_ROWS : AGG_DISTINCT, v) : NULL;
}

static struct formula *call_sum(struct formula_ctx *c, const struct ast *t)
{
    if (!has_rows(c, t, 1))
        return NULL;
    const struct expr *v = argument(c, t);
    if (v && expr_type(v) != TCOL_INT && expr_type(v) != TCOL_MONEY)
        return mistake(c, "E-PLAN-06", t->kid[0]->text);
    return v ? aggregate(c, t, AGG_SUM, v) : NULL;
}

/* A statistic of the values of an expression: exact, by the tally of them. */
static struct formula *statistic(struct formula_ctx *c, const struct ast *t, size_t arguments,
                                 tally_statistic *of, struct exact share)
{
    if (!has_rows(c, t, arguments))
        return NULL;
    const struct expr *v = argument(c, t);
    if (v && expr_type(v) != TCOL_INT && expr_type(v) != TCOL_MONEY)
        return mistake(c, "E-PLAN-14", t->kid[0]->text);
    struct formula *f = v ? aggregate(c, t, AGG_VALUES, v) : NULL;
    if (f) {
        f->op = FIG_STATISTIC;
        f->statistic = of;
        f->share = share;
    }
    return f;
}

static struct formula *call_median(struct formula_ctx *c, const struct ast *t)
{
    return statistic(c, t, 1, tally_quantile, (struct exact){1, 2});
}

static struct formula *call_mad(struct formula_ctx *c, const struct ast *t)
{
    return statistic(c, t, 1, tally_mad, exact_of(0));
}

static struct formula *call_sd(struct formula_ctx *c, const struct ast *t)
{
    return statistic(c, t, 1, tally_sd, exact_of(0));
}

/* quantile(VALUE, SHARE): the share is a number from 0 to 1. */
static struct formula *share_statistic(struct formula_ctx *c, const struct ast *t,
                                       tally_statistic *of)
{
    struct exact share;
    const struct ast *p = t->n == 2 ? t->kid[1] : NULL;
    if (!p || p->op != AST_NUMBER || p->decimals > 9 || p->number < 0 ||
        p->number > exact_power10(p->decimals) ||
        !exact_ratio(p->number, exact_power10(p->decimals), &share))
        return mistake(c, "E-EXPR-11", t->text);
    return statistic(c, t, 2, of, share);
}

static struct formula *call_quantile(struct formula_ctx *c, const struct ast *t)
{
    return share_statistic(c, t, tally_quantile);
}

static struct formula *call_nearest(struct formula_ctx *c, const struct ast *t)
{
    return share_statistic(c, t, tally_nearest);
}

static struct formula *compile_call(struct formula_ctx *c, const struct ast *t)
{
    static const struct {
        const char *name;
        struct formula *(*compile)(struct formula_ctx *c, const struct ast *t);
    } functions[] = {
        {"rows", call_rows},
        {"distinct", call_distinct},
        {"sum", call_sum},
        {"mean", call_mean},
        {"median", call_median},
        {"quantile", call_quantile},
        {"nearest", call_nearest},
        {"sd", call_sd},
        {"mad", call_mad},
        {"numerator", call_numerator},
        {"denominator", call_denominator},
        {"baseline", call_baseline},
    };
    enum { N = sizeof functions / sizeof functions[0] };
    struct str names[N];
    for (size_t i = 0; i < N; i++) {
        names[i] = str_c(functions[i].name);
        if (str_eq(t->text, names[i]))
            return functions[i].compile(c, t);
    }
    plan_mistake(c->b, c->place, "E-EXPR-04", t->text,
                 expr_hint(&c->b->p->arena, t->text, names, N));
    return NULL;
}

/* --- arithmetic --- */

static struct formula *compile_number(struct formula_ctx *c, const struct ast *t)
{
    if (t->decimals > 9)
        return mistake(c, "E-EXPR-01", t->text);
    struct formula *f = formula(c, FIG_NUMBER, 0);
    f->number = t->number;
    f->scale = t->decimals;
    return f;
}

static struct formula *compile_operator(struct formula_ctx *c, const struct ast *t)
{
    static const enum figure_op op[AST_OPS] = {[AST_ADD] = FIG_ADD,
                                               [AST_SUB] = FIG_SUB,
                                               [AST_MUL] = FIG_MUL,
                                               [AST_DIV] = FIG_DIV,
                                               [AST_NEG] = FIG_NEG};
    if (t->op == AST_DIV && !c->top)
        return mistake(c, "E-EXPR-10", t->text);
    c->top = false;
    struct formula *f = formula(c, op[t->op], t->n);
    for (size_t i = 0; i < t->n; i++) {
        f->kid[i] = compile(c, t->kid[i]);
        if (!f->kid[i])
            return NULL;
    }
    return f;
}

static struct formula *compile(struct formula_ctx *c, const struct ast *t)
{
    static struct formula *(*const forms[AST_OPS])(struct formula_ctx *, const struct ast *) = {
        [AST_NUMBER] = compile_number, [AST_NAME] = compile_name,    [AST_CALL] = compile_call,
        [AST_ADD] = compile_operator,  [AST_SUB] = compile_operator, [AST_MUL] = compile_operator,
        [AST_DIV] = compile_operator,  [AST_NEG] = compile_operator,
    };
    return forms[t->op] ? forms[t->op](c, t) : mistake(c, "E-PLAN-07", t->text);
}

/* --- indicators --- */

static bool is_ratio(const struct plan_figures *p, const struct formula *f)
{
    if (f->op == FIG_DIV || f->op == FIG_MEAN || f->op == FIG_STATISTIC)
        return true;
    if (f->op == FIG_FIGURE)
        return p->figure[f->figure].is_ratio;
    for (size_t i = 0; i < f->n; i++)
        if (is_ratio(p, f->kid[i]))
            return true;
    return false;
}

/* The column of by_org or by_month as an axis of the figure's table; PLAN_NONE when not given. */
static size_t axis_of(struct formula_ctx *c, enum axis_kind kind, struct conf_text column)
{
    struct plan_figure *g = c->figure;
    if (!column.text.n || g->table == PLAN_NONE) {
        if (column.text.n && !g->has_from)
            plan_mistake(c->b, column, "E-PLAN-05", column.text, NULL);
        return PLAN_NONE;
    }
    bool by_org = kind == AXIS_ORG;
    size_t i =
        plan_find_column(c->b, g->table, column, by_org ? TCOL_TEXT : TCOL_DATE,
                         by_org ? TCOL_TEXT : TCOL_DATETIME, by_org ? "text" : "date, datetime");
    if (i == PLAN_NONE)
        return PLAN_NONE;
    struct plan_axis axis = {.kind = kind, .column = i};
    axis.period = kind == AXIS_MONTH ? g->period : PERIOD_THIS;
    return plan_add_axis(c->b, g->table, axis);
}

/* The axis of each month of each organisation; PLAN_NONE when the figure is not split so. */
static size_t cross_of(struct formula_ctx *c, const struct conf_indicator *x)
{
    size_t org = c->axis[AXIS_ORG], month = c->axis[AXIS_MONTH];
    if (x->cross && !(x->by_org.text.n && x->by_month.text.n))
        plan_mistake(c->b, x->value, "E-PLAN-15", x->id, NULL);
    if (!x->cross || org == PLAN_NONE || month == PLAN_NONE)
        return PLAN_NONE;
    return plan_add_axis(c->b, c->figure->table,
                         (struct plan_axis){.kind = AXIS_CROSS, .org = org, .month = month});
}

static void no_axes(struct formula_ctx *c)
{
    for (int k = 0; k < AXES; k++)
        c->axis[k] = PLAN_NONE;
}

/* The rows of an indicator: its table, filter and splits. */
static void resolve_rows(struct formula_ctx *c, const struct conf_indicator *x)
{
    struct planner *b = c->b;
    struct plan_figure *g = c->figure;
    g->has_from = x->from.text.n > 0;
    if (g->has_from)
        g->table = plan_rows_of(b, x->from, g->period, &g->filter);
    if (g->table != PLAN_NONE) {
        g->rests_on[schema_export(b->conf, g->table)] = true;
        if (x->where.text.n) {
            struct expr_scope s = {&b->p->table[g->table], b->p->refs, b->problems, &b->p->arena};
            const struct expr *where = expr_condition(&s, x->where);
            g->filter = plan_add_filter(b, g->table, g->filter, where, g->period);
        }
    } else if (x->where.text.n && !g->has_from) {
        plan_mistake(b, x->where, "E-PLAN-05", STR("where"), NULL);
    }
    c->axis[AXIS_ORG] = axis_of(c, AXIS_ORG, x->by_org);
    c->axis[AXIS_MONTH] = axis_of(c, AXIS_MONTH, x->by_month);
    c->axis[AXIS_CROSS] = cross_of(c, x);
    if (c->axis[AXIS_ORG] == PLAN_NONE && c->axis[AXIS_MONTH] == PLAN_NONE)
        return;
    struct plan_aggregate rows = {.kind = AGG_ROWS, .filter = g->filter, .value = PLAN_NONE};
    memcpy(rows.axis, c->axis, sizeof rows.axis);
    g->rows = plan_add_aggregate(b, g->table, rows);
}

/* Settings that fit only some formulas. */
static void check_settings(struct planner *b, const struct conf_indicator *x,
                           const struct plan_figure *g)
{
    if (!g->is_ratio && str_eq(x->unit, STR("%")))
        plan_mistake(b, x->value, "E-PLAN-11", x->id, NULL);
    if (x->divide != 1 && (!g->is_ratio || x->divide < 1 || x->divide > DIVIDE_MAX))
        plan_mistake(b, x->value, "E-PLAN-12", x->id, NULL);
}

static void resolve(struct planner *b, size_t i)
{
    struct plan_figure *g = &b->f->figure[i];
    const struct conf_indicator *x = &b->conf->indicators[i];
    if (g->state != FIGURE_NEW)
        return;
    g->state = FIGURE_OPEN;
    g->period = x->last_year ? PERIOD_BEFORE : PERIOD_THIS;
    struct formula_ctx c = {.b = b, .place = x->value, .figure = g, .top = true};
    no_axes(&c);
    resolve_rows(&c, x);
    struct ast *t = expr_parse(x->value, &b->p->arena, b->problems);
    g->value = t ? compile(&c, t) : NULL;
    if (g->value) {
        g->is_ratio = is_ratio(b->f, g->value);
        check_settings(b, x, g);
    }
    g->state = FIGURE_DONE;
    b->f->order[b->f->n_order++] = i;
}

/* --- checks --- */

void plan_check_rule(struct planner *b, size_t i)
{
    const struct conf_check *x = &b->conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    struct formula_ctx c = {.b = b, .place = x->rule};
    no_axes(&c);
    struct ast *t = expr_parse(x->rule, &b->p->arena, b->problems);
    if (!t)
        return;
    if (t->op != AST_CHAIN) {
        mistake(&c, "E-PLAN-13", x->id);
        return;
    }
    k->op = t->compare;
    k->operand = ARENA_ARRAY(&b->p->arena, struct formula *, t->n);
    for (size_t o = 0; o < t->n; o++) {
        k->operand[o] = compile(&c, t->kid[o]);
        k->n = k->operand[o] ? k->n + 1 : k->n;
    }
}

void plan_figures_build(struct planner *b)
{
    const struct conf *c = b->conf;
    struct arena *a = &b->p->arena;
    size_t n = conf_figures(c);
    b->f->figure = ARENA_ARRAY(a, struct plan_figure, n);
    b->f->order = ARENA_ARRAY(a, size_t, n);
    b->f->check = ARENA_ARRAY(a, struct plan_check, c->n_checks);
    for (size_t i = 0; i < n; i++)
        b->f->figure[i] = (struct plan_figure){.table = PLAN_NONE,
                                               .rows = PLAN_NONE,
                                               .prior = PLAN_NONE,
                                               .rests_on = ARENA_ARRAY(a, bool, c->n_exports)};
    for (size_t i = 0; i < n; i++) {
        const struct conf_indicator *x = &c->indicators[i];
        resolve(b, i);
        if (x->prior.text.n)
            b->f->figure[i].prior = plan_find_figure(b, x->prior, x->prior.text);
    }
    for (size_t i = 0; i < c->n_checks; i++) {
        b->f->check[i] = (struct plan_check){.table = PLAN_NONE,
                                             .rows = PLAN_NONE,
                                             .hits = PLAN_NONE,
                                             .values = PLAN_NONE,
                                             .by_org = PLAN_NONE,
                                             .different = PLAN_NONE,
                                             .start = PLAN_NONE,
                                             .end = PLAN_NONE,
                                             .claim = PLAN_NONE,
                                             .of = PLAN_NONE,
                                             .before = PLAN_NONE,
                                             .now = PLAN_NONE};
        c->checks[i].kind->plan(b, i);
    }
    plan_charts_build(b);
}
