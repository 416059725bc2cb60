#include "pipeline/calc/header.h"

#include <string.h>

#include "pipeline/base/map.h"
#include "pipeline/calc/cell.h"
#include "pipeline/calc/sniff.h"

enum { HEAD_BYTES = 1 << 16, NAME_BYTES = 200 };

/* One record as a candidate: names and units of its cells. */
struct names {
    struct str *name, *unit;
    struct str *own; /* as they are written */
    size_t n;
};

static struct names names_of(const struct csvrec *rec, struct arena *a)
{
    struct names s = {ARENA_ARRAY(a, struct str, rec->n), ARENA_ARRAY(a, struct str, rec->n),
                      ARENA_ARRAY(a, struct str, rec->n), rec->broken ? 0 : rec->n};
    for (size_t i = 0; i < s.n; i++) {
        /* The reader's fields die with its next record. */
        struct str cell = arena_str(a, rec->field[i]);
        s.name[i] = cell_header(cell, &s.unit[i], a);
        s.own[i] = cell_normalise(cell, a);
    }
    while (s.n && s.name[s.n - 1].n == 0)
        s.n--;
    return s;
}

/* A header over two rows: the lower cell where it says something, else the upper. */
static struct names join(struct names upper, struct names lower, struct arena *a)
{
    size_t n = upper.n > lower.n ? upper.n : lower.n;
    struct names s = {ARENA_ARRAY(a, struct str, n), ARENA_ARRAY(a, struct str, n),
                      ARENA_ARRAY(a, struct str, n), n};
    for (size_t i = 0; i < n; i++) {
        const struct names *from = i < lower.n && lower.name[i].n ? &lower : &upper;
        if (i < from->n) {
            s.name[i] = from->name[i];
            s.unit[i] = from->unit[i];
            s.own[i] = from->own[i];
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
    const struct conf_form *form;
    const struct conf_reading *r;
    struct str text;
    struct csvin_mark from; /* the first record that may be the header */
    size_t rows;            /* records that are joined: up to 2, or 3 */
    struct arena *a;
    struct header_miss *miss;
};

static size_t count_named(const struct search *s, const struct header *h)
{
    size_t named = 0;
    for (size_t c = 0; c < s->x->n; c++)
        named += h->field[c] != SIZE_MAX;
    return named;
}

static void remember_miss(struct search *s, struct names n, const struct header *h, size_t named)
{
    if (named <= s->miss->named)
        return;
    *s->miss = (struct header_miss){n.name, n.n, named, ARENA_ARRAY(s->a, bool, s->x->n)};
    for (size_t c = 0; c < s->x->n; c++)
        s->miss->has[c] = h->field[c] != SIZE_MAX;
}

/* The name of a column as its header cell says it: white space as single blanks, not too long. */
static struct str plain_name(struct str cell, size_t i, struct arena *a)
{
    char *out = arena_raw(a, NAME_BYTES);
    size_t n = 0;
    for (size_t k = 0; k < cell.n && n < NAME_BYTES; k++) {
        bool blank = strchr(" \t\r\n\v\f", cell.p[k]) != NULL;
        if (!blank || (n && out[n - 1] != ' '))
            out[n++] = blank ? ' ' : cell.p[k];
    }
    for (size_t k = n; n == NAME_BYTES && k > n - 4; k--) /* no half character at the end */
        if (((unsigned char)out[k - 1] & 0xc0) == 0xc0)
            n = k - 1;
    struct str name = str_trim((struct str){out, n});
    return name.n ? name : arena_printf(a, "column_%zu", i + 1);
}

/* Exports that take all columns: those that are not declared have been found under their names,
 * which differ from each other and from those that are taken. */
static void map_found(struct search *s, struct header *h)
{
    const struct conf_export *x = s->x;
    struct map taken = {0};
    struct str *plain = ARENA_ARRAY(s->a, struct str, h->cells);
    map_put(&taken, STR("src_file"), 0);
    map_put(&taken, STR("src_line"), 0);
    for (size_t c = 0; c < x->n; c++)
        if (!x->column[c].found)
            map_put(&taken, x->column[c].name, 0);
    for (size_t i = 0; i < h->cells; i++) {
        if (h->column[i] != SIZE_MAX)
            continue;
        struct str name = plain[i] = plain_name(h->own[i], i, s->a);
        size_t number = 2;
        for (size_t k = 0; k < i; k++)
            number += str_eq(plain[k], name);
        number -= number > 2; /* the first has none */
        for (; map_put(&taken, name, i + 1) != i + 1; number++)
            name = arena_printf(s->a, "%.*s_%zu", STR_ARG(plain[i]), number);
        h->own[i] = name;
        size_t c = conf_find_column(x, name);
        if (c == SIZE_MAX)
            continue;
        h->column[i] = c;
        h->field[c] = i;
    }
    map_release(&taken);
}

/* Fills the mapping of *h from the names; false when a required column is not among them. */
static bool map_columns(struct search *s, struct names n, struct header *h)
{
    const struct conf_export *x = s->x;
    h->cells = n.n;
    h->name = n.name;
    h->own = n.own;
    h->column = ARENA_ARRAY(s->a, size_t, n.n);
    h->field = ARENA_ARRAY(s->a, size_t, x->n);
    h->unit = ARENA_ARRAY(s->a, int64_t, x->n);
    for (size_t c = 0; c < x->n; c++) {
        h->field[c] = SIZE_MAX;
        h->unit[c] = 1;
    }
    for (size_t i = 0; i < n.n; i++) {
        size_t c = n.name[i].n ? column_called(x, n.name[i]) : SIZE_MAX;
        h->column[i] = c != SIZE_MAX && h->field[c] == SIZE_MAX ? c : SIZE_MAX;
        if (h->column[i] == SIZE_MAX)
            continue;
        h->field[c] = i;
        h->unit[c] = cell_header_unit(n.unit[i], s->r);
    }
    bool all = true;
    for (size_t c = 0; c < x->n; c++)
        all &= h->field[c] != SIZE_MAX || !x->column[c].required;
    if (!all)
        remember_miss(s, n, h, count_named(s, h));
    return all;
}

/* How many columns of the export the names give; *h is their mapping. */
static size_t columns_named(struct search *s, struct names n, struct header *h)
{
    map_columns(s, n, h);
    return count_named(s, h);
}

static void remember_row(struct header *h, struct names n)
{
    h->row[h->n_rows] = n.name;
    h->row_cells[h->n_rows++] = n.n;
}

/* The rows of a header over n >= 2 records; *h becomes the mapping of all of them joined. */
static void remember_rows(struct search *s, const struct names *row, size_t n, struct names all,
                          struct header *h)
{
    struct names below = row[n - 1];
    size_t named = columns_named(s, below, h);
    remember_row(h, all);
    remember_row(h, below);
    for (size_t i = n - 1; i-- > 0;) {
        below = join(row[i], below, s->a);
        size_t more = columns_named(s, below, h);
        /* A title above a header names no column: its repetition is no header. */
        if (more > named)
            remember_row(h, row[i]);
        named = more;
    }
}

/* Does the row below a header over two rows name more columns, and nothing else? */
static bool continues(struct search *s, struct names low, const struct header *h)
{
    size_t filled = 0;
    for (size_t i = 0; i < low.n; i++) {
        if (low.name[i].n == 0)
            continue;
        size_t c = column_called(s->x, low.name[i]);
        if (c == SIZE_MAX || h->field[c] != SIZE_MAX || (i < h->cells && h->column[i] != SIZE_MAX))
            return false;
        filled++;
    }
    return filled > 0;
}

/* The last row of a header whose two rows are joined in *h, if there is one. */
static void try_last_row(struct search *s, struct csvin *c, struct names *row, struct names two,
                         struct header *h)
{
    struct csvin_mark mark = csvin_tell(c);
    struct csvrec next;
    if (csvin_next(c, &next)) {
        row[2] = names_of(&next, s->a);
        if (continues(s, row[2], h)) {
            h->n_rows = 0;
            remember_rows(s, row, 3, join(two, row[2], s->a), h);
            return;
        }
    }
    csvin_seek(c, mark);
}

/* Tries the record that was just read, alone and joined with the next ones. */
static bool try_record(struct search *s, struct csvin *c, const struct csvrec *rec,
                       struct header *h)
{
    struct names row[HEADER_ROWS], all;
    *h = (struct header){.line = rec->line};
    all = row[0] = names_of(rec, s->a);
    if (all.n && map_columns(s, all, h)) {
        remember_row(h, all);
        return true;
    }
    struct csvin_mark mark = csvin_tell(c);
    struct csvrec next;
    for (size_t n = 2; all.n && n <= s->rows && csvin_next(c, &next); n++) {
        row[n - 1] = names_of(&next, s->a);
        if (row[n - 1].n == 0)
            break;
        all = join(all, row[n - 1], s->a);
        if (!map_columns(s, all, h))
            continue;
        remember_rows(s, row, n, all, h);
        if (n == 2)
            try_last_row(s, c, row, all, h);
        return true;
    }
    csvin_seek(c, mark);
    return false;
}

/* Looks through the records from `from` on; the reader has just been started. */
static bool search_records(struct search *s, struct csvin *c, struct csvin_mark from, int64_t most,
                           struct header *h)
{
    struct csvrec rec;
    csvin_expect(c, 0);
    csvin_seek(c, from);
    for (int64_t i = 0; i < most && csvin_next(c, &rec); i++) {
        if (!try_record(s, c, &rec, h))
            continue;
        csvin_expect(c, h->cells);
        return true;
    }
    return false;
}

/* --- dialects --- */

static bool search_under(struct search *s, const struct dialect *d, struct csvin *c,
                         struct header *h)
{
    csvin_dialect(c, s->text, d);
    bool found = search_records(s, c, s->from, s->form->header ? 1 : s->r->header_records, h);
    h->dialect = *d;
    return found;
}

/* A CR inside the first line of the header that was found? */
static bool has_lone_cr(struct str text, size_t line)
{
    for (; line > 1; line--)
        text = str_from(text, str_find(text, '\n') + 1);
    text.n = str_find(text, '\n');
    while (text.n && text.p[text.n - 1] == '\r')
        text.n--;
    return str_find(text, '\r') < text.n;
}

/* Where CR ends the header's line, it ends others: then the record after it has as many cells. */
static void try_cr(struct search *s, struct csvin *c, struct header *h)
{
    struct csvin_mark mark = csvin_tell(c);
    struct header other;
    struct dialect d = h->dialect;
    struct csvrec next;
    d.cr = true;
    if (has_lone_cr(s->text, h->line) && search_under(s, &d, c, &other) && other.cells < h->cells) {
        struct csvin_mark behind = csvin_tell(c);
        if (csvin_next(c, &next) && !next.broken &&
            csvin_cells(&next, other.cells) == other.cells) {
            csvin_seek(c, behind);
            *h = other;
            return;
        }
    }
    csvin_dialect(c, s->text, &h->dialect);
    csvin_seek(c, mark);
    csvin_expect(c, h->cells);
}

/* The dialect that the configuration says, with this delimiter. */
static struct dialect said_dialect(const struct conf_form *f, struct str delimiter)
{
    static const char quotes[] = {
        [QUOTE_UNSET] = '"', [QUOTE_DOUBLE] = '"', [QUOTE_SINGLE] = '\'', [QUOTE_NONE] = '\0'};
    struct dialect d = {.n = delimiter.n, .quote = quotes[f->quote]};
    memcpy(d.delimiter, delimiter.p, d.n);
    d.escape = f->escape == ESCAPE_BACKSLASH ? '\\' : d.quote;
    return d;
}

static bool search_said(struct search *s, struct csvin *c, struct header *h)
{
    bool given = s->form->delimiter.n > 0, found = false;
    size_t n = given ? 1 : s->r->delimiters.n;
    for (s->rows = 2; s->rows <= HEADER_ROWS && !found; s->rows++)
        for (size_t i = 0; i < n && !found; i++) {
            struct dialect d =
                said_dialect(s->form, given ? s->form->delimiter : s->r->delimiters.word[i]);
            found = search_under(s, &d, c, h);
        }
    if (found && !h->dialect.cr)
        try_cr(s, c, h);
    return found;
}

/* The dialect is found out; the header may stand on any of the tables in the text. */
static bool search_tables(struct search *s, struct csvin *c, struct header *h)
{
    struct sniff n;
    sniff_text(&n, s->text, NULL, 0);
    struct dialect d = n.fit.dialect;
    int64_t confidence = n.confidence;
    s->rows = HEADER_ROWS;
    bool found = search_under(s, &d, c, h);
    for (size_t k = 0; k < n.tables && !found && !s->form->header; k++) {
        const struct sniff_record *r = &n.record[n.table[k].first];
        csvin_dialect(c, s->text, &d);
        found = search_records(s, c, (struct csvin_mark){r->offset, r->line}, 3, h);
    }
    sniff_release(&n);
    h->dialect = d;
    h->sniffed = true;
    h->confidence = confidence;
    return found;
}

/* The largest table of the text's beginning, with its header; for exports that ask for no column.
 */
static bool search_largest(struct search *s, struct csvin *c, struct header *h)
{
    struct sniff n;
    struct str head = s->text;
    if (head.n > HEAD_BYTES) {
        head.n = HEAD_BYTES;
        while (head.n && head.p[head.n - 1] != '\n')
            head.n--;
        head.n = head.n ? head.n : HEAD_BYTES;
    }
    sniff_text(&n, head, NULL, 0);
    const struct sniff_table *t = n.tables ? &n.table[n.main] : NULL;
    bool found = t && t->headers;
    if (found) {
        const struct sniff_record *r = &n.record[t->first];
        struct names row[HEADER_ROWS], all = {0};
        struct csvrec rec;
        *h = (struct header){.line = r->line, .dialect = n.fit.dialect, .sniffed = true};
        h->confidence = n.confidence;
        csvin_dialect(c, s->text, &h->dialect);
        csvin_expect(c, 0);
        csvin_seek(c, (struct csvin_mark){r->offset, r->line});
        for (size_t i = 0; i < t->headers && csvin_next(c, &rec); i++) {
            row[i] = names_of(&rec, s->a);
            all = i ? join(all, row[i], s->a) : row[i];
        }
        map_columns(s, all, h);
        if (t->headers == 1)
            remember_row(h, all);
        else
            remember_rows(s, row, t->headers, all, h);
        csvin_expect(c, h->cells);
    }
    sniff_release(&n);
    return found;
}

static bool asks_for_columns(const struct conf_export *x)
{
    for (size_t c = 0; c < x->n; c++)
        if (x->column[c].required)
            return true;
    return false;
}

static bool search_all(struct search *s, struct csvin *c, struct header *h)
{
    const struct conf_form *f = s->form;
    bool said = f->delimiter.n || f->header || f->skip;
    if (s->x->all && !said && f->dialect != DIALECT_PLAIN && !asks_for_columns(s->x))
        return search_largest(s, c, h);
    if (search_said(s, c, h))
        return true;
    return !f->delimiter.n && f->dialect != DIALECT_PLAIN && search_tables(s, c, h);
}

/* Where line `line` of the text begins. */
static struct csvin_mark line_mark(struct str text, size_t line)
{
    struct csvin_mark m = {0, 1};
    while (m.line < line && m.offset < text.n) {
        m.offset += str_find(str_from(text, m.offset), '\n') + 1;
        m.line++;
    }
    m.offset = m.offset < text.n ? m.offset : text.n;
    return m;
}

bool header_find(const struct conf_export *x, const struct conf_form *form,
                 const struct conf_reading *r, struct str text, struct csvin *c, struct arena *a,
                 struct header *h, struct header_miss *miss)
{
    struct search s = {.x = x, .form = form, .r = r, .text = text, .a = a, .miss = miss};
    *miss = (struct header_miss){0};
    s.from = line_mark(text, (size_t)(form->header ? form->header : form->skip + 1));
    bool found = search_all(&s, c, h);
    if (found && x->all)
        map_found(&s, h);
    return found;
}

/* --- the header again --- */

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

bool header_is_name(const struct conf_export *x, struct str cell, struct arena *scratch)
{
    struct str unit;
    return column_called(x, cell_header(cell, &unit, scratch)) != SIZE_MAX;
}

/* At least half of the cells that say something are names of different columns, two or more. */
static bool names_columns(struct names n, size_t named)
{
    size_t filled = 0;
    for (size_t i = 0; i < n.n; i++)
        filled += n.name[i].n > 0;
    return named > 1 && 2 * named >= filled;
}

bool header_again(const struct conf_export *x, const struct conf_reading *r,
                  const struct csvrec *rec, struct arena *a, struct header *h)
{
    struct header_miss miss = {0};
    struct search s = {.x = x, .r = r, .a = a, .miss = &miss};
    struct names n = names_of(rec, a);
    if (!n.n || !asks_for_columns(x) || !map_columns(&s, n, h) ||
        !names_columns(n, count_named(&s, h)))
        return false;
    h->line = rec->line;
    h->n_rows = 0;
    remember_row(h, n);
    if (x->all)
        map_found(&s, h);
    return true;
}

bool header_maps_alike(const struct header *a, const struct header *b, size_t columns)
{
    return a->cells == b->cells && memcmp(a->field, b->field, columns * sizeof *a->field) == 0 &&
           memcmp(a->unit, b->unit, columns * sizeof *a->unit) == 0;
}
