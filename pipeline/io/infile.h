/*
 * Whole files into memory, or piece by piece; gzip-transparent, with their SHA-256.
 */
#ifndef PIPELINE_IO_INFILE_H
#define PIPELINE_IO_INFILE_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/*
 * Appends the content of `path` to buf (after gunzip when it begins with 1F 8B; several members,
 * with zero bytes after them or not, are one stream). hex (65 bytes) and bytes, where not NULL,
 * receive SHA-256 and size of the file as it stands on disk. False and *e: ST_SYSTEM when it cannot
 * be read, ST_DATA E-FILE-01 past max_bytes, E-FILE-02 for damaged or truncated gzip, E-FILE-08 for
 * what is no regular file, unless it is one of our own (/dev/stdin, /dev/fd/N); buf then holds what
 * it held before. Never waits for the other end of a pipe that lies among the files.
 */
bool infile_read(const char *path, size_t max_bytes, struct strbuf *buf, char *hex, uint64_t *bytes,
                 struct err *e);

/* SHA-256 (64 hexadecimal digits and a NUL) and, where bytes is not NULL, size of a file as it
 * stands on disk. */
bool infile_hash(const char *path, char hex[65], uint64_t *bytes, struct err *e);

/* A file read piece by piece, gzip-transparent: for what may be larger than memory. */
struct instream;

/* NULL and *e (ST_SYSTEM) when it cannot be opened. */
struct instream *instream_open(const char *path, struct err *e);

/* Appends the next bytes of the content to buf, at most n (n > 0); none at its end. False and *e:
 * ST_SYSTEM when it cannot be read, ST_DATA E-FILE-02 for damaged or truncated gzip. */
bool instream_read(struct instream *s, size_t n, struct strbuf *buf, struct err *e);

void instream_close(struct instream *s); /* NULL is fine */

#endif
