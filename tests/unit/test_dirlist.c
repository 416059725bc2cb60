/* The list of raw files: order, links, changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pipeline/io/dirlist.h"
#include "tests/unit/scratch.h"

static void make_socket(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0 && strlen(path) < sizeof a.sun_path);
    memcpy(a.sun_path, path, strlen(path));
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    close(fd);
}

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
    assert_int_equal(symlink("/etc", scratch_path(&s, "folder")), 0);
    assert_int_equal(symlink("folder/passwd", scratch_path(&s, "through")), 0);
    assert_int_equal(symlink("outside", scratch_path(&s, "twice")), 0);
    assert_int_equal(mkfifo(scratch_path(&s, "pipe.csv"), 0666), 0);
    assert_int_equal(symlink("pipe.csv", scratch_path(&s, "to-pipe")), 0);
    make_socket(scratch_path(&s, "socket.csv"));
    assert_true(dirlist_read(s.dir, &a, &list, &e));
    static const struct {
        const char *path, *refused;
        uint64_t bytes;
    } want[] = {
        {"2019-x.csv", NULL, 1},      {"2019/a.csv", NULL, 2},
        {"2019/b.csv", NULL, 1},      {"2019/loop", "W-FILE-03", 0},
        {"dangling", "W-FILE-03", 0}, {"folder", "W-FILE-03", 0},
        {"inside", NULL, 2},          {"outside", "W-FILE-03", 0},
        {"pipe.csv", "W-FILE-08", 0}, {"socket.csv", "W-FILE-08", 0},
        {"through", "W-FILE-03", 0},  {"to-pipe", "W-FILE-08", 0},
        {"twice", "W-FILE-03", 0},    {"up", "W-FILE-03", 0},
    };
    assert_int_equal(list.n, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < list.n; i++) {
        assert_string_equal(list.file[i].path.p, want[i].path);
        assert_string_equal(list.file[i].refused ? list.file[i].refused : "",
                            want[i].refused ? want[i].refused : "");
        if (!want[i].refused)
            assert_int_equal(list.file[i].bytes, want[i].bytes);
    }
    bool unchanged;
    assert_true(dirlist_compare(s.dir, &list.file[1], &unchanged, &e) && unchanged);
    scratch_write(&s, "2019/a.csv", "aaa");
    assert_true(dirlist_compare(s.dir, &list.file[1], &unchanged, &e) && !unchanged);
    const struct dirlist_file gone = {.path = STR("2019/gone.csv")};
    assert_true(dirlist_compare(s.dir, &gone, &unchanged, &e) && !unchanged);
    assert_false(dirlist_read(scratch_path(&s, "none"), &a, &list, &e));
    static const struct {
        const char *path;
        bool inside;
    } links[] = {{"2019/a.csv", true}, {"inside", true},    {"outside", false}, {"twice", false},
                 {"through", false},   {"dangling", false}, {"../x", false},    {"2019/..", true}};
    char path[128];
    bool inside;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", s.dir, links[i].path);
        assert_true(dirlist_is_inside(s.dir, path, &inside, &e));
        assert_int_equal(inside, links[i].inside);
    }
    assert_true(dirlist_is_inside("/", "/etc/passwd", &inside, &e) && inside);
    arena_release(&a);
    scratch_remove(&s);
}

/* Folders and names beyond the ceilings, and more entries than may be. */
static void ceilings(void **state)
{
    (void)state;
    struct scratch s;
    struct arena a = {0};
    struct err e;
    struct dirlist list;
    scratch_make(&s);
    struct str path = str_c(s.dir);
    for (int i = 0; i <= DIRLIST_DEEPEST; i++) {
        path = arena_printf(&a, "%s/d", path.p);
        assert_int_equal(mkdir(path.p, 0777), 0);
    }
    char name[DIRLIST_NAME + 2];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (int shorter = 0; shorter < 2; shorter++) {
        FILE *f = fopen(arena_printf(&a, "%s/%s", s.dir, name + shorter).p, "we");
        assert_non_null(f);
        assert_int_equal(fclose(f), 0);
    }
    assert_true(dirlist_read(s.dir, &a, &list, &e));
    assert_int_equal(list.n, 3);
    assert_int_equal(list.file[0].path.n, 2 * DIRLIST_DEEPEST + 1);
    assert_string_equal(list.file[0].refused, "W-FILE-09");
    assert_null(list.file[1].refused);
    assert_string_equal(list.file[2].refused, "W-FILE-09");
    size_t entries = DIRLIST_DEEPEST + 3;
    assert_true(dirlist_read_most(s.dir, entries, &a, &list, &e));
    assert_false(dirlist_read_most(s.dir, entries - 1, &a, &list, &e));
    assert_string_equal(e.code, "E-FILE-07");
    assert_int_equal(e.status, ST_DATA);
    arena_release(&a);
    scratch_remove(&s);
}

/* Two folders that hold links to each other, and to themselves: each way down ends. */
static void circles(void **state)
{
    (void)state;
    struct scratch s;
    struct arena a = {0};
    struct err e;
    struct dirlist list;
    scratch_make(&s);
    static const char *const folders[] = {"a", "b"};
    for (size_t i = 0; i < 2; i++) {
        struct str dir = arena_printf(&a, "%s/%s", s.dir, folders[i]);
        assert_int_equal(mkdir(dir.p, 0777), 0);
        assert_int_equal(symlink(".", arena_printf(&a, "%s/self", dir.p).p), 0);
        assert_int_equal(symlink("../a", arena_printf(&a, "%s/to-a", dir.p).p), 0);
        assert_int_equal(symlink("../b", arena_printf(&a, "%s/to-b", dir.p).p), 0);
    }
    assert_true(dirlist_read(s.dir, &a, &list, &e));
    for (size_t i = 0; i < list.n; i++)
        assert_string_equal(list.file[i].refused, "W-FILE-03");
    assert_int_equal(list.n, 10); /* a: self, to-a, and of to-b the three; so for b */
    arena_release(&a);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(listing), cmocka_unit_test(ceilings),
                                       cmocka_unit_test(circles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
