#include "pipeline/run/vintages.h"

#include <stdio.h>

#include "pipeline/base/map.h"
#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

enum { MODE = 0644 };

/* Columns taken over from the figures: first those that name a cell, then what it holds. */
static const char *const columns[] = {"period",    "id",          "org",     "month", "value",
                                      "numerator", "denominator", "printed", "status"};
enum { COLUMNS = sizeof columns / sizeof columns[0], NAMING = 4 };

struct vintages {
    const struct run_request *r;
    const struct run_facts *facts;
    struct arena arena;
    struct csvtable old, now;
    struct map last; /* name of a cell -> its last row in `old` */
    struct strbuf text;
    size_t added;
};

static bool find(const struct csvtable *t, const char *path, size_t at[COLUMNS], struct err *e)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (!csvtable_need(t, path, str_c(columns[i]), &at[i], e))
            return false;
    return true;
}

static struct str name_of(struct vintages *v, struct str *row, const size_t at[COLUMNS])
{
    struct strbuf b = {0};
    for (size_t i = 0; i < NAMING; i++) {
        strbuf_add(&b, row[at[i]]);
        strbuf_addc(&b, '\0');
    }
    struct str s = arena_str(&v->arena, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

static bool is_same(struct str *a, const size_t a_at[COLUMNS], struct str *b,
                    const size_t b_at[COLUMNS])
{
    for (size_t i = NAMING; i < COLUMNS; i++)
        if (!str_eq(a[a_at[i]], b[b_at[i]]))
            return false;
    return true;
}

/* The name of an organisation may be the text of a cell. */
static void put(struct csvout *o, struct str column, struct str cell)
{
    (str_eq(column, STR("org")) ? csvout_foreign : csvout_text)(o, cell);
}

/* Writes the lines there are again and remembers the last of each cell: from the end, since a map
 * keeps what it was told first. */
static void take_old(struct vintages *v, struct csvout *o, const size_t at[COLUMNS])
{
    for (size_t r = v->old.rows; r > 0; r--)
        map_put(&v->last, name_of(v, v->old.row[r - 1], at), r - 1);
    for (size_t r = 0; r < v->old.rows; r++) {
        for (size_t c = 0; c < v->old.columns; c++)
            put(o, v->old.name[c], v->old.row[r][c]);
        csvout_end(o);
    }
}

static void add_changed(struct vintages *v, struct csvout *o, const size_t old_at[COLUMNS],
                        const size_t at[COLUMNS])
{
    char started[32];
    manifest_time(v->facts->started, started, sizeof started);
    for (size_t r = 0; r < v->now.rows; r++) {
        struct str *row = v->now.row[r];
        size_t last = map_get(&v->last, name_of(v, row, at));
        if (last != MAP_NONE && is_same(v->old.row[last], old_at, row, at))
            continue;
        csvout_int(o, v->facts->number);
        csvout_text(o, str_c(started));
        for (size_t i = 0; i < COLUMNS; i++)
            put(o, str_c(columns[i]), row[at[i]]);
        csvout_end(o);
        v->added++;
    }
}

static bool replace(struct vintages *v, const char *dir, const char *path, struct err *e)
{
    const char *fresh = stage_path(&v->arena, dir, ".vintages.csv.gz.new");
    struct outfile *o =
        outdir_make(dir, e) ? outfile_open(fresh, MODE, (int)v->r->conf->gzip_level, e) : NULL;
    bool ok = o && outfile_write(o, strbuf_str(&v->text), e) && outfile_close(o, e);
    outfile_free(o);
    return ok && (sys_rename(fresh, path) == 0 || err_sys(e, path));
}

static bool write_all(struct vintages *v, struct err *e)
{
    const char *figures =
        stage_path(&v->arena, stage_path(&v->arena, v->r->out, "compute"), "indicators.csv");
    const char *dir = stage_path(&v->arena, v->r->out, "history");
    const char *path = stage_path(&v->arena, dir, "vintages.csv.gz");
    size_t old_at[COLUMNS] = {0}, at[COLUMNS];
    struct csvout o = {.out = &v->text};
    if (sys_is_absent(figures))
        return true; /* a run of the first stages only */
    if (!csvtable_read(figures, &v->arena, &v->now, e) || !find(&v->now, figures, at, e))
        return false;
    if (!sys_is_absent(path) &&
        (!csvtable_read(path, &v->arena, &v->old, e) || !find(&v->old, path, old_at, e)))
        return false;
    if (v->old.columns) {
        csvout_record(&o, v->old.name, v->old.columns);
    } else {
        csvout_text(&o, STR("run"));
        csvout_text(&o, STR("started"));
        for (size_t i = 0; i < COLUMNS; i++)
            csvout_text(&o, str_c(columns[i]));
        csvout_end(&o);
    }
    take_old(v, &o, old_at);
    add_changed(v, &o, old_at, at);
    return v->added == 0 || replace(v, dir, path, e);
}

bool vintages_write(const struct run_request *r, const struct run_facts *facts, struct err *e)
{
    struct vintages v = {.r = r, .facts = facts};
    bool ok = write_all(&v, e);
    if (!ok)
        e->status = ST_SYSTEM; /* the figures are good and published: no fault of the data */
    map_release(&v.last);
    strbuf_release(&v.text);
    arena_release(&v.arena);
    return ok;
}
