/* Encodings: told as the rules of reading say, decoded as Python decodes them. */
#include "pipeline/io/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/hash.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])
#define B(literal) literal, sizeof(literal) - 1
#define FFFD "\xef\xbf\xbd"

static const struct row {
    const char *in;
    size_t n;
    enum encoding encoding;
    const char *want;
    size_t n_want, bad;
} rows[] = {
    {B(""), ENC_UTF8, B(""), 0},
    {B("abc\n"), ENC_UTF8, B("abc\n"), 0},
    {B("\xe6\xb3\x95\n"), ENC_UTF8, B("\xe6\xb3\x95\n"), 0},
    /* marks */
    {B("\xef\xbb\xbf"
       "a"),
     ENC_UTF8_BOM, B("a"), 0},
    {B("\xef\xbb\xbf"), ENC_UTF8_BOM, B(""), 0},
    {B("\xef\xbb\xbf\xb7\xa8\n"), ENC_UTF8_BOM, B(FFFD FFFD "\n"), 2}, /* whatever follows */
    {B("\xff\xfe"
       "a\0\xd5\x6c"),
     ENC_UTF16LE, B("a\xe6\xb3\x95"), 0},
    {B("\xfe\xff\0a\x6c\xd5"), ENC_UTF16BE, B("a\xe6\xb3\x95"), 0},
    {B("\xff\xfe"), ENC_UTF16LE, B(""), 0},
    {B("a\xef\xbb\xbf"
       "b"),
     ENC_UTF8,
     B("a\xef\xbb\xbf"
       "b"),
     0}, /* kept in the middle */
    {B("\xef\xbb"), ENC_GB18030, B("\xe9\x94\x98"), 0},
    /* NUL is kept */
    {B("a\0b\n"), ENC_UTF8, B("a\0b\n"), 0},
    {B("\xb7\xa8\0\n"), ENC_GB18030, B("\xe6\xb3\x95\0\n"), 0},
    /* fewer undecodable lines */
    {B("\xb7\xa8\n"), ENC_GB18030, B("\xe6\xb3\x95\n"), 0},
    {B("\xff\n"), ENC_UTF8, B(FFFD "\n"), 1},                               /* 1 : 1 */
    {B("\xb7\xa8\n\xff\n"), ENC_GB18030, B("\xe6\xb3\x95\n" FFFD "\n"), 1}, /* 2 : 1 */
    {B("\xe6\xb3\x95\n\xe6\xb3\x95\n\xb7\xa8\n"), ENC_UTF8,
     B("\xe6\xb3\x95\n\xe6\xb3\x95\n" FFFD FFFD "\n"), 2},      /* 1 : 2 */
    {B("\xb7\xa8\xff\n"), ENC_UTF8, B(FFFD FFFD FFFD "\n"), 3}, /* 1 : 1 */
    {B("\xff\xb7\xa8\n\xb7\xa8\xb7\xa8\xff\xff\n\xb7\xa8"), ENC_GB18030,
     B(FFFD "\xe6\xb3\x95\n\xe6\xb3\x95\xe6\xb3\x95" FFFD FFFD "\n\xe6\xb3\x95"), 3}, /* 3 : 2 */
    /* strict UTF-8, as Python replaces (behind a mark, so that nothing else is tried); bad is in
     * bytes */
    {B("\xef\xbb\xbf\xc0\xaf"), ENC_UTF8_BOM, B(FFFD FFFD), 2},          /* overlong */
    {B("\xef\xbb\xbf\xe0\x80\xaf"), ENC_UTF8_BOM, B(FFFD FFFD FFFD), 3}, /* overlong */
    {B("\xef\xbb\xbf\xed\xa0\x80"), ENC_UTF8_BOM, B(FFFD FFFD FFFD), 3}, /* surrogate */
    {B("\xef\xbb\xbf\xed\x9f\xbf"), ENC_UTF8_BOM, B("\xed\x9f\xbf"), 0}, /* U+D7FF */
    {B("\xef\xbb\xbf\xee\x80\x80"), ENC_UTF8_BOM, B("\xee\x80\x80"), 0}, /* U+E000 */
    {B("\xef\xbb\xbf\xf4\x8f\xbf\xbf"), ENC_UTF8_BOM, B("\xf4\x8f\xbf\xbf"), 0},
    {B("\xef\xbb\xbf\xf4\x90\x80\x80"), ENC_UTF8_BOM, B(FFFD FFFD FFFD FFFD), 4},
    {B("\xef\xbb\xbf\xf0\x8f\xbf\xbf"), ENC_UTF8_BOM, B(FFFD FFFD FFFD FFFD), 4},
    {B("\xef\xbb\xbf\xf5\x80"), ENC_UTF8_BOM, B(FFFD FFFD), 2},
    {B("\xef\xbb\xbf\xe6\xb3"), ENC_UTF8_BOM, B(FFFD), 2}, /* cut short */
    {B("\xef\xbb\xbf\xe6\xb3\n"), ENC_UTF8_BOM, B(FFFD "\n"), 2},
    {B("\xef\xbb\xbf\xf0\x9f\x92"
       "a"),
     ENC_UTF8_BOM, B(FFFD "a"), 3},
    {B("\xef\xbb\xbf\xe6\xe6\xb3\x95"), ENC_UTF8_BOM, B(FFFD "\xe6\xb3\x95"), 1},
    {B("\xef\xbb\xbf\x80\x80"), ENC_UTF8_BOM, B(FFFD FFFD), 2},
    /* surrogates */
    {B("\xff\xfe\x3d\xd8\xa9\xdc"), ENC_UTF16LE, B("\xf0\x9f\x92\xa9"), 0},
    {B("\xfe\xff\xd8\x3d\xdc\xa9"), ENC_UTF16BE, B("\xf0\x9f\x92\xa9"), 0},
    {B("\xff\xfe\x3d\xd8"
       "a\0"),
     ENC_UTF16LE, B(FFFD "a"), 2},
    {B("\xff\xfe\xa9\xdc"
       "a\0"),
     ENC_UTF16LE, B(FFFD "a"), 2},
    {B("\xff\xfe\x3d\xd8\x3d\xd8\xa9\xdc"), ENC_UTF16LE, B(FFFD "\xf0\x9f\x92\xa9"), 2},
    {B("\xff\xfe\x3d\xd8"), ENC_UTF16LE, B(FFFD), 2},
    {B("\xff\xfe"
       "a\0b"),
     ENC_UTF16LE, B("a" FFFD), 1}, /* an odd byte */
    {B("\xff\xfe\xff\xfe"), ENC_UTF16LE, B("\xef\xbb\xbf"), 0},
};

