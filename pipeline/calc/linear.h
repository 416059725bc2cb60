/*
 * A figure, or a side of a rate, as a sum over rows: which aggregates it adds up, and how often
 * each.
 *
 * What one row more or less does to such a figure does not depend on the other rows, so that a
 * change of it can be split. A median, a mean of rates, a rate itself are no such sums.
 */
#ifndef PIPELINE_CALC_LINEAR_H
#define PIPELINE_CALC_LINEAR_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/exact.h"
#include "pipeline/calc/figures.h"

enum linear_side { LINEAR_VALUE, LINEAR_NUMERATOR, LINEAR_DENOMINATOR, LINEAR_SIDES };

struct linear_term {
    size_t table, aggregate;
    struct exact times; /* of the aggregate as it is counted: of money in hundredths, 1/100 */
};
struct linear {
    struct linear_term *term; /* in the arena; an aggregate may occur several times */
    size_t n;
    bool is_sum; /* false: it is none, and there are no terms */
};

/* The value of a figure that is no rate, or the numerator or denominator of one. What does not
 * depend on rows (12 + ..., the baseline) is left out. */
void linear_of(const struct plan *plan, size_t figure, enum linear_side side, struct arena *a,
               struct linear *out);

#endif
