/*
 * The ledgers against each other, against the lists of rows that were lost, and against the tables.
 *
 * Read by the names of their columns, without the configuration: it may have changed since.
 */
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/base/map.h"
#include "pipeline/base/mem.h"
#include "pipeline/calc/num.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/table.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/verify_parts.h"

/* What there is to count about a raw file, from all sides. */
enum count {
    READ,
    CLEAN_KEPT,
    CLEAN_REJECTED,
    CLEAN_TOTALS,
    MERGE_READ,
    MERGE_KEPT,
    MERGE_REJECTED,
    MERGE_DUPLICATE,
    MERGE_SUPERSEDED,
    MERGE_TOTALS,
    REJECTS,    /* different rows in clean/rejects.csv.gz */
    DUPLICATES, /* lines in merge/duplicates.csv.gz */
    SUPERSEDED,
    CLEAN_ROWS, /* in its clean table */
    COUNTS
};

struct counted {
    struct str file, export;
    bool has_table;
    int64_t n[COUNTS];
};

struct ledgers {
    struct verify *v;
    struct counted *file;
    size_t n, cap;
    struct map by_path;
};

/* Where a column of a ledger goes. */
struct column {
    const char *name;
    enum count to;
};
static const struct column clean_columns[] = {{"rows_read", READ},
                                              {"kept", CLEAN_KEPT},
                                              {"rejected", CLEAN_REJECTED},
                                              {"total_rows", CLEAN_TOTALS}};
static const struct column merge_columns[] = {
    {"rows_read", MERGE_READ},        {"kept", MERGE_KEPT},
    {"rejected", MERGE_REJECTED},     {"duplicate", MERGE_DUPLICATE},
    {"superseded", MERGE_SUPERSEDED}, {"total_rows", MERGE_TOTALS}};
#define COLUMNS(table) table, sizeof(table) / sizeof *(table)

static struct counted *file_called(struct ledgers *l, struct str path)
{
    size_t i = map_put(&l->by_path, path, l->n);
    if (i == l->n) {
        X_GROW(l->file, l->n, l->cap);
        l->file[l->n++] = (struct counted){.file = path};
    }
    return &l->file[i];
}

static bool read_table(struct ledgers *l, const char *name, struct csvtable *t, struct err *e)
{
    return csvtable_read(stage_path(&l->v->arena, l->v->out, name), &l->v->arena, t, e);
}

static bool read_ledger(struct ledgers *l, const char *name, const struct column *column, size_t n,
                        struct err *e)
{
    struct csvtable t;
    size_t file, export, state, at;
    if (!read_table(l, name, &t, e) || !csvtable_need(&t, name, STR("file"), &file, e) ||
        !csvtable_need(&t, name, STR("export"), &export, e) ||
        !csvtable_need(&t, name, STR("state"), &state, e))
        return false;
    for (size_t c = 0; c < n; c++) {
        if (!csvtable_need(&t, name, str_c(column[c].name), &at, e))
            return false;
        for (size_t r = 0; r < t.rows; r++) {
            struct counted *f = file_called(l, t.row[r][file]);
            f->export = t.row[r][export];
            f->has_table = str_eq(t.row[r][state], STR("read"));
            num_parse_plain(t.row[r][at], &f->n[column[c].to]);
        }
    }
    return true;
}

/* A row has a line for each of its reasons, one after the other. */
static bool count_rejects(struct ledgers *l, struct err *e)
{
    static const char name[] = "clean/rejects.csv.gz";
    struct csvtable t;
    size_t file, line;
    if (!read_table(l, name, &t, e) || !csvtable_need(&t, name, STR("file"), &file, e) ||
        !csvtable_need(&t, name, STR("line"), &line, e))
        return false;
    for (size_t r = 0; r < t.rows; r++)
        if (r == 0 || !str_eq(t.row[r][file], t.row[r - 1][file]) ||
            !str_eq(t.row[r][line], t.row[r - 1][line]))
            file_called(l, t.row[r][file])->n[REJECTS]++;
    return true;
}

static bool count_duplicates(struct ledgers *l, struct err *e)
{
    static const char name[] = "merge/duplicates.csv.gz";
    struct csvtable t;
    size_t file, kind;
    if (!read_table(l, name, &t, e) || !csvtable_need(&t, name, STR("file"), &file, e) ||
        !csvtable_need(&t, name, STR("kind"), &kind, e))
        return false;
    for (size_t r = 0; r < t.rows; r++) {
        bool is_duplicate = str_eq(t.row[r][kind], STR("duplicate"));
        file_called(l, t.row[r][file])->n[is_duplicate ? DUPLICATES : SUPERSEDED]++;
    }
    return true;
}

static bool table_rows(const char *path, int64_t *rows, struct err *e)
{
    struct tabin *t = tabin_open(path, e);
    *rows = t ? (int64_t)tabin_rows(t) : 0;
    tabin_free(t);
    return t != NULL;
}

