#include "pipeline/calc/effect.h"

#include "pipeline/calc/figures.h"

/* The figure in hand: `reads` is its row. */
struct tracing {
    const struct plan *p;
    const struct effect *e;
    struct arena *arena;
    bool *reads;
};

static void read_column(struct tracing *t, size_t export, size_t column)
{
    if (export != SIZE_MAX && column != SIZE_MAX)
        t->reads[t->e->first[export] + column] = true;
}

static void read_expr(struct tracing *t, size_t table, const struct expr *x);

static void read_deadline(struct tracing *t, size_t i)
{
    const struct conf_deadline *d = &t->p->conf->deadlines[i];
    const size_t own[] = {d->start, d->given, d->extend, d->pause_on, d->pause_open};
    const size_t pause[] = {d->pause_join, d->pause_start, d->pause_end};
    bool pauses = d->pause_export != SIZE_MAX;
    for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
        if (k < 3 || pauses)
            read_column(t, d->export, own[k]);
    for (size_t k = 0; pauses && k < sizeof pause / sizeof pause[0]; k++)
        read_column(t, d->pause_export, pause[k]);
    for (size_t k = 0; k < d->n_limit; k++) {
        read_column(t, d->export, d->limit[k].number);
        read_column(t, d->export, d->limit[k].unit);
    }
    read_expr(t, d->export, t->p->deadline[i].same_day);
    read_expr(t, d->export, t->p->deadline[i].extend_when);
}

/* Column c of the merged table of an export: one of its own, or a due date behind them. */
static void read_merged(struct tracing *t, size_t export, size_t c)
{
    const struct conf *conf = t->p->conf;
    size_t n = conf->exports[export].n;
    if (c < n)
        read_column(t, export, c);
    for (size_t i = 0, at = n; c >= n && i < conf->n_deadlines; i++)
        if (conf->deadlines[i].export == export && at++ == c)
            read_deadline(t, i);
}

static void read_expr(struct tracing *t, size_t table, const struct expr *x)
{
    size_t n = t->p->table[table].n;
    bool *want = ARENA_ARRAY(t->arena, bool, n);
    expr_columns(x, want);
    for (size_t c = 0; c < n; c++)
        if (want[c])
            read_merged(t, schema_export(t->p->conf, table), c);
}

static void read_event(struct tracing *t, size_t i)
{
    const struct conf_event *v = &t->p->conf->events[i];
    read_expr(t, v->export, t->p->event[i].where);
    read_expr(t, v->export, t->p->event[i].keep);
    for (size_t k = 0; k < v->n_same; k++)
        read_merged(t, v->export, v->same[k]);
    if (v->largest != SIZE_MAX)
        read_merged(t, v->export, v->largest);
    if (v->maximum != SIZE_MAX)
        read_merged(t, v->export, v->maximum);
}

/* The rows of a filter: the table's key, the event they are made of, the conditions on the way. */
static void read_rows(struct tracing *t, size_t table, size_t filter)
{
    const struct conf *conf = t->p->conf;
    const struct plan_table *rows = &t->p->figures->table[table];
    const struct conf_export *x = &conf->exports[schema_export(conf, table)];
    for (size_t k = 0; k < x->n_key; k++)
        read_column(t, schema_export(conf, table), x->key[k]);
    if (table >= conf->n_exports)
        read_event(t, table - conf->n_exports);
    for (; filter != PLAN_NONE; filter = rows->filter[filter].parent)
        if (rows->filter[filter].condition != PLAN_NONE)
            read_expr(t, table, rows->condition[rows->filter[filter].condition].e);
}

static void read_aggregate(struct tracing *t, size_t table, size_t aggregate)
{
    const struct plan_table *rows = &t->p->figures->table[table];
    const struct plan_aggregate *g = &rows->aggregate[aggregate];
    read_rows(t, table, g->filter);
    if (g->value != PLAN_NONE)
        read_expr(t, table, rows->value[g->value].e);
}

/* What a figure is split by: the aggregate of its rows, which no other split shares. */
static void read_splits(struct tracing *t, const struct plan_figure *g)
{
    if (g->rows == PLAN_NONE)
        return;
    const struct plan_table *rows = &t->p->figures->table[g->table];
    for (int k = 0; k < AXIS_CROSS; k++) {
        size_t axis = rows->aggregate[g->rows].axis[k];
        if (axis != PLAN_NONE)
            read_merged(t, schema_export(t->p->conf, g->table), rows->axis[axis].column);
    }
}

static void read_formula(struct tracing *t, const struct formula *f)
{
    size_t columns = t->e->first[t->p->conf->n_exports];
    if (f->op == FIG_AGGREGATE || f->op == FIG_STATISTIC)
        read_aggregate(t, f->table, f->aggregate);
    if (f->op == FIG_FIGURE || f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR)
        for (size_t c = 0; c < columns; c++)
            t->reads[c] |= t->e->reads[f->figure][c];
    for (size_t k = 0; k < f->n; k++)
        read_formula(t, f->kid[k]);
}

/* Columns without which another one cannot be understood. */
static void read_helpers(struct tracing *t)
{
    const struct conf *conf = t->p->conf;
    for (bool more = true; more;) {
        more = false;
        for (size_t x = 0; x < conf->n_exports; x++)
            for (size_t c = 0; c < conf->exports[x].n; c++) {
                const struct conf_column *column = &conf->exports[x].column[c];
                const size_t helper[] = {column->day, column->fallback};
                for (size_t k = 0; k < 2 && t->reads[t->e->first[x] + c]; k++)
                    if (helper[k] < conf->exports[x].n && !t->reads[t->e->first[x] + helper[k]])
                        more = t->reads[t->e->first[x] + helper[k]] = true;
            }
    }
}

void effect_build(const struct plan *p, struct arena *a, struct effect *e)
{
    const struct conf *conf = p->conf;
    const struct plan_figures *f = p->figures;
    *e = (struct effect){.figures = conf->n_indicators};
    e->first = ARENA_ARRAY(a, size_t, conf->n_exports + 1);
    for (size_t x = 0; x < conf->n_exports; x++)
        e->first[x + 1] = e->first[x] + conf->exports[x].n;
    size_t n = conf_figures(conf); /* other readings are computed, but no figures of their own */
    e->reads = ARENA_ARRAY(a, bool *, n);
    for (size_t i = 0; i < n; i++)
        e->reads[i] = ARENA_ARRAY(a, bool, e->first[conf->n_exports]);
    for (size_t i = 0; i < f->n_order; i++) {
        const struct plan_figure *g = &f->figure[f->order[i]];
        struct tracing t = {.p = p, .e = e, .arena = a, .reads = e->reads[f->order[i]]};
        if (g->table != PLAN_NONE)
            read_rows(&t, g->table, g->filter);
        read_splits(&t, g);
        if (g->value)
            read_formula(&t, g->value);
        read_helpers(&t);
    }
}

size_t effect_mark(const struct effect *e, size_t export, size_t column, bool *touched)
{
    size_t from = e->first[export], to = e->first[export + 1], n = 0;
    if (column != SIZE_MAX) {
        from += column;
        to = from + 1;
    }
    for (size_t i = 0; i < e->figures; i++) {
        bool reads = false;
        for (size_t c = from; c < to && !reads; c++)
            reads = e->reads[i][c];
        n += reads;
        if (touched && reads)
            touched[i] = true;
    }
    return n;
}
