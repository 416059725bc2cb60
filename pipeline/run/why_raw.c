/*
 * The raw files once more: what stands at a line, in the very words of the department.
 *
 * Files are gone through as clean does it, so that lines mean the same; one that is not the one
 * that was cleaned any more (its hash is not the ledger's) says nothing.
 */
#include "pipeline/run/why_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/base/mem.h"

struct kept_record {
    struct str record; /* as one line */
    struct str *cell;  /* [columns of the export]: personal ones as they stand */
};

struct why_raw {
    struct why *w;
    struct arena arena;
    struct ledger ledger;
    struct csvtable hashes; /* the same ledger: its column sha256 */
    size_t sha256;
    struct dirlist files;
    struct secret secret;
    struct rawfile_worker *worker;
    struct map wanted; /* "file:line" -> index of `record` */
    struct kept_record *record;
    size_t n;
};

/* --- opening --- */

static bool open_ledger(struct why_raw *x, struct err *e)
{
    const char *dir = arena_printf(&x->arena, "%s/clean", x->w->out).p;
    const char *path = arena_printf(&x->arena, "%s/ledger.csv", dir).p;
    return ledger_read(dir, x->w->conf, &x->arena, &x->ledger, e) &&
           csvtable_read(path, &x->arena, &x->hashes, e) &&
           csvtable_need(&x->hashes, path, STR("sha256"), &x->sha256, e) &&
           dirlist_read(x->w->raw, &x->arena, &x->files, e);
}

bool why_raw_open(struct why *w, struct err *e)
{
    if (w->raws)
        return true;
    struct why_raw *x = w->raws = x_calloc(1, sizeof *x);
    x->w = w;
    /* Without the key file personal values cannot be told from each other, which is no reason to
     * make a new one. */
    if (access(w->conf->key_file.p, F_OK) == 0 && !secret_load(w->conf->key_file.p, &x->secret, e))
        return false;
    x->worker = rawfile_worker_new(w->conf, &w->refs, &x->secret, w->raw, false);
    return open_ledger(x, e);
}

void why_raw_free(struct why_raw *x)
{
    if (!x)
        return;
    rawfile_worker_free(x->worker);
    map_release(&x->wanted);
    arena_release(&x->arena);
    free(x);
}

const struct ledger *why_raw_ledger(const struct why *w)
{
    return &w->raws->ledger;
}

static const struct dirlist_file *file_called(const struct why_raw *x, struct str path)
{
    for (size_t i = 0; i < x->files.n; i++)
        if (str_eq(x->files.file[i].path, path))
            return &x->files.file[i];
    return NULL;
}

static bool changed(struct str path, struct err *e)
{
    char where[512];
    snprintf(where, sizeof where, "%.*s", STR_ARG(path));
    return err_set(e, ST_DATA, where, "E-WHY-04", NULL);
}

bool why_raw_look(struct why *w, size_t i, rawfile_watcher *seen, void *context, struct err *e)
{
    struct why_raw *x = w->raws;
    const struct ledger_row *r = &x->ledger.row[i];
    struct rawfile f = {.file = file_called(x, r->file), .export = r->export, .cutoff = r->cutoff};
    if (!f.file || f.file->outside ||
        !filename_match(w->conf->exports[r->export].files.text, w->conf->exports[r->export].id,
                        r->file, &f.name))
        return changed(r->file, e);
    bool ok = rawfile_look(x->worker, &f, seen, context, e);
    if (ok && !str_eq(str_c(f.sha256), x->hashes.row[i][x->sha256]))
        ok = changed(r->file, e);
    rawfile_release(&f);
    return ok;
}

/* --- the rows of the trace --- */

enum { PLACE_BYTES = 8192 };

/* The key of a row, in `key`; an impossibly long path has none. */
static struct str place_of(struct str file, int64_t line, char key[PLACE_BYTES])
{
    int n = snprintf(key, PLACE_BYTES, "%.*s:%lld", STR_ARG(file), (long long)line);
    return (struct str){key, n > 0 && n < PLACE_BYTES ? (size_t)n : 0};
}

static size_t find(const struct why_raw *x, struct str file, int64_t line)
{
    char key[PLACE_BYTES];
    return map_get(&x->wanted, place_of(file, line, key));
}

/* Marks the rows of all calls, and in used[ledger] the files that they are in. */
static void want_rows(struct why_raw *x, bool *used)
{
    const struct trace *t = x->w->trace;
    size_t last = 0;
    for (size_t i = 0; i < t->n_calls; i++)
        for (size_t r = 0; r < t->call[i].n; r++) {
            size_t at = t->call[i].row[r].at, table = t->call[i].f->table;
            struct str file = trace_file(t, table, at);
            int64_t line = trace_line(t, table, at);
            char key[PLACE_BYTES];
            if (find(x, file, line) == MAP_NONE)
                map_put(&x->wanted, arena_str(&x->arena, place_of(file, line, key)), x->n++);
            for (size_t k = 0; k < x->ledger.n && !str_eq(x->ledger.row[last].file, file); k++)
                last = (last + 1) % x->ledger.n;
            used[last] = true;
        }
    x->record = ARENA_ARRAY(&x->arena, struct kept_record, x->n);
}

static void keep(void *context, const struct rawfile_seen *s)
{
    struct why_raw *x = context;
    size_t at = find(x, s->file->file->path, (int64_t)s->rec->line);
    if (at == MAP_NONE)
        return;
    struct kept_record *k = &x->record[at];
    const struct conf_export *export = &x->w->conf->exports[s->file->export];
    k->record = arena_str(&x->arena, x->w->r->unmask ? s->rec->raw : rawfile_shown(s));
    if (!x->w->r->unmask)
        return;
    k->cell = ARENA_ARRAY(&x->arena, struct str, export->n);
    for (size_t c = 0; c < export->n; c++) {
        size_t field = s->header->field[c];
        if (export->column[c].personal && field < s->rec->n)
            k->cell[c] = arena_str(&x->arena, s->rec->field[field]);
    }
}

bool why_raw_read(struct why *w, struct err *e)
{
    if (!why_raw_open(w, e))
        return false;
    struct why_raw *x = w->raws;
    bool *used = ARENA_ARRAY(&x->arena, bool, x->ledger.n + 1);
    want_rows(x, used);
    for (size_t i = 0; i < x->ledger.n; i++)
        if (used[i] && ledger_is_read(&x->ledger.row[i]) && !why_raw_look(w, i, keep, x, e))
            return false;
    return true;
}

static const struct kept_record *record_at(const struct why *w, struct str file, int64_t line)
{
    size_t at = w->raws ? find(w->raws, file, line) : MAP_NONE;
    return at == MAP_NONE ? NULL : &w->raws->record[at];
}

struct str why_raw_cell(const struct why *w, struct str file, int64_t line, size_t column)
{
    const struct kept_record *k = record_at(w, file, line);
    return k && k->cell ? k->cell[column] : (struct str){NULL, 0};
}

struct str why_raw_record(const struct why *w, struct str file, int64_t line)
{
    const struct kept_record *k = record_at(w, file, line);
    return k ? k->record : (struct str){NULL, 0};
}
