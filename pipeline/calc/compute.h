/*
 * Aggregates: one pass over each table fills everything that figures ask of it.
 *
 *     c = compute_new(plan, refs, workers)
 *     for each table t that compute_needs(), for each block, in any order and by any worker:
 *         compute_block(c, worker, t, block)
 *     compute_finish(c)
 *     compute_count(), compute_values()
 *
 * Each worker has accumulators of its own; the results do not depend on who did which block.
 */
#ifndef PIPELINE_CALC_COMPUTE_H
#define PIPELINE_CALC_COMPUTE_H

#include "pipeline/calc/exact.h"
#include "pipeline/calc/figures.h"

struct compute;

/* plan was built without mistakes and with reference tables; both outlive c. */
struct compute *compute_new(const struct plan *plan, size_t workers);
void compute_free(struct compute *c);

/* Does table t have to be read? Which of its columns? */
bool compute_needs(const struct compute *c, size_t t);
const bool *compute_want(const struct compute *c, size_t t);

/* Adds a block of table t as worker w (0 to workers - 1): one call per worker at a time. */
void compute_block(struct compute *c, size_t w, size_t t, const struct tblock *b);

/* All rows of an aggregate, or those of one organisation, one month, or both. */
enum { COMPUTE_NO_MONTH = -1 };
struct compute_cell {
    struct str org; /* n = 0: all */
    int month;      /* 0 to 11, or COMPUTE_NO_MONTH: all */
};

/*
 * What an aggregate has just taken in of a block, of those rows that belong to the cell looked at:
 * the rows behind a figure come from the very evaluation that makes it. Valid during the call.
 */
struct compute_intake {
    size_t table, aggregate;
    const struct tblock *block;
    const uint8_t *rows;      /* 1: this row counts; its value may still be missing */
    const struct tvec *value; /* by row; NULL for AGG_ROWS */
};
struct compute_watch {
    struct compute_cell cell;
    void (*took)(void *context, const struct compute_intake *in);
    void *context;
};

/* From now on every aggregate tells *w (borrowed; NULL: nobody) what it takes in. c has one worker.
 */
void compute_watch(struct compute *c, const struct compute_watch *w);

/* Puts the workers' parts together; after that no more blocks. */
void compute_finish(struct compute *c);

/* Aggregate a of table t, money in hundredths. An organisation or split that does not occur: 0. */
exact_int compute_count(const struct compute *c, size_t t, size_t a, struct compute_cell cell);

/* The smallest number that it may be: less than the count only for the different values of a
 * roll-up in which nobody knows whether those of several districts are the same. */
exact_int compute_least(const struct compute *c, size_t t, size_t a, struct compute_cell cell);

/* The same for an aggregate of kind AGG_VALUES: the values and how often each occurs. */
struct tally_runs compute_values(const struct compute *c, size_t t, size_t a,
                                 struct compute_cell cell);

/* The organisations that occur on an axis, in byte order; *n receives their number. */
const struct str *compute_orgs(const struct compute *c, size_t t, size_t axis, size_t *n);

/* The days and the year of a period (PERIOD_THIS, PERIOD_BEFORE). */
struct expr_period compute_period(const struct refs *refs, int period);

#endif
