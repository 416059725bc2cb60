/* map: as many keys as it takes to grow it several times, and the keys that are easily confused. */
#include "pipeline/base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "pipeline/base/arena.h"

static void test_many(void **state)
{
    (void)state;
    enum { N = 20000 };
    struct map m = {0};
    struct arena a = {0};
    assert_true(map_get(&m, STR("0")) == MAP_NONE);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < N; i++)
            assert_int_equal(map_put(&m, arena_printf(&a, "key %zu", i), i * 3), i * 3);
        assert_int_equal(m.n, N);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(map_get(&m, arena_printf(&a, "key %zu", i)), i * 3);
            assert_int_equal(map_put(&m, arena_printf(&a, "key %zu", i), 7), i * 3);
            assert_true(map_get(&m, arena_printf(&a, "key %zu", i + N)) == MAP_NONE);
        }
        assert_int_equal(m.n, N);
        map_reset(&m);
        assert_int_equal(m.n, 0);
        assert_true(map_get(&m, STR("key 1")) == MAP_NONE);
    }
    map_release(&m);
    assert_int_equal(map_put(&m, STR("again"), 1), 1);
    map_release(&m);
    arena_release(&a);
}

/* Different only in length, in a NUL, in the last byte, in order. */
static const struct str keys[] = {
    {"", 0},
    {"\0", 1},
    {"\0\0", 2},
    {"a", 1},
    {"a\0", 2},
    {"ab", 2},
    {"ba", 2},
    {"abcdefgh", 8},
    {"abcdefgh\0", 9},
    {"abcdefgi", 8},
    {"abcdefghi", 9},
    {"ibcdefghi", 9},
    {"abcdefghabcdefgh", 16},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static void test_alike(void **state)
{
    (void)state;
    struct map m = {0};
    for (size_t i = 0; i < KEYS; i++)
        assert_int_equal(map_put(&m, keys[i], i), i);
    for (size_t i = 0; i < KEYS; i++)
        assert_int_equal(map_get(&m, keys[i]), i);
    /* a missing slice is the empty key */
    assert_int_equal(map_get(&m, (struct str){NULL, 0}), 0);
    map_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
