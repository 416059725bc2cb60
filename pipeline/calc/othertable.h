/*
 * Several tables in one file: does another one begin here?
 *
 * A table that is not ours would look like a run of damaged rows. It is told by its header - cells
 * that are all filled, all different and without a digit - above rows that are as wide as it and
 * have digits where it has none. This is asked only of records that are no rows of ours, and in
 * doubt the answer is no: such records are rejected one by one.
 */
#ifndef PIPELINE_CALC_OTHERTABLE_H
#define PIPELINE_CALC_OTHERTABLE_H

#include "pipeline/base/arena.h"
#include "pipeline/io/csvin.h"

enum othertable_place {
    OTHERTABLE_ABOVE, /* above our header, where names and values of a title look like a table */
    OTHERTABLE_GAP,   /* behind a blank line */
    OTHERTABLE_CLOSE, /* without one */
};

/*
 * Is rec, which c gave just now, the header of another table, or a title above one? own: cells of
 * our table; 0: not known. The reader looks ahead: rec's fields are gone then, and c expects no
 * number of cells and stands elsewhere. *cells: how wide that table is.
 */
bool othertable_begins(struct csvin *c, const struct csvrec *rec, enum othertable_place place,
                       size_t own, struct arena *scratch, size_t *cells);

#endif
