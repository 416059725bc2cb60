/*
 * `tongji possible CLAIM ...`: can a printed percentage, change, difference or set of shares exist?
 */
#ifndef PIPELINE_RUN_POSSIBLE_COMMAND_H
#define PIPELINE_RUN_POSSIBLE_COMMAND_H

#include "pipeline/run/opts.h"

struct possible_request {
    int64_t of, part;    /* of a share; negative: not given */
    int64_t now, before; /* of a change */
    int64_t of_before;   /* base of the earlier of two rates */
    const char *rounding;
    bool quiet;
    enum lang language;
};

/* The command's options, pointing into *r, which they reset. */
enum { POSSIBLE_OPTIONS = 6 };
void possible_command_rows(struct possible_request *r, struct opt rows[POSSIBLE_OPTIONS]);

/* Was one of them given? */
bool possible_command_asked(const struct possible_request *r);

/* Prints the answer to standard output. ST_OK: it can exist, rounded half up or half to even
 * (--rounding: in that way); ST_DATA: it cannot; ST_CONFIG and *e: what was asked makes no sense.
 */
enum status possible_command_run(const struct possible_request *r, const char *const *claim,
                                 size_t n, struct err *e);

#endif
