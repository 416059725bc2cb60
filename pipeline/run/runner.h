/*
 * A run: the stages of the chain one after the other, under a lock, published together.
 *
 * Every stage of a run writes into <out>/.work; only when all have succeeded do their folders take
 * the place of the old ones. So a failed or killed run leaves the last good output as it was.
 *
 * A signal that asks to stop (base/stop.h) ends the stage in hand and the run, until the results
 * take their places: from there on, some moments, the run is finished whatever comes. Commands of
 * the operator follow (run/hooks.h), when the lock is free again.
 *
 * A stage whose result is what it would make again (run/due.h) is not started.
 */
#ifndef PIPELINE_RUN_RUNNER_H
#define PIPELINE_RUN_RUNNER_H

#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"
#include "pipeline/run/opts.h"

struct run_request {
    const struct opts_shared *opts;
    const struct conf *conf;
    const char *out;
    const char *libexec; /* folder of the stage executables */
    size_t first, last;  /* stages of the chain, both included */
    bool force;          /* start them all, and use nothing of the results that are there */
    enum conf_engine engine;
};

/* What a run did, for its summary line, run.json and runs.csv. */
struct run_facts {
    int64_t started; /* seconds since 1970 */
    double seconds;  /* wall time */
    double stage_seconds[8];
    int exit;
    int64_t number;           /* of the run, from 1 */
    bool nothing_new;         /* all is as this run would make it: nothing was done */
    bool stopped;             /* a signal ended it */
    bool interrupted;         /* the run before was killed: nothing it left can be relied on */
    const char *failed_stage; /* NULL: none of them failed */
    char error[1600];         /* what ended it, as it was said; "": nothing */
    int64_t files, rows_read, kept, rejected, findings;
};

/* The command line of a stage of the run, ended by NULL, in the arena; `work` is the hand-over
 * folder of the run. */
char **runner_stage_command(const struct run_request *r, size_t stage, const char *work,
                            struct arena *a);

/* Where that folder is, in the arena. */
const char *runner_work(const struct run_request *r, struct arena *a);

/* Runs the stages that are due, publishes, writes run.json, runs.csv and the log. The exit status
 * of the run; *e says why it is not ST_OK, unless the stage that failed has said so itself
 * (e->status ST_OK then). */
enum status runner_run(const struct run_request *r, struct run_facts *facts, struct err *e);

#endif
