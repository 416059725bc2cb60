/*
 * The figures as compute/indicators.csv has them: value, last year's, how sure, status, note.
 */
#ifndef PIPELINE_CALC_FIGURE_CSV_H
#define PIPELINE_CALC_FIGURE_CSV_H

#include "pipeline/calc/bounds.h"
#include "pipeline/calc/touch.h"

/* What is said of them; all borrowed. */
struct figures_said {
    const struct plan *plan;
    const struct figures *figures;
    const struct bound *bound; /* by row */
    const struct touch *touch; /* corrected cells; NULL: nothing is known of them */
    const struct str *note;    /* by row: a further note, n = 0: none; NULL: none at all */
};

/* Appends the table. The arena holds what is made on the way. */
void figures_csv(const struct figures_said *k, struct arena *a, struct strbuf *out);

#endif
