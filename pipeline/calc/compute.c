/*
 * A block goes through in one order: filters (each the AND of its parent and one condition), then
 * aggregates. What several of them need - the mask of a condition, the values of an expression, the
 * ids of different values, the groups of an axis - is made once per block, when first asked for.
 */
#include "pipeline/calc/compute_parts.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"

enum { DAY_SECONDS = 86400 };

struct expr_period compute_period(const struct refs *refs, int period)
{
    struct expr_period p = {refs->period_start, refs->period_end, refs->year, refs->cutoff};
    if (period == PERIOD_BEFORE) {
        p.year--;
        if (!date_day(p.year, 1, 1, &p.start) || !date_day(p.year, 12, 31, &p.end))
            BUG("no year before the period");
    }
    return p;
}

static void fill_months(struct compute *c, int period)
{
    for (size_t d = 0; d < COMPUTE_YEAR_DAYS; d++) {
        int64_t y, m, day;
        date_civil(c->period[period].start + (int64_t)d, &y, &m, &day);
        c->month_of[period][d] = (uint8_t)(m - 1);
    }
}

struct compute *compute_new(const struct plan *plan, size_t workers)
{
    struct compute *c = x_calloc(1, sizeof *c);
    c->plan = plan;
    c->f = plan->figures;
    c->tables = schema_tables(plan->conf);
    c->workers = workers;
    for (int p = 0; p < PERIODS; p++) {
        c->period[p] = compute_period(plan->refs, p);
        fill_months(c, p);
    }
    c->part = x_calloc(workers * c->tables, sizeof *c->part);
    c->scratch = x_calloc(workers, sizeof *c->scratch);
    return c;
}

void compute_watch(struct compute *c, const struct compute_watch *w)
{
    if (w && c->workers != 1)
        BUG("only one worker can be watched");
    c->watch = w;
}

bool compute_needs(const struct compute *c, size_t t)
{
    return c->f->table[t].n_aggregates > 0;
}

const bool *compute_want(const struct compute *c, size_t t)
{
    return c->f->table[t].want;
}

/* --- one block --- */

/* What is known of a value in the block in hand. */
struct block_value {
    bool ready;
    struct tvec v;
    uint32_t *id; /* of different values: by dictionary entry, or by row; INTERN_NONE: not yet */
};

struct pass {
    const struct compute *c;
    const struct plan_table *table;
    const struct tschema *schema;
    struct part *part;
    const struct tblock *b;
    struct arena *a;
    uint8_t **condition; /* masks; NULL: not yet */
    uint8_t **mask;      /* of the filters */
    size_t *count;       /* rows in them */
    struct block_value *value;
    uint32_t **axis; /* group of each row, INTERN_NONE: none; NULL: not yet */
};

static uint8_t *condition_mask(struct pass *p, size_t i)
{
    if (!p->condition[i]) {
        const struct plan_condition *k = &p->table->condition[i];
        p->condition[i] = arena_raw(p->a, p->b->rows);
        expr_test(k->e, p->b, &p->c->period[k->period], p->a, p->condition[i]);
    }
    return p->condition[i];
}

static size_t ones(const uint8_t *mask, size_t n)
{
    size_t sum = 0;
    for (size_t r = 0; r < n; r++)
        sum += mask[r];
    return sum;
}

static void make_filter(struct pass *p, size_t i)
{
    const struct plan_filter *f = &p->table->filter[i];
    size_t n = p->b->rows;
    if (f->parent == PLAN_NONE) {
        p->mask[i] = memset(arena_raw(p->a, n), 1, n);
        p->count[i] = n;
    } else if (p->count[f->parent] == 0) {
        p->mask[i] = p->mask[f->parent];
    } else {
        const uint8_t *one = condition_mask(p, f->condition), *up = p->mask[f->parent];
        uint8_t *mask = arena_raw(p->a, n);
        for (size_t r = 0; r < n; r++)
            mask[r] = one[r] & up[r];
        p->mask[i] = mask;
        p->count[i] = ones(mask, n);
    }
}

static struct block_value *values(struct pass *p, size_t i)
{
    struct block_value *v = &p->value[i];
    if (!v->ready) {
        const struct plan_value *x = &p->table->value[i];
        v->v = expr_eval(x->e, p->b, &p->c->period[x->period], p->a);
        v->ready = true;
    }
    return v;
}

