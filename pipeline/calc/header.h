/*
 * Finding the header of a raw file: dialect, header record, which column is where.
 */
#ifndef PIPELINE_CALC_HEADER_H
#define PIPELINE_CALC_HEADER_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/conf.h"
#include "pipeline/io/csvin.h"

enum { HEADER_ROWS = 3 }; /* a header may stand over so many records */

struct header {
    struct dialect dialect;
    bool sniffed;       /* it was found out (calc/sniff.h) ... */
    int64_t confidence; /* ... with this confidence, in thousandths */
    size_t line;        /* physical line of the (first) header record */
    size_t cells;       /* H: cells of a data record */
    struct str *name;   /* [cells]: normalised */
    size_t *column;     /* [cells]: column of the export, SIZE_MAX: unknown or repeated */
    size_t *field;      /* [export->n]: cell of each column, SIZE_MAX: absent */
    int64_t *unit;      /* [export->n]: multiplier from the header's unit */
    struct str *own;    /* [cells], of exports that take all columns: names as they are written,
                           different from each other and from the columns that are declared */
    /* Names by header row, for recognising a repeated header: one row, or of a header over several
     * all joined, and each unless it is a mere title. */
    struct str *row[HEADER_ROWS + 1];
    size_t row_cells[HEADER_ROWS + 1];
    size_t n_rows;
};

/* Where no header was found: the record that names most columns. n = 0: none names any. */
struct header_miss {
    struct str *name; /* [n]: normalised; in the arena */
    size_t n, named;
    bool *has; /* [export->n]: is the column named? NULL with n = 0 */
};

/*
 * Looks for the first record, or two joined records, that names every required column of x, under
 * each delimiter of the configuration in turn; then for three joined records. Where there is none,
 * the dialect is found out, and the header sought under it and above each table of the text (unless
 * the form says otherwise). An export that requires no column has its header where the largest
 * table of the text has it. On success the reader c stands after it and expects h->cells cells.
 * Everything of *h is in the arena. False: there is none; *miss then tells what comes nearest.
 */
bool header_find(const struct conf_export *x, const struct conf_form *form,
                 const struct conf_reading *r, struct str text, struct csvin *c, struct arena *a,
                 struct header *h, struct header_miss *miss);

/* Is this record a repetition of the header? */
bool header_is_repeated(const struct header *h, const struct csvrec *rec, struct arena *scratch);

/* Is the cell a header of one of x's columns? */
bool header_is_name(const struct conf_export *x, struct str cell, struct arena *scratch);

/*
 * Is a record behind the header a header again, by itself and maybe another one (files that were
 * put one behind the other)? One that names all required columns, and at least two, in half of its
 * cells or more. Then the fields of *h that say which column is where are those of this record, in
 * the arena; the dialect is left alone.
 */
bool header_again(const struct conf_export *x, const struct conf_reading *r,
                  const struct csvrec *rec, struct arena *a, struct header *h);

/* Do both read the cells of a record alike? `columns` are those of the export. */
bool header_maps_alike(const struct header *a, const struct header *b, size_t columns);

#endif