static void test_rows(void **state)
{
    (void)state;
    struct decoded d = {0};
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct row *r = &rows[i];
        char *exact = x_malloc(r->n); /* no byte to spare: a sanitizer sees what is read beyond */
        memcpy(exact, r->in, r->n);
        decode_bytes((struct str){exact, r->n}, &d);
        if (d.encoding != r->encoding || d.bad != r->bad ||
            !str_eq(d.text, (struct str){r->want, r->n_want}))
            fail_msg("row %zu: %s, %zu bad, \"%.*s\"", i, encoding_name[d.encoding], d.bad,
                     STR_ARG(d.text));
        free(exact);
    }
    decode_release(&d);
}

static void test_valid_utf8_is_lent_out(void **state)
{
    (void)state;
    struct decoded d = {0};
    struct str s = STR("\xef\xbb\xbf\xe6\xb3\x95\n");
    decode_bytes(s, &d);
    assert_ptr_equal(d.text.p, s.p + 3);
    decode_bytes(str_from(s, 3), &d);
    assert_ptr_equal(d.text.p, s.p + 3);
    assert_null(d.utf8.p);
    decode_release(&d);
}

/* One damaged byte at every place of texts of every kind and length is seen: the checker goes by
 * 32, 8 and 3 bytes. */
static void test_damage_at_every_place(void **state)
{
    (void)state;
    static const char *const unit[] = {"x", "\xe6\xb3\x95", "x\xe6\xb3\x95",
                                       "\xc3\xa9\xf0\x9f\x92\xa9"};
    struct decoded d = {0};
    for (size_t u = 0; u < LEN(unit); u++)
        for (size_t n = 1; n <= 80; n++) {
            struct strbuf s = {0};
            strbuf_add(&s, STR("\xef\xbb\xbf"));
            while (s.n < n + 3)
                strbuf_add(&s, str_c(unit[u]));
            decode_bytes(strbuf_str(&s), &d);
            assert_int_equal(d.bad, 0);
            for (size_t i = 3; i < s.n; i++) {
                char was = s.p[i];
                s.p[i] = '\xff';
                decode_bytes(strbuf_str(&s), &d);
                assert_true(d.bad > 0);
                s.p[i] = was;
            }
            strbuf_release(&s);
        }
    decode_release(&d);
}

