/*
 * Headers: a row is one when its cells are text where the column below is not. Where all is text,
 * nothing can be said; then the first row is taken for a header when its cells are all filled,
 * different, and nowhere found again in their columns.
 */
#include <string.h>

#include "pipeline/base/map.h"
#include "pipeline/calc/mend.h"
#include "pipeline/calc/sniff_parts.h"

enum { PROFILE_ROWS = 20000, HEADER_ROWS = 3, NAME_BYTES = 256 };

bool sniff_is_names(struct sniff *s, size_t i, const struct str *name, size_t n)
{
    struct dialect_record rec = sniff_load(s, i);
    for (size_t k = 0; k < rec.n || k < n; k++) {
        struct str cell = k < rec.n ? str_trim(rec.cell[k].text) : STR("");
        if (!str_eq(cell, k < n ? str_trim(name[k]) : STR("")))
            return false;
    }
    return true;
}

struct guess_column *sniff_columns(struct sniff *s, size_t first, size_t end, size_t cells,
                                   size_t skip, size_t header)
{
    struct guess_column *c = ARENA_ARRAY(&s->arena, struct guess_column, cells);
    size_t fitting = 0, taken = 0;
    struct str top = sniff_load(s, header).raw;
    for (size_t i = first; i < end; i++)
        fitting += s->record[i].cells == cells && s->record[i].filled;
    if (fitting <= skip)
        skip = fitting ? fitting - 1 : 0;
    for (size_t i = first; i < end && taken < PROFILE_ROWS; i++) {
        const struct sniff_record *r = &s->record[i];
        if (r->cells != cells || !r->filled)
            continue;
        if (skip) {
            skip--;
            continue;
        }
        struct dialect_record rec = sniff_load(s, i);
        if (i > header && str_eq(rec.raw, top))
            continue;
        taken++;
        for (size_t k = 0; k < cells; k++) {
            struct str text = rec.cell[k].text;
            if (rec.cell[k].escapes && c[k].examples < GUESS_EXAMPLES)
                text = arena_str(&s->arena, text);
            guess_add(&c[k], text, rec.cell[k].quoted);
        }
    }
    return c;
}

/* The cells of record i, mended where it does not fit columns such as these. In the arena. */
static const struct str *mended_cells(struct sniff *s, size_t i, const struct guess_column *column,
                                      size_t n)
{
    struct dialect_record rec = sniff_load(s, i);
    struct mended m = {.cost = MEND_NEVER};
    if (!sniff_fits(&rec, column, n))
        mend_record(&s->fit.dialect, rec.raw, column, n, &s->arena, &m);
    if (m.cost < MEND_NEVER)
        return m.cell;
    struct str *cell = ARENA_ARRAY(&s->arena, struct str, n);
    for (size_t k = 0; k < n; k++)
        cell[k] = k < rec.n ? arena_str(&s->arena, rec.cell[k].text) : STR("");
    return cell;
}

/* A row that is quoted in its own way is no header for that. */
static struct str without_quotes(struct str s)
{
    s = str_trim(s);
    bool pair = s.n > 2 && s.p[0] == s.p[s.n - 1] && (s.p[0] == '\'' || s.p[0] == '"');
    return pair ? (struct str){s.p + 1, s.n - 2} : s;
}

int64_t sniff_header_vote(struct sniff *s, size_t i, const struct guess_column *column, size_t n,
                          size_t *filled)
{
    const struct str *cell = mended_cells(s, i, column, n);
    int64_t vote = 0;
    *filled = 0;
    for (size_t k = 0; k < n; k++) {
        struct str text = without_quotes(cell[k]);
        enum guess g = guess_cell(text, NULL);
        if (g == GUESS_EMPTY)
            continue;
        ++*filled;
        if (!guess_is_typed(&column[k]))
            continue;
        enum guess usual = guess_type(&column[k]);
        size_t seen = column[k].cells - column[k].empty;
        bool fits = column[k].type[g] * 10 > seen || g == usual;
        /* Codes are recognised by their shape: ITEM-9 stands above text, not above AB-1234. */
        if (g == GUESS_CODE && usual == GUESS_CODE)
            fits = guess_misfit(&column[k], text) == 0;
        vote += fits ? -1000 : g == GUESS_TEXT ? 1000 : 300;
    }
    return vote;
}

static size_t cells_filled(const struct dialect_record *rec)
{
    size_t n = rec->n;
    while (n && str_trim(rec->cell[n - 1].text).n == 0)
        n--;
    return n;
}

/* Could a row of text be the header of a table of text? Columns at its end that are empty
 * throughout need no name. */
static bool could_be_names(struct sniff *s, size_t i, size_t end)
{
    struct dialect_record rec = sniff_load(s, i);
    struct map seen = {0};
    struct arena a = {0};
    size_t n = cells_filled(&rec);
    bool ok = n > 0;
    struct str *name = ARENA_ARRAY(&a, struct str, n);
    for (size_t k = 0; ok && k < n; k++) {
        name[k] = arena_str(&a, str_trim(rec.cell[k].text));
        enum guess g = guess_cell(name[k], NULL);
        ok = name[k].n && name[k].n <= NAME_BYTES && (g == GUESS_TEXT || g == GUESS_CODE) &&
             map_put(&seen, name[k], k) == k;
    }
    for (size_t j = i + 1; ok && j < end && j < i + 200; j++) {
        rec = sniff_load(s, j);
        ok = n == s->record[i].cells || cells_filled(&rec) <= n;
        for (size_t k = 0; ok && k < rec.n && k < n; k++)
            ok = !str_eq(str_trim(rec.cell[k].text), name[k]);
    }
    map_release(&seen);
    arena_release(&a);
    return ok;
}

