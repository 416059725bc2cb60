/*
 * Two runs compared: the figures that have moved, and the parts of each difference. What
 * `tongji compare` prints (run/compare_command.c).
 */
#ifndef PIPELINE_RUN_COMPARE_H
#define PIPELINE_RUN_COMPARE_H

#include "pipeline/io/csvtable.h"
#include "pipeline/run/compare_side.h"

/* A number of a figure that is compared: a value, a numerator, a denominator. */
struct quantity {
    enum linear_side side;
    struct str before, after; /* as the runs have printed it */
    bool is_value;            /* a numerator over 1, which people take for the value */
    bool is_split;            /* are the parts known? */
    struct exact change;      /* after - before, where both are there */
    struct exact by[ROW_CLASSES], rules, rest;
    bool has_change;
    int decimals;
};
enum { QUANTITIES = 2 };

/* A cell of the figures that is not the same in the two runs. */
struct changed {
    struct str id, org, month, printed[2]; /* p == NULL: the run has no such figure */
    struct quantity q[QUANTITIES];
    size_t n;
};

/* The figures of a run, as they were published. */
struct figure_table {
    const char *path;
    struct csvtable t;
    struct map at; /* id, org, month, period -> row */
};

struct comparison {
    bool all; /* organisations and months too */
    struct replay *p;
    struct arena arena;
    struct kept run[2];
    struct figure_table table[2];
    struct changed *changed;
    size_t n, cap;
    struct side before, now;
    bool same_rows; /* both runs have read the same files: then before is not made */
};

/* Reads the figures of both runs (x->run) and finds those that are not the same. */
bool comparison_find(struct comparison *x, struct err *e);

/* Splits their differences, as far as they can be: change = new + gone + edited + rules + rest.
 * False and *e: the runs cannot be recomputed (E-KEPT-...). */
bool comparison_split(struct comparison *x, struct err *e);

/* How many files below raw are new in the second run, gone, and other. */
void comparison_files(const struct comparison *x, int64_t *fresh, int64_t *gone, int64_t *other);

void comparison_release(struct comparison *x);

#endif
