/*
 * tongji why ID: from a printed figure to file:line of every row behind it.
 */
#ifndef PIPELINE_RUN_WHY_COMMAND_H
#define PIPELINE_RUN_WHY_COMMAND_H

#include "pipeline/run/opts.h"

struct conf;

struct why_request {
    const char *org, *month; /* NULL: all */
    bool rejected, count, csv, unmask, all;
};
enum { WHY_OPTIONS = 7 };

/* Fills rows[WHY_OPTIONS] with the options of the command, pointing into *r. */
void why_command_rows(struct why_request *r, struct opt rows[WHY_OPTIONS]);

/* Was one of them given? */
bool why_command_asked(const struct why_request *r);

/*
 * Explains the figure called id (NULL: all of them, with r->all) from the results below the folder
 * of opts, on standard output; c gets the columns that clean has found (columns = *). ST_DATA and
 * *e when a result is missing or stale, or when there is nothing to show; ST_CONFIG for usage;
 * ST_SYSTEM also when the rows do not give the figure.
 */
enum status why_command_run(const struct why_request *r, const struct opts_shared *opts,
                            struct conf *c, const char *id, struct err *e);

#endif
