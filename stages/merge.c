/*
 * merge: the clean tables of an export become one, without duplicates, with due dates and events.
 *
 * Exports are merged in batches of as many rows as memory is meant to hold, so that the many small
 * ones fill the gaps of a large one: each step (calc/merge.h) is one set of units for the pool. An
 * export that is larger than a batch is first cut into parts by its keys (calc/spool.h), and each
 * part is a batch of its own. Exports whose due dates need the pauses of another export come last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/deadline.h"
#include "pipeline/calc/event.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/merge.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/schema.h"
#include "pipeline/calc/spool.h"
#include "pipeline/calc/tableout.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/mergeunit.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"

/* An export while it is merged. */
struct job {
    size_t export;
    struct merge_source *source;
    struct merge_input *input;
    size_t n_sources, rows;
    struct tableout *out;
    size_t rows_out;
    bool taken;            /* from the last result: nothing of it is to be made */
    struct mergeunit unit; /* its losers by places in `source` */
    char key[65];
    bool keeps;               /* its rows are needed after its batch: for events or pauses */
    struct merge_range *kept; /* then: the ranges of all its batches, in order; owned */
    size_t n_kept, cap_kept;
    struct merge *merge;          /* of the batch in hand */
    struct tableout_piece *piece; /* by range */
};

struct unit {
    struct job *job;
    size_t index; /* a block or a range of its merge */
};

struct merging {
    struct stage_ctx *ctx;
    struct arena arena;
    struct plan plan;
    struct tableout_form form;
    struct ledger ledger;
    struct job *job; /* by export */
    size_t *place;   /* by row of the ledger: among the sources of its export */
    struct job **batch;
    size_t n_batch;
    size_t batch_rows; /* of a batch, about: parts of a large export are cut by samples */
    struct unit *unit; /* of the step in hand */
    size_t n_units;
    struct spool *spool;
    struct strbuf *text;    /* by worker */
    struct pauses **pauses; /* by deadline */
    struct mergeunit_of units;
    struct merge_loser *loser; /* of all exports, by place in the ledger */
    size_t n_losers;
};

/* --- what there is to do --- */

static int by_rank(const void *a, const void *b, void *context)
{
    const struct merging *m = context;
    const struct ledger_row *x = &m->ledger.row[((const struct merge_source *)a)->file_index];
    const struct ledger_row *y = &m->ledger.row[((const struct merge_source *)b)->file_index];
    if (x->cutoff != y->cutoff)
        return x->cutoff < y->cutoff ? -1 : 1;
    if (x->version != y->version)
        return x->version < y->version ? -1 : 1;
    return str_cmp(x->file, y->file);
}

static void prepare_job(struct merging *m, size_t export)
{
    const struct conf *c = m->ctx->conf;
    struct job *j = &m->job[export];
    j->export = export;
    j->source = ARENA_ARRAY(&m->arena, struct merge_source, m->ledger.n);
    for (size_t i = 0; i < m->ledger.n; i++) {
        const struct ledger_row *r = &m->ledger.row[i];
        if (r->export != export || !ledger_is_read(r))
            continue;
        j->source[j->n_sources++] = (struct merge_source){.file = r->file, .file_index = i};
        j->rows += (size_t)r->kept;
    }
    if (j->n_sources)
        qsort_r(j->source, j->n_sources, sizeof *j->source, by_rank, m);
    j->input = ARENA_ARRAY(&m->arena, struct merge_input, j->n_sources);
    for (size_t i = 0; i < j->n_sources; i++) {
        j->source[i].rank = i;
        m->place[j->source[i].file_index] = i;
        struct str path =
            schema_clean_path(&m->arena, m->ctx->in, c->exports[export].id, j->source[i].file);
        j->input[i] = (struct merge_input){path.p, i};
    }
    for (size_t v = 0; v < c->n_events; v++)
        j->keeps |= c->events[v].export == export;
    for (size_t d = 0; d < c->n_deadlines; d++)
        j->keeps |= c->deadlines[d].pause_export == export;
}

/* --- steps of a batch --- */

typedef bool step_work(struct merging *m, struct unit u, size_t worker, struct err *e);
struct step {
    struct merging *m;
    step_work *work;
};

