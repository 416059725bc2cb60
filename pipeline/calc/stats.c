#include "pipeline/calc/stats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_statistics_long_double.h>

#include "pipeline/base/mem.h"

void stats_begin(void)
{
    gsl_set_error_handler_off();
}

/* --- one series --- */

double stats_mean(const long double *x, size_t n)
{
    return gsl_stats_long_double_mean(x, 1, n);
}

double stats_sd(const long double *x, size_t n)
{
    return n < 2 ? (double)NAN : gsl_stats_long_double_sd(x, 1, n);
}

double stats_lag1(const long double *x, size_t n)
{
    return n < 2 ? (double)NAN : gsl_stats_long_double_lag1_autocorrelation(x, 1, n);
}

void stats_sort(double *x, size_t n)
{
    gsl_sort(x, 1, n);
}

double stats_median(const double *sorted, size_t n)
{
    return gsl_stats_median_from_sorted_data(sorted, 1, n);
}

double stats_quantile(const double *sorted, size_t n, double p)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

double stats_quantile_nearest(const double *sorted, size_t n, double p)
{
    /* A product that is a whole number but for its rounding is that number: 0.9 * 10 is rank 9. */
    double rank = ceil(p * (double)n * (1 - 4 * DBL_EPSILON));
    size_t i = rank < 1 ? 1 : (size_t)rank;
    return sorted[(i > n ? n : i) - 1];
}

double stats_mad(const double *x, size_t n)
{
    double *work = x_calloc(n, sizeof *work);
    double mad = gsl_stats_mad(x, 1, n, work);
    free(work);
    return mad;
}

/* --- rates --- */

struct stats_interval stats_wilson(int64_t k, int64_t n, double level)
{
    if (n <= 0 || k < 0 || k > n)
        return (struct stats_interval){(double)NAN, (double)NAN};
    double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2), z2 = z * z;
    double hits = (double)k, trials = (double)n, misses = (double)(n - k);
    double centre = (hits + z2 / 2) / (trials + z2);
    double half = z / (trials + z2) * sqrt(hits * misses / trials + z2 / 4);
    /* At the ends the exact bound is 0 or 1, which a difference of equals would miss by its
     * rounding. */
    return (struct stats_interval){k == 0 ? 0 : centre - half, k == n ? 1 : centre + half};
}

/* --- walks over an outcome's probabilities ---
 *
 * Outcomes low, low + 1 ... high with weights proportional to their probabilities. Each weight
 * follows from its neighbour by a ratio of small integers, so nothing is lost to the differences of
 * large logarithms, however many trials there were. */
struct walk {
    int64_t low, high, mode;
    long double (*up)(const struct walk *w, int64_t x); /* weight(x + 1) / weight(x) */
    long double a, b, c;                                /* what `up` needs */
};

/* Binomial: n trials (a), odds p / (1 - p) (b). */
static long double up_binomial(const struct walk *w, int64_t x)
{
    return (w->a - (long double)x) / (long double)(x + 1) * w->b;
}

/* Hypergeometric: x of a good ones among c drawn, b bad ones. */
static long double up_hypergeometric(const struct walk *w, int64_t x)
{
    long double v = (long double)x;
    return (w->a - v) / (v + 1) * ((w->c - v) / (w->b - w->c + v + 1));
}

static struct walk walk_binomial(int64_t n, double p)
{
    struct walk w = {.high = n, .up = up_binomial, .a = (long double)n};
    w.b = (long double)p / (1 - (long double)p);
    w.mode = (int64_t)(((long double)n + 1) * (long double)p);
    w.mode = w.mode > n ? n : w.mode;
    return w;
}

static struct walk walk_hypergeometric(int64_t good, int64_t bad, int64_t drawn)
{
    struct walk w = {.up = up_hypergeometric, .a = (long double)good, .b = (long double)bad};
    w.c = (long double)drawn;
    w.low = drawn > bad ? drawn - bad : 0;
    w.high = drawn < good ? drawn : good;
    w.mode = (int64_t)((w.a + 1) * (w.c + 1) / (w.a + w.b + 2));
    w.mode = w.mode < w.low ? w.low : w.mode > w.high ? w.high : w.mode;
    return w;
}

/* The next outcome in direction `step` (1 or -1) and its weight; false at the end. */
static bool walk_next(const struct walk *w, int step, int64_t *x, long double *weight)
{
    if (*x == (step > 0 ? w->high : w->low))
        return false;
    *weight = step > 0 ? *weight * w->up(w, *x) : *weight / w->up(w, *x - 1);
    *x += step;
    return *weight > 0;
}

/* Weight of outcome k, of the mode's 1; 0 when too small for a long double. */
static long double weight_of(const struct walk *w, int64_t k)
{
    int64_t x = w->mode;
    long double weight = 1;
    while (x != k)
        if (!walk_next(w, k > x ? 1 : -1, &x, &weight))
            return 0;
    return weight;
}

