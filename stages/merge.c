/*
 * merge: the clean tables of an export become one, without duplicates, with due dates and events.
 *
 * All exports are worked on together, so that the many small ones fill the gaps of the large one:
 * each step (calc/merge.h) is one set of units for the pool. Exports whose due dates need the
 * pauses of another export wait for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/deadline.h"
#include "pipeline/calc/event.h"
#include "pipeline/calc/merge.h"
#include "pipeline/calc/num.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/tablecsv.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"

enum { COUNT_READ, COUNT_KEPT, COUNT_REJECTED, COUNT_TOTAL, COUNT_CUTOFF, COUNT_VERSION, COUNT_N };

/* A row of the ledger. */
struct entry {
    struct str file, org, state;
    size_t export;
    int64_t count[COUNT_N]; /* as clean wrote them */
    size_t duplicate, superseded;
};

struct unit {
    size_t export, index; /* a block or a range of it */
};

struct merging {
    struct stage_ctx *ctx;
    struct arena arena;
    struct plan plan;
    struct entry *entry;
    size_t n_entries;
    struct merge **merge; /* by export */
    struct unit *unit;    /* of the step in hand */
    size_t n_units;
    struct strbuf **members; /* by export and range: its CSV as gzip members */
    struct pauses **pauses;  /* by deadline */
};

/* --- the ledger of clean --- */

static bool read_entry(struct merging *m, const struct csvtable *t, const char *path, size_t r,
                       const size_t *column, struct err *e)
{
    struct entry *x = &m->entry[r];
    x->file = t->row[r][column[COUNT_N]];
    x->org = t->row[r][column[COUNT_N + 1]];
    x->state = t->row[r][column[COUNT_N + 2]];
    x->export = conf_find_export(m->ctx->conf, t->row[r][column[COUNT_N + 3]]);
    bool ok = x->export != SIZE_MAX;
    for (size_t i = 0; i < COUNT_N; i++) {
        struct str s = t->row[r][column[i]];
        if (i == COUNT_CUTOFF)
            ok = date_parse_iso(s, &x->count[i]) && ok;
        else
            ok = num_parse_plain(s, &x->count[i]) && ok;
    }
    char where[600];
    snprintf(where, sizeof where, "%s:%zu", path, t->line[r]);
    return ok || err_set(e, ST_DATA, where, "E-STAGE-03", NULL);
}

static bool read_ledger(struct merging *m, struct err *e)
{
    static const struct str name[] = {
        {"rows_read", 9}, {"kept", 4}, {"rejected", 8}, {"total_rows", 10}, {"cutoff", 6},
        {"version", 7},   {"file", 4}, {"org", 3},      {"state", 5},       {"export", 6}};
    enum { NAMES = sizeof name / sizeof name[0] };
    size_t column[NAMES];
    const char *path = stage_path(&m->arena, m->ctx->in, "ledger.csv");
    struct csvtable t;
    if (!csvtable_read(path, &m->arena, &t, e))
        return false;
    for (size_t i = 0; i < NAMES; i++)
        if (!csvtable_need(&t, path, name[i], &column[i], e))
            return false;
    m->n_entries = t.rows;
    m->entry = ARENA_ARRAY(&m->arena, struct entry, t.rows);
    for (size_t r = 0; r < t.rows; r++)
        if (!read_entry(m, &t, path, r, column, e))
            return false;
    return true;
}

/* --- opening --- */

static int by_rank(const void *a, const void *b, void *context)
{
    const struct merging *m = context;
    const struct entry *x = &m->entry[((const struct merge_source *)a)->file_index];
    const struct entry *y = &m->entry[((const struct merge_source *)b)->file_index];
    static const int decides[] = {COUNT_CUTOFF, COUNT_VERSION};
    for (size_t i = 0; i < sizeof decides / sizeof decides[0]; i++)
        if (x->count[decides[i]] != y->count[decides[i]])
            return x->count[decides[i]] < y->count[decides[i]] ? -1 : 1;
    return str_cmp(x->file, y->file);
}

