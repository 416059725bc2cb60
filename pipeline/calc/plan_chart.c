/*
 * Charts that are made of rows instead of figures: what values of which rows are counted.
 */
#include "pipeline/calc/figures.h"

static void plan_chart(struct planner *b, const struct conf_chart *x, struct plan_chart *k)
{
    size_t filter;
    k->table = plan_rows_of(b, x->from, PERIOD_THIS, &filter);
    if (k->table == PLAN_NONE)
        return;
    struct expr_scope s = {&b->p->table[k->table], b->p->refs, b->problems, &b->p->arena};
    const struct expr *where = x->where.text.n ? expr_condition(&s, x->where) : NULL;
    const struct expr *value = expr_value(&s, x->value);
    if (!value || (x->where.text.n && !where))
        return;
    if (expr_type(value) != TCOL_INT) {
        plan_mistake(b, x->value, "E-PLAN-14", x->value.text, NULL);
        return;
    }
    if (where)
        filter = plan_add_filter(b, k->table, filter, where, PERIOD_THIS);
    struct plan_aggregate a = {.kind = AGG_VALUES,
                               .filter = filter,
                               .value = plan_add_value(b, k->table, value, PERIOD_THIS)};
    for (int i = 0; i < AXES; i++)
        a.axis[i] = PLAN_NONE;
    k->values = plan_add_aggregate(b, k->table, a);
}

void plan_charts_build(struct planner *b)
{
    const struct conf *c = b->conf;
    b->f->chart = ARENA_ARRAY(&b->p->arena, struct plan_chart, c->n_charts);
    for (size_t i = 0; i < c->n_charts; i++) {
        b->f->chart[i] = (struct plan_chart){PLAN_NONE, PLAN_NONE};
        if (c->charts[i].kind == CHART_DISTRIBUTION)
            plan_chart(b, &c->charts[i], &b->f->chart[i]);
    }
}
