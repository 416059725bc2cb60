#include "pipeline/run/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct stream {
    int read, write; /* -1: closed */
};

static void stream_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool stream_make(struct stream *s)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0)
        return false;
    *s = (struct stream){fd[0], fd[1]};
    return true;
}

/* As we block and ignore signals, so would it. */
static int spawn(pid_t *pid, char *const argv[], const struct stream s[2])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, s[0].write, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, s[1].write, STDERR_FILENO);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                       POSIX_SPAWN_SETPGROUP);
    int failed = posix_spawnp(pid, argv[0], &files, &how, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed;
}

/* Reads both until both have ended. */
static bool read_all(struct stream s[2], struct strbuf *const to[2])
{
    while (s[0].read >= 0 || s[1].read >= 0) {
        struct pollfd ready[2] = {{.fd = s[0].read, .events = POLLIN},
                                  {.fd = s[1].read, .events = POLLIN}};
        if (poll(ready, 2, -1) < 0 && errno != EINTR)
            return false;
        for (int i = 0; i < 2; i++) {
            enum { PIECE = 4096 };
            if (!ready[i].revents)
                continue;
            ssize_t n = read(s[i].read, strbuf_room(to[i], PIECE), PIECE);
            if (n > 0)
                to[i]->n += (size_t)n;
            else if (n == 0 || errno != EINTR)
                stream_close(&s[i].read);
        }
    }
    return true;
}

static bool wait_for(pid_t pid, int *status)
{
    int state;
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return false;
    *status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return true;
}

bool capture_run(char *const argv[], struct strbuf *out, struct strbuf *errors, int *status,
                 struct err *e)
{
    struct strbuf *const to[2] = {out, errors};
    struct stream s[2] = {{-1, -1}, {-1, -1}};
    pid_t pid;
    bool ok = stream_make(&s[0]) && stream_make(&s[1]);
    if (ok) {
        errno = spawn(&pid, argv, s);
        ok = errno == 0;
    }
    stream_close(&s[0].write);
    stream_close(&s[1].write);
    if (ok) {
        ok = read_all(s, to);
        ok = wait_for(pid, status) && ok;
    }
    if (!ok)
        err_sys(e, argv[0]);
    stream_close(&s[0].read);
    stream_close(&s[1].read);
    return ok;
}
