/*
 * Internal to calc: how figures follow from tables.
 *
 * All figures together ask for a number of aggregates over the rows of tables. Per table there is
 * one list of conditions, each evaluated once per block; filters, each the rows of its parent that
 * meet one more condition, so that what sets and figures share is computed once; values; axes
 * (organisations, months) and aggregates over them. plan.c builds these lists without repetition,
 * compute.c fills them in one pass over each table, figure.c computes figures from the results.
 */
#ifndef PIPELINE_CALC_FIGURES_H
#define PIPELINE_CALC_FIGURES_H

#include "pipeline/calc/expr_ast.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/tally.h"

#define PLAN_NONE SIZE_MAX

enum { PERIOD_THIS, PERIOD_BEFORE, PERIODS };

struct plan_condition {
    const struct expr *e;
    int period; /* PERIOD_THIS when the condition does not ask for the period */
};

/* The rows of `parent` (PLAN_NONE: all rows) that meet `condition` (PLAN_NONE: no further one). The
 * parent of a filter has a lower number; filter 0 is all rows. */
struct plan_filter {
    size_t parent, condition;
};

/* Values that are counted or added up. */
struct plan_value {
    const struct expr *e;
    int period;
};

/* AXIS_CROSS: each month of each organisation. */
enum axis_kind { AXIS_ORG, AXIS_MONTH, AXIS_CROSS, AXES };

/* What an aggregate is split by. */
struct plan_axis {
    enum axis_kind kind;
    size_t column;     /* AXIS_ORG, AXIS_MONTH */
    int period;        /* AXIS_MONTH: months of this period */
    size_t org, month; /* AXIS_CROSS: the two axes, which have lower numbers */
};

/* AGG_VALUES: how often each value occurs (calc/tally.h). */
enum aggregate_kind { AGG_ROWS, AGG_DISTINCT, AGG_SUM, AGG_VALUES };

struct plan_aggregate {
    enum aggregate_kind kind;
    size_t filter, value; /* value: PLAN_NONE for AGG_ROWS */
    size_t axis[AXES];    /* by kind; PLAN_NONE: not split */
};

struct plan_table {
    struct plan_condition *condition; /* arrays grow in the plan's arena */
    struct plan_filter *filter;
    struct plan_value *value;
    struct plan_axis *axis;
    struct plan_aggregate *aggregate;
    size_t n_conditions, n_filters, n_values, n_axes, n_aggregates;
    bool *want; /* columns that are read */
};

struct plan_set {
    size_t table;             /* PLAN_NONE: could not be resolved */
    size_t parent;            /* set, or PLAN_NONE */
    const struct expr *where; /* NULL: none */
    enum { SET_NEW, SET_OPEN, SET_DONE } state;
};

/* A figure's formula. */
enum figure_op {
    FIG_NUMBER,      /* number / 10^scale */
    FIG_AGGREGATE,   /* of a table */
    FIG_STATISTIC,   /* of the values of an aggregate */
    FIG_FIGURE,      /* another one */
    FIG_NUMERATOR,   /* of another one */
    FIG_DENOMINATOR, /* of another one */
    FIG_BASELINE,    /* of another one: last year's value in the baseline table */
    FIG_MEAN,        /* of its kids */
    FIG_ADD,
    FIG_SUB,
    FIG_MUL,
    FIG_DIV,
    FIG_NEG
};

struct formula {
    enum figure_op op;
    int64_t number;
    int scale;               /* FIG_NUMBER, FIG_AGGREGATE, FIG_STATISTIC: decimals */
    size_t table, aggregate; /* FIG_AGGREGATE, FIG_STATISTIC */
    struct str text;         /* the same: the call as it is written */
    tally_statistic *statistic;
    struct exact share; /* FIG_STATISTIC: of a quantile */
    size_t figure;      /* by conf->indicators */
    struct formula **kid;
    size_t n;
};

