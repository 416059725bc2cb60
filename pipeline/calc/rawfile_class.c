/*
 * What a record of a raw file is: a row, or blank, a header, a note or a total, or too large.
 */
#include "pipeline/calc/cell.h"
#include "pipeline/calc/rawfile_parts.h"

static bool begins(struct str s, const struct conf_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        if (str_starts(s, words->word[i]))
            return true;
    return false;
}

void rawfile_mark_first_bytes(struct job *j)
{
    /* What folding, trimming or deleting could turn into something else. */
    static const unsigned char folded[] = {0,    ' ',  '\t', '\n', '\v', '\f', '\r', '\'', '*', '(',
                                           0x1c, 0x1d, 0x1e, 0x1f, 0xc2, 0xe1, 0xe2, 0xe3, 0xef};
    for (size_t i = 0; i < sizeof folded; i++)
        j->special[folded[i]] = true;
    const struct conf_reading *r = &j->w->conf->reading;
    for (size_t i = 0; i < r->notes.n; i++)
        j->special[(unsigned char)r->notes.word[i].p[0]] = true;
    for (size_t i = 0; i < r->totals.n; i++)
        j->special[(unsigned char)r->totals.word[i].p[0]] = true;
    for (size_t k = 0; k < j->header.n_rows; k++)
        if (j->header.row_cells[k] && j->header.row[k][0].n)
            j->special[(unsigned char)j->header.row[k][0].p[0]] = true;
    for (size_t c = 0; c < j->x->n; c++)
        for (size_t k = 0; k < j->x->column[c].header.n; k++)
            j->special[(unsigned char)j->x->column[c].header.word[k].p[0]] = true;
}

/* A header, though not the one that stands above: the first cell decides whether to look. */
static bool is_another_header(const struct job *j, const struct csvrec *rec, struct str first,
                              struct arena *a)
{
    struct header h;
    return header_is_name(j->x, first, a) && header_again(j->x, &j->w->conf->reading, rec, a, &h);
}

enum rawfile_class rawfile_classify(struct job *j, const struct csvrec *rec)
{
    if (rec->field[0].n && !j->special[(unsigned char)rec->field[0].p[0]])
        return CLASS_DATA;
    struct arena *a = &j->w->scratch;
    struct str first = {"", 0};
    for (size_t i = 0; i < rec->n && first.n == 0; i++)
        first = cell_normalise(rec->field[i], a);
    if (first.n == 0)
        return CLASS_BLANK;
    if (header_is_repeated(&j->header, rec, a) || is_another_header(j, rec, first, a))
        return CLASS_HEADER;
    const struct conf_reading *r = &j->w->conf->reading;
    if (begins(first, &r->notes))
        return CLASS_NOTE;
    return begins(cell_no_space(first, a), &r->totals) ? CLASS_TOTAL : CLASS_DATA;
}

static void check_total(struct job *j, const struct csvrec *rec)
{
    for (size_t i = 0; i < totals_columns(j->totals); i++) {
        size_t c = totals_column(j->totals, i);
        const struct conf_column *column = &j->x->column[c];
        struct tvalue v;
        if (record_cell(j->record, rec, c, &v) != CELL_OK || totals_agree(j->totals, i, v.i))
            continue;
        struct strbuf sum = {0};
        struct tcolumn shape = {.type = column->type->kind->type};
        table_print(&shape, totals_kept(j->totals, i), &sum);
        rawfile_warn(j->f, j->w->conf, rec->line, "W-TOTAL-01", column->title,
                     rec->field[j->header.field[c]], strbuf_c(&sum), NULL);
        strbuf_release(&sum);
    }
    totals_since(j->totals);
}

/* Counts a record that is no row. */
void rawfile_take_other(struct job *j, const struct csvrec *rec, enum rawfile_class class)
{
    j->f->blank += class == CLASS_BLANK;
    j->f->repeated += class == CLASS_HEADER;
    j->f->notes += class == CLASS_NOTE;
    j->gap = class == CLASS_BLANK;
    if (class != CLASS_TOTAL)
        return;
    j->f->rows_read++;
    j->f->total_rows++;
    check_total(j, rec);
}

/* The first cell beyond the ceiling, from 1; 0: none. */
static size_t large_cell(const struct csvrec *rec, size_t most)
{
    for (size_t i = 0; i < rec->n && !rec->broken; i++)
        if (rec->field[i].n > most)
            return i + 1;
    return 0;
}

bool rawfile_refuse_large(struct job *j, const struct csvrec *rec)
{
    size_t most = (size_t)j->w->conf->limits.record_bytes;
    size_t most_cell = (size_t)j->w->conf->limits.field_bytes;
    if (rec->raw.n <= most && rec->raw.n <= most_cell)
        return false;
    size_t cell = large_cell(rec, most_cell);
    bool whole = rec->raw.n > most;
    if (!whole && !cell)
        return false;
    const char *limit = arena_printf(&j->w->scratch, "%zu", whole ? most : most_cell).p;
    rawfile_warn(j->f, j->w->conf, rec->line, whole ? "W-ROW-04" : "W-ROW-05", STR(""), STR(""),
                 limit, arena_printf(&j->w->scratch, "%zu", cell).p, NULL);
    rawfile_reject(j, rec, rec->broken ? REASON_QUOTE_OPEN : REASON_FIELD_COUNT);
    return true;
}
