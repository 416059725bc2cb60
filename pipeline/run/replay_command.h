/*
 * `tongji replay RUN`: are the results of an earlier run what its raw files and configuration give?
 */
#ifndef PIPELINE_RUN_REPLAY_COMMAND_H
#define PIPELINE_RUN_REPLAY_COMMAND_H

#include "pipeline/run/night.h"
#include "pipeline/run/replay.h"

/*
 * Makes the results of run `run` again, in r->to or a folder that is removed at the end, and
 * compares every file with the size and SHA-256 that the run has noted. Prints those that differ.
 * ST_OK: none; ST_DATA: some; else *e is filled. `p`: all but its arena and folder.
 */
enum status replay_command_run(const struct night_request *r, struct replay *p, const char *run,
                               struct err *e);

#endif
