/*
 * Statistics beside the figures. The sole user of GSL.
 *
 * Nothing here changes a figure: figures are exact (calc/exact.h), these are floating-point
 * companions that are printed with fixed decimals. No allocation is kept, no state is held; every
 * function may be called from any thread once stats_begin() has been.
 *
 * Sources: R. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages (1996), for the types of
 * quantiles; E. B. Wilson (1927) and C. Clopper, E. Pearson (1934) for the intervals; J.
 * Przyborowski, H. Wilenski (1940) for the conditional test; R. A. Fisher (1935) for the exact one;
 * H. Theil (1950), P. K. Sen (1968) for the slope; F. Hampel (1974) for the filter.
 */
#ifndef PIPELINE_CALC_STATS_H
#define PIPELINE_CALC_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lets GSL report by value instead of ending the process. Once, before anything else here. */
void stats_begin(void);

/* --- one series ---
 *
 * Values with decimals are best given as whole numbers of their last place (money in hundredths)
 * and the result divided afterwards: a long double holds those exactly, and 0.1 not. */

/* Arithmetic mean of n > 0 values. */
double stats_mean(const long double *x, size_t n);

/* Standard deviation with divisor n - 1; NaN for n < 2. */
double stats_sd(const long double *x, size_t n);

/* Autocorrelation at lag 1: sum of (x[i] - m)(x[i-1] - m) / sum of (x[i] - m)^2, m the mean. NaN
 * for n < 2 and for a constant series. */
double stats_lag1(const long double *x, size_t n);

/* Sorts in ascending order. */
void stats_sort(double *x, size_t n);

/* Of n > 0 values in ascending order: the middle one, or the mean of the two middle ones. */
double stats_median(const double *sorted, size_t n);

/* Quantile of n > 0 ascending values, 0 <= p <= 1: type 7 (linear between the order statistics
 * around 1 + (n - 1)p, R's default), or the nearest rank (the smallest value with at least a share
 * p of all values not above it: R's type 1). */
double stats_quantile(const double *sorted, size_t n, double p);
double stats_quantile_nearest(const double *sorted, size_t n, double p);

/* Median of the distances from the median, times 1.4826 (which makes it the standard deviation's
 * equal for the normal distribution). n > 0 values in any order. */
double stats_mad(const double *x, size_t n);

/* --- rates: k of n --- */

struct stats_interval {
    double low, high; /* as fractions; NaN when there is none */
};

/* Intervals for the probability behind k successes in n trials (0 <= k <= n; n = 0: NaN) with
 * confidence `level` (0.95). Wilson: the p that a score test at p would not refuse.
 * Clopper-Pearson: the quantiles (1-level)/2 and 1-(1-level)/2 of Beta(k, n-k+1) and Beta(k+1,
 * n-k); 0 and 1 at the ends. */
struct stats_interval stats_wilson(int64_t k, int64_t n, double level);
struct stats_interval stats_clopper_pearson(int64_t k, int64_t n, double level);

/* --- is the difference by chance? --- */

/* Two-sided exact test of k successes in n trials for probability p (0 < p < 1): the sum of all
 * outcomes that are not likelier than k. */
double stats_binomial_test(int64_t k, int64_t n, double p);

/* Do two Poisson counts come from the same rate? Given their sum, a is binomial with p = 1/2. */
double stats_poisson_test(int64_t a, int64_t b);

/* Fisher's exact test for a of n against b of m, two-sided: given all margins, the sum of all
 * tables that are not likelier. */
double stats_fisher_test(int64_t a, int64_t n, int64_t b, int64_t m);

/* --- least squares --- */

enum { STATS_COLUMNS = 16 };

struct stats_fit {
    double coef[STATS_COLUMNS], error[STATS_COLUMNS]; /* coefficients, their standard errors */
    double residual_sd, residual_ss;
};

/*
 * Coefficients that minimise the squared residuals of y (n values) on `columns` columns of x (row
 * by row; a column of ones is the caller's). False when the columns depend on each other, or are
 * more than STATS_COLUMNS or than n. Householder reflections in quadruple precision: nearly
 * dependent columns (NIST's Filip) keep eleven digits, which is what reading them as long double
 * leaves.
 */
bool stats_fit(const long double *x, const long double *y, size_t n, size_t columns,
               struct stats_fit *out);

/* --- series over time --- */

/* Slope of the least-squares line through (0, y[0]), (1, y[1]) ...: change per step. NaN for n < 2.
 */
double stats_slope_least_squares(const double *y, size_t n);

/* Theil-Sen: the median of the slopes of all pairs. NaN for n < 2. */
double stats_slope_theil_sen(const double *y, size_t n);

/* Share of the total and ratio to the mean of each value; false (both 0) when the total is 0. */
bool stats_profile(const double *y, size_t n, double *share, double *ratio);

/* --- outliers --- */

/* Marks values further than t scaled MADs from the median of all. None where the MAD is 0 (more
 * than half of the values are equal: it measures nothing). */
void stats_outliers_mad(const double *y, size_t n, double t, bool *out);

/* Hampel: the same, each value against the window of up to `half` neighbours on each side. */
void stats_outliers_hampel(const double *y, size_t n, size_t half, double t, bool *out);

#endif
