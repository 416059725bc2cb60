/* Which figures read which columns: expected by reading the configuration below with the eyes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/effect.h"
#include "tests/unit/scratch.h"

static const char text[] = "[parameters]\nyear = 2019\n"
                           "[enum W]\n好 =\n坏 =\n"
                           "[enum U]\n日 =\n"
                           "[export A]\n"
                           "column id = 号 : code, key\n"
                           "column org = 部门 : org, required, day at, or code\n"
                           "column code = 编码 : code\n"
                           "column at = 时间 : date, required\n"
                           "column done = 办结 : date\n"
                           "column n = 数量 : count\n"
                           "column lim = 时限 : count\n"
                           "column unit = 单位 : enum U\n"
                           "column w = 等级 : enum W\n"
                           "column spare = 备用 : text\n"
                           "[export B]\n"
                           "column case = 号 : code, key\n"
                           "column from = 起 : date, key\n"
                           "column to = 止 : date\n"
                           "column why = 原因 : text\n"
                           "[export C]\n"
                           "column k = 号 : code, key\n"
                           "column v = 值 : count\n"
                           "[deadline due]\n"
                           "table = A\nstart = at\nlimit = lim unit\nunit 日 = 1 day\n"
                           "default_unit = 日\n"
                           "pauses = B\npause_on = case = id\npause_span = from, to\n"
                           "pause_open = done\n"
                           "[event E]\ntable = A\nwhere = w = 好\nsame = at, org\nkeep = n = 1\n"
                           "largest = lim\n"
                           "[set S]\nfrom = A\nwhere = at in period\n"
                           "[indicator F1]\nfrom = S\nvalue = rows()\n"
                           "[indicator F2]\nfrom = S\nvalue = sum(n)\nby_org = org\n"
                           "[indicator F3]\nfrom = A\nvalue = rows(where due is present)\n"
                           "[indicator F4]\nfrom = E\nvalue = rows()\n"
                           "[indicator F5]\nvalue = F1 + F6\n"
                           "[indicator F6]\nfrom = C\nwhere = v > 0\nvalue = rows()\n"
                           "[indicator F7]\nvalue = 12\nprior = F6\n";

struct loaded {
    struct scratch scratch;
    struct conf conf;
    struct plan plan;
    struct problems problems;
    struct arena arena;
    struct effect effect;
};

static void load(struct loaded *l)
{
    *l = (struct loaded){0};
    scratch_make(&l->scratch);
    bool ok = conf_load(scratch_write(&l->scratch, "c.ini", text), &l->conf, &l->problems) &&
              plan_build(&l->conf, NULL, &l->plan, &l->problems);
    for (size_t i = 0; i < l->problems.n; i++)
        print_error("%s %s\n", l->problems.e[i].where, l->problems.e[i].text[LANG_EN]);
    assert_true(ok);
    effect_build(&l->plan, &l->arena, &l->effect);
}

static void unload(struct loaded *l)
{
    scratch_remove(&l->scratch);
    problems_release(&l->problems);
    plan_release(&l->plan);
    conf_release(&l->conf);
    arena_release(&l->arena);
}

/* Column NULL: the export as a whole. figures: one sign each of F1 to F7. */
static void test_reads(void **state)
{
    (void)state;
    static const struct {
        const char *export, *column, *figures;
    } rows[] = {
        {"A", NULL, "xxxxx.."},   {"A", "id", "xxxxx.."},    {"A", "at", "xxxxx.."},
        {"A", "org", ".x.x..."},  {"A", "code", ".x.x..."},  {"A", "n", ".x.x..."},
        {"A", "done", "..x...."}, {"A", "lim", "..xx..."},   {"A", "unit", "..x...."},
        {"A", "w", "...x..."},    {"A", "spare", "......."}, {"B", NULL, "..x...."},
        {"B", "case", "..x...."}, {"B", "from", "..x...."},  {"B", "to", "..x...."},
        {"B", "why", "......."},  {"C", NULL, "....xx."},    {"C", "k", "....xx."},
        {"C", "v", "....xx."},
    };
    struct loaded l;
    load(&l);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t x = conf_find_export(&l.conf, str_c(rows[i].export)), c = SIZE_MAX, want = 0;
        if (rows[i].column)
            c = conf_find_column(&l.conf.exports[x], str_c(rows[i].column));
        bool touched[7] = {false};
        char have[8] = ".......";
        size_t n = effect_mark(&l.effect, x, c, touched);
        for (size_t f = 0; f < 7; f++) {
            if (touched[f])
                have[f] = 'x';
            want += rows[i].figures[f] == 'x';
        }
        if (strcmp(have, rows[i].figures) != 0)
            fail_msg("%s.%s: %s, not %s", rows[i].export, rows[i].column, have, rows[i].figures);
        assert_int_equal(n, want);
    }
    unload(&l);
}

/* Marks add up; without a list the figures are only counted. */
static void test_mark(void **state)
{
    (void)state;
    struct loaded l;
    load(&l);
    bool touched[7] = {false};
    touched[6] = true;
    assert_int_equal(effect_mark(&l.effect, 2, SIZE_MAX, touched), 2);
    assert_int_equal(effect_mark(&l.effect, 2, SIZE_MAX, touched), 2);
    assert_true(touched[4] && touched[5] && touched[6] && !touched[0]);
    assert_int_equal(effect_mark(&l.effect, 0, SIZE_MAX, NULL), 5);
    unload(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
