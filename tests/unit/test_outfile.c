/* outfile: what was written is what a reader finds; gzip is judged by gzip and by Python. */
#include "pipeline/io/gzip.h"
#include "pipeline/io/outfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "pipeline/base/mem.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static char dir[] = "/tmp/test_outfile.XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int setup(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int shell(const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd %s && %s", dir, command);
    return system(line);
}

static int teardown(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", dir);
    return system(line);
}

static void read_all(const char *path, struct strbuf *to)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    to->n = 0;
    for (size_t n; (n = fread(strbuf_room(to, 65536), 1, 65536, f));)
        to->n += n;
    fclose(f);
}

/* Text that compresses, but not to nothing. */
static struct str sample(size_t n)
{
    char *p = x_malloc(n);
    uint32_t x = 12345;
    for (size_t i = 0; i < n; i++) {
        x = x * 1103515245 + 12345;
        p[i] = (char)('0' + (x >> 16) % 10);
    }
    return (struct str){p, n};
}

static void write_pieces(const char *path, int level, struct str s, size_t piece)
{
    struct err e;
    struct outfile *o = outfile_open(path, 0640, level, &e);
    assert_non_null(o);
    while (s.n) {
        size_t n = s.n < piece ? s.n : piece;
        assert_true(outfile_write(o, (struct str){s.p, n}, &e));
        s = str_from(s, n);
    }
    assert_true(outfile_close(o, &e));
    outfile_free(o);
}

static void assert_content(const char *path, struct str s)
{
    struct strbuf got = {0};
    read_all(path, &got);
    assert_int_equal(got.n, s.n);
    if (s.n)
        assert_memory_equal(got.p, s.p, s.n);
    strbuf_release(&got);
}

static void test_plain(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 1000, 1 << 20, (1 << 20) + 1, 3500000};
    static const size_t pieces[] = {997, 1 << 20, 5000000};
    for (size_t i = 0; i < LEN(sizes); i++)
        for (size_t k = 0; k < LEN(pieces); k++) {
            struct str s = sample(sizes[i]);
            write_pieces(in_dir("plain"), 0, s, pieces[k]);
            assert_content(in_dir("plain"), s);
            free((char *)(uintptr_t)s.p);
        }
}

static void test_mode_and_folders(void **state)
{
    (void)state;
    static const unsigned modes[] = {0644, 0640, 0666};
    struct err e;
    mode_t old = umask(077);
    for (size_t i = 0; i < LEN(modes); i++) {
        assert_true(outfile_put(in_dir("a/b/c"), modes[i], STR("x"), &e));
        struct stat st;
        assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
        assert_int_equal(st.st_mode & 07777, modes[i]);
        assert_content(in_dir("a/b/c"), STR("x"));
    }
    umask(old);
}

/* Every size around the cut of members; equal bytes however they came; judged by others. */
static void test_gzip(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        0, 1, GZ_MEMBER - 1, GZ_MEMBER, GZ_MEMBER + 1, 3 * GZ_MEMBER + 17};
    bool python = shell("python3 -c 'import gzip' 2>/dev/null") == 0;
    for (size_t i = 0; i < LEN(sizes); i++) {
        struct str s = sample(sizes[i]);
        write_pieces(in_dir("x"), 0, s, SIZE_MAX);
        write_pieces(in_dir("x.gz"), 6, s, 4999);
        write_pieces(in_dir("y.gz"), 6, s, SIZE_MAX);
        assert_int_equal(shell("gzip -t x.gz && gzip -dc x.gz | cmp - x && cmp x.gz y.gz"), 0);
        if (python)
            assert_int_equal(shell("python3 -c 'import gzip; assert gzip.decompress(open(\"x.gz\", "
                                   "\"rb\").read()) == open(\"x\", \"rb\").read()'"),
                             0);
        struct strbuf members = {0};
        gz_members(s, 6, &members);
        if (s.n)
            assert_content(in_dir("x.gz"), strbuf_str(&members));
        else
            assert_int_equal(members.n, 0);
        strbuf_release(&members);
        free((char *)(uintptr_t)s.p);
    }
}

/* RFC 1952: magic, CM 8, no flags, MTIME 0, XFL 0, OS 255; CRC32 of "123456789" is CBF43926 (the
 * check value of its definition), then ISIZE. */
static void test_gzip_frame(void **state)
{
    (void)state;
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    static const unsigned char tail[] = {0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0};
    for (int level = 1; level <= 9; level++) {
        struct strbuf b = {0};
        gz_members(STR("123456789"), level, &b);
        assert_memory_equal(b.p, head, sizeof head);
        assert_memory_equal(b.p + b.n - sizeof tail, tail, sizeof tail);
        strbuf_release(&b);
    }
}