static bool open_export(struct merging *m, size_t export, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    struct merge_source *source = ARENA_ARRAY(&m->arena, struct merge_source, m->n_entries);
    size_t n = 0;
    int64_t kept = 0;
    for (size_t i = 0; i < m->n_entries; i++) {
        const struct entry *x = &m->entry[i];
        if (x->export != export || !str_eq(x->state, STR("read")))
            continue;
        struct str path = schema_clean_path(&m->arena, m->ctx->in, c->exports[export].id, x->file);
        source[n++] = (struct merge_source){.path = path.p, .file = x->file, .file_index = i};
        kept += x->count[COUNT_KEPT];
    }
    if (n)
        qsort_r(source, n, sizeof *source, by_rank, m);
    for (size_t i = 0; i < n; i++)
        source[i].rank = i;
    m->merge[export] = merge_open(c, export, source, n, e);
    if (!m->merge[export])
        return false;
    if (merge_rows(m->merge[export]) != (size_t)kept)
        return err_set(e, ST_SYSTEM, c->exports[export].id.p, "E-SYS-03", "clean -> merge", NULL);
    return true;
}

/* --- steps --- */

typedef bool step_work(struct merging *m, struct unit u, struct err *e);
struct step {
    struct merging *m;
    step_work *work;
};

static bool run_unit(void *context, size_t i, size_t w, struct err *e)
{
    struct step *s = context;
    (void)w;
    return s->work(s->m, s->m->unit[i], e);
}

static bool is_waiting(const struct merging *m, size_t export)
{
    const struct conf *c = m->ctx->conf;
    for (size_t d = 0; d < c->n_deadlines; d++)
        if (c->deadlines[d].export == export && c->deadlines[d].pause_export != SIZE_MAX)
            return true;
    return false;
}

enum which { ALL_BLOCKS, FREE_RANGES, WAITING_RANGES };

static bool run_step(struct merging *m, enum which which, step_work *work, struct err *e)
{
    m->n_units = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        if (which != ALL_BLOCKS && is_waiting(m, x) != (which == WAITING_RANGES))
            continue;
        size_t n = which == ALL_BLOCKS ? merge_blocks(m->merge[x]) : merge_ranges(m->merge[x]);
        m->unit = x_realloc(m->unit, m->n_units + n, sizeof *m->unit);
        for (size_t i = 0; i < n; i++)
            m->unit[m->n_units++] = (struct unit){x, i};
    }
    struct step s = {m, work};
    return pool_run(m->ctx->jobs, m->n_units, run_unit, &s, e);
}

static bool load_block(struct merging *m, struct unit u, struct err *e)
{
    return merge_load(m->merge[u.export], u.index, e);
}

static bool assign_block(struct merging *m, struct unit u, struct err *e)
{
    (void)e;
    merge_assign(m->merge[u.export], u.index);
    return true;
}

