/*
 * Commands of the operator that follow a run: on_success and on_failure of the configuration.
 *
 * /bin/sh -c runs the command as it stands there; what is to be said of the run is in its
 * environment alone (TONGJI_...), never in its text, so that no name of a file can become a part of
 * it. docs/operations.md lists the names.
 */
#ifndef PIPELINE_RUN_HOOKS_H
#define PIPELINE_RUN_HOOKS_H

#include <signal.h>

#include "pipeline/run/log.h"
#include "pipeline/run/runner.h"

/* Runs the hook for this end of a run: none after a stop, or where the lock was another's. One that
 * cannot be run, fails or takes longer than hook_seconds is the warning W-HOOK-01. mask: the
 * signals that a command begins with. */
void hooks_run(const struct run_request *r, const struct run_facts *f, const sigset_t *mask,
               struct log *log);

#endif
