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
    /* NULL, or the code of the message why it must not be opened. W-FILE-03: a symbolic link that
     * leads out of the folder, nowhere or in a circle; W-FILE-08: a pipe, socket or device;
     * W-FILE-09: too deep below the folder, or a name too long for what is called after it;
     * W-FILE-11: a name that cannot be shown, which `path` shows all the same
     * (strbuf_add_visible). */
    const char *refused;
};

/* Folders below the folder, bytes of a name and of a path: what results can be called after. */
enum { DIRLIST_DEEPEST = 16, DIRLIST_NAME = 235, DIRLIST_PATH = 1024 };

struct dirlist {
    struct dirlist_file *file; /* in the arena */
    size_t n;
};

/* Lists `folder`; names that begin with a dot are left out. Nothing in it is opened but folders,
 * and no folder twice on one way down. False and *e when a folder cannot be read. */
bool dirlist_read(const char *folder, struct arena *a, struct dirlist *list, struct err *e);

/* Has the file folder/f->path still the size and time that it was listed with? A file that is gone
 * has not. False and *e when that cannot be told. */
bool dirlist_compare(const char *folder, const struct dirlist_file *f, bool *unchanged,
                     struct err *e);
/* The same for a folder that others write to: more than `most` files and folders are E-FILE-07
 * (ST_DATA). */
bool dirlist_read_most(const char *folder, size_t most, struct arena *a, struct dirlist *list,
                       struct err *e);

/* Does `path`, with all its links followed, lie below `folder`? *inside is false also where nothing
 * is. False and *e when the system fails, so that it cannot be told. */
bool dirlist_is_inside(const char *folder, const char *path, bool *inside, struct err *e);

#endif
