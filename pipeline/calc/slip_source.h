/*
 * Where the lines of slips come from: what clean and merge wrote down, read piece by piece.
 *
 *   clean/missing.csv          what is due and did not come
 *   clean/rejects.csv.gz       rows left out: every reason of each
 *   clean/warnings.csv.gz      cells, columns and whole files
 *   merge/duplicates.csv.gz    rows of one file with equal keys; a row that lost to another file
 * was delivered anew, which is nothing to mend
 *
 * They are read in this order, so that with a ceiling it is the weightier ones that are kept apart.
 */
#ifndef PIPELINE_CALC_SLIP_SOURCE_H
#define PIPELINE_CALC_SLIP_SOURCE_H

#include "pipeline/calc/ledger.h"
#include "pipeline/calc/slip.h"

/* Adds all findings to the slips and sorts them. clean, merge: folders of the stages' results;
 * ledger: of merge. The organisation of a file is that of its name; of a file whose name fits no
 * export, the one whose code stands in it all the same (slip_org_in). False and *e: a file cannot
 * be read, or is not as the stages write it. */
bool slips_read(struct slips *s, const char *clean, const char *merge, const struct ledger *ledger,
                const struct refs *refs, struct err *e);

/* The code of a known organisation that stands in a path between characters that are neither ASCII
 * letters nor digits; the longest, of equals the first; empty when there is none. Borrowed. */
struct str slip_org_in(const struct refs *refs, struct str path);

#endif
