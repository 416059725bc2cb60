/*
 * returns/: for each organisation that has something to mend, a slip for the spreadsheet and a page
 * (calc/slip.h). Single rows stand in them: mode 0640.
 */
#ifndef PIPELINE_PUBLISH_RETURNS_H
#define PIPELINE_PUBLISH_RETURNS_H

#include "pipeline/calc/ledger.h"
#include "pipeline/calc/slip.h"

/* Writes the slips into the folder `to`, which is made with the first; ledger: of merge. False and
 * *e: a file could not be written. */
bool returns_write(const struct slips *s, const struct ledger *ledger, const struct refs *refs,
                   const char *to, struct err *e);

#endif
