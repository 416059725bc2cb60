#include "pipeline/run/places.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of the running program. */
static bool own_folder(char folder[PATH_MAX], struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (n <= 0)
        return err_sys(e, "/proc/self/exe");
    folder[n] = '\0';
    *strrchr(folder, '/') = '\0';
    return true;
}

/* folder/below; false and *e when it is longer than size. */
static bool join(const char *folder, const char *below, char *out, size_t size, struct err *e)
{
    int n = snprintf(out, size, "%s/%s", folder, below);
    if (n > 0 && (size_t)n < size)
        return true;
    errno = ENAMETOOLONG;
    return err_sys(e, folder);
}

bool places_libexec(char *out, size_t size, struct err *e)
{
    char folder[PATH_MAX];
    return own_folder(folder, e) && join(folder, "../libexec/tongji", out, size, e);
}

bool places_template(char out[PLACES_PATH], struct err *e)
{
    static const char *const place[] = {"../share/tongji/config.ini", "../../../config.ini"};
    char folder[PATH_MAX], path[PATH_MAX];
    if (!own_folder(folder, e))
        return false;
    for (size_t i = 0; i < sizeof place / sizeof place[0]; i++) {
        if (!join(folder, place[i], path, sizeof path, e))
            return false;
        if (realpath(path, out))
            return true;
    }
    return err_set(e, ST_SYSTEM, folder, "E-INIT-02", NULL);
}
