#include "pipeline/run/outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool outdir_make(const char *path, struct err *e)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof part) {
        errno = ENAMETOOLONG;
        return err_sys(e, path);
    }
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char keep = part[i];
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return err_sys(e, part);
        part[i] = keep;
    }
    return true;
}

/* Calls visit for everything below path in post-order, path itself last. */
static bool walk(const char *path, bool (*visit)(const FTSENT *f), struct err *e)
{
    char *roots[] = {(char *)(uintptr_t)path, NULL}; /* fts takes no const but changes nothing */
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!fts)
        return err_sys(e, path);
    bool ok = true;
    for (FTSENT *f; ok && (errno = 0, f = fts_read(fts));) {
        if (f->fts_info == FTS_D)
            continue;
        if (f->fts_info == FTS_ERR || f->fts_info == FTS_DNR || f->fts_info == FTS_NS) {
            errno = f->fts_errno;
            ok = errno == ENOENT || err_sys(e, f->fts_path);
        } else if (!visit(f)) {
            ok = err_sys(e, f->fts_path);
        }
    }
    if (ok && errno && errno != ENOENT)
        ok = err_sys(e, path);
    fts_close(fts);
    return ok;
}

static bool remove_one(const FTSENT *f)
{
    int r = f->fts_info == FTS_DP ? rmdir(f->fts_accpath) : unlink(f->fts_accpath);
    return r == 0 || errno == ENOENT;
}

bool outdir_remove(const char *path, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || err_sys(e, path);
    return walk(path, remove_one, e);
}

bool outdir_empty(const char *path, struct err *e)
{
    return outdir_remove(path, e) && outdir_make(path, e);
}

static bool sync_one(const FTSENT *f)
{
    int fd = open(f->fts_accpath, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

bool outdir_swap(const char *from, const char *to, struct err *e)
{
    if (!walk(from, sync_one, e))
        return false;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
        return outdir_remove(from, e);
    if (errno == ENOENT && renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    return err_sys(e, to);
}
