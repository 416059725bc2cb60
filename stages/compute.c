/*
 * compute: the merged tables become figures and checks.
 *
 * Each table is read once, block by block, by all threads together (calc/compute.h); figures and
 * checks then follow from the aggregates (calc/figure.h). The ledger of merge says what was sent.
 */
#include <stdlib.h>
#include <stdio.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/bounds.h"
#include "pipeline/calc/check.h"
#include "pipeline/calc/compute.h"
#include "pipeline/calc/distribution.h"
#include "pipeline/calc/figure_csv.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/partial.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/readings.h"
#include "pipeline/calc/remark.h"
#include "pipeline/calc/schema.h"
#include "pipeline/calc/series.h"
#include "pipeline/calc/stats.h"
#include "pipeline/calc/touch.h"
#include "pipeline/chain.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"

enum { OUTPUT_MODE = 0644, PRIVATE_MODE = 0640 };

struct unit {
    size_t table, block;
};

struct computing {
    struct stage_ctx *ctx;
    struct arena arena;
    struct plan plan;
    struct compute *compute;
    struct figures figures;
    struct ledger ledger;    /* of merge */
    struct ledger delivered; /* of clean */
    struct shortfall *shortfall;
    struct touch *touch; /* corrected cells; in the arena */
    struct tabin **in;   /* by table */
    struct unit *unit;
    size_t n_units, cap_units;
    struct arena *scratch; /* by worker */
    int64_t *kept;         /* by export: rows that the ledger says are in its table */
    enum delivery *delivery;
    bool *absent; /* by submitter */
};

static const char *merged_path(struct computing *m, size_t t)
{
    return schema_merged_path(&m->arena, m->ctx->in, schema_name(m->ctx->conf, t)).p;
}

/* --- the ledger of merge --- */

static bool take_ledger(struct computing *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    const struct ledger *l = &m->ledger;
    m->kept = ARENA_ARRAY(&m->arena, int64_t, c->n_exports);
    m->delivery = ARENA_ARRAY(&m->arena, enum delivery, PERIODS * c->n_exports);
    m->absent = ARENA_ARRAY(&m->arena, bool, m->ctx->refs->n_submitters);
    if (!ledger_read_merged(m->ctx->in, c, &m->arena, &m->ledger, e) ||
        !ledger_read(m->ctx->result[chain_find("clean")], c, &m->arena, &m->delivered, e))
        return false;
    for (size_t r = 0; r < l->n; r++)
        m->kept[l->row[r].export] += l->row[r].kept;
    delivery_judge(l, c, m->ctx->refs, m->delivery);
    for (size_t i = 0; i < m->ctx->refs->n_submitters; i++)
        m->absent[i] =
            !ledger_is_delivered(l, m->ctx->refs->submitter[i].export,
                                 m->ctx->refs->submitter[i].org, m->ctx->refs->period_start);
    m->shortfall = bounds_shortfall(&m->plan, m->absent, &m->ledger, &m->arena);
    return true;
}

/* --- the tables --- */

static bool same_schema(const struct tschema *a, const struct tschema *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct tcolumn *x = &a->col[i], *y = &b->col[i];
        if (!str_eq(x->name, y->name) || x->type != y->type || x->n_label != y->n_label)
            return false;
        for (size_t k = 0; k < x->n_label; k++)
            if (!str_eq(x->label[k], y->label[k]))
                return false;
    }
    return true;
}

/* Opens table t and makes a unit of each of its blocks. Every export is opened, because its rows
 * are compared with the ledger; an event table only when a figure needs it. */
static bool open_table(struct computing *m, size_t t, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    bool is_export = t < c->n_exports;
    if (!is_export && !compute_needs(m->compute, t))
        return true;
    const char *path = merged_path(m, t);
    m->in[t] = tabin_open(path, e);
    if (!m->in[t])
        return false;
    if (!same_schema(tabin_schema(m->in[t]), &m->plan.table[t]))
        return err_set(e, ST_SYSTEM, path, "E-SYS-03", "columns", NULL);
    progress_add(&m->ctx->progress->files, 1);
    if (is_export && (int64_t)tabin_rows(m->in[t]) != m->kept[t])
        return err_set(
            e, ST_SYSTEM, path, "E-SYS-03",
            arena_printf(&m->arena, "%zu / %lld", tabin_rows(m->in[t]), (long long)m->kept[t]).p,
            NULL);
    for (size_t b = 0; compute_needs(m->compute, t) && b < tabin_blocks(m->in[t]); b++) {
        X_GROW(m->unit, m->n_units, m->cap_units);
        m->unit[m->n_units++] = (struct unit){t, b};
        m->ctx->progress->rows.whole += (int64_t)tabin_block_rows(m->in[t], b);
    }
    return true;
}

static bool read_block(void *context, size_t i, size_t w, struct err *e)
{
    struct computing *m = context;
    struct unit u = m->unit[i];
    struct tblock b;
    arena_reset(&m->scratch[w]);
    if (!tabin_read(m->in[u.table], u.block, compute_want(m->compute, u.table), &m->scratch[w], &b,
                    e))
        return false;
    compute_block(m->compute, w, u.table, &b);
    progress_add(&m->ctx->progress->rows, (int64_t)b.rows);
    return true;
}

/* --- corrections --- */

