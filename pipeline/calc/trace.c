#include "pipeline/calc/trace.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

/* --- the calls of a formula --- */

static void visit(struct trace *x, const struct formula *f, struct trace_part p);

static bool has_part(const struct trace *x, size_t figure, enum trace_side side)
{
    for (size_t i = 0; i < x->n_parts; i++)
        if (x->part[i].figure == figure &&
            (x->part[i].side == side || x->part[i].side == TRACE_VALUE))
            return true;
    return false;
}

/* Each side of a figure is looked into once. */
static void add_part(struct trace *x, size_t figure, enum trace_side side, bool prior)
{
    if (has_part(x, figure, side))
        return;
    bool numerator = has_part(x, figure, TRACE_NUMERATOR);
    bool denominator = has_part(x, figure, TRACE_DENOMINATOR);
    X_GROW(x->part, x->n_parts, x->cap_parts);
    struct trace_part p = {figure, side, prior};
    x->part[x->n_parts++] = p;
    const struct formula *f = x->plan->figures->figure[figure].value;
    if (f->op == FIG_DIV) {
        if (side != TRACE_DENOMINATOR && !numerator)
            visit(x, f->kid[0], (struct trace_part){figure, TRACE_NUMERATOR, prior});
        if (side != TRACE_NUMERATOR && !denominator)
            visit(x, f->kid[1], (struct trace_part){figure, TRACE_DENOMINATOR, prior});
    } else if (f->op == FIG_FIGURE) {
        add_part(x, f->figure, side, prior); /* a second name */
    } else {
        visit(x, f, (struct trace_part){figure, TRACE_VALUE, prior});
    }
}

static void add_call(struct trace *x, const struct formula *f, struct trace_part p)
{
    X_GROW(x->call, x->n_calls, x->cap_calls);
    x->call[x->n_calls++] =
        (struct trace_call){.figure = p.figure,
                            .side = p.side,
                            .prior = p.prior,
                            .f = f,
                            .kind = x->plan->figures->table[f->table].aggregate[f->aggregate].kind};
}

static void visit(struct trace *x, const struct formula *f, struct trace_part p)
{
    static const enum trace_side side_of[] = {[FIG_FIGURE] = TRACE_VALUE,
                                              [FIG_NUMERATOR] = TRACE_NUMERATOR,
                                              [FIG_DENOMINATOR] = TRACE_DENOMINATOR};
    if (f->op == FIG_AGGREGATE || f->op == FIG_STATISTIC)
        add_call(x, f, p);
    else if (f->op == FIG_FIGURE || f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR)
        add_part(x, f->figure, side_of[f->op], p.prior);
    for (size_t i = 0; i < f->n; i++)
        visit(x, f->kid[i], p);
}

/* --- the columns that decide --- */

/* Marks them in k->decides and in `all`. */
static void mark_columns(struct trace *x, struct trace_call *k, bool *all)
{
    const struct plan_table *t = &x->plan->figures->table[k->f->table];
    const struct plan_aggregate *a = &t->aggregate[k->f->aggregate];
    size_t n = x->plan->table[k->f->table].n;
    bool *decides = k->decides = ARENA_ARRAY(&x->arena, bool, n);
    for (size_t i = a->filter; i != PLAN_NONE; i = t->filter[i].parent)
        if (t->filter[i].condition != PLAN_NONE)
            expr_columns(t->condition[t->filter[i].condition].e, decides);
    if (a->value != PLAN_NONE)
        expr_columns(t->value[a->value].e, decides);
    if (x->cell.org.n && a->axis[AXIS_ORG] != PLAN_NONE)
        decides[t->axis[a->axis[AXIS_ORG]].column] = true;
    if (x->cell.month != COMPUTE_NO_MONTH && a->axis[AXIS_MONTH] != PLAN_NONE)
        decides[t->axis[a->axis[AXIS_MONTH]].column] = true;
    for (size_t c = 0; c < n; c++)
        all[c] |= decides[c];
}

static void keep(struct trace_table *t, size_t column)
{
    for (size_t i = 0; i < t->n_columns; i++)
        if (t->column[i] == column)
            return;
    t->column[t->n_columns++] = column;
}