static bool is_same_record(struct sniff *s, size_t a, size_t b)
{
    struct dialect_record rec = sniff_load(s, a);
    struct arena scratch = {0};
    size_t n = rec.n;
    struct str *name = ARENA_ARRAY(&scratch, struct str, n);
    for (size_t k = 0; k < n; k++)
        name[k] = arena_str(&scratch, rec.cell[k].text);
    bool same = sniff_is_names(s, b, name, n);
    arena_release(&scratch);
    return same;
}

/* How many of the first records are header rows. */
static void count_headers(struct sniff *s, struct sniff_table *t)
{
    size_t n = t->end - t->first, filled, skip = n > 8 ? 4 : n / 2;
    struct guess_column *c = sniff_columns(s, t->first, t->end, t->cells, skip, t->first);
    bool typed = false;
    for (size_t k = 0; k < t->cells; k++)
        typed |= guess_is_typed(&c[k]);
    for (size_t i = t->first; i < t->end && t->headers < HEADER_ROWS && i + 1 < t->end; i++) {
        if (s->record[i].filled == 0)
            break;
        if (t->headers && is_same_record(s, i - 1, i)) {
            t->repeats++;
            continue;
        }
        if (t->repeats)
            break;
        if (sniff_header_vote(s, i, c, t->cells, &filled) <= 0)
            break;
        t->headers++;
    }
    if (t->headers == 0 && n > 1 && (!typed || n == 2) && could_be_names(s, t->first, t->end))
        t->headers = 1;
    if (t->headers == 0 && n == 1 && could_be_names(s, t->first, t->end))
        t->headers = 1;
    for (size_t i = t->first + t->headers + t->repeats;
         t->headers == 1 && i < t->end && is_same_record(s, t->first, i); i++)
        t->repeats++;
}

/* The header that was asked for, wherever among the first rows it stands. */
void sniff_begin_at(struct sniff *s, const struct str *header, size_t n_header)
{
    struct sniff_table *t = &s->table[s->main];
    for (size_t i = 0; i < t->end && i < 30; i++)
        if (s->record[i].cells == n_header && sniff_is_names(s, i, header, n_header))
            t->first = i;
    size_t k = s->main;
    while (k && s->table[k - 1].first >= t->first)
        k--;
    if (k && s->table[k - 1].end > t->first)
        s->table[k - 1].end = t->first;
    memmove(&s->table[k], t, (s->tables - s->main) * sizeof *t);
    s->tables -= s->main - k;
    s->main = k;
}

static void given_header(struct sniff *s, struct sniff_table *t, const struct str *header,
                         size_t n_header)
{
    const struct sniff_record *r = &s->record[t->first];
    t->headers = r->cells == n_header && sniff_is_names(s, t->first, header, n_header);
    t->repeats = 0;
    for (size_t k = 0; k < t->cells; k++)
        t->name[k] = k < n_header ? header[k] : STR("");
    if (!t->headers)
        sniff_found(s, SNIFF_NO_HEADER, s->record[t->first].line);
}

/* The names of all header rows, joined; what a row says again is not said twice. A name that spans
 * columns stands over the first of them. */
static void join_names(struct sniff *s, struct sniff_table *t)
{
    /* Names are text, whatever is below them, but quoted as it is. */
    struct guess_column *any = ARENA_ARRAY(&s->arena, struct guess_column, t->cells);
    const struct str *row[HEADER_ROWS];
    struct strbuf text = {0};
    for (size_t k = 0; k < t->cells; k++) {
        any[k] = (struct guess_column){
            .cells = t->column[k].cells, .quoted = t->column[k].quoted, .various = true};
        any[k].type[GUESS_TEXT] = any[k].cells;
    }
    for (size_t i = 0; i < t->headers; i++)
        row[i] = mended_cells(s, t->first + i, any, t->cells);
    for (size_t k = 0; k < t->cells; k++) {
        text.n = 0;
        for (size_t i = 0; i < t->headers; i++) {
            if (str_trim(row[i][k]).n == 0 || (i && str_eq(row[i][k], row[i - 1][k])))
                continue;
            if (text.n)
                strbuf_addc(&text, ' ');
            strbuf_add(&text, row[i][k]);
        }
        t->name[k] = arena_str(&s->arena, strbuf_str(&text));
    }
    strbuf_release(&text);
}

static void judge_names(struct sniff *s, const struct sniff_table *t)
{
    struct map seen = {0};
    size_t line = s->record[t->first].line;
    for (size_t k = 0; k < t->cells; k++) {
        struct str name = str_trim(t->name[k]);
        if (name.n == 0)
            sniff_found(s, SNIFF_NAMELESS, line);
        else if (map_put(&seen, name, k) != k)
            sniff_found(s, SNIFF_SAME_NAME, line);
    }
    map_release(&seen);
}

void sniff_header(struct sniff *s, struct sniff_table *t, const struct str *header, size_t n_header)
{
    t->name = ARENA_ARRAY(&s->arena, struct str, t->cells);
    for (size_t k = 0; k < t->cells; k++)
        t->name[k] = STR("");
    if (n_header) {
        given_header(s, t, header, n_header);
    } else {
        count_headers(s, t);
    }
    size_t top = t->headers + t->repeats;
    t->column = sniff_columns(s, t->first + top, t->end, t->cells, 0, t->first);
    if (!n_header)
        join_names(s, t);
    t->rows = 0;
    for (size_t i = t->first + top; i < t->end; i++)
        t->rows += s->record[i].filled > 0 || t->cells == 1;
    if (t->headers && t == &s->table[s->main])
        judge_names(s, t);
}
