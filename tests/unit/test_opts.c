/* Options as a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/run/opts.h"

static void parse(void **state)
{
    (void)state;
    static const struct {
        const char *argv[8];
        const char *code; /* NULL: accepted */
        int64_t jobs;
        const char *raw, *operand;
        bool verbose, changes, no_changes;
    } rows[] = {
        {{"t", NULL}, NULL, 0, NULL, NULL, false, false, false},
        {{"t", "--jobs", "3", "-v", NULL}, NULL, 3, NULL, NULL, true, false, false},
        {{"t", "--jobs=3", "run", "--raw=a b", NULL}, NULL, 3, "a b", "run", false, false, false},
        {{"t", "--raw=", NULL}, NULL, 0, "", NULL, false, false, false},
        {{"t", "--changes", NULL}, NULL, 0, NULL, NULL, false, true, false},
        {{"t", "--no-changes", NULL}, NULL, 0, NULL, NULL, false, false, true},
        {{"t", "--changes=no", NULL}, "E-USE-01", 0, NULL, NULL, false, false, false},
        {{"t", "--", "--jobs", NULL}, NULL, 0, NULL, "--jobs", false, false, false},
        {{"t", "-28%", NULL}, NULL, 0, NULL, "-28%", false, false, false},
        {{"t", "-", NULL}, NULL, 0, NULL, "-", false, false, false},
        {{"t", "--jbos", "3", NULL}, "E-USE-01", 0, NULL, NULL, false, false, false},
        {{"t", "-x", NULL}, "E-USE-01", 0, NULL, NULL, false, false, false},
        {{"t", "--verbose=1", NULL}, "E-USE-01", 0, NULL, NULL, false, false, false},
        {{"t", "--jobs", NULL}, "E-USE-03", 0, NULL, NULL, false, false, false},
        {{"t", "--jobs", "many", NULL}, "E-USE-04", 0, NULL, NULL, false, false, false},
        {{"t", "--jobs", "-1", NULL}, "E-USE-04", 0, NULL, NULL, false, false, false},
        {{"t", "a", "b", NULL}, "E-USE-05", 0, NULL, NULL, false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct opts_shared o;
        struct opt table[OPTS_SHARED];
        const char *operand[1] = {NULL};
        size_t n;
        struct err e = {0};
        int argc = 0;
        char *argv[8];
        for (; rows[i].argv[argc]; argc++)
            argv[argc] = (char *)(uintptr_t)rows[i].argv[argc];
        opts_shared_rows(&o, table);
        bool ok = opts_parse(argc, argv, table, OPTS_SHARED, operand, 1, &n, &e);
        assert_int_equal(ok, rows[i].code == NULL);
        if (!ok) {
            assert_string_equal(e.code, rows[i].code);
            assert_int_equal(e.status, ST_CONFIG);
            continue;
        }
        assert_int_equal(o.jobs, rows[i].jobs);
        assert_int_equal(o.verbose, rows[i].verbose);
        assert_int_equal(o.changes, rows[i].changes);
        assert_int_equal(o.no_changes, rows[i].no_changes);
        assert_int_equal(n, rows[i].operand != NULL);
        if (rows[i].operand)
            assert_string_equal(operand[0], rows[i].operand);
        if (rows[i].raw)
            assert_string_equal(o.raw, rows[i].raw);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
