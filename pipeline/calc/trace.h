/*
 * The rows behind a figure: which of them counted, where, and with what weight.
 *
 *     x = trace_new(plan, indicator, cell)
 *     trace_read(x, merge's folder), or trace_block() for each block of each table it needs
 *     trace_finish(x)
 *
 * A figure is a formula over calls (rows(), distinct(...), sum(...), median(...)); other figures in
 * it are looked into, and so is the figure that gives last year's value. The rows of each call are
 * what compute itself took in (compute_watch); their weights are added up here once more, and must
 * give what compute counted.
 */
#ifndef PIPELINE_CALC_TRACE_H
#define PIPELINE_CALC_TRACE_H

#include "pipeline/calc/compute.h"
#include "pipeline/calc/intern.h"

/* Where in the formula of its figure a call stands. */
enum trace_side { TRACE_VALUE, TRACE_NUMERATOR, TRACE_DENOMINATOR, TRACE_SIDES };

struct trace_row {
    size_t at;      /* the row in the store of its table */
    int64_t value;  /* what was counted: a number, or of a text its id; 1 for rows() */
    int64_t weight; /* what it adds to the call's total: 0 when its value counts already */
};

struct trace_call {
    size_t figure; /* the indicator in whose formula it stands */
    enum trace_side side;
    bool prior; /* in a figure that gives last year's value */
    const struct formula *f;
    enum aggregate_kind kind;
    bool is_text;  /* the values are texts */
    bool *decides; /* [columns of the schema]: those that its conditions, its value and the cell
                      read */
    struct trace_row *row;
    size_t n, cap;
    exact_int total; /* of the weights, money in hundredths; AGG_VALUES: how many values */
    bool agrees;     /* with what compute made of the same rows */
    bool has_result;
    struct exact result; /* of AGG_VALUES: the statistic, money in hundredths */
};

/* The cells of the rows that counted in some call, of the columns that decided. */
struct trace_table {
    bool used;
    bool *want;     /* [columns of the schema]: what is read */
    size_t *column; /* kept: the key's first, then the others, then src_file and src_line */
    size_t n_columns, n_keys;
    struct intern text;
    int64_t *cell; /* [rows][n_columns]: numbers, or ids of texts; TABLE_MISSING */
    size_t n, cap;
};

/* A figure that the one asked for rests on, and what of it. */
struct trace_part {
    size_t figure;
    enum trace_side side; /* TRACE_VALUE: all of it */
    bool prior;
};

struct trace {
    const struct plan *plan;
    size_t indicator;
    struct compute_cell cell;
    struct compute *compute;
    struct compute_watch watch;
    struct trace_part *part; /* the first is the figure itself; each behind the one that uses it */
    size_t n_parts, cap_parts;
    struct trace_call *call; /* in the order of the parts and of their formulas */
    size_t n_calls, cap_calls;
    struct trace_table *table; /* [tables] */
    size_t *place;             /* of each row of the block in hand: in the store, SIZE_MAX: not */
    size_t cap_place;
    struct arena arena;
};

/* plan and the text of cell outlive the trace. Last year's figure belongs to the whole only. */
struct trace *trace_new(const struct plan *plan, size_t indicator, struct compute_cell cell);
void trace_free(struct trace *x);

/* Takes in a block of a table that is used, with the columns of its `want`. */
void trace_block(struct trace *x, size_t t, const struct tblock *b);

/* Takes in the tables below `dir`, the result of merge. False and *e: unreadable. */
bool trace_read(struct trace *x, const char *dir, struct err *e);

/* No more blocks: puts rows of equal value together, adds up, compares with compute. */
void trace_finish(struct trace *x);

/* Kept column k of row `at` as text; p == NULL: missing. Lives in the store or in `b`. */
struct str trace_cell(const struct trace *x, size_t t, size_t at, size_t k, struct strbuf *b);

/* Where the row stands. */
struct str trace_file(const struct trace *x, size_t t, size_t at);
int64_t trace_line(const struct trace *x, size_t t, size_t at);

#endif
