/* File-name patterns. Days are Python's (date(y, m, d) - date(1970, 1, 1)).days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/filename.h"

#define SHIPPED "{year}/{export}_{name}_{org}_{cutoff}[_r{version}].csv[.gz]"
#define NO_DAY INT64_MIN

static const struct row {
    const char *pattern, *export, *path;
    bool matches;
    const char *year, *name, *org;
    int64_t cutoff, version;
} rows[] = {
    {SHIPPED, "E10", "2018/E10_susong_11650109MB0001257J_20181231.csv", true, "2018", "susong",
     "11650109MB0001257J", 17896, 0},
    {SHIPPED, "E01a", "2019/E01a_banjian_11650109MB0001134H_20191231_r2.csv", true, "2019",
     "banjian", "11650109MB0001134H", 18261, 2},
    {SHIPPED, "E01a", "2019/E01a_banjian_11650109MB000110XU_20191231.csv.gz", true, "2019",
     "banjian", "11650109MB000110XU", 18261, 0},
    {SHIPPED, "E01a", "2019/E01a_b_A1_20191231_r12.csv.gz", true, "2019", "b", "A1", 18261, 12},
    /* the name is as short as fits, and may hold what separates fields */
    {SHIPPED, "E01a", "2019/E01a_ban_jian_v2_A1_20200229.csv", true, "2019", "ban_jian_v2", "A1",
     18321, 0},
    /* another export, an export whose id begins with this one's, another folder */
    {SHIPPED, "E01b", "2019/E01a_banjian_A1_20191231.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01", "2019/E01a_banjian_A1_20191231.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "ref/E01a_banjian_A1_20191231.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "2019/x/E01a_banjian_A1_20191231.csv", false, "", "", "", NO_DAY, 0},
    /* no real day, too few and too many digits, no digits after r, signs in org */
    {SHIPPED, "E01a", "2019/E01a_banjian_A1_20190229.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "2019/E01a_banjian_A1_2019123.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "2019/E01a_banjian_A1_201912311.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "2019/E01a_banjian_A1_20191231_r.csv", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "2019/E01a_banjian_A-1_20191231.csv", false, "", "", "", NO_DAY, 0},
    /* the whole path counts */
    {SHIPPED, "E01a", "2019/E01a_banjian_A1_20191231.csv.gz.part", false, "", "", "", NO_DAY, 0},
    {SHIPPED, "E01a", "", false, "", "", "", NO_DAY, 0},
    {"{name}.csv", "x", "Big Buildings Recycling (INTERNAL).csv", true, "",
     "Big Buildings Recycling (INTERNAL)", "", NO_DAY, 0},
    {"{name}.csv", "x", ".csv", false, "", "", "", NO_DAY, 0},
    {"{name}.csv", "x", "a/b.csv", false, "", "", "", NO_DAY, 0},
    {"借阅_{org}_{cutoff}.csv", "x", "借阅_east_19700102.csv", true, "", "", "east", 1, 0},
    {"{export}.csv", "loans", "loans.csv", true, "", "", "", NO_DAY, 0},
    /* nested parts; a part that was tried and given up leaves nothing behind */
    {"a[-{org}[-r{version}]].csv", "x", "a.csv", true, "", "", "", NO_DAY, 0},
    {"a[-{org}[-r{version}]].csv", "x", "a-b.csv", true, "", "", "b", NO_DAY, 0},
    {"a[-{org}[-r{version}]].csv", "x", "a-b-r7.csv", true, "", "", "b", NO_DAY, 7},
    {"a[-{org}[-r{version}]].csv", "x", "a-r7.csv", true, "", "", "r7", NO_DAY, 0},
    {"[{org}-]{name}.csv", "x", "east.csv", true, "", "east", "", NO_DAY, 0},
    {"[{org}-]{name}.csv", "x", "east-1.csv", true, "", "1", "east", NO_DAY, 0},
    {"f_{version}.csv", "x", "f_999999999999999999.csv", true, "", "", "", NO_DAY,
     999999999999999999},
    {"f_{version}.csv", "x", "f_9999999999999999999.csv", false, "", "", "", NO_DAY, 0},
};

static void check_text(struct str got, const char *expected)
{
    assert_int_equal(got.n, strlen(expected));
    assert_true(str_eq(got, str_c(expected)));
}

static void test_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];
        struct filename f;
        bool matches = filename_match(str_c(r->pattern), str_c(r->export), str_c(r->path), &f);
        if (matches != r->matches)
            fail_msg("%s against %s", r->path, r->pattern);
        check_text(f.year, r->year);
        check_text(f.name, r->name);
        check_text(f.org, r->org);
        assert_true(f.cutoff == r->cutoff);
        assert_true(f.version == r->version);
    }
}

static const struct {
    const char *pattern;
    bool good;
} patterns[] = {
    {SHIPPED, true},
    {"{name}.csv", true},
    {"a[-{org}[-r{version}]].csv", true},
    {"plain.csv", true},
    {"", false},
    {"{nam}.csv", false},
    {"{}.csv", false},
    {"{name.csv", false},
    {"name}.csv", false},
    {"{name}.csv[.gz", false},
    {"{name}].csv", false},
    {"{org}_{org}.csv", false},
    {"[{org}]_[{org}].csv", false},
    {"/{name}.csv", false},
    {"../{name}.csv", false},
    {"a/../{name}.csv", false},
    {"a..b/{name}.csv", true},
    {"[a][b][c][d][e][f][g][h]{name}", true},
    {"[a][b][c][d][e][f][g][h][i]{name}", false},
};

static void test_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if ((filename_check(str_c(patterns[i].pattern)) == NULL) != patterns[i].good)
            fail_msg("pattern %s", patterns[i].pattern);
}

/* A pattern that was never checked must not be read beyond its end. */
static void test_malformed_is_no_match(void **state)
{
    (void)state;
    static const char *const bad[] = {"{", "[", "]", "{name", "[{", "a[b[c", "}"};
    struct filename f;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(filename_match(str_c(bad[i]), STR("E"), STR("abcd"), &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_malformed_is_no_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
