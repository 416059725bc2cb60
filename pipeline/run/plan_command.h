/*
 * `tongji plan`: what a run would do now, and why; `tongji run --dry-run` is the same.
 */
#ifndef PIPELINE_RUN_PLAN_COMMAND_H
#define PIPELINE_RUN_PLAN_COMMAND_H

#include "pipeline/run/runner.h"

/* Prints a line for each stage, and below it for each reason and each raw file that would be
 * cleaned; writes nothing. c: the configuration of r, which gets the columns that are found.
 * ST_OK: there is something to do, ST_DATA: nothing; else *e says why not. */
enum status plan_command_run(const struct run_request *r, struct conf *c, struct err *e);

#endif