struct plan_figure {
    const struct formula *value; /* NULL: a mistake */
    bool is_ratio;
    bool *rests_on; /* [exports] */
    bool has_from;
    size_t table;  /* of its rows; PLAN_NONE: none, or unknown */
    size_t filter; /* its own rows */
    size_t rows;   /* aggregate: rows() split as the figure is; PLAN_NONE when it is not */
    size_t prior;  /* indicator, or PLAN_NONE */
    int period;
    enum { FIGURE_NEW, FIGURE_OPEN, FIGURE_DONE } state;
};

/* What the names of a check mean; which of it there is depends on its kind. PLAN_NONE: not given.
 */
struct plan_check {
    struct formula **operand; /* operand[0] op[0] operand[1] op[1] ...; NULL: a mistake */
    const enum compare *op;
    size_t n;
    size_t *figure; /* by conf->indicators */
    size_t n_figures;
    size_t table, all, filter; /* rows: `from`; those of them that meet `where` */
    size_t rows, hits, values; /* aggregates: all rows, those of `filter`, their values */
    const struct expr *value;  /* of a row */
    size_t *same, n_same;      /* columns of the table */
    size_t by_org, different, start, end;
    size_t claim, of, before, now; /* columns: a percentage, and what is known beside it */
    bool in_hundredths;            /* the values */
    bool *export;                  /* [exports]: are they looked at? */
};

/* The values of rows that a chart shows the distribution of. */
struct plan_chart {
    size_t table, values; /* an aggregate of it; PLAN_NONE: another kind of chart, or a mistake */
};

struct plan_figures {
    struct plan_table *table;   /* [tables] */
    struct plan_set *set;       /* by conf->sets */
    struct plan_figure *figure; /* by conf->indicators, also those that are not shown */
    size_t *order;              /* indicators, each behind all that it uses */
    size_t n_order;
    struct plan_check *check; /* by conf->checks */
    struct plan_chart *chart; /* by conf->charts */
};

/* --- plan.c and plan_figure.c --- */

struct planner {
    struct plan *p;
    const struct conf *conf;
    struct problems *problems;
    struct plan_figures *f;
};

void plan_mistake(struct planner *b, struct conf_text place, const char *code, struct str a,
                  const char *hint);

/* The filter "rows of filter `parent` of table t that meet e" (NULL: all of them). */
size_t plan_add_filter(struct planner *b, size_t t, size_t parent, const struct expr *e,
                       int period);

/* The number of a value, axis or aggregate of table t, new or as it is there already. */
size_t plan_add_value(struct planner *b, size_t t, const struct expr *e, int period);
size_t plan_add_axis(struct planner *b, size_t t, struct plan_axis axis);
size_t plan_add_aggregate(struct planner *b, size_t t, struct plan_aggregate a);

/* The table of `from` (a table or a set) and the filter of its rows in a period; PLAN_NONE after
 * adding to problems. */
size_t plan_rows_of(struct planner *b, struct conf_text from, int period, size_t *filter);

/* Compiles indicators and checks. */
void plan_figures_build(struct planner *b);

/* The indicator called id; PLAN_NONE after adding to problems. */
size_t plan_find_figure(struct planner *b, struct conf_text place, struct str id);

/* The column of table t, and the types that it may have: from `first` to `last`, named `needed`;
 * PLAN_NONE when it is not given, or after adding to problems. */
size_t plan_find_column(struct planner *b, size_t t, struct conf_text column, enum tcol_type first,
                        enum tcol_type last, const char *needed);

/* The charts that are made of rows: plan_chart.c. */
void plan_charts_build(struct planner *b);

/* How check i of each kind is planned (calc/check.h): plan_figure.c, plan_check.c. */
void plan_check_rule(struct planner *b, size_t i);
void plan_check_figures(struct planner *b, size_t i);
void plan_check_rows(struct planner *b, size_t i);
void plan_check_numbers(struct planner *b, size_t i);
void plan_check_value(struct planner *b, size_t i);
void plan_check_groups(struct planner *b, size_t i);
void plan_check_claims(struct planner *b, size_t i);
void plan_check_exports(struct planner *b, size_t i);
void plan_check_nothing(struct planner *b, size_t i);

#endif