/* Bytes drawn as in test_gb18030.c behind a mark; digest of what Python 3.11's codec makes of them
 * with 'replace', and its number of U+FFFD. */
static const struct digest {
    const char *mark, *alphabet;
    size_t n_alphabet;
    uint64_t seed;
    const char *tail;
    size_t n_tail;
    const char *sha256;
    size_t replaced;
} digests[] = {
    {"\xef\xbb\xbf",
     B("\x00\x0a\x2c\x41\x78\x30\x31\x39\x40\x7e\x7f\x80\x81\x84\x8f\x90\xa0\xa1\xbf\xc0\xc1\xc2"
       "\xdf\xe0\xe1\xe3\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xfd\xfe\xff"),
     12, B("\n\n\n\n"), "780760d29a0b29eb4b9193c16651159f7b04b5ce85415a92f8a327d0a50741d7", 185795},
    {"\xff\xfe", B("\x00\xd8\xdc\xdb\xdf\x41\x4e"), 13, B("\n\0\n\0"),
     "8332b48c81ea393fee26f67689f9c6d2487d5a191c15c1247665f449915031eb", 61018},
    {"\xfe\xff", B("\x00\xd8\xdc\xdb\xdf\x41\x4e"), 14, B("\0\n\0\n"),
     "533c2c02a104ceb03c3781d3cd54f714779cc960df8ea8df4eb67de91ca33ef8", 61253},
};

static void test_random_bytes(void **state)
{
    (void)state;
    struct decoded d = {0};
    for (size_t k = 0; k < LEN(digests); k++) {
        const struct digest *g = &digests[k];
        struct strbuf in = {0};
        char hex[65];
        uint64_t seed = g->seed;
        strbuf_add(&in, str_c(g->mark));
        for (int i = 0; i < 300000; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            strbuf_addc(&in, g->alphabet[(seed >> 33) % g->n_alphabet]);
        }
        strbuf_add(&in, (struct str){g->tail, g->n_tail});
        decode_bytes(strbuf_str(&in), &d);
        sha256_hex(d.text, hex);
        assert_string_equal(hex, g->sha256);
        size_t replaced = 0;
        for (struct str s = d.text; (s = str_from(s, str_find_str(s, STR(FFFD)))).n;
             s = str_from(s, 3))
            replaced++;
        assert_int_equal(replaced, g->replaced);
        strbuf_release(&in);
    }
    decode_release(&d);
}

