/*
 * `tongji compare RUN RUN`: which figures have moved from one run to another, and what moved them.
 */
#ifndef PIPELINE_RUN_COMPARE_COMMAND_H
#define PIPELINE_RUN_COMPARE_COMMAND_H

#include "pipeline/run/night.h"
#include "pipeline/run/replay.h"

/*
 * Prints each figure (r->all: also those of organisations and months) that is not the same in the
 * two runs, with its difference as the sum of what new rows, rows that are gone, rows with other
 * cells, and rules have done. ST_OK; ST_DATA where the difference could not be split, with *e.
 *
 * Let F(rules, rows) be a figure; the rules are configuration, reference tables and program. With
 * a, b for the two runs, b - a = F(b, b) - F(b, a), which is split by rows, + the rest, which is
 * rules. For what is no sum over rows (a median, a mean of rates) the first part is not split, and
 * says so.
 */
enum status compare_command_run(const struct night_request *r, struct replay *p, const char *from,
                                const char *to, struct err *e);

#endif
