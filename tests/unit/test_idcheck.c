/*
 * Check digits: the examples that GB 11643-1999 and GB 32100-2015 print, and codes whose check
 * character follows by hand from the weights 3^i mod 31: 1 3 9 27 19 26 16 17 20 29 25 13 8 24 10
 * 30 28.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/idcheck.h"

static const struct {
    const char *check, *code;
    bool valid;
} rows[] = {
    {"gb11643", "11010519491231002X", true}, /* the standard's own */
    {"gb11643", "440524188001010014", true}, /* the standard's own */
    {"gb11643", "440524188001010013", false},
    {"gb11643", "440524188001010104", false}, /* two neighbours swapped */
    {"gb11643", "11010519491231002x", false}, /* values are in capitals */
    {"gb11643", "110105194912310021", false},
    {"gb11643", "110105491231002", false}, /* 15 digits: upgraded before */
    {"gb11643", "1101051949123100020", false},
    {"gb11643", "1101051949123100AX", false},
    {"gb11643", "", false},
    {"gb32100", "91350100M000100Y43", true}, /* the standard's own */
    {"gb32100", "91350100M000100Y34", false},
    {"gb32100", "9135010OM000100Y43", false}, /* O is no sign of the code */
    {"gb32100", "91350100m000100y43", false},
    {"gb32100", "000000000000000000", true}, /* 31 - 0 is written 0 */
    {"gb32100", "91000000000000000K", true}, /* 9 * 1 + 1 * 3 = 12; 31 - 12 = 19 = K */
    {"gb32100", "91000000000000000J", false},
    {"gb32100", "0000000000000000YW", true}, /* 30 * 28 = 840 = 27 * 31 + 3; 31 - 3 = 28 = W */
    {"gb32100", "91350100M000100Y4", false},
    {"gb32100", "", false},
};

static void codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool found = false;
        for (size_t k = 0; k < idcheck_count; k++) {
            if (!str_eq(str_c(idcheck_table[k].name), str_c(rows[i].check)))
                continue;
            found = true;
            if (idcheck_table[k].is_valid(str_c(rows[i].code)) != rows[i].valid)
                fail_msg("%s %s", rows[i].check, rows[i].code);
        }
        assert_true(found);
    }
}

/* Every wrong digit is noticed, in every place: what the standards promise. */
static void one_sign_wrong(void **state)
{
    (void)state;
    static const char signs[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const char *const good[] = {"11010519491231002X", "91350100M000100Y43"};
    for (size_t k = 0; k < idcheck_count; k++)
        for (size_t at = 0; at < 18; at++)
            for (size_t s = 0; s + 1 < sizeof signs; s++) {
                char code[18];
                memcpy(code, good[k], sizeof code);
                code[at] = signs[s];
                bool same = signs[s] == good[k][at];
                assert_int_equal(idcheck_table[k].is_valid((struct str){code, sizeof code}), same);
            }
}

static void character(void **state)
{
    (void)state;
    assert_int_equal(idcheck_gb11643("11010519491231002"), 'X');
    assert_int_equal(idcheck_gb11643("44052418800101001"), '4');
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes), cmocka_unit_test(one_sign_wrong),
                                       cmocka_unit_test(character)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
