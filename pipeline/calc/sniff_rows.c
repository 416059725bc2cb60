/*
 * The rows of a table, mended where they do not fit.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/mend.h"
#include "pipeline/calc/sniff_parts.h"

/* A record of several lines may be several records that an open quote has swallowed. */
enum { SUSPICIOUS = 6000 };

/* What mending may take in all; past it, records are cut or filled up as they are. */
enum { MOST_WORK = 50000000 };

struct rows {
    struct sniff *s;
    const struct sniff_table *t;
    sniff_row *row;
    void *context;
    struct str **header; /* [t->headers]: cells of its rows */
    size_t *header_cells;
    struct str *cell;        /* [t->cells] */
    struct str *out;         /* [t->cells]: the same in the order of the table's columns */
    size_t *place;           /* [t->cells]: the column of each cell, by the header above it */
    bool moved;              /* it is not that of the table's header */
    size_t work;             /* of mending so far */
    struct arena kept;       /* of the table */
    struct arena scratch;    /* of a record */
    struct dialect_reader r; /* of one line */
};

static void remember_headers(struct rows *x)
{
    size_t n = x->t->headers;
    x->header = ARENA_ARRAY(&x->kept, struct str *, n);
    x->header_cells = ARENA_ARRAY(&x->kept, size_t, n);
    for (size_t i = 0; i < n; i++) {
        struct dialect_record rec = sniff_load(x->s, x->t->first + i);
        x->header_cells[i] = rec.n;
        x->header[i] = ARENA_ARRAY(&x->kept, struct str, rec.n);
        for (size_t k = 0; k < rec.n; k++)
            x->header[i][k] = arena_str(&x->kept, str_trim(rec.cell[k].text));
    }
}

static bool is_header(const struct rows *x, const struct dialect_record *rec)
{
    for (size_t i = 0; i < x->t->headers; i++) {
        bool same = rec->n == x->header_cells[i];
        for (size_t k = 0; same && k < rec->n; k++)
            same = str_eq(str_trim(rec->cell[k].text), x->header[i][k]);
        if (same)
            return true;
    }
    return false;
}

/* The column of a name; t->cells: none. */
static size_t column_named(const struct rows *x, struct str name)
{
    size_t k = 0;
    while (k < x->t->cells && !str_eq(str_trim(x->t->name[k]), name))
        k++;
    return k;
}

/* The header with its columns in another order, where names are different: cells below it belong
 * to these columns. */
