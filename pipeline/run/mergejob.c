#include "pipeline/run/mergejob.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/rowkey.h"
#include "pipeline/run/pool.h"

struct mergejob_unit {
    struct job *job;
    size_t index; /* a block or a range of its merge */
};

typedef bool step_work(struct merging *m, struct mergejob_unit u, size_t worker, struct err *e);
struct step {
    struct merging *m;
    step_work *work;
};

static bool run_unit(void *context, size_t i, size_t worker, struct err *e)
{
    struct step *s = context;
    return s->work(s->m, s->m->unit[i], worker, e);
}

static void list_units(struct merging *m, size_t (*count)(const struct merge *))
{
    m->n_units = 0;
    for (size_t b = 0; b < m->n_batch; b++) {
        size_t n = count(m->batch[b]->merge);
        m->unit = x_realloc(m->unit, m->n_units + n, sizeof *m->unit);
        for (size_t i = 0; i < n; i++)
            m->unit[m->n_units++] = (struct mergejob_unit){m->batch[b], i};
    }
}

static bool run_units(struct merging *m, step_work *work, struct err *e)
{
    struct step s = {m, work};
    return pool_run(m->ctx->jobs, m->n_units, run_unit, &s, e);
}

static bool run_step(struct merging *m, size_t (*count)(const struct merge *), step_work *work,
                     struct err *e)
{
    list_units(m, count);
    return run_units(m, work, e);
}

static int by_rows(const void *a, const void *b)
{
    const struct mergejob_unit *x = a, *y = b;
    size_t n = merge_range_rows(x->job->merge, x->index),
           k = merge_range_rows(y->job->merge, y->index);
    return (n < k) - (n > k);
}

/* The ranges, the largest first, so that no worker is left with one at the end. */
static bool run_ranges(struct merging *m, step_work *work, struct err *e)
{
    list_units(m, merge_ranges);
    if (m->n_units)
        qsort(m->unit, m->n_units, sizeof *m->unit, by_rows);
    return run_units(m, work, e);
}

static bool load_block(struct merging *m, struct mergejob_unit u, size_t worker, struct err *e)
{
    (void)m;
    (void)worker;
    return merge_load(u.job->merge, u.index, e);
}

static bool assign_block(struct merging *m, struct mergejob_unit u, size_t worker, struct err *e)
{
    (void)m;
    (void)worker;
    (void)e;
    merge_assign(u.job->merge, u.index);
    return true;
}

static bool scatter_block(struct merging *m, struct mergejob_unit u, size_t worker, struct err *e)
{
    (void)m;
    (void)worker;
    (void)e;
    merge_scatter(u.job->merge, u.index);
    return true;
}

static void fill_deadlines(struct merging *m, size_t export, struct merge_range *g)
{
    const struct conf *c = m->ctx->conf;
    size_t column = c->exports[export].n;
    for (size_t d = 0; d < c->n_deadlines; d++) {
        if (c->deadlines[d].export != export)
            continue;
        int64_t *due = ARENA_ARRAY(&g->arena, int64_t, g->block.rows);
        deadline_fill(&c->deadlines[d], &m->plan.deadline[d], m->ctx->refs, m->pauses[d], &g->block,
                      &m->plan.table[export], due, &g->arena);
        g->block.col[column++].v = due;
    }
}

static bool make_range(struct merging *m, struct mergejob_unit u, size_t worker, struct err *e)
{
    (void)e;
    struct job *j = u.job;
    struct merge_range *g = merge_range(j->merge, u.index);
    fill_deadlines(m, j->export, g);
    tableout_encode(&m->plan.table[j->export], &g->block, m->form, &m->text[worker],
                    &j->piece[u.index]);
    progress_add(&m->ctx->progress->rows, (int64_t)(g->block.rows + g->n_losers));
    if (j->keeps)
        merge_own(g);
    else
        arena_release(&g->arena);
    return true;
}

/* The next run knows the files by their places: the ledger may be another one then. */
static void add_losers(const struct merging *m, struct mergeunit *u, const struct merge_range *g)
{
    u->loser = x_realloc(u->loser, u->n_losers + g->n_losers, sizeof *u->loser);
    for (size_t i = 0; i < g->n_losers; i++) {
        struct merge_loser *l = &u->loser[u->n_losers++];
        *l = g->loser[i];
        l->file = m->place[l->file];
        l->to_file = m->place[l->to_file];
    }
}

