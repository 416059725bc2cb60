/*
 * What is said about the header of a raw file, about one that is not found, and about a further
 * one.
 */
#include "pipeline/calc/rawfile_parts.h"

/* Why the column of cell i is not read. */
static const char *ignored_column(const struct header *h, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (h->column[k] != SIZE_MAX && str_eq(h->name[k], h->name[i]))
            return "W-COL-03";
    return h->name[i].n ? "W-COL-01" : "W-COL-04";
}

void rawfile_warn_columns(struct job *j, const struct header *before)
{
    const struct header *h = &j->header;
    for (size_t i = 0; i < h->cells; i++)
        if (h->column[i] == SIZE_MAX)
            rawfile_warn(j->f, j->w->conf, h->line, ignored_column(h, i), h->name[i], STR(""),
                         arena_printf(&j->w->scratch, "%zu", i + 1).p, NULL);
    for (size_t c = 0; c < j->x->n; c++)
        if (h->field[c] == SIZE_MAX && (!before || before->field[c] != SIZE_MAX))
            rawfile_warn(j->f, j->w->conf, h->line, "W-COL-02", j->x->column[c].title, STR(""),
                         NULL);
}

/* Does one of the first cells name a column? What else fails would be asked in vain. */
static bool may_be_header(struct job *j, const struct csvrec *rec)
{
    enum { LOOKED_AT = 4 };
    for (size_t i = 0; i < rec->n && i < LOOKED_AT; i++)
        if (header_is_name(j->x, rec->field[i], &j->w->scratch))
            return true;
    return false;
}

/* Does the record say anew which column is where? One row of a header over several may lack what
 * the others say: what it maps is known. */
static bool is_other_header(struct job *j, const struct csvrec *rec, const struct header *h)
{
    return !header_maps_alike(h, &j->header, j->x->n) &&
           !(j->header.n_rows > 1 && header_is_repeated(&j->header, rec, &j->w->scratch));
}

bool rawfile_take_header(struct job *j, const struct csvrec *rec)
{
    const struct conf_reading *r = &j->w->conf->reading;
    const struct header before = j->header;
    struct header h = before;
    if (!may_be_header(j, rec) || !header_again(j->x, r, rec, &j->w->scratch, &h))
        return false;
    rawfile_take_other(j, rec, CLASS_HEADER);
    if (!is_other_header(j, rec, &h))
        return true;
    rawfile_warn(j->f, j->w->conf, rec->line, "W-TABLE-02", STR(""), rec->raw, NULL);
    /* Two arenas by turns: memory does not grow with the number of headers. */
    struct arena *a = &j->w->headers[j->headers == &j->w->headers[0]];
    arena_reset(a);
    header_again(j->x, r, rec, a, &j->header);
    j->headers = a;
    csvin_expect(j->w->csv, j->header.cells);
    if (j->correct)
        correct_header(j->correct);
    rawfile_begin_rows(j);
    rawfile_warn_columns(j, &before);
    return true;
}

/* The names in the file that are none of the export's columns. */
static size_t unused_names(const struct job *j, const struct header_miss *miss, struct str *name)
{
    size_t n = 0;
    for (size_t i = 0; i < miss->n; i++) {
        bool used = miss->name[i].n == 0;
        for (size_t c = 0; c < j->x->n && !used; c++)
            for (size_t k = 0; k < j->x->column[c].header.n && !used; k++)
                used = str_eq(j->x->column[c].header.word[k], miss->name[i]);
        if (!used)
            name[n++] = miss->name[i];
    }
    return n;
}

/* What a column that is missing may be called in the file: the nearest name to any of its own, else
 * all that are left over. */
static struct str likely_names(struct job *j, const struct conf_column *c,
                               const struct header_miss *miss)
{
    struct arena *a = &j->w->arena;
    struct str *name = ARENA_ARRAY(a, struct str, miss->n);
    size_t n = unused_names(j, miss, name);
    for (size_t k = 0; k < c->header.n; k++) {
        struct str nearest = conf_nearest(c->header.word[k], name, n);
        if (nearest.n)
            return nearest;
    }
    struct strbuf all = {0};
    for (size_t i = 0; i < n; i++) {
        strbuf_add(&all, i ? STR(", ") : STR(""));
        strbuf_add(&all, name[i]);
    }
    struct str s = arena_str(a, strbuf_str(&all));
    strbuf_release(&all);
    return s;
}

void rawfile_no_header(struct job *j, const struct header_miss *miss)
{
    j->f->state = RAWFILE_HEADER;
    for (size_t c = 0; c < j->x->n; c++) {
        const struct conf_column *column = &j->x->column[c];
        if (!column->required || (miss->n && miss->has[c]))
            continue;
        struct str names = likely_names(j, column, miss);
        rawfile_warn(j->f, j->w->conf, 0, "W-FILE-05", column->title, rawfile_cut(names, 200),
                     arena_str(&j->w->arena, column->title).p,
                     names.n ? arena_str(&j->w->arena, rawfile_cut(names, 500)).p : "-", NULL);
    }
}
