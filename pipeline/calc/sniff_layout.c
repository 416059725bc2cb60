/*
 * Which records belong to a table. A run is a sequence of records of one width without a blank one
 * or a title between them; long runs are tables or parts of them, what lies between parts of one
 * table are its ragged rows, and what is left over is preamble and footer.
 */
#include <string.h>

#include "pipeline/calc/mend.h"
#include "pipeline/calc/sniff_parts.h"

struct run {
    size_t first, end, cells;
    bool gap;  /* a blank record, a title or the beginning of the text is before it */
    bool open; /* ... or behind it: nothing that continues it */
};

struct layout {
    struct sniff *s;
    struct run *run;
    size_t runs;
    size_t main_cells; /* of the table with most cells */
    bool loose;        /* records of other widths are rows of it */
    size_t cap;        /* tables */
};

static bool is_blank(const struct sniff_record *r)
{
    return r->filled == 0;
}

/* A line of its own in the shape of the table: its first cell only. */
static bool is_title(const struct sniff_record *r)
{
    return r->filled == 1 && r->cells >= 3;
}

/*
 * The width of the table with most cells. Where it changes all the time, commas stand in unquoted
 * text: cells then are too many, never too few, and the first record, a header, has the right
 * number.
 */
static size_t main_width(struct sniff *s, bool *loose)
{
    enum { WIDTHS = 4096 };
    size_t best = 1, most = 0, all = 0, less = 0, first = 0, last = 0, changes = 0;
    size_t *n = ARENA_ARRAY(&s->arena, size_t, WIDTHS + 1);
    for (size_t i = 0; i < s->n; i++) {
        const struct sniff_record *r = &s->record[i];
        if (is_blank(r) || is_title(r) || r->cells > WIDTHS)
            continue;
        n[r->cells]++;
        first = first ? first : r->cells;
        less += r->cells < first;
        changes += r->cells != last;
        last = r->cells;
        all++;
    }
    for (size_t w = 1; w <= WIDTHS; w++)
        if (n[w] * w > most) {
            most = n[w] * w;
            best = w;
        }
    *loose = first >= 2 && n[best] * 10 < all * 6 && less * 20 < all && n[first] * 10 >= all &&
             changes > 4 && changes * 4 > all;
    return *loose ? first : best;
}

static void find_runs(struct layout *l)
{
    struct sniff *s = l->s;
    l->run = ARENA_ARRAY(&s->arena, struct run, s->n + 1);
    bool gap = true;
    for (size_t i = 0; i < s->n; i++) {
        const struct sniff_record *r = &s->record[i];
        if (is_blank(r) || is_title(r)) {
            gap = true;
            if (l->runs)
                l->run[l->runs - 1].open = true;
            continue;
        }
        struct run *last = l->runs ? &l->run[l->runs - 1] : NULL;
        if (last && !gap && last->cells == r->cells) {
            last->end = i + 1;
            continue;
        }
        l->run[l->runs++] = (struct run){.first = i, .end = i + 1, .cells = r->cells, .gap = gap};
        gap = false;
    }
    if (l->runs)
        l->run[l->runs - 1].open = true;
}

static bool is_strong(const struct layout *l, const struct run *r)
{
    size_t n = r->end - r->first;
    if (r->cells == l->main_cells)
        return true;
    return !l->loose && r->cells >= 2 && (n >= 3 || (n >= 2 && r->gap && r->open));
}

/* Has the record a cell such as no header has? Years and months stand in some. */
static bool has_value(struct sniff *s, size_t i)
{
    static const bool value[GUESSES] = {
        [GUESS_DECIMAL] = true, [GUESS_MONEY] = true,    [GUESS_PERCENT] = true,
        [GUESS_DATE] = true,    [GUESS_DATETIME] = true, [GUESS_TIME] = true};
    struct dialect_record rec = sniff_load(s, i);
    for (size_t k = 0; k < rec.n; k++)
        if (value[guess_cell(str_trim(rec.cell[k].text), NULL)])
            return true;
    return false;
}

/* Do some of the first rows of the table hold two of its cells, each in its column? Then it is one
 * of them. */
static bool has_cells_of(struct sniff *s, size_t i, const struct sniff_table *t, size_t end)
{
    struct arena scratch = {0};
    struct dialect_record rec = sniff_load(s, i);
    size_t n = rec.n, same = 0;
    struct str *cell = ARENA_ARRAY(&scratch, struct str, n);
    for (size_t k = 0; k < n; k++)
        cell[k] = arena_str(&scratch, str_trim(rec.cell[k].text));
    for (size_t j = t->first + 1; j < end && same < 2; j++) {
        rec = sniff_load(s, j);
        for (size_t k = 0; k < n && k < rec.n; k++)
            if (cell[k].n && str_eq(cell[k], str_trim(rec.cell[k].text))) {
                same++;
                cell[k].n = 0;
            }
    }
    arena_release(&scratch);
    return same >= 2;
}

