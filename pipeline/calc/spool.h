/*
 * Rows that are merged part by part: an export's keys are looked through and cut into ranges
 * (calc/rowkey.h), then the rows of those ranges that are wanted go into parts, each a few table
 * files on disk, which are merged one after the other.
 *
 * Two uses: more rows than memory is meant to hold; and a table of which most ranges are there
 * already, since little has changed.
 *
 * Every worker has writers of its own, so that nothing is locked; which worker gets which block
 * does not matter, since merging sorts the rows of a part anyway.
 */
#ifndef PIPELINE_CALC_SPOOL_H
#define PIPELINE_CALC_SPOOL_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/merge.h"
#include "pipeline/io/table.h"

struct spool;

/* Prepares to look through the inputs of an export; parts will lie below the folder dir, which
 * exists. NULL and *e on failure. */
struct spool *spool_open(const struct conf *c, size_t export, const struct merge_input *input,
                         size_t n_inputs, size_t workers, const char *dir, struct err *e);

/* Units of work, twice: first all are scanned, then the ranges are cut and given to parts, then all
 * are scattered. */
size_t spool_blocks(const struct spool *s);
bool spool_scan(struct spool *s, size_t block, struct err *e);
void spool_cut(struct spool *s);
bool spool_scatter(struct spool *s, size_t block, size_t worker, struct err *e);

/* After spool_cut: the ranges' first keys, borrowed, that of range 0 being "". */
size_t spool_ranges(const struct spool *s);
const struct str *spool_first(const struct spool *s);

/* About how many rows a range has: by the sample, never 0. */
size_t spool_rows(const struct spool *s, size_t range);

/* Says which part the rows of each range go to, in the order of the ranges; SIZE_MAX: to none. */
void spool_assign(struct spool *s, const size_t *part, size_t parts);

/* Ends writing. */
bool spool_finish(struct spool *s, struct err *e);

/* The inputs of a part, in the arena; *n may be 0. */
struct merge_input *spool_part(const struct spool *s, size_t part, struct arena *a, size_t *n);

/* Removes the files of a part that has been merged. */
void spool_drop(const struct spool *s, size_t part);

void spool_free(struct spool *s);

#endif