static bool run_unit(void *context, size_t i, size_t worker, struct err *e)
{
    struct step *s = context;
    return s->work(s->m, s->m->unit[i], worker, e);
}

static bool run_step(struct merging *m, size_t (*count)(const struct merge *), step_work *work,
                     struct err *e)
{
    m->n_units = 0;
    for (size_t b = 0; b < m->n_batch; b++) {
        size_t n = count(m->batch[b]->merge);
        m->unit = x_realloc(m->unit, m->n_units + n, sizeof *m->unit);
        for (size_t i = 0; i < n; i++)
            m->unit[m->n_units++] = (struct unit){m->batch[b], i};
    }
    struct step s = {m, work};
    return pool_run(m->ctx->jobs, m->n_units, run_unit, &s, e);
}

static bool load_block(struct merging *m, struct unit u, size_t worker, struct err *e)
{
    (void)m;
    (void)worker;
    return merge_load(u.job->merge, u.index, e);
}

static bool assign_block(struct merging *m, struct unit u, size_t worker, struct err *e)
{
    (void)m;
    (void)worker;
    (void)e;
    merge_assign(u.job->merge, u.index);
    return true;
}

static bool scatter_block(struct merging *m, struct unit u, size_t worker, struct err *e)
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

static bool make_range(struct merging *m, struct unit u, size_t worker, struct err *e)
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
static void collect_losers(struct merging *m, struct job *j, const struct merge_range *g)
{
    struct mergeunit *u = &j->unit;
    u->loser = x_realloc(u->loser, u->n_losers + g->n_losers, sizeof *u->loser);
    for (size_t i = 0; i < g->n_losers; i++) {
        struct merge_loser *l = &u->loser[u->n_losers++];
        *l = g->loser[i];
        l->file = m->place[l->file];
        l->to_file = m->place[l->to_file];
    }
}

