/*
 * A clean CSV file of our own, record by record, however large it is: findings, duplicates.
 *
 * Only a piece of the file is in memory. A piece ends where a record ends: behind a LF with an even
 * number of quotes before it, which is right for what csvout wrote. First record = names. What was
 * defused (csvout.h) is as it was before.
 */
#ifndef PIPELINE_IO_CSVSTREAM_H
#define PIPELINE_IO_CSVSTREAM_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct csvstream;

/* Opens `path` (UTF-8, gzip-transparent) and finds the columns called so: names with commas between
 * them. NULL and *e: unreadable, no header (E-FILE-11), no such column (E-FILE-13). */
struct csvstream *csvstream_open(const char *path, const char *names, struct err *e);

/* The next record: *cell are the cells asked for, borrowed until the next call; NULL at the end of
 * the file. A cell that a short record lacks is empty. False and *e: unreadable, or a record
 * whose quoting is broken (E-FILE-12). */
bool csvstream_next(struct csvstream *s, const struct str **cell, struct err *e);

void csvstream_free(struct csvstream *s); /* NULL is fine */

#endif
