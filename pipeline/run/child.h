/*
 * Programs that are started and waited for: the stages of a run, and its hooks.
 *
 * While one runs, a signal that asks to stop (base/stop.h) is passed on to it; if it has not ended
 * soon after that, it is killed. So whoever waits here is back within a second.
 */
#ifndef PIPELINE_RUN_CHILD_H
#define PIPELINE_RUN_CHILD_H

#include <signal.h>

#include "pipeline/base/err.h"

struct child {
    char *const *argv; /* argv[0]: its path */
    char *const *env;
    int keep;      /* file descriptor that it inherits; -1: only the standard ones */
    bool apart;    /* in a process group of its own, with nothing on standard input */
    int seconds;   /* it may take; 0: as long as it likes */
    sigset_t mask; /* of signals that it begins with */
};

/* Runs it to its end. *state is as of waitpid. False and *e when it could not be started. */
bool child_run(const struct child *c, int *state, struct err *e);

/* The environment of this program with `n` settings "NAME=value" added or replaced, ended by a
 * NULL: an array that the caller frees, of borrowed texts. */
char **child_environment(char *const *added, size_t n);

#endif
