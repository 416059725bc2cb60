/* Lines of the log: levels, form, and texts that would like to be lines of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/journal.h"
#include "pipeline/run/log.h"
#include "tests/unit/scratch.h"

static const char *content(struct scratch *s, char *text, size_t size)
{
    FILE *f = fopen(scratch_path(s, "log"), "re");
    size_t n = f ? fread(text, 1, size - 1, f) : 0;
    text[n] = '\0';
    if (f)
        assert_int_equal(fclose(f), 0);
    return text;
}

static void levels(void **state)
{
    (void)state;
    static const struct {
        enum conf_log_level level;
        const char *code;
        bool is_there;
    } row[] = {
        {CONF_LOG_INFO, "I-LOG-01", true},     {CONF_LOG_INFO, "W-HOOK-01", true},
        {CONF_LOG_WARNING, "I-LOG-01", false}, {CONF_LOG_WARNING, "W-HOOK-01", true},
        {CONF_LOG_ERROR, "W-HOOK-01", false},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct scratch s;
        char path[128], text[4096];
        scratch_make(&s);
        snprintf(path, sizeof path, "%s/log", s.dir);
        struct conf c = {.language = LANG_EN, .log = str_c(path), .log_level = row[i].level};
        struct log l = {.conf = &c, .run = 7, .stage = "clean", .quiet = true};
        log_event(&l, row[i].code, "a", "b", NULL);
        assert_int_equal(strstr(content(&s, text, sizeof text), row[i].code) != NULL,
                         row[i].is_there);
        scratch_remove(&s);
    }
}

static void form(void **state)
{
    (void)state;
    struct scratch s;
    struct stat st;
    struct err e;
    char path[128], text[16384], when[64], level[16], run[16], stage[32];
    scratch_make(&s);
    snprintf(path, sizeof path, "%s/log", s.dir);
    struct conf c = {.language = LANG_EN, .log = str_c(path), .log_level = CONF_LOG_INFO};
    struct log l = {.conf = &c, .quiet = true};
    log_event(&l, "I-LOG-01", "x\n2019\r\x1b[2J\xc2\x85\xe2\x80\xae 统计", NULL);
    assert_string_equal(strchr(content(&s, text, sizeof text), ' '),
                        " info run=- stage=- I-LOG-01 began: x?2019??[2J????? 统计\n");
    assert_int_equal(sscanf(text, "%63s %15s %15s %31s", when, level, run, stage), 4);
    assert_int_equal(strlen(when), strlen("2019-12-31T23:59:59.123Z"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0137, 0);
    /* Longer than a line may be: cut, and still a line. */
    char name[3000];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    log_event(&l, "I-LOG-01", name, NULL);
    content(&s, text, sizeof text);
    assert_true(strlen(text) < 2300 && text[strlen(text) - 1] == '\n');
    /* Removed and made again: it is opened for each line. */
    assert_int_equal(unlink(path), 0);
    l.run = 12;
    err_set(&e, ST_DATA, "a\nb", "E-CHECK-01", "C1", NULL);
    log_error(&l, &e);
    assert_non_null(
        strstr(content(&s, text, sizeof text), " error run=12 stage=- E-CHECK-01 a?b: "));
    log_error(&l, &(struct err){0});
    scratch_remove(&s);
}

static void none(void **state)
{
    (void)state;
    struct conf c = {.language = LANG_EN};
    struct log l = {.conf = &c, .quiet = true};
    log_event(&l, "I-LOG-01", "x", NULL);
    assert_false(l.failed);
    c.log = str_c("/dev/null/log");
    c.log_level = CONF_LOG_INFO;
    log_event(&l, "I-LOG-01", "x", NULL);
    assert_true(l.failed);
}

static void journal(void **state)
{
    (void)state;
    char stream[64], text[64];
    struct stat st;
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &st), 0);
    unsetenv("JOURNAL_STREAM");
    journal_mark(f, "E-SYS-01");
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino + 1);
    setenv("JOURNAL_STREAM", stream, 1);
    journal_mark(f, "E-SYS-01");
    setenv("JOURNAL_STREAM", "journal", 1);
    journal_mark(f, "E-SYS-01");
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    journal_mark(f, "E-SYS-01");
    journal_mark(f, "W-HOOK-01");
    journal_mark(f, "I-LOG-01");
    rewind(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    assert_string_equal(text, "<3><4><6>");
    unsetenv("JOURNAL_STREAM");
    assert_int_equal(fclose(f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels), cmocka_unit_test(form),
                                       cmocka_unit_test(none), cmocka_unit_test(journal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
