/*
 * clean: every raw file becomes a clean table, and whatever is wrong with it is written down.
 *
 * Files are independent of each other, so they are worked on in parallel, the largest first; the
 * findings are put together in the order of the file names, so that the result does not depend on
 * who was faster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/allcolumns.h"
#include "pipeline/calc/cleanlist.h"
#include "pipeline/calc/correct.h"
#include "pipeline/calc/rawfile.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/basis.h"
#include "pipeline/run/cleanunit.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/rawset.h"
#include "pipeline/run/stage.h"

struct clean {
    struct stage_ctx *ctx;
    struct arena arena;
    struct rawfile *file; /* of ctx->files */
    size_t n;
    size_t *todo;
    size_t n_todo;
    struct secret secret;
    struct cleanunits *units;
};

static bool clean_one(void *context, size_t t, size_t w, struct err *e)
{
    struct clean *k = context;
    size_t i = k->todo[t];
    const struct rawfile *f = &k->file[i];
    struct arena a = {0};
    struct str to =
        schema_clean_path(&a, k->ctx->to, k->ctx->conf->exports[f->export].id, f->file->path);
    bool taken = false;
    bool ok = outfile_parents(to.p, e) &&
              (!cleanunits_find(k->units, i) || cleanunits_take(k->units, i, to.p, &taken, e));
    ok = ok && (taken || cleanunits_make(k->units, i, to.p, w, e));
    struct progress *p = k->ctx->progress;
    progress_add(&p->files, 1);
    progress_add(&p->bytes, (int64_t)f->file->bytes - f->counted);
    progress_add(&p->rows, (int64_t)f->rows_read);
    p->findings += (int64_t)(f->rejected + f->warned);
    arena_release(&a);
    return ok;
}

/* --- what is written beside the tables --- */

static bool put(const struct stage_ctx *ctx, const char *name, unsigned mode, int level,
                struct str text, struct err *e)
{
    struct arena a = {0};
    bool ok = outfile_put_packed(stage_path(&a, ctx->to, name), mode, level, text, e);
    arena_release(&a);
    return ok;
}

/* [file] sections that are about no file: a note each, with the pattern in the file's place. */
static void note_patterns(const struct clean *k, struct strbuf *warnings)
{
    const struct conf *c = k->ctx->conf;
    for (size_t i = 0; i < c->n_files_said; i++) {
        bool matches = false;
        for (size_t n = 0; n < k->n && !matches; n++)
            matches = k->file[n].export != SIZE_MAX &&
                      conf_file_matches(&c->files_said[i], k->file[n].file->path);
        if (matches)
            continue;
        const struct dirlist_file none = {.path = c->files_said[i].pattern};
        struct rawfile f = {.file = &none};
        rawfile_warn(&f, c, 0, "I-FILE-01", STR(""), STR(""), NULL);
        strbuf_add(warnings, strbuf_str(&f.warnings));
        rawfile_release(&f);
    }
}

/* The findings of one file: what was packed, then what was not. */
static bool write_of_file(struct outfile *o, const struct strbuf *packed, const struct strbuf *text,
                          struct err *e)
{
    return (!packed->n || outfile_members(o, strbuf_str(packed), e)) &&
           outfile_write(o, strbuf_str(text), e);
}

static bool write_rejects(struct clean *k, struct err *e)
{
    struct arena a = {0};
    struct outfile *o = outfile_open(stage_path(&a, k->ctx->to, "rejects.csv.gz"), 0640,
                                     (int)k->ctx->conf->gzip_level, e);
    bool ok = o && outfile_write(o, STR("file,line,reason,column,value,record\n"), e);
    for (size_t i = 0; ok && i < k->n; i++)
        ok = write_of_file(o, &k->file[i].packed_rejects, &k->file[i].rejects, e);
    ok = ok && outfile_close(o, e);
    outfile_free(o);
    arena_release(&a);
    return ok;
}

static bool write_warnings(struct clean *k, struct err *e)
{
    struct arena a = {0};
    struct outfile *o = outfile_open(stage_path(&a, k->ctx->to, "warnings.csv.gz"), 0640,
                                     (int)k->ctx->conf->gzip_level, e);
    bool ok = o && outfile_write(o, STR("file,line,rule,column,value,note\n"), e);
    for (size_t i = 0; ok && i < k->n; i++)
        ok = write_of_file(o, &k->file[i].packed, &k->file[i].warnings, e);
    struct strbuf notes = {0};
    note_patterns(k, &notes);
    ok = ok && outfile_write(o, strbuf_str(&notes), e) && outfile_close(o, e);
    strbuf_release(&notes);
    outfile_free(o);
    arena_release(&a);
    return ok;
}

/* --- corrections --- */

