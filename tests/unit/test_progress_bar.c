/* The line that says how far a stage has come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "pipeline/run/progress_bar.h"

static void texts(void **state)
{
    (void)state;
    static const struct {
        int64_t files[2], bytes[2], rows[2]; /* whole, done */
        double seconds;
        const char *text[MSG_LANGS];
    } row[] = {
        {{0, 0}, {0, 0}, {0, 0}, 5, {"clean", "clean"}},
        {{0, 3}, {0, 7}, {0, 9}, 5, {"clean", "clean"}}, /* of how many is not known */
        {{40, 12},
         {400000000, 100000000},
         {0, 5},
         10,
         {"clean  12/40 个文件  100.0/400.0 MB  10.0 MB/s  还需 0:30",
          "clean  12/40 files  100.0/400.0 MB  10.0 MB/s  0:30 left"}},
        {{0, 0},
         {0, 0},
         {9000, 1000},
         10,
         {"clean  1000/9000 行  每秒 100 行  还需 1:20",
          "clean  1000/9000 rows  100 rows/s  1:20 left"}},
        {{0, 0},
         {1000000, 0},
         {0, 0},
         10,
         {"clean  0.0/1.0 MB  0.0 MB/s", "clean  0.0/1.0 MB  0.0 MB/s"}}, /* no speed, no end */
        {{0, 0},
         {1000000, 2000000},
         {0, 0},
         10,
         {"clean  1.0/1.0 MB  0.1 MB/s  还需 0:00", "clean  1.0/1.0 MB  0.1 MB/s  0:00 left"}},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        for (int l = 0; l < MSG_LANGS; l++) {
            struct progress p = {.files = {row[i].files[0], row[i].files[1]},
                                 .bytes = {row[i].bytes[0], row[i].bytes[1]},
                                 .rows = {row[i].rows[0], row[i].rows[1]}};
            struct strbuf out = {0};
            progress_bar_text("clean", &p, row[i].seconds, (enum lang)l, &out);
            assert_string_equal(strbuf_c(&out), row[i].text[l]);
            strbuf_release(&out);
        }
}

static void no_terminal(void **state)
{
    (void)state;
    struct progress p = {0};
    int was = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
    assert_int_equal(dup2(nowhere, STDERR_FILENO), STDERR_FILENO);
    struct progress_bar *b = progress_bar_begin("clean", &p, LANG_ZH);
    assert_int_equal(dup2(was, STDERR_FILENO), STDERR_FILENO);
    assert_null(b);
    progress_bar_end(b);
    close(nowhere);
    close(was);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(no_terminal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
