/*
 * The raw files once more: what stands at a line, in the very words of the department.
 *
 * Files are gone through as clean does it, so that lines mean the same; one that is not the one
 * that was cleaned any more (its hash is not the ledger's) says nothing.
 */
#include "pipeline/run/why_raw.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"

struct kept_record {
    struct str record; /* as one line */
    struct str *cell;  /* [columns of the export]: personal ones as they stand */
};

/* Where a row of the trace stands, and which record is its own. */
struct place {
    size_t file; /* in the ledger */
    int64_t line;
    size_t at;
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
    struct place *place; /* of the rows, in order */
    struct kept_record *record;
    size_t n, *first;  /* records; [tables]: that of its first row */
    size_t file, next; /* while files are gone through: the ledger row, the place to come */
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
    if (!sys_is_absent(w->conf->key_file.p) && !secret_load(w->conf->key_file.p, &x->secret, e))
        return false;
    x->worker = rawfile_worker_new(w->conf, &w->refs, &x->secret, w->raw, false);
    return open_ledger(x, e);
}

void why_raw_free(struct why_raw *x)
{
    if (!x)
        return;
    rawfile_worker_free(x->worker);
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

bool why_raw_look(struct why *w, size_t i, rawfile_looker *look, rawfile_watcher *seen,
                  void *context, struct err *e)
{
    struct why_raw *x = w->raws;
    const struct ledger_row *r = &x->ledger.row[i];
    struct rawfile f = {.file = file_called(x, r->file), .export = r->export, .cutoff = r->cutoff};
    if (!f.file || f.file->refused ||
        !filename_match(w->conf->exports[r->export].files.text, w->conf->exports[r->export].id,
                        r->file, &f.name))
        return changed(r->file, e);
    bool ok = look(x->worker, &f, seen, context, e);
    if (ok && !str_eq(str_c(f.sha256), x->hashes.row[i][x->sha256]))
        ok = changed(r->file, e);
    rawfile_release(&f);
    return ok;
}

/* --- the rows of the trace --- */

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

/* The ledger row of a file, looked for from the one that was found last. */
static size_t ledger_of(const struct why_raw *x, struct str file, size_t last)
{
    for (size_t k = 0; k < x->ledger.n && !str_eq(x->ledger.row[last].file, file); k++)
        last = (last + 1) % x->ledger.n;
    return last;
}

/* Lists the places of all rows in the store, and marks in used[ledger] the files that they are in.
 */
static void want_rows(struct why_raw *x, bool *used)
{
    const struct trace *t = x->w->trace;
    size_t tables = schema_tables(x->w->conf), last = 0, n = 0;
    bool ordered = true;
    x->first = ARENA_ARRAY(&x->arena, size_t, tables + 1);
    for (size_t k = 0; k < tables; k++) {
        x->first[k] = n;
        n += t->table[k].used ? t->table[k].n : 0;
    }
    x->record = ARENA_ARRAY(&x->arena, struct kept_record, n);
    x->place = ARENA_ARRAY(&x->arena, struct place, n);
    for (size_t k = 0; k < tables; k++)
        for (size_t at = 0; t->table[k].used && at < t->table[k].n; at++) {
            last = ledger_of(x, trace_file(t, k, at), last);
            used[last] = true;
            x->place[x->n] = (struct place){last, trace_line(t, k, at), x->n};
            ordered = ordered && (!x->n || by_place(&x->place[x->n - 1], &x->place[x->n]) <= 0);
            x->n++;
        }
    if (!ordered)
        qsort(x->place, x->n, sizeof *x->place, by_place);
}

/* The first place that is not before p. */
static size_t find(const struct why_raw *x, struct place p)
{
    size_t low = 0, high = x->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_place(&x->place[middle], &p) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep_record(struct why_raw *x, const struct rawfile_seen *s, struct kept_record *k)
{
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

/* Records come in the order of the places. */
static void keep(void *context, const struct rawfile_seen *s)
{
    struct why_raw *x = context;
    struct place here = {x->file, (int64_t)s->rec->line, 0};
    while (x->next < x->n && by_place(&x->place[x->next], &here) < 0)
        x->next++;
    for (size_t i = x->next; i < x->n && by_place(&x->place[i], &here) == 0; i++)
        keep_record(x, s, &x->record[x->place[i].at]);
}

bool why_raw_read(struct why *w, struct err *e)
{
    if (!why_raw_open(w, e))
        return false;
    struct why_raw *x = w->raws;
    bool *used = ARENA_ARRAY(&x->arena, bool, x->ledger.n + 1);
    want_rows(x, used);
    for (x->file = 0; x->file < x->ledger.n; x->file++) {
        x->next = find(x, (struct place){x->file, 0, 0});
        if (used[x->file] && ledger_is_read(&x->ledger.row[x->file]) &&
            !why_raw_look(w, x->file, rawfile_look_at_records, keep, x, e))
            return false;
    }
    return true;
}

static const struct kept_record *record_of(const struct why *w, size_t t, size_t at)
{
    return w->raws && w->raws->record ? &w->raws->record[w->raws->first[t] + at] : NULL;
}

struct str why_raw_cell(const struct why *w, size_t t, size_t at, size_t column)
{
    const struct kept_record *k = record_of(w, t, at);
    return k && k->cell ? k->cell[column] : (struct str){NULL, 0};
}

struct str why_raw_record(const struct why *w, size_t t, size_t at)
{
    const struct kept_record *k = record_of(w, t, at);
    return k ? k->record : (struct str){NULL, 0};
}
