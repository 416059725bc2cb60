/* The lock of an output folder, and what is said of its holder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/str.h"
#include "pipeline/run/lock.h"
#include "tests/unit/scratch.h"

static void take(void **state)
{
    (void)state;
    struct scratch s;
    struct lock_facts seen;
    struct err e = {0};
    int fd, other;
    char pid[96];
    scratch_make(&s);
    lock_look(s.dir, &seen);
    assert_int_equal(seen.state, LOCK_FREE);
    assert_true(lock_take(s.dir, 0, &fd, &e));
    lock_look(s.dir, &seen);
    assert_int_equal(seen.state, LOCK_HELD);
    assert_int_equal(seen.who.pid, getpid());
    assert_int_equal(strlen(seen.who.since), strlen("2019-12-31T23:59:59Z"));
    assert_non_null(strstr(seen.who.command, "test_lock"));
    assert_null(strchr(seen.who.command, '/'));
    assert_false(lock_take(s.dir, 0, &other, &e));
    assert_int_equal(e.status, ST_BUSY);
    snprintf(pid, sizeof pid, "process %ld, since %s: ", (long)getpid(), seen.who.since);
    assert_non_null(strstr(e.text[LANG_EN], pid));
    lock_release(fd);
    lock_release(-1);
    lock_look(s.dir, &seen);
    assert_int_equal(seen.state, LOCK_FREE);
    assert_false(lock_take(scratch_path(&s, "none"), 0, &fd, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    scratch_remove(&s);
}

/* Lines of holders that are not ours to believe. */
static void strange(void **state)
{
    (void)state;
    static const struct {
        const char *line, *since, *command;
        int64_t pid;
    } row[] = {
        {"4711", "?", "?", 4711},
        {"x y z", "?", "?", 0},
        {"12 t a\tb\x1b[2J c", "t", "a b?[2J c", 12},
        {"12 t a\nb", "t", "a", 12},
    };
    struct scratch s;
    struct lock_facts seen;
    struct err e = {0};
    int fd;
    scratch_make(&s);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        assert_true(lock_take(s.dir, 0, &fd, &e));
        scratch_write(&s, ".lock", row[i].line);
        lock_look(s.dir, &seen);
        assert_int_equal(seen.state, LOCK_HELD);
        assert_int_equal(seen.who.pid, row[i].pid);
        assert_string_equal(seen.who.since, row[i].since);
        assert_string_equal(seen.who.command, row[i].command);
        lock_release(fd);
    }
    assert_true(lock_take(s.dir, 0, &fd, &e));
    scratch_write(&s, ".lock", ""); /* who only looks asks for no lock then */
    lock_look(s.dir, &seen);
    assert_int_equal(seen.state, LOCK_FREE);
    lock_release(fd);
    scratch_remove(&s);
}

/* A child that took the lock and ends a little later: who waits gets it, who does not is refused.
 */
static void wait_for_it(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    int fd, ready[2];
    char byte;
    scratch_make(&s);
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        bool ok = lock_take(s.dir, 0, &fd, &e) && write(ready[1], "x", 1) == 1;
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_false(lock_take(s.dir, 0, &fd, &e));
    assert_int_equal(e.status, ST_BUSY);
    assert_true(lock_take(s.dir, 60, &fd, &e));
    lock_release(fd);
    int state_of;
    assert_int_equal(waitpid(pid, &state_of, 0), pid);
    assert_int_equal(state_of, 0);
    close(ready[0]);
    close(ready[1]);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(take), cmocka_unit_test(strange),
                                       cmocka_unit_test(wait_for_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
