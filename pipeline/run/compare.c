#include "pipeline/run/compare.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/run/stage.h"

/* --- what has moved --- */

static struct str cell(const struct figure_table *t, size_t r, const char *name)
{
    return csvtable_cell(&t->t, r, name);
}

static struct str name_of(struct comparison *x, const struct figure_table *t, size_t r)
{
    return arena_printf(&x->arena, "%.*s,%.*s,%.*s", STR_ARG(cell(t, r, "id")),
                        STR_ARG(cell(t, r, "org")), STR_ARG(cell(t, r, "month")));
}

static bool read_figures(struct comparison *x, size_t i, struct err *e)
{
    struct figure_table *t = &x->table[i];
    t->path = stage_path(&x->arena, x->run[i].dir, "indicators.csv.gz");
    if (!csvtable_read(t->path, &x->arena, &t->t, e))
        return false;
    for (size_t r = 0; r < t->t.rows; r++)
        map_put(&t->at, name_of(x, t, r), r);
    return true;
}

static int decimals_of(struct str s)
{
    size_t dot = str_find(s, '.');
    return dot < s.n ? (int)(s.n - dot - 1) : 0;
}

/* An organisation or month without a line has no rows: that is 0, where the figure is split at all.
 */
static bool is_none(const struct changed *c)
{
    return c->org.n || c->month.n;
}

/* The number in a cell of run i; row MAP_NONE: there is none. */
static bool parse(struct comparison *x, size_t i, const struct changed *c, struct str s, size_t row,
                  struct exact *out)
{
    const char *whole = arena_printf(&x->arena, "%.*s,,", STR_ARG(c->id)).p;
    if (row == MAP_NONE && is_none(c) && map_get(&x->table[i].at, str_c(whole)) != MAP_NONE) {
        *out = exact_of(0);
        return true;
    }
    return exact_parse(s, out);
}

static void add_quantity(struct comparison *x, struct changed *c, enum linear_side side,
                         size_t before, size_t after)
{
    static const char *const column[LINEAR_SIDES] = {"value", "numerator", "denominator"};
    struct quantity *q = &c->q[c->n];
    struct exact a, b;
    *q = (struct quantity){.side = side};
    if (before != MAP_NONE)
        q->before = cell(&x->table[0], before, column[side]);
    if (after != MAP_NONE)
        q->after = cell(&x->table[1], after, column[side]);
    if (str_eq(q->before, q->after))
        return;
    c->n++;
    q->has_change = parse(x, 0, c, q->before, before, &a) && parse(x, 1, c, q->after, after, &b) &&
                    exact_sub(b, a, &q->change);
    q->decimals = decimals_of(q->before) > decimals_of(q->after) ? decimals_of(q->before)
                                                                 : decimals_of(q->after);
}

static bool is_ratio(struct comparison *x, size_t before, size_t after)
{
    return (before != MAP_NONE && cell(&x->table[0], before, "denominator").n) ||
           (after != MAP_NONE && cell(&x->table[1], after, "denominator").n);
}

static bool is_one(struct comparison *x, size_t i, size_t row)
{
    return row != MAP_NONE && str_eq(cell(&x->table[i], row, "denominator"), STR("1"));
}

/* One cell, by its row in the two tables. */
static void look(struct comparison *x, size_t before, size_t after)
{
    const struct figure_table *t = &x->table[after == MAP_NONE ? 0 : 1];
    size_t r = after == MAP_NONE ? before : after;
    struct changed c = {
        cell(t, r, "id"), cell(t, r, "org"), cell(t, r, "month"), {{NULL, 0}}, {{0}}, 0};
    if (!x->all && (c.org.n || c.month.n))
        return;
    if (before != MAP_NONE)
        c.printed[0] = cell(&x->table[0], before, "printed");
    if (after != MAP_NONE)
        c.printed[1] = cell(&x->table[1], after, "printed");
    if (is_ratio(x, before, after)) {
        add_quantity(x, &c, LINEAR_NUMERATOR, before, after);
        c.q[0].is_value = is_one(x, 0, before) && is_one(x, 1, after);
        add_quantity(x, &c, LINEAR_DENOMINATOR, before, after);
    } else {
        add_quantity(x, &c, LINEAR_VALUE, before, after);
    }
    if (!c.n && str_eq(c.printed[0], c.printed[1]))
        return;
    X_GROW(x->changed, x->n, x->cap);
    x->changed[x->n++] = c;
}

