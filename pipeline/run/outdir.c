#include "pipeline/run/outdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/base/arena.h"
#include "pipeline/chain.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/exchange.h"

bool outdir_make(const char *path, struct err *e)
{
    return outfile_parents(path, e) &&
           (sys_mkdir(path, 0777) == 0 || errno == EEXIST || err_sys(e, path));
}

/* Calls visit for everything below path in post-order, path itself last. */
static bool walk(const char *path, bool (*visit)(const FTSENT *f, void *context), void *context,
                 struct err *e)
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
            if (errno == EINTR && fts_set(fts, f, FTS_AGAIN) == 0)
                continue;
            ok = errno == ENOENT || err_sys(e, f->fts_path);
        } else if (!visit(f, context)) {
            ok = err_sys(e, f->fts_path);
        }
    }
    if (ok && errno && errno != ENOENT)
        ok = err_sys(e, path);
    fts_close(fts);
    return ok;
}

static bool remove_one(const FTSENT *f, void *context)
{
    (void)context;
    int r = f->fts_info == FTS_DP ? rmdir(f->fts_accpath) : sys_unlink(f->fts_accpath);
    return r == 0 || errno == ENOENT;
}

bool outdir_remove(const char *path, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || err_sys(e, path);
    return walk(path, remove_one, NULL, e);
}

bool outdir_empty(const char *path, struct err *e)
{
    return outdir_remove(path, e) && outdir_make(path, e);
}

/* All that was written below a folder to the disk: one call for its file system, since one for each
 * of some hundred small files costs more than all the rest of a run. */
bool outdir_sync(const char *path, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
    bool ok = (fd >= 0 && sys_syncfs(fd) == 0) || err_sys(e, path);
    if (fd >= 0)
        sys_close(fd);
    return ok;
}

bool outdir_exchange_all(const struct outdir_pair *pair, size_t n, struct err *e)
{
    struct err ignored;
    size_t done = 0;
    while (done < n && exchange_names(pair[done].from, pair[done].to, e))
        done++;
    if (done == n)
        return true;
    while (done-- > 0)
        exchange_names(pair[done].to, pair[done].from, &ignored);
    return false;
}

bool outdir_sync_names(const char *path, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    bool ok = (fd >= 0 && sys_fsync(fd) == 0) || err_sys(e, path);
    if (fd >= 0)
        sys_close(fd);
    return ok;
}

bool outdir_swap(const char *from, const char *to, struct err *e)
{
    const char *slash = strrchr(to, '/');
    struct arena a = {0};
    const char *parent = slash ? arena_str(&a, (struct str){to, (size_t)(slash - to)}).p : ".";
    bool ok = outdir_sync(from, e) && exchange_names(from, to, e) && outdir_sync_names(parent, e) &&
              outdir_remove(from, e);
    arena_release(&a);
    return ok;
}

static bool is_stage(struct str name)
{
    for (size_t i = 0; i < chain_length; i++)
        if (str_eq(name, str_c(chain[i].name)))
            return true;
    return false;
}

/* What killed programs leave: files and folders that had not taken their place yet. */
static bool is_litter(const char *name)
{
    struct str s = str_c(name);
    if (!str_ends(s, STR(".new")))
        return false;
    return name[0] == '.' || is_stage((struct str){s.p, s.n - 4});
}

static bool clear_folder(const char *path, struct strbuf *removed, struct err *e)
{
    DIR *dir = sys_opendir(path);
    if (!dir)
        return errno == ENOENT || err_sys(e, path);
    bool ok = true;
    for (struct dirent *d; ok && (d = readdir(dir));) {
        if (!is_litter(d->d_name))
            continue;
        struct arena a = {0};
        ok = outdir_remove(arena_printf(&a, "%s/%s", path, d->d_name).p, e);
        strbuf_printf(removed, "%s%s", removed->n ? ", " : "", d->d_name);
        arena_release(&a);
    }
    closedir(dir);
    return ok;
}

bool outdir_clear(const char *out, struct strbuf *removed, struct err *e)
{
    struct arena a = {0};
    bool ok = clear_folder(out, removed, e) &&
              clear_folder(arena_printf(&a, "%s/history", out).p, removed, e) &&
              clear_folder(arena_printf(&a, "%s/history/runs", out).p, removed, e);
    arena_release(&a);
    return ok;
}

struct giving {
    gid_t group;
    bool refused;
};

/* Those that have it already are left alone: their user need not be a member of it any more. */
static bool give_one(const FTSENT *f, void *context)
{
    struct giving *g = context;
    bool is_private = f->fts_info == FTS_F && (f->fts_statp->st_mode & 07777) == 0640;
    if (!is_private || f->fts_statp->st_gid == g->group ||
        lchown(f->fts_accpath, (uid_t)-1, g->group) == 0)
        return true;
    g->refused = errno == EPERM;
    return false;
}

bool outdir_give(const char *path, struct str group, struct err *e)
{
    if (!group.n)
        return true;
    char name[64], text[8192];
    struct group found, *is_there = NULL;
    snprintf(name, sizeof name, "%.*s", STR_ARG(group));
    if (getgrnam_r(name, &found, text, sizeof text, &is_there) != 0 || !is_there)
        return err_set(e, ST_CONFIG, NULL, "E-GRP-01", name, NULL);
    struct giving g = {.group = found.gr_gid};
    bool ok = walk(path, give_one, &g, e);
    if (g.refused)
        return err_set(e, ST_CONFIG, path, "E-GRP-02", name, NULL);
    return ok;
}
