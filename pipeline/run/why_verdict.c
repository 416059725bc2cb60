/*
 * Would a rejected row have counted?
 *
 * The rule: what a row must meet to count is a list of conditions joined by `and` (of the event
 * table, of the sets, of the indicator, of the call, and belonging to the organisation and month
 * asked for), and its value must not be missing. A condition is decided when no cell that it reads
 * was bad or missing where one is required. One that is decided and not met: the row would not have
 * counted, whatever the other cells are. All decided and met: it would have counted. Otherwise
 * nobody can say. Rows that could not be cut into cells are never decided. Wrong order or range of
 * dates makes no cell unknown: the row is judged as it stands.
 */
#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/deadline.h"
#include "pipeline/run/why_rejected.h"

/* --- due dates --- */

static bool read_pauses(struct why *w, const struct conf_deadline *d, struct pauses *p,
                        struct arena *a, struct err *e)
{
    struct str dir = arena_printf(a, "%s/merge", w->out);
    struct str path = schema_merged_path(a, dir.p, w->conf->exports[d->pause_export].id);
    struct tabin *in = tabin_open(path.p, e);
    bool ok = in != NULL;
    for (size_t b = 0; ok && b < tabin_blocks(in); b++) {
        struct tblock *block = ARENA_NEW(a, struct tblock);
        ok = tabin_read(in, b, NULL, a, block, e);
        if (ok)
            pauses_add(p, block);
    }
    tabin_free(in);
    return ok;
}

static void mark_inputs(const struct conf_deadline *d, const struct plan_deadline *conditions,
                        bool *reads)
{
    const size_t one[] = {d->start, d->given, d->extend, d->pause_on, d->pause_open};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        if (one[i] != SIZE_MAX && (i < 3 || d->pause_export != SIZE_MAX))
            reads[one[i]] = true;
    for (size_t i = 0; i < d->n_limit; i++) {
        reads[d->limit[i].number] = true;
        if (d->limit[i].unit != SIZE_MAX)
            reads[d->limit[i].unit] = true;
    }
    expr_columns(conditions->same_day, reads);
    expr_columns(conditions->extend_when, reads);
}

/* Due dates of the rejected rows, unknown where something that they rest on is. */
static bool fill_deadlines(struct rejected *x, struct err *e)
{
    struct why *w = x->w;
    size_t export = schema_export(w->conf, x->t), column = w->conf->exports[export].n;
    bool ok = true;
    for (size_t i = 0; ok && i < w->conf->n_deadlines; i++) {
        const struct conf_deadline *d = &w->conf->deadlines[i];
        if (d->export != export)
            continue;
        bool *reads = ARENA_ARRAY(&x->arena, bool, x->schema->n);
        struct pauses *p = d->pause_export != SIZE_MAX ? pauses_new(d) : NULL;
        ok = !p || read_pauses(w, d, p, &x->arena, e);
        if (ok)
            deadline_fill(d, &w->plan.deadline[i], &w->refs, p, &x->block, x->schema,
                          x->number[column], &x->arena);
        mark_inputs(d, &w->plan.deadline[i], reads);
        for (size_t c = 0; c < x->schema->n; c++)
            for (size_t r = 0; reads[c] && r < x->n; r++)
                x->unknown[column][r] |= x->unknown[c][r];
        pauses_free(p);
        column++;
    }
    return ok;
}

/* --- judging --- */

static void lower(enum verdict *v, size_t r, enum verdict limit)
{
    if (v[r] > limit)
        v[r] = limit;
}

/* Which rows have a cell that is not known among the columns of e. */
static const uint8_t *unknown_of(struct rejected *x, const struct expr *e)
{
    bool *reads = ARENA_ARRAY(&x->arena, bool, x->schema->n);
    uint8_t *unknown = ARENA_ARRAY(&x->arena, uint8_t, x->n);
    expr_columns(e, reads);
    for (size_t c = 0; c < x->schema->n; c++)
        for (size_t r = 0; reads[c] && r < x->n; r++)
            unknown[r] |= x->unknown[c][r];
    return unknown;
}

static void judge_condition(struct rejected *x, const struct expr *e, int period, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, period);
    const uint8_t *unknown = unknown_of(x, e);
    uint8_t *mask = ARENA_ARRAY(&x->arena, uint8_t, x->n);
    expr_test(e, &x->block, &p, &x->arena, mask);
    for (size_t r = 0; r < x->n; r++)
        if (unknown[r] || !mask[r])
            lower(v, r, unknown[r] ? UNDECIDED : WOULD_NOT);
}