/* Writes the ranges of a job's batch, and lets go of them. */
static bool finish_job(struct merging *m, struct job *j, bool ok, struct err *e)
{
    for (size_t k = 0; j->piece && k < merge_ranges(j->merge); k++) {
        struct merge_range *g = merge_result(j->merge, k);
        ok = ok && tableout_add(j->out, &j->piece[k], e);
        j->rows_out += j->piece[k].rows;
        tableout_piece_release(&j->piece[k]);
        collect_losers(m, j, g);
        if (!j->keeps)
            continue;
        X_GROW(j->kept, j->n_kept, j->cap_kept);
        j->kept[j->n_kept++] = *g;
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
    return run_step(m, merge_blocks, scatter_block, e) && run_step(m, merge_ranges, make_range, e);
}

/* Merges the inputs of the jobs of the batch, whose outputs are open. */
static bool run_batch(struct merging *m, const struct merge_input *input, size_t n_inputs,
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

/* --- exports --- */

static bool open_output(struct merging *m, struct job *j, struct err *e)
{
    j->out = tableout_open(m->ctx->to, m->ctx->conf->exports[j->export].id,
                           &m->plan.table[j->export], m->form, e);
    return j->out != NULL;
}

static bool close_output(struct job *j, struct err *e)
{
    bool ok = tableout_close(j->out, e);
    tableout_free(j->out);
    j->out = NULL;
    return ok;
}

static bool sample_block(void *context, size_t i, size_t worker, struct err *e)
{
    (void)worker;
    return spool_sample(((struct merging *)context)->spool, i, e);
}

static bool spool_block(void *context, size_t i, size_t worker, struct err *e)
{
    return spool_scatter(((struct merging *)context)->spool, i, worker, e);
}

static bool merge_parts(struct merging *m, struct job *j, size_t parts, struct err *e)
{
    bool ok = true;
    for (size_t p = 0; ok && p < parts; p++) {
        struct arena a = {0};
        size_t n;
        struct merge_input *input = spool_part(m->spool, p, &a, &n);
        m->n_batch = 0;
        m->batch[m->n_batch++] = j;
        ok = run_batch(m, input, n, e);
        spool_drop(m->spool, p);
        arena_release(&a);
    }
    return ok;
}

/* An export with more rows than a batch: part by part. */
static bool merge_large(struct merging *m, struct job *j, struct err *e)
{
    size_t parts = (j->rows + m->batch_rows - 1) / m->batch_rows;
    const char *dir = stage_path(&m->arena, m->ctx->to, ".spool");
    m->spool = outdir_make(dir, e) ? spool_open(m->ctx->conf, j->export, j->input, j->n_sources,
                                                parts, m->ctx->jobs, dir, e)
                                   : NULL;
    if (!m->spool)
        return false;
    size_t n = spool_blocks(m->spool);
    bool ok = pool_run(m->ctx->jobs, n, sample_block, m, e);
    if (ok)
        spool_split(m->spool);
    ok = ok && pool_run(m->ctx->jobs, n, spool_block, m, e) && spool_finish(m->spool, e) &&
         open_output(m, j, e) && merge_parts(m, j, parts, e) && close_output(j, e);
    spool_free(m->spool);
    m->spool = NULL;
    return ok && outdir_remove(dir, e);
}

static bool merge_small(struct merging *m, struct err *e)
{
    bool ok = true;
    for (size_t b = 0; ok && b < m->n_batch; b++)
        ok = open_output(m, m->batch[b], e);
    ok = ok && run_batch(m, NULL, 0, e);
    for (size_t b = 0; ok && b < m->n_batch; b++)
        ok = close_output(m->batch[b], e);
    m->n_batch = 0;
    return ok;
}

static bool is_waiting(const struct merging *m, size_t export)
{
    const struct conf *c = m->ctx->conf;
    for (size_t d = 0; d < c->n_deadlines; d++)
        if (c->deadlines[d].export == export && c->deadlines[d].pause_export != SIZE_MAX)
            return true;
    return false;
}

static bool merge_exports(struct merging *m, bool waiting, struct err *e)
{
    size_t rows = 0;
    m->n_batch = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        struct job *j = &m->job[x];
        if (j->taken || is_waiting(m, x) != waiting || j->rows > m->batch_rows)
            continue;
        if (rows + j->rows > m->batch_rows) {
            if (!merge_small(m, e))
                return false;
            rows = 0;
        }
        m->batch[m->n_batch++] = j;
        rows += j->rows;
    }
    if (!merge_small(m, e))
        return false;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++)
        if (!m->job[x].taken && is_waiting(m, x) == waiting && m->job[x].rows > m->batch_rows &&
            !merge_large(m, &m->job[x], e))
            return false;
    return true;
}

static void collect_pauses(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    for (size_t d = 0; d < c->n_deadlines; d++) {
        if (c->deadlines[d].pause_export == SIZE_MAX)
            continue;
        const struct job *from = &m->job[c->deadlines[d].pause_export];
        m->pauses[d] = pauses_new(&c->deadlines[d]);
        for (size_t k = 0; k < from->n_kept; k++)
            pauses_add(m->pauses[d], &from->kept[k].block);
    }
}

/* --- events, losers, ledger --- */

static bool put(struct merging *m, const char *name, struct str text, struct err *e)
{
    return outfile_put_packed(stage_path(&m->arena, m->ctx->to, name), 0640,
                              (int)m->ctx->conf->gzip_level, text, e);
}

static void list_folded(const struct event_table *t, const struct tblock *const *block,
                        struct csvout *out, struct str name)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct event_row *r = &t->row[i], *k = &t->row[r->kept];
        if (r->is_kept)
            continue;
        const struct tblock *rb = block[r->block], *kb = block[k->block];
        csvout_text(out, name);
        csvout_text(out, tvec_text(&rb->col[rb->n - 2], r->row));
        csvout_int(out, rb->col[rb->n - 1].v[r->row]);
        csvout_text(out, tvec_text(&kb->col[kb->n - 2], k->row));
        csvout_int(out, kb->col[kb->n - 1].v[k->row]);
        csvout_end(out);
    }
}