/* Two-sided: the share of all outcomes that are not likelier than k. Equal ones may differ by
 * rounding: within 1e-7, as R compares them. */
static double walk_two_sided(const struct walk *w, int64_t k)
{
    long double limit = weight_of(w, k) * (1 + 1e-7L), all = 0, tail = 0;
    for (int step = -1; step <= 1; step += 2) {
        int64_t x = w->mode;
        long double weight = 1;
        bool more = step < 0 || walk_next(w, step, &x, &weight); /* the mode once */
        for (; more; more = walk_next(w, step, &x, &weight)) {
            all += weight;
            if (weight <= limit)
                tail += weight;
        }
    }
    return tail >= all ? 1 : (double)(tail / all);
}

double stats_binomial_test(int64_t k, int64_t n, double p)
{
    struct walk w = walk_binomial(n, p);
    return walk_two_sided(&w, k);
}

double stats_poisson_test(int64_t a, int64_t b)
{
    return stats_binomial_test(a, a + b, 0.5);
}

double stats_fisher_test(int64_t a, int64_t n, int64_t b, int64_t m)
{
    struct walk w = walk_hypergeometric(n, m, a + b);
    return walk_two_sided(&w, a);
}

/* --- Clopper-Pearson --- */

/* P(Beta(a, b) <= p), or its complement. For very large a and b GSL's continued fraction does not
 * converge (NaN) at the peak, and only there: the peak halves the whole, far from any tail. */
static double beta_tail(double p, int64_t a, int64_t b, bool upper)
{
    double v =
        upper ? gsl_cdf_beta_Q(p, (double)a, (double)b) : gsl_cdf_beta_P(p, (double)a, (double)b);
    return isfinite(v) ? v : 0.5;
}

/* The p at which a tail of Beta(a, b) is `tail`. gsl_cdf_beta_Pinv fails for large arguments (72906
 * of 74240), so this halves a bracket until no double lies within: always converges, no start value
 * needed. The upper tail decreases with p. */
static double beta_inverse(double tail, int64_t a, int64_t b, bool upper)
{
    double low = 0, high = 1;
    for (;;) {
        double p = low + (high - low) / 2;
        if (p <= low || p >= high)
            return p;
        if ((beta_tail(p, a, b, upper) < tail) == !upper)
            low = p;
        else
            high = p;
    }
}

struct stats_interval stats_clopper_pearson(int64_t k, int64_t n, double level)
{
    struct stats_interval i = {0, 1};
    double tail = (1 - level) / 2;
    if (n <= 0 || k < 0 || k > n)
        return (struct stats_interval){(double)NAN, (double)NAN};
    if (k > 0)
        i.low = beta_inverse(tail, k, n - k + 1, false);
    if (k < n)
        i.high = beta_inverse(tail, k + 1, n - k, true);
    return i;
}

/* --- least squares --- */

#if LDBL_MANT_DIG >= 113
typedef long double quad;
#else
__extension__ typedef __float128 quad; /* the library's part of it is not needed */
#endif

static quad quad_root(quad v)
{
    if (v <= 0)
        return 0;
    quad r = (quad)sqrtl((long double)v);
    r = (r + v / r) / 2; /* Newton: 64 bits become 113 */
    return (r + v / r) / 2;
}

/* A matrix with one column more than the unknowns: the right-hand side. By rows. */
struct system {
    quad *m;
    size_t n, columns;
};

static quad *row_of(const struct system *s, size_t r)
{
    return s->m + r * (s->columns + 1);
}

/* Reflects column k to zero below its diagonal; false when nothing of it is independent of the
 * columns before. `size` is its length at the beginning. */
static bool reflect(struct system *s, size_t k, quad size)
{
    quad norm = 0;
    for (size_t r = k; r < s->n; r++)
        norm += row_of(s, r)[k] * row_of(s, r)[k];
    norm = quad_root(norm);
    if (norm <= size * (quad)1e-28L)
        return false;
    quad head = row_of(s, k)[k], diagonal = head > 0 ? -norm : norm;
    quad first = head - diagonal, scale = -1 / (diagonal * first); /* 2 / v'v */
    row_of(s, k)[k] = first;
    for (size_t c = k + 1; c <= s->columns; c++) {
        quad sum = 0;
        for (size_t r = k; r < s->n; r++)
            sum += row_of(s, r)[k] * row_of(s, r)[c];
        for (size_t r = k; r < s->n; r++)
            row_of(s, r)[c] -= scale * sum * row_of(s, r)[k];
    }
    row_of(s, k)[k] = diagonal;
    return true;
}

static bool triangulate(struct system *s)
{
    quad size[STATS_COLUMNS];
    for (size_t k = 0; k < s->columns; k++) {
        size[k] = 0;
        for (size_t r = 0; r < s->n; r++)
            size[k] += row_of(s, r)[k] * row_of(s, r)[k];
        size[k] = quad_root(size[k]);
    }
    for (size_t k = 0; k < s->columns; k++)
        if (!reflect(s, k, size[k]))
            return false;
    return true;
}

