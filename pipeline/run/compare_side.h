/*
 * One side of a comparison: the results of a configuration on raw files, made up to merge, with the
 * plan that reads them and the figures. For run/compare_command.c alone.
 */
#ifndef PIPELINE_RUN_COMPARE_SIDE_H
#define PIPELINE_RUN_COMPARE_SIDE_H

#include "pipeline/base/map.h"
#include "pipeline/calc/figure.h"
#include "pipeline/calc/linear.h"
#include "pipeline/calc/refs.h"
#include "pipeline/run/replay.h"

struct side {
    struct arena arena;
    struct conf conf;
    struct refs refs;
    struct plan plan;
    struct figures figures;
    const char *dir; /* with clean/ and merge/ in it */
};

/* Runs clean and merge with the configuration of `k` on the files of `files`, in temp/<name>, and
 * computes all figures. To be released in any case. */
bool side_make(struct replay *p, const struct kept *k, const struct kept *files, const char *name,
               struct side *s, struct err *e);
void side_release(struct side *s);

/* The figure of a cell, or NULL. */
const struct figure_row *side_find(const struct side *s, struct str id, struct str org,
                                   struct str month);

/* What the rows of one table have in common with those of the other side. */
enum row_class { ROW_NEW, ROW_GONE, ROW_EDITED, ROW_CLASSES };

/* What the rows of a class add to an aggregate: as they are now, less as they were. */
struct moved {
    size_t table, aggregate;
    exact_int by[ROW_CLASSES];
};

/*
 * What has moved the n aggregates named in m, in a cell: by rows of which only `now` has the key,
 * of which only `before` has it, and that both have with different contents. Rows are known by the
 * key of their export, else by file and line. The three add up to the difference of the aggregates,
 * exactly; those of AGG_VALUES are left at 0. Of a count of different values each value is laid to
 * one row: to a new or gone one if there is one with it, else to an edited one. Both sides have the
 * same configuration.
 */
bool sides_compare(const struct side *before, const struct side *now, struct compute_cell cell,
                   struct moved *m, size_t n, struct err *e);

#endif
