/* Folders that appear whole, and the stamps that tell what a result was made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/chain.h"
#include "pipeline/run/exchange.h"
#include "pipeline/run/stamp.h"
#include "tests/unit/scratch.h"

static bool exists(struct scratch *s, const char *name)
{
    return access(scratch_path(s, name), F_OK) == 0;
}

static void swap(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    char to[128];
    scratch_make(&s);
    snprintf(to, sizeof to, "%s/good", s.dir);
    assert_true(outdir_make(scratch_path(&s, "new/deep"), &e));
    scratch_write(&s, "new/deep/one", "1");
    assert_true(outdir_swap(scratch_path(&s, "new"), to, &e)); /* there is no old one */
    assert_true(exists(&s, "good/deep/one"));
    assert_false(exists(&s, "new"));
    assert_true(outdir_empty(scratch_path(&s, "new"), &e));
    scratch_write(&s, "new/two", "2");
    assert_true(outdir_swap(scratch_path(&s, "new"), to, &e));
    assert_true(exists(&s, "good/two"));
    assert_false(exists(&s, "good/deep")); /* replaced whole */
    assert_false(exists(&s, "new"));
    assert_false(outdir_swap(scratch_path(&s, "none"), to, &e));
    assert_true(exists(&s, "good/two")); /* a failed swap leaves it */
    /* A link is removed, what it leads to is not. */
    assert_true(outdir_make(scratch_path(&s, "kept"), &e));
    scratch_write(&s, "kept/file", "k");
    assert_true(outdir_empty(scratch_path(&s, "new"), &e));
    assert_int_equal(symlink("../kept", scratch_path(&s, "new/link")), 0);
    assert_true(outdir_remove(scratch_path(&s, "new"), &e));
    assert_true(exists(&s, "kept/file"));
    assert_true(outdir_remove(scratch_path(&s, "new"), &e)); /* nothing there is fine */
    scratch_remove(&s);
}

/* What killed programs leave, and names that are like it. */
static void clear(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool goes;
    } row[] = {
        {"clean.new", true},      {"publish.new", true},         {".run.json.new", true},
        {"history/.x.new", true}, {"mine.new", false},           {"clean", false},
        {"clean.failed", false},  {"history/clean.csv", false},  {"clean.new.csv", false},
        {".lock", false},         {"history/mine.new.d", false},
    };
    enum { ROWS = sizeof row / sizeof row[0] };
    struct scratch s;
    struct err e = {0};
    struct strbuf removed = {0};
    char deep[128];
    scratch_make(&s);
    assert_true(outdir_clear(s.dir, &removed, &e)); /* without a history */
    assert_int_equal(removed.n, 0);
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(deep, sizeof deep, "%s/deep/er", row[i].name);
        assert_true(outdir_make(scratch_path(&s, deep), &e));
    }
    assert_true(outdir_clear(s.dir, &removed, &e));
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(exists(&s, row[i].name), !row[i].goes);
        const char *name = strrchr(row[i].name, '/');
        if (row[i].goes)
            assert_non_null(strstr(strbuf_c(&removed), name ? name + 1 : row[i].name));
    }
    strbuf_release(&removed);
    scratch_remove(&s);
}

static void exchange(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    char to[128];
    scratch_make(&s);
    snprintf(to, sizeof to, "%s/good", s.dir);
    assert_true(outdir_make(scratch_path(&s, "good"), &e));
    scratch_write(&s, "good/old", "o");
    assert_true(outdir_make(scratch_path(&s, "new"), &e));
    scratch_write(&s, "new/young", "y");
    assert_true(outdir_sync(scratch_path(&s, "new"), &e));
    assert_true(exchange_names(scratch_path(&s, "new"), to, &e));
    assert_true(exists(&s, "good/young"));
    assert_true(exists(&s, "new/old")); /* the old one is the caller's */
    assert_true(outdir_sync_names(s.dir, &e));
    assert_false(outdir_sync(scratch_path(&s, "none"), &e));
    assert_false(outdir_sync_names(scratch_path(&s, "none"), &e));
    scratch_remove(&s);
}

struct watching {
    const char *path;
    atomic_bool over;
    size_t looked, absent;
};

static void *look(void *context)
{
    struct watching *w = context;
    while (!atomic_load(&w->over)) {
        w->looked++;
        w->absent += access(w->path, F_OK) != 0;
    }
    return NULL;
}

