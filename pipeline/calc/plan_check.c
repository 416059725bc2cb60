/*
 * What the names of a check mean: figures, rows, columns, exports; one function for each family of
 * kinds (calc/check.h). A rule of figures is compiled in plan_figure.c.
 */
#include <string.h>

#include "pipeline/calc/check.h"
#include "pipeline/calc/figures.h"

void plan_check_nothing(struct planner *b, size_t i)
{
    (void)b;
    (void)i;
}

/* --- figures --- */

static bool is_split(const struct conf_check *c, const struct conf_indicator *x)
{
    return c->over == OVER_WHOLE || (c->over == OVER_ORG ? x->by_org : x->by_month).text.n;
}

static void add_figure(struct plan_check *k, size_t figure)
{
    k->figure[k->n_figures++] = figure;
}

/* `*`: all that are split as the check looks at them. */
void plan_check_figures(struct planner *b, size_t i)
{
    static const char *const needed[OVERS] = {"", "by_org", "by_month"};
    const struct conf *conf = b->conf;
    const struct conf_check *c = &conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    struct str rest = c->figures.text, id;
    bool all = str_eq(rest, STR("*"));
    size_t most = conf->n_indicators;
    for (size_t at = 0; at < rest.n; at++)
        most += rest.p[at] == ',';
    k->figure = ARENA_ARRAY(&b->p->arena, size_t, most + 1);
    for (size_t f = 0; all && f < conf->n_indicators; f++)
        if (is_split(c, &conf->indicators[f]))
            add_figure(k, f);
    while (!all && str_split(&rest, ',', &id)) {
        size_t f = plan_find_figure(b, c->figures, id);
        if (f != PLAN_NONE && is_split(c, &conf->indicators[f]))
            add_figure(k, f);
        else if (f != PLAN_NONE)
            plan_mistake(b, c->figures, "E-PLAN-16", id, needed[c->over]);
    }
}

/* --- rows --- */

static struct expr_scope scope_of(struct planner *b, size_t t)
{
    return (struct expr_scope){&b->p->table[t], b->p->refs, b->problems, &b->p->arena};
}

static size_t add_rows(struct planner *b, const struct plan_check *k, size_t filter, size_t axis)
{
    struct plan_aggregate a = {.kind = AGG_ROWS, .filter = filter, .value = PLAN_NONE};
    for (int x = 0; x < AXES; x++)
        a.axis[x] = x == AXIS_ORG ? axis : PLAN_NONE;
    return plan_add_aggregate(b, k->table, a);
}

/* Table, filters and the organisation's column; false after a mistake. */
static bool find_rows(struct planner *b, size_t i)
{
    const struct conf_check *c = &b->conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    k->table = plan_rows_of(b, c->from, PERIOD_THIS, &k->all);
    if (k->table == PLAN_NONE)
        return false;
    k->filter = k->all;
    if (c->where.text.n) {
        struct expr_scope s = scope_of(b, k->table);
        const struct expr *where = expr_condition(&s, c->where);
        if (!where)
            return false;
        k->filter = plan_add_filter(b, k->table, k->all, where, PERIOD_THIS);
    }
    k->by_org = plan_find_column(b, k->table, c->by_org, TCOL_TEXT, TCOL_TEXT, "text");
    return true;
}

static size_t org_axis(struct planner *b, const struct plan_check *k)
{
    if (k->by_org == PLAN_NONE)
        return PLAN_NONE;
    return plan_add_axis(b, k->table, (struct plan_axis){.kind = AXIS_ORG, .column = k->by_org});
}

void plan_check_rows(struct planner *b, size_t i)
{
    struct plan_check *k = &b->f->check[i];
    if (!find_rows(b, i))
        return;
    size_t axis = org_axis(b, k);
    k->rows = add_rows(b, k, k->all, axis);
    k->hits = add_rows(b, k, k->filter, axis);
}

/* The value of a row, of a type from count to `last`; NULL after a mistake. */
static const struct expr *find_value(struct planner *b, size_t i, enum tcol_type last)
{
    const struct conf_check *c = &b->conf->checks[i];
    if (!find_rows(b, i))
        return NULL;
    struct expr_scope s = scope_of(b, b->f->check[i].table);
    const struct expr *value = expr_value(&s, c->value);
    if (value && (expr_type(value) < TCOL_INT || expr_type(value) > last)) {
        plan_mistake(b, c->value, "E-PLAN-14", c->value.text, NULL);
        return NULL;
    }
    return value;
}

