/*
 * A record that does not fit its table: which cells did it mean to have?
 *
 * Either it is written in another dialect, or a delimiter or a quote is missing or too many. Of all
 * ways to cut the record the cheapest is taken: cutting at a delimiter costs nothing, a delimiter
 * inside a cell, half a pair of quotes, an empty cell left out or put in cost something, and so
 * does a cell that does not look like its column.
 */
#ifndef PIPELINE_CALC_MEND_H
#define PIPELINE_CALC_MEND_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/guess.h"
#include "pipeline/io/dialect.h"

struct mended {
    struct str *cell; /* as many as the table has columns; in the arena, or borrowed from raw */
    int64_t cost;     /* thousandths; MEND_NEVER: no way was found */
    bool foreign;     /* it was written in another dialect */
    size_t work;      /* what it took, in cells looked at */
};
enum { MEND_NEVER = 1000000000 };

/* raw: the record without its line end. column[n]: what is usual in the table. */
void mend_record(const struct dialect *d, struct str raw, const struct guess_column *column,
                 size_t n, struct arena *a, struct mended *m);

#endif
