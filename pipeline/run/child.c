#include "pipeline/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/clock.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"

extern char **environ;

/* How long a program may take to stop before it is killed, and how often one is looked at. */
enum { GRACE_MS = 600, LOOK_MS = 50 };

char **child_environment(char *const *added, size_t n)
{
    size_t have = 0, kept = 0;
    while (environ[have])
        have++;
    char **env = x_calloc(have + n + 1, sizeof *env);
    for (size_t i = 0; i < have; i++) {
        bool replaced = false;
        for (size_t k = 0; k < n; k++) {
            size_t name = (size_t)(strchr(added[k], '=') - added[k]) + 1;
            replaced |= strncmp(environ[i], added[k], name) == 0;
        }
        if (!replaced)
            env[kept++] = environ[i];
    }
    for (size_t k = 0; k < n; k++)
        env[kept++] = added[k];
    return env;
}

static int start(const struct child *c, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t usual;
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGCHLD);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setsigmask(&how, &c->mask);
    if (c->keep >= 0) /* onto itself: that clears its FD_CLOEXEC, in the child alone */
        posix_spawn_file_actions_adddup2(&files, c->keep, c->keep);
    if (c->apart) {
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawnattr_setpgroup(&how, 0);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    posix_spawnattr_setflags(&how, flags);
    int failed = posix_spawn(pid, c->argv[0], &files, &how, c->argv, c->env);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed;
}

/* Waits for its end, and sees to it that there is one. `ended`: the set of SIGCHLD, blocked. */
static bool wait_for(const struct child *c, pid_t pid, const sigset_t *ended, int *state)
{
    int64_t begun = clock_ms(), told = 0;
    pid_t whom = c->apart ? -pid : pid;
    for (;;) {
        pid_t r = waitpid(pid, state, WNOHANG);
        if (r == pid)
            return true;
        if (r < 0 && errno != EINTR)
            return false;
        int64_t now = clock_ms();
        int asked = stop_asked();
        bool late = c->seconds && now - begun >= (int64_t)c->seconds * 1000;
        if (!told && (asked || late)) {
            kill(whom, asked ? asked : SIGTERM);
            told = now;
        }
        if (told && now - told >= GRACE_MS)
            kill(whom, SIGKILL);
        sigtimedwait(ended, NULL, &(struct timespec){.tv_nsec = LOOK_MS * 1000000L});
    }
}

bool child_run(const struct child *c, int *state, struct err *e)
{
    sigset_t ended, before;
    struct sigaction was, usual = {.sa_handler = SIG_DFL};
    pid_t pid;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    /* Where SIGCHLD is ignored, ends are not told to anybody. */
    sigaction(SIGCHLD, &usual, &was);
    pthread_sigmask(SIG_BLOCK, &ended, &before);
    errno = start(c, &pid);
    bool ok = errno == 0 && wait_for(c, pid, &ended, state);
    if (!ok)
        err_sys(e, c->argv[0]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGCHLD, &was, NULL);
    return ok;
}
