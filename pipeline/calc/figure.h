/*
 * Figures and checks from the aggregates: exact values, last year's, status, verdicts.
 */
#ifndef PIPELINE_CALC_FIGURE_H
#define PIPELINE_CALC_FIGURE_H

#include "pipeline/calc/compute.h"
#include "pipeline/calc/delivery.h"

enum figure_status {
    FIGURE_NORMAL,
    FIGURE_UNREPORTED,
    FIGURE_NO_BASE,
    FIGURE_NO_PRIOR,
    FIGURE_READING_CHANGED,
    FIGURE_PROVISIONAL, /* of a roll-up that cannot tell who is who (calc/rollup.h) */
    FIGURE_BEYOND,      /* its exact arithmetic, or that of a figure it rests on, does not fit */
    FIGURE_STATUSES
};
extern const char *const figure_status_name[FIGURE_STATUSES]; /* 正常, 缺报, ... */

/* One line of the result: an indicator for the whole, an organisation, a month, or both. */
struct figure_row {
    size_t indicator;
    struct str org, month; /* n = 0: all */
    int64_t period;        /* year */
    struct figure f;
    enum figure_status status;
    struct str prior, change; /* as text; n = 0: none */
    bool points;              /* the change is in percentage points, not in % */
    struct str prior_reading; /* in which other reading `prior` was made: then there is no change;
                                 n = 0: in the same, as far as is known */
};

enum check_result {
    CHECK_PASS,
    CHECK_FAIL,
    CHECK_WAIVED, /* a fail that waivers.csv excuses (calc/check.h) */
    CHECK_NOT_RUN,
    CHECK_NOT_APPLICABLE,
    CHECK_RESULTS
};
extern const char *const check_result_name[CHECK_RESULTS]; /* pass, fail, waived, not-run, ... */

/* What came of a comparison of figures. */

struct check_row {
    enum check_result result;
    bool beyond;            /* not run because its exact arithmetic does not fit */
    struct str left, right; /* the sides as text; of a chain the pair that failed, else the ends */
};

struct figures {
    struct arena arena;
    struct figure_row *row;  /* by indicator: the whole, organisations by code, months, both */
    size_t n;                /* of the indicators that are shown; behind them ... */
    size_t all, cap;         /* ... the rows of other readings */
    struct check_row *check; /* by conf->checks; of other kinds than comparisons: empty */
};

/*
 * Computes all figures and checks. delivery: as of calc/delivery.h. A figure whose numbers leave 64
 * bits (128 on the way) has no value and the status FIGURE_BEYOND, and so have those that rest on
 * it; a check is not run then. Release afterwards.
 */
void figures_make(const struct plan *plan, const struct compute *c, const enum delivery *delivery,
                  struct figures *out);
void figures_release(struct figures *f);

/* Appends the change from `before` to f, one decimal: in percentage points for rates in %, else in
 * % of `before`. Nothing when there is no base for it. */
void figure_change(const struct figure *f, struct exact before, bool half_even, struct strbuf *out);

#endif
