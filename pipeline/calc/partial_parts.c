#include "pipeline/calc/partial_parts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

const char *const partial_fact_name[PARTIAL_FACTS] = {
    [FACT_CUTOFF] = "cutoff", [FACT_SOURCE] = "source", [FACT_SENDER] = "sender",
    [FACT_SENT] = "sent",     [FACT_ABSENT] = "absent",
};
const char *const partial_kind_name[] = {
    [AGG_ROWS] = "rows", [AGG_DISTINCT] = "distinct", [AGG_SUM] = "sum", [AGG_VALUES] = "values"};
const char *const partial_period_name[PERIODS] = {
    [PERIOD_THIS] = "this", [PERIOD_BEFORE] = "before"};

const struct secret partial_no_secret = {{0}};

void partial_checksum(struct str text, char hex[SECRET_HEX])
{
    secret_hash(&partial_no_secret, text, hex);
}

struct listing {
    struct partial_parts *p;
    const struct plan *plan;
    size_t figure, asked; /* the figure in hand, how many aggregates it has asked for */
};

static bool is_personal_column(const struct plan *plan, size_t t, size_t column)
{
    const struct conf_export *x = &plan->conf->exports[schema_export(plan->conf, t)];
    return column < x->n && x->column[column].personal;
}

static bool is_personal(const struct plan *plan, size_t t, const struct plan_aggregate *g)
{
    bool personal = false;
    if (g->value == PLAN_NONE)
        return false;
    size_t n = plan->table[t].n;
    bool *reads = x_calloc(n, sizeof *reads);
    expr_columns(plan->figures->table[t].value[g->value].e, reads);
    for (size_t c = 0; c < n; c++)
        personal |= reads[c] && is_personal_column(plan, t, c);
    free(reads);
    if (personal && g->kind != AGG_DISTINCT)
        BUG("a total or the values of a personal column");
    return personal;
}

/* Does the figure in hand need the aggregate split by this axis? One by persons is never told. */
static bool is_split(const struct listing *l, size_t t, const struct plan_aggregate *g, int axis)
{
    const struct conf_indicator *x = &l->plan->conf->indicators[l->figure];
    const bool asked[AXES] = {
        [AXIS_ORG] = x->by_org.text.n, [AXIS_MONTH] = x->by_month.text.n, [AXIS_CROSS] = x->cross};
    if (!asked[axis] || g->axis[axis] == PLAN_NONE)
        return false;
    const struct plan_axis *of = l->plan->figures->table[t].axis;
    return axis == AXIS_MONTH || !is_personal_column(l->plan, t, of[g->axis[AXIS_ORG]].column);
}

/* The call on one line. */
static struct str squeezed(struct arena *a, struct str s)
{
    struct strbuf b = {0};
    bool gap = false;
    for (size_t i = 0; i < s.n; i++) {
        bool blank = s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r');
        if (!blank && gap && b.n)
            strbuf_addc(&b, ' ');
        gap = blank;
        if (!blank)
            strbuf_addc(&b, s.p[i]);
    }
    struct str text = arena_str(a, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

static void add_part(struct listing *l, size_t t, size_t a, struct str call)
{
    struct partial_parts *p = l->p;
    const struct conf *c = l->plan->conf;
    const struct conf_indicator *x = &c->indicators[l->figure];
    const struct plan_aggregate *g = &l->plan->figures->table[t].aggregate[a];
    bool other = l->figure >= c->n_indicators; /* another reading, with the id of its indicator */
    X_GROW(p->part, p->n, p->cap);
    struct partial_part *k = &p->part[p->n];
    *k = (struct partial_part){.table = t, .aggregate = a, .call = squeezed(&p->arena, call)};
    k->label = arena_printf(&p->arena, "%.*s%s%.*s/%zu", STR_ARG(x->id), other ? "~" : "",
                            other ? (int)x->chosen.n : 0, other ? x->chosen.p : "", l->asked);
    k->personal = is_personal(l->plan, t, g);
    for (k->first = 0; p->part[k->first].table != t || p->part[k->first].aggregate != a;)
        k->first++;
    struct partial_part *first = &p->part[k->first];
    if (!first->salt.n || str_cmp(k->label, first->salt) < 0)
        first->salt = k->label;
    for (int axis = 0; axis < AXES; axis++)
        first->split[axis] |= is_split(l, t, g, axis);
    map_put(&p->by_label, k->label, p->n++);
}

static void walk(struct listing *l, const struct formula *f)
{
    if (f->op == FIG_AGGREGATE || f->op == FIG_STATISTIC) {
        l->asked++;
        add_part(l, f->table, f->aggregate, f->text);
    }
    for (size_t i = 0; i < f->n; i++)
        walk(l, f->kid[i]);
}

void partial_parts_make(struct partial_parts *p, const struct plan *plan)
{
    struct listing l = {.p = p, .plan = plan};
    *p = (struct partial_parts){0};
    for (l.figure = 0; l.figure < conf_figures(plan->conf); l.figure++) {
        const struct plan_figure *g = &plan->figures->figure[l.figure];
        l.asked = 0;
        if (g->rows != PLAN_NONE)
            add_part(&l, g->table, g->rows, STR("rows()"));
        walk(&l, g->value);
    }
}

void partial_parts_release(struct partial_parts *p)
{
    map_release(&p->by_label);
    arena_release(&p->arena);
    free(p->part);
    *p = (struct partial_parts){0};
}

bool partial_is_linear(const struct plan *plan, const struct formula *f)
{
    const struct plan_figures *p = plan->figures;
    if (f->op == FIG_AGGREGATE) {
        enum aggregate_kind kind = p->table[f->table].aggregate[f->aggregate].kind;
        return kind == AGG_ROWS || kind == AGG_SUM;
    }
    if (f->op == FIG_FIGURE)
        return partial_is_linear(plan, p->figure[f->figure].value);
    if (f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR) {
        const struct formula *of = p->figure[f->figure].value;
        return of->op == FIG_DIV && partial_is_linear(plan, of->kid[f->op == FIG_DENOMINATOR]);
    }
    if (f->op != FIG_ADD && f->op != FIG_SUB && f->op != FIG_NEG)
        return false;
    for (size_t i = 0; i < f->n; i++)
        if (!partial_is_linear(plan, f->kid[i]))
            return false;
    return true;
}
