/* The list of raw files: order, links, changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/io/dirlist.h"
#include "tests/unit/scratch.h"

static void listing(void **state)
{
    (void)state;
    struct scratch s;
    struct arena a = {0};
    struct err e;
    struct dirlist list;
    scratch_make(&s);
    assert_int_equal(mkdir(scratch_path(&s, "2019"), 0777), 0);
    scratch_write(&s, "2019/b.csv", "b");
    scratch_write(&s, "2019/a.csv", "aa");
    scratch_write(&s, "2019-x.csv", "x");
    scratch_write(&s, ".hidden", "h");
    assert_int_equal(symlink("2019/a.csv", scratch_path(&s, "inside")), 0);
    assert_int_equal(symlink("/etc/passwd", scratch_path(&s, "outside")), 0);
    assert_int_equal(symlink("../../etc", scratch_path(&s, "up")), 0);
    assert_int_equal(symlink("nowhere", scratch_path(&s, "dangling")), 0);
    assert_int_equal(symlink("..", scratch_path(&s, "2019/loop")), 0);
    assert_true(dirlist_read(s.dir, &a, &list, &e));
    static const struct {
        const char *path;
        bool outside;
        uint64_t bytes;
    } want[] = {{"2019-x.csv", false, 1}, {"2019/a.csv", false, 2}, {"2019/b.csv", false, 1}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(str_eq(list.file[i].path, str_c(want[i].path)));
        assert_int_equal(list.file[i].outside, want[i].outside);
        assert_int_equal(list.file[i].bytes, want[i].bytes);
    }
    size_t outside = 0;
    for (size_t i = 0; i < list.n; i++) {
        outside += list.file[i].outside;
        if (i)
            assert_true(str_cmp(list.file[i - 1].path, list.file[i].path) < 0);
    }
    assert_true(outside >= 3); /* outside, up, dangling; and the same below the loop */
    bool unchanged;
    assert_true(dirlist_compare(s.dir, &list.file[1], &unchanged, &e) && unchanged);
    scratch_write(&s, "2019/a.csv", "aaa");
    assert_true(dirlist_compare(s.dir, &list.file[1], &unchanged, &e) && !unchanged);
    const struct dirlist_file gone = {.path = STR("2019/gone.csv")};
    assert_true(dirlist_compare(s.dir, &gone, &unchanged, &e) && !unchanged);
    assert_false(dirlist_read(scratch_path(&s, "none"), &a, &list, &e));
    arena_release(&a);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(listing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
