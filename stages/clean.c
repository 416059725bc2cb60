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
#include "pipeline/run/outdir.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"

struct clean {
    struct stage_ctx *ctx;
    struct arena arena;
    struct secret secret;
    struct rawfile *file; /* every file below raw, in byte order of the paths */
    size_t n;
    size_t *todo; /* files to read, the largest first */
    size_t n_todo;
    struct rawfile_worker **worker;
    struct named *named; /* by file, while columns are looked for */
};

static struct str folder_of(struct str path)
{
    const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
    return (struct str){path.p, slash ? (size_t)(slash - path.p) : 0};
}

/* A reference table, or a file that lies beside one in a folder of their own: no delivery. */
static bool is_reference(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < REF_N; i++) {
        struct str table = c->ref[i].file, folder = folder_of(table);
        if (table.n && (str_eq(table, path) || (folder.n && str_eq(folder, folder_of(path)))))
            return true;
    }
    return false;
}

static bool is_ignored(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < c->ignore.n; i++)
        if (str_ends(path, c->ignore.word[i]))
            return true;
    return false;
}

static void recognise(const struct stage_ctx *ctx, struct rawfile *f)
{
    const struct conf *c = ctx->conf;
    f->export = SIZE_MAX;
    if (is_reference(c, f->file->path))
        return;
    if (f->file->outside || is_ignored(c, f->file->path)) {
        rawfile_warn(f, c, 0, f->file->outside ? "W-FILE-03" : "W-FILE-02", STR(""), STR(""), NULL);
        return;
    }
    for (size_t x = 0; x < c->n_exports && f->export == SIZE_MAX; x++)
        if (filename_match(c->exports[x].files.text, c->exports[x].id, f->file->path, &f->name))
            f->export = x;
    if (f->export == SIZE_MAX)
        rawfile_warn(f, c, 0, "W-FILE-01", STR(""), STR(""), NULL);
    else
        f->cutoff = f->name.cutoff == INT64_MIN ? ctx->refs->cutoff : f->name.cutoff;
}

/* Same export, organisation and cut-off: only the highest version is read. */
static void resolve_versions(struct clean *k)
{
    for (size_t i = 0; i < k->n; i++) {
        struct rawfile *f = &k->file[i];
        if (f->export == SIZE_MAX)
            continue;
        for (size_t o = 0; o < k->n; o++) {
            const struct rawfile *g = &k->file[o];
            if (g->export == f->export && g->cutoff == f->cutoff &&
                str_eq(g->name.org, f->name.org) && g->name.version > f->name.version)
                f->state = RAWFILE_REPLACED;
        }
        if (f->state == RAWFILE_REPLACED)
            rawfile_warn(f, k->ctx->conf, 0, "W-FILE-07", STR(""), STR(""), NULL);
        else
            k->todo[k->n_todo++] = i;
    }
}

static int larger_first(const void *a, const void *b, void *context)
{
    const struct clean *k = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    uint64_t bx = k->file[x].file->bytes, by = k->file[y].file->bytes;
    return bx != by ? (bx < by ? 1 : -1) : (x > y) - (x < y);
}

static bool find_files(struct clean *k, struct err *e)
{
    struct dirlist list;
    if (!dirlist_read(k->ctx->raw, &k->arena, &list, e))
        return false;
    k->n = list.n;
    k->file = ARENA_ARRAY(&k->arena, struct rawfile, list.n);
    k->todo = ARENA_ARRAY(&k->arena, size_t, list.n);
    for (size_t i = 0; i < k->n; i++) {
        k->file[i].file = &list.file[i];
        recognise(k->ctx, &k->file[i]);
    }
    resolve_versions(k);
    qsort_r(k->todo, k->n_todo, sizeof *k->todo, larger_first, k);
    k->ctx->progress->files.whole = (int64_t)k->n_todo;
    for (size_t i = 0; i < k->n_todo; i++)
        k->ctx->progress->bytes.whole += (int64_t)k->file[k->todo[i]].file->bytes;
    return true;
}

static struct rawfile_worker *worker(struct clean *k, size_t w)
{
    if (!k->worker[w]) {
        k->worker[w] = rawfile_worker_new(k->ctx->conf, k->ctx->refs, &k->secret, k->ctx->raw,
                                          k->ctx->list_changes);
        rawfile_worker_count(k->worker[w], k->ctx->progress);
    }
    return k->worker[w];
}

/* --- the columns of exports that take all of them --- */

/* What a file names; beside k->todo. */
struct named {
    struct arena arena;
    struct str *name;
    size_t n;
};

