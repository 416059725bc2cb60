/*
 * The cutting is an alignment: boundaries of the record against columns of the table, by dynamic
 * programming over (boundaries passed, columns filled).
 */
#include "pipeline/calc/mend.h"

#include <string.h>

/* Costs, in thousandths of "somewhat unlikely". */
enum {
    LONG_CELL = 2000,      /* a delimiter inside an unquoted cell ... */
    LONG_SENTENCE = 1200,  /* ... with a blank behind it */
    EDGE = 3500,           /* ... at its very beginning or end */
    HALF_QUOTED = 2500,    /* a quote at one end only */
    ODD_QUOTED = 1200,     /* a quoted cell with a single quote inside, or doubled at both ends */
    QUOTE_INSIDE = 500,    /* a quote inside an unquoted cell */
    GLUED = 2000,          /* no delimiter between two quoted cells */
    GLUED_EMPTY = 4000,    /* ... one of them empty */
    UNUSUAL_QUOTING = 700, /* quoted where others are not, or the other way round */
    LEFT_EMPTY = 5000,     /* a column without a cell */
    DROP_EMPTY = 2500,     /* an empty cell without a column */
    DROP_TEXT = 7000,      /* a cell without a column */
    DROP_LAST = 6000,      /* the same behind the last column */
    BLANK_BEFORE = 600,    /* an unquoted cell that begins with a blank */
    FOREIGN = 900,         /* another dialect than the table's */
    LATER = 10,            /* of equals, what is missing is missing at the end */
};
/* BAND: a way may be so many boundaries ahead of or behind the straight one. */
enum { BOUNDARIES = 1024, BAND = 8, WORK = 4000000 };

struct boundary {
    size_t begin, end; /* of the delimiter; equal: between two quotes */
};

struct cutting {
    const struct dialect *d;
    struct str raw;
    const struct guess_column *column;
    size_t columns;
    struct arena *a;
    struct boundary *at; /* [n]: the begin of the record, its delimiters, its end */
    size_t n;
    size_t surplus; /* boundaries more than columns */
    size_t lack;    /* or fewer */
    size_t work;    /* cells looked at */
};

enum step_kind { STEP_CELL, STEP_EMPTY, STEP_DROP };

/* How the cheapest way reached a place. */
struct step {
    int64_t cost;
    uint32_t from; /* boundary; the column before it is one less unless `kind` says otherwise */
    enum step_kind kind;
};

/* --- one cell --- */

static bool is_sound(const struct dialect *d, struct str inner)
{
    for (size_t i = 0; i < inner.n; i++) {
        if (d->escape == '\\' && inner.p[i] == '\\') {
            i++;
        } else if (inner.p[i] == d->quote) {
            if (d->escape != d->quote || i + 1 == inner.n || inner.p[i + 1] != d->quote)
                return false;
            i++;
        }
    }
    return true;
}

static struct str unescaped(const struct cutting *c, struct str inner)
{
    const struct dialect *d = c->d;
    if (str_find(inner, d->quote) == inner.n &&
        (d->escape != '\\' || str_find(inner, '\\') == inner.n))
        return inner;
    char *out = arena_raw(c->a, inner.n + 1), *o = out;
    for (size_t i = 0; i < inner.n; i++) {
        bool pair = i + 1 < inner.n && inner.p[i] == d->escape &&
                    (inner.p[i + 1] == d->quote || (d->escape == '\\' && inner.p[i + 1] == '\\'));
        i += pair;
        *o++ = inner.p[i];
    }
    return (struct str){out, (size_t)(o - out)};
}

/* The text of a cell as it stands between two boundaries, and what its form costs. */
static struct str cell_of(const struct cutting *c, struct str s, size_t column, int64_t *cost)
{
    char quote = c->d->quote;
    const struct guess_column *usual = &c->column[column];
    bool mostly = usual->quoted * 2 > usual->cells, begins = s.n && s.p[0] == quote;
    bool ends = s.n && s.p[s.n - 1] == quote;
    *cost = column && s.n && s.p[0] == ' ' ? BLANK_BEFORE : 0;
    if (!quote || (!begins && !ends)) {
        if (quote && str_find(s, quote) < s.n)
            *cost += QUOTE_INSIDE;
        if (usual->cells && mostly && s.n)
            *cost += UNUSUAL_QUOTING;
        return s;
    }
    if (begins && ends && s.n >= 2) {
        struct str inner = {s.p + 1, s.n - 2};
        bool doubled = inner.n >= 2 && inner.p[0] == quote && inner.p[inner.n - 1] == quote;
        if (usual->cells && !usual->quoted)
            *cost += UNUSUAL_QUOTING;
        if (is_sound(c->d, inner))
            return unescaped(c, inner);
        *cost += ODD_QUOTED;
        struct str core = {inner.p + 1, doubled ? inner.n - 2 : 0};
        if (doubled && str_find(core, quote) == core.n)
            return core;
        return unescaped(c, inner);
    }
    if (!mostly && ends && !begins) {
        *cost += QUOTE_INSIDE; /* inches */
        return s;
    }
    *cost += HALF_QUOTED;
    return unescaped(c, begins ? str_from(s, 1) : (struct str){s.p, s.n - 1});
}

