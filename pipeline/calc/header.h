/*
 * Finding the header of a raw file: dialect, header record, which column is where.
 */
#ifndef PIPELINE_CALC_HEADER_H
#define PIPELINE_CALC_HEADER_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/conf.h"
#include "pipeline/io/csvin.h"

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
    /* Names by header row, for recognising a repeated header: one row, or of a header over two both
     * merged, the lower and, unless it is a mere title, the upper. */
    struct str *row[3];
    size_t row_cells[3];
    size_t n_rows;
};

/*
 * Looks for the first record, or two joined records, that names every required column of x, under
 * each delimiter of the configuration in turn. Where there is none, the dialect is found out, and
 * the header sought under it and above each table of the text (unless x says otherwise). On
 * success the reader c stands after it and expects h->cells cells. Everything of *h is in the
 * arena. False: there is none; *best then is the required column that was missing in the record
 * that named most of them (for the message), SIZE_MAX without a clue.
 */
bool header_find(const struct conf_export *x, const struct conf_reading *r, struct str text,
                 struct csvin *c, struct arena *a, struct header *h, size_t *best);

/* Is this record a repetition of the header? */
bool header_is_repeated(const struct header *h, const struct csvrec *rec, struct arena *scratch);

#endif