static void find_changed(struct comparison *x)
{
    for (size_t r = 0; r < x->table[1].t.rows; r++)
        look(x, map_get(&x->table[0].at, name_of(x, &x->table[1], r)), r);
    for (size_t r = 0; r < x->table[0].t.rows; r++)
        if (map_get(&x->table[1].at, name_of(x, &x->table[0], r)) == MAP_NONE)
            look(x, r, MAP_NONE);
}

/* --- the files of the two --- */

static bool is_reference(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < REF_N; i++)
        if (str_eq(c->ref[i].file, path))
            return true;
    return false;
}

static const struct kept_file *file_of(const struct kept *k, struct str path)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->file[i].path, path))
            return &k->file[i];
    return NULL;
}

static bool same_file(const struct kept_file *a, const struct kept_file *b)
{
    return a && b && str_eq(a->sha256, b->sha256) && str_eq(a->state, b->state);
}

/* The raw files of the first run beside the reference tables of the second. */
static struct kept mixed_files(struct comparison *x, const struct conf *c)
{
    const struct kept *a = &x->run[0], *b = &x->run[1];
    struct kept mix = {.number = a->number};
    mix.file = ARENA_ARRAY(&x->arena, struct kept_file, a->n + b->n);
    x->same_rows = true;
    for (size_t i = 0; i < b->n; i++) {
        if (is_reference(c, b->file[i].path))
            mix.file[mix.n++] = b->file[i];
        else
            x->same_rows = x->same_rows && same_file(file_of(a, b->file[i].path), &b->file[i]);
    }
    for (size_t i = 0; i < a->n; i++) {
        if (is_reference(c, a->file[i].path))
            continue;
        mix.file[mix.n++] = a->file[i];
        x->same_rows = x->same_rows && file_of(b, a->file[i].path);
    }
    return mix;
}

static bool make_sides(struct comparison *x, struct err *e)
{
    const struct kept *b = &x->run[1];
    if (!replay_begin(x->p, e) || !side_make(x->p, b, b, "now", &x->now, e))
        return false;
    struct kept mix = mixed_files(x, &x->now.conf);
    return x->same_rows || side_make(x->p, b, &mix, "before", &x->before, e);
}

/* --- splitting --- */

/* A number of a figure that was made anew; false: it has none. */
static bool number_of(const struct side *s, const struct changed *c, enum linear_side side,
                      struct exact *out)
{
    const struct figure_row *r = side_find(s, c->id, c->org, c->month);
    if (!r && is_none(c) && side_find(s, c->id, STR(""), STR(""))) {
        *out = exact_of(0);
        return true;
    }
    if (!r || !r->f.present || r->f.is_ratio != (side != LINEAR_VALUE) ||
        (side == LINEAR_VALUE && !figure_has_value(&r->f)))
        return false;
    bool below = side == LINEAR_DENOMINATOR;
    return exact_ratio(below ? r->f.den : r->f.num,
                       exact_power10(below ? r->f.den_scale : r->f.scale), out);
}

/* What the classes of rows add to a sum of aggregates. */
static bool add_up(const struct linear *l, const struct moved *m, struct exact by[ROW_CLASSES])
{
    for (size_t k = 0; k < ROW_CLASSES; k++) {
        by[k] = exact_of(0);
        for (size_t i = 0; i < l->n; i++) {
            struct exact part;
            if (!exact_ratio(m[i].by[k], 1, &part) || !exact_mul(part, l->term[i].times, &part) ||
                !exact_add(by[k], part, &by[k]))
                return false;
        }
    }
    return true;
}

/* change = new + gone + edited + rules + rest, whatever happens. */
static bool split(struct comparison *x, const struct changed *c, struct quantity *q,
                  const struct linear *l, const struct moved *m)
{
    const struct side *then = x->same_rows ? &x->now : &x->before;
    struct exact a, b, data;
    if (!q->has_change || !number_of(then, c, q->side, &a) || !number_of(&x->now, c, q->side, &b) ||
        !exact_sub(b, a, &data) || !exact_sub(q->change, data, &q->rules) || !add_up(l, m, q->by))
        return false;
    q->rest = data;
    for (size_t k = 0; k < ROW_CLASSES; k++)
        if (!exact_sub(q->rest, q->by[k], &q->rest))
            return false;
    return true;
}