static bool scatter_block(struct merging *m, struct unit u, struct err *e)
{
    (void)e;
    merge_scatter(m->merge[u.export], u.index);
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

static bool make_range(struct merging *m, struct unit u, struct err *e)
{
    (void)e;
    struct merge_range *g = merge_range(m->merge[u.export], u.index);
    fill_deadlines(m, u.export, g);
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    tablecsv_rows(&m->plan.table[u.export], &g->block, &out);
    gz_members(strbuf_str(&text), (int)m->ctx->conf->gzip_level, &m->members[u.export][u.index]);
    strbuf_release(&text);
    return true;
}

static void collect_pauses(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    for (size_t d = 0; d < c->n_deadlines; d++) {
        size_t from = c->deadlines[d].pause_export;
        if (from == SIZE_MAX)
            continue;
        m->pauses[d] = pauses_new(&c->deadlines[d]);
        for (size_t k = 0; k < merge_ranges(m->merge[from]); k++)
            pauses_add(m->pauses[d], &merge_result(m->merge[from], k)->block);
    }
}

static bool merge_all(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    m->merge = x_calloc(c->n_exports, sizeof *m->merge);
    m->members = x_calloc(c->n_exports, sizeof *m->members);
    m->pauses = x_calloc(c->n_deadlines, sizeof *m->pauses);
    for (size_t x = 0; x < c->n_exports; x++)
        if (!open_export(m, x, e))
            return false;
    if (!run_step(m, ALL_BLOCKS, load_block, e))
        return false;
    for (size_t x = 0; x < c->n_exports; x++) {
        merge_split(m->merge[x]);
        m->members[x] = x_calloc(merge_ranges(m->merge[x]), sizeof **m->members);
    }
    if (!run_step(m, ALL_BLOCKS, assign_block, e))
        return false;
    for (size_t x = 0; x < c->n_exports; x++)
        merge_place(m->merge[x]);
    if (!run_step(m, ALL_BLOCKS, scatter_block, e) || !run_step(m, FREE_RANGES, make_range, e))
        return false;
    collect_pauses(m);
    return run_step(m, WAITING_RANGES, make_range, e);
}

/* --- output --- */

static bool write_rows(struct tabout *t, const struct tblock *b, struct err *e)
{
    struct tvalue *row = x_calloc(b->n, sizeof *row);
    bool ok = true;
    for (size_t r = 0; ok && r < b->rows; r++) {
        for (size_t c = 0; c < b->n; c++) {
            if (b->col[c].v)
                row[c].i = b->col[c].v[r];
            else
                row[c].s = tvec_text(&b->col[c], r);
        }
        ok = tabout_row(t, row, e);
    }
    free(row);
    return ok;
}

static bool write_table(struct merging *m, size_t t, const struct tblock *const *block,
                        const struct strbuf *members, size_t n, struct err *e)
{
    struct arena a = {0};
    struct str name = schema_name(m->ctx->conf, t);
    const char *path = arena_printf(&a, "%s/%.*s.csv.gz", m->ctx->to, STR_ARG(name)).p;
    struct strbuf head = {0};
    struct csvout csv = {.out = &head};
    tablecsv_header(&m->plan.table[t], &csv);
    struct outfile *o = outfile_open(path, 0644, (int)m->ctx->conf->gzip_level, e);
    struct tabout *table = NULL;
    bool ok = o && outfile_write(o, strbuf_str(&head), e);
    if (ok)
        table =
            tabout_open(schema_merged_path(&a, m->ctx->to, name).p, &m->plan.table[t], NULL, 0, e);
    ok = ok && table;
    for (size_t i = 0; ok && i < n; i++)
        ok = outfile_members(o, strbuf_str(&members[i]), e) && write_rows(table, block[i], e);
    ok = ok && outfile_close(o, e) && tabout_close(table, e);
    outfile_free(o);
    tabout_free(table);
    strbuf_release(&head);
    arena_release(&a);
    return ok;
}

/* The winners of an export as a list of blocks, in the arena. */
static const struct tblock **blocks_of(struct merging *m, size_t export, size_t *n)
{
    *n = merge_ranges(m->merge[export]);
    const struct tblock **block = ARENA_ARRAY(&m->arena, const struct tblock *, *n);
    for (size_t k = 0; k < *n; k++)
        block[k] = &merge_result(m->merge[export], k)->block;
    return block;
}

static bool put(struct merging *m, const char *name, unsigned mode, int level, struct str text,
                struct err *e)
{
    struct outfile *o = outfile_open(stage_path(&m->arena, m->ctx->to, name), mode, level, e);
    bool ok = o && outfile_write(o, text, e) && outfile_close(o, e);
    outfile_free(o);
    return ok;
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

static bool write_events(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    struct strbuf folded = {0};
    struct csvout out = {.out = &folded, .defuse = true};
    strbuf_add(&folded, STR("event,file,line,kept_file,kept_line\n"));
    bool ok = true;
    for (size_t v = 0; ok && v < c->n_events; v++) {
        size_t export = c->events[v].export, n, t = c->n_exports + v;
        const struct tblock **block = blocks_of(m, export, &n);
        struct event_table table;
        event_make(&c->events[v], &m->plan.event[v], &m->plan.table[export], m->ctx->refs, block, n,
                   &m->arena, &table);
        struct strbuf text = {0}, members = {0};
        struct csvout csv = {.out = &text, .defuse = true};
        tablecsv_rows(&m->plan.table[t], &table.block, &csv);
        gz_members(strbuf_str(&text), (int)c->gzip_level, &members);
        const struct tblock *only = &table.block;
        ok = write_table(m, t, &only, &members, 1, e);
        list_folded(&table, block, &out, c->events[v].name);
        strbuf_release(&text);
        strbuf_release(&members);
    }
    ok = ok && put(m, "events.csv.gz", 0640, (int)c->gzip_level, strbuf_str(&folded), e);
    strbuf_release(&folded);
    return ok;
}

static int by_loser(const void *a, const void *b)
{
    const struct merge_loser *x = a, *y = b;
    return x->file != y->file ? (x->file < y->file ? -1 : 1)
                              : (x->line > y->line) - (x->line < y->line);
}

static bool write_losers(struct merging *m, struct err *e)
{
    struct merge_loser *all = NULL;
    size_t n = 0;
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++)
        for (size_t k = 0; k < merge_ranges(m->merge[x]); k++) {
            const struct merge_range *g = merge_result(m->merge[x], k);
            all = x_realloc(all, n + g->n_losers, sizeof *all);
            if (g->n_losers)
                memcpy(all + n, g->loser, g->n_losers * sizeof *all);
            n += g->n_losers;
        }
    if (n)
        qsort(all, n, sizeof *all, by_loser);
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,line,kind,lost_to_file,lost_to_line\n"));
    for (size_t i = 0; i < n; i++) {
        struct entry *x = &m->entry[all[i].file];
        if (all[i].duplicate)
            x->duplicate++;
        else
            x->superseded++;
        csvout_text(&out, x->file);
        csvout_int(&out, (int64_t)all[i].line);
        csvout_text(&out, all[i].duplicate ? STR("duplicate") : STR("superseded"));
        csvout_text(&out, m->entry[all[i].to_file].file);
        csvout_int(&out, (int64_t)all[i].to_line);
        csvout_end(&out);
    }
    int level = (int)m->ctx->conf->gzip_level;
    bool ok = put(m, "duplicates.csv.gz", 0640, level, strbuf_str(&text), e);
    strbuf_release(&text);
    free(all);
    return ok;
}

/* The rows that are left of each export must be those that the ledger says. */
static bool balance(struct merging *m, struct err *e)
{
    const struct conf *c = m->ctx->conf;
    for (size_t x = 0; x < c->n_exports; x++) {
        size_t kept = 0, rows = 0;
        for (size_t i = 0; i < m->n_entries; i++) {
            const struct entry *f = &m->entry[i];
            if (f->export == x)
                kept += (size_t)f->count[COUNT_KEPT] - f->duplicate - f->superseded;
        }
        for (size_t k = 0; k < merge_ranges(m->merge[x]); k++)
            rows += merge_result(m->merge[x], k)->block.rows;
        if (kept != rows)
            return err_set(e, ST_SYSTEM, c->exports[x].id.p, "E-SYS-03", "merge", NULL);
    }
    return true;
}

static bool write_ledger(struct merging *m, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,rows_read,kept,rejected,duplicate,superseded,total_rows,export,org,"
                          "state\n"));
    for (size_t i = 0; i < m->n_entries; i++) {
        const struct entry *x = &m->entry[i];
        int64_t lost = (int64_t)(x->duplicate + x->superseded);
        csvout_text(&out, x->file);
        csvout_int(&out, x->count[COUNT_READ]);
        csvout_int(&out, x->count[COUNT_KEPT] - lost);
        csvout_int(&out, x->count[COUNT_REJECTED]);
        csvout_int(&out, (int64_t)x->duplicate);
        csvout_int(&out, (int64_t)x->superseded);
        csvout_int(&out, x->count[COUNT_TOTAL]);
        csvout_text(&out, m->ctx->conf->exports[x->export].id);
        csvout_text(&out, x->org);
        csvout_text(&out, x->state);
        csvout_end(&out);
    }
    bool ok = put(m, "ledger.csv", 0644, 0, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static bool write_all(struct merging *m, struct err *e)
{
    for (size_t x = 0; x < m->ctx->conf->n_exports; x++) {
        size_t n;
        const struct tblock **block = blocks_of(m, x, &n);
        if (!write_table(m, x, block, m->members[x], n, e))
            return false;
    }
    return write_events(m, e) && write_losers(m, e) && balance(m, e) && write_ledger(m, e);
}

static void release(struct merging *m)
{
    const struct conf *c = m->ctx->conf;
    for (size_t x = 0; m->merge && x < c->n_exports; x++) {
        for (size_t k = 0; m->members[x] && k < merge_ranges(m->merge[x]); k++)
            strbuf_release(&m->members[x][k]);
        free(m->members[x]);
        merge_free(m->merge[x]);
    }
    for (size_t d = 0; m->pauses && d < c->n_deadlines; d++)
        pauses_free(m->pauses[d]);
    free(m->merge);
    free(m->members);
    free(m->pauses);
    free(m->unit);
    plan_release(&m->plan);
    arena_release(&m->arena);
}

static bool merge_run(struct stage_ctx *ctx, struct err *e)
{
    struct merging m = {.ctx = ctx};
    struct problems problems = {0};
    bool ok = plan_build(ctx->conf, ctx->refs, &m.plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    ok = ok && read_ledger(&m, e) && merge_all(&m, e) && write_all(&m, e);
    release(&m);
    return ok;
}

const struct stage this_stage = {.name = "merge", .run = merge_run};