static uint32_t *fresh_ids(struct pass *p, size_t n)
{
    uint32_t *id = arena_raw(p->a, arena_size(n, sizeof *id));
    return memset(id, 0xff, n * sizeof *id);
}

static void make_org_axis(struct pass *p, size_t i, uint32_t *group)
{
    const struct tvec *v = &p->b->col[p->table->axis[i].column];
    struct intern *in = &p->part->axis[i];
    if (!v->code) {
        for (size_t r = 0; r < p->b->rows; r++)
            group[r] = v->dict[r].p ? intern_text(in, v->dict[r]) : INTERN_NONE;
        return;
    }
    uint32_t *id = fresh_ids(p, v->n_dict);
    for (size_t d = 0; d < v->n_dict; d++)
        if (v->dict[d].p)
            id[d] = intern_text(in, v->dict[d]);
    for (size_t r = 0; r < p->b->rows; r++)
        group[r] = id[v->code[r]];
}

static void make_month_axis(struct pass *p, size_t i, uint32_t *group)
{
    const struct plan_axis *x = &p->table->axis[i];
    const struct expr_period *period = &p->c->period[x->period];
    const int64_t *v = p->b->col[x->column].v;
    int64_t unit = p->schema->col[x->column].type == TCOL_DATETIME ? DAY_SECONDS : 1;
    int64_t start = period->start * unit, end = (period->end + 1) * unit;
    for (size_t r = 0; r < p->b->rows; r++) {
        bool in = v[r] >= start && v[r] < end; /* missing is below every day */
        group[r] = in ? p->c->month_of[x->period][(v[r] - start) / unit] : INTERN_NONE;
    }
}

static const uint32_t *groups(struct pass *p, size_t i);

static void make_cross_axis(struct pass *p, size_t i, uint32_t *group)
{
    const struct plan_axis *x = &p->table->axis[i];
    const uint32_t *org = groups(p, x->org), *month = groups(p, x->month);
    for (size_t r = 0; r < p->b->rows; r++) {
        bool in = org[r] != INTERN_NONE && month[r] != INTERN_NONE;
        group[r] = in ? compute_cross(org[r], month[r]) : INTERN_NONE;
    }
}

/* The group of each row on axis i. */
static const uint32_t *groups(struct pass *p, size_t i)
{
    static void (*const make[AXES])(struct pass * p, size_t i, uint32_t * group) = {
        [AXIS_ORG] = make_org_axis, [AXIS_MONTH] = make_month_axis, [AXIS_CROSS] = make_cross_axis};
    if (!p->axis[i]) {
        p->axis[i] = arena_raw(p->a, arena_size(p->b->rows, sizeof **p->axis));
        make[p->table->axis[i].kind](p, i, p->axis[i]);
    }
    return p->axis[i];
}

/* An aggregate about to take in the block. */
struct feed {
    struct acc *acc;
    const struct plan_aggregate *x;
    const uint8_t *mask;
    size_t count;
    const uint32_t *group[AXES]; /* NULL: not split */
};

/* Defined with the results. */
static bool find_group(const struct compute *c, size_t t, size_t a, struct compute_cell cell,
                       enum axis_kind *kind, uint32_t *group);
static bool is_whole(struct compute_cell cell);

/* The rows of f that belong to the cell. */
static const uint8_t *rows_of_cell(struct pass *p, const struct feed *f, size_t t, size_t a,
                                   struct compute_cell cell)
{
    enum axis_kind kind;
    uint32_t wanted;
    if (is_whole(cell))
        return f->mask;
    uint8_t *rows = ARENA_ARRAY(p->a, uint8_t, p->b->rows);
    if (find_group(p->c, t, a, cell, &kind, &wanted))
        for (size_t r = 0; r < p->b->rows; r++)
            rows[r] = f->mask[r] && f->group[kind][r] == wanted;
    return rows;
}

static void tell(struct pass *p, const struct feed *f, size_t a)
{
    const struct compute_watch *w = p->c->watch;
    size_t t = (size_t)(p->table - p->c->f->table);
    w->took(w->context, &(struct compute_intake){
                            .table = t,
                            .aggregate = a,
                            .block = p->b,
                            .rows = rows_of_cell(p, f, t, a, w->cell),
                            .value = f->x->value == PLAN_NONE ? NULL : &values(p, f->x->value)->v});
}

