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

/* Begins `path`, making missing folders; a file that is there is not changed but replaced.
 * gzip_level 0: plain; 1-9: gzip (mtime 0, no name), cut in independent members (io/gzip.h) so that
 * they can be made and read in parallel: the bytes do not depend on how they were handed to
 * outfile_write. NULL and *e on failure. A device (/dev/full) is written but neither changed in
 * mode nor removed. */
struct outfile *outfile_open(const char *path, unsigned mode, int gzip_level, struct err *e);

/* Where it is written, borrowed. */
const char *outfile_path(const struct outfile *o);

/* Appends s. After a failure every further call fails with the same error. */
bool outfile_write(struct outfile *o, struct str s, struct err *e);

/* Appends bytes that are gzip members already (gz_members), after what was written so far. The file
 * must be gzip. */
bool outfile_members(struct outfile *o, struct str members, struct err *e);

/* Appends `length` bytes of the gzip file `path` from `offset` on, as they are: whole members. */
bool outfile_append(struct outfile *o, const char *path, uint64_t offset, uint64_t length,
                    struct err *e);

/* How many bytes are in the file so far; what is still to be packed is not. */
uint64_t outfile_written(const struct outfile *o);

/* Flushes, checks, closes. A gzip file of no bytes is one empty member. */
bool outfile_close(struct outfile *o, struct err *e);

/* Frees; removes the file unless it was closed well. NULL is fine. */
void outfile_free(struct outfile *o);

/* Makes the folders above path; those that are there already are fine. */
bool outfile_parents(const char *path, struct err *e);

/* Writes a whole small file at once; false, *e and no file on failure. */
bool outfile_put(const char *path, unsigned mode, struct str content, struct err *e);

/* The same through gzip at a level from 1 to 9; 0: as it is. */
bool outfile_put_packed(const char *path, unsigned mode, int level, struct str content,
                        struct err *e);

/* Makes `to` the same file as `from` by a hard link, or, where that cannot be, a copy of the same
 * mode; its folder is there. */
bool outfile_link(const char *from, const char *to, struct err *e);

#endif
