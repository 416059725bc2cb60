/*
 * What is due: for each stage, whether the committed result is what a run would make now.
 *
 * `tongji run` starts the stages that are stale, `tongji plan` says which they are and why: both
 * ask here.
 */
#ifndef PIPELINE_RUN_DUE_H
#define PIPELINE_RUN_DUE_H

#include "pipeline/run/rawset.h"
#include "pipeline/run/runner.h"

struct due_stage {
    bool stale;
    struct str have, want;       /* what the result rests on, and would rest on; basis.h */
    char program[65], input[65]; /* of the executable; id of the result to be read */
    char id[65];                 /* of the result to be made */
};

enum { DUE_STAGES = 8 };

struct due {
    const struct run_request *r;
    const char *raw;
    struct arena arena;
    struct refs refs;
    struct rawset files;                /* when the first stage is asked for */
    struct due_stage stage[DUE_STAGES]; /* of the chain, those from r->first to r->last */
};

/* Looks at all stages asked for. Raw files of another size than before, or that were not there, are
 * hashed too when `exact`; else that is left to who reads them, and the ids to be made are known
 * when he has (due_judge). False and *e: a reference table is wrong, something cannot be read. *d
 * must be released in any case. */
bool due_find(struct due *d, const struct run_request *r, bool exact, struct err *e);

/* Is stage s stale, now that its input is the result `input` (an id)? Writes it down, too. */
bool due_judge(struct due *d, size_t s, const char *input, struct err *e);

void due_release(struct due *d);

#endif
