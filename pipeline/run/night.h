/*
 * What the commands about runs share - status, verify, history, replay, purge, compare: their
 * options, and how they speak.
 */
#ifndef PIPELINE_RUN_NIGHT_H
#define PIPELINE_RUN_NIGHT_H

#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"
#include "pipeline/io/json.h"
#include "pipeline/run/opts.h"
#include "pipeline/run/account.h"

struct night_request {
    bool json, prometheus, all;
    const char *before, *to;
    bool quiet;
    enum lang language;
};
enum { NIGHT_OPTIONS = 5 };

/* The options that the command takes (NULL: all of them there are). Returns how many. */
size_t night_rows(struct night_request *r, const char *command, struct opt *rows);

/* Was one of them given? */
bool night_asked(const struct night_request *r);

/* Prints a message on a line of its own to standard output; the arguments end with a NULL. */
void night_say(const struct night_request *r, const char *code, ...) __attribute__((sentinel));

/* A whole number as text, in the arena. */
const char *night_number(struct arena *a, int64_t v);

/* The members of a run of runs.csv, for JSON. */
void night_run(struct json *j, const char *key, const struct run_line *r);

/* Prints what is in `text` to standard output and releases it. */
bool night_print(struct strbuf *text, struct err *e);

/* The run that a person means: its number. False and *e: E-NIGHT-04. */
bool night_parse_run(const char *text, int64_t *number, struct err *e);

#endif
