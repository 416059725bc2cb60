/*
 * An export that is merged in parts: one with more rows than a batch, one of which most ranges are
 * kept from an earlier result, and a share of one.
 */
#ifndef PIPELINE_RUN_MERGEPARTS_H
#define PIPELINE_RUN_MERGEPARTS_H

#include "pipeline/run/mergejob.h"

/* Merges the export of j into its table. j->kept, if any: what can be taken. */
bool mergeparts_run(struct merging *m, struct job *j, struct err *e);

/* The same of share i of n (from 0): a table of the ranges that are its share and not kept. */
bool mergeparts_share(struct merging *m, struct job *j, size_t i, size_t n, struct err *e);

#endif
