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

/* Puts the folder `from` in the place of `to` in one step (or renames it when there is no `to`),
 * after its files have reached the disk; then removes the old content. Both in one file system. */
bool outdir_swap(const char *from, const char *to, struct err *e);

/* All that was written below `path` reaches the disk (all of its file system, in one call). */
bool outdir_sync(const char *path, struct err *e);

/* outdir_swap without syncing before, and without removing the old folder, which is then called
 * `from`. */
bool outdir_exchange(const char *from, const char *to, struct err *e);

/* The same with n pairs, in order: all of them or none. When one fails, those before it are put
 * back. */
struct outdir_pair {
    const char *from, *to;
};
bool outdir_exchange_all(const struct outdir_pair *pair, size_t n, struct err *e);

/* Gives all files below `path` that only a group may read (mode 0640) to the group called `group`;
 * nothing to do when it is empty. False and *e: no such group (E-GRP-01), or it is not ours to give
 * to (E-GRP-02); both ST_CONFIG. */
bool outdir_give(const char *path, struct str group, struct err *e);

/* Removes a folder and all below it; nothing there is fine. Symbolic links are not followed. */
bool outdir_remove(const char *path, struct err *e);

#endif