static bool make_event(struct merging *m, size_t v, struct csvout *folded, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    const struct job *j = &m->job[c->events[v].export];
    const struct tschema *schema = &m->plan.table[c->n_exports + v];
    const struct tblock **block = ARENA_ARRAY(&m->arena, const struct tblock *, j->n_kept);
    for (size_t k = 0; k < j->n_kept; k++)
        block[k] = &j->kept[k].block;
    struct event_table table;
    event_make(&c->events[v], &m->plan.event[v], schema, m->ctx->refs, block, j->n_kept, &m->arena,
               &table);
    list_folded(&table, block, folded, c->events[v].name);
    struct tableout_piece piece = {0};
    tableout_encode(schema, &table.block, m->form, &m->text[0], &piece);
    struct tableout *out = tableout_open(m->ctx->to, c->events[v].name, schema, m->form, e);
    bool ok = out && tableout_add(out, &piece, e) && tableout_close(out, e);
    tableout_free(out);
    tableout_piece_release(&piece);
    return ok;
}

static bool write_events(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    struct strbuf text = {0};
    struct csvout folded = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("event,file,line,kept_file,kept_line\n"));
    bool ok = true;
    for (size_t v = 0; ok && v < c->n_events; v++) {
        struct job *j = &m->job[c->events[v].export];
        size_t before = text.n;
        if (j->taken)
            strbuf_add(&text, j->unit.folded[v]);
        else
            ok = make_event(m, v, &folded, e);
        j->unit.folded[v] = arena_str(&m->arena, str_from(strbuf_str(&text), before));
    }
    ok = ok && put(m, "events.csv.gz", strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static int by_loser(const void *a, const void *b)
{
    const struct merge_loser *x = a, *y = b;
    return x->file != y->file ? (x->file < y->file ? -1 : 1)
                              : (x->line > y->line) - (x->line < y->line);
}

/* The losers of all exports, by the places of their files in the ledger. */
static void join_losers(struct merging *m)
{
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++)
        m->n_losers += m->job[x].unit.n_losers;
    m->loser = x_calloc(m->n_losers, sizeof *m->loser);
    size_t n = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        const struct job *j = &m->job[x];
        for (size_t i = 0; i < j->unit.n_losers; i++) {
            struct merge_loser *l = &m->loser[n++];
            *l = j->unit.loser[i];
            l->file = j->source[l->file].file_index;
            l->to_file = j->source[l->to_file].file_index;
        }
    }
}

static bool write_losers(struct merging *m, struct err *e)
{
    join_losers(m);
    m->ctx->progress->findings = (int64_t)m->n_losers;
    if (m->n_losers)
        qsort(m->loser, m->n_losers, sizeof *m->loser, by_loser);
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,line,kind,lost_to_file,lost_to_line\n"));
    for (size_t i = 0; i < m->n_losers; i++) {
        const struct merge_loser *l = &m->loser[i];
        struct ledger_row *r = &m->ledger.row[l->file];
        r->duplicate += l->duplicate;
        r->superseded += !l->duplicate;
        csvout_text(&out, r->file);
        csvout_int(&out, (int64_t)l->line);
        csvout_raw(&out, l->duplicate ? STR("duplicate") : STR("superseded"));
        csvout_text(&out, m->ledger.row[l->to_file].file);
        csvout_int(&out, (int64_t)l->to_line);
        csvout_end(&out);
    }
    bool ok = put(m, "duplicates.csv.gz", strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* What was written of each export must be what the ledger says is left of it. */
static bool balance(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    for (size_t x = 0; x < c->n_exports; x++) {
        int64_t left = 0;
        for (size_t i = 0; i < m->ledger.n; i++) {
            const struct ledger_row *r = &m->ledger.row[i];
            if (r->export == x)
                left += r->kept - r->duplicate - r->superseded;
        }
        if (left != (int64_t)m->job[x].rows_out)
            return err_set(e, ST_SYSTEM, c->exports[x].id.p, "E-SYS-03", "merge", NULL);
    }
    return true;
}

/* --- what can be taken from the last result --- */

/* Rows that are pauses of an export that is made must be at hand: theirs is made, too. */
static void need_pauses(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    bool again = true;
    while (again) {
        again = false;
        for (size_t d = 0; d < c->n_deadlines; d++) {
            size_t from = c->deadlines[d].pause_export;
            if (from == SIZE_MAX || m->job[c->deadlines[d].export].taken || !m->job[from].taken)
                continue;
            m->job[from].taken = false;
            again = true;
        }
    }
}

static bool take_exports(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    char(*base)[65] = x_calloc(c->n_exports, sizeof *base);
    bool ok = true;
    for (size_t x = 0; ok && x < c->n_exports; x++)
        ok = mergeunit_base(&m->units, x, m->job[x].input, m->job[x].n_sources, base[x], e);
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        struct job *j = &m->job[x];
        mergeunit_key(&m->units, x, (const char(*)[65])base, j->key);
        j->taken = !m->ctx->force && mergeunit_try_read(&m->units, x, j->key, &m->arena, &j->unit);
    }
    free(base);
    if (ok)
        need_pauses(m);
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        struct job *j = &m->job[x];
        if (j->taken)
            ok = mergeunit_take(&m->units, x, e);
        else
            mergeunit_release(&j->unit);
        j->rows_out = j->taken ? j->unit.rows : 0;
        if (j->taken)
            progress_add(&m->ctx->progress->rows, (int64_t)j->rows);
        if (!j->taken)
            j->unit.folded = ARENA_ARRAY(&m->arena, struct str, c->n_events);
    }
    return ok;
}

