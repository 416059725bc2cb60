/*
 * Merging the clean tables of one export: one row per key, sorted by key.
 *
 * Rows with equal keys are one. The winner has the newest cut-off, then the highest version, then
 * the later file, then the later line; of the others those with the same content are duplicates,
 * the rest are superseded. The rows are cut into ranges of keys (calc/rowkey.h), which are
 * independent units of work, so that the result is the same for any number of threads.
 *
 * The work is done in steps, each a set of units for the pool:
 *   merge_open                        once, opens the sources
 *   merge_load     per block          decodes a block and makes its keys
 *   merge_split                       once, chooses the ranges
 *   merge_assign   per block          finds the range of each row
 *   merge_place                       once, makes room
 *   merge_scatter  per block          puts each row into its range
 *   merge_range    per range          sorts, drops losers, gathers the winners
 */
#ifndef PIPELINE_CALC_MERGE_H
#define PIPELINE_CALC_MERGE_H

#include "pipeline/calc/conf.h"
#include "pipeline/io/table.h"

/* A raw file whose rows are merged. */
struct merge_source {
    struct str file;
    size_t file_index; /* in the ledger */
    size_t rank;       /* the higher the better: by cut-off, version, file name */
};

/* A table to be read: the clean table of one source, or rows of several with a column that says of
 * which (calc/spool.h). */
struct merge_input {
    const char *path;
    size_t source; /* SIZE_MAX: in the column after src_line */
};

/* A row that lost against another of the same key. */
struct merge_loser {
    size_t file, line;       /* ledger index and physical line of the loser */
    size_t to_file, to_line; /* of the winner */
    bool duplicate;          /* same content; else superseded */
};

/* The winners of one range of keys, as a block with the merged schema without deadlines filled. */
struct merge_range {
    struct tblock block; /* columns of schema_merged; deadline columns are all missing */
    struct merge_loser *loser;
    size_t n_losers, cap_losers;
    struct arena arena; /* owns block */
};

struct merge;

/* Opens the inputs of an export; the sources must outlive the merge. NULL and *e on failure. */
struct merge *merge_open(const struct conf *c, size_t export, const struct merge_source *source,
                         size_t n_sources, const struct merge_input *input, size_t n_inputs,
                         struct err *e);
size_t merge_blocks(const struct merge *m);
size_t merge_rows(const struct merge *m); /* read from all sources */
bool merge_load(struct merge *m, size_t block, struct err *e);
void merge_split(struct merge *m);
void merge_assign(struct merge *m, size_t block);
void merge_place(struct merge *m);
void merge_scatter(struct merge *m, size_t block);
size_t merge_ranges(const struct merge *m); /* after merge_split, at least 1 */

/* The first key of a range, borrowed; "" for range 0, which alone may have no rows. */
struct str merge_first(const struct merge *m, size_t range);
size_t merge_range_rows(const struct merge *m, size_t range); /* those that go into it */
struct merge_range *merge_range(struct merge *m, size_t range);

/* The finished range, borrowed. Its texts are borrowed from the merge, until they are made its own.
 */
struct merge_range *merge_result(const struct merge *m, size_t range);
void merge_own(struct merge_range *g);
void merge_range_release(struct merge_range *g);

void merge_free(struct merge *m);

#endif