/* How many groups axis i has so far. */
static size_t group_count(const struct plan_table *t, const struct part *part, size_t i)
{
    const struct plan_axis *x = &t->axis[i];
    if (x->kind == AXIS_MONTH)
        return COMPUTE_MONTHS;
    return x->kind == AXIS_ORG ? part->axis[i].n : part->axis[x->org].n * COMPUTE_MONTHS;
}

void compute_reserve(struct split *s, size_t n)
{
    if (n <= s->n)
        return;
    if (s->apart) {
        s->apart = x_realloc(s->apart, n, sizeof *s->apart);
        memset(s->apart + s->n, 0, (n - s->n) * sizeof *s->apart);
    }
    s->sum = x_realloc(s->sum, n, sizeof *s->sum);
    memset(s->sum + s->n, 0, (n - s->n) * sizeof *s->sum);
    s->n = n;
}

static void add_to_groups(const uint8_t *mask, const uint32_t *group, const int64_t *v, size_t n,
                          exact_int *out)
{
    for (size_t r = 0; r < n; r++)
        if (mask[r] && group[r] != INTERN_NONE && (!v || v[r] != TABLE_MISSING))
            out[group[r]] += v ? v[r] : 1;
}

static void feed_rows(struct pass *p, struct feed *f)
{
    f->acc->total += (exact_int)f->count;
    for (int k = 0; k < AXES; k++)
        if (f->group[k])
            add_to_groups(f->mask, f->group[k], NULL, p->b->rows, f->acc->by[k].sum);
}

static void feed_sum(struct pass *p, struct feed *f)
{
    const int64_t *v = values(p, f->x->value)->v.v;
    for (size_t r = 0; r < p->b->rows; r++)
        if (f->mask[r] && v[r] != TABLE_MISSING)
            f->acc->total += v[r];
    for (int k = 0; k < AXES; k++)
        if (f->group[k])
            add_to_groups(f->mask, f->group[k], v, p->b->rows, f->acc->by[k].sum);
}

/* The id of the value in row r; INTERN_NONE when it is missing. */
static inline uint32_t value_id(struct block_value *v, struct intern *in, size_t r)
{
    size_t d = v->v.code ? v->v.code[r] : r;
    if (v->id[d] == INTERN_NONE) {
        if (v->v.v)
            v->id[d] = v->v.v[d] == TABLE_MISSING ? INTERN_NONE : intern_number(in, v->v.v[d]);
        else if (v->v.dict[d].p)
            v->id[d] = intern_text(in, v->v.dict[d]);
    }
    return v->id[d];
}

static void feed_distinct(struct pass *p, struct feed *f)
{
    struct block_value *v = values(p, f->x->value);
    struct intern *in = &p->part->value[f->x->value];
    if (!v->id)
        v->id = fresh_ids(p, v->v.code ? v->v.n_dict : p->b->rows);
    for (size_t r = 0; r < p->b->rows; r++) {
        if (!f->mask[r])
            continue;
        uint32_t id = value_id(v, in, r);
        if (id == INTERN_NONE)
            continue;
        idset_reserve(&f->acc->seen, (size_t)id + 1);
        idset_add(&f->acc->seen, id);
        for (int k = 0; k < AXES; k++)
            if (f->group[k] && f->group[k][r] != INTERN_NONE)
                pairset_add(&f->acc->by[k].seen, f->group[k][r], id);
    }
}

static void feed_values(struct pass *p, struct feed *f)
{
    const int64_t *v = values(p, f->x->value)->v.v;
    for (size_t r = 0; r < p->b->rows; r++) {
        if (!f->mask[r] || v[r] == TABLE_MISSING)
            continue;
        tally_add(&f->acc->all, 0, v[r], 1);
        for (int k = 0; k < AXES; k++)
            if (f->group[k] && f->group[k][r] != INTERN_NONE)
                tally_add(&f->acc->by[k].values, f->group[k][r], v[r], 1);
    }
}