static void test_members(void **state)
{
    (void)state;
    struct err e;
    struct strbuf b = {0};
    gz_members(STR("two\n"), 9, &b);
    struct outfile *o = outfile_open(in_dir("m.gz"), 0644, 1, &e);
    assert_true(outfile_write(o, STR("one\n"), &e));
    assert_true(outfile_members(o, strbuf_str(&b), &e));
    assert_true(outfile_write(o, STR("three\n"), &e));
    assert_string_equal(outfile_path(o), in_dir("m.gz"));
    assert_true(outfile_close(o, &e));
    outfile_free(o);
    assert_int_equal(shell("test \"$(gzip -dc m.gz | tr '\\n' .)\" = one.two.three."), 0);
    strbuf_release(&b);
}

/* Files of several pieces, one after the other, without being unpacked. */
static void test_append(void **state)
{
    (void)state;
    struct err e;
    struct str s = sample(4 << 20);
    write_pieces(in_dir("part.gz"), 1, s, 999983);
    struct strbuf part = {0}, whole = {0};
    read_all(in_dir("part.gz"), &part);
    struct outfile *o = outfile_open(in_dir("joined.gz"), 0640, 6, &e);
    assert_true(outfile_write(o, STR("first\n"), &e));
    assert_true(outfile_append(o, in_dir("part.gz"), 0, part.n, &e));
    assert_true(outfile_append(o, in_dir("part.gz"), 0, part.n, &e));
    assert_false(outfile_append(o, in_dir("none.gz"), 0, 1, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_true(outfile_close(o, &e));
    outfile_free(o);
    gz_members(STR("first\n"), 6, &whole);
    strbuf_add(&whole, strbuf_str(&part));
    strbuf_add(&whole, strbuf_str(&part));
    assert_content(in_dir("joined.gz"), strbuf_str(&whole));
    strbuf_release(&part);
    strbuf_release(&whole);
    free((char *)(uintptr_t)s.p);
}

/* /dev/full by a link, and with the mode that it has: should a device ever be removed or changed,
 * then it is not the machine's. */
static void test_full_disk(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        int level;
    } rows[] = {{1, 0}, {3000000, 0}, {0, 6}, {10, 6}, {3000000, 6}};
    struct stat device;
    assert_int_equal(stat("/dev/full", &device), 0);
    assert_int_equal(symlink("/dev/full", in_dir("full")), 0);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = {0};
        struct str s = sample(rows[i].bytes);
        struct outfile *o = outfile_open(in_dir("full"), device.st_mode & 0777, rows[i].level, &e);
        assert_non_null(o);
        bool wrote = outfile_write(o, s, &e);
        assert_int_equal(wrote, rows[i].bytes < 1000);
        e = (struct err){0};
        assert_false(outfile_close(o, &e));
        assert_string_equal(e.code, "E-SYS-01");
        assert_int_equal(e.status, ST_SYSTEM);
        assert_string_equal(e.where, in_dir("full"));
        assert_non_null(strstr(e.text[LANG_EN], "No space left"));
        outfile_free(o);
        assert_int_equal(access(in_dir("full"), F_OK), 0);
        free((char *)(uintptr_t)s.p);
    }
}

/* A file that may not grow beyond 1000 bytes: an error by the close at the latest, and no file. */
static void test_file_limit(void **state)
{
    (void)state;
    static const size_t sizes[] = {1001, 3000000};
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    struct rlimit small = {1000, old.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < LEN(sizes); i++) {
        struct err e = {0};
        struct str s = sample(sizes[i]);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        struct outfile *o = outfile_open(in_dir("limit"), 0644, 0, &e);
        bool ok = outfile_write(o, s, &e) && outfile_close(o, &e);
        outfile_free(o);
        bool put = outfile_put(in_dir("limit2"), 0644, s, &e);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_false(ok || put);
        assert_string_equal(e.code, "E-SYS-01");
        assert_int_not_equal(access(in_dir("limit"), F_OK), 0);
        assert_int_not_equal(access(in_dir("limit2"), F_OK), 0);
        free((char *)(uintptr_t)s.p);
    }
    signal(SIGXFSZ, handler);
}

static void test_refusals(void **state)
{
    (void)state;
    struct err e = {0};
    assert_true(outfile_put(in_dir("file"), 0644, STR("x"), &e));
    assert_null(outfile_open(in_dir("file/below"), 0644, 0, &e));
    assert_string_equal(e.code, "E-SYS-01");
    assert_null(outfile_open(dir, 0644, 0, &e));
    assert_false(outfile_put(in_dir("file/below"), 0644, STR("x"), &e));
    /* not closed: not there */
    struct outfile *o = outfile_open(in_dir("half"), 0644, 0, &e);
    assert_true(outfile_write(o, STR("x"), &e));
    assert_int_equal(access(in_dir("half"), F_OK), 0);
    outfile_free(o);
    assert_int_not_equal(access(in_dir("half"), F_OK), 0);
    outfile_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),     cmocka_unit_test(test_mode_and_folders),
        cmocka_unit_test(test_gzip),      cmocka_unit_test(test_gzip_frame),
        cmocka_unit_test(test_append),    cmocka_unit_test(test_members),
        cmocka_unit_test(test_full_disk), cmocka_unit_test(test_file_limit),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
