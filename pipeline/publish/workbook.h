/*
 * summary.xlsx: a cover, the figures by chapter, by organisation and by month, what they mean, the
 * checks, and the ledger where there is one. Each figure stands on exactly one sheet, with the
 * columns of the summary.
 */
#ifndef PIPELINE_PUBLISH_WORKBOOK_H
#define PIPELINE_PUBLISH_WORKBOOK_H

#include "pipeline/publish/publication.h"

/* Writes the workbook to `path`. False and *e when it cannot be written. */
bool workbook_write(struct publication *p, const char *path, struct err *e);

#endif