static void feed_aggregate(struct pass *p, size_t i)
{
    static void (*const feeds[])(struct pass * p,
                                 struct feed * f) = {[AGG_ROWS] = feed_rows,
                                                     [AGG_DISTINCT] = feed_distinct,
                                                     [AGG_SUM] = feed_sum,
                                                     [AGG_VALUES] = feed_values};
    const struct plan_aggregate *x = &p->table->aggregate[i];
    if (p->count[x->filter] == 0)
        return;
    struct feed f = {&p->part->acc[i], x, p->mask[x->filter], p->count[x->filter], {0}};
    for (int k = 0; k < AXES; k++) {
        if (x->axis[k] == PLAN_NONE)
            continue;
        f.group[k] = groups(p, x->axis[k]);
        compute_reserve(&f.acc->by[k], group_count(p->table, p->part, x->axis[k]));
    }
    feeds[x->kind](p, &f);
    if (p->c->watch)
        tell(p, &f, i);
}

static void begin_part(struct part *part, const struct plan_table *t)
{
    if (part->used)
        return;
    part->used = true;
    part->value = x_calloc(t->n_values, sizeof *part->value);
    part->axis = x_calloc(t->n_axes, sizeof *part->axis);
    part->acc = x_calloc(t->n_aggregates, sizeof *part->acc);
}

struct part *compute_part(struct compute *c, size_t w, size_t t)
{
    struct part *p = &c->part[w * c->tables + t];
    begin_part(p, &c->f->table[t]);
    return p;
}

void compute_block(struct compute *c, size_t w, size_t t, const struct tblock *b)
{
    const struct plan_table *x = &c->f->table[t];
    struct arena *a = &c->scratch[w];
    struct pass p = {.c = c, .table = x, .schema = &c->plan->table[t], .b = b, .a = a};
    if (b->rows == 0)
        return;
    arena_reset(a);
    p.part = compute_part(c, w, t);
    p.condition = ARENA_ARRAY(a, uint8_t *, x->n_conditions);
    p.mask = ARENA_ARRAY(a, uint8_t *, x->n_filters);
    p.count = ARENA_ARRAY(a, size_t, x->n_filters);
    p.value = ARENA_ARRAY(a, struct block_value, x->n_values);
    p.axis = ARENA_ARRAY(a, uint32_t *, x->n_axes);
    for (size_t i = 0; i < x->n_filters; i++)
        make_filter(&p, i);
    for (size_t i = 0; i < x->n_aggregates; i++)
        feed_aggregate(&p, i);
}

/* --- putting workers together --- */

/* For each id of `from` the id of the same value in `to`. */
static uint32_t *translate(struct intern *to, const struct intern *from)
{
    uint32_t *id = x_calloc(from->n, sizeof *id);
    for (size_t i = 0; i < from->n; i++)
        id[i] = from->text ? intern_text(to, from->text[i]) : intern_number(to, from->number[i]);
    return id;
}

static void add_pairs(struct pairset *to, const struct pairset *from, const uint32_t *group,
                      const uint32_t *id)
{
    for (size_t i = 0; i < from->slots; i++) {
        if (!from->slot[i])
            continue;
        uint64_t key = from->slot[i] - 1;
        uint32_t g = (uint32_t)(key >> 32);
        pairset_add(to, group ? group[g] : g, id[(uint32_t)key]);
    }
}

/* The groups of axis i in `to` of those in `from`; NULL: the same. */
static uint32_t *translate_axis(struct part *to, const struct part *from,
                                const struct plan_table *t, size_t i, uint32_t *const *axis)
{
    const struct plan_axis *x = &t->axis[i];
    if (x->kind == AXIS_MONTH)
        return NULL;
    if (x->kind == AXIS_ORG)
        return translate(&to->axis[i], &from->axis[i]);
    size_t orgs = from->axis[x->org].n;
    uint32_t *group = x_calloc(orgs, COMPUTE_MONTHS * sizeof *group);
    for (uint32_t o = 0; o < orgs; o++)
        for (uint32_t m = 0; m < COMPUTE_MONTHS; m++)
            group[compute_cross(o, m)] = compute_cross(axis[x->org][o], m);
    return group;
}