/* What it costs that one cell reaches over delimiters. */
static int64_t span_cost(const struct cutting *c, size_t from, size_t to)
{
    struct str s = {c->raw.p + c->at[from].end, c->at[to].begin - c->at[from].end};
    char quote = c->d->quote;
    if (quote && s.n >= 2 && s.p[0] == quote && s.p[s.n - 1] == quote &&
        is_sound(c->d, (struct str){s.p + 1, s.n - 2}))
        return 0;
    int64_t cost = 0;
    for (size_t i = from + 1; i < to; i++) {
        const struct boundary *b = &c->at[i];
        if (b->begin < b->end)
            cost += b->begin == c->at[from].end || b->end == c->at[to].begin ? EDGE
                    : b->end < c->raw.n && c->raw.p[b->end] == ' '           ? LONG_SENTENCE
                                                                             : LONG_CELL;
    }
    return cost;
}

/* --- all of them --- */

static void find_boundaries(struct cutting *c)
{
    const struct dialect *d = c->d;
    struct str s = c->raw, delimiter = {d->delimiter, d->n};
    c->at = ARENA_ARRAY(c->a, struct boundary, BOUNDARIES + 2);
    c->at[c->n++] = (struct boundary){0, 0};
    for (size_t i = 0; i < s.n && c->n < BOUNDARIES;) {
        if (str_starts(str_from(s, i), delimiter)) {
            c->at[c->n++] = (struct boundary){i, i + d->n};
            i += d->n;
            continue;
        }
        if (d->quote && i && s.p[i] == d->quote && s.p[i - 1] == d->quote)
            c->at[c->n++] = (struct boundary){i, i};
        i++;
    }
    c->at[c->n++] = (struct boundary){s.n, s.n};
}

static void offer(struct step *s, int64_t cost, size_t from, enum step_kind kind)
{
    if (cost < s->cost)
        *s = (struct step){cost, (uint32_t)from, kind};
}

/* Quotes that meet may be an escaped quote at the end of a cell as well. */
static int64_t glue_cost(const struct cutting *c, struct str s, size_t column)
{
    char quote = c->d->quote;
    if (s.n == 2 && s.p[0] == quote && s.p[1] == quote)
        return column < c->columns && c->column[column].empty * 2 > c->column[column].cells
                   ? 0
                   : GLUED_EMPTY;
    return s.n > 2 && s.p[0] == quote && s.p[1] == quote ? LATER : 0;
}

/* All ways on from (boundary i, column j), already reached for `cost`. */
static void go_on(struct cutting *c, struct step *grid, size_t i, size_t j, int64_t cost)
{
    size_t w = c->columns + 1;
    const struct boundary *here = &c->at[i];
    if (j < c->columns) {
        int64_t often = c->column[j].empty * 2 > c->column[j].cells ? 1000 : 0;
        offer(&grid[i * w + j + 1], cost + LEFT_EMPTY - often + LATER * (int64_t)(c->columns - j),
              i, STEP_EMPTY);
    }
    for (size_t k = i + 1; k < c->n && k <= i + c->surplus + BAND; k++) {
        if (c->at[k].begin < here->end)
            continue;
        struct str s = {c->raw.p + here->end, c->at[k].begin - here->end};
        int64_t glued = c->at[k].begin == c->at[k].end && k + 1 < c->n ? GLUED : 0, form;
        if (glued || (i && here->begin == here->end))
            glued += glue_cost(c, s, j);
        c->work++;
        if (j < c->columns) {
            struct str text = cell_of(c, s, j, &form);
            offer(&grid[k * w + j + 1],
                  cost + glued + form + span_cost(c, i, k) + guess_misfit(&c->column[j], text), i,
                  STEP_CELL);
        }
        if (k == i + 1 && !glued)
            offer(&grid[k * w + j],
                  cost + (str_trim(s).n == 0 ? DROP_EMPTY
                          : j == c->columns  ? DROP_LAST
                                             : DROP_TEXT),
                  i, STEP_DROP);
    }
}

