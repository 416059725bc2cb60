/*
 * GB18030 to UTF-8.
 *
 * The assignment of 2000 in which 24 two-byte codes stand for private use characters, plus A8BC
 * likewise: what Python's codec and most office software of the departments write and read. glibc's
 * iconv follows the 2005 edition in those 25 codes; in all others the two agree.
 */
#ifndef PIPELINE_IO_GB18030_H
#define PIPELINE_IO_GB18030_H

#include "pipeline/base/str.h"

/* Is the table there? It is made once per process from the C library's iconv; false when that knows
 * no GB18030. Thread-safe. */
bool gb18030_ready(void);

/*
 * Appends raw as UTF-8 to out; needs gb18030_ready(). A byte that begins no valid code becomes
 * U+FFFD alone, the byte after it is looked at afresh; *bad is raised by their number. Returns how
 * many lines (cut at LF) have such a byte; at max_lines of them it stops, with out incomplete.
 */
size_t gb18030_decode(struct str raw, size_t max_lines, struct strbuf *out, size_t *bad);

#endif
