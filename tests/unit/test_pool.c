/* The pool: every unit once, the failure of the lowest index, whatever the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>

#include "pipeline/run/pool.h"

enum { UNITS = 2000, JOBS = 4 };
struct work {
    atomic_int done[UNITS];
    size_t fails_at;
};

static bool unit(void *context, size_t i, size_t worker, struct err *e)
{
    struct work *w = context;
    if (worker >= JOBS)
        return err_set(e, ST_SYSTEM, "worker", "E-SYS-03", "no such worker", NULL);
    atomic_fetch_add(&w->done[i], 1);
    if (i < w->fails_at)
        return true;
    char where[32];
    snprintf(where, sizeof where, "%zu", i);
    return err_set(e, ST_DATA, where, "E-SYS-03", "unit", NULL);
}

static void all_once(void **state)
{
    (void)state;
    for (size_t jobs = 0; jobs <= JOBS; jobs++) {
        struct work w = {.fails_at = UNITS};
        struct err e;
        assert_true(pool_run(jobs ? jobs : 1, UNITS, unit, &w, &e));
        for (size_t i = 0; i < UNITS; i++)
            assert_int_equal(atomic_load(&w.done[i]), 1);
        assert_true(pool_run(jobs ? jobs : 1, 0, unit, &w, &e));
    }
}

static void lowest_failure(void **state)
{
    (void)state;
    for (size_t jobs = 1; jobs <= JOBS; jobs++) {
        struct work w = {.fails_at = 500};
        struct err e = {0};
        assert_false(pool_run(jobs, UNITS, unit, &w, &e));
        assert_string_equal(e.where, "500"); /* the first to fail is always begun */
        size_t begun = 0;
        for (size_t i = 0; i < UNITS; i++)
            begun += (size_t)atomic_load(&w.done[i]);
        assert_true(begun >= 501 && begun <= 501 + jobs);
    }
    assert_true(pool_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_once),
                                       cmocka_unit_test(lowest_failure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
