/* Signals that ask to stop: seen while they wait, passed over where they are ignored, let go of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "pipeline/base/stop.h"
#include "pipeline/run/pool.h"

static void ask(int number)
{
    struct err e = {0};
    assert_true(stop_check(&e));
    assert_int_equal(raise(number), 0);
    assert_int_equal(stop_asked(), number);
    assert_false(stop_check(&e));
    assert_int_equal(e.status, 128 + number);
    assert_true(stop_is(e.status));
    assert_string_equal(e.code, "E-SYS-04");
    assert_int_equal(stop_asked(), number); /* once asked, always asked */
}

static void watch(void **state)
{
    (void)state;
    sigset_t before, held;
    stop_watch(&before);
    assert_false(sigismember(&before, SIGTERM));
    const int number[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        ask(number[i]);
        stop_hold(&held);
        assert_int_equal(stop_asked(), 0);
        assert_int_equal(raise(number[i]), 0); /* ignored: we are still here */
        assert_int_equal(stop_asked(), 0);
        stop_resume(&held);
    }
    assert_false(stop_is(ST_BUSY));
    assert_false(stop_is((enum status)(128 + SIGKILL)));
}

static void ignored(void **state)
{
    (void)state;
    sigset_t before, held;
    signal(SIGHUP, SIG_IGN);
    sigemptyset(&held);
    sigaddset(&held, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &held, NULL);
    stop_watch(&before);
    assert_int_equal(raise(SIGHUP), 0);
    assert_int_equal(stop_asked(), 0);
}

static bool count(void *context, size_t i, size_t worker, struct err *e)
{
    (void)e;
    (void)worker;
    size_t *done = context;
    if (i == 3)
        raise(SIGTERM);
    ++*done;
    return true;
}

/* The unit in hand is finished, none is begun. */
static void pool(void **state)
{
    (void)state;
    sigset_t held;
    struct err e = {0};
    size_t done = 0;
    stop_watch(NULL);
    assert_false(pool_run(1, 100, count, &done, &e));
    assert_int_equal(done, 4);
    assert_int_equal(e.status, 128 + SIGTERM);
    stop_hold(&held);
    stop_resume(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(watch), cmocka_unit_test(ignored),
                                       cmocka_unit_test(pool)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
