/* Whose file is it whose name fits no export? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/slip_source.h"

static void test_org_in(void **state)
{
    (void)state;
    static struct org_row first[] = {{.code = {"AB1", 3}}, {.code = {"", 0}}},
                          second[] = {{.code = {"AB1_C", 5}}, {.code = {"D", 1}}};
    static struct org_alias alias[] = {{first, 2, false}, {second, 2, false}};
    static struct submitter due[] = {{0, {"E9", 2}}, {0, {"E8", 2}}};
    static const struct refs refs = {
        .org_alias = alias, .n_alias = 2, .submitter = due, .n_submitters = 2};
    static const struct {
        const char *path, *org;
    } rows[] = {
        {"2019/x_AB1_2019.csv", "AB1"},
        {"AB1", "AB1"},
        {"AB1/x.csv", "AB1"},
        {"办件AB1表.csv", "AB1"},
        {"x_AB12.csv", ""},
        {"xAB1.csv", ""},
        {"xAB1_AB1.csv", "AB1"},
        {"AB1_C.csv", "AB1_C"},
        {"D/AB1_CC.csv", "AB1"},
        {"D.csv", "D"},
        {"E8-E9.csv", "E9"},
        {"", ""},
        {"ab1.csv", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str org = slip_org_in(&refs, str_c(rows[i].path));
        if (!str_eq(org, str_c(rows[i].org)))
            fail_msg("%s: %.*s", rows[i].path, STR_ARG(org));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_org_in)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
