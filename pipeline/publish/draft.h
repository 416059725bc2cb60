/*
 * The draft: the sentences of the report, filled in from the figures.
 *
 * A figure that has no value, or was computed while files of it are missing, is not printed: its
 * slot says 【待核:ID】, and a list at the end says why. It cannot decide a variant either; a part
 * of which it would decide is printed, so that the slot in it shows. What a condition asked for in
 * vain is on the list, too: a sentence that is left out because of it is not left out silently.
 */
#ifndef PIPELINE_PUBLISH_DRAFT_H
#define PIPELINE_PUBLISH_DRAFT_H

#include "pipeline/calc/refs.h"
#include "pipeline/publish/known.h"

/* Appends the draft as plain text, and as Markdown. */
void draft_write(const struct known *k, const struct refs *refs, struct strbuf *text,
                 struct strbuf *markdown);

/* draft.txt and draft.md in the folder `to` (mode 0644), from the table compute/indicators.csv;
 * nothing when the configuration has no paragraph. False and *e: the table makes no sense, or not
 * written. */
bool draft_publish(const struct conf *c, const struct refs *refs, const struct csvtable *figures,
                   const char *to, struct err *e);

#endif
