/* A slip against the last one: findings that are known again, and how many of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/slip_compare.h"
#include "tests/unit/scratch.h"

#define HEAD                                                                                       \
    "\xef\xbb\xbf"                                                                                 \
    "code,export,title,file,line,column,value,times\r\n"

static void test_compare(void **state)
{
    (void)state;
    static const struct {
        const char *last, *now; /* NULL: no slip */
        int64_t sum[6];         /* last, now, mended, same, new, unknown */
    } rows[] = {
        {NULL, NULL, {0, 0, 0, 0, 0}},
        {NULL, HEAD "R,A,t,f,1,c,v,3\r\n", {0, 3, 0, 0, 3}},
        {HEAD "R,A,t,f,1,c,v,3\r\n", NULL, {3, 0, 3, 0, 0}},
        {HEAD, HEAD, {0, 0, 0, 0, 0}},
        /* another file, other lines, another title: the same findings */
        {HEAD "R,A,t,f,1 2 3,c,v,3\r\n", HEAD "R,A,u,g,7 9,c,v,2\r\n", {3, 2, 1, 2, 0}},
        /* of two files of one export */
        {HEAD "R,A,t,f,1,c,v,3\r\nR,A,t,g,1,c,v,4\r\n",
         HEAD "R,A,t,f,1,c,v,9\r\n",
         {7, 9, 0, 7, 2}},
        /* each part of what a finding is known by */
        {HEAD "R,A,t,f,1,c,v,1\r\n", HEAD "S,A,t,f,1,c,v,1\r\n", {1, 1, 1, 0, 1}},
        {HEAD "R,A,t,f,1,c,v,1\r\n", HEAD "R,B,t,f,1,c,v,1\r\n", {1, 1, 1, 0, 1}},
        {HEAD "R,A,t,f,1,c,v,1\r\n", HEAD "R,A,t,f,1,d,v,1\r\n", {1, 1, 1, 0, 1}},
        {HEAD "R,A,t,f,1,c,v,1\r\n", HEAD "R,A,t,f,1,c,\"v,\",1\r\n", {1, 1, 1, 0, 1}},
        /* a file that could not be read, or did not come: of its export only */
        {HEAD "R,A,t,f,1,c,v,3\r\nR,B,t,g,1,c,v,4\r\n",
         HEAD "W-FILE-06,A,t,f,,,,1\r\n",
         {7, 1, 4, 0, 1, 3}},
        {HEAD "R,A,t,f,1,c,v,3\r\nW-FILE-06,A,t,f,,,,1\r\n",
         HEAD "E-SUB-01,A,t,,,,,1\r\nR,A,t,f,1,c,v,1\r\n",
         {4, 2, 0, 1, 1, 3}},
        /* left alone, replaced: no file of the export is missing */
        {HEAD "R,A,t,f,1,c,v,3\r\n", HEAD "W-FILE-07,A,t,f,,,,1\r\n", {3, 1, 3, 0, 1, 0}},
        {HEAD "R,A,t,f,1,ab,c,1\r\n", HEAD "R,A,t,f,1,a,bc,1\r\n", {1, 1, 1, 0, 1}},
    };
    struct scratch d;
    scratch_make(&d);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena a = {0};
        struct slip_changes c;
        struct err e;
        char last[256] = "", now[256] = "";
        if (rows[i].last)
            memcpy(last, scratch_write(&d, "last", rows[i].last), sizeof last);
        if (rows[i].now)
            memcpy(now, scratch_write(&d, "now", rows[i].now), sizeof now);
        assert_true(slip_compare(rows[i].last ? last : NULL, rows[i].now ? now : NULL, &a, &c, &e));
        const int64_t have[] = {c.last, c.now, c.mended, c.same, c.fresh, c.unknown};
        for (size_t k = 0; k < 6; k++)
            if (have[k] != rows[i].sum[k])
                fail_msg("row %zu: sum %zu is %lld", i, k, (long long)have[k]);
        arena_release(&a);
    }
    scratch_remove(&d);
}

/* First what there is now, in its order, then what is mended; a formula stays defused. */
static void test_print(void **state)
{
    (void)state;
    struct scratch d;
    struct arena a = {0};
    struct slip_changes c;
    struct err e;
    struct strbuf out = {0};
    scratch_make(&d);
    char last[256];
    memcpy(last, scratch_write(&d, "last", HEAD "R,A,t,f,1,c,gone,2\r\nR,A,t,f,1,c,'=1+1,3\r\n"),
           sizeof last);
    const char *now = scratch_write(&d, "now", HEAD "R,A,t,f,1,c,new,1\r\nR,A,t,f,1,c,'=1+1,4\r\n");
    assert_true(slip_compare(last, now, &a, &c, &e));
    slip_compare_csv(&c, LANG_EN, &out);
    assert_string_equal(strbuf_c(&out),
                        "\xef\xbb\xbf"
                        "code,export,column,value,last,now,mended,same,new,unknown\r\n"
                        "R,A,c,new,0,1,0,0,1,0\r\n"
                        "R,A,c,'=1+1,3,4,0,3,1,0\r\n"
                        "R,A,c,gone,2,0,2,0,0,0\r\n");
    strbuf_release(&out);
    arena_release(&a);
    scratch_remove(&d);
}

static void test_no_slip(void **state)
{
    (void)state;
    static const char *const text[] = {"a,b\n1,2\n", HEAD "R,A,t,f,1,c,v,many\r\n", "",
                                       HEAD "R,A,t,f,1,c,\"v,1\r\n"};
    struct scratch d;
    scratch_make(&d);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        struct arena a = {0};
        struct slip_changes c;
        struct err e;
        assert_false(slip_compare(scratch_write(&d, "last", text[i]), NULL, &a, &c, &e));
        assert_int_equal(e.status, ST_DATA);
        arena_release(&a);
    }
    scratch_remove(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_no_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
