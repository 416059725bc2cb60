/*
 * Who runs the stages: this machine, one after the other, or a cluster, cut into tasks.
 *
 * A stage knows nothing of that: a part of its work is an argument (--unit), and an engine starts
 * the same executables with the same arguments, so the result is the same bytes.
 */
#ifndef PIPELINE_RUN_ENGINE_H
#define PIPELINE_RUN_ENGINE_H

#include "pipeline/run/runner.h"

/* A stage that is to be run; everything borrowed. */
struct engine_stage {
    const struct run_request *r;
    size_t stage;     /* in the chain */
    const char *work; /* folder that the run's results are handed over in */
    char **argv;      /* its command line, ended by NULL */
};

struct engine {
    const char *name;
    /* Runs the stage to its end: its exit status. *e is set only when the stage has not said itself
     * why it failed. NULL: as a process of the runner. */
    enum status (*run)(const struct engine_stage *s, struct err *e);
    /* Says on standard output what run would do. NULL: nothing beside the stages. */
    bool (*describe)(const struct engine_stage *s, struct err *e);
};

extern const struct engine engines[ENGINES];

/* The engine called name; false and *e (usage) when there is none. */
bool engine_find(const char *name, enum conf_engine *engine, struct err *e);

#endif
