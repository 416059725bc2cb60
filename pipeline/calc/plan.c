#include "pipeline/calc/plan.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/figures.h"

/* --- lists without repetition --- */

/* Room for one more item in an array of the arena whose capacity is the power of two above n. */
static void *grown(struct arena *a, void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    void *bigger = arena_alloc(a, arena_size(n ? n * 2 : 1, size));
    if (n)
        memcpy(bigger, items, n * size);
    return bigger;
}
#define APPEND(b, list, n, ...)                                                                    \
    do {                                                                                           \
        (list) = grown(&(b)->p->arena, (list), (n), sizeof *(list));                               \
        (list)[(n)++] = __VA_ARGS__;                                                               \
    } while (0)

static size_t add_condition(struct planner *b, struct plan_table *t, const struct expr *e,
                            int period)
{
    period = expr_uses_period(e) ? period : PERIOD_THIS;
    for (size_t i = 0; i < t->n_conditions; i++)
        if (t->condition[i].period == period && expr_same(t->condition[i].e, e))
            return i;
    expr_columns(e, t->want);
    APPEND(b, t->condition, t->n_conditions, (struct plan_condition){e, period});
    return t->n_conditions - 1;
}

static size_t add_filter_node(struct planner *b, struct plan_table *t, size_t parent,
                              size_t condition)
{
    for (size_t i = 0; i < t->n_filters; i++)
        if (t->filter[i].parent == parent && t->filter[i].condition == condition)
            return i;
    APPEND(b, t->filter, t->n_filters, (struct plan_filter){parent, condition});
    return t->n_filters - 1;
}

/* Is the condition already one of those on the way to the filter? */
static bool on_the_way(const struct plan_table *t, size_t filter, size_t condition)
{
    for (; filter != PLAN_NONE; filter = t->filter[filter].parent)
        if (t->filter[filter].condition == condition)
            return true;
    return false;
}

size_t plan_add_filter(struct planner *b, size_t t, size_t parent, const struct expr *e, int period)
{
    if (!e)
        return parent;
    const struct expr *left = expr_and_part(e, 0), *right = expr_and_part(e, 1);
    if (left)
        return plan_add_filter(b, t, plan_add_filter(b, t, parent, left, period), right, period);
    struct plan_table *table = &b->f->table[t];
    size_t c = add_condition(b, table, e, period);
    return on_the_way(table, parent, c) ? parent : add_filter_node(b, table, parent, c);
}

size_t plan_add_value(struct planner *b, size_t t, const struct expr *e, int period)
{
    struct plan_table *table = &b->f->table[t];
    period = expr_uses_period(e) ? period : PERIOD_THIS;
    for (size_t i = 0; i < table->n_values; i++)
        if (table->value[i].period == period && expr_same(table->value[i].e, e))
            return i;
    expr_columns(e, table->want);
    APPEND(b, table->value, table->n_values, (struct plan_value){e, period});
    return table->n_values - 1;
}

size_t plan_add_axis(struct planner *b, size_t t, struct plan_axis axis)
{
    struct plan_table *table = &b->f->table[t];
    for (size_t i = 0; i < table->n_axes; i++) {
        const struct plan_axis *have = &table->axis[i];
        if (have->kind == axis.kind && have->column == axis.column && have->period == axis.period &&
            have->org == axis.org && have->month == axis.month)
            return i;
    }
    if (axis.kind != AXIS_CROSS)
        table->want[axis.column] = true;
    APPEND(b, table->axis, table->n_axes, axis);
    return table->n_axes - 1;
}

/* An aggregate serves two figures when neither needs it split by another column than the other. */
static bool fits(const struct plan_aggregate *have, const struct plan_aggregate *a)
{
    for (int k = 0; k < AXES; k++)
        if (have->axis[k] != PLAN_NONE && a->axis[k] != PLAN_NONE && have->axis[k] != a->axis[k])
            return false;
    return have->kind == a->kind && have->filter == a->filter && have->value == a->value;
}