/* GB18030 is given up only after it has filled its buffer for a while. */
static void test_long_text_that_is_utf8_after_all(void **state)
{
    (void)state;
    struct strbuf in = {0};
    struct decoded d = {0};
    for (int i = 0; i < 50000; i++)
        strbuf_add(&in, STR("abc\n"));
    strbuf_add(&in, STR("\xff\n"));
    decode_bytes(strbuf_str(&in), &d);
    assert_int_equal(d.encoding, ENC_UTF8);
    assert_int_equal(d.text.n, in.n + 2);
    assert_memory_equal(d.text.p, in.p, in.n - 2);
    assert_true(str_ends(d.text, STR(FFFD "\n")));
    strbuf_release(&in);
    decode_release(&d);
}

/* The buffers are used again: nothing of the file before remains. */
static void test_file(void **state)
{
    (void)state;
    char path[] = "/tmp/test_decode.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "\xb7\xa8\n", 3), 3);
    close(fd);
    struct decoded d = {0};
    struct err e = {0};
    for (int i = 0; i < 2; i++) {
        assert_true(decode_file(path, 3, &d, &e));
        assert_true(str_eq(d.text, STR("\xe6\xb3\x95\n")));
        assert_int_equal(d.encoding, ENC_GB18030);
        assert_int_equal(d.bytes, 3);
    }
    static const struct {
        enum encoding known;
        const char *text;
        size_t bad;
    } known[] = {
        {ENC_UTF8, FFFD FFFD "\n", 2},
        {ENC_GB18030, "\xe6\xb3\x95\n", 0},
        {ENC_UTF16LE, "\xea\xa2\xb7" FFFD, 1}, /* A8B7, and half a unit */
        {ENC_UTF16BE, "\xeb\x9e\xa8" FFFD, 1}, /* B7A8 */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(decode_file_as(path, 3, known[i].known, &d, &e));
        assert_int_equal(d.encoding, known[i].known);
        assert_int_equal(d.bad, known[i].bad);
        assert_true(str_eq(d.text, str_c(known[i].text)));
    }
    assert_false(decode_file(path, 2, &d, &e));
    assert_string_equal(e.code, "E-FILE-01");
    assert_int_equal(e.status, ST_DATA);
    unlink(path);
    assert_false(decode_file(path, 3, &d, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    decode_release(&d);
}

static void test_damaged(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool damaged;
    } texts[] = {
        {"", false},
        {"a", false},
        {"\xef\xbc\x8c", false}, /* a full-width comma */
        {"\xef\xbf\xbd", true},
        {"\xef\xbf", false},
        {"\xef\xbc\x8c\xef\xbf\xbd", true},
        {"ab\xef\xbf\xbc\xef\xbf\xbd"
         "c",
         true},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(decode_is_damaged(str_c(texts[i].text)), texts[i].damaged);
    assert_false(decode_is_damaged((struct str){NULL, 0}));
}

/* First bytes: those of APPNOTE.TXT (zip), MS-CFB (xls), PDF 32000-1, and what browsers save. */
static void test_no_csv(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code; /* NULL: it may be CSV */
    } files[] = {
        {"PK\x03\x04\x14", "E-FILE-04"},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "E-FILE-04"},
        {"%PDF-1.7\n", "E-FILE-06"},
        {"\xef\xbb\xbf\n <HTML><body>", "E-FILE-05"},
        {"<!DOCTYPE html>\n", "E-FILE-05"},
        {"<table><tr>", "E-FILE-05"},
        {"<?xml version=\"1.0\"?>", "E-FILE-05"},
        {"Rar!\x1a\x07", "E-FILE-04"},
        {"PK,a\n", NULL},
        {"PK", NULL},
        {"<10,10-20\n", NULL},
        {"", NULL},
    };
    char path[] = "/tmp/test_decode.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct decoded d = {0};
        struct err e = {0};
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        fputs(files[i].text, f);
        fclose(f);
        assert_int_equal(decode_file(path, 100, &d, &e), !files[i].code);
        if (files[i].code)
            assert_string_equal(e.code, files[i].code);
        decode_release(&d);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_valid_utf8_is_lent_out),
        cmocka_unit_test(test_damage_at_every_place),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_long_text_that_is_utf8_after_all),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_no_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
