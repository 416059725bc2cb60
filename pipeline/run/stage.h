/*
 * A stage: one file in stages/, one executable, that turns one committed folder into the next.
 *
 * main() is written once, in stage_main.c; a stage defines `this_stage` and nothing else that is
 * visible. The skeleton reads options, configuration and reference tables, makes sure that the
 * input is there and fresh, gives the stage an empty temporary folder, and swaps that in whole when
 * run() returns true. A stage that fails leaves everything as it was.
 */
#ifndef PIPELINE_RUN_STAGE_H
#define PIPELINE_RUN_STAGE_H

#include "pipeline/base/progress.h"
#include "pipeline/calc/conf.h"
#include "pipeline/calc/refs.h"

struct rawset; /* run/rawset.h */

struct stage_ctx {
    struct conf *conf; /* clean adds the columns that it finds (calc/allcolumns.h) */
    const struct refs *refs;
    const char *raw; /* folder of the raw files */
    const char *out; /* folder of all outputs: other stages' results lie in <out>/<stage>/ */
    const char *in;  /* the result of the stage before: a folder; raw for the first */
    const char *const *result; /* the results of all stages before, by their place in the chain */
    const char *to;            /* the empty folder to write into */
    struct rawset *files;      /* the first stage fills it in: what its result rests on */
    struct problems *also;     /* further mistakes, printed before the one that run() returns */
    const char *units;         /* folder of shares that are done; NULL: there is none */
    const char *work;          /* hand-over folder of the runner; NULL: there is none */
    const char *program;       /* SHA-256 of the executable */
    size_t jobs;               /* threads to use, at least 1 */
    bool list_changes;         /* clean: every cell that it altered */
    bool force;                /* use nothing of the result that is there */
    bool verbose;
    struct progress *progress; /* how far it has come; its counts go into the log */
};

struct stage {
    const char *name;
    bool (*run)(struct stage_ctx *ctx, struct err *e);
    /* A share of its work, so that several machines can do it: share i of n (from 0), put into the
     * folder ctx->to, <work>/units/<stage>, which other shares write to at the same time. run()
     * with the same --work then takes what is there. Shares depend on the raw files and n alone.
     * NULL: its work cannot be shared out. */
    bool (*share)(struct stage_ctx *ctx, size_t i, size_t n, struct err *e);
};

extern const struct stage this_stage;

/* Below --work: what the stage has said of its failure, for the runner to hand on. */
#define STAGE_ERROR ".error"

/* A path in the arena: dir/name. */
const char *stage_path(struct arena *a, const char *dir, const char *name);

#endif
