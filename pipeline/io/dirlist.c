#include "pipeline/io/dirlist.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"

struct walk {
    char root[PATH_MAX]; /* resolved */
    struct arena *arena;
    struct dirlist_file *file; /* growing; moved to the arena at the end */
    size_t n, cap;
};

static int64_t mtime_of(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* Does the link at path lead to something below the root? */
static bool inside(const struct walk *w, const char *path)
{
    char real[PATH_MAX];
    if (!realpath(path, real))
        return false;
    size_t n = strlen(w->root);
    return strncmp(real, w->root, n) == 0 && (real[n] == '/' || real[n] == '\0');
}

static bool walk_folder(struct walk *w, const char *folder, struct str below, int depth,
                        struct err *e);

static bool walk_entry(struct walk *w, const char *folder, struct str below, const char *name,
                       int depth, struct err *e)
{
    const char *path = arena_printf(w->arena, "%s/%s", folder, name).p;
    struct str relative = below.n ? arena_printf(w->arena, "%.*s/%s", STR_ARG(below), name)
                                  : arena_str(w->arena, str_c(name));
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || err_sys(e, path);
    bool outside = S_ISLNK(st.st_mode) && (!inside(w, path) || stat(path, &st) != 0);
    if (S_ISDIR(st.st_mode) && !outside)
        return walk_folder(w, path, relative, depth + 1, e);
    if (!S_ISREG(st.st_mode) && !outside)
        return true;
    X_GROW(w->file, w->n, w->cap);
    w->file[w->n++] = (struct dirlist_file){relative, (uint64_t)st.st_size, mtime_of(&st), outside};
    return true;
}

static bool walk_folder(struct walk *w, const char *folder, struct str below, int depth,
                        struct err *e)
{
    enum { DEEPEST = 16 }; /* deeper is a loop of links, not a delivery */
    if (depth > DEEPEST)
        return true;
    DIR *d = sys_opendir(folder);
    if (!d)
        return err_sys(e, folder);
    bool ok = true;
    for (struct dirent *entry; ok && (errno = 0, entry = readdir(d));)
        if (entry->d_name[0] != '.')
            ok = walk_entry(w, folder, below, entry->d_name, depth, e);
    if (ok && errno)
        ok = err_sys(e, folder);
    closedir(d);
    return ok;
}

static int by_path(const void *a, const void *b)
{
    const struct dirlist_file *x = a, *y = b;
    return str_cmp(x->path, y->path);
}

bool dirlist_read(const char *folder, struct arena *a, struct dirlist *list, struct err *e)
{
    struct walk w = {.arena = a};
    *list = (struct dirlist){0};
    if (!realpath(folder, w.root))
        return err_sys(e, folder);
    bool ok = walk_folder(&w, folder, (struct str){"", 0}, 0, e);
    if (ok && w.n) {
        qsort(w.file, w.n, sizeof *w.file, by_path);
        list->file = ARENA_ARRAY(a, struct dirlist_file, w.n);
        memcpy(list->file, w.file, w.n * sizeof *w.file);
        list->n = w.n;
    }
    free(w.file);
    return ok;
}

bool dirlist_compare(const char *folder, const struct dirlist_file *f, bool *unchanged,
                     struct err *e)
{
    struct arena a = {0};
    const char *path = arena_printf(&a, "%s/%.*s", folder, STR_ARG(f->path)).p;
    struct stat st;
    *unchanged = stat(path, &st) == 0;
    bool ok = *unchanged || errno == ENOENT || errno == ENOTDIR || err_sys(e, path);
    *unchanged = *unchanged && S_ISREG(st.st_mode) && (uint64_t)st.st_size == f->bytes &&
                 mtime_of(&st) == f->mtime;
    arena_release(&a);
    return ok;
}
