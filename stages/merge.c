/*
 * merge: the clean tables of an export become one, without duplicates, with due dates and events.
 *
 * An export whose result would be the one that is there is taken as a whole; of the others those
 * ranges of keys are made that are new or changed (run/mergejob.h, run/mergeparts.h). Exports whose
 * due dates need the pauses of another export come last.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/event.h"
#include "pipeline/calc/rowkey.h"
#include "pipeline/calc/schema.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/mergejob.h"
#include "pipeline/run/mergeparts.h"
#include "pipeline/run/outdir.h"

/* A table of fewer rows is merged anew when any of it has changed: looking for what can be kept
 * would cost as much. */
enum { PARTS_ROWS = 8 * ROWKEY_CUT };

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

/* Do its due dates need the pauses of another export? */
static bool is_waiting(const struct merging *m, size_t export)
{
    const struct conf *c = m->ctx->conf;
    for (size_t d = 0; d < c->n_deadlines; d++)
        if (c->deadlines[d].export == export && c->deadlines[d].pause_export != SIZE_MAX)
            return true;
    return false;
}

/* --- exports --- */

static bool merge_small(struct merging *m, struct err *e)
{
    bool ok = true;
    for (size_t b = 0; ok && b < m->n_batch; b++)
        ok = mergejob_open(m, m->batch[b], e);
    ok = ok && mergejob_batch(m, NULL, 0, e);
    for (size_t b = 0; ok && b < m->n_batch; b++)
        ok = mergejob_close(m->batch[b], e);
    m->n_batch = 0;
    return ok;
}

static bool is_in_parts(const struct merging *m, const struct job *j)
{
    return j->rows > m->batch_rows || j->kept;
}

static bool merge_exports(struct merging *m, bool waiting, struct err *e)
{
    size_t rows = 0;
    m->n_batch = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        struct job *j = &m->job[x];
        if (j->from || is_waiting(m, x) != waiting || is_in_parts(m, j))
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
        if (!m->job[x].from && is_waiting(m, x) == waiting && is_in_parts(m, &m->job[x]) &&
            !mergeparts_run(m, &m->job[x], e))
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
        for (size_t k = 0; k < from->n_ranges; k++)
            pauses_add(m->pauses[d], &from->ranges[k].block);
    }
}

/* --- events, losers, ledger --- */

static bool put(struct merging *m, const char *name, struct str text, struct err *e)
{
    return outfile_put_packed(stage_path(&m->arena, m->units.to, name), 0640,
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
    const struct tblock **block = ARENA_ARRAY(&m->arena, const struct tblock *, j->n_ranges);
    for (size_t k = 0; k < j->n_ranges; k++)
        block[k] = &j->ranges[k].block;
    struct event_table table;
    event_make(&c->events[v], &m->plan.event[v], schema, m->ctx->refs, block, j->n_ranges,
               &m->arena, &table);
    list_folded(&table, block, folded, c->events[v].name);
    struct tableout_piece piece = {0};
    tableout_encode(schema, &table.block, m->form, &m->text[0], &piece);
    struct tableout *out = tableout_open(m->units.to, c->events[v].name, schema, m->form, e);
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
        if (j->from)
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
static struct merge_loser *join_losers(const struct merging *m, size_t *n)
{
    *n = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++)
        *n += m->job[x].unit.n_losers;
    struct merge_loser *all = x_calloc(*n, sizeof *all), *to = all;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        const struct job *j = &m->job[x];
        for (size_t i = 0; i < j->unit.n_losers; i++, to++) {
            *to = j->unit.loser[i];
            to->file = j->source[to->file].file_index;
            to->to_file = j->source[to->to_file].file_index;
        }
    }
    if (*n)
        qsort(all, *n, sizeof *all, by_loser);
    return all;
}

static bool write_losers(struct merging *m, struct err *e)
{
    size_t n;
    struct merge_loser *all = join_losers(m, &n);
    m->ctx->progress->findings = (int64_t)n;
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,line,kind,lost_to_file,lost_to_line\n"));
    for (size_t i = 0; i < n; i++) {
        const struct merge_loser *l = &all[i];
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
    free(all);
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
        if (left != (int64_t)m->job[x].unit.rows)
            return err_set(e, ST_SYSTEM, c->exports[x].id.p, "E-SYS-03", "merge", NULL);
    }
    return true;
}

/* --- what can be taken from earlier results --- */

