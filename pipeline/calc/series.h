/*
 * Figures beside each other: the months of a figure as a series, its organisations as a group.
 */
#ifndef PIPELINE_CALC_SERIES_H
#define PIPELINE_CALC_SERIES_H

#include "pipeline/calc/figure.h"

/*
 * Appends the table compute/series.csv (id, org, month, method, value, flag; docs/config.md) with
 * its heading: for each figure with months its trend and, unless it is a ratio, its profile; the
 * months and organisations that lie far from the others. Months that end after the cut-off are left
 * out. Values with 6 decimals, in % where the figure is.
 */
void series_csv(const struct plan *plan, const struct figures *f, struct strbuf *out);

#endif