static bool keep_exports(struct merging *m, struct err *e)
{
    bool ok = true;
    for (size_t x = 0; ok && x < m->ctx->conf->n_exports; x++) {
        struct job *j = &m->job[x];
        j->unit.rows = j->rows_out;
        ok = j->taken || !j->key[0] || mergeunit_write(&m->units, x, j->key, &j->unit, e);
    }
    return ok;
}

/* --- */

static bool merge_all(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    if (!ledger_read(m->ctx->in, c, &m->arena, &m->ledger, e))
        return false;
    m->job = ARENA_ARRAY(&m->arena, struct job, c->n_exports);
    m->place = ARENA_ARRAY(&m->arena, size_t, m->ledger.n);
    m->batch = ARENA_ARRAY(&m->arena, struct job *, c->n_exports + 1);
    m->pauses = ARENA_ARRAY(&m->arena, struct pauses *, c->n_deadlines);
    m->text = ARENA_ARRAY(&m->arena, struct strbuf, m->ctx->jobs);
    m->units =
        (struct mergeunit_of){c, m->ctx->refs, m->ctx->program,
                              stage_path(&m->arena, m->ctx->out, this_stage.name), m->ctx->to};
    for (size_t x = 0; x < c->n_exports; x++) {
        prepare_job(m, x);
        progress_add(&m->ctx->progress->files, (int64_t)m->job[x].n_sources);
        m->ctx->progress->rows.whole += (int64_t)m->job[x].rows;
    }
    if (!take_exports(m, e) || !merge_exports(m, false, e))
        return false;
    collect_pauses(m);
    return merge_exports(m, true, e) && write_events(m, e) && keep_exports(m, e) &&
           write_losers(m, e) && balance(m, e) && ledger_write(m->ctx->to, c, &m->ledger, e);
}

static void release(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    for (size_t x = 0; m->job && x < c->n_exports; x++) {
        for (size_t k = 0; k < m->job[x].n_kept; k++)
            merge_range_release(&m->job[x].kept[k]);
        free(m->job[x].kept);
        mergeunit_release(&m->job[x].unit);
        tableout_free(m->job[x].out);
    }
    for (size_t d = 0; m->pauses && d < c->n_deadlines; d++)
        pauses_free(m->pauses[d]);
    for (size_t w = 0; m->text && w < m->ctx->jobs; w++)
        strbuf_release(&m->text[w]);
    free(m->unit);
    free(m->loser);
    plan_release(&m->plan);
    arena_release(&m->arena);
}

static bool merge_run(struct stage_ctx *ctx, struct err *e)
{
    struct merging m = {.ctx = ctx, .batch_rows = (size_t)ctx->conf->limits.rows};
    m.form = (struct tableout_form){(int)ctx->conf->gzip_level, ctx->conf->no_origin ? 2 : 0};
    struct problems problems = {0};
    bool ok = plan_build(ctx->conf, ctx->refs, &m.plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    ok = ok && merge_all(&m, e);
    release(&m);
    return ok;
}

const struct stage this_stage = {.name = "merge", .run = merge_run};
