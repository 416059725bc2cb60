#include "pipeline/calc/ragged.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/mend.h"

/*
 * LIKELY: past it a record is none of the table. One cell may be missing or left over, a delimiter
 * or a quote stand where none should; text is never dropped (calc/mend.c has the costs). WORK: what
 * mending may take in all; past it, nothing is mended.
 */
enum { LIKELY = 6000, WORK = 50000000, PROFILE_ROWS = 2000 };

struct ragged {
    struct dialect dialect;
    struct str text;
    size_t first, cells;
    struct guess_column *column; /* NULL: not looked up yet */
    size_t work;
    struct dialect_reader reader;
    struct arena arena;
};

struct ragged *ragged_new(const struct dialect *d, struct str text, size_t first, size_t cells)
{
    struct ragged *r = x_calloc(1, sizeof *r);
    *r = (struct ragged){.dialect = *d, .text = text, .first = first, .cells = cells};
    return r;
}

void ragged_free(struct ragged *r)
{
    if (!r)
        return;
    dialect_release(&r->reader);
    arena_release(&r->arena);
    free(r);
}

static bool is_good(const struct ragged *r, const struct dialect_record *rec)
{
    return rec->n == r->cells && !(rec->faults & (DIALECT_OPEN | DIALECT_AFTER));
}

static void look_up(struct ragged *r)
{
    struct dialect_record rec;
    r->column = ARENA_ARRAY(&r->arena, struct guess_column, r->cells);
    dialect_start(&r->reader, &r->dialect, r->text);
    dialect_seek(&r->reader, r->first, 1);
    for (size_t n = 0; n < PROFILE_ROWS && dialect_next(&r->reader, &rec);) {
        if (!is_good(r, &rec))
            continue;
        n++;
        for (size_t i = 0; i < r->cells; i++) {
            struct str text = rec.cell[i].text;
            guess_add(&r->column[i], rec.cell[i].escapes ? arena_str(&r->arena, text) : text,
                      rec.cell[i].quoted);
        }
    }
}

/* The cells of `raw` when it is exactly one record of the right width. */
static bool read_one(struct ragged *r, struct str raw, struct arena *a, struct ragged_row *row)
{
    struct dialect_record rec;
    dialect_start(&r->reader, &r->dialect, raw);
    if (!dialect_next(&r->reader, &rec) || !is_good(r, &rec) || r->reader.at < raw.n)
        return false;
    *row = (struct ragged_row){raw, ARENA_ARRAY(a, struct str, rec.n)};
    for (size_t i = 0; i < rec.n; i++)
        row->cell[i] = arena_str(a, rec.cell[i].text);
    return true;
}

size_t ragged_split(struct ragged *r, struct str raw, struct arena *a, struct ragged_row **row)
{
    size_t most = 1, n = 0;
    for (size_t i = 0; i < raw.n; i++)
        most += raw.p[i] == '\r';
    *row = ARENA_ARRAY(a, struct ragged_row, most);
    for (struct str rest = raw; most > 1 && rest.n;) {
        size_t end = str_find(rest, '\r');
        struct str piece = {rest.p, end};
        rest = str_from(rest, end + 1);
        if (piece.n && !read_one(r, piece, a, &(*row)[n++]))
            return 0;
    }
    return n > 1 ? n : 0;
}

bool ragged_mend(struct ragged *r, struct str raw, struct arena *a, struct ragged_row *row)
{
    struct mended m;
    if (!r->column)
        look_up(r);
    if (r->work > WORK)
        return false;
    mend_record(&r->dialect, raw, r->column, r->cells, a, &m);
    r->work += m.work;
    *row = (struct ragged_row){raw, m.cell};
    return m.cost < LIKELY;
}