static bool write_corrected(struct clean *k, struct err *e)
{
    struct strbuf text = {0};
    strbuf_add(&text, str_c(correct_head));
    for (size_t i = 0; i < k->n; i++)
        strbuf_add(&text, strbuf_str(&k->file[i].corrected));
    bool ok = put(k->ctx, "corrected.csv", 0640, 0, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* All corrections that do not fit, in the order of their table. */
static void find_misfits(const struct clean *k, struct problems *all)
{
    const struct refs *r = k->ctx->refs;
    for (size_t i = 0; i < r->n_corrections; i++) {
        const struct correction *c = &r->correction[i];
        const struct rawfile *f = rawset_called(k->ctx->files, c->file);
        const char *code = !f || f->export == SIZE_MAX    ? "E-COR-01"
                           : f->state == RAWFILE_REPLACED ? "E-COR-02"
                           : f->state != RAWFILE_READ     ? "E-COR-07"
                                                          : NULL;
        if (code)
            correct_unread(r, c, code, all);
    }
    for (size_t i = 0; i < k->n; i++)
        problems_join(all, &k->file[i].misfits);
    problems_sort(all);
}

/* A correction that does not fit ends the run: what it was made for is not there any more, and
 * without it the figures would silently be others. */
static bool judge_corrections(struct clean *k, struct err *e)
{
    enum { SHOWN = 15 };
    struct problems *all = k->ctx->also;
    find_misfits(k, all);
    if (all->n == 0)
        return true;
    for (size_t i = 0; i < all->n; i++)
        all->e[i].status = ST_DATA;
    if (all->n <= SHOWN) {
        *e = all->e[--all->n];
        return false;
    }
    const char *more = arena_printf(&k->arena, "%zu", all->n - SHOWN).p;
    all->n = SHOWN;
    return err_set(e, ST_DATA, k->ctx->refs->corrections_path.p, "E-COR-08", more, NULL);
}

static bool write_lists(struct clean *k, struct err *e)
{
    const struct stage_ctx *ctx = k->ctx;
    return (!ctx->list_changes ||
            cleanlist_changes(ctx->to, k->file, k->n, cleanunits_parts(k->units), e)) &&
           cleanlist_rules(ctx->to, k->file, k->n, e) &&
           cleanlist_quality(ctx->to, ctx->conf, k->file, k->n, e);
}

/* How the file was read: quote, escape, where its dialect came from, how sure it is. */
static void dialect_columns(struct csvout *out, const struct conf *c, const struct rawfile *f)
{
    const struct dialect *d = &f->dialect;
    const struct conf_form *form = &c->exports[f->export].form;
    bool given = f->said || form->delimiter.n > 0 || form->quote || form->escape;
    char confidence[16] = "";
    if (f->state != RAWFILE_READ) {
        for (int i = 0; i < 4; i++)
            csvout_text(out, STR(""));
        return;
    }
    if (f->sniffed)
        snprintf(confidence, sizeof confidence, "%d.%02d", (int)(f->confidence / 1000),
                 (int)(f->confidence % 1000 / 10));
    csvout_text(out, !d->quote ? STR("none") : d->quote == '"' ? STR("double") : STR("single"));
    csvout_text(out, d->escape == '\\' ? STR("backslash") : STR("doubled"));
    csvout_text(out, f->sniffed ? STR("found") : given ? STR("given") : STR("tried"));
    csvout_raw(out, str_c(confidence));
}

static void ledger_row(struct csvout *out, const struct conf *c, const struct rawfile *f)
{
    bool read = f->state == RAWFILE_READ;
    struct strbuf cutoff = {0};
    struct tcolumn day = {.type = TCOL_DATE};
    table_print(&day, f->cutoff, &cutoff);
    csvout_text(out, f->file->path);
    csvout_text(out, str_c(f->sha256));
    csvout_text(out, f->sha256[0] ? str_c(encoding_name[f->encoding]) : STR(""));
    struct str delimiter = {f->dialect.delimiter, f->dialect.n};
    csvout_text(out, !read ? STR("") : str_eq(delimiter, STR("\t")) ? STR("TAB") : delimiter);
    const size_t number[] = {f->header_line, f->rows_read, f->kept,  f->rejected,
                             f->total_rows,  f->blank,     f->notes, f->repeated,
                             f->columns,     f->bad,       f->warned};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        csvout_int(out, (int64_t)number[i]);
    csvout_int(out, (int64_t)f->bytes);
    csvout_text(out, c->exports[f->export].id);
    csvout_text(out, f->name.org);
    csvout_raw(out, strbuf_str(&cutoff));
    csvout_int(out, f->name.version);
    csvout_text(out, str_c(rawfile_state_name[f->state]));
    dialect_columns(out, c, f);
    csvout_int(out, (int64_t)f->set_aside);
    csvout_int(out, (int64_t)f->mended);
    csvout_int(out, (int64_t)rawfile_changed(f));
    csvout_end(out);
    strbuf_release(&cutoff);
}

static bool write_ledger(struct clean *k, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(
        &text,
        STR("file,sha256,encoding,delimiter,header_line,rows_read,kept,rejected,"
            "total_rows,blank,notes,repeated_headers,columns,undecodable,warnings,bytes,"
            "export,org,cutoff,version,state,quote,escape,dialect,confidence,set_aside,mended,"
            "changes\n"));
    bool ok = true;
    for (size_t i = 0; ok && i < k->n; i++) {
        const struct rawfile *f = &k->file[i];
        if (f->export == SIZE_MAX)
            continue;
        if (f->rows_read != f->kept + f->rejected + f->total_rows)
            ok = err_set(e, ST_SYSTEM, f->file->path.p, "E-SYS-03", "clean", NULL);
        ledger_row(&out, k->ctx->conf, f);
    }
    ok = ok && put(k->ctx, "ledger.csv", 0644, 0, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* A file of an earlier period is none of this one. */
static bool is_delivered(const struct clean *k, const struct submitter *s)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct rawfile *f = &k->file[i];
        if (f->export == s->export && str_eq(f->name.org, s->org) &&
            f->cutoff >= k->ctx->refs->period_start &&
            (f->state == RAWFILE_READ || f->state == RAWFILE_EMPTY))
            return true;
    }
    return false;
}

static bool write_missing(struct clean *k, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("export,org_code\n"));
    for (size_t i = 0; i < k->ctx->refs->n_submitters; i++) {
        const struct submitter *s = &k->ctx->refs->submitter[i];
        if (is_delivered(k, s))
            continue;
        csvout_text(&out, k->ctx->conf->exports[s->export].id);
        csvout_text(&out, s->org);
        csvout_end(&out);
    }
    bool ok = put(k->ctx, "missing.csv", 0644, 0, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static bool find_files(struct clean *k, struct err *e)
{
    struct stage_ctx *ctx = k->ctx;
    struct rawset *files = ctx->files;
    if (!rawset_find(files, ctx->conf, ctx->refs, ctx->raw, e))
        return false;
    k->file = files->file;
    k->n = files->n;
    k->todo = files->todo;
    k->n_todo = files->n_todo;
    ctx->progress->files.whole = (int64_t)k->n_todo;
    for (size_t i = 0; i < k->n_todo; i++)
        ctx->progress->bytes.whole += (int64_t)k->file[k->todo[i]].file->bytes;
    if (!basis_secret(ctx->conf, &k->secret, e))
        return false;
    const struct cleanunits_of of = {.conf = ctx->conf,
                                     .refs = ctx->refs,
                                     .files = files,
                                     .secret = &k->secret,
                                     .program = ctx->program,
                                     .progress = ctx->progress,
                                     .list_changes = ctx->list_changes,
                                     .jobs = ctx->jobs};
    k->units = cleanunits_new(&of);
    if (ctx->work)
        cleanunits_take_hashes(k->units, stage_path(&k->arena, ctx->work, CLEANUNIT_HASHES));
    if (ctx->units)
        cleanunits_look_into(k->units, ctx->units);
    if (!ctx->force)
        cleanunits_look_into(k->units, stage_path(&k->arena, ctx->out, this_stage.name));
    return cleanunits_columns(k->units, e);
}

static bool clean_run(struct stage_ctx *ctx, struct err *e)
{
    struct clean k = {.ctx = ctx};
    bool ok = find_files(&k, e) && allcolumns_write(ctx->conf, ctx->to, e) &&
              pool_run(ctx->jobs, k.n_todo, clean_one, &k, e) && write_rejects(&k, e) &&
              write_warnings(&k, e) && write_lists(&k, e) && write_missing(&k, e) &&
              write_corrected(&k, e) && write_ledger(&k, e) && judge_corrections(&k, e);
    cleanunits_free(k.units);
    arena_release(&k.arena);
    return ok;
}

/* Each file is a unit: those of a share lie n apart in the order of their sizes. */
static bool clean_share(struct stage_ctx *ctx, size_t i, size_t n, struct err *e)
{
    struct clean k = {.ctx = ctx};
    bool ok = find_files(&k, e);
    size_t own = 0;
    for (size_t t = i; ok && t < k.n_todo; t += n)
        if (!cleanunits_find(k.units, k.todo[t]))
            k.todo[own++] = k.todo[t];
    ok = ok && pool_run(ctx->jobs, own, clean_one, &k, e);
    cleanunits_free(k.units);
    arena_release(&k.arena);
    return ok;
}

const struct stage this_stage = {.name = "clean", .run = clean_run, .share = clean_share};
