/*
 * What statistics say about a figure: how sure a rate is, whether a change may be chance.
 *
 * For figures that count rows or different values, and rates of such counts; not for totals: people
 * come in groups and money in amounts, and the tests would call every change clear. Nothing here
 * changes a figure.
 */
#ifndef PIPELINE_CALC_SIGNIFICANCE_H
#define PIPELINE_CALC_SIGNIFICANCE_H

#include "pipeline/calc/figure.h"

struct significance {
    struct str low, high; /* interval, 6 decimals, in % where the figure is; n = 0: none */
    struct str p;         /* 6 decimals; n = 0: no test */
    struct str flag;      /* in the language of the configuration; n = 0: none */
};

/*
 * One for each row of f, in the arena. Interval: of a rate of counts. p-value: two counts by the
 * conditional test, two rates by Fisher's (calc/stats.h), against the `prior` indicator, or for
 * counts against the baseline. Flag: too few (both counts below small_count, or a denominator below
 * small_base), else clear or perhaps chance where there is a p-value.
 */
struct significance *significance_make(const struct plan *plan, const struct figures *f,
                                       struct arena *a);

#endif
