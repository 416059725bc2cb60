/*
 * `tongji status`: how the nightly run is doing, for a person, a script, and Prometheus' textfile
 * collector. Reads runs.csv and looks at the lock; changes nothing.
 */
#ifndef PIPELINE_RUN_STATUS_COMMAND_H
#define PIPELINE_RUN_STATUS_COMMAND_H

#include "pipeline/run/night.h"

/* Prints the status of the results in `out`. ST_OK: ok, nothing-new, running; ST_DATA: failed,
 * late, never; else *e is filled. docs/operations.md has the formats. */
enum status status_command_run(const struct night_request *r, const struct conf *c, const char *out,
                               struct err *e);

#endif