size_t plan_add_aggregate(struct planner *b, size_t t, struct plan_aggregate a)
{
    struct plan_table *table = &b->f->table[t];
    for (size_t i = 0; i < table->n_aggregates; i++) {
        struct plan_aggregate *have = &table->aggregate[i];
        if (!fits(have, &a))
            continue;
        for (int k = 0; k < AXES; k++)
            if (have->axis[k] == PLAN_NONE)
                have->axis[k] = a.axis[k];
        return i;
    }
    APPEND(b, table->aggregate, table->n_aggregates, a);
    return table->n_aggregates - 1;
}

/* --- tables and sets --- */

void plan_mistake(struct planner *b, struct conf_text place, const char *code, struct str a,
                  const char *hint)
{
    problems_add(b->problems, place.file, place.line, code, arena_str(&b->p->arena, a).p, hint,
                 NULL);
}

static struct expr_scope scope_of(struct planner *b, const struct tschema *schema)
{
    return (struct expr_scope){schema, b->p->refs, b->problems, &b->p->arena};
}

static size_t find_set(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_sets; i++)
        if (str_eq(c->sets[i].name, name))
            return i;
    return PLAN_NONE;
}

static void unknown_rows(struct planner *b, struct conf_text from)
{
    const struct conf *c = b->conf;
    size_t n = schema_tables(c);
    struct str *names = ARENA_ARRAY(&b->p->arena, struct str, n + c->n_sets);
    for (size_t i = 0; i < n; i++)
        names[i] = schema_name(c, i);
    for (size_t i = 0; i < c->n_sets; i++)
        names[n + i] = c->sets[i].name;
    plan_mistake(b, from, "E-PLAN-01", from.text,
                 expr_hint(&b->p->arena, from.text, names, n + c->n_sets));
}

/* Finds the table of set s and compiles its condition, parents first. */
static void resolve_set(struct planner *b, size_t s)
{
    const struct conf_set *c = &b->conf->sets[s];
    struct plan_set *set = &b->f->set[s];
    if (set->state == SET_OPEN)
        plan_mistake(b, c->from, "E-PLAN-02", c->name, NULL);
    if (set->state != SET_NEW)
        return;
    set->state = SET_OPEN;
    set->table = schema_find(b->conf, c->from.text);
    if (set->table == SIZE_MAX) {
        set->parent = find_set(b->conf, c->from.text);
        if (set->parent == PLAN_NONE) {
            unknown_rows(b, c->from);
        } else {
            resolve_set(b, set->parent);
            set->table = b->f->set[set->parent].table;
        }
    }
    if (set->table != PLAN_NONE && c->where.text.n) {
        struct expr_scope scope = scope_of(b, &b->p->table[set->table]);
        set->where = expr_condition(&scope, c->where);
    }
    set->state = SET_DONE;
}

static size_t set_filter(struct planner *b, size_t s, int period)
{
    const struct plan_set *set = &b->f->set[s];
    size_t parent = set->parent == PLAN_NONE ? 0 : set_filter(b, set->parent, period);
    return plan_add_filter(b, set->table, parent, set->where, period);
}

size_t plan_rows_of(struct planner *b, struct conf_text from, int period, size_t *filter)
{
    *filter = 0;
    size_t t = schema_find(b->conf, from.text);
    if (t != SIZE_MAX)
        return t;
    size_t s = find_set(b->conf, from.text);
    if (s == PLAN_NONE) {
        unknown_rows(b, from);
        return PLAN_NONE;
    }
    if (b->f->set[s].table == PLAN_NONE)
        return PLAN_NONE;
    *filter = set_filter(b, s, period);
    return b->f->set[s].table;
}