bool mergejob_take_ranges(struct merging *m, struct job *j, size_t to, struct err *e)
{
    bool ok = true;
    for (; ok && j->next < to; j->next++) {
        if (j->share || !keptranges_has(j->kept, j->next))
            continue;
        size_t before = j->unit.rows;
        ok = keptranges_take(j->kept, j->next, j->out, &j->unit, e);
        progress_add(&m->ctx->progress->rows, (int64_t)(j->unit.rows - before));
    }
    return ok;
}

/* Where range k of the batch lies among all of a job that is merged in parts. */
static size_t place_of(const struct job *j, size_t k)
{
    return rowkey_range(j->first, j->n_first, merge_first(j->merge, k), 0);
}

static struct str end_of(const struct job *j, size_t k)
{
    if (j->first)
        return j->next < j->n_first ? j->first[j->next] : STR("");
    return k + 1 < merge_ranges(j->merge) ? merge_first(j->merge, k + 1) : STR("");
}

/* Appends range k of a job's batch to its table. */
static bool add_range(struct merging *m, struct job *j, size_t k, struct err *e)
{
    const struct merge_range *g = merge_result(j->merge, k);
    const struct tableout_piece *p = &j->piece[k];
    if (j->first) {
        size_t at = place_of(j, k);
        if (!mergejob_take_ranges(m, j, at, e))
            return false;
        j->next = at + 1;
    }
    add_losers(m, &j->unit, g);
    const struct mergeunit_range range = {arena_str(&m->arena, merge_first(j->merge, k)),
                                          arena_str(&m->arena, end_of(j, k)),
                                          p->rows,
                                          g->n_losers,
                                          p->members.n,
                                          p->part.blocks};
    mergeunit_add(&j->unit, &range);
    return tableout_add(j->out, p, e);
}

/* Writes the ranges of a job's batch, and lets go of them. */
static bool finish_job(struct merging *m, struct job *j, bool ok, struct err *e)
{
    for (size_t k = 0; j->piece && k < merge_ranges(j->merge); k++) {
        struct merge_range *g = merge_result(j->merge, k);
        ok = ok && (!j->piece[k].rows || add_range(m, j, k, e));
        tableout_piece_release(&j->piece[k]);
        if (!j->keeps)
            continue;
        X_GROW(j->ranges, j->n_ranges, j->cap_ranges);
        j->ranges[j->n_ranges++] = *g;
        *g = (struct merge_range){0};
    }
    free(j->piece);
    j->piece = NULL;
    merge_free(j->merge);
    j->merge = NULL;
    return ok;
}

static bool run_steps(struct merging *m, struct err *e)
{
    if (!run_step(m, merge_blocks, load_block, e))
        return false;
    for (size_t b = 0; b < m->n_batch; b++) {
        struct job *j = m->batch[b];
        merge_split(j->merge);
        j->piece = x_calloc(merge_ranges(j->merge), sizeof *j->piece);
    }
    if (!run_step(m, merge_blocks, assign_block, e))
        return false;
    for (size_t b = 0; b < m->n_batch; b++)
        merge_place(m->batch[b]->merge);
    return run_step(m, merge_blocks, scatter_block, e) && run_ranges(m, make_range, e);
}

bool mergejob_batch(struct merging *m, const struct merge_input *input, size_t n_inputs,
                    struct err *e)
{
    bool ok = true;
    for (size_t b = 0; ok && b < m->n_batch; b++) {
        struct job *j = m->batch[b];
        j->merge = merge_open(m->ctx->conf, j->export, j->source, j->n_sources,
                              input ? input : j->input, input ? n_inputs : j->n_sources, e);
        ok = j->merge != NULL;
    }
    ok = ok && run_steps(m, e);
    for (size_t b = 0; b < m->n_batch; b++)
        ok = finish_job(m, m->batch[b], ok, e) && ok;
    return ok;
}

bool mergejob_open(struct merging *m, struct job *j, struct err *e)
{
    j->out = tableout_open(m->units.to, m->ctx->conf->exports[j->export].id,
                           &m->plan.table[j->export], m->form, e);
    if (j->out)
        j->unit.csv_head_bytes = tableout_csv_bytes(j->out);
    return j->out != NULL;
}

bool mergejob_close(struct job *j, struct err *e)
{
    bool ok = tableout_close(j->out, e);
    tableout_free(j->out);
    j->out = NULL;
    return ok;
}
