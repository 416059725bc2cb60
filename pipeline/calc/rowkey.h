/*
 * Keys of rows as byte strings: equal keys are equal strings, and their byte order is that of the
 * printed key (numbers and dates by value, words of an enumeration by their spelling).
 */
#ifndef PIPELINE_CALC_ROWKEY_H
#define PIPELINE_CALC_ROWKEY_H

#include "pipeline/calc/conf.h"
#include "pipeline/io/table.h"

/* Marks the columns that keys are made of in want[]: x's key, or all and src_line. */
void rowkey_columns(const struct conf_export *x, bool *want);

/*
 * The key of each row of b, whose columns are those of x; in the arena or borrowed from b. An
 * export without a key has the places of its rows in place of one: source (SIZE_MAX: in the column
 * behind src_line), line, and, of rows that stand in one line, a hash of their cells.
 */
struct str *rowkey_make(const struct conf_export *x, const struct tblock *b, size_t source,
                        struct arena *a);

/* Sorts the n keys of a sample and cuts them into `ranges` ranges of about
 * the same size: splitter[k - 1] is the first key of range k. */
void rowkey_split(struct str *sample, size_t n, size_t ranges, struct str *splitter);

/* The range of a key: that before the first splitter which is greater. */
size_t rowkey_range(const struct str *splitter, size_t ranges, struct str key);

#endif
