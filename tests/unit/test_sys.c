/* sys: calls that signals interrupt go on; what is absent, and what only cannot be looked for. */
#include "pipeline/base/sys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

static volatile sig_atomic_t rang;

static void ring(int sig)
{
    (void)sig;
    rang = rang + 1;
}

/* A signal every 5 ms, which interrupts every call that waits. */
static void ring_often(bool on)
{
    struct sigaction a = {.sa_handler = ring}; /* without SA_RESTART */
    struct itimerval t = {{0, on ? 5000 : 0}, {0, on ? 5000 : 0}};
    assert_int_equal(sigaction(SIGALRM, &a, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &t, NULL), 0);
}

/* Another process that does a thing after 60 ms. */
static pid_t later(void (*act)(int fd), int fd)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        usleep(60000);
        act(fd);
        _exit(0);
    }
    return pid;
}

static void send(int fd)
{
    (void)!write(fd, "abc", 3);
    usleep(60000);
    (void)!write(fd, "de", 2);
}

static void drain(int fd)
{
    char some[4096];
    while (read(fd, some, sizeof some) > 0)
        ;
}

static void read_goes_on(void **state)
{
    (void)state;
    int p[2];
    char got[8] = "";
    assert_int_equal(pipe2(p, O_CLOEXEC), 0);
    pid_t pid = later(send, p[1]);
    close(p[1]);
    rang = 0;
    ring_often(true);
    assert_int_equal(sys_read(p[0], got, sizeof got), 5); /* to the end, in pieces */
    ring_often(false);
    assert_true(rang > 0);
    assert_string_equal(got, "abcde");
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(sys_close(p[0]), 0);
    assert_int_equal(sys_close(p[0]), -1);
    assert_int_equal(errno, EBADF);
}

/* More than a pipe holds: the write is made in parts. */
static void write_goes_on(void **state)
{
    (void)state;
    enum { MUCH = 1 << 20 };
    int p[2];
    char *much = calloc(1, MUCH);
    assert_non_null(much);
    assert_int_equal(pipe2(p, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(p[1]);
        usleep(60000);
        drain(p[0]);
        _exit(0);
    }
    close(p[0]);
    rang = 0;
    ring_often(true);
    assert_true(sys_write(p[1], much, MUCH));
    ring_often(false);
    assert_true(rang > 0);
    close(p[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    free(much);
}

static void lock_goes_on(void **state)
{
    (void)state;
    struct scratch s;
    scratch_make(&s);
    int mine = sys_open(scratch_write(&s, "lock", ""), O_RDWR | O_CLOEXEC, 0);
    assert_true(mine >= 0);
    pid_t pid = fork();
    if (pid == 0) {
        int his = open(s.path, O_RDWR | O_CLOEXEC);
        flock(his, LOCK_EX);
        usleep(120000);
        _exit(0);
    }
    usleep(60000);
    rang = 0;
    ring_often(true);
    assert_int_equal(sys_flock(mine, LOCK_EX), 0);
    ring_often(false);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(mine);
    scratch_remove(&s);
}

static void absent(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    bool there;
    scratch_make(&s);
    scratch_write(&s, "file", "x");
    assert_false(sys_is_absent(s.path));
    assert_true(sys_exists(s.path, &there, &e) && there);
    assert_true(sys_is_absent(scratch_path(&s, "none")));
    assert_true(sys_exists(s.path, &there, &e) && !there);
    assert_true(sys_is_absent(scratch_path(&s, "file/none"))); /* below a file */
    /* A name that is too long is refused before anything is looked for. */
    char longest[300];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(sys_is_absent(longest));
    assert_false(sys_exists(longest, &there, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    scratch_remove(&s);
}

static void faults(void **state)
{
    (void)state;
    static const struct {
        int number;
        bool fault;
    } rows[] = {{0, false},     {ENOENT, false}, {EACCES, false}, {EISDIR, false},
                {ENOSPC, true}, {EIO, true},     {EMFILE, true},  {ENOMEM, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sys_is_fault(rows[i].number), rows[i].fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_goes_on), cmocka_unit_test(write_goes_on),
        cmocka_unit_test(lock_goes_on), cmocka_unit_test(absent), cmocka_unit_test(faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
