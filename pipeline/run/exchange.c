#include "pipeline/run/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/sys.h"
#include "pipeline/run/outdir.h"

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static const char *aside_of(struct arena *a, const char *to)
{
    return arena_printf(a, "%s.old", to).p;
}

bool exchange_names(const char *from, const char *to, struct err *e)
{
    if (sys_renameat2(from, to, RENAME_EXCHANGE) == 0 ||
        (errno == ENOENT && sys_renameat2(from, to, RENAME_NOREPLACE) == 0))
        return true;
    /* What a file system says that does not know these flags. */
    if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
        return exchange_by_steps(from, to, e);
    return err_sys(e, to);
}

/* As the place of `to` is free for an instant, each step that fails takes back the one before. */
static bool step(const char *from, const char *to, const char *aside, struct err *e)
{
    if (!is_there(to))
        return sys_rename(from, to) == 0 || err_sys(e, to);
    if (!outdir_remove(aside, e))
        return false;
    if (sys_rename(to, aside) != 0)
        return err_sys(e, to);
    if (sys_rename(from, to) != 0) {
        err_sys(e, to);
        sys_rename(aside, to);
        return false;
    }
    return sys_rename(aside, from) == 0 || err_sys(e, aside);
}

bool exchange_by_steps(const char *from, const char *to, struct err *e)
{
    struct arena a = {0};
    bool ok = exchange_mend(to, e) && step(from, to, aside_of(&a, to), e);
    arena_release(&a);
    return ok;
}

bool exchange_mend(const char *to, struct err *e)
{
    struct arena a = {0};
    const char *aside = aside_of(&a, to);
    bool ok = true;
    if (is_there(aside))
        ok = is_there(to) ? outdir_remove(aside, e)
                          : sys_rename(aside, to) == 0 || err_sys(e, aside);
    arena_release(&a);
    return ok;
}
