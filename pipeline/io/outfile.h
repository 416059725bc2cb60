/*
 * Output files: every write and the close are checked; gzip is deterministic.
 *
 * A stage writes into its own temporary folder, which is swapped in whole at the end
 * (run/outdir.h), so a file here needs no rename of its own. Mode 0644 or 0640 whatever the umask
 * says.
 */
#ifndef PIPELINE_IO_OUTFILE_H
#define PIPELINE_IO_OUTFILE_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct outfile;

/* Begins `path`, making missing folders. gzip_level 0: plain; 1-9: gzip (mtime 0, no name), cut in
 * independent members of GZ_MEMBER bytes so that they can be made and read in parallel. */
enum { GZ_MEMBER = 512 * 1024 };
struct outfile *outfile_open(const char *path, unsigned mode, int gzip_level, struct err *e);

bool outfile_write(struct outfile *o, struct str s, struct err *e);

/* Appends bytes that are gzip members already (gz_member), after what was written so far. */
bool outfile_members(struct outfile *o, struct str members, struct err *e);

/* Flushes, checks, closes. */
bool outfile_close(struct outfile *o, struct err *e);

/* Frees; removes the file unless it was closed well. NULL is fine. */
void outfile_free(struct outfile *o);

/* Appends s to `out` as gzip members of at most GZ_MEMBER input bytes each. Thread-safe. */
void gz_members(struct str s, int level, struct strbuf *out);

/* Writes a whole small file at once. */
bool outfile_put(const char *path, unsigned mode, struct str content, struct err *e);

#endif
