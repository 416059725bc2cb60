/*
 * A clerk's corrections of one raw file, put in as its records go by.
 *
 * They take the place of cells before these are cleaned, so that a corrected cell is read, judged
 * and masked like any other. A correction is bound to what stood there when it was written: one
 * whose cell is not found, or holds something else than it says, does not fit, and ends the run.
 */
#ifndef PIPELINE_CALC_CORRECT_H
#define PIPELINE_CALC_CORRECT_H

#include "pipeline/calc/header.h"
#include "pipeline/calc/refs.h"

struct correct_file {
    const struct refs *refs;
    const struct conf_export *export;
    const struct header *header;
    struct str file; /* path below raw */
    struct problems *misfits;
};

struct correct; /* corrections of one file */

/* Begins a file; NULL when it has no correction. What *f points to, and `a`, outlive it.
 * Corrections of a column that the file has not, or of one cell twice, are added to misfits
 * (E-COR-...). */
struct correct *correct_new(const struct correct_file *f, struct arena *a);

/* The header is another one from here on: the columns of the corrections below stand elsewhere. */
void correct_header(struct correct *k);

/*
 * A data record with its corrections put in: `rec` itself when it has none, else a copy in the
 * scratch arena. Records come in their order. Misfits: corrections of lines that were passed
 * without a data record, and of cells that do not hold what `before` says; these are left as they
 * are.
 */
const struct csvrec *correct_record(struct correct *k, const struct csvrec *rec,
                                    struct arena *scratch);

/* What was put into the record that correct_record returned last. */
struct correct_applied {
    const struct correction *c;
    size_t column;     /* of the export */
    struct str before; /* what stood there; borrowed from the record */
};
const struct correct_applied *correct_applied(const struct correct *k, size_t *n);

/* After the last record: corrections of lines that were not met are misfits. */
void correct_end(struct correct *k);

/* What became of a corrected row: it was and is good (kept), was rejected without the correction
 * (rescued), is rejected because of it (lost), or is rejected as before. */
enum correct_row { CORRECT_KEPT, CORRECT_RESCUED, CORRECT_LOST, CORRECT_REJECTED, CORRECT_ROWS };
extern const char *const correct_row_name[CORRECT_ROWS];

/* The header of corrected.csv; and its lines for the record in hand: file, line, column, before,
 * after, reason, person, date, row; personal cells masked, cells cut to `limit` bytes. */
extern const char correct_head[];
void correct_list(const struct correct *k, enum correct_row row, size_t limit, struct strbuf *out);

/* Adds correction c, whose file was not read, to the misfits: `code` takes the file as %1. */
void correct_unread(const struct refs *r, const struct correction *c, const char *code,
                    struct problems *misfits);

#endif
