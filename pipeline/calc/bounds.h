/*
 * Between which values a figure will end while organisations have not sent their files.
 *
 * With d_o the size of absent organisation o last year (its count, or the denominator of its rate:
 * a row of the baseline that has the organisation; else the rows of its files of last year, of
 * which each adds one to the figure at most) and f the configured factor, m = the sum of d_o * f,
 * each rounded up:
 *
 *     count   n          from n to n + m
 *     rate    k of n     from k / (n + m) to (k + m) / (n + m)
 *
 * Nothing is assumed of what the absent ones did: of their rows none, or all, may be in the
 * numerator. Smaller organisations give narrower bounds, so that these hold for every size up to
 * d_o * f. They are certain as long as no organisation is larger, and no two report the same key.
 */
#ifndef PIPELINE_CALC_BOUNDS_H
#define PIPELINE_CALC_BOUNDS_H

#include "pipeline/calc/figure.h"

/* What a figure waits for; of the whole. */
struct shortfall {
    size_t missing; /* organisations that sent no file */
    bool known;     /* the sizes of all of them */
    exact_int rows; /* m */
};

struct bound {
    size_t missing;       /* organisations that the figure waits for; 0 in rows of a part */
    struct str low, high; /* as the value: whole, or 6 decimals, rounded down and up; n = 0: none */
    struct str note;      /* the printed figure with its bounds, in the configured language */
};

/* By the indicators that are shown, in the arena. absent: by refs->submitter, has it sent no file?
 * ledger: of merge, with the files of last year where they are there. */
struct shortfall *bounds_shortfall(const struct plan *plan, const bool *absent,
                                   const struct ledger *ledger, struct arena *a);

/*
 * One for each row of f, in the arena. Bounds are for the whole (no organisation, no month) of the
 * period, when the sizes of all absent organisations are known, of counts (rows, different values,
 * totals of a column of counts, sums of these) and of rates in % of two counts.
 */
struct bound *bounds_make(const struct plan *plan, const struct figures *f,
                          const struct shortfall *shortfall, struct arena *a);

#endif
