/* mem: what is asked for beyond all memory ends the process, with a word about it and 3. */
#include "pipeline/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/base/err.h"

static void ask_resized(void)
{
    x_realloc(NULL, SIZE_MAX / 2, 4); /* the product overflows */
}

static void ask_all(void)
{
    x_out_of_memory(17);
}

static const struct {
    void (*ask)(void);
    const char *bytes;
} rows[] = {{ask_resized, "18446744073709551615"}, {ask_all, "(17 "}};

static void ends_with_3(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int out[2];
        assert_int_equal(pipe(out), 0);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            dup2(out[1], STDERR_FILENO);
            rows[i].ask();
            _exit(0);
        }
        close(out[1]);
        char said[2048] = "";
        for (size_t n = 0, got = 1; got; n += got) {
            ssize_t r = read(out[0], said + n, sizeof said - 1 - n);
            got = r > 0 ? (size_t)r : 0;
        }
        close(out[0]);
        int end;
        assert_int_equal(waitpid(pid, &end, 0), pid);
        assert_true(WIFEXITED(end));
        assert_int_equal(WEXITSTATUS(end), ST_SYSTEM);
        assert_non_null(strstr(said, "E-MEM-01 out of memory"));
        assert_non_null(strstr(said, "E-MEM-01 \xe5\x86\x85\xe5\xad\x98")); /* 内存 */
        assert_non_null(strstr(said, rows[i].bytes));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ends_with_3)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
