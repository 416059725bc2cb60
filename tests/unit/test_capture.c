/* Another program's answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "pipeline/run/capture.h"

static void answers(void **state)
{
    (void)state;
    static const struct {
        const char *argv[6];
        const char *out, *errors;
        int status;
    } rows[] = {
        {{"true", NULL}, "", "", 0},
        {{"false", NULL}, "", "", 1},
        {{"printf", "%s|", "a b", "$(id)", NULL}, "a b|$(id)|", "", 0}, /* no shell sees it */
        {{"sh", "-c", "echo out; echo err >&2; exit 7", NULL}, "out\n", "err\n", 7},
        {{"sh", "-c", "kill -KILL $$", NULL}, "", "", 128 + SIGKILL},
        {{"cat", NULL}, "", "", 0}, /* nothing on its standard input */
        /* signals that this program blocks or ignores, it does not */
        {{"sh", "-c", "kill -TERM $$; echo alive", NULL}, "", "", 128 + SIGTERM},
        {{"sh", "-c", "kill -INT $$; echo alive", NULL}, "", "", 128 + SIGINT},
    };
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGINT, SIG_IGN);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *argv[6];
        for (size_t a = 0; a < 6; a++)
            argv[a] = (char *)(uintptr_t)rows[i].argv[a];
        struct strbuf out = {0}, errors = {0};
        struct err e;
        int status = -1;
        assert_true(capture_run(argv, &out, &errors, &status, &e));
        assert_string_equal(strbuf_c(&out), rows[i].out);
        assert_string_equal(strbuf_c(&errors), rows[i].errors);
        assert_int_equal(status, rows[i].status);
        strbuf_release(&out);
        strbuf_release(&errors);
    }
}

/* More of both than a pipe holds. */
static void much(void **state)
{
    (void)state;
    static const char text[] =
        "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789;"
        " echo 9876543210987654321098765432109876543210 >&2; i=$((i+1)); done";
    char *argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c", (char *)(uintptr_t)text,
                    NULL};
    struct strbuf out = {0}, errors = {0};
    struct err e;
    int status = -1;
    assert_true(capture_run(argv, &out, &errors, &status, &e));
    assert_int_equal(status, 0);
    assert_int_equal(out.n, 3000 * 41);
    assert_int_equal(errors.n, 3000 * 41);
    strbuf_release(&out);
    strbuf_release(&errors);
}

static void missing(void **state)
{
    (void)state;
    char *argv[] = {(char *)(uintptr_t) "/no/such/program", NULL};
    struct strbuf out = {0}, errors = {0};
    struct err e = {0};
    int status = -1;
    assert_false(capture_run(argv, &out, &errors, &status, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_string_equal(e.where, "/no/such/program");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(much),
                                       cmocka_unit_test(missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
