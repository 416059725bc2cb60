/*
 * The exports that merge is at work on, and its steps (calc/merge.h) as units for the pool.
 *
 * Exports are merged in batches of as many rows as memory is meant to hold, so that the many small
 * ones fill the gaps of a large one: each step is one set of units. An export that is larger than a
 * batch, or of which little has changed, is merged in parts (run/mergeparts.h), each a batch of its
 * own.
 */
#ifndef PIPELINE_RUN_MERGEJOB_H
#define PIPELINE_RUN_MERGEJOB_H

#include "pipeline/calc/deadline.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/merge.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/tableout.h"
#include "pipeline/run/keptranges.h"
#include "pipeline/run/mergeunit.h"
#include "pipeline/run/stage.h"

/* An export while it is merged. */
struct job {
    size_t export;
    struct merge_source *source;
    struct merge_input *input;
    size_t n_sources, rows;
    struct tableout *out;
    bool known;            /* what its result rests on can be told: it is kept for the next run */
    const char *from;      /* folder of a result that is taken whole; NULL: it is to be made */
    struct mergeunit unit; /* its result */
    bool keeps;            /* its rows are needed after its batch: for events or pauses */
    struct merge_range *ranges; /* then: those of all its batches, in order; owned */
    size_t n_ranges, cap_ranges;
    /* of an export that is merged in parts: */
    struct keptranges *kept;
    const struct str *first; /* the first keys of all its ranges; in the arena */
    size_t n_first;
    size_t next; /* the first range that is not written yet */
    bool share;  /* the table gets the ranges that are made, and no others */
    /* of the batch in hand: */
    struct merge *merge;
    struct tableout_piece *piece; /* by range */
};

struct merging {
    struct stage_ctx *ctx;
    struct arena arena;
    struct plan plan;
    struct tableout_form form;
    struct ledger ledger;
    struct job *job; /* by export */
    size_t *place;   /* by row of the ledger: among the sources of its export */
    struct job **batch;
    size_t n_batch;
    size_t batch_rows;          /* of a batch, about: parts of a large export are cut by samples */
    struct mergejob_unit *unit; /* of the step in hand */
    size_t n_units;
    struct strbuf *text;    /* by worker */
    struct pauses **pauses; /* by deadline */
    struct mergeunit_of units;
    const char *last,
        *last_clean;    /* folders of the last results, also of the stage before; or NULL */
    const char **share; /* folders of shares of this run that are done; owned */
    size_t n_shares;
};

/* Begins the table of an export; ends it. False and *e: the system fails. */
bool mergejob_open(struct merging *m, struct job *j, struct err *e);
bool mergejob_close(struct job *j, struct err *e);

/* Merges the jobs of m->batch, whose tables are open, and appends the ranges to them. input: what
 * the only one of them reads in place of its clean tables, or NULL. */
bool mergejob_batch(struct merging *m, const struct merge_input *input, size_t n_inputs,
                    struct err *e);

/* Appends the ranges that are kept, up to the range `to` of a job that is merged in parts. */
bool mergejob_take_ranges(struct merging *m, struct job *j, size_t to, struct err *e);

#endif
