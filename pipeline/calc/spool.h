/*
 * Too many rows for memory: an export's rows are first sorted into parts by ranges of keys, each a
 * few table files on disk, which are then merged one after the other.
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

/* Prepares to sort the inputs of an export into `parts` parts below the folder dir, which exists.
 * NULL and *e on failure. */
struct spool *spool_open(const struct conf *c, size_t export, const struct merge_input *input,
                         size_t n_inputs, size_t parts, size_t workers, const char *dir,
                         struct err *e);

/* Units of work, twice: first all are sampled, then spool_split, then all are scattered. */
size_t spool_blocks(const struct spool *s);
bool spool_sample(struct spool *s, size_t block, struct err *e);
void spool_split(struct spool *s);
bool spool_scatter(struct spool *s, size_t block, size_t worker, struct err *e);

/* Ends writing. */
bool spool_finish(struct spool *s, struct err *e);

/* The inputs of a part, in the arena; *n may be 0. */
struct merge_input *spool_part(const struct spool *s, size_t part, struct arena *a, size_t *n);

/* Removes the files of a part that has been merged. */
void spool_drop(const struct spool *s, size_t part);

void spool_free(struct spool *s);

#endif
