/* Programs that are waited for: how they end, what they inherit, how long they may take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/base/stop.h"
#include "pipeline/run/child.h"

static char shell[] = "/bin/sh", option[] = "-c";

static int run_shell(const char *command, struct child c, char *const *env)
{
    char text[512];
    int state = -1;
    struct err e = {0};
    snprintf(text, sizeof text, "%s", command);
    char *argv[] = {shell, option, text, NULL};
    c.argv = argv;
    c.env = env;
    sigemptyset(&c.mask);
    assert_true(child_run(&c, &state, &e));
    return state;
}

static void ends(void **state)
{
    (void)state;
    char *const added[] = {(char[]){"TONGJI_X=a b"}, (char[]){"HOME=/nowhere"}};
    setenv("HOME", "/somewhere", 1);
    char **env = child_environment(added, 2);
    const struct child plain = {.keep = -1}, apart = {.keep = -1, .apart = true};
    assert_int_equal(WEXITSTATUS(run_shell("exit 7", plain, env)), 7);
    assert_int_equal(WTERMSIG(run_shell("kill -9 $$", plain, env)), SIGKILL);
    assert_int_equal(run_shell("test \"$TONGJI_X$HOME\" = 'a b/nowhere'", plain, env), 0);
    assert_int_equal(run_shell("test $(env | grep -c ^HOME=) = 1", plain, env), 0);
    assert_int_equal(run_shell("read x; test $? != 0", apart, env), 0);
    free(env);
    char nothing[] = "/none/such";
    char *argv[] = {nothing, NULL}, *empty[] = {NULL};
    const struct child none = {.argv = argv, .env = empty, .keep = -1};
    int ignored;
    struct err e = {0};
    assert_false(child_run(&none, &ignored, &e));
    assert_int_equal(e.status, ST_SYSTEM);
}

/* An open file stays with the one that it is kept for, and with no other. */
static void kept(void **state)
{
    (void)state;
    char text[128];
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    snprintf(text, sizeof text, "test -e /proc/self/fd/%d", fd);
    const struct child without = {.keep = -1}, with = {.keep = fd};
    char *empty[] = {NULL};
    assert_int_equal(WEXITSTATUS(run_shell(text, without, empty)), 1);
    assert_int_equal(WEXITSTATUS(run_shell(text, with, empty)), 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void too_long(void **state)
{
    (void)state;
    const struct child c = {.keep = -1, .apart = true, .seconds = 1};
    char *env[] = {(char[]){"PATH=/usr/bin:/bin"}, NULL};
    assert_int_equal(WTERMSIG(run_shell("sleep 600", c, env)), SIGTERM);
    assert_int_equal(WTERMSIG(run_shell("trap '' TERM; sleep 600; sleep 600", c, env)), SIGKILL);
}

/* A signal to us is passed on. */
static void stopped(void **state)
{
    (void)state;
    sigset_t held;
    const struct child c = {.keep = -1};
    char *env[] = {(char[]){"PATH=/usr/bin:/bin"}, NULL};
    stop_watch(NULL);
    assert_int_equal(WTERMSIG(run_shell("kill -INT $PPID; exec sleep 600", c, env)), SIGINT);
    assert_int_equal(stop_asked(), SIGINT);
    stop_hold(&held);
    stop_resume(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ends), cmocka_unit_test(kept),
                                       cmocka_unit_test(too_long), cmocka_unit_test(stopped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
