/*
 * The return slips of one run against those of the run before: <out>/history/slips.
 *
 *   last/<org>.csv       the slips of the last good run, as they were published
 *   compared/<org>.csv   them against the slips before: mended, same, new (calc/slip_compare.h)
 *   compared.csv         the sums, an organisation a line
 *   log.csv              a line for each organisation and run with which its slip changed
 *
 * A last slip that is no slip any more counts as none: all findings are new.
 *
 * What is published depends on raw files and configuration only, so that none of this is there.
 */
#ifndef PIPELINE_RUN_SLIP_HISTORY_H
#define PIPELINE_RUN_SLIP_HISTORY_H

#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"

/* After a run that began at `started` (seconds since 1970) has published below `out`: compares and
 * keeps. The folder appears whole, or stays as it was; where the slips are the same as before only
 * the comparison changes. */
bool slip_history_update(const char *out, const struct conf *c, int64_t started, struct err *e);

#endif
