/* Files of kept results: what was put is read again, and nothing else is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pipeline/io/infile.h"
#include "pipeline/io/unitfile.h"
#include "tests/unit/scratch.h"

static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void write_one(struct scratch *s)
{
    struct err e;
    struct strbuf text = {0};
    unitfile_put(&text, STR("a\n1\n\0b"));
    unitfile_put(&text, STR(""));
    unitfile_put_number(&text, INT64_MAX);
    unitfile_put_number(&text, -7);
    unitfile_put_number(&text, 0);
    unitfile_put(&text, str_c(hex));
    unitfile_put_number(&text, 2);
    unitfile_put(&text, STR("x"));
    unitfile_put(&text, STR("y"));
    assert_true(unitfile_write(scratch_path(s, "unit"), &text, &e));
    strbuf_release(&text);
}

static void round_trip(void **state)
{
    (void)state;
    struct scratch s;
    struct unitfile r;
    struct err e;
    char got[65];
    scratch_make(&s);
    write_one(&s);
    assert_true(unitfile_open(&r, scratch_path(&s, "unit"), &e));
    assert_true(str_eq(unitfile_get(&r), STR("a\n1\n\0b")));
    assert_int_equal(unitfile_get(&r).n, 0);
    assert_true(unitfile_number(&r) == INT64_MAX);
    assert_true(unitfile_number(&r) == -7);
    assert_true(unitfile_number(&r) == 0);
    unitfile_hex(&r, got);
    assert_string_equal(got, hex);
    assert_int_equal(unitfile_count(&r), 2);
    assert_true(str_eq(unitfile_get(&r), STR("x")));
    assert_false(unitfile_is_read(&r)); /* there is one more */
    assert_true(str_eq(unitfile_get(&r), STR("y")));
    assert_true(unitfile_is_read(&r));
    assert_int_equal(unitfile_get(&r).n, 0); /* past the end */
    assert_false(unitfile_is_read(&r));
    unitfile_release(&r);
    scratch_remove(&s);
}

/* A text that is no number, or a number that nothing can be so many of, ends the reading. */
static void not_what_is_asked(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "x", "1x", "--1", "12345678901234567890", " 1"};
    struct scratch s;
    struct err e;
    scratch_make(&s);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct strbuf text = {0};
        struct unitfile r;
        unitfile_put(&text, str_c(texts[i]));
        assert_true(unitfile_write(scratch_path(&s, "unit"), &text, &e));
        assert_true(unitfile_open(&r, scratch_path(&s, "unit"), &e));
        assert_true(unitfile_number(&r) == 0);
        assert_true(r.bad);
        unitfile_release(&r);
        text.n = 0;
        unitfile_put_number(&text, 1000000);
        assert_true(unitfile_write(scratch_path(&s, "unit"), &text, &e));
        assert_true(unitfile_open(&r, scratch_path(&s, "unit"), &e));
        assert_int_equal(unitfile_count(&r), 0);
        assert_true(r.bad);
        unitfile_release(&r);
        strbuf_release(&text);
    }
    scratch_remove(&s);
}

/* Cut off at any byte, or with any byte changed, it is none. */
static void damaged(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    struct unitfile r;
    struct strbuf whole = {0};
    scratch_make(&s);
    assert_false(unitfile_open(&r, scratch_path(&s, "none"), &e));
    unitfile_release(&r);
    write_one(&s);
    assert_true(infile_read(scratch_path(&s, "unit"), 100000, &whole, NULL, NULL, &e));
    for (size_t i = 0; i < whole.n; i++) {
        for (int cut = 0; cut < 2; cut++) {
            FILE *f = fopen(scratch_path(&s, "unit"), "we");
            assert_non_null(f);
            whole.p[i] ^= cut ? 0 : 1;
            assert_int_equal(fwrite(whole.p, 1, cut ? i : whole.n, f), cut ? i : whole.n);
            whole.p[i] ^= cut ? 0 : 1;
            assert_int_equal(fclose(f), 0);
            assert_false(unitfile_open(&r, scratch_path(&s, "unit"), &e));
            unitfile_release(&r);
        }
    }
    strbuf_release(&whole);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trip),
                                       cmocka_unit_test(not_what_is_asked),
                                       cmocka_unit_test(damaged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
