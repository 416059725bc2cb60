#include "pipeline/run/mergeparts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/spool.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/pool.h"

/* An export in hand. */
struct parts {
    struct merging *m;
    struct job *job;
    struct spool *spool;
    size_t *part; /* by range; SIZE_MAX: not to be made */
    size_t n_parts;
};

static bool scan_block(void *context, size_t i, size_t worker, struct err *e)
{
    (void)worker;
    return spool_scan(((struct parts *)context)->spool, i, e);
}

static bool scatter_block(void *context, size_t i, size_t worker, struct err *e)
{
    return spool_scatter(((struct parts *)context)->spool, i, worker, e);
}

/* Looks through the keys and cuts the ranges. */
static bool cut(struct parts *p, const char *dir, struct err *e)
{
    struct merging *m = p->m;
    struct job *j = p->job;
    if (!outdir_make(dir, e))
        return false;
    p->spool = spool_open(m->ctx->conf, j->export, j->input, j->n_sources, m->ctx->jobs, dir, e);
    if (!p->spool || !pool_run(m->ctx->jobs, spool_blocks(p->spool), scan_block, p, e))
        return false;
    spool_cut(p->spool);
    j->n_first = spool_ranges(p->spool);
    struct str *first = ARENA_ARRAY(&m->arena, struct str, j->n_first);
    for (size_t i = 0; i < j->n_first; i++)
        first[i] = arena_str(&m->arena, spool_first(p->spool)[i]);
    j->first = first;
    return !j->kept || keptranges_compare(j->kept, first, j->n_first, e);
}

/* Of all rows, by the sample, those before this one are in shares 0 to i - 1 of n. */
static size_t share_of(size_t before, size_t all, size_t n)
{
    return before * n / all;
}

/* Gives the ranges that are to be made to parts, in their order, as many rows as a batch has. */
static void choose_parts(struct parts *p, size_t share, size_t n)
{
    const struct job *j = p->job;
    size_t all = 0, before = 0, rows = 0;
    p->part = x_calloc(j->n_first, sizeof *p->part);
    for (size_t i = 0; i < j->n_first; i++)
        all += spool_rows(p->spool, i);
    for (size_t i = 0; i < j->n_first; i++) {
        size_t here = spool_rows(p->spool, i);
        bool wanted = share_of(before, all, n) == share && !(j->kept && keptranges_has(j->kept, i));
        before += here;
        p->part[i] = SIZE_MAX;
        if (!wanted)
            continue;
        if (!p->n_parts || rows + here > p->m->batch_rows) {
            p->n_parts++;
            rows = 0;
        }
        rows += here;
        p->part[i] = p->n_parts - 1;
    }
    spool_assign(p->spool, p->part, p->n_parts);
}

static bool merge_part(struct parts *p, size_t part, struct err *e)
{
    struct merging *m = p->m;
    struct arena a = {0};
    size_t n;
    struct merge_input *input = spool_part(p->spool, part, &a, &n);
    m->n_batch = 0;
    m->batch[m->n_batch++] = p->job;
    bool ok = mergejob_batch(m, input, n, e);
    m->n_batch = 0;
    spool_drop(p->spool, part);
    arena_release(&a);
    return ok;
}

static bool write_table(struct parts *p, struct err *e)
{
    struct merging *m = p->m;
    struct job *j = p->job;
    bool ok = mergejob_open(m, j, e);
    for (size_t i = 0; ok && i < p->n_parts; i++)
        ok = merge_part(p, i, e);
    return ok && mergejob_take_ranges(m, j, j->n_first, e) && mergejob_close(j, e);
}

bool mergeparts_share(struct merging *m, struct job *j, size_t i, size_t n, struct err *e)
{
    struct parts p = {.m = m, .job = j};
    const char *dir = stage_path(&m->arena, m->units.to, ".spool");
    bool ok = cut(&p, dir, e);
    if (ok)
        choose_parts(&p, i, n);
    ok = ok &&
         (!p.n_parts || pool_run(m->ctx->jobs, spool_blocks(p.spool), scatter_block, &p, e)) &&
         spool_finish(p.spool, e) && write_table(&p, e);
    spool_free(p.spool);
    free(p.part);
    return ok && outdir_remove(dir, e);
}

bool mergeparts_run(struct merging *m, struct job *j, struct err *e)
{
    return mergeparts_share(m, j, 0, 1, e);
}
