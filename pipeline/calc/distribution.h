/*
 * How often each value occurs among the rows that a chart of kind distribution looks at.
 */
#ifndef PIPELINE_CALC_DISTRIBUTION_H
#define PIPELINE_CALC_DISTRIBUTION_H

#include "pipeline/calc/compute.h"

/* Appends distributions.csv: chart,low,high,rows - for each group between two breaks of the chart
 * how many rows have a value from low to high, both included; low or high is empty in the first and
 * the last group. Rows without a value are in none. */
void distributions_csv(const struct plan *plan, const struct compute *c, struct strbuf *out);

#endif