/* Rows that are pauses of an export that is made must be at hand: theirs is made, too. */
static void need_pauses(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    bool again = true;
    while (again) {
        again = false;
        for (size_t d = 0; d < c->n_deadlines; d++) {
            size_t from = c->deadlines[d].pause_export;
            if (from == SIZE_MAX || m->job[c->deadlines[d].export].from || !m->job[from].from)
                continue;
            m->job[from].from = NULL;
            again = true;
        }
    }
}

/* What each export rests on. */
static bool find_keys(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    char(*base)[65] = x_calloc(c->n_exports, sizeof *base);
    bool ok = true;
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        struct job *j = &m->job[x];
        j->unit.folded = ARENA_ARRAY(&m->arena, struct str, c->n_events);
        ok =
            mergeunit_sources(&j->unit, j->source, j->input, j->n_sources, &m->arena, &j->known, e);
        if (ok && j->known)
            mergeunit_base(&m->units, x, &j->unit, base[x]);
    }
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        struct job *j = &m->job[x];
        mergeunit_key(&m->units, x, (const char(*)[65])base, j->unit.key);
        j->known = j->unit.key[0] != '\0';
    }
    free(base);
    return ok;
}

/* Is the result of an export in the folder `dir` the one that would be made? It is then in *there.
 */
static bool is_there(const struct merging *m, const struct job *j, const char *dir, struct arena *a,
                     struct mergeunit *there)
{
    if (!j->known || !mergeunit_try_read(&m->units, dir, j->export, a, there))
        return false;
    if (strcmp(there->key, j->unit.key) == 0)
        return true;
    mergeunit_release(there);
    return false;
}

static bool take_whole(struct merging *m, struct job *j, struct mergeunit *there, struct err *e)
{
    mergeunit_release(&j->unit);
    j->unit = *there;
    *there = (struct mergeunit){0};
    progress_add(&m->ctx->progress->rows, (int64_t)j->rows);
    return mergeunit_take(&m->units, j->from, j->export, e);
}

/* Can its ranges be made at different times, or places? Those of exports with pauses rest on more
 * than their own rows. */
static bool is_shareable(const struct merging *m, const struct job *j)
{
    return j->known && !j->keeps && !is_waiting(m, j->export) && j->rows >= PARTS_ROWS;
}

/* The ranges of an export that earlier results have. */
static void look_for_ranges(struct merging *m, struct job *j)
{
    if (!is_shareable(m, j))
        return;
    const struct keptranges_of of = {.units = &m->units,
                                     .export = j->export,
                                     .schema = &m->plan.table[j->export],
                                     .unit = &j->unit,
                                     .table = j->input,
                                     .jobs = m->ctx->jobs};
    j->kept = keptranges_new(&of);
    for (size_t i = 0; i < m->n_shares; i++)
        keptranges_look_into(j->kept, m->share[i], NULL);
    if (m->last)
        keptranges_look_into(j->kept, m->last, m->last_clean);
    if (keptranges_any(j->kept))
        return;
    keptranges_free(j->kept);
    j->kept = NULL;
}

static bool take_exports(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    const char *const dir[] = {m->ctx->units, m->last};
    struct mergeunit *there = x_calloc(c->n_exports, sizeof *there);
    bool ok = find_keys(m, e);
    for (size_t x = 0; ok && x < c->n_exports; x++)
        for (size_t i = 0; i < 2 && !m->job[x].from; i++)
            if (dir[i] && is_there(m, &m->job[x], dir[i], &m->arena, &there[x]))
                m->job[x].from = dir[i];
    if (ok)
        need_pauses(m);
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        if (m->job[x].from)
            ok = take_whole(m, &m->job[x], &there[x], e);
        else
            look_for_ranges(m, &m->job[x]);
    }
    for (size_t x = 0; x < c->n_exports; x++)
        mergeunit_release(&there[x]);
    free(there);
    return ok;
}

static bool keep_exports(struct merging *m, struct err *e)
{
    bool ok = true;
    for (size_t x = 0; ok && x < m->ctx->conf->n_exports; x++) {
        const struct job *j = &m->job[x];
        ok = j->from || !j->known || mergeunit_write(&m->units, x, &j->unit, e);
    }
    return ok;
}

/* --- */

/* Where the share i of the tables is put. */
static const char *share_path(struct merging *m, size_t i)
{
    return arena_printf(&m->arena, "%s/%zu", m->ctx->units, i).p;
}

static void find_shares(struct merging *m)
{
    size_t cap = 0;
    for (;; m->n_shares++) {
        const char *dir = share_path(m, m->n_shares);
        if (sys_is_absent(dir))
            return;
        X_GROW(m->share, m->n_shares, cap);
        m->share[m->n_shares] = dir;
    }
}

