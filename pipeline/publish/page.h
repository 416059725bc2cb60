/*
 * publish/report.html: the figures of the year as one page for people.
 *
 * The page needs nothing but itself: style and script stand in it, and its content security policy
 * allows these two, by their hashes, and nothing else. Identical input gives identical bytes.
 */
#ifndef PIPELINE_PUBLISH_PAGE_H
#define PIPELINE_PUBLISH_PAGE_H

#include "pipeline/calc/ledger.h"
#include "pipeline/calc/slip.h"
#include "pipeline/io/csvtable.h"

/* What it is made of; all borrowed. */
struct page_input {
    const struct conf *conf;
    const struct refs *refs;
    const char *clean, *compute;    /* folders of these stages' results */
    const struct csvtable *figures; /* compute/indicators.csv */
    const struct ledger *ledger;    /* of merge */
    const struct slips *slips;      /* sorted */
};

/* Appends the page. False and *e: a table cannot be read, or has a figure that the configuration
 * does not know (E-STAGE-03). */
bool page_make(const struct page_input *in, struct strbuf *out, struct err *e);

#endif
