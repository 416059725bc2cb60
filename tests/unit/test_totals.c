/* Sums that declared totals are compared with: which of them agree, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/calc/totals.h"

static const struct kind kinds[] = {
    {.name = "text", .type = TCOL_TEXT},
    {.name = "count", .type = TCOL_INT},
    {.name = "money", .type = TCOL_MONEY},
    {.name = "date", .type = TCOL_DATE},
};
static const struct conf_type types[] = {
    {.kind = &kinds[0]}, {.kind = &kinds[1]}, {.kind = &kinds[2]}, {.kind = &kinds[3]}};
static const struct conf_enum words = {.n = 2};

enum { NAME, NUMBER, COUNT, WORD, FEE, DAY, ABSENT, COLUMNS };
static struct conf_column columns[COLUMNS] = {
    [NAME] = {.type = &types[0]},
    [NUMBER] = {.type = &types[1], .key = true}, /* a number that names is not summed */
    [COUNT] = {.type = &types[1]},
    [WORD] = {.type = &types[1], .e = &words}, /* nor is a word of a list */
    [FEE] = {.type = &types[2]},
    [DAY] = {.type = &types[3]},
    [ABSENT] = {.type = &types[1]},
};
static const struct conf_export export = {.column = columns, .n = COLUMNS};
static const size_t field[COLUMNS] = {0, 1, 2, 3, 4, 5, SIZE_MAX};

static void add(struct totals *t, int64_t count, int64_t fee, bool kept)
{
    struct tvalue row[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++)
        row[c] = (struct tvalue){.i = 1000};
    row[COUNT].i = count;
    row[FEE].i = fee;
    totals_add(t, row, kept);
}

static void test_columns(void **state)
{
    (void)state;
    struct arena a = {0};
    struct totals *t = totals_new(&export, field, &a);
    assert_int_equal(totals_columns(t), 2);
    assert_int_equal(totals_column(t, 0), COUNT);
    assert_int_equal(totals_column(t, 1), FEE);
    arena_release(&a);
}

/* Rows 3, 4 (rejected), a missing one; a total; 5, 6 (rejected); a total. */
static void test_sums(void **state)
{
    (void)state;
    struct arena a = {0};
    struct totals *t = totals_new(&export, field, &a);
    static const struct {
        int64_t declared;
        bool first, second; /* after the first rows, after all */
    } rows[] = {
        {7, true, false},  /* all so far */
        {3, true, false},  /* those kept */
        {18, false, true}, /* all of the file */
        {8, false, true},  /* all kept */
        {11, false, true}, /* all since the first total */
        {5, false, true},  /* kept since then */
        {0, false, false}, {4, false, false}, {1003, false, false},
    };
    add(t, 3, TABLE_MISSING, true);
    add(t, 4, 250, false);
    add(t, TABLE_MISSING, 50, true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(totals_agree(t, 0, rows[i].declared), rows[i].first);
    assert_true(totals_agree(t, 1, 300));
    assert_true(totals_agree(t, 1, 50));
    assert_int_equal(totals_kept(t, 1), 50);
    totals_since(t);
    add(t, 5, 0, true);
    add(t, 6, 0, false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(totals_agree(t, 0, rows[i].declared), rows[i].second);
    assert_int_equal(totals_kept(t, 0), 8);
    arena_release(&a);
}

/* A sum beyond 64 bits has no value, and agrees with nothing; that of the rows kept may go on. */
static void test_too_large(void **state)
{
    (void)state;
    struct arena a = {0};
    struct totals *t = totals_new(&export, field, &a);
    add(t, INT64_MAX, 1, true);
    add(t, 1, 1, false);
    assert_true(totals_agree(t, 0, INT64_MAX));
    assert_int_equal(totals_kept(t, 0), INT64_MAX);
    add(t, 1, 1, true);
    assert_int_equal(totals_kept(t, 0), TABLE_MISSING);
    assert_false(totals_agree(t, 0, INT64_MIN + 1));
    add(t, -5, 1, true);
    assert_int_equal(totals_kept(t, 0), TABLE_MISSING);
    assert_true(totals_agree(t, 1, 3));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
