/*
 * Vintages: what is appended, what is left alone, and a file that is damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/io/infile.h"
#include "pipeline/run/vintages.h"
#include "tests/unit/scratch.h"

#define HEAD "id,period,org,month,value,numerator,denominator,unit,printed,status\n"
#define OUT "run,started,period,id,org,month,value,numerator,denominator,printed,status\n"

static const struct conf conf = {.gzip_level = 6};

/* One run: its number, the figures, and the whole file afterwards (start of run n: n seconds). */
static const struct step {
    int64_t run;
    const char *figures, *file;
} steps[] = {
    {1, HEAD "A,2019,,,1,,,件,1,正常\nA,2019,O1,,1,,,件,1,正常\nR,2019,,,50.0,1,2,%,50%,正常\n",
     OUT "1,1970-01-01T00:00:01Z,2019,A,,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,A,O1,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,R,,,50.0,1,2,50%,正常\n"},
    /* a quiet night */
    {2, HEAD "A,2019,,,1,,,件,1,正常\nA,2019,O1,,1,,,件,1,正常\nR,2019,,,50.0,1,2,%,50%,正常\n",
     OUT "1,1970-01-01T00:00:01Z,2019,A,,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,A,O1,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,R,,,50.0,1,2,50%,正常\n"},
    /* a new value; the same rate of other parts; a month and a year of their own */
    {3,
     HEAD "A,2019,,,2,,,件,2,正常\nA,2019,O1,,1,,,件,1,正常\nA,2019,,2019-01,1,,,件,1,正常\n"
          "R,2019,,,50.0,2,4,%,50%,正常\nA,2018,,,1,,,件,1,正常\n",
     OUT "1,1970-01-01T00:00:01Z,2019,A,,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,A,O1,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,R,,,50.0,1,2,50%,正常\n"
         "3,1970-01-01T00:00:03Z,2019,A,,,2,,,2,正常\n"
         "3,1970-01-01T00:00:03Z,2019,A,,2019-01,1,,,1,正常\n"
         "3,1970-01-01T00:00:03Z,2019,R,,,50.0,2,4,50%,正常\n"
         "3,1970-01-01T00:00:03Z,2018,A,,,1,,,1,正常\n"},
    /* back to the first value: again a line, since the last one is another; and a status */
    {4, HEAD "A,2019,,,1,,,件,1,正常\nA,2019,O1,,1,,,件,1,缺报\n",
     OUT "1,1970-01-01T00:00:01Z,2019,A,,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,A,O1,,1,,,1,正常\n"
         "1,1970-01-01T00:00:01Z,2019,R,,,50.0,1,2,50%,正常\n"
         "3,1970-01-01T00:00:03Z,2019,A,,,2,,,2,正常\n"
         "3,1970-01-01T00:00:03Z,2019,A,,2019-01,1,,,1,正常\n"
         "3,1970-01-01T00:00:03Z,2019,R,,,50.0,2,4,50%,正常\n"
         "3,1970-01-01T00:00:03Z,2018,A,,,1,,,1,正常\n"
         "4,1970-01-01T00:00:04Z,2019,A,,,1,,,1,正常\n"
         "4,1970-01-01T00:00:04Z,2019,A,O1,,1,,,1,缺报\n"},
};

static void make(struct scratch *s)
{
    struct err e = {0};
    scratch_make(s);
    assert_true(outdir_make(scratch_path(s, "compute"), &e));
}

static bool write_run(const struct scratch *s, int64_t run, struct err *e)
{
    struct run_request r = {.conf = &conf, .out = s->dir};
    struct run_facts facts = {.number = run, .started = run};
    return vintages_write(&r, &facts, e);
}

static void test_steps(void **state)
{
    (void)state;
    struct scratch s;
    make(&s);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct err e = {0};
        struct strbuf text = {0};
        scratch_write(&s, "compute/indicators.csv", steps[i].figures);
        assert_true(write_run(&s, steps[i].run, &e));
        assert_true(infile_read(scratch_path(&s, "history/vintages.csv.gz"), 1 << 20, &text, NULL,
                                NULL, &e));
        assert_string_equal(strbuf_c(&text), steps[i].file);
        strbuf_release(&text);
    }
    scratch_remove(&s);
}

static void test_damaged(void **state)
{
    (void)state;
    static const char damaged[] = "\x1f\x8b\x08 no gzip";
    struct scratch s;
    struct err e = {0};
    struct strbuf text = {0};
    make(&s);
    scratch_write(&s, "compute/indicators.csv", steps[0].figures);
    assert_true(outdir_make(scratch_path(&s, "history"), &e));
    scratch_write(&s, "history/vintages.csv.gz", damaged);
    assert_false(write_run(&s, 1, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_string_equal(e.code, "E-FILE-02");
    FILE *f = fopen(scratch_path(&s, "history/vintages.csv.gz"), "re");
    assert_non_null(f);
    char left[64];
    size_t n = fread(left, 1, sizeof left, f);
    fclose(f);
    assert_int_equal(n, sizeof damaged - 1); /* as it was */
    assert_memory_equal(left, damaged, n);
    strbuf_release(&text);
    scratch_remove(&s);
}

/* Nothing has been computed yet: nothing to keep. */
static void test_no_figures(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    scratch_make(&s);
    assert_true(write_run(&s, 1, &e));
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_no_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
