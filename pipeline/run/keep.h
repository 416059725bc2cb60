/*
 * Keeping a run, so that it can be recomputed and compared later (run/kept.h says what), and
 * forgetting the old ones.
 */
#ifndef PIPELINE_RUN_KEEP_H
#define PIPELINE_RUN_KEEP_H

#include "pipeline/run/runner.h"

/*
 * After a good run that has published below r->out: keeps it, unless it ends before the last stage,
 * or [night] keep_runs is 0; then removes what is more than keep_runs. A run that has read and
 * published the same as the last one kept is only noted there. A raw file that has changed since it
 * was read is not kept. False and *e: ST_SYSTEM; the results are good and published all the same.
 */
bool keep_run(const struct run_request *r, const struct run_facts *facts, struct err *e);

/* What was removed. */
struct keep_removed {
    size_t runs, contents;
    int64_t bytes; /* of the contents */
};

/* Removes all runs kept below `out` but the newest `keep`, those with a number below `number` (0:
 * no such limit), and what killed runs and commands have left; then every content that no run is
 * left to need. */
bool keep_forget(const char *out, int64_t keep, int64_t number, struct keep_removed *removed,
                 struct err *e);

#endif
