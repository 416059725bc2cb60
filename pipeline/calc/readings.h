/*
 * Figures whose definition has more than one honest reading: what the others would say.
 */
#ifndef PIPELINE_CALC_READINGS_H
#define PIPELINE_CALC_READINGS_H

#include "pipeline/calc/figure.h"

/*
 * Appends a CSV: id,period,org,month,reading,chosen,value,numerator,denominator,printed. For each
 * indicator with further readings all rows of the chosen one, then those of each other.
 */
void readings_csv(const struct plan *plan, const struct figures *f, struct strbuf *out);

/*
 * What the note of each shown row of f says, n = 0: nothing; in the arena. For the whole, all
 * readings with one decimal more than is printed; when last year's value was made by another one,
 * which, and the change from it to this year's value by the same reading, where there is one.
 */
struct str *readings_notes(const struct plan *plan, const struct figures *f, struct arena *a);

#endif
