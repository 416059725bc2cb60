/*
 * Internal to calc: what compute.c gathers, for partial_*.c, which writes it down and reads it
 * back.
 */
#ifndef PIPELINE_CALC_COMPUTE_PARTS_H
#define PIPELINE_CALC_COMPUTE_PARTS_H

#include "pipeline/calc/compute.h"
#include "pipeline/calc/intern.h"

enum { COMPUTE_MONTHS = 12, COMPUTE_YEAR_DAYS = 366 };

/*
 * Of AGG_DISTINCT, in a roll-up alone: values that came as a number of them, so that nobody knows
 * which of them are the same in several districts.
 */
struct apart {
    exact_int sum, most; /* of those numbers; 0: none came so */
    exact_int least;     /* how many different values there are at least, with those that are known;
                            after compute_finish */
};

/* One aggregate of one worker. */
struct acc {
    exact_int total;
    struct idset seen;  /* AGG_DISTINCT */
    struct apart apart; /* the same */
    struct tally all;   /* AGG_VALUES */
    struct split {      /* the same by group of an axis: an organisation's id, a month, a cross */
        exact_int *sum; /* owned */
        size_t n;
        struct pairset seen;
        struct apart *apart; /* [n], or NULL: none; owned */
        struct tally values;
    } by[AXES];
};

/* One table of one worker. */
struct part {
    bool used;
    struct intern *value; /* AGG_DISTINCT: by value */
    struct intern *axis;  /* organisations, by axis; empty for the other kinds */
    struct acc *acc;
};

struct compute {
    const struct plan *plan;
    const struct plan_figures *f;
    size_t tables, workers;
    bool rolled; /* filled from partial results, not from rows */
    struct expr_period period[PERIODS];
    uint8_t month_of[PERIODS][COMPUTE_YEAR_DAYS]; /* by day of the period */
    struct part *part;                 /* [workers][tables]; afterwards worker 0's hold all */
    struct arena *scratch;             /* by worker */
    struct str ***orgs;                /* [tables][axes] in byte order; after the finish */
    const struct compute_watch *watch; /* NULL: none */
};

/* The group of a month of an organisation, by its id. */
static inline uint32_t compute_cross(uint32_t org, uint32_t month)
{
    return org * COMPUTE_MONTHS + month;
}

/* The part of table t of worker w, begun. */
struct part *compute_part(struct compute *c, size_t w, size_t t);

/* What came apart of an AGG_DISTINCT; zeros: nothing. */
struct apart compute_apart(const struct compute *c, size_t t, size_t a, struct compute_cell cell);

/* Makes room for n groups. */
void compute_reserve(struct split *s, size_t n);

#endif