static void add_split(struct split *to, const struct split *from, const uint32_t *group,
                      const uint32_t *id)
{
    for (size_t g = 0; g < from->n; g++) {
        size_t at = group ? group[g] : g;
        compute_reserve(to, at + 1);
        to->sum[at] += from->sum[g];
    }
    tally_add_all(&to->values, &from->values, group);
    if (id)
        add_pairs(&to->seen, &from->seen, group, id);
}

static void add_acc(struct acc *to, const struct acc *from, const uint32_t *id)
{
    to->total += from->total;
    for (size_t i = 0; id && i < from->seen.words * 64; i++)
        if (from->seen.word[i / 64] >> (i % 64) & 1) {
            idset_reserve(&to->seen, (size_t)id[i] + 1);
            idset_add(&to->seen, id[i]);
        }
    tally_add_all(&to->all, &from->all, NULL);
}

static void release_part(struct part *p, const struct plan_table *t)
{
    for (size_t i = 0; p->used && i < t->n_values; i++)
        intern_release(&p->value[i]);
    for (size_t i = 0; p->used && i < t->n_axes; i++)
        intern_release(&p->axis[i]);
    for (size_t i = 0; p->used && i < t->n_aggregates; i++) {
        idset_release(&p->acc[i].seen);
        tally_release(&p->acc[i].all);
        for (int k = 0; k < AXES; k++) {
            free(p->acc[i].by[k].sum);
            free(p->acc[i].by[k].apart);
            pairset_release(&p->acc[i].by[k].seen);
            tally_release(&p->acc[i].by[k].values);
        }
    }
    free(p->value);
    free(p->axis);
    free(p->acc);
    *p = (struct part){0};
}

static void add_part(struct part *to, const struct part *from, const struct plan_table *t)
{
    uint32_t **value = x_calloc(t->n_values, sizeof *value);
    uint32_t **axis = x_calloc(t->n_axes, sizeof *axis);
    for (size_t i = 0; i < t->n_values; i++)
        value[i] = translate(&to->value[i], &from->value[i]);
    for (size_t i = 0; i < t->n_axes; i++)
        axis[i] = translate_axis(to, from, t, i, axis);
    for (size_t i = 0; i < t->n_aggregates; i++) {
        const struct plan_aggregate *x = &t->aggregate[i];
        const uint32_t *id = x->kind == AGG_DISTINCT ? value[x->value] : NULL;
        add_acc(&to->acc[i], &from->acc[i], id);
        for (int k = 0; k < AXES; k++)
            if (x->axis[k] != PLAN_NONE)
                add_split(&to->acc[i].by[k], &from->acc[i].by[k], axis[x->axis[k]], id);
    }
    for (size_t i = 0; i < t->n_values; i++)
        free(value[i]);
    for (size_t i = 0; i < t->n_axes; i++)
        free(axis[i]);
    free(value);
    free(axis);
}

/* Counts of different values from their sets. */
static void count_sets(struct acc *acc)
{
    acc->total = (exact_int)idset_count(&acc->seen) + acc->apart.sum;
    for (int k = 0; k < AXES; k++) {
        const struct pairset *seen = &acc->by[k].seen;
        for (size_t g = 0; acc->by[k].apart && g < acc->by[k].n; g++)
            acc->by[k].sum[g] = acc->by[k].apart[g].sum;
        for (size_t i = 0; i < seen->slots; i++)
            if (seen->slot[i])
                acc->by[k].sum[(seen->slot[i] - 1) >> 32]++;
    }
}

