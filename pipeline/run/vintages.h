/*
 * Vintages: every value that a figure ever had, by run, in <out>/history/vintages.csv.gz.
 *
 *     run,started,period,id,org,month,value,numerator,denominator,printed,status
 *
 * A run adds a line for each cell of compute/indicators.csv whose value, parts, printed form or
 * status is not that of its last line; a quiet night adds nothing and leaves the file alone. `run`
 * and `started` are those of runs.csv. The file is replaced as a whole, by a rename.
 */
#ifndef PIPELINE_RUN_VINTAGES_H
#define PIPELINE_RUN_VINTAGES_H

#include "pipeline/run/runner.h"

/* Takes in the figures that a good run has published. False and *e (ST_SYSTEM) when the file there
 * cannot be read or written: it is then as it was. */
bool vintages_write(const struct run_request *r, const struct run_facts *facts, struct err *e);

#endif
