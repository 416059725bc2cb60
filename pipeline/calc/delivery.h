/*
 * What came of each export: what a figure may rest on.
 */
#ifndef PIPELINE_CALC_DELIVERY_H
#define PIPELINE_CALC_DELIVERY_H

#include "pipeline/calc/figures.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/refs.h"

/* Of an export: all submitters sent it, some of them, none at all. */
enum delivery { DELIVERED_ALL, DELIVERED_PART, DELIVERED_NONE };

/* Fills d[PERIODS * exports] - for the period (PERIOD_THIS), then for the year before it - from the
 * ledger of merge and the table of submitters. */
void delivery_judge(const struct ledger *l, const struct conf *c, const struct refs *refs,
                    enum delivery *d);

#endif