void plan_check_numbers(struct planner *b, size_t i)
{
    struct plan_check *k = &b->f->check[i];
    const struct expr *value = find_value(b, i, TCOL_MONEY);
    if (!value)
        return;
    struct plan_aggregate a = {.kind = AGG_VALUES,
                               .filter = k->filter,
                               .value = plan_add_value(b, k->table, value, PERIOD_THIS)};
    size_t axis = org_axis(b, k);
    for (int x = 0; x < AXES; x++)
        a.axis[x] = x == AXIS_ORG ? axis : PLAN_NONE;
    k->values = plan_add_aggregate(b, k->table, a);
    k->rows = add_rows(b, k, k->filter, axis);
    k->in_hundredths = expr_type(value) == TCOL_MONEY;
}

void plan_check_value(struct planner *b, size_t i)
{
    struct plan_check *k = &b->f->check[i];
    k->value = find_value(b, i, TCOL_MONTH);
    if (k->value)
        k->rows = add_rows(b, k, k->filter, PLAN_NONE); /* so that the table is opened */
}

void plan_check_groups(struct planner *b, size_t i)
{
    const struct conf_check *c = &b->conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    if (!find_rows(b, i))
        return;
    struct conf_text one = c->same;
    struct str rest = c->same.text;
    k->same = ARENA_ARRAY(&b->p->arena, size_t, c->same.text.n + 1);
    while (str_split(&rest, ',', &one.text)) {
        size_t column = plan_find_column(b, k->table, one, TCOL_TEXT, TCOL_ENUM, "");
        if (column != PLAN_NONE)
            k->same[k->n_same++] = column;
    }
    k->different = plan_find_column(b, k->table, c->different, TCOL_TEXT, TCOL_ENUM, "");
    k->start = plan_find_column(b, k->table, c->start, TCOL_DATE, TCOL_DATETIME, "date, datetime");
    k->end = plan_find_column(b, k->table, c->end, TCOL_DATE, TCOL_DATETIME, "date, datetime");
    k->rows = add_rows(b, k, k->filter, PLAN_NONE); /* so that the table is opened */
}

/* A percentage alone can be that of any base. */
void plan_check_claims(struct planner *b, size_t i)
{
    const struct conf_check *c = &b->conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    if (!find_rows(b, i))
        return;
    k->claim = plan_find_column(b, k->table, c->value, TCOL_TEXT, TCOL_MONEY, "text, count, money");
    k->of = plan_find_column(b, k->table, c->of, TCOL_INT, TCOL_INT, "count");
    k->before = plan_find_column(b, k->table, c->before, TCOL_INT, TCOL_INT, "count");
    k->now = plan_find_column(b, k->table, c->now, TCOL_INT, TCOL_INT, "count");
    if (!c->of.text.n == !(c->before.text.n || c->now.text.n))
        plan_mistake(b, c->value, "E-PLAN-17", c->id, NULL);
    k->rows = add_rows(b, k, k->filter, PLAN_NONE); /* so that the table is opened */
}

/* --- exports --- */

void plan_check_exports(struct planner *b, size_t i)
{
    const struct conf *conf = b->conf;
    const struct conf_check *c = &conf->checks[i];
    struct plan_check *k = &b->f->check[i];
    struct str rest = c->exports.text, id;
    k->export = ARENA_ARRAY(&b->p->arena, bool, conf->n_exports);
    memset(k->export, c->exports.text.n == 0, conf->n_exports);
    while (str_split(&rest, ',', &id)) {
        size_t x = conf_find_export(conf, id);
        if (x != SIZE_MAX) {
            k->export[x] = true;
            continue;
        }
        struct str *names = ARENA_ARRAY(&b->p->arena, struct str, conf->n_exports);
        for (size_t e = 0; e < conf->n_exports; e++)
            names[e] = conf->exports[e].id;
        plan_mistake(b, c->exports, "E-CONF-34", id,
                     expr_hint(&b->p->arena, id, names, conf->n_exports));
    }
}
