/*
 * Files of results that are kept for the next run: a row of texts and numbers, told apart by their
 * order alone. Each is "LENGTH\n" and so many bytes; before them all stands their SHA-256, so that
 * a file that was cut off or changed counts as none.
 */
#ifndef PIPELINE_IO_UNITFILE_H
#define PIPELINE_IO_UNITFILE_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/* --- writing: into a buffer, then all at once --- */

void unitfile_put(struct strbuf *out, struct str s);
void unitfile_put_number(struct strbuf *out, int64_t v);

/* Writes what was put, with mode 0640. */
bool unitfile_write(const char *path, const struct strbuf *text, struct err *e);

/* --- reading --- */

struct unitfile {
    struct strbuf text; /* owned */
    struct str rest;    /* what is still to be read */
    bool bad;           /* something was not as it must be: what came since says nothing */
};

/* False when there is no such file, or its bytes are not those that were written: *e says nothing
 * then (ST_OK); or when the system fails, as *e says. To be released in any case. */
bool unitfile_open(struct unitfile *r, const char *path, struct err *e);
void unitfile_release(struct unitfile *r);

/* The next text, borrowed; empty once *r is bad. */
struct str unitfile_get(struct unitfile *r);

/* The next number, 0 once *r is bad. */
int64_t unitfile_number(struct unitfile *r);

/* A number of things to come, none of them without a byte. */
size_t unitfile_count(struct unitfile *r);

/* The next text, which is a SHA-256. */
void unitfile_hex(struct unitfile *r, char hex[65]);

/* Was all read, and was it good? */
bool unitfile_is_read(const struct unitfile *r);

#endif
