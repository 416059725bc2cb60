/*
 * Internal tables as CSV: what merge publishes and `tongji cat` shows.
 */
#ifndef PIPELINE_IO_TABLECSV_H
#define PIPELINE_IO_TABLECSV_H

#include "pipeline/io/csvout.h"
#include "pipeline/io/table.h"

/* The record of column names. */
void tablecsv_header(const struct tschema *s, struct csvout *out);

/* The rows of a block, all columns decoded. Missing values are empty cells. */
void tablecsv_rows(const struct tschema *s, const struct tblock *b, struct csvout *out);

#endif
