/*
 * What a run leaves about itself: run.json (of the last good run) and a line of runs.csv.
 */
#ifndef PIPELINE_RUN_MANIFEST_H
#define PIPELINE_RUN_MANIFEST_H

#include "pipeline/run/runner.h"

/*
 * Completes the facts from the ledger of the published output, appends the run to runs.csv and,
 * when it was good and did something, writes run.json: program, settings, stages, and size and
 * SHA-256 of each reference table and raw file read and of each file published. False and *e when a
 * file cannot be read or written.
 */
bool manifest_write(const struct run_request *r, struct run_facts *facts, struct err *e);

/* The number that the next line of runs.csv below out will have; 1 when it cannot be read. */
int64_t manifest_next(const char *out);

/* Writes a time (seconds since 1970) as 2019-12-31T23:59:59Z; 21 bytes. */
void manifest_time(int64_t seconds, char *out, size_t size);

#endif