static void prepare_table(struct trace *x, size_t i)
{
    const struct conf *c = x->plan->conf;
    const struct conf_export *export = &c->exports[schema_export(c, i)];
    struct trace_table *t = &x->table[i];
    size_t n = x->plan->table[i].n;
    bool *decides = ARENA_ARRAY(&x->arena, bool, n);
    for (size_t k = 0; k < x->n_calls; k++)
        if (x->call[k].f->table == i) {
            t->used = true;
            mark_columns(x, &x->call[k], decides);
        }
    if (!t->used)
        return;
    t->column = ARENA_ARRAY(&x->arena, size_t, n);
    t->want = ARENA_ARRAY(&x->arena, bool, n);
    for (size_t k = 0; k < export->n_key; k++)
        keep(t, export->key[k]);
    t->n_keys = t->n_columns;
    for (size_t k = 0; k < n; k++)
        if (decides[k] || k + 2 >= n)
            keep(t, k);
    for (size_t k = 0; k < n; k++)
        t->want[k] = compute_want(x->compute, i)[k];
    for (size_t k = 0; k < t->n_columns; k++)
        t->want[t->column[k]] = true;
}

/* --- rows --- */

/* Copies the kept cells of row r of the block; returns where they are. */
static size_t store_row(struct trace *x, size_t i, const struct tblock *b, size_t r)
{
    struct trace_table *t = &x->table[i];
    if (t->n == t->cap) {
        t->cap = x_grown(t->cap, t->n + 1);
        t->cell = x_realloc(t->cell, arena_size(t->cap, t->n_columns), sizeof *t->cell);
    }
    int64_t *to = t->cell + t->n * t->n_columns;
    for (size_t k = 0; k < t->n_columns; k++) {
        const struct tvec *v = &b->col[t->column[k]];
        struct str s = v->v ? (struct str){NULL, 0} : tvec_text(v, r);
        to[k] = v->v ? v->v[r] : s.p ? (int64_t)intern_text(&t->text, s) : TABLE_MISSING;
    }
    return t->n++;
}

static void add_row(struct trace *x, struct trace_call *k, const struct compute_intake *in,
                    size_t r)
{
    const struct tvec *v = in->value;
    int64_t value = 1;
    if (v && v->v) {
        value = v->v[r];
    } else if (v) {
        struct str s = tvec_text(v, r);
        value = s.p ? (int64_t)intern_text(&x->table[in->table].text, s) : TABLE_MISSING;
    }
    if (value == TABLE_MISSING)
        return;
    if (x->place[r] == SIZE_MAX)
        x->place[r] = store_row(x, in->table, in->block, r);
    X_GROW(k->row, k->n, k->cap);
    k->row[k->n++] = (struct trace_row){x->place[r], value, k->kind == AGG_SUM ? value : 1};
}

static void took(void *context, const struct compute_intake *in)
{
    struct trace *x = context;
    for (size_t i = 0; i < x->n_calls; i++) {
        struct trace_call *k = &x->call[i];
        if (k->f->table != in->table || k->f->aggregate != in->aggregate)
            continue;
        k->is_text = in->value && !in->value->v;
        for (size_t r = 0; r < in->block->rows; r++)
            if (in->rows[r])
                add_row(x, k, in, r);
    }
}

struct trace *trace_new(const struct plan *plan, size_t indicator, struct compute_cell cell)
{
    struct trace *x = x_calloc(1, sizeof *x);
    const struct plan_figure *g = &plan->figures->figure[indicator];
    x->plan = plan;
    x->indicator = indicator;
    x->cell = cell;
    x->compute = compute_new(plan, 1);
    x->watch = (struct compute_watch){cell, took, x};
    compute_watch(x->compute, &x->watch);
    add_part(x, indicator, TRACE_VALUE, false);
    if (g->prior != PLAN_NONE && !cell.org.n && cell.month == COMPUTE_NO_MONTH)
        add_part(x, g->prior, TRACE_VALUE, true);
    size_t tables = schema_tables(plan->conf);
    x->table = ARENA_ARRAY(&x->arena, struct trace_table, tables);
    for (size_t t = 0; t < tables; t++)
        prepare_table(x, t);
    return x;
}

void trace_free(struct trace *x)
{
    if (!x)
        return;
    for (size_t t = 0; t < schema_tables(x->plan->conf); t++) {
        intern_release(&x->table[t].text);
        free(x->table[t].cell);
    }
    for (size_t i = 0; i < x->n_calls; i++)
        free(x->call[i].row);
    compute_free(x->compute);
    free(x->call);
    free(x->part);
    free(x->place);
    arena_release(&x->arena);
    free(x);
}

