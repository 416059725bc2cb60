#include "pipeline/calc/header.h"

#include <string.h>

#include "pipeline/calc/cell.h"
#include "pipeline/calc/sniff.h"

/* One record as a candidate: names and units of its cells. */
struct names {
    struct str *name, *unit;
    size_t n;
};

static struct names names_of(const struct csvrec *rec, struct arena *a)
{
    struct names s = {ARENA_ARRAY(a, struct str, rec->n), ARENA_ARRAY(a, struct str, rec->n),
                      rec->broken ? 0 : rec->n};
    for (size_t i = 0; i < s.n; i++) {
        /* The reader's fields die with its next record. */
        struct str cell = arena_str(a, rec->field[i]);
        s.name[i] = cell_header(cell, &s.unit[i], a);
    }
    while (s.n && s.name[s.n - 1].n == 0)
        s.n--;
    return s;
}

/* A header over two rows: the lower cell where it says something, else the upper. */
static struct names join(struct names upper, struct names lower, struct arena *a)
{
    size_t n = upper.n > lower.n ? upper.n : lower.n;
    struct names s = {ARENA_ARRAY(a, struct str, n), ARENA_ARRAY(a, struct str, n), n};
    for (size_t i = 0; i < n; i++) {
        const struct names *from = i < lower.n && lower.name[i].n ? &lower : &upper;
        if (i < from->n) {
            s.name[i] = from->name[i];
            s.unit[i] = from->unit[i];
        }
    }
    return s;
}

static size_t column_called(const struct conf_export *x, struct str name)
{
    for (size_t c = 0; c < x->n; c++)
        for (size_t k = 0; k < x->column[c].header.n; k++)
            if (str_eq(x->column[c].header.word[k], name))
                return c;
    return SIZE_MAX;
}

struct search {
    const struct conf_export *x;
    const struct conf_reading *r;
    struct arena *a;
    size_t best_missing, best_named;
};

/* Fills the mapping of *h from the names; false when a required column is not among them. */
static bool map_columns(struct search *s, struct names n, struct header *h)
{
    const struct conf_export *x = s->x;
    h->cells = n.n;
    h->name = n.name;
    h->column = ARENA_ARRAY(s->a, size_t, n.n);
    h->field = ARENA_ARRAY(s->a, size_t, x->n);
    h->unit = ARENA_ARRAY(s->a, int64_t, x->n);
    for (size_t c = 0; c < x->n; c++)
        h->field[c] = SIZE_MAX;
    for (size_t i = 0; i < n.n; i++) {
        size_t c = n.name[i].n ? column_called(x, n.name[i]) : SIZE_MAX;
        h->column[i] = c != SIZE_MAX && h->field[c] == SIZE_MAX ? c : SIZE_MAX;
        if (h->column[i] == SIZE_MAX)
            continue;
        h->field[c] = i;
        h->unit[c] = cell_header_unit(n.unit[i], s->r);
    }
    size_t named = 0, missing = SIZE_MAX;
    for (size_t c = 0; c < x->n; c++) {
        named += h->field[c] != SIZE_MAX;
        if (missing == SIZE_MAX && h->field[c] == SIZE_MAX && x->column[c].required)
            missing = c;
    }
    if (missing != SIZE_MAX && named > s->best_named) {
        s->best_named = named;
        s->best_missing = missing;
    }
    return missing == SIZE_MAX;
}

/* How many columns of the export the names give; *h is their mapping. */
static size_t columns_named(struct search *s, struct names n, struct header *h)
{
    size_t named = 0;
    map_columns(s, n, h);
    for (size_t c = 0; c < s->x->n; c++)
        named += h->field[c] != SIZE_MAX;
    return named;
}

static void remember_row(struct header *h, struct names n)
{
    h->row[h->n_rows] = n.name;
    h->row_cells[h->n_rows++] = n.n;
}

