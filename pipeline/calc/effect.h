/*
 * Which figures depend on which export and column: what a fault in the raw files can change.
 *
 * A figure reads a column when its value is computed from it, directly or through another figure:
 * the columns of its conditions, sets, values and splits; those that a due date or an event is made
 * from; the key of every table that it reads; and the columns that help to understand one of these
 * (`day`, `or`). It reads an export when it reads a column of it. Last year's value beside a figure
 * is not the figure.
 */
#ifndef PIPELINE_CALC_EFFECT_H
#define PIPELINE_CALC_EFFECT_H

#include "pipeline/calc/plan.h"

struct effect {
    size_t figures; /* conf->n_indicators */
    size_t *first;  /* [exports + 1]: place of the first column of each in a row of `reads` */
    bool **reads;   /* [figures][columns of all exports] */
};

/* Finds out for every figure of a plan without mistakes what it reads. All in the arena. */
void effect_build(const struct plan *p, struct arena *a, struct effect *e);

/* Marks in touched[figures] the figures that read `column` of an export (SIZE_MAX: any column of
 * it); returns how many they are, marked before or not. touched may be NULL. */
size_t effect_mark(const struct effect *e, size_t export, size_t column, bool *touched);

#endif
