/* arena: pieces are zeroed, aligned, apart, and stay until reset. */
#include "pipeline/base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static void test_pieces(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 65536, 65537, 200000, 3};
    struct arena a;
    arena_init(&a);
    for (int round = 0; round < 3; round++) {
        unsigned char *piece[LEN(sizes) * 20];
        for (size_t i = 0; i < LEN(piece); i++) {
            size_t n = sizes[i % LEN(sizes)];
            piece[i] = arena_alloc(&a, n);
            assert_non_null(piece[i]);
            assert_int_equal((uintptr_t)piece[i] % alignof(max_align_t), 0);
            for (size_t k = 0; k < n; k++)
                assert_int_equal(piece[i][k], 0);
            memset(piece[i], (int)i, n);
        }
        for (size_t i = 0; i < LEN(piece); i++)
            for (size_t k = 0; k < sizes[i % LEN(sizes)]; k++)
                assert_int_equal(piece[i][k], i % 256);
        arena_reset(&a);
    }
    arena_release(&a);
    assert_non_null(arena_raw(&a, 5)); /* may be used again */
    arena_release(&a);
}

/* A single piece of the same size after each reset is the same memory: blocks are read so. */
static void test_reuse(void **state)
{
    (void)state;
    struct arena a = {0};
    arena_alloc(&a, 10);
    void *first = arena_raw(&a, 1000000);
    for (int i = 0; i < 5; i++) {
        arena_reset(&a);
        assert_ptr_equal(arena_raw(&a, 1000000), first);
    }
    arena_release(&a);
}

static void test_text(void **state)
{
    (void)state;
    struct arena a = {0};
    char source[] = "米东区";
    struct str s = arena_str(&a, str_c(source));
    source[0] = '?';
    assert_int_equal(s.n, 9);
    assert_string_equal(s.p, "米东区");
    s = arena_str(&a, (struct str){NULL, 0});
    assert_int_equal(s.n, 0);
    assert_string_equal(s.p, "");
    s = arena_printf(&a, "%s:%d", "a.ini", 12);
    assert_int_equal(s.n, 8);
    assert_string_equal(s.p, "a.ini:12");
    arena_release(&a);
}

static void test_array(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_int_equal(arena_size(7, 8), 56);
    assert_int_equal(arena_size(SIZE_MAX, 1), SIZE_MAX);
    assert_int_equal(arena_size(SIZE_MAX, 0), 0);
    int64_t *v = ARENA_ARRAY(&a, int64_t, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(v[i], 0);
    struct str *s = ARENA_NEW(&a, struct str);
    assert_null(s->p);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_reuse),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