static bool name_one(void *context, size_t i, size_t w, struct err *e)
{
    struct clean *k = context;
    const struct rawfile *f = &k->file[k->todo[i]];
    struct named *n = &k->named[k->todo[i]];
    return !k->ctx->conf->exports[f->export].all ||
           rawfile_columns(worker(k, w), f, &n->arena, &n->name, &n->n, e);
}

static bool find_columns(struct clean *k, struct err *e)
{
    if (!allcolumns_wanted(k->ctx->conf))
        return true;
    k->named = x_calloc(k->n, sizeof *k->named);
    bool ok = pool_run(k->ctx->jobs, k->n_todo, name_one, k, e);
    for (size_t i = 0; ok && i < k->n; i++)
        if (k->named[i].n)
            allcolumns_add(k->ctx->conf, k->file[i].export, k->named[i].name, k->named[i].n);
    for (size_t i = 0; i < k->n; i++)
        arena_release(&k->named[i].arena);
    free(k->named);
    return ok && allcolumns_write(k->ctx->conf, k->ctx->to, e);
}

static bool clean_one(void *context, size_t i, size_t w, struct err *e)
{
    struct clean *k = context;
    struct rawfile *f = &k->file[k->todo[i]];
    struct arena a = {0};
    struct str to =
        schema_clean_path(&a, k->ctx->to, k->ctx->conf->exports[f->export].id, f->file->path);
    const char *folder = arena_str(&a, (struct str){to.p, (size_t)(strrchr(to.p, '/') - to.p)}).p;
    bool ok = outdir_make(folder, e) && rawfile_clean(worker(k, w), f, to.p, e);
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

static bool write_rejects(struct clean *k, struct err *e)
{
    struct strbuf text = {0};
    strbuf_add(&text, STR("file,line,reason,column,value,record\n"));
    for (size_t i = 0; i < k->n; i++)
        strbuf_add(&text, strbuf_str(&k->file[i].rejects));
    bool ok =
        put(k->ctx, "rejects.csv.gz", 0640, (int)k->ctx->conf->gzip_level, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static bool write_warnings(struct clean *k, struct err *e)
{
    struct arena a = {0};
    struct outfile *o = outfile_open(stage_path(&a, k->ctx->to, "warnings.csv.gz"), 0640,
                                     (int)k->ctx->conf->gzip_level, e);
    bool ok = o && outfile_write(o, STR("file,line,rule,column,value,note\n"), e);
    for (size_t i = 0; ok && i < k->n; i++) {
        const struct rawfile *f = &k->file[i];
        ok = (!f->packed.n || outfile_members(o, strbuf_str(&f->packed), e)) &&
             outfile_write(o, strbuf_str(&f->warnings), e);
    }
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

static const struct rawfile *file_called(const struct clean *k, struct str path)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->file[i].file->path, path))
            return &k->file[i];
    return NULL;
}

/* All corrections that do not fit, in the order of their table. */
static void find_misfits(const struct clean *k, struct problems *all)
{
    const struct refs *r = k->ctx->refs;
    for (size_t i = 0; i < r->n_corrections; i++) {
        const struct correction *c = &r->correction[i];
        const struct rawfile *f = file_called(k, c->file);
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
    return (!ctx->list_changes || cleanlist_changes(ctx->to, ctx->conf, k->file, k->n, e)) &&
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

static bool needs_secret(const struct conf *c)
{
    for (size_t x = 0; x < c->n_exports; x++)
        for (size_t i = 0; i < c->exports[x].n; i++)
            if (c->exports[x].column[i].personal)
                return true;
    return false;
}

static bool load_secret(struct clean *k, struct err *e)
{
    const struct conf *c = k->ctx->conf;
    if (!needs_secret(c))
        return true;
    struct str folder = folder_of(c->key_file);
    return (!folder.n || outdir_make(arena_str(&k->arena, folder).p, e)) &&
           secret_load(c->key_file.p, &k->secret, e);
}

static bool clean_run(struct stage_ctx *ctx, struct err *e)
{
    struct clean k = {.ctx = ctx};
    k.worker = x_calloc(ctx->jobs, sizeof *k.worker);
    bool ok = load_secret(&k, e) && find_files(&k, e) && find_columns(&k, e) &&
              pool_run(ctx->jobs, k.n_todo, clean_one, &k, e) && write_rejects(&k, e) &&
              write_warnings(&k, e) && write_lists(&k, e) && write_missing(&k, e) &&
              write_corrected(&k, e) && write_ledger(&k, e) && judge_corrections(&k, e);
    for (size_t i = 0; i < k.n; i++)
        rawfile_release(&k.file[i]);
    for (size_t w = 0; w < ctx->jobs; w++)
        rawfile_worker_free(k.worker[w]);
    free(k.worker);
    arena_release(&k.arena);
    return ok;
}

const struct stage this_stage = {.name = "clean", .run = clean_run};