/* Tries the record that was just read, alone and joined with the next. */
static bool try_record(struct search *s, struct csvin *c, const struct csvrec *rec,
                       struct header *h)
{
    struct names upper = names_of(rec, s->a);
    size_t line = rec->line;
    *h = (struct header){.line = line};
    if (upper.n && map_columns(s, upper, h)) {
        remember_row(h, upper);
        return true;
    }
    struct csvin_mark mark = csvin_tell(c);
    struct csvrec next;
    if (upper.n && csvin_next(c, &next)) {
        struct names lower = names_of(&next, s->a);
        struct names both = join(upper, lower, s->a);
        size_t below = lower.n ? columns_named(s, lower, h) : 0;
        if (lower.n && map_columns(s, both, h)) {
            remember_row(h, both);
            remember_row(h, lower);
            /* A title above a header names no column: its repetition is no header. */
            if (columns_named(s, both, h) > below)
                remember_row(h, upper);
            return true;
        }
    }
    csvin_seek(c, mark);
    return false;
}

/* Looks through the first records of the text, or at those from `line` on; the reader has just been
 * started. */
static bool search_records(struct search *s, struct csvin *c, int64_t most, struct header *h)
{
    struct csvrec rec;
    csvin_expect(c, 0);
    for (int64_t i = 0; i < most && csvin_next(c, &rec); i++) {
        if (!try_record(s, c, &rec, h))
            continue;
        csvin_expect(c, h->cells);
        return true;
    }
    return false;
}

static bool search_under(struct search *s, struct str text, const struct dialect *d,
                         struct csvin *c, struct header *h)
{
    csvin_dialect(c, text, d);
    bool found = search_records(s, c, s->r->header_records, h);
    h->dialect = *d;
    return found;
}

/* The dialect that the configuration says. */
static struct dialect given_dialect(const struct conf_export *x)
{
    static const char quotes[] = {
        [CONF_QUOTE_DOUBLE] = '"', [CONF_QUOTE_SINGLE] = '\'', [CONF_QUOTE_NONE] = '\0'};
    struct dialect d = {.n = x->delimiter.n, .quote = quotes[x->quote]};
    memcpy(d.delimiter, x->delimiter.p, d.n);
    d.escape = x->escape == CONF_ESCAPE_BACKSLASH ? '\\' : d.quote;
    return d;
}

/* The dialect is found out; the header may stand on any of the tables in the text. */
static bool search_tables(struct search *s, struct str text, struct csvin *c, struct header *h)
{
    struct sniff n;
    sniff_text(&n, text, NULL, 0);
    struct dialect d = n.fit.dialect;
    int64_t confidence = n.confidence;
    bool found = search_under(s, text, &d, c, h);
    for (size_t k = 0; k < n.tables && !found; k++) {
        const struct sniff_record *r = &n.record[n.table[k].first];
        csvin_dialect(c, text, &d);
        csvin_seek(c, (struct csvin_mark){r->offset, r->line});
        found = search_records(s, c, 3, h);
    }
    sniff_release(&n);
    h->dialect = d;
    h->sniffed = true;
    h->confidence = confidence;
    return found;
}

bool header_find(const struct conf_export *x, const struct conf_reading *r, struct str text,
                 struct csvin *c, struct arena *a, struct header *h, size_t *best)
{
    struct search s = {x, r, a, SIZE_MAX, 0};
    bool found = false;
    if (x->delimiter.n) {
        struct dialect d = given_dialect(x);
        found = search_under(&s, text, &d, c, h);
    }
    for (size_t i = 0; !x->delimiter.n && i < r->delimiters.n && !found; i++) {
        struct dialect d = {
            .delimiter = {r->delimiters.word[i].p[0]}, .n = 1, .quote = '"', .escape = '"'};
        found = search_under(&s, text, &d, c, h);
    }
    if (!found && !x->delimiter.n && x->dialect == CONF_DIALECT_AUTO)
        found = search_tables(&s, text, c, h);
    *best = s.best_missing;
    return found;
}

static bool row_equals(const struct header *h, size_t k, const struct csvrec *rec,
                       struct arena *scratch)
{
    size_t n = h->row_cells[k];
    for (size_t i = 0; i < rec->n || i < n; i++) {
        struct str unit, name = {"", 0};
        if (i < rec->n)
            name = cell_header(rec->field[i], &unit, scratch);
        if (!str_eq(name, i < n ? h->row[k][i] : STR("")))
            return false;
    }
    return true;
}

bool header_is_repeated(const struct header *h, const struct csvrec *rec, struct arena *scratch)
{
    for (size_t k = 0; k < h->n_rows; k++)
        if (row_equals(h, k, rec, scratch))
            return true;
    return false;
}
