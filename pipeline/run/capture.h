/*
 * Another program's answer: run to its end, with what it wrote.
 */
#ifndef PIPELINE_RUN_CAPTURE_H
#define PIPELINE_RUN_CAPTURE_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/*
 * Runs argv[0] (looked for in PATH) without a shell and with nothing on its standard input, in a
 * process group of its own, so that a Ctrl-C meant for us does not end it half-way. Appends what it
 * wrote to *out and *errors and waits for its end: *status is its exit status, 128 + the number of
 * the signal that ended it. False and *e (ST_SYSTEM) when it cannot be started or read.
 */
bool capture_run(char *const argv[], struct strbuf *out, struct strbuf *errors, int *status,
                 struct err *e);

#endif