void trace_block(struct trace *x, size_t t, const struct tblock *b)
{
    if (b->rows > x->cap_place) {
        x->cap_place = b->rows;
        x->place = x_realloc(x->place, b->rows, sizeof *x->place);
    }
    for (size_t r = 0; r < b->rows; r++)
        x->place[r] = SIZE_MAX;
    compute_block(x->compute, 0, t, b);
}

static bool read_table(struct trace *x, size_t t, const char *dir, struct err *e)
{
    const struct conf *c = x->plan->conf;
    struct arena a = {0};
    struct tabin *in = tabin_open(schema_merged_path(&a, dir, schema_name(c, t)).p, e);
    bool ok = in != NULL;
    if (ok && tabin_schema(in)->n != x->plan->table[t].n)
        ok = err_set(e, ST_DATA, NULL, "E-WHY-03", NULL);
    for (size_t b = 0; ok && b < tabin_blocks(in); b++) {
        struct tblock block;
        struct arena one = {0};
        ok = tabin_read(in, b, x->table[t].want, &one, &block, e);
        if (ok)
            trace_block(x, t, &block);
        arena_release(&one);
    }
    tabin_free(in);
    arena_release(&a);
    return ok;
}

bool trace_read(struct trace *x, const char *dir, struct err *e)
{
    for (size_t t = 0; t < schema_tables(x->plan->conf); t++)
        if (x->table[t].used && !read_table(x, t, dir, e))
            return false;
    return true;
}

/* --- the end --- */

struct order {
    const struct intern *text; /* NULL: the values are numbers */
};

static int by_value(const void *a, const void *b, void *context)
{
    const struct order *o = context;
    const struct trace_row *x = a, *y = b;
    if (x->value != y->value && o->text)
        return str_cmp(o->text->text[x->value], o->text->text[y->value]);
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Rows of one value stand together, and the first of them counts. */
static void group_values(struct trace *x, struct trace_call *k)
{
    struct order o = {k->is_text ? &x->table[k->f->table].text : NULL};
    if (k->n)
        qsort_r(k->row, k->n, sizeof *k->row, by_value, &o);
    for (size_t i = 1; i < k->n; i++)
        if (k->row[i].value == k->row[i - 1].value)
            k->row[i].weight = 0;
}

/* The statistic of the values listed; does compute get the same of its own? */
static bool same_statistic(struct trace *x, struct trace_call *k)
{
    struct tally t = {0};
    struct exact other = {0, 1};
    for (size_t i = 0; i < k->n; i++)
        tally_add(&t, 0, k->row[i].value, 1);
    tally_sort(&t);
    k->has_result = k->f->statistic(tally_of(&t, 0), k->f->share, &k->result);
    tally_release(&t);
    struct tally_runs runs = compute_values(x->compute, k->f->table, k->f->aggregate, x->cell);
    bool has_other = k->f->statistic(runs, k->f->share, &other);
    return has_other == k->has_result &&
           (!has_other || (other.num == k->result.num && other.den == k->result.den));
}

void trace_finish(struct trace *x)
{
    compute_finish(x->compute);
    for (size_t i = 0; i < x->n_calls; i++) {
        struct trace_call *k = &x->call[i];
        if (k->kind == AGG_DISTINCT)
            group_values(x, k);
        for (size_t r = 0; r < k->n; r++)
            k->total += k->row[r].weight;
        k->agrees = k->kind == AGG_VALUES ? same_statistic(x, k)
                                          : k->total == compute_count(x->compute, k->f->table,
                                                                      k->f->aggregate, x->cell);
    }
}

struct str trace_cell(const struct trace *x, size_t t, size_t at, size_t k, struct strbuf *b)
{
    const struct trace_table *s = &x->table[t];
    const struct tcolumn *c = &x->plan->table[t].col[s->column[k]];
    int64_t v = s->cell[at * s->n_columns + k];
    if (v == TABLE_MISSING)
        return (struct str){NULL, 0};
    if (c->type == TCOL_TEXT)
        return s->text.text[v];
    b->n = 0;
    table_print(c, v, b);
    return strbuf_str(b);
}

struct str trace_file(const struct trace *x, size_t t, size_t at)
{
    const struct trace_table *s = &x->table[t];
    return s->text.text[s->cell[at * s->n_columns + s->n_columns - 2]];
}

int64_t trace_line(const struct trace *x, size_t t, size_t at)
{
    const struct trace_table *s = &x->table[t];
    return s->cell[at * s->n_columns + s->n_columns - 1];
}