static void trace_back(const struct cutting *c, const struct step *grid, struct mended *m)
{
    size_t w = c->columns + 1, i = c->n - 1, j = c->columns;
    m->cost = grid[i * w + j].cost;
    m->cell = ARENA_ARRAY(c->a, struct str, c->columns);
    while (m->cost < MEND_NEVER && (i || j)) {
        const struct step *s = &grid[i * w + j];
        if (s->kind != STEP_DROP)
            j--;
        if (s->kind == STEP_EMPTY)
            m->cell[j] = STR("");
        if (s->kind == STEP_CELL) {
            size_t begin = c->at[s->from].end;
            int64_t ignored;
            m->cell[j] =
                cell_of(c, (struct str){c->raw.p + begin, c->at[i].begin - begin}, j, &ignored);
        }
        i = s->from;
    }
}

static void align(struct cutting *c, struct mended *m)
{
    size_t w = c->columns + 1;
    *m = (struct mended){.cost = MEND_NEVER};
    find_boundaries(c);
    c->surplus = c->n > w ? c->n - w : 0;
    c->lack = c->n < w ? w - c->n : 0;
    if (c->n >= BOUNDARIES || c->n * (c->surplus + c->lack + 2 * BAND) > WORK / (c->surplus + BAND))
        return;
    struct step *grid = ARENA_ARRAY(c->a, struct step, c->n * w);
    for (size_t i = 0; i < c->n * w; i++)
        grid[i].cost = i ? MEND_NEVER : 0;
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = i > c->surplus + BAND ? i - c->surplus - BAND : 0;
             j < w && j <= i + c->lack + BAND; j++)
            if (grid[i * w + j].cost < MEND_NEVER)
                go_on(c, grid, i, j, grid[i * w + j].cost);
    trace_back(c, grid, m);
}

/* Reads the record in another dialect; it counts only when every column gets its cell. */
static void try_foreign(const struct cutting *c, const struct dialect *d, struct mended *m)
{
    struct dialect_reader r = {0};
    struct dialect_record rec;
    dialect_start(&r, d, c->raw);
    bool fits = dialect_next(&r, &rec) && rec.n == c->columns && r.at == c->raw.n &&
                !(rec.faults & (DIALECT_OPEN | DIALECT_AFTER));
    int64_t cost = FOREIGN;
    for (size_t i = 0; fits && i < rec.n; i++) {
        struct str s = rec.cell[i].text;
        cost += guess_misfit(&c->column[i], s);
        if (rec.cell[i].quoted || s.n == 0)
            continue;
        char begin = s.p[0], end = s.p[s.n - 1];
        cost += begin == '"' || end == '"' || (begin == '\'' && end == begin) ? HALF_QUOTED : 0;
        cost += i && begin == ' ' ? BLANK_BEFORE : 0;
        cost += strchr(",;|", end) && i + 1 < rec.n ? HALF_QUOTED : 0;
    }
    if (fits && cost < m->cost) {
        *m = (struct mended){
            .cell = ARENA_ARRAY(c->a, struct str, rec.n), .cost = cost, .foreign = true};
        for (size_t i = 0; i < rec.n; i++)
            m->cell[i] = arena_str(c->a, rec.cell[i].text);
    }
    dialect_release(&r);
}

void mend_record(const struct dialect *d, struct str raw, const struct guess_column *column,
                 size_t n, struct arena *a, struct mended *m)
{
    static const char *const delimiters[] = {",", ";", "\t", "|", " ", ", "};
    static const char quotes[] = "\"'";
    struct cutting c = {.d = d, .raw = raw, .column = column, .columns = n, .a = a};
    align(&c, m);
    for (size_t i = 0; i <= sizeof delimiters / sizeof delimiters[0]; i++) {
        /* The table's own delimiter last: another quote or escape only. */
        struct dialect other = *d;
        bool own = i == sizeof delimiters / sizeof delimiters[0];
        if (!own) {
            other.n = strlen(delimiters[i]);
            memcpy(other.delimiter, delimiters[i], other.n);
        }
        for (size_t k = 0; k < 4; k++) {
            other.quote = quotes[k / 2];
            other.escape = k % 2 ? '\\' : other.quote;
            if (!dialect_equal(&other, d))
                try_foreign(&c, &other, m);
        }
    }
    m->work = c.work + raw.n;
}
