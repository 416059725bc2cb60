/*
 * Exports with `columns = *`: their columns are those that the files have.
 *
 * What columns there are must be known before the first row is cleaned, since all clean tables of
 * an export, and the merged one, have the same: clean looks at the header of every file of such an
 * export first, and adds what is not declared to the configuration in hand, in order of first
 * appearance over the files in order of their paths. The other stages read the list that clean
 * leaves beside its tables. Found columns are text as it is written, under their own names.
 */
#ifndef PIPELINE_CALC_ALLCOLUMNS_H
#define PIPELINE_CALC_ALLCOLUMNS_H

#include "pipeline/calc/conf.h"

/* Is there such an export? */
bool allcolumns_wanted(const struct conf *c);

/* Adds the columns of these names to export x, those left out that it has. */
void allcolumns_add(struct conf *c, size_t x, const struct str *name, size_t n);

/* Writes the columns found to dir/columns.csv (export,column), if any export wants them. */
bool allcolumns_write(const struct conf *c, const char *dir, struct err *e);

/* Adds those of dir/columns.csv, if any export wants them. False and *e: it cannot be read. */
bool allcolumns_read(struct conf *c, const char *dir, struct err *e);

#endif
