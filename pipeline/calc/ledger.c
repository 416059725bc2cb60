#include "pipeline/calc/ledger.h"

#include <stdio.h>

#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"

bool ledger_is_read(const struct ledger_row *r)
{
    return str_eq(r->state, STR("read"));
}

/* The columns of clean's ledger that merge needs. */
static const struct field {
    const char *name;
    size_t text, number; /* offset of a struct str or an int64_t; SIZE_MAX: the other one */
} fields[] = {
    {"file", offsetof(struct ledger_row, file), SIZE_MAX},
    {"org", offsetof(struct ledger_row, org), SIZE_MAX},
    {"state", offsetof(struct ledger_row, state), SIZE_MAX},
    {"version", SIZE_MAX, offsetof(struct ledger_row, version)},
    {"rows_read", SIZE_MAX, offsetof(struct ledger_row, rows_read)},
    {"kept", SIZE_MAX, offsetof(struct ledger_row, kept)},
    {"rejected", SIZE_MAX, offsetof(struct ledger_row, rejected)},
    {"total_rows", SIZE_MAX, offsetof(struct ledger_row, total_rows)},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static bool read_row(const struct csvtable *t, size_t r, const size_t *column, size_t export,
                     size_t cutoff, const struct conf *c, struct ledger_row *out)
{
    bool ok = true;
    for (size_t i = 0; i < FIELDS; i++) {
        struct str cell = t->row[r][column[i]];
        char *base = (char *)out;
        if (fields[i].text != SIZE_MAX)
            *(struct str *)(void *)(base + fields[i].text) = cell;
        else
            ok = num_parse_plain(cell, (int64_t *)(void *)(base + fields[i].number)) && ok;
    }
    out->export = conf_find_export(c, t->row[r][export]);
    return ok && out->export != SIZE_MAX && date_parse_iso(t->row[r][cutoff], &out->cutoff);
}

bool ledger_read(const char *dir, const struct conf *c, struct arena *a, struct ledger *l,
                 struct err *e)
{
    const char *path = arena_printf(a, "%s/ledger.csv", dir).p;
    struct csvtable t;
    size_t column[FIELDS], export, cutoff;
    if (!csvtable_read(path, a, &t, e))
        return false;
    for (size_t i = 0; i < FIELDS; i++)
        if (!csvtable_need(&t, path, str_c(fields[i].name), &column[i], e))
            return false;
    if (!csvtable_need(&t, path, STR("export"), &export, e) ||
        !csvtable_need(&t, path, STR("cutoff"), &cutoff, e))
        return false;
    *l = (struct ledger){ARENA_ARRAY(a, struct ledger_row, t.rows), t.rows};
    for (size_t r = 0; r < t.rows; r++)
        if (!read_row(&t, r, column, export, cutoff, c, &l->row[r])) {
            const char *where = arena_printf(a, "%s:%zu", path, t.line[r]).p;
            return err_set(e, ST_DATA, where, "E-STAGE-03", NULL);
        }
    return true;
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
