/*
 * A roll-up: what is to be said of figures that are made of the partial results of several
 * districts (calc/partial.h), and of which of them that is exact.
 */
#ifndef PIPELINE_CALC_ROLLUP_H
#define PIPELINE_CALC_ROLLUP_H

#include "pipeline/calc/partial.h"

/* Reference tables of a roll-up: the period, and nothing else. refs_release as any other. */
void rollup_refs(struct refs *r, int64_t year);

/* Once the files are settled: the earliest of their cut-offs, and last year's values. p outlives r.
 */
void rollup_refs_settle(struct refs *r, const struct plan *plan, const struct partial *p);

/*
 * Looks which lines rest on different values that nobody could compare between districts: their
 * status becomes FIGURE_PROVISIONAL (where it was normal), a count gets the bounds it lies between.
 * Returns a note for each line, n = 0: none; in the arena.
 */
struct str *rollup_judge(const struct plan *plan, const struct compute *c, struct figures *f,
                         struct bound *bound, struct arena *a);

/* Appends rollup.csv: id,adds_up,code,note - how far each figure is that of all rows together;
 * first a line for the whole where the cut-offs differ. */
void rollup_csv(const struct plan *plan, const struct compute *c, const struct partial *p,
                struct strbuf *out);

#endif
