/* Two folders change names, also where that takes more than one step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/run/exchange.h"
#include "tests/unit/scratch.h"

/* A folder with a file of one letter, or none. */
static void make(struct scratch *s, const char *name, const char *letter)
{
    struct err e;
    char file[64];
    if (!letter)
        return;
    assert_true(outdir_make(scratch_path(s, name), &e));
    snprintf(file, sizeof file, "%s/%s", name, letter);
    scratch_write(s, file, letter);
}

static void check(struct scratch *s, const char *name, const char *letter)
{
    char file[64];
    if (!letter) {
        assert_int_not_equal(access(scratch_path(s, name), F_OK), 0);
        return;
    }
    snprintf(file, sizeof file, "%s/%s", name, letter);
    assert_int_equal(access(scratch_path(s, file), F_OK), 0);
}

static const struct {
    const char *from, *to, *aside; /* what is there before */
    bool ok;
    const char *from_after, *to_after;
} rows[] = {
    {"f", "t", NULL, true, "t", "f"},    {"f", NULL, NULL, true, NULL, "f"},
    {"f", "t", "a", true, "t", "f"},  /* litter beside a good folder */
    {"f", NULL, "a", true, "a", "f"}, /* killed half-way: the old one is the one aside */
    {NULL, "t", NULL, false, NULL, "t"},
};

static void exchanges(bool (*exchange)(const char *from, const char *to, struct err *e),
                      bool asides)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scratch s;
        struct err e;
        char from[128];
        if (rows[i].aside && !asides)
            continue;
        scratch_make(&s);
        make(&s, "from", rows[i].from);
        make(&s, "to", rows[i].to);
        make(&s, "to.old", rows[i].aside);
        snprintf(from, sizeof from, "%s/from", s.dir);
        assert_int_equal(exchange(from, scratch_path(&s, "to"), &e), rows[i].ok);
        check(&s, "from", rows[i].from_after);
        check(&s, "to", rows[i].to_after);
        if (asides)
            check(&s, "to.old", NULL);
        scratch_remove(&s);
    }
}

static void at_once(void **state)
{
    (void)state;
    exchanges(exchange_names, false);
}

static void by_steps(void **state)
{
    (void)state;
    exchanges(exchange_by_steps, true);
}

static void mends(void **state)
{
    (void)state;
    static const struct {
        const char *to, *aside, *after;
    } cases[] = {{NULL, "a", "a"}, {"t", "a", "t"}, {"t", NULL, "t"}, {NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scratch s;
        struct err e;
        scratch_make(&s);
        make(&s, "to", cases[i].to);
        make(&s, "to.old", cases[i].aside);
        assert_true(exchange_mend(scratch_path(&s, "to"), &e));
        check(&s, "to", cases[i].after);
        check(&s, "to.old", NULL);
        scratch_remove(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_once), cmocka_unit_test(by_steps),
                                       cmocka_unit_test(mends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
