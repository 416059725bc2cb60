/* A new site from a small template: what is in it, and that a failure leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/io/infile.h"
#include "pipeline/run/init_command.h"
#include "tests/unit/scratch.h"

#define CONFIG                                                                                     \
    "# The small one\n[tongji]\ntitle = t\ninclude = more/*.ini\nraw = in\nout = o/ut\n"           \
    "key_file = k/key\n[reference parameters]\nfile = par.csv\n"

static void write_template(struct scratch *t, const char *more)
{
    scratch_make(t);
    assert_int_equal(mkdir(scratch_path(t, "more"), 0700), 0);
    assert_int_equal(mkdir(scratch_path(t, "in"), 0700), 0);
    scratch_write(t, "more/a.ini", more);
    scratch_write(t, "more/b.txt", "not included\n");
    scratch_write(t, "in/par.csv", "key,value\nyear,2019\n");
    scratch_write(t, "in/raw.csv", "not of the configuration\n");
    scratch_write(t, "config.ini", CONFIG);
    scratch_path(t, "config.ini");
}

/* What stands in the file, in a buffer that the caller releases. */
static struct strbuf content(struct scratch *s, const char *name)
{
    struct strbuf text = {0};
    struct err e;
    assert_true(infile_read(scratch_path(s, name), 1 << 20, &text, NULL, NULL, &e));
    return text;
}

static void test_what_is_made(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        mode_t mode; /* 0: not there */
        const char *text;
    } rows[] = {
        {"site", 0755, NULL},
        {"site/more/a.ini", 0644, "[reference waivers]\nfile = hand/w.csv\n"},
        {"site/more/b.txt", 0, NULL},
        {"site/in", 0750, NULL},
        {"site/in/par.csv", 0644, "key,value\nyear,2019\n"},
        {"site/in/raw.csv", 0, NULL},
        /* kept by hand, and not in the template: its columns by docs/config.md */
        {"site/in/hand/w.csv", 0644, "check,reason,person,expiry\n"},
        {"site/o/ut", 0755, NULL},
        {"site/k/key", 0600, NULL},
    };
    struct scratch from, to;
    struct err e = {0};
    struct stat st;
    mode_t before = umask(022);
    write_template(&from, "[reference waivers]\nfile = hand/w.csv\n");
    scratch_make(&to);
    assert_int_equal(init_command_run(from.path, scratch_path(&to, "site"), true, &e), ST_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool there = stat(scratch_path(&to, rows[i].path), &st) == 0;
        if (there != (rows[i].mode != 0) || (there && (st.st_mode & 07777) != rows[i].mode))
            fail_msg("%s: mode %o", rows[i].path, there ? st.st_mode & 07777 : 0);
        if (!rows[i].text)
            continue;
        struct strbuf text = content(&to, rows[i].path);
        assert_string_equal(strbuf_c(&text), rows[i].text);
        strbuf_release(&text);
    }
    struct strbuf text = content(&to, "site/config.ini");
    assert_true(str_starts(strbuf_str(&text), STR(CONFIG)));
    assert_true(str_find_str(strbuf_str(&text), STR("\n# jobs = 0\n")) < text.n);
    strbuf_release(&text);
    umask(before);
    scratch_remove(&from);
    scratch_remove(&to);
}

/* A reference table that cannot be copied, the last thing but the key: a folder stands for it. */
static void test_nothing_is_left(void **state)
{
    (void)state;
    struct scratch from, to;
    struct err e = {0};
    write_template(&from, "[reference calendar]\nfile = cal.csv\n");
    assert_int_equal(mkdir(scratch_path(&from, "in/cal.csv"), 0700), 0);
    scratch_make(&to);
    scratch_path(&from, "config.ini");
    assert_int_equal(init_command_run(from.path, scratch_path(&to, "site"), true, &e), ST_SYSTEM);
    assert_int_not_equal(access(to.path, F_OK), 0);
    /* a folder that was there stays, empty: it could not be removed otherwise */
    assert_int_equal(mkdir(to.path, 0700), 0);
    assert_int_equal(init_command_run(from.path, to.path, true, &e), ST_SYSTEM);
    assert_int_equal(rmdir(to.path), 0);
    scratch_remove(&from);
    scratch_remove(&to);
}

/* Paths that lead out of the template are not a site's own. */
static void test_paths_outside(void **state)
{
    (void)state;
    struct scratch from, to, raw;
    struct err e = {0};
    char more[256];
    struct stat st;
    scratch_make(&raw);
    scratch_write(&raw, "cal.csv", "date,is_workday\n");
    write_template(&from, "");
    snprintf(more, sizeof more,
             "[tongji]\nraw = %s\nout = %s/out\n[reference calendar]\nfile = cal.csv\n", raw.dir,
             raw.dir);
    scratch_write(&from, "config.ini", more);
    scratch_make(&to);
    assert_int_equal(init_command_run(from.path, scratch_path(&to, "site"), true, &e), ST_OK);
    assert_int_equal(stat(scratch_path(&to, "site/config.ini"), &st), 0);
    assert_int_not_equal(stat(scratch_path(&to, "site/in"), &st), 0);
    assert_int_not_equal(stat(scratch_path(&raw, "out"), &st), 0);
    scratch_remove(&from);
    scratch_remove(&to);
    scratch_remove(&raw);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_made),
        cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_paths_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