static bool is_reordered(struct rows *x, const struct dialect_record *rec)
{
    size_t n = x->t->cells;
    if (x->t->headers != 1 || n < 2 || rec->n != n)
        return false;
    bool *taken = ARENA_ARRAY(&x->scratch, bool, n);
    for (size_t k = 0; k < n; k++) {
        struct str name = str_trim(rec->cell[k].text);
        size_t c = name.n ? column_named(x, name) : n;
        if (c == n || taken[c])
            return false;
        taken[c] = true;
    }
    for (size_t k = 0; k < n; k++)
        x->place[k] = column_named(x, str_trim(rec->cell[k].text));
    return true;
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

/* An unquoted cell with half a pair of quotes, or a pair of the other kind, or one behind blanks?
 */
static bool is_written_otherwise(struct str s, const struct guess_column *c)
{
    bool usual = c->quoted * 5 > c->cells * 4;
    struct str core = str_trim(s);
    if (core.n < 2 || !usual)
        return false;
    return is_quote(core.p[0]) || core.p[core.n - 1] == '"';
}

bool sniff_fits(const struct dialect_record *rec, const struct guess_column *column, size_t n)
{
    size_t wrapped = 0, filled = 0, behind_blank = 0;
    if (rec->n != n || rec->faults & DIALECT_OPEN)
        return false;
    for (size_t k = 0; k < rec->n; k++) {
        struct str s = rec->cell[k].text;
        filled += s.n > 0;
        behind_blank += k && s.n && s.p[0] == ' ' && !rec->cell[k].quoted;
        if (rec->cell[k].quoted || s.n < 2)
            continue;
        if (is_written_otherwise(s, &column[k]))
            return false;
        wrapped += is_quote(s.p[0]) && s.p[0] == s.p[s.n - 1];
    }
    if (rec->n > 2 && behind_blank + 1 >= filled && filled > 2)
        return false;
    return wrapped < 2 || wrapped != filled;
}

static void hand_out(struct rows *x, const struct str *cell, size_t line)
{
    for (size_t k = 0; x->moved && k < x->t->cells; k++)
        x->out[x->place[k]] = cell[k];
    x->row(x->context, x->moved ? x->out : cell, x->t->cells, line);
}

static void give(struct rows *x, const struct dialect_record *rec, size_t line)
{
    for (size_t k = 0; k < x->t->cells; k++)
        x->cell[k] = rec->cell[k].text;
    hand_out(x, x->cell, line);
}

static void mend(struct rows *x, struct str raw, struct mended *m)
{
    *m = (struct mended){.cost = MEND_NEVER};
    if (x->work < MOST_WORK)
        mend_record(&x->s->fit.dialect, raw, x->t->column, x->t->cells, &x->scratch, m);
    x->work += m->work;
}

static void give_mended(struct rows *x, const struct mended *m, const struct dialect_record *rec,
                        size_t line)
{
    if (m->foreign)
        sniff_found(x->s, SNIFF_MENDED, line);
    if (m->cost < MEND_NEVER) {
        hand_out(x, m->cell, line);
        return;
    }
    for (size_t k = 0; k < x->t->cells; k++)
        x->cell[k] = k < rec->n ? rec->cell[k].text : STR("");
    hand_out(x, x->cell, line);
}

static size_t line_length(const struct dialect *d, struct str s, size_t at)
{
    size_t i = at;
    while (i < s.n && !((s.p[i] == '\n' || s.p[i] == '\r') && dialect_line_end(d, s, i)))
        i++;
    return i - at;
}

/* Each physical line of raw as a record of its own. give: hand them out; else only add up what
 * mending them costs. */
static int64_t by_lines(struct rows *x, struct str raw, size_t line, bool handing_out)
{
    const struct dialect *d = &x->s->fit.dialect;
    int64_t cost = 0;
    for (size_t at = 0; at < raw.n; line++) {
        size_t n = line_length(d, raw, at);
        struct str one = {raw.p + at, n};
        struct dialect_record rec;
        at += n + (at + n < raw.n ? dialect_line_end(d, raw, at + n) : 0);
        dialect_start(&x->r, d, one);
        if (!dialect_next(&x->r, &rec))
            continue;
        struct mended m = {.cost = 0};
        bool good = sniff_fits(&rec, x->t->column, x->t->cells);
        if (!good)
            mend(x, one, &m);
        cost += m.cost;
        if (handing_out && good)
            give(x, &rec, line);
        else if (handing_out)
            give_mended(x, &m, &rec, line);
    }
    return cost;
}

static void one_record(struct rows *x, size_t i)
{
    const struct sniff_record *r = &x->s->record[i];
    struct dialect_record rec = sniff_load(x->s, i);
    arena_reset(&x->scratch);
    if (is_header(x, &rec)) {
        sniff_found(x->s, SNIFF_REPEATED, r->line);
        x->moved = false;
        return;
    }
    if (is_reordered(x, &rec)) {
        sniff_found(x->s, SNIFF_REORDERED, r->line);
        x->moved = true;
        return;
    }
    if (sniff_fits(&rec, x->t->column, x->t->cells)) {
        give(x, &rec, r->line);
        return;
    }
    struct mended m;
    struct str raw = rec.raw;
    mend(x, raw, &m);
    if (r->lines > 1 && m.cost > SUSPICIOUS && by_lines(x, raw, r->line, false) < m.cost)
        by_lines(x, raw, r->line, true);
    else
        give_mended(x, &m, &rec, r->line);
}

void sniff_rows(struct sniff *s, size_t table, sniff_row *row, void *context)
{
    struct rows x = {.s = s, .t = &s->table[table], .row = row, .context = context};
    x.cell = ARENA_ARRAY(&x.kept, struct str, x.t->cells);
    x.out = ARENA_ARRAY(&x.kept, struct str, x.t->cells);
    x.place = ARENA_ARRAY(&x.kept, size_t, x.t->cells);
    remember_headers(&x);
    for (size_t i = x.t->first + x.t->headers + x.t->repeats; i < x.t->end; i++)
        if (s->record[i].filled || x.t->cells == 1)
            one_record(&x, i);
    dialect_release(&x.r);
    arena_release(&x.kept);
    arena_release(&x.scratch);
}
