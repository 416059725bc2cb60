#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "pipeline/base/map.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/run/keep.h"
#include "pipeline/run/kept.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

/* Is that the folder of a command that is still at work: .replay.<process>? */
static bool is_at_work(struct str name)
{
    int64_t pid;
    struct str prefix = STR(".replay.");
    return str_starts(name, prefix) && num_parse_plain(str_from(name, prefix.n), &pid) && pid > 0 &&
           (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* Half-made folders, and those of commands that were killed. */
static bool clear_litter(const char *dir, struct arena *a, struct err *e)
{
    DIR *d = sys_opendir(dir);
    bool ok = d || errno == ENOENT || err_sys(e, dir);
    for (struct dirent *entry; d && ok && (entry = readdir(d));) {
        struct str name = str_c(entry->d_name);
        if (name.p[0] == '.' && name.n > 2 && !is_at_work(name) && !str_eq(name, STR("..")))
            ok = outdir_remove(stage_path(a, dir, name.p), e);
    }
    if (d)
        closedir(d);
    return ok;
}

/* The contents that a run needs. A list that cannot be read keeps them all. */
static bool mark(const char *dir, struct arena *a, struct map *needed, struct err *e)
{
    const char *path = stage_path(a, dir, "inputs.csv");
    struct csvtable t;
    size_t sha256;
    if (!csvtable_read(path, a, &t, e) || !csvtable_need(&t, path, STR("sha256"), &sha256, e))
        return false;
    for (size_t r = 0; r < t.rows; r++)
        map_put(needed, t.row[r][sha256], 0);
    return true;
}

static bool sweep(const char *out, struct arena *a, const struct map *needed,
                  struct keep_removed *removed, struct err *e)
{
    const char *dir = stage_path(a, out, "history/inputs");
    struct dirlist list = {0};
    if (sys_is_absent(dir))
        return true;
    if (!dirlist_read(dir, a, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        struct str path = list.file[i].path;
        const char *whole = stage_path(a, dir, path.p);
        if (map_get(needed, str_from(path, str_find(path, '/') + 1)) != MAP_NONE)
            continue;
        if (sys_unlink(whole) != 0 && errno != ENOENT)
            return err_sys(e, whole);
        removed->contents++;
        removed->bytes += (int64_t)list.file[i].bytes;
        if (str_find(path, '/') < path.n) /* the folder goes when it is empty */
            rmdir(arena_printf(a, "%s/%.*s", dir, (int)str_find(path, '/'), path.p).p);
    }
    return true;
}

static bool forget(const char *out, int64_t keep, int64_t number, struct arena *a,
                   struct keep_removed *removed, struct err *e)
{
    int64_t *list;
    size_t n, first = 0;
    struct map needed = {0};
    bool ok = clear_litter(stage_path(a, out, "history/runs"), a, e) &&
              clear_litter(stage_path(a, out, "history"), a, e) && kept_list(out, a, &list, &n, e);
    if (!ok)
        return false;
    for (; ok && first < n; first++) {
        const char *dir = kept_dir(a, out, list[first]);
        if (n - first <= (size_t)keep && kept_last(dir, list[first]) >= number)
            break;
        ok = outdir_remove(dir, e);
        removed->runs += ok;
    }
    if (!removed->runs)
        return ok;
    for (size_t i = first; ok && i < n; i++)
        ok = mark(kept_dir(a, out, list[i]), a, &needed, e);
    ok = ok && sweep(out, a, &needed, removed, e);
    map_release(&needed);
    return ok;
}

bool keep_forget(const char *out, int64_t keep, int64_t number, struct keep_removed *removed,
                 struct err *e)
{
    struct arena a = {0};
    *removed = (struct keep_removed){0};
    bool ok = forget(out, keep, number, &a, removed, e);
    arena_release(&a);
    return ok;
}
