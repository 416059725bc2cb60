/*
 * `tongji lint-draft FILE`: are the numbers of a finished draft those of the figures?
 */
#ifndef PIPELINE_RUN_LINT_COMMAND_H
#define PIPELINE_RUN_LINT_COMMAND_H

#include "pipeline/calc/conf.h"

struct lint_request {
    bool all; /* also the numbers that are right */
    bool quiet;
};

/*
 * Prints the findings about the draft `path` (.docx, else text), one line each, then the numbers
 * that have no place, then a sum; compared with the results in the folder `out`. ST_OK: nothing to
 * say but perhaps numbers without a place; ST_DATA: findings; else *e is filled: ST_CONFIG where
 * there are no results or the draft makes no sense, ST_SYSTEM where something cannot be read.
 */
enum status lint_command_run(const struct lint_request *r, const struct conf *c, const char *out,
                             const char *path, struct err *e);

#endif
