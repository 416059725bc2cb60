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

/* Folders are known by this: a path can be written in many ways. */
struct folder_id {
    dev_t dev;
    ino_t ino;
};

struct walk {
    char root[PATH_MAX]; /* resolved */
    size_t most, seen;   /* ceiling of files and folders; how many there were */
    struct folder_id open[DIRLIST_DEEPEST + 1]; /* the folder in hand and those above it */
    struct arena *arena;
    struct dirlist_file *file; /* growing; moved to the arena at the end */
    size_t n, cap;
};

/* An entry of the folder in hand. */
struct entry {
    const char *path;    /* to open it by */
    struct str relative; /* below the root */
    int depth;           /* of its folder */
    struct stat st;      /* of what a link leads to */
};

static int64_t mtime_of(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* Is `real`, a resolved path, the resolved folder root or below it? */
static bool is_below(const char *root, const char *real)
{
    size_t n = strlen(root);
    n -= n && root[n - 1] == '/'; /* of the whole file system */
    return strncmp(real, root, n) == 0 && (real[n] == '/' || real[n] == '\0');
}

/* False and *e: the system fails. A link that leads nowhere, or in a circle, does not. */
static bool resolve(const char *path, char real[PATH_MAX], bool *there, struct err *e)
{
    *there = realpath(path, real) != NULL;
    return *there || !sys_is_fault(errno) || err_sys(e, path);
}

/* Where we may not look nothing can be told; *e is set then. */
static bool is_forbidden(const char *path, struct err *e)
{
    return (errno == EACCES || errno == EPERM) && !err_sys(e, path);
}

bool dirlist_is_inside(const char *folder, const char *path, bool *inside, struct err *e)
{
    char root[PATH_MAX], real[PATH_MAX];
    bool there;
    if (!resolve(folder, root, inside, e) || (!*inside && is_forbidden(folder, e)) ||
        !resolve(path, real, &there, e) || (!there && is_forbidden(path, e)))
        return false;
    *inside = *inside && there && is_below(root, real);
    return true;
}

static bool is_open(const struct walk *w, const struct stat *st, int depth)
{
    for (int i = 0; i <= depth; i++)
        if (w->open[i].dev == st->st_dev && w->open[i].ino == st->st_ino)
            return true;
    return false;
}

static bool is_too_long(const struct entry *x)
{
    const char *slash = memrchr(x->relative.p, '/', x->relative.n);
    size_t name = slash ? (size_t)(x->relative.p + x->relative.n - slash) - 1 : x->relative.n;
    return name > DIRLIST_NAME || x->relative.n > DIRLIST_PATH;
}

/* Why the entry is passed over, NULL: it is not; x->st becomes that of what a link leads to. */
static bool refusal(const struct walk *w, struct entry *x, const char **why, struct err *e)
{
    char real[PATH_MAX];
    bool there = true;
    *why = NULL;
    if (S_ISLNK(x->st.st_mode)) {
        if (!resolve(x->path, real, &there, e))
            return false;
        bool below = there && is_below(w->root, real);
        if (below && stat(x->path, &x->st) != 0 && sys_is_fault(errno))
            return err_sys(e, x->path);
        if (!below || S_ISLNK(x->st.st_mode)) { /* still: it went away in between */
            *why = "W-FILE-03";
            return true;
        }
    }
    if (S_ISDIR(x->st.st_mode) && is_open(w, &x->st, x->depth))
        *why = "W-FILE-03";
    else if (!S_ISDIR(x->st.st_mode) && !S_ISREG(x->st.st_mode))
        *why = "W-FILE-08";
    else if ((S_ISDIR(x->st.st_mode) && x->depth == DIRLIST_DEEPEST) || is_too_long(x))
        *why = "W-FILE-09";
    return true;
}

static bool too_many(const struct walk *w, struct err *e)
{
    char most[24];
    snprintf(most, sizeof most, "%zu", w->most);
    return err_set(e, ST_DATA, w->root, "E-FILE-07", most, NULL);
}

/* A name that could steer a terminal or break a line is replaced by one that shows it. */
static bool can_be_shown(const struct walk *w, struct entry *x)
{
    struct strbuf b = {0};
    strbuf_add_visible(&b, x->relative, false);
    bool same = str_eq(strbuf_str(&b), x->relative);
    if (!same)
        x->relative = arena_str(w->arena, strbuf_str(&b));
    strbuf_release(&b);
    return same;
}

static bool walk_folder(struct walk *w, const char *folder, struct str below, int depth,
                        struct err *e);

static bool walk_entry(struct walk *w, struct entry *x, struct err *e)
{
    if (lstat(x->path, &x->st) != 0 && errno != ENAMETOOLONG)
        return errno == ENOENT || err_sys(e, x->path);
    if (++w->seen > w->most)
        return too_many(w, e);
    const char *refused = "W-FILE-09";
    if (!is_too_long(x) && !refusal(w, x, &refused, e))
        return false;
    if (!can_be_shown(w, x))
        refused = "W-FILE-11";
    if (!refused && S_ISDIR(x->st.st_mode))
        return walk_folder(w, x->path, x->relative, x->depth + 1, e);
    X_GROW(w->file, w->n, w->cap);
    w->file[w->n++] =
        (struct dirlist_file){x->relative, (uint64_t)x->st.st_size, mtime_of(&x->st), refused};
    return true;
}

static bool walk_folder(struct walk *w, const char *folder, struct str below, int depth,
                        struct err *e)
{
    struct stat st;
    DIR *d = sys_opendir(folder);
    if (!d)
        return err_sys(e, folder);
    bool ok = fstat(dirfd(d), &st) == 0 || err_sys(e, folder);
    w->open[depth] = (struct folder_id){st.st_dev, st.st_ino};
    for (struct dirent *entry; ok && (errno = 0, entry = readdir(d));) {
        const char *name = entry->d_name;
        struct entry x = {.path = arena_printf(w->arena, "%s/%s", folder, name).p, .depth = depth};
        x.relative = below.n ? arena_printf(w->arena, "%.*s/%s", STR_ARG(below), name)
                             : arena_str(w->arena, str_c(name));
        if (name[0] != '.')
            ok = walk_entry(w, &x, e);
    }
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
    return dirlist_read_most(folder, SIZE_MAX, a, list, e);
}

bool dirlist_read_most(const char *folder, size_t most, struct arena *a, struct dirlist *list,
                       struct err *e)
{
    struct walk w = {.arena = a, .most = most};
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
