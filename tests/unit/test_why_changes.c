/*
 * Looking up what cleaning changed, by file and line: in any order of the records, with quoted
 * cells over several lines, with columns in another order. Expected by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/run/why_changes.h"
#include "tests/unit/scratch.h"

static const char ordered[] = "file,line,column,before,after,rule\n"
                              "a/x.csv,2,名,\"b, \"\"c\"\"\",d,r1\n"
                              "a/x.csv,2,数,\"1\n\",1,r2\n"
                              "a/x.csv,10,名,,e,r3\n"
                              "a/y.csv,2,名,f,g,r4\n"
                              "\"a,b/z.csv\",3,名,h,i,r5\n"
                              "\"a,b/z.csv\",4,名,j,k,r6";
static const char disordered[] = "rule,file,column,before,after,line,note\n"
                                 "r4,a/y.csv,名,f,g,2,\n"
                                 "r3,a/x.csv,名,,e,10,\n"
                                 "r1,a/x.csv,名,\"b, \"\"c\"\"\",d,2,x\n"
                                 "r5,\"a,b/z.csv\",名,h,i,3,\n"
                                 "r2,a/x.csv,数,\"1\n\",1,2,\n"
                                 "r6,\"a,b/z.csv\",名,j,k,4,\n"
                                 "broken,a/x.csv\n"
                                 "r9,a/x.csv,名,p,q,no number,\n";

static const struct {
    const char *file;
    int64_t line;
    const char *expected;
} cases[] = {
    {"a/x.csv", 2, "名|b, \"c\"|d|r1; 数|1\n|1|r2; "},
    {"a/x.csv", 10, "名||e|r3; "},
    {"a/x.csv", 3, ""},
    {"a/y.csv", 2, "名|f|g|r4; "},
    {"a,b/z.csv", 3, "名|h|i|r5; "},
    {"a,b/z.csv", 4, "名|j|k|r6; "},
    {"a/z.csv", 2, ""},
};

static void expect_cases(const char *path)
{
    struct err e = {0};
    struct why_changes *x = why_changes_open(path, &e);
    assert_non_null(x);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct strbuf got = {0};
        struct why_change c;
        size_t first = why_changes_find(x, str_c(cases[k].file), cases[k].line);
        for (size_t i = first; why_changes_get(x, first, i, &c); i++)
            strbuf_printf(&got, "%.*s|%.*s|%.*s|%.*s; ", STR_ARG(c.column), STR_ARG(c.before),
                          STR_ARG(c.after), STR_ARG(c.rule));
        assert_string_equal(strbuf_c(&got), cases[k].expected);
        strbuf_release(&got);
    }
    why_changes_free(x);
}

static void test_lookup(void **state)
{
    struct scratch s;
    (void)state;
    scratch_make(&s);
    static const char *const texts[] = {ordered, disordered};
    for (size_t i = 0; i < 2; i++)
        expect_cases(scratch_write(&s, "changes.csv", texts[i]));
    scratch_remove(&s);
}

static void test_absent_and_bad(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    scratch_make(&s);
    assert_null(why_changes_open("nowhere/changes.csv.gz", &e));
    assert_null(e.code);
    assert_int_equal(why_changes_find(NULL, STR("a"), 1), SIZE_MAX);
    assert_null(
        why_changes_open(scratch_write(&s, "c.csv", "file,line,column,before,after\n"), &e));
    assert_string_equal(e.code, "E-FILE-13");
    assert_null(why_changes_open(scratch_write(&s, "c.csv", ""), &e));
    assert_string_equal(e.code, "E-FILE-11");
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_absent_and_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
