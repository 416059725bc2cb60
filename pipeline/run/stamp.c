#include "pipeline/run/stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/outfile.h"

static const char stamp_name[] = ".stage";

bool stamp_try_read(const char *dir, struct stamp *s)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, stamp_name);
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return false;
    char text[256];
    ssize_t n = sys_read(fd, text, sizeof text - 1);
    int number = n < 0 ? errno : 0;
    sys_close(fd);
    errno = number;
    if (n < 0)
        return false;
    text[n] = '\0';
    *s = (struct stamp){0};
    return sscanf(text, "id %64[0-9a-f]\ninput %64[0-9a-f]\n", s->id, s->input) == 2;
}

bool stamp_read(size_t stage, const char *dir, struct stamp *s, struct err *e)
{
    if (stamp_try_read(dir, s))
        return true;
    return sys_is_fault(errno)
               ? err_sys(e, dir)
               : err_set(e, ST_DATA, NULL, "E-STAGE-01", chain[stage].name, dir, NULL);
}

bool stamp_write(const char *dir, const struct stamp *s, struct err *e)
{
    char path[4096], text[160];
    snprintf(path, sizeof path, "%s/%s", dir, stamp_name);
    snprintf(text, sizeof text, "id %s\ninput %s\n", s->id, s->input);
    return outfile_put(path, 0644, str_c(text), e);
}

bool stamp_check(size_t stage, const char *(*dir_of)(void *context, size_t stage), void *context,
                 struct err *e)
{
    struct stamp s, before;
    const char *dir = dir_of(context, stage);
    if (!stamp_read(stage, dir, &s, e))
        return false;
    size_t in = chain_find(chain[stage].in);
    if (in == SIZE_MAX)
        return true;
    /* The whole chain upwards: a result is as stale as the oldest thing that it rests on. */
    if (!stamp_check(in, dir_of, context, e))
        return false;
    if (!stamp_read(in, dir_of(context, in), &before, e))
        return false;
    if (strcmp(s.input, before.id) != 0)
        return err_set(e, ST_DATA, NULL, "E-STAGE-02", chain[stage].name, chain[in].name, NULL);
    return true;
}