/* Solves R x = right from below. */
static void solve_upper(const struct system *s, const quad *right, quad *x)
{
    for (size_t k = s->columns; k-- > 0;) {
        x[k] = right[k];
        for (size_t c = k + 1; c < s->columns; c++)
            x[k] -= row_of(s, k)[c] * x[c];
        x[k] /= row_of(s, k)[k];
    }
}

/* Variances: the diagonal of inverse(R) times its transpose, times the residual variance. */
static void standard_errors(const struct system *s, double sd, struct stats_fit *out)
{
    quad sum[STATS_COLUMNS] = {0}, unit[STATS_COLUMNS], x[STATS_COLUMNS];
    for (size_t k = 0; k < s->columns; k++) {
        for (size_t c = 0; c < s->columns; c++)
            unit[c] = c == k;
        solve_upper(s, unit, x);
        for (size_t c = 0; c < s->columns; c++)
            sum[c] += x[c] * x[c];
    }
    for (size_t c = 0; c < s->columns; c++)
        out->error[c] = sd * (double)quad_root(sum[c]);
}

bool stats_fit(const long double *x, const long double *y, size_t n, size_t columns,
               struct stats_fit *out)
{
    *out = (struct stats_fit){0};
    if (columns == 0 || columns > STATS_COLUMNS || columns > n)
        return false;
    struct system s = {x_calloc(n * (columns + 1), sizeof(quad)), n, columns};
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < columns; c++)
            row_of(&s, r)[c] = (quad)x[r * columns + c];
        row_of(&s, r)[columns] = (quad)y[r];
    }
    bool ok = triangulate(&s);
    if (ok) {
        quad right[STATS_COLUMNS], coef[STATS_COLUMNS], ss = 0;
        for (size_t k = 0; k < columns; k++)
            right[k] = row_of(&s, k)[columns];
        solve_upper(&s, right, coef);
        for (size_t k = 0; k < columns; k++)
            out->coef[k] = (double)coef[k];
        for (size_t r = columns; r < n; r++)
            ss += row_of(&s, r)[columns] * row_of(&s, r)[columns];
        out->residual_ss = (double)ss;
        out->residual_sd = n > columns ? (double)quad_root(ss / (quad)(n - columns)) : (double)NAN;
        standard_errors(&s, out->residual_sd, out);
    }
    free(s.m);
    return ok;
}

/* --- series over time --- */

double stats_slope_least_squares(const double *y, size_t n)
{
    if (n < 2)
        return (double)NAN;
    double *x = x_calloc(n, sizeof *x), base, slope, cov00, cov01, cov11, ss;
    for (size_t i = 0; i < n; i++)
        x[i] = (double)i;
    gsl_fit_linear(x, 1, y, 1, n, &base, &slope, &cov00, &cov01, &cov11, &ss);
    free(x);
    return slope;
}

double stats_slope_theil_sen(const double *y, size_t n)
{
    if (n < 2)
        return (double)NAN;
    size_t pairs = n * (n - 1) / 2, k = 0;
    double *slope = x_calloc(pairs, sizeof *slope);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            slope[k++] = (y[j] - y[i]) / (double)(j - i);
    stats_sort(slope, pairs);
    double median = stats_median(slope, pairs);
    free(slope);
    return median;
}

bool stats_profile(const double *y, size_t n, double *share, double *ratio)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += y[i];
    for (size_t i = 0; i < n; i++) {
        share[i] = total != 0 ? y[i] / total : 0;
        ratio[i] = share[i] * (double)n;
    }
    return total != 0;
}

/* --- outliers --- */

/* Is v further than t scaled MADs from the median of y? `sorted` has room for n values. */
static bool is_far(double v, const double *y, size_t n, double t, double *sorted)
{
    memcpy(sorted, y, n * sizeof *y);
    stats_sort(sorted, n);
    double mad = stats_mad(sorted, n);
    return mad > 0 && fabs(v - stats_median(sorted, n)) > t * mad;
}

void stats_outliers_hampel(const double *y, size_t n, size_t half, double t, bool *out)
{
    double *sorted = x_calloc(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++) {
        size_t first = i > half ? i - half : 0, end = n - i > half ? i + half + 1 : n;
        out[i] = is_far(y[i], y + first, end - first, t, sorted);
    }
    free(sorted);
}

void stats_outliers_mad(const double *y, size_t n, double t, bool *out)
{
    double *sorted = x_calloc(n, sizeof *sorted);
    memcpy(sorted, y, n * sizeof *y);
    stats_sort(sorted, n);
    double median = n ? stats_median(sorted, n) : 0, mad = n ? stats_mad(sorted, n) : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = mad > 0 && fabs(y[i] - median) > t * mad;
    free(sorted);
}