/* Looks where corrected rows stand in table t: only in those of exports with a correction. */
static bool locate_in(struct computing *m, size_t t, struct err *e)
{
    bool *want = ARENA_ARRAY(&m->arena, bool, m->plan.table[t].n);
    bool ok = true;
    if (!m->in[t] || !touch_wants(m->touch, t, want))
        return true;
    for (size_t b = 0; ok && b < tabin_blocks(m->in[t]); b++) {
        struct tblock block;
        arena_reset(&m->scratch[0]);
        ok = tabin_read(m->in[t], b, want, &m->scratch[0], &block, e);
        if (ok)
            touch_block(m->touch, t, &block);
    }
    return ok;
}

static bool find_touched(struct computing *m, struct err *e)
{
    m->touch = touch_read(m->ctx->result[chain_find("clean")], &m->plan, &m->ledger, &m->arena, e);
    bool ok = m->touch != NULL;
    for (size_t t = 0; ok && t < schema_tables(m->ctx->conf); t++)
        ok = locate_in(m, t, e);
    return ok;
}

/* --- results --- */

static bool put(struct computing *m, const char *name, struct strbuf *text, struct err *e)
{
    bool ok =
        outfile_put(stage_path(&m->arena, m->ctx->to, name), OUTPUT_MODE, strbuf_str(text), e);
    strbuf_release(text);
    return ok;
}

static bool write_indicators(struct computing *m, struct err *e)
{
    const struct bound *bound = bounds_make(&m->plan, &m->figures, m->shortfall, &m->arena);
    const struct figures_said said = {
        .plan = &m->plan, .figures = &m->figures, .bound = bound, .touch = m->touch};
    struct strbuf text = {0};
    figures_csv(&said, &m->arena, &text);
    return put(m, "indicators.csv", &text, e);
}

typedef void csv_maker(const struct plan *plan, const struct figures *f, struct strbuf *out);

static bool write_csv(struct computing *m, const char *name, csv_maker *make, struct err *e)
{
    struct strbuf text = {0};
    make(&m->plan, &m->figures, &text);
    return put(m, name, &text, e);
}

static bool write_warnings(struct computing *m, struct err *e)
{
    struct strbuf text = {0};
    remark_warnings(m->ctx->conf, &m->figures, &text);
    return put(m, "warnings.csv", &text, e);
}

static bool write_distributions(struct computing *m, struct err *e)
{
    struct strbuf text = {0};
    distributions_csv(&m->plan, m->compute, &text);
    return put(m, "distributions.csv", &text, e);
}

/* What a roll-up of several districts needs of this one. */
static bool write_partials(struct computing *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    struct partial p;
    struct secret key;
    struct strbuf text = {0};
    if (c->shared_key && !secret_read(c->key_file.p, &key, e))
        return false;
    partial_init(&p, c);
    partial_of_run(&p, &m->plan, &m->delivered, &m->ledger, m->shortfall);
    partial_write(&m->plan, m->compute, &p, c->shared_key ? &key : NULL, &text);
    const char *path = stage_path(&m->arena, m->ctx->to, PARTIAL_FILE);
    bool ok = outfile_put_packed(path, PRIVATE_MODE, PARTIAL_GZIP, strbuf_str(&text), e);
    strbuf_release(&text);
    partial_release(&p);
    return ok;
}

/* A fatal check that failed ends the run, after everything has been written for a look. */
static bool check_all(struct computing *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    struct strbuf text = {0};
    struct verdict *v = ARENA_ARRAY(&m->arena, struct verdict, c->n_checks);
    const struct check_input in = {&m->plan, m->compute, &m->figures, &m->delivered, m->in};
    if (!checks_run(&in, &m->arena, v, e))
        return false;
    checks_csv(c, v, &text);
    const char *path = stage_path(&m->arena, m->ctx->to, "checks.csv");
    bool ok = outfile_put(path, OUTPUT_MODE, strbuf_str(&text), e) && checks_judge(c, v, e);
    strbuf_release(&text);
    return ok;
}

/* --- the stage --- */

static bool build_plan(struct computing *m, struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(m->ctx->conf, m->ctx->refs, &m->plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

static bool run_all(struct computing *m, struct err *e)
{
    struct stage_ctx *ctx = m->ctx;
    size_t tables = schema_tables(ctx->conf);
    if (!build_plan(m, e) || !take_ledger(m, e))
        return false;
    m->compute = compute_new(&m->plan, ctx->jobs);
    m->in = ARENA_ARRAY(&m->arena, struct tabin *, tables);
    m->scratch = ARENA_ARRAY(&m->arena, struct arena, ctx->jobs);
    for (size_t t = 0; t < tables; t++)
        if (!open_table(m, t, e))
            return false;
    if (!pool_run(ctx->jobs, m->n_units, read_block, m, e))
        return false;
    compute_finish(m->compute);
    if (!find_touched(m, e))
        return false;
    figures_make(&m->plan, m->compute, m->delivery, &m->figures);
    return write_indicators(m, e) && write_csv(m, "series.csv", series_csv, e) &&
           write_csv(m, "readings.csv", readings_csv, e) && write_distributions(m, e) &&
           write_warnings(m, e) && write_partials(m, e) && check_all(m, e);
}

static bool compute_run(struct stage_ctx *ctx, struct err *e)
{
    struct computing m = {.ctx = ctx};
    stats_begin();
    bool ok = run_all(&m, e);
    for (size_t t = 0; m.in && t < schema_tables(ctx->conf); t++)
        tabin_free(m.in[t]);
    for (size_t w = 0; m.scratch && w < ctx->jobs; w++)
        arena_release(&m.scratch[w]);
    compute_free(m.compute);
    figures_release(&m.figures);
    plan_release(&m.plan);
    free(m.unit);
    arena_release(&m.arena);
    return ok;
}

const struct stage this_stage = {.name = "compute", .run = compute_run};
