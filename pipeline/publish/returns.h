/*
 * returns/: for each organisation that has something to mend, a slip for the spreadsheet and a page
 * (calc/slip.h). Single rows stand in them: mode 0640.
 */
#ifndef PIPELINE_PUBLISH_RETURNS_H
#define PIPELINE_PUBLISH_RETURNS_H

#include "pipeline/publish/publication.h"

/* The results that the slips are made of: clean's and merge's folders, merge's ledger. Borrowed. */
struct returns_from {
    const char *clean, *merge;
    const struct ledger *ledger;
};

/* Writes the slips into the folder `to`, which is made with the first. False and *e: a result could
 * not be read, a file not be written. */
bool returns_write(struct publication *p, const struct returns_from *from, const char *to,
                   struct err *e);

#endif
