/*
 * A pool of threads for independent units of work (a file, a partition, a table).
 */
#ifndef PIPELINE_RUN_POOL_H
#define PIPELINE_RUN_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "pipeline/base/err.h"

/* One unit: index i of n, run by worker w (0 to jobs - 1), which may keep buffers of its own. */
typedef bool pool_work(void *context, size_t i, size_t w, struct err *e);

/*
 * Runs work(context, i) for i = 0 .. n-1, handing out indexes in that order to at most `jobs`
 * threads (1: in the calling thread). After a failure no new unit is begun; the failure of the
 * lowest index is returned in *e, so that the message does not depend on the number of jobs. Before
 * each unit it is asked whether to stop (base/stop.h), which is a failure too.
 */
bool pool_run(size_t jobs, size_t n, pool_work *work, void *context, struct err *e);

/* One per core that this process may use, at least 1. */
size_t pool_cores(void);

#endif