static bool prepare(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    if (!ledger_read(m->ctx->in, c, &m->arena, &m->ledger, e))
        return false;
    m->job = ARENA_ARRAY(&m->arena, struct job, c->n_exports);
    m->place = ARENA_ARRAY(&m->arena, size_t, m->ledger.n);
    m->batch = ARENA_ARRAY(&m->arena, struct job *, c->n_exports + 1);
    m->pauses = ARENA_ARRAY(&m->arena, struct pauses *, c->n_deadlines);
    m->text = ARENA_ARRAY(&m->arena, struct strbuf, m->ctx->jobs);
    m->units = (struct mergeunit_of){c, m->ctx->refs, m->ctx->program, m->ctx->to};
    for (size_t x = 0; x < c->n_exports; x++) {
        prepare_job(m, x);
        progress_add(&m->ctx->progress->files, (int64_t)m->job[x].n_sources);
        m->ctx->progress->rows.whole += (int64_t)m->job[x].rows;
    }
    if (m->ctx->force)
        return true;
    m->last = stage_path(&m->arena, m->ctx->out, this_stage.name);
    m->last_clean = stage_path(&m->arena, m->ctx->out, chain[chain_find(this_stage.name)].in);
    return true;
}

static bool merge_all(struct merging *m, struct err *e)
{
    if (!take_exports(m, e) || !merge_exports(m, false, e))
        return false;
    collect_pauses(m);
    return merge_exports(m, true, e) && write_events(m, e) && keep_exports(m, e) &&
           write_losers(m, e) && balance(m, e) &&
           ledger_write(m->units.to, m->ctx->conf, &m->ledger, e);
}

/* A share of an export's ranges, as a table that is no whole one: so its unit has no key of its
 * own. */
static bool share_export(struct merging *m, struct job *j, size_t i, size_t n, struct err *e)
{
    struct mergeunit there;
    if (m->last && is_there(m, j, m->last, &m->arena, &there)) {
        mergeunit_release(&there);
        return true;
    }
    look_for_ranges(m, j);
    j->share = true;
    memcpy(j->unit.key, j->unit.ground, sizeof j->unit.key);
    return mergeparts_share(m, j, i, n, e) && mergeunit_write(&m->units, j->export, &j->unit, e);
}

static void release(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    for (size_t x = 0; m->job && x < c->n_exports; x++) {
        struct job *j = &m->job[x];
        for (size_t k = 0; k < j->n_ranges; k++)
            merge_range_release(&j->ranges[k]);
        free(j->ranges);
        mergeunit_release(&j->unit);
        keptranges_free(j->kept);
        tableout_free(j->out);
    }
    for (size_t d = 0; m->pauses && d < c->n_deadlines; d++)
        pauses_free(m->pauses[d]);
    for (size_t w = 0; m->text && w < m->ctx->jobs; w++)
        strbuf_release(&m->text[w]);
    free(m->share);
    free(m->unit);
    plan_release(&m->plan);
    arena_release(&m->arena);
}

static bool begin(struct merging *m, struct stage_ctx *ctx, struct err *e)
{
    struct problems problems = {0};
    m->ctx = ctx;
    m->batch_rows = (size_t)ctx->conf->limits.rows;
    m->form = (struct tableout_form){(int)ctx->conf->gzip_level, ctx->conf->no_origin ? 2 : 0};
    bool ok = plan_build(ctx->conf, ctx->refs, &m->plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    return ok && prepare(m, e);
}

static bool merge_run(struct stage_ctx *ctx, struct err *e)
{
    struct merging m = {0};
    bool ok = begin(&m, ctx, e);
    if (ok && ctx->units)
        find_shares(&m);
    ok = ok && merge_all(&m, e);
    release(&m);
    return ok;
}

/* Shares of the tables that are large; what is small is made when all are put together. */
static bool merge_share(struct stage_ctx *ctx, size_t i, size_t n, struct err *e)
{
    struct merging m = {0};
    bool ok = begin(&m, ctx, e) && find_keys(&m, e);
    m.units.to = share_path(&m, i);
    ok = ok && outdir_empty(m.units.to, e);
    for (size_t x = 0; ok && x < ctx->conf->n_exports; x++)
        if (is_shareable(&m, &m.job[x]))
            ok = share_export(&m, &m.job[x], i, n, e);
    release(&m);
    return ok;
}

const struct stage this_stage = {.name = "merge", .run = merge_run, .share = merge_share};
