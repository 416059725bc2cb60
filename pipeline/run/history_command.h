/*
 * `tongji history`: every run there was, a line each, and what is kept of it.
 */
#ifndef PIPELINE_RUN_HISTORY_COMMAND_H
#define PIPELINE_RUN_HISTORY_COMMAND_H

#include "pipeline/run/night.h"

/* Prints the runs of `out`, the oldest first. ST_OK; ST_DATA: there is none; else *e is filled. */
enum status history_command_run(const struct night_request *r, const char *out, struct err *e);

/* `tongji purge`: removes what is kept of runs before r->before (a day, by the local clock, or the
 * number of a run), and what is more than `keep` runs. *e is filled unless ST_OK; ST_BUSY: a run is
 * under way. */
enum status purge_command_run(const struct night_request *r, int64_t keep, const char *out,
                              struct err *e);

#endif
