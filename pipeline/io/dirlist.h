/*
 * The regular files below a folder, in byte order of their relative paths.
 */
#ifndef PIPELINE_IO_DIRLIST_H
#define PIPELINE_IO_DIRLIST_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"

struct dirlist_file {
    struct str path; /* relative to the folder, '/' between parts; a NUL follows */
    uint64_t bytes;
    int64_t mtime; /* nanoseconds since 1970 */
    bool outside;  /* a symbolic link that leads out of the folder (not followed) or nowhere */
};

struct dirlist {
    struct dirlist_file *file; /* in the arena */
    size_t n;
};

/* Lists `folder`; names that begin with a dot are left out. False and *e when a folder cannot be
 * read. */
bool dirlist_read(const char *folder, struct arena *a, struct dirlist *list, struct err *e);

/* Has the file folder/f->path still the size and time that it was listed with? A file that is gone
 * has not. False and *e when that cannot be told. */
bool dirlist_compare(const char *folder, const struct dirlist_file *f, bool *unchanged,
                     struct err *e);

#endif
