/*
 * Folders that appear whole: written under a temporary name, exchanged with the old one, which is
 * then removed. A reader never sees half a set; a killed run leaves the old one and litter that the
 * next run clears.
 */
#ifndef PIPELINE_RUN_OUTDIR_H
#define PIPELINE_RUN_OUTDIR_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/* Makes `path` and its missing parents. */
bool outdir_make(const char *path, struct err *e);

/* Makes `path` an empty folder, removing what was there. */
bool outdir_empty(const char *path, struct err *e);

/* Brings all files below `path` to the disk: one call for their file system. */
bool outdir_sync(const char *path, struct err *e);

/* Brings the names in folder `path` to the disk: who was exchanged stays so. */
bool outdir_sync_names(const char *path, struct err *e);

/* All of it: sync, exchange, sync of the names; then removes the old content. */
bool outdir_swap(const char *from, const char *to, struct err *e);

/* exchange_names (run/exchange.h) with n pairs, in order: all of them or none. When one fails,
 * those before it are put back. */
struct outdir_pair {
    const char *from, *to;
};
bool outdir_exchange_all(const struct outdir_pair *pair, size_t n, struct err *e);
/* Removes what programs left that were killed, <stage>.new and .*.new, from out, out/history and
 * out/history/runs. The names of what was there are appended to `removed`. Only who holds the lock
 * may do so. */
bool outdir_clear(const char *out, struct strbuf *removed, struct err *e);

/* Gives all files below `path` that only a group may read (mode 0640) to the group called `group`;
 * nothing to do when it is empty. False and *e: no such group (E-GRP-01), or it is not ours to give
 * to (E-GRP-02); both ST_CONFIG. */
bool outdir_give(const char *path, struct str group, struct err *e);

/* Removes a folder and all below it; nothing there is fine. Symbolic links are not followed. */
bool outdir_remove(const char *path, struct err *e);

#endif
