/* What spreadsheets leave of cells; by the forms that they write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/conf.h"
#include "pipeline/calc/damage.h"
#include "pipeline/calc/idcheck.h"

static void cells(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        enum damage damage;
    } rows[] = {
        {"####", DAMAGE_NARROW},     {"##", DAMAGE_NARROW},       {"#", DAMAGE_NONE},
        {"###1", DAMAGE_NONE},       {"#N/A", DAMAGE_FORMULA},    {"#n/a", DAMAGE_FORMULA},
        {"#REF!", DAMAGE_FORMULA},   {"#VALUE!", DAMAGE_FORMULA}, {"#NAME?", DAMAGE_FORMULA},
        {"#DIV/0!", DAMAGE_FORMULA}, {"#NUM!", DAMAGE_FORMULA},   {"#NULL!", DAMAGE_FORMULA},
        {"#REF", DAMAGE_NONE},       {"#12 楼", DAMAGE_NONE},     {"#DIV/0!!", DAMAGE_NONE},
        {"N/A", DAMAGE_NONE},        {"", DAMAGE_NONE},           {"=\"00123\"", DAMAGE_EQUALS},
        {"=\"1\"", DAMAGE_EQUALS},   {"=\"\"", DAMAGE_NONE},      {"=\"", DAMAGE_NONE},
        {"=A1", DAMAGE_NONE},        {"=\"a", DAMAGE_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (damage_of_cell(str_c(rows[i].cell)) != rows[i].damage)
            fail_msg("%s", rows[i].cell);
}

static void codes(void **state)
{
    (void)state;
    static const struct idcheck *identity[1], *both[2];
    identity[0] = both[0] = &idcheck_table[0]; /* gb11643 */
    both[1] = &idcheck_table[1];               /* gb32100 */
    static const struct conf_type plain = {.width = 0}, six = {.width = 6},
                                  one = {.check = identity, .n_check = 1},
                                  two = {.check = both, .n_check = 2};
    static const struct {
        const struct conf_type *type;
        const char *code;
        enum damage damage;
    } rows[] = {
        {&plain, "650109199001010000", DAMAGE_CUT_OFF},
        {&plain, "650109199001010010", DAMAGE_NONE},
        {&plain, "65010919900101000", DAMAGE_NONE},
        {&plain, "6501091990010100000", DAMAGE_NONE},
        {&plain, "A50109199001010000", DAMAGE_NONE},
        {&plain, "1月2日", DAMAGE_DAY},
        {&plain, "12月31日", DAMAGE_DAY},
        {&plain, "1月", DAMAGE_NONE},
        {&plain, "月2日", DAMAGE_NONE},
        {&plain, "123月1日", DAMAGE_NONE},
        {&plain, "1月123日", DAMAGE_NONE},
        {&plain, "1月2日A", DAMAGE_NONE},
        {&plain, "JAN-02", DAMAGE_DAY},
        {&plain, "2-JAN", DAMAGE_DAY},
        {&plain, "31-DEC", DAMAGE_DAY},
        {&plain, "2-JAN-19", DAMAGE_DAY},
        {&plain, "JAN-2019", DAMAGE_DAY},
        {&plain, "JAN-", DAMAGE_NONE},
        {&plain, "JAN-FEB", DAMAGE_NONE},
        {&plain, "JAN-123", DAMAGE_NONE},
        {&plain, "ANF-02", DAMAGE_NONE}, /* no month, though it stands across two */
        {&plain, "N-F", DAMAGE_NONE},
        {&plain, "1-2-3", DAMAGE_NONE},
        {&plain, "JAN-1-2-3", DAMAGE_NONE},
        {&plain, "43466", DAMAGE_NONE}, /* a serial day is a number like others */
        {&plain, "2019-01-02", DAMAGE_NONE},
        {&plain, "12345", DAMAGE_NONE},
        {&six, "12345", DAMAGE_ZEROS},
        {&six, "0", DAMAGE_ZEROS},
        {&six, "123456", DAMAGE_NONE},
        {&six, "1234567", DAMAGE_NONE},
        {&six, "A1234", DAMAGE_NONE},
        {&one, "11010519491231002X", DAMAGE_NONE},
        {&one, "110105194912310021", DAMAGE_IDENTITY},
        {&one, "91350100M000100Y43", DAMAGE_IDENTITY},
        {&one, "110105194912310000", DAMAGE_CUT_OFF}, /* what happened says more */
        {&one, "110105194912301000", DAMAGE_NONE},    /* ends so, and is right */
        {&two, "91350100M000100Y43", DAMAGE_NONE},
        {&two, "11010519491231002X", DAMAGE_NONE},
        {&two, "91350100M000100Y44", DAMAGE_IDENTITY}, /* the first check has the word */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (damage_of_code(rows[i].type, str_c(rows[i].code)) != rows[i].damage)
            fail_msg("%zu: %s", i, rows[i].code);
}

/* Each has words for the clerk: what is wrong, and what to do. */
static void words(void **state)
{
    (void)state;
    for (size_t d = DAMAGE_NONE + 1; d < DAMAGES; d++) {
        const struct msg *m = msg_find(damage_warning[d]);
        for (int l = 0; l < MSG_LANGS; l++)
            assert_true(m->text[l][0] && m->fix[l][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells), cmocka_unit_test(codes),
                                       cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
