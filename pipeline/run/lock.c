#include "pipeline/run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/clock.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"
#include "pipeline/base/str.h"
#include "pipeline/base/sys.h"
#include "pipeline/run/manifest.h"

/* How often a lock is tried; how long one that a dead run's stages still hold; and how long one of
 * which nobody says that he holds it, as when somebody only looks. */
enum { TRY_MS = 50, DYING_MS = 5000, LOOKING_MS = 500 };

static char *path_of(const char *out)
{
    size_t n = strlen(out) + sizeof "/.lock";
    char *path = x_malloc(n);
    snprintf(path, n, "%s/.lock", out);
    return path;
}

/* This program as it was called, without its folder. */
static void own_command(char *out, size_t size)
{
    char words[512];
    int fd = sys_open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC, 0);
    ssize_t n = fd >= 0 ? sys_read(fd, words, sizeof words - 1) : -1;
    if (fd >= 0)
        sys_close(fd);
    n = n > 0 ? n : 0;
    words[n] = '\0';
    const char *slash = strrchr(words, '/');
    size_t from = slash ? (size_t)(slash + 1 - words) : 0;
    for (ssize_t i = 0; i + 1 < n; i++)
        words[i] = words[i] ? words[i] : ' ';
    str_tame(words);
    snprintf(out, size, "%s", words + from);
}

static bool write_holder(int fd, const char *path, struct err *e)
{
    char since[32], command[200], line[300];
    manifest_time((int64_t)time(NULL), since, sizeof since);
    own_command(command, sizeof command);
    int n = snprintf(line, sizeof line, "%ld\n%s %s\n", (long)getpid(), since, command);
    return (sys_ftruncate(fd, 0) == 0 && sys_write(fd, line, (size_t)n)) || err_sys(e, path);
}

/* False: nothing is said of one. */
static bool read_holder(int fd, struct lock_holder *who)
{
    char line[300];
    *who = (struct lock_holder){.since = "?", .command = "?"};
    ssize_t n = pread(fd, line, sizeof line - 1, 0);
    line[n > 0 ? n : 0] = '\0';
    long long pid = 0;
    sscanf(line, "%lld %31s %199[^\n]", &pid, who->since, who->command);
    who->pid = pid;
    str_tame(who->since);
    str_tame(who->command);
    return n > 0;
}

/* How long a lock of this holder is waited for in any case. */
static int64_t patience_ms(const struct lock_holder *who)
{
    if (who->pid <= 0 || who->pid > INT32_MAX)
        return LOOKING_MS;
    return kill((pid_t)who->pid, 0) != 0 && errno == ESRCH ? DYING_MS : 0;
}

static void print_process(const struct lock_holder *who, char *out, size_t size)
{
    snprintf(out, size, "?");
    if (who->pid)
        snprintf(out, size, "%lld", (long long)who->pid);
}

static bool busy(const struct lock_holder *who, const char *path, struct err *e)
{
    char pid[24];
    print_process(who, pid, sizeof pid);
    return err_set(e, ST_BUSY, path, "E-SYS-02", pid, who->since, who->command, NULL);
}

static bool wait_for(int fd, const char *path, int64_t seconds, struct err *e)
{
    int64_t begun = clock_ms();
    while (sys_flock(fd, LOCK_EX | LOCK_NB) != 0) {
        struct lock_holder who;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_sys(e, path);
        if (!stop_check(e))
            return false;
        read_holder(fd, &who);
        int64_t waited = clock_ms() - begun;
        if (waited >= seconds * 1000 && waited >= patience_ms(&who))
            return busy(&who, path, e);
        nanosleep(&(struct timespec){.tv_nsec = TRY_MS * 1000000L}, NULL);
    }
    return true;
}

bool lock_take(const char *out, int64_t seconds, int *fd, struct err *e)
{
    char *path = path_of(out);
    *fd = sys_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    bool ok = *fd >= 0 || err_sys(e, path);
    ok = ok && wait_for(*fd, path, seconds, e) && write_holder(*fd, path, e);
    if (!ok && *fd >= 0) {
        sys_close(*fd);
        *fd = -1;
    }
    free(path);
    return ok;
}

void lock_release(int fd)
{
    if (fd < 0)
        return;
    /* Nobody holds it now: the output is then the same whoever ran. Where this fails, a line about
     * a holder that is gone is left, which nobody believes without the flock. */
    sys_ftruncate(fd, 0);
    sys_close(fd);
}

void lock_look(const char *out, struct lock_facts *f)
{
    struct stat st;
    char *path = path_of(out);
    *f = (struct lock_facts){0};
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    free(path);
    if (fd < 0)
        return;
    /* Not asked for where nobody says that he holds it: asking is holding, for a moment. */
    if (read_holder(fd, &f->who) && fstat(fd, &st) == 0) {
        print_process(&f->who, f->process, sizeof f->process);
        f->since = (int64_t)st.st_mtim.tv_sec;
        f->state = sys_flock(fd, LOCK_SH | LOCK_NB) != 0 ? LOCK_HELD : LOCK_LEFT;
        /* The run may have ended between the two looks. */
        if (f->state == LOCK_LEFT && fstat(fd, &st) == 0 && st.st_size == 0)
            *f = (struct lock_facts){0};
    }
    sys_close(fd);
}