size_t plan_find_column(struct planner *b, size_t t, struct conf_text column, enum tcol_type first,
                        enum tcol_type last, const char *needed)
{
    const struct tschema *s = &b->p->table[t];
    if (!column.text.n)
        return PLAN_NONE;
    size_t i = tschema_find(s, column.text);
    if (i == SIZE_MAX) {
        struct str *names = ARENA_ARRAY(&b->p->arena, struct str, s->n);
        for (size_t k = 0; k < s->n; k++)
            names[k] = s->col[k].name;
        plan_mistake(b, column, "E-EXPR-03", column.text,
                     expr_hint(&b->p->arena, column.text, names, s->n));
    } else if (s->col[i].type < first || s->col[i].type > last) {
        plan_mistake(b, column, "E-PLAN-08", column.text, needed);
        i = PLAN_NONE;
    }
    return i;
}

/* --- the plan --- */

static struct expr *condition_or_null(struct planner *b, const struct tschema *schema,
                                      struct conf_text text)
{
    struct expr_scope scope = scope_of(b, schema);
    return text.text.n ? expr_condition(&scope, text) : NULL;
}

/* Conditions of deadlines see the columns of the export only: they are evaluated before due dates
 * exist. */
static void build_merge(struct planner *b)
{
    const struct conf *c = b->conf;
    struct plan *p = b->p;
    p->deadline = ARENA_ARRAY(&p->arena, struct plan_deadline, c->n_deadlines);
    for (size_t i = 0; i < c->n_deadlines; i++) {
        const struct conf_deadline *d = &c->deadlines[i];
        if (d->export == SIZE_MAX)
            continue; /* conf_load has reported it */
        struct tschema schema = p->table[d->export];
        schema.n = c->exports[d->export].n;
        p->deadline[i].same_day = condition_or_null(b, &schema, d->same_day);
        p->deadline[i].extend_when = condition_or_null(b, &schema, d->extend_when);
    }
    p->event = ARENA_ARRAY(&p->arena, struct plan_event, c->n_events);
    for (size_t i = 0; i < c->n_events; i++) {
        const struct conf_event *v = &c->events[i];
        if (v->export == SIZE_MAX)
            continue;
        p->event[i].where = condition_or_null(b, &p->table[v->export], v->where);
        p->event[i].keep = condition_or_null(b, &p->table[v->export], v->keep);
    }
}

static void build_tables(struct planner *b)
{
    struct plan *p = b->p;
    size_t n = schema_tables(b->conf);
    p->table = ARENA_ARRAY(&p->arena, struct tschema, n);
    b->f->table = ARENA_ARRAY(&p->arena, struct plan_table, n);
    for (size_t t = 0; t < n; t++) {
        if (schema_export(b->conf, t) != SIZE_MAX)
            p->table[t] = schema_merged(b->conf, t, &p->arena);
        struct plan_table *table = &b->f->table[t];
        table->want = ARENA_ARRAY(&p->arena, bool, p->table[t].n);
        APPEND(b, table->filter, table->n_filters, (struct plan_filter){PLAN_NONE, PLAN_NONE});
    }
}

bool plan_build(const struct conf *c, const struct refs *refs, struct plan *p,
                struct problems *problems)
{
    *p = (struct plan){.conf = c, .refs = refs};
    size_t before = problems->n;
    p->figures = ARENA_NEW(&p->arena, struct plan_figures);
    struct planner b = {p, c, problems, p->figures};
    build_tables(&b);
    build_merge(&b);
    b.f->set = ARENA_ARRAY(&p->arena, struct plan_set, c->n_sets);
    for (size_t s = 0; s < c->n_sets; s++)
        b.f->set[s] = (struct plan_set){.table = PLAN_NONE, .parent = PLAN_NONE};
    for (size_t s = 0; s < c->n_sets; s++)
        resolve_set(&b, s);
    plan_figures_build(&b);
    return problems->n == before;
}

void plan_release(struct plan *p)
{
    arena_release(&p->arena);
    *p = (struct plan){0};
}