static void judge_value(struct rejected *x, const struct plan_value *value, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, value->period);
    const uint8_t *unknown = unknown_of(x, value->e);
    struct tvec t = expr_eval(value->e, &x->block, &p, &x->arena);
    for (size_t r = 0; r < x->n; r++) {
        bool missing = t.v ? t.v[r] == TABLE_MISSING : !tvec_text(&t, r).p;
        if (unknown[r] || missing)
            lower(v, r, unknown[r] ? UNDECIDED : WOULD_NOT);
    }
}

static void judge_org(struct rejected *x, const struct plan_axis *axis, enum verdict *v)
{
    const struct str *s = x->text[axis->column];
    for (size_t r = 0; r < x->n; r++)
        if (x->unknown[axis->column][r])
            lower(v, r, UNDECIDED);
        else if (!s[r].p || !str_eq(s[r], x->w->trace->cell.org))
            lower(v, r, WOULD_NOT);
}

static void judge_month(struct rejected *x, const struct plan_axis *axis, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, axis->period);
    bool moment = x->schema->col[axis->column].type == TCOL_DATETIME;
    for (size_t r = 0; r < x->n; r++) {
        int64_t day = x->number[axis->column][r], year, month, d;
        if (x->unknown[axis->column][r]) {
            lower(v, r, UNDECIDED);
            continue;
        }
        if (day != TABLE_MISSING && moment)
            day = date_of_moment(day);
        bool in = day >= p.start && day <= p.end; /* missing is below every day */
        if (in)
            date_civil(day, &year, &month, &d);
        if (!in || month - 1 != x->w->trace->cell.month)
            lower(v, r, WOULD_NOT);
    }
}

/* What each row would have been for one call. */
static enum verdict *judge_call(struct rejected *x, const struct trace_call *k)
{
    const struct plan_table *t = &x->w->plan.figures->table[x->t];
    const struct plan_aggregate *a = &t->aggregate[k->f->aggregate];
    const struct conf *c = x->w->conf;
    enum verdict *v = ARENA_ARRAY(&x->arena, enum verdict, x->n);
    for (size_t r = 0; r < x->n; r++)
        v[r] = WOULD_COUNT;
    if (x->t >= c->n_exports && x->w->plan.event[x->t - c->n_exports].where)
        judge_condition(x, x->w->plan.event[x->t - c->n_exports].where, PERIOD_THIS, v);
    for (size_t i = a->filter; i != PLAN_NONE; i = t->filter[i].parent)
        if (t->filter[i].condition != PLAN_NONE) {
            const struct plan_condition *q = &t->condition[t->filter[i].condition];
            judge_condition(x, q->e, q->period, v);
        }
    if (a->value != PLAN_NONE)
        judge_value(x, &t->value[a->value], v);
    if (x->w->trace->cell.org.n && a->axis[AXIS_ORG] != PLAN_NONE)
        judge_org(x, &t->axis[a->axis[AXIS_ORG]], v);
    if (x->w->trace->cell.month != COMPUTE_NO_MONTH && a->axis[AXIS_MONTH] != PLAN_NONE)
        judge_month(x, &t->axis[a->axis[AXIS_MONTH]], v);
    for (size_t r = 0; r < x->n; r++)
        if (x->row[r].structure)
            v[r] = UNDECIDED;
    return v;
}

bool why_verdict(struct rejected *x, struct err *e)
{
    const struct why *w = x->w;
    if (!fill_deadlines(x, e))
        return false;
    x->verdict = ARENA_ARRAY(&x->arena, enum verdict, x->n);
    x->parts = ARENA_ARRAY(&x->arena, struct strbuf, x->n);
    for (size_t i = 0; i < w->trace->n_calls; i++) {
        const struct trace_call *k = &w->trace->call[i];
        if (k->f->table != x->t)
            continue;
        const enum verdict *v = judge_call(x, k);
        for (size_t r = 0; r < x->n; r++) {
            if (v[r] > x->verdict[r])
                x->verdict[r] = v[r];
            if (v[r] == WOULD_COUNT)
                strbuf_printf(&x->parts[r], "%s%.*s %s", x->parts[r].n ? ", " : "",
                              STR_ARG(w->conf->indicators[k->figure].id), why_side(w, k->side));
        }
    }
    return true;
}
