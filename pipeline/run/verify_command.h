/*
 * `tongji verify`: is what lies in the folder of results still what the last run left, are the
 * files that it read still those, and does no row go missing on the way? Reads only.
 */
#ifndef PIPELINE_RUN_VERIFY_COMMAND_H
#define PIPELINE_RUN_VERIFY_COMMAND_H

#include "pipeline/run/night.h"

/*
 * Compares size and SHA-256 of every output and input that <out>/run.json names (inputs below
 * `raw`), names outputs that it does not, and balances the ledgers: each file's rows in each stage,
 * stage to stage, against the lists of rejected and duplicate rows and the tables. Prints what it
 * finds, a line each with what to do. ST_OK: nothing; ST_DATA: something; else *e is filled.
 */
enum status verify_command_run(const struct night_request *r, const char *raw, const char *out,
                               struct err *e);

#endif
