/*
 * Keys of rows as byte strings: equal keys are equal strings, and their byte order is that of the
 * printed key (numbers and dates by value, words of an enumeration by their spelling).
 */
#ifndef PIPELINE_CALC_ROWKEY_H
#define PIPELINE_CALC_ROWKEY_H

#include "pipeline/calc/conf.h"
#include "pipeline/io/table.h"

/* Marks the key columns of x in want[]. */
void rowkey_columns(const struct conf_export *x, bool *want);

/* The key of each row of b, whose columns are those of x; in the arena or borrowed from b. */
struct str *rowkey_make(const struct conf_export *x, const struct tblock *b, struct arena *a);

/* Sorts the n keys of a sample and cuts them into `ranges` ranges of about
 * the same size: splitter[k - 1] is the first key of range k. */
void rowkey_split(struct str *sample, size_t n, size_t ranges, struct str *splitter);

/* The range of a key: that before the first splitter which is greater. */
size_t rowkey_range(const struct str *splitter, size_t ranges, struct str key);

#endif
