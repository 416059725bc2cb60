/*
 * How often each value occurs, by group: what quantiles and deviations are computed from, exactly.
 *
 * Durations have few different values, so a tally is far smaller than the rows it counts; and most
 * of them are small, so those are counted at a place of their own instead of a place to be sought.
 */
#ifndef PIPELINE_CALC_TALLY_H
#define PIPELINE_CALC_TALLY_H

#include "pipeline/calc/exact.h"

struct tally_run {
    int64_t value;
    int64_t count; /* 0: a free slot */
    uint32_t group;
};

/* {0} is empty. */
enum {
    TALLY_PAGE = 64, /* small values that have their places side by side */
    TALLY_PAGES = 8, /* of a group; values from 0 to below TALLY_PAGE * TALLY_PAGES are small */
};
struct tally {
    struct tally_run *run; /* owned; slots of a hash, and ascending runs after tally_sort() */
    size_t n, slots;
    int64_t **page; /* counts of small values, by group and value / TALLY_PAGE; NULL: none; owned */
    size_t pages;   /* 0 when sorted */
};

void tally_add(struct tally *t, uint32_t group, int64_t value, int64_t count);

/* Adds everything in `from`, which is not sorted; its group g counts as group[g] (NULL: as g). */
void tally_add_all(struct tally *to, const struct tally *from, const uint32_t *group);

void tally_release(struct tally *t);

/* Puts the runs in order of group and value; after that nothing is added. */
void tally_sort(struct tally *t);

/* The runs of a group in a sorted tally, ascending by value; n = 0: none. */
struct tally_runs {
    const struct tally_run *run;
    size_t n;
};
struct tally_runs tally_of(const struct tally *t, uint32_t group);

/* Of the values of some runs; false without any, and where a result is beyond 128 bits. */
typedef bool tally_statistic(struct tally_runs r, struct exact p, struct exact *out);

/* Quantile for 0 <= p <= 1 between the order statistics around 1 + (n - 1)p (type 7 of Hyndman and
 * Fan, the default of R), or the smallest value with at least a share p of all not above it
 * (nearest rank, type 1). */
tally_statistic tally_quantile, tally_nearest;

/* Median of the distances from the median, not scaled; p is not used. */
tally_statistic tally_mad;

/* Standard deviation with divisor n - 1, from exact sums, rounded to 6 decimals; false for n < 2. p
 * is not used. */
tally_statistic tally_sd;

#endif
