/*
 * The parts of a ZIP archive (Word documents, workbooks): sole user of libminizip.
 */
#ifndef PIPELINE_IO_ZIPIN_H
#define PIPELINE_IO_ZIPIN_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/* Appends the part called `part` to out, at most max_bytes of it (E-FILE-01, ST_DATA). False and
 * *e: unreadable (ST_SYSTEM); no archive, a damaged one or no such part: `code`, ST_DATA. */
bool zipin_read(const char *path, const char *part, size_t max_bytes, struct strbuf *out,
                const char *code, struct err *e);

/* Called for each part, in the archive's order; false ends the reading (with *e). */
typedef bool zipin_visit(void *context, struct str name, struct str content, struct err *e);

/* All parts, whole, their checksums compared; errors as for zipin_read. */
bool zipin_each(const char *path, size_t max_bytes, zipin_visit *visit, void *context,
                const char *code, struct err *e);

#endif
