/*
 * Sums of a raw file's number columns, to be compared with the totals that it declares.
 *
 * A declared total is right when it is the sum of the rows, with or without those rejected, from
 * the beginning or since the total before it: departments differ.
 */
#ifndef PIPELINE_CALC_TOTALS_H
#define PIPELINE_CALC_TOTALS_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/conf.h"

struct totals;

/* Of the columns of x that are numbers and in the file (field[c] != SIZE_MAX); in the arena. */
struct totals *totals_new(const struct conf_export *x, const size_t *field, struct arena *a);

/* How many columns are summed; which the i-th is. */
size_t totals_columns(const struct totals *t);
size_t totals_column(const struct totals *t, size_t i);

/* Adds a row: the export's values. */
void totals_add(struct totals *t, const struct tvalue *row, bool kept);

/* Is `declared` a sum of the i-th column? The sum of the rows kept (TABLE_MISSING: too large). */
bool totals_agree(const struct totals *t, size_t i, int64_t declared);
int64_t totals_kept(const struct totals *t, size_t i);

/* A total was declared: sums since the one before begin anew. */
void totals_since(struct totals *t);

#endif
