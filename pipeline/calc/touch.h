/*
 * Which figures a corrected cell touches.
 *
 * A cell touches the figures that read its column: in a condition, a value, or by way of a
 * deadline, an organisation's code or an event. A correction that turned a rejected row into a good
 * one, or a good one into a rejected, and one of a key column or one that is filled down, touches
 * every figure of the export. None is left out; a figure may be touched whose value would have been
 * the same. Of a figure that is split, the lines of the organisation and month are touched in which
 * the row now stands, also by a correction of just that organisation or day; the line that it has
 * left is not known any more.
 */
#ifndef PIPELINE_CALC_TOUCH_H
#define PIPELINE_CALC_TOUCH_H

#include "pipeline/calc/figure.h"
#include "pipeline/calc/ledger.h"

struct touch_cell {
    size_t export, column; /* column SIZE_MAX: not known */
    struct str file;       /* of the row: path below raw, and line */
    int64_t line;
    struct str reason;
    bool turned; /* the row was rejected before, or is now */
};

struct touch; /* cells and what they touch */

/* Reads the corrections that clean put in (<dir>/corrected.csv) and finds the figures. NULL and *e:
 * unreadable, or of files that the ledger has not. The result lives in `a`; plan outlives it. */
struct touch *touch_read(const char *dir, const struct plan *plan, const struct ledger *l,
                         struct arena *a, struct err *e);

/* Must the rows of table t be looked at? Marks the columns to read, if so. */
bool touch_wants(const struct touch *k, size_t t, bool *want);

/* Takes note of where corrected rows stand; a block of table t with the columns wanted. */
void touch_block(struct touch *k, size_t t, const struct tblock *b);

/* The cells that touch a line of the figures, one after the other: the first from i on, NULL: no
 * further one. *i becomes the number after it; begin with 0. */
const struct touch_cell *touch_next(const struct touch *k, const struct figure_row *row, size_t *i);

#endif