/* Does the run begin with another header than that of the table above it? */
static bool begins_anew(struct layout *l, const struct sniff_table *above, const struct run *r)
{
    struct sniff *s = l->s;
    size_t filled, end = above->end < above->first + 200 ? above->end : above->first + 200;
    if (!r->gap || r->cells != above->cells || has_value(s, r->first) ||
        has_cells_of(s, r->first, above, end))
        return false;
    struct guess_column *c = sniff_columns(s, above->first, end, above->cells, 1, above->first);
    if (sniff_header_vote(s, r->first, c, above->cells, &filled) <= 0 || filled < 2)
        return false;
    struct dialect_record rec = sniff_load(s, above->first);
    struct str *name = ARENA_ARRAY(&s->arena, struct str, rec.n);
    size_t n = rec.n;
    for (size_t i = 0; i < n; i++)
        name[i] = arena_str(&s->arena, rec.cell[i].text);
    return !sniff_is_names(s, r->first, name, n);
}

static void add_run(struct layout *l, const struct run *r)
{
    struct sniff *s = l->s;
    struct sniff_table *next = &s->table[s->tables];
    if (s->tables && next[-1].cells == r->cells && !begins_anew(l, &next[-1], r)) {
        next[-1].end = r->end;
        return;
    }
    /* A few rows of another width in the middle of a table are ragged rows. */
    if (s->tables > 1 && next[-2].cells == r->cells && !r->gap &&
        next[-1].end - next[-1].first < 4 && next[-2].end - next[-2].first > 4) {
        next[-2].end = r->end;
        s->tables--;
        return;
    }
    *next = (struct sniff_table){.first = r->first, .end = r->end, .cells = r->cells};
    s->tables++;
}

/* Is record i, next to a table, one of its rows that does not fit at first sight? */
static bool belongs(struct sniff *s, const struct sniff_table *t, size_t i, bool above)
{
    const struct sniff_record *r = &s->record[i];
    if (is_blank(r) || (above && is_title(r)))
        return false;
    if (is_title(r)) {
        struct guess_column *c = sniff_columns(s, t->first, t->end, t->cells, 1, t->first);
        struct dialect_record rec = sniff_load(s, i);
        return r->cells == t->cells && rec.cell[0].text.n && guess_is_typed(&c[0]) &&
               guess_misfit(&c[0], rec.cell[0].text) == 0;
    }
    size_t off = r->cells > t->cells ? r->cells - t->cells : t->cells - r->cells;
    if (r->cells >= 2 && off <= (t->cells + 3) / 4 &&
        (!above || r->filled * 2 > t->cells || r->filled > 2))
        return true;
    /* Written in another dialect: the columns above a header say nothing about it. */
    struct mended m;
    struct arena scratch = {0};
    struct guess_column *c = above ? ARENA_ARRAY(&scratch, struct guess_column, t->cells)
                                   : sniff_columns(s, t->first, t->end, t->cells, 1, t->first);
    struct dialect_record rec = sniff_load(s, i);
    mend_record(&s->fit.dialect, rec.raw, c, t->cells, &scratch, &m);
    arena_release(&scratch);
    return above ? m.foreign && t->cells > 2 : m.cost <= 3000;
}

static void stretch(struct layout *l)
{
    struct sniff *s = l->s;
    for (size_t k = 0; k < s->tables; k++) {
        struct sniff_table *t = &s->table[k];
        size_t least = k ? s->table[k - 1].end : 0;
        size_t most = k + 1 < s->tables ? s->table[k + 1].first : s->n;
        size_t filled;
        struct guess_column *c = sniff_columns(s, t->first, t->end, t->cells, 1, t->first);
        bool has_header = sniff_header_vote(s, t->first, c, t->cells, &filled) > 0;
        for (int n = 0;
             !has_header && n < 3 && t->first > least && belongs(s, t, t->first - 1, true); n++)
            t->first--;
        for (int n = 0; (n < 3 || l->loose) && t->end < most && belongs(s, t, t->end, false); n++)
            t->end++;
    }
}

/* A table of one column: a blank line is an empty cell. */
static void one_column(struct sniff *s)
{
    s->table[0] = (struct sniff_table){.end = s->n, .cells = 1};
    s->tables = 1;
}

static size_t lines_between(const struct sniff *s, size_t first, size_t end)
{
    size_t n = 0;
    for (size_t i = first; i < end; i++)
        n += is_blank(&s->record[i]) ? 0 : s->record[i].lines;
    return n;
}

void sniff_layout(struct sniff *s, const struct str *header, size_t n_header)
{
    struct layout l = {.s = s};
    s->table = ARENA_ARRAY(&s->arena, struct sniff_table, s->n + 1);
    if (s->n == 0)
        return;
    l.main_cells = main_width(s, &l.loose);
    for (size_t i = 0; n_header && i < s->n && i < 30; i++)
        if (s->record[i].cells == n_header && sniff_is_names(s, i, header, n_header))
            l.main_cells = n_header;
    if (l.main_cells == 1) {
        one_column(s);
        return;
    }
    find_runs(&l);
    for (size_t i = 0; i < l.runs; i++)
        if (is_strong(&l, &l.run[i]))
            add_run(&l, &l.run[i]);
    stretch(&l);
    size_t most = 0;
    for (size_t k = 0; k < s->tables; k++) {
        size_t size = s->table[k].end - s->table[k].first;
        if (size > most) {
            most = size;
            s->main = k;
        }
    }
    s->preamble = lines_between(s, 0, s->table[0].first);
    s->footer = lines_between(s, s->table[s->tables - 1].end, s->n);
    for (size_t k = 1; k < s->tables; k++)
        for (size_t i = s->table[k - 1].end; i < s->table[k].first; i++)
            if (!is_blank(&s->record[i]))
                sniff_found(s, SNIFF_BETWEEN, s->record[i].line);
}
