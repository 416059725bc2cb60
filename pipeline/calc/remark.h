/*
 * What is said beside a figure in words: its own note, why it has no value, what was corrected.
 */
#ifndef PIPELINE_CALC_REMARK_H
#define PIPELINE_CALC_REMARK_H

#include "pipeline/calc/touch.h"

struct remarks {
    const struct plan *plan;   /* borrowed */
    const struct touch *touch; /* borrowed: corrected cells; NULL: nothing is known of them */
};

/* Appends the note of a line of the figures: the configured one, then what is to be said of this
 * line, `also` first (n notes of other modules, empty or not), parted by "; ". */
void remark_add(const struct remarks *r, const struct figure_row *row, const struct str *also,
                size_t n, struct strbuf *out);

/* Appends the findings about figures and checks as CSV, with the columns of clean/warnings.csv:
 * file and line of the configuration, code, id, organisation and month, what to do. */
void remark_warnings(const struct conf *c, const struct figures *f, struct strbuf *out);

#endif
