/* Whole files: plain and gzip (made by Python's gzip module), whole and damaged. */
#include "pipeline/io/infile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "pipeline/io/gzip.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

/* gzip.compress('编号,名称\n1,甲\n'.encode(), mtime=0) and gzip.compress(b'2,b\n', mtime=0) */
static const char one[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x7b\xbe\x67\xda\xd3\xfe\xed\x3a"
                          "\x4f\x27\xf4\x3e\x5f\xbe\x81\xcb\x50\xe7\xf9\x94\x4d\x5c\x00\xa5\xdf\x4c"
                          "\x72\x14\x00\x00\x00";
static const char two[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\xd2\x49\xe2\x02\x00\x89\xb0"
                          "\x2f\xfd\x04\x00\x00\x00";
static const char nothing[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";
static const char one_text[] = "编号,名称\n1,甲\n";
enum { ONE = sizeof one - 1, TWO = sizeof two - 1, ONE_TEXT = sizeof one_text - 1 };

static char path[] = "/tmp/test_infile.XXXXXX";

static int setup(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static void put(struct str s)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    assert_int_equal(fclose(f), 0);
}

/* The file at `path` piece by piece: the same text, or refused with the same message. */
static void check_pieces(const struct strbuf *text, const char *code)
{
    static const size_t sizes[] = {1, 7, 4096, 1000000};
    for (size_t i = 0; i < LEN(sizes) && (i > 1 || !text || text->n < 1000); i++) {
        struct strbuf buf = {0};
        struct err e = {0};
        struct instream *s = instream_open(path, &e);
        assert_non_null(s);
        bool ok = true;
        for (size_t before = SIZE_MAX; ok && before != buf.n;) {
            before = buf.n;
            ok = instream_read(s, sizes[i], &buf, &e);
            assert_true(buf.n - before <= sizes[i]);
        }
        assert_int_equal(ok, !code);
        if (code)
            assert_string_equal(e.code, code);
        else
            assert_true(str_eq(strbuf_str(&buf), strbuf_str(text)));
        instream_close(s);
        strbuf_release(&buf);
    }
}

static bool get(struct str file, size_t max, struct strbuf *buf, struct err *e)
{
    put(file);
    buf->n = 0;
    if (!infile_read(path, max, buf, NULL, NULL, e))
        return false;
    check_pieces(buf, NULL);
    return true;
}

static void refused(struct str file, size_t max, const char *code)
{
    struct strbuf buf = {0};
    struct err e = {0};
    put(file);
    strbuf_add(&buf, STR("before"));
    assert_false(infile_read(path, max, &buf, NULL, NULL, &e));
    assert_true(str_eq(strbuf_str(&buf), STR("before")));
    assert_string_equal(e.code, code);
    assert_int_equal(e.status, ST_DATA);
    assert_string_equal(e.where, path);
    if (strcmp(code, "E-FILE-02") == 0)
        check_pieces(NULL, code);
    strbuf_release(&buf);
}

static struct str bytes(const char *p, size_t n)
{
    return (struct str){p, n};
}

/* Digests of FIPS 180-2 and of sha256sum over these bytes. */
static void test_plain(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {one_text, "d2c1548c64eaac105dcc15d47de24deeca0142889c0fcefa82e88ecee987ccdd"},
        {"\x1f", NULL}, /* one byte is no gzip */
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct strbuf buf = {0};
        struct err e = {0};
        char hex[65], again[65];
        uint64_t n, n_again;
        put(str_c(rows[i].text));
        strbuf_add(&buf, STR("before:")); /* appended to what is there */
        assert_true(infile_read(path, 100, &buf, hex, &n, &e));
        assert_true(str_starts(strbuf_str(&buf), STR("before:")));
        assert_string_equal(strbuf_c(&buf) + 7, rows[i].text);
        assert_int_equal(n, strlen(rows[i].text));
        if (rows[i].hex)
            assert_string_equal(hex, rows[i].hex);
        assert_true(infile_hash(path, again, &n_again, &e));
        assert_string_equal(again, hex);
        assert_int_equal(n_again, n);
        strbuf_release(&buf);
    }
}

/* Lengths around the blocks that the reader works in, each with a ceiling that just does or not. */
static void test_lengths(void **state)
{
    (void)state;
    static const size_t lengths[] = {2, 262143, 262144, 262145, 524288, 1000003};
    for (size_t i = 0; i < LEN(lengths); i++) {
        struct strbuf file = {0}, buf = {0};
        struct err e = {0};
        for (size_t k = 0; k < lengths[i]; k++)
            strbuf_addc(&file, (char)('a' + k % 23));
        assert_true(get(strbuf_str(&file), lengths[i], &buf, &e));
        assert_true(str_eq(strbuf_str(&buf), strbuf_str(&file)));
        assert_false(get(strbuf_str(&file), lengths[i] - 1, &buf, &e));
        strbuf_release(&file);
        strbuf_release(&buf);
    }
}

static void test_gzip(void **state)
{
    (void)state;
    struct strbuf buf = {0}, file = {0};
    struct err e = {0};
    char hex[65];
    uint64_t n;
    put(bytes(one, ONE));
    assert_true(infile_read(path, ONE_TEXT, &buf, NULL, NULL, &e));
    assert_string_equal(strbuf_c(&buf), one_text);
    strbuf_add(&file, bytes(one, ONE));
    strbuf_add(&file, bytes(two, TWO));
    put(strbuf_str(&file));
    buf.n = 0;
    assert_true(infile_read(path, 100, &buf, hex, &n, &e));
    assert_string_equal(strbuf_c(&buf), "编号,名称\n1,甲\n2,b\n");
    assert_string_equal(hex, "77cbd48190bf3fca52962f63d7c2b318e54367fd34feace6a42c2ec10d2af2ed");
    assert_int_equal(n, ONE + TWO);
    assert_true(get(bytes(nothing, sizeof nothing - 1), 0, &buf, &e));
    assert_int_equal(buf.n, 0);
    strbuf_release(&file);
    strbuf_release(&buf);
}

/* Members across the reader's blocks; digest of b'2,b\n' * 20000 from Python. */
static void test_many_members(void **state)
{
    (void)state;
    struct strbuf file = {0}, buf = {0};
    struct err e = {0};
    char hex[65];
    uint64_t n;
    for (int i = 0; i < 20000; i++)
        strbuf_add(&file, bytes(two, TWO));
    put(strbuf_str(&file));
    assert_true(infile_read(path, 80000, &buf, hex, &n, &e));
    assert_string_equal(hex, "2f4023eaa9dfa25ae8fe66a78bc9de8b7079d4d9c9b8cf4e4cc7f8a72cb92ccc");
    assert_int_equal(n, 480000);
    put(strbuf_str(&buf));
    assert_true(infile_hash(path, hex, &n, &e));
    assert_string_equal(hex, "98fc9bab24e95d4620b24a6c0075e8a8ba9f789d7ef968b709bb642289b28186");
    refused(strbuf_str(&file), 79999, "E-FILE-01");
    strbuf_release(&file);
    strbuf_release(&buf);
}

static void test_padding(void **state)
{
    (void)state;
    struct strbuf buf = {0}, file = {0};
    struct err e = {0};
    strbuf_add(&file, bytes(two, TWO));
    strbuf_add(&file, bytes("\0\0\0\0", 4));
    assert_true(get(strbuf_str(&file), 100, &buf, &e));
    assert_string_equal(strbuf_c(&buf), "2,b\n");
    strbuf_add(&file, bytes(two, TWO));
    assert_true(get(strbuf_str(&file), 100, &buf, &e));
    assert_string_equal(strbuf_c(&buf), "2,b\n2,b\n");
    strbuf_addc(&file, 'x');
    refused(strbuf_str(&file), 100, "E-FILE-02");
    strbuf_release(&file);
    strbuf_release(&buf);
}

static void test_damaged_gzip(void **state)
{
    (void)state;
    char file[ONE + TWO];
    for (size_t n = 2; n < ONE; n++) /* cut short anywhere */
        refused(bytes(one, n), 100, "E-FILE-02");
    memcpy(file, one, ONE);
    memcpy(file + ONE, two, TWO);
    for (size_t n = ONE + 1; n < ONE + TWO; n++)
        refused(bytes(file, n), 100, "E-FILE-02");
    for (size_t i = 10; i < ONE; i++) { /* one bit wrong in data, CRC or length */
        file[i] = (char)(file[i] ^ 4);
        refused(bytes(file, ONE), 100, "E-FILE-02");
        file[i] = (char)(file[i] ^ 4);
    }
}

static void test_ceiling(void **state)
{
    (void)state;
    struct strbuf buf = {0};
    struct err e = {0};
    assert_true(get(STR("abc"), 3, &buf, &e));
    refused(STR("abc"), 2, "E-FILE-01");
    refused(STR("a"), 0, "E-FILE-01");
    refused(bytes(one, ONE), ONE_TEXT - 1, "E-FILE-01");
    refused(bytes(one, ONE), 0, "E-FILE-01");
    assert_true(get(STR("abc"), SIZE_MAX, &buf, &e));
    assert_true(get(bytes(one, ONE), SIZE_MAX, &buf, &e));
    strbuf_release(&buf);
}

/* A thousand times its size: no more is inflated than the ceiling lets in. */
static void test_bomb(void **state)
{
    (void)state;
    enum { WHOLE = 20000000, CEILING = 100000 };
    struct strbuf zeros = {0}, bomb = {0}, buf = {0};
    struct err e = {0};
    memset(strbuf_room(&zeros, WHOLE), 0, WHOLE);
    zeros.n = WHOLE;
    gz_members(strbuf_str(&zeros), 9, &bomb);
    assert_true(bomb.n * 900 < WHOLE);
    put(strbuf_str(&bomb));
    assert_false(infile_read(path, CEILING, &buf, NULL, NULL, &e));
    assert_string_equal(e.code, "E-FILE-01");
    assert_true(buf.cap <= 1 << 20);
    strbuf_release(&zeros);
    strbuf_release(&bomb);
    strbuf_release(&buf);
}

/* A pipe without anybody at its other end: refused at once. */
static void test_pipe(void **state)
{
    (void)state;
    struct strbuf buf = {0};
    struct err e = {0};
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(infile_read(path, 100, &buf, NULL, NULL, &e));
    assert_string_equal(e.code, "E-FILE-08");
    assert_int_equal(e.status, ST_DATA);
    assert_int_equal(unlink(path), 0);
    put(STR(""));
    strbuf_release(&buf);
}

static void test_unreadable(void **state)
{
    (void)state;
    struct strbuf buf = {0};
    struct err e = {0};
    char hex[65];
    uint64_t n;
    static const char *const no_file[] = {"/tmp/test_infile.no/such", "/tmp"};
    for (size_t i = 0; i < LEN(no_file); i++) {
        e = (struct err){0};
        assert_false(infile_read(no_file[i], 10, &buf, hex, &n, &e));
        assert_int_equal(e.status, ST_SYSTEM);
        assert_string_equal(e.code, "E-SYS-01");
        assert_false(infile_hash(no_file[i], hex, &n, &e));
    }
    strbuf_release(&buf);
}

/* A pipe of our own is read to its end. */
static void test_own_pipe(void **state)
{
    (void)state;
    struct strbuf b = {0};
    struct err e;
    char fifo[64];
    int p[2];
    assert_int_equal(pipe2(p, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
        usleep(60000);
        _exit(write(p[1], "late", 4) != 4);
    }
    close(p[1]);
    snprintf(fifo, sizeof fifo, "/dev/fd/%d", p[0]);
    assert_true(infile_read(fifo, 100, &b, NULL, NULL, &e));
    assert_int_equal(b.n, 4);
    close(p[0]);
    int end;
    assert_int_equal(waitpid(pid, &end, 0), pid);
    assert_int_equal(end, 0);
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),    cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_gzip),     cmocka_unit_test(test_many_members),
        cmocka_unit_test(test_padding),  cmocka_unit_test(test_damaged_gzip),
        cmocka_unit_test(test_ceiling),  cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_bomb),     cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_own_pipe),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
