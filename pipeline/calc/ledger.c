#include "pipeline/calc/ledger.h"

#include <stdio.h>

#include "pipeline/calc/date.h"
#include "pipeline/calc/filename.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"

bool ledger_is_read(const struct ledger_row *r)
{
    return str_eq(r->state, STR("read"));
}

/* A column of a ledger and the field of a row that takes it. */
struct field {
    const char *name;
    bool is_text;
    size_t offset;
};
#define TEXT(f) #f, true, offsetof(struct ledger_row, f)
#define COUNT(f) #f, false, offsetof(struct ledger_row, f)
static const struct field clean_fields[] = {
    {TEXT(file)},       {TEXT(org)},   {TEXT(state)},     {COUNT(version)},    {TEXT(sha256)},
    {COUNT(rows_read)}, {COUNT(kept)}, {COUNT(rejected)}, {COUNT(total_rows)},
};
static const struct field merge_fields[] = {
    {TEXT(file)},      {TEXT(org)},        {TEXT(state)},       {COUNT(rows_read)},  {COUNT(kept)},
    {COUNT(rejected)}, {COUNT(duplicate)}, {COUNT(superseded)}, {COUNT(total_rows)},
};
enum { FIELDS = 9 };

struct reading {
    const struct conf *conf;
    struct arena *arena;
    const char *path;
    struct csvtable table;
    const struct field *field;
    size_t n, column[FIELDS], export;
};

static bool open_ledger(struct reading *g, const char *dir, const struct field *field, size_t n,
                        struct err *e)
{
    g->path = arena_printf(g->arena, "%s/ledger.csv", dir).p;
    g->field = field;
    g->n = n;
    if (!csvtable_read(g->path, g->arena, &g->table, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!csvtable_need(&g->table, g->path, str_c(field[i].name), &g->column[i], e))
            return false;
    return csvtable_need(&g->table, g->path, STR("export"), &g->export, e);
}

static bool bad_row(const struct reading *g, size_t r, struct err *e)
{
    const char *where = arena_printf(g->arena, "%s:%zu", g->path, g->table.line[r]).p;
    return err_set(e, ST_DATA, where, "E-STAGE-03", NULL);
}

static bool read_row(const struct reading *g, size_t r, struct ledger_row *out, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < g->n; i++) {
        struct str cell = g->table.row[r][g->column[i]];
        char *to = (char *)out + g->field[i].offset;
        if (g->field[i].is_text)
            *(struct str *)(void *)to = cell;
        else
            ok = num_parse_plain(cell, (int64_t *)(void *)to) && ok;
    }
    out->export = conf_find_export(g->conf, g->table.row[r][g->export]);
    return (ok && out->export != SIZE_MAX) || bad_row(g, r, e);
}

static bool read_rows(struct reading *g, struct ledger *l, struct err *e)
{
    *l = (struct ledger){ARENA_ARRAY(g->arena, struct ledger_row, g->table.rows), g->table.rows};
    for (size_t r = 0; r < l->n; r++)
        if (!read_row(g, r, &l->row[r], e))
            return false;
    return true;
}

bool ledger_read(const char *dir, const struct conf *c, struct arena *a, struct ledger *l,
                 struct err *e)
{
    struct reading g = {.conf = c, .arena = a};
    size_t cutoff, n = sizeof clean_fields / sizeof clean_fields[0];
    if (!open_ledger(&g, dir, clean_fields, n, e) ||
        !csvtable_need(&g.table, g.path, STR("cutoff"), &cutoff, e) || !read_rows(&g, l, e))
        return false;
    for (size_t r = 0; r < l->n; r++)
        if (!date_parse_iso(g.table.row[r][cutoff], &l->row[r].cutoff))
            return bad_row(&g, r, e);
    return true;
}

/* The cut-off in the name of the file. */
static int64_t cutoff_of(const struct conf *c, const struct ledger_row *r)
{
    struct filename name;
    const struct conf_export *x = &c->exports[r->export];
    bool has = filename_match(x->files.text, x->id, r->file, &name) && name.cutoff != INT64_MIN;
    return has ? name.cutoff : INT64_MAX;
}

bool ledger_read_merged(const char *dir, const struct conf *c, struct arena *a, struct ledger *l,
                        struct err *e)
{
    struct reading g = {.conf = c, .arena = a};
    size_t n = sizeof merge_fields / sizeof merge_fields[0];
    if (!open_ledger(&g, dir, merge_fields, n, e) || !read_rows(&g, l, e))
        return false;
    for (size_t i = 0; i < l->n; i++) {
        struct ledger_row *r = &l->row[i];
        r->cutoff = cutoff_of(c, r);
        if (r->rows_read != r->kept + r->rejected + r->duplicate + r->superseded + r->total_rows)
            return err_set(e, ST_SYSTEM, g.path, "E-SYS-03", arena_str(a, r->file).p, NULL);
    }
    return true;
}

bool ledger_is_delivered(const struct ledger *l, size_t export, struct str org, int64_t since)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct ledger_row *r = &l->row[i];
        bool counts = ledger_is_read(r) || str_eq(r->state, STR("empty"));
        if (counts && r->export == export && r->cutoff >= since && (!org.p || str_eq(r->org, org)))
            return true;
    }
    return false;
}

bool ledger_write(const char *dir, const struct conf *c, const struct ledger *l, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,rows_read,kept,rejected,duplicate,superseded,total_rows,export,org,"
                          "state\n"));
    for (size_t i = 0; i < l->n; i++) {
        const struct ledger_row *r = &l->row[i];
        csvout_text(&out, r->file);
        csvout_int(&out, r->rows_read);
        csvout_int(&out, r->kept - r->duplicate - r->superseded);
        csvout_int(&out, r->rejected);
        csvout_int(&out, r->duplicate);
        csvout_int(&out, r->superseded);
        csvout_int(&out, r->total_rows);
        csvout_text(&out, c->exports[r->export].id);
        csvout_text(&out, r->org);
        csvout_text(&out, r->state);
        csvout_end(&out);
    }
    struct arena a = {0};
    bool ok = outfile_put(arena_printf(&a, "%s/ledger.csv", dir).p, 0644, strbuf_str(&text), e);
    arena_release(&a);
    strbuf_release(&text);
    return ok;
}