/* While folders are exchanged no path in them is ever absent. */
static void never_absent(void **state)
{
    (void)state;
    enum { TIMES = 2000 };
    struct scratch s;
    struct err e = {0};
    char from[128], to[128], path[128];
    pthread_t thread;
    scratch_make(&s);
    snprintf(from, sizeof from, "%s/new", s.dir);
    snprintf(to, sizeof to, "%s/good", s.dir);
    snprintf(path, sizeof path, "%s/good/file", s.dir);
    assert_true(outdir_make(from, &e) && outdir_make(to, &e));
    scratch_write(&s, "good/file", "1");
    scratch_write(&s, "new/file", "2");
    struct watching w = {.path = path};
    assert_int_equal(pthread_create(&thread, NULL, look, &w), 0);
    for (int i = 0; i < TIMES; i++) {
        assert_true(exchange_names(from, to, &e));
        sched_yield();
    }
    atomic_store(&w.over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(w.looked > 0);
    assert_int_equal(w.absent, 0);
    scratch_remove(&s);
}

static gid_t group_of(struct scratch *s, const char *name)
{
    struct stat st;
    assert_int_equal(stat(scratch_path(s, name), &st), 0);
    return st.st_gid;
}

/* Root can give files to any group, everybody else to those that he is a member of. */
static void give(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    gid_t mine[64];
    int n = getgroups(64, mine);
    struct group *other = NULL;
    setgrent();
    for (struct group *g; !other && (g = getgrent());)
        for (int i = 0; i <= n && !other; i++)
            if (g->gr_gid != getgid() && (geteuid() == 0 || (i < n && mine[i] == g->gr_gid)))
                other = g;
    scratch_make(&s);
    assert_true(outdir_make(scratch_path(&s, "deep"), &e));
    assert_int_equal(chmod(scratch_write(&s, "deep/rows", "r"), 0640), 0);
    assert_int_equal(chmod(scratch_write(&s, "deep/open", "o"), 0644), 0);
    assert_true(outdir_give(s.dir, STR(""), &e));
    assert_int_equal(group_of(&s, "deep/rows"), getgid());
    assert_false(outdir_give(s.dir, STR("no-such-group"), &e));
    assert_string_equal(e.code, "E-GRP-01");
    assert_int_equal(e.status, ST_CONFIG);
    if (other) {
        gid_t gid = other->gr_gid;
        assert_true(outdir_give(s.dir, str_c(other->gr_name), &e));
        assert_int_equal(group_of(&s, "deep/rows"), gid);
        assert_int_equal(group_of(&s, "deep/open"), getgid());
    }
    endgrent();
    scratch_remove(&s);
}

/* All folders take their places, or none does. */
static void exchange_all(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    char path[6][160];
    static const char *const name[6] = {"new/a", "a", "new/b", "b", "new/c", "c"};
    scratch_make(&s);
    for (size_t i = 0; i < 6; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", s.dir, name[i]);
    const struct outdir_pair pair[] = {{path[0], path[1]}, {path[2], path[3]}, {path[4], path[5]}};
    assert_true(outdir_make(scratch_path(&s, "new/a/2"), &e));
    assert_true(outdir_make(scratch_path(&s, "new/b/2"), &e));
    assert_true(
        outdir_make(scratch_path(&s, "a/1"), &e)); /* b is not there yet; new/c is missing */
    assert_false(outdir_exchange_all(pair, 3, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_true(exists(&s, "a/1") && exists(&s, "new/a/2"));
    assert_true(exists(&s, "new/b/2") && !exists(&s, "b"));
    assert_true(outdir_make(scratch_path(&s, "new/c/2"), &e));
    assert_true(outdir_exchange_all(pair, 3, &e));
    assert_true(exists(&s, "a/2") && exists(&s, "b/2") && exists(&s, "c/2"));
    assert_true(exists(&s, "new/a/1")); /* the old one is kept for whoever removes it */
    scratch_remove(&s);
}

static const char *dir_of(void *context, size_t stage)
{
    return scratch_path(context, chain[stage].name);
}

static void put(struct scratch *s, size_t stage, const char *id, const char *input)
{
    struct err e;
    struct stamp stamp = {{0}, {0}};
    memcpy(stamp.id, id, strlen(id));
    memcpy(stamp.input, input, strlen(input));
    assert_true(outdir_empty(dir_of(s, stage), &e));
    assert_true(stamp_write(s->path, &stamp, &e));
}

static void stale(void **state)
{
    (void)state;
    struct scratch s;
    struct err e;
    scratch_make(&s);
    assert_false(stamp_check(1, dir_of, &s, &e)); /* nothing there */
    assert_string_equal(e.code, "E-STAGE-01");
    put(&s, 0, "a1", "00");
    put(&s, 1, "b1", "a1");
    assert_true(stamp_check(1, dir_of, &s, &e));
    put(&s, 2, "c1", "b1");
    assert_true(stamp_check(2, dir_of, &s, &e));
    put(&s, 0, "a2", "00"); /* the first ran again: all that rests on it is stale */
    assert_false(stamp_check(1, dir_of, &s, &e));
    assert_string_equal(e.code, "E-STAGE-02");
    assert_false(stamp_check(2, dir_of, &s, &e));
    assert_string_equal(e.code, "E-STAGE-02");
    assert_true(stamp_check(0, dir_of, &s, &e));
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swap),         cmocka_unit_test(clear),        cmocka_unit_test(exchange),
        cmocka_unit_test(exchange_all), cmocka_unit_test(never_absent), cmocka_unit_test(give),
        cmocka_unit_test(stale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