static int by_bytes(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void finish_table(struct compute *c, size_t t)
{
    const struct plan_table *x = &c->f->table[t];
    struct part *all = &c->part[t];
    begin_part(all, x);
    for (size_t w = 1; w < c->workers; w++) {
        struct part *part = &c->part[w * c->tables + t];
        if (part->used)
            add_part(all, part, x);
        release_part(part, x);
    }
    for (size_t i = 0; i < x->n_aggregates; i++) {
        struct acc *acc = &all->acc[i];
        for (int k = 0; k < AXES; k++) {
            size_t axis = x->aggregate[i].axis[k];
            compute_reserve(&acc->by[k], axis == PLAN_NONE ? 0 : group_count(x, all, axis));
            tally_sort(&acc->by[k].values);
        }
        if (x->aggregate[i].kind == AGG_DISTINCT)
            count_sets(acc);
        tally_sort(&acc->all);
    }
    c->orgs[t] = x_calloc(x->n_axes, sizeof **c->orgs);
    for (size_t i = 0; i < x->n_axes; i++) {
        const struct intern *in = &all->axis[i];
        c->orgs[t][i] = x_calloc(in->n, sizeof ***c->orgs);
        if (in->n) {
            memcpy(c->orgs[t][i], in->text, in->n * sizeof *in->text);
            qsort(c->orgs[t][i], in->n, sizeof *in->text, by_bytes);
        }
    }
}

void compute_finish(struct compute *c)
{
    c->orgs = x_calloc(c->tables, sizeof *c->orgs);
    for (size_t t = 0; t < c->tables; t++)
        finish_table(c, t);
}

/* The split and the group of a cell that is not the whole; false: the aggregate has none such. */
static bool find_group(const struct compute *c, size_t t, size_t a, struct compute_cell cell,
                       enum axis_kind *kind, uint32_t *group)
{
    const struct plan_table *x = &c->f->table[t];
    const struct plan_aggregate *g = &x->aggregate[a];
    bool month = cell.month != COMPUTE_NO_MONTH;
    *kind = !month ? AXIS_ORG : cell.org.n ? AXIS_CROSS : AXIS_MONTH;
    if (g->axis[*kind] == PLAN_NONE)
        return false;
    *group = month ? (uint32_t)cell.month : 0;
    if (*kind == AXIS_MONTH)
        return true;
    uint32_t org = intern_find(&c->part[t].axis[g->axis[AXIS_ORG]], cell.org);
    *group = *kind == AXIS_ORG ? org : compute_cross(org, *group);
    return org != INTERN_NONE;
}

static bool is_whole(struct compute_cell cell)
{
    return !cell.org.n && cell.month == COMPUTE_NO_MONTH;
}

exact_int compute_count(const struct compute *c, size_t t, size_t a, struct compute_cell cell)
{
    enum axis_kind k;
    uint32_t group;
    const struct acc *acc = &c->part[t].acc[a];
    if (is_whole(cell))
        return acc->total;
    return find_group(c, t, a, cell, &k, &group) ? acc->by[k].sum[group] : 0;
}

struct apart compute_apart(const struct compute *c, size_t t, size_t a, struct compute_cell cell)
{
    static const struct apart nothing = {0};
    enum axis_kind k;
    uint32_t group;
    const struct acc *acc = &c->part[t].acc[a];
    if (is_whole(cell))
        return acc->apart;
    return find_group(c, t, a, cell, &k, &group) && acc->by[k].apart ? acc->by[k].apart[group]
                                                                     : nothing;
}

exact_int compute_least(const struct compute *c, size_t t, size_t a, struct compute_cell cell)
{
    if (!c->rolled || c->f->table[t].aggregate[a].kind != AGG_DISTINCT)
        return compute_count(c, t, a, cell);
    return compute_apart(c, t, a, cell).least;
}

struct tally_runs compute_values(const struct compute *c, size_t t, size_t a,
                                 struct compute_cell cell)
{
    enum axis_kind k;
    uint32_t group;
    const struct acc *acc = &c->part[t].acc[a];
    if (is_whole(cell))
        return tally_of(&acc->all, 0);
    bool has = find_group(c, t, a, cell, &k, &group);
    return tally_of(&acc->by[k].values, has ? group : INTERN_NONE);
}

const struct str *compute_orgs(const struct compute *c, size_t t, size_t axis, size_t *n)
{
    *n = c->part[t].axis[axis].n;
    return c->orgs[t][axis];
}

void compute_free(struct compute *c)
{
    if (!c)
        return;
    for (size_t t = 0; c->orgs && t < c->tables; t++) {
        for (size_t i = 0; i < c->f->table[t].n_axes; i++)
            free(c->orgs[t][i]);
        free(c->orgs[t]);
    }
    for (size_t i = 0; i < c->workers * c->tables; i++)
        release_part(&c->part[i], &c->f->table[i % c->tables]);
    for (size_t w = 0; w < c->workers; w++)
        arena_release(&c->scratch[w]);
    free(c->orgs);
    free(c->part);
    free(c->scratch);
    free(c);
}