/* The cells of one organisation and month (the whole: none) at once. */
struct batch {
    struct linear *l; /* by quantity, QUANTITIES for each cell */
    struct moved *m;
    size_t n, cap;
    size_t *first; /* of the terms of each quantity in m */
};

static bool same_cell(const struct changed *a, const struct changed *b)
{
    return str_eq(a->org, b->org) && str_eq(a->month, b->month);
}

static void gather(struct comparison *x, struct batch *b, size_t i)
{
    const struct changed *c = &x->changed[i];
    size_t figure = conf_find_indicator(&x->now.conf, c->id);
    for (size_t k = 0; k < c->n; k++) {
        struct linear *l = &b->l[i * QUANTITIES + k];
        *l = (struct linear){0};
        if (figure != SIZE_MAX)
            linear_of(&x->now.plan, figure, c->q[k].side, &x->arena, l);
        b->first[i * QUANTITIES + k] = b->n;
        for (size_t t = 0; t < l->n; t++) {
            X_GROW(b->m, b->n, b->cap);
            b->m[b->n++] =
                (struct moved){.table = l->term[t].table, .aggregate = l->term[t].aggregate};
        }
    }
}

static struct compute_cell cell_of(const struct changed *c)
{
    int month =
        c->month.n == 7 ? (c->month.p[5] - '0') * 10 + c->month.p[6] - '1' : COMPUTE_NO_MONTH;
    return (struct compute_cell){c->org, month};
}

static bool split_cells(struct comparison *x, size_t from, bool *done, struct err *e)
{
    struct batch b = {.l = x_calloc(x->n * QUANTITIES, sizeof *b.l),
                      .first = x_calloc(x->n * QUANTITIES, sizeof *b.first)};
    const struct side *then = x->same_rows ? &x->now : &x->before;
    for (size_t i = from; i < x->n; i++)
        if (same_cell(&x->changed[i], &x->changed[from]))
            gather(x, &b, i);
    bool ok = !b.n || sides_compare(then, &x->now, cell_of(&x->changed[from]), b.m, b.n, e);
    for (size_t i = from; ok && i < x->n; i++) {
        if (!same_cell(&x->changed[i], &x->changed[from]))
            continue;
        done[i] = true;
        for (size_t k = 0; k < x->changed[i].n; k++) {
            struct quantity *q = &x->changed[i].q[k];
            size_t at = i * QUANTITIES + k;
            q->is_split = split(x, &x->changed[i], q, &b.l[at], b.m + b.first[at]);
        }
    }
    free(b.l);
    free(b.m);
    free(b.first);
    return ok;
}

static bool split_all(struct comparison *x, struct err *e)
{
    bool *done = ARENA_ARRAY(&x->arena, bool, x->n), ok = true;
    for (size_t i = 0; ok && i < x->n; i++)
        if (!done[i])
            ok = split_cells(x, i, done, e);
    return ok;
}

bool comparison_find(struct comparison *x, struct err *e)
{
    for (size_t i = 0; i < 2; i++)
        if (!read_figures(x, i, e))
            return false;
    find_changed(x);
    return true;
}

bool comparison_split(struct comparison *x, struct err *e)
{
    return !x->n || (make_sides(x, e) && split_all(x, e));
}

void comparison_files(const struct comparison *x, int64_t *fresh, int64_t *gone, int64_t *other)
{
    const struct kept *a = &x->run[0], *b = &x->run[1];
    *fresh = *gone = *other = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct kept_file *was = file_of(a, b->file[i].path);
        *fresh += !was;
        *other += was && !same_file(was, &b->file[i]);
    }
    for (size_t i = 0; i < a->n; i++)
        *gone += !file_of(b, a->file[i].path);
}

void comparison_release(struct comparison *x)
{
    side_release(&x->before);
    side_release(&x->now);
    for (size_t i = 0; i < 2; i++)
        map_release(&x->table[i].at);
    free(x->changed);
    arena_release(&x->arena);
}