static bool count_clean(struct ledgers *l, struct err *e)
{
    struct arena *a = &l->v->arena;
    const char *dir = stage_path(a, l->v->out, "clean");
    bool ok = true;
    for (size_t i = 0; ok && i < l->n; i++)
        if (l->file[i].has_table)
            ok = table_rows(schema_clean_path(a, dir, l->file[i].export, l->file[i].file).p,
                            &l->file[i].n[CLEAN_ROWS], e);
    return ok;
}

static void differ(struct ledgers *l, const char *where, const char *what, int64_t a,
                   const char *other, int64_t b)
{
    struct arena *m = &l->v->arena;
    if (a != b)
        problems_add(&l->v->found, where, 0, "E-VER-04", what,
                     arena_printf(m, "%lld", (long long)a).p, other,
                     arena_printf(m, "%lld", (long long)b).p, NULL);
}

/* What must be equal for every file. */
static void balance_file(struct ledgers *l, const struct counted *f)
{
    const int64_t *n = f->n;
    const char *where = arena_str(&l->v->arena, f->file).p;
    const struct {
        const char *what;
        int64_t a;
        const char *other;
        int64_t b;
    } rules[] = {
        {"clean/ledger.csv rows_read", n[READ], "kept + rejected + total_rows",
         n[CLEAN_KEPT] + n[CLEAN_REJECTED] + n[CLEAN_TOTALS]},
        {"merge/ledger.csv rows_read", n[MERGE_READ],
         "kept + rejected + duplicate + superseded + total_rows",
         n[MERGE_KEPT] + n[MERGE_REJECTED] + n[MERGE_DUPLICATE] + n[MERGE_SUPERSEDED] +
             n[MERGE_TOTALS]},
        {"clean/ledger.csv rows_read", n[READ], "merge/ledger.csv rows_read", n[MERGE_READ]},
        {"clean/ledger.csv kept", n[CLEAN_KEPT], "merge/ledger.csv kept + duplicate + superseded",
         n[MERGE_KEPT] + n[MERGE_DUPLICATE] + n[MERGE_SUPERSEDED]},
        {"clean/ledger.csv rejected", n[CLEAN_REJECTED], "merge/ledger.csv rejected",
         n[MERGE_REJECTED]},
        {"clean/ledger.csv rejected", n[CLEAN_REJECTED], "clean/rejects.csv.gz", n[REJECTS]},
        {"merge/ledger.csv duplicate", n[MERGE_DUPLICATE], "merge/duplicates.csv.gz",
         n[DUPLICATES]},
        {"merge/ledger.csv superseded", n[MERGE_SUPERSEDED], "merge/duplicates.csv.gz",
         n[SUPERSEDED]},
        {"clean/ledger.csv kept", n[CLEAN_KEPT], "clean/*.tjt", n[CLEAN_ROWS]},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        differ(l, where, rules[i].what, rules[i].a, rules[i].other, rules[i].b);
}

/* The rows that merging kept of all files of an export are those of its table. */
static bool balance_exports(struct ledgers *l, struct err *e)
{
    struct arena *a = &l->v->arena;
    const char *dir = stage_path(a, l->v->out, "merge");
    struct map seen = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < l->n; i++) {
        struct str export = l->file[i].export;
        int64_t kept = 0, rows = 0;
        if (map_put(&seen, export, i) != i)
            continue;
        for (size_t k = i; k < l->n; k++)
            kept += str_eq(l->file[k].export, export) ? l->file[k].n[MERGE_KEPT] : 0;
        const char *path = schema_merged_path(a, dir, export).p;
        ok = table_rows(path, &rows, e);
        if (ok)
            differ(l, path, "merge/ledger.csv kept", kept, "merge/*.tjt", rows);
    }
    map_release(&seen);
    return ok;
}

/* run.json has the sums of clean's ledger. */
static void balance_record(struct ledgers *l)
{
    int64_t sum[COUNTS] = {0};
    const struct account *r = &l->v->record;
    const char *where = stage_path(&l->v->arena, l->v->out, "run.json");
    for (size_t i = 0; i < l->n; i++)
        for (size_t k = 0; k < COUNTS; k++)
            sum[k] += l->file[i].n[k];
    differ(l, where, "rows_read", r->rows_read, "clean/ledger.csv", sum[READ]);
    differ(l, where, "kept_by_clean", r->kept, "clean/ledger.csv", sum[CLEAN_KEPT]);
    differ(l, where, "rejected", r->rejected, "clean/ledger.csv", sum[CLEAN_REJECTED]);
}

bool verify_ledgers(struct verify *v, struct err *e)
{
    struct ledgers l = {.v = v};
    bool ok = read_ledger(&l, "clean/ledger.csv", COLUMNS(clean_columns), e) &&
              read_ledger(&l, "merge/ledger.csv", COLUMNS(merge_columns), e) &&
              count_rejects(&l, e) && count_duplicates(&l, e) && count_clean(&l, e);
    for (size_t i = 0; ok && i < l.n; i++)
        balance_file(&l, &l.file[i]);
    ok = ok && balance_exports(&l, e);
    if (ok)
        balance_record(&l);
    v->ledger_files = l.n;
    free(l.file);
    map_release(&l.by_path);
    return ok;
}
