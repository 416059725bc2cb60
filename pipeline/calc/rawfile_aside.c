/*
 * Other tables in a raw file are set aside: counted, and named in a warning each.
 */
#include "pipeline/calc/cell.h"
#include "pipeline/calc/rawfile_parts.h"

void rawfile_end_aside(struct job *j)
{
    const struct aside *s = &j->aside;
    if (!s->records)
        return;
    struct arena *a = &j->w->scratch;
    rawfile_warn(j->f, j->w->conf, s->first, "W-TABLE-01", STR(""),
                 j->masks ? record_masked : s->head, arena_printf(a, "%zu", s->first).p,
                 arena_printf(a, "%zu", s->last).p, arena_printf(a, "%zu", s->records).p, NULL);
    j->aside = (struct aside){0};
}

static void add_aside(struct job *j, const struct csvrec *rec)
{
    j->f->set_aside++;
    j->aside.records++;
    j->aside.last = rec->line + rec->lines - 1;
}

/* Does another table begin with this record? Then it is set aside. */
bool rawfile_begin_aside(struct job *j, struct csvrec *rec, enum othertable_place place)
{
    size_t cells, own = place == OTHERTABLE_ABOVE ? 0 : j->header.cells;
    bool begins = othertable_begins(j->w->csv, rec, place, j->header.cells, &j->w->scratch, &cells);
    csvin_expect(j->w->csv, own);
    csvin_seek(j->w->csv, j->at);
    csvin_next(j->w->csv, rec);
    if (!begins)
        return false;
    rawfile_end_aside(j);
    j->aside = (struct aside){.cells = cells, .first = rec->line, .head = rec->raw};
    add_aside(j, rec);
    return true;
}

/* Has it all that a row needs? */
static bool is_row(struct job *j, const struct csvrec *rec)
{
    struct tvalue v;
    for (size_t c = 0; c < j->x->n; c++) {
        const struct conf_column *column = &j->x->column[c];
        bool own = column->required && !column->fill_down && column->fallback == SIZE_MAX;
        if (own && record_cell(j->record, rec, c, &v) != CELL_OK)
            return false;
    }
    return true;
}

/* Do all of its cells contradict their columns, as far as they can? */
bool rawfile_is_refused(struct job *j, const struct csvrec *rec)
{
    struct tvalue v;
    size_t refused = 0;
    for (size_t c = 0; c < j->x->n; c++) {
        if (j->header.field[c] == SIZE_MAX || conf_column_type(&j->x->column[c]) == TCOL_TEXT)
            continue;
        enum cell_result r = record_cell(j->record, rec, c, &v);
        if (r == CELL_OK)
            return false;
        refused += r != CELL_MISSING;
    }
    return refused > 0;
}

/* While records are set aside: is this one, too? Our table goes on with its header, with a row
 * behind a blank line, or with a row of another width than the other table's. */
bool rawfile_stays_aside(struct job *j, struct csvrec *rec, enum rawfile_class class, bool gap)
{
    size_t own = j->header.cells;
    bool fits = !rec->broken && csvin_cells(rec, own) == own;
    if (class == CLASS_BLANK || class == CLASS_NOTE)
        return false;
    if (class == CLASS_HEADER || (fits && (gap || j->aside.cells != own) && is_row(j, rec))) {
        rawfile_end_aside(j);
        return false;
    }
    if (!gap || rec->broken || !rawfile_begin_aside(j, rec, OTHERTABLE_GAP))
        add_aside(j, rec);
    return true;
}

/* The tables above the header. */
void rawfile_look_above(struct job *j)
{
    struct csvin *c = j->w->csv;
    struct csvin_mark behind = csvin_tell(c);
    struct csvrec rec;
    bool gap = true;
    if (j->form.header || j->form.skip)
        return;
    csvin_expect(c, 0);
    csvin_seek(c, (struct csvin_mark){0, 1});
    for (j->at = csvin_tell(c); csvin_next(c, &rec) && rec.line < j->header.line;
         j->at = csvin_tell(c)) {
        arena_reset(&j->w->scratch);
        bool blank = !rec.broken && csvin_cells(&rec, 0) == 0;
        if (blank)
            rawfile_end_aside(j);
        else if (j->aside.records)
            add_aside(j, &rec);
        else if (gap)
            rawfile_begin_aside(j, &rec, OTHERTABLE_ABOVE);
        gap = blank;
    }
    rawfile_end_aside(j);
    csvin_seek(c, behind);
    csvin_expect(c, j->header.cells);
}
