/*
 * GB18030 to UTF-8, and back.
 *
 * Two-byte codes stand for what the edition of 2000 says, with private use characters for 25 of
 * them: so do Python's codec and the office software of the departments. glibc's iconv follows the
 * edition of 2005 in those 25 and agrees in all others.
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

/* Appends UTF-8 text as GB18030, which has a code for every character: gb18030_decode() gives the
 * text back. Needs gb18030_ready(). A byte that belongs to no character becomes U+FFFD. */
void gb18030_encode(struct str text, struct strbuf *out);

#endif
