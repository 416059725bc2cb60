/* GB18030 against Python's codec (digests computed there) and against the C library's iconv. */
#include "pipeline/io/gb18030.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/hash.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static void code(struct strbuf *to, unsigned a, unsigned b)
{
    strbuf_addc(to, (char)a);
    strbuf_addc(to, (char)b);
}

/* Decodes `in` and compares the digest of the result and its number of U+FFFD. */
static void same_digest(const struct strbuf *in, const char *digest, size_t replaced, size_t lines)
{
    struct strbuf out = {0};
    size_t bad = 0;
    char hex[65];
    assert_true(gb18030_ready());
    size_t bad_lines = gb18030_decode(strbuf_str(in), SIZE_MAX, &out, &bad);
    sha256_hex(strbuf_str(&out), hex);
    assert_string_equal(hex, digest);
    assert_int_equal(bad, replaced);
    if (lines)
        assert_int_equal(bad_lines, lines);
    strbuf_release(&out);
}

/* Python 3.11: b''.join(bytes([a, b]) + b'\n' for a in range(0x80, 0x100) for b in range(256))
 * + b'\n' * 4, .decode('gb18030', 'replace'), SHA-256 of its UTF-8, .count('\ufffd'). */
static void test_all_two_bytes(void **state)
{
    (void)state;
    struct strbuf in = {0};
    for (unsigned a = 0x80; a < 0x100; a++)
        for (unsigned b = 0; b < 0x100; b++) {
            code(&in, a, b);
            strbuf_addc(&in, '\n');
        }
    strbuf_add(&in, STR("\n\n\n\n"));
    same_digest(&in, "fea64bc7494d1f4f6f7c9c647e8578313e99512916769f8b435d0c76cefb51f1", 9210, 0);
    strbuf_release(&in);
}

/* The same for all four-byte forms, 81308130 to FE39FE39, assigned or not. Python counts one U+FFFD
 * more: 8431A437, which stands for that character itself. */
static void test_all_four_bytes(void **state)
{
    (void)state;
    struct strbuf in = {0};
    for (unsigned k = 0; k < 126 * 10 * 126 * 10; k++) {
        code(&in, 0x81 + k / 12600, 0x30 + k / 1260 % 10);
        code(&in, 0x81 + k / 10 % 126, 0x30 + k % 10);
        strbuf_addc(&in, '\n');
    }
    strbuf_add(&in, STR("\n\n\n\n"));
    same_digest(&in, "8e553ec18c5177127f0f06ac23c08a7f66b53b17b3b044a1896c63971755b89b", 999208, 0);
    strbuf_release(&in);
}

/* 300000 bytes drawn from an alphabet of leads, trails and neither by
 * seed = seed * 6364136223846793005 + 1442695040888963407, alphabet[(seed >> 33) % 38], from seed
 * 11 on, and four LF; the number of lines that raise UnicodeDecodeError in Python. */
static void test_random_bytes(void **state)
{
    (void)state;
    static const unsigned char alphabet[] = {
        0x00, 0x0a, 0x2c, 0x41, 0x78, 0x30, 0x31, 0x39, 0x40, 0x7e, 0x7f, 0x80, 0x81,
        0x84, 0x8f, 0x90, 0xa0, 0xa1, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xe3,
        0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xfd, 0xfe, 0xff};
    assert_int_equal(LEN(alphabet), 38);
    struct strbuf in = {0};
    uint64_t seed = 11;
    for (int i = 0; i < 300000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        strbuf_addc(&in, (char)alphabet[(seed >> 33) % LEN(alphabet)]);
    }
    strbuf_add(&in, STR("\n\n\n\n"));
    same_digest(&in, "d38b1d13f7c590e17dc57f9a80e273b81a3a9a5e725da9351072c6974e40581b", 37210,
                6885);
    strbuf_release(&in);
}

/* By iconv, into out; 0 when it refuses. */
static size_t by_iconv(iconv_t cd, const char *in, size_t n, char out[8])
{
    char copy[4], *from = copy, *to = out;
    size_t left = 8;
    memcpy(copy, in, n);
    iconv(cd, NULL, NULL, NULL, NULL);
    return iconv(cd, &from, &n, &to, &left) == (size_t)-1 ? 0 : 8 - left;
}

static size_t differs(iconv_t cd, const struct strbuf *in)
{
    struct strbuf out = {0};
    char want[8];
    size_t bad = 0, n = by_iconv(cd, in->p, in->n, want);
    gb18030_decode(strbuf_str(in), SIZE_MAX, &out, &bad);
    bool same = bad ? n == 0 : n == out.n && memcmp(want, out.p, n) == 0;
    strbuf_release(&out);
    return !same;
}

/* glibc follows the edition of 2005 in 25 two-byte codes; the characters they stand for there have
 * four-byte codes here, 19 of them in the basic plane. */
static void test_iconv_agrees_but_for_the_known_codes(void **state)
{
    (void)state;
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    assert_true(cd != (iconv_t)-1);
    struct strbuf in = {0};
    size_t two = 0, four = 0, planes = 0;
    for (unsigned a = 0x81; a < 0xff; a++)
        for (unsigned b = 0x40; b < 0xff; b++) {
            in.n = 0;
            code(&in, a, b);
            two += b != 0x7f && differs(cd, &in);
        }
    for (unsigned k = 0; k < 126 * 10 * 126 * 10; k += k < 39420 ? 1 : 37) {
        in.n = 0;
        code(&in, 0x81 + k / 12600, 0x30 + k / 1260 % 10);
        code(&in, 0x81 + k / 10 % 126, 0x30 + k % 10);
        *(k < 39420 ? &four : &planes) += differs(cd, &in);
    }
    iconv_close(cd);
    strbuf_release(&in);
    assert_int_equal(two, 25);
    assert_int_equal(four, 19);
    assert_int_equal(planes, 0);
}

/* By hand: what a damaged text looks like; at the end of the text too one byte is one U+FFFD. */
static void test_damage(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
        size_t bad, lines;
    } rows[] = {
        {"", "", 0, 0},
        {"\xb7\xa8\xc2\xc9", "\xe6\xb3\x95\xe5\xbe\x8b", 0, 0}, /* 法律 */
        {"\xb7\xa8\xc2", "\xe6\xb3\x95\xef\xbf\xbd", 1, 1},     /* cut short */
        {"\x81\x30\x81",
         "\xef\xbf\xbd"
         "0\xef\xbf\xbd",
         2, 1}, /* cut short */
        {"\x80"
         "a\xff\nb\xff\n",
         "\xef\xbf\xbd"
         "a\xef\xbf\xbd\nb\xef\xbf\xbd\n",
         3, 2},
        {"\xb7,\xb7\xa8\n", "\xef\xbf\xbd,\xe6\xb3\x95\n", 1, 1},   /* trail lost */
        {"\xb7\n\xb7\xa8\n", "\xef\xbf\xbd\n\xe6\xb3\x95\n", 1, 1}, /* LF is no trail */
        {"\x94\x39\xda\x33", "\xf0\x9f\x92\xa9", 0, 0},             /* U+1F4A9 */
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct strbuf out = {0};
        size_t bad = 0, n = strlen(rows[i].in);
        char *exact = x_malloc(n); /* no byte to spare: a sanitizer sees what is read beyond */
        memcpy(exact, rows[i].in, n);
        assert_int_equal(gb18030_decode((struct str){exact, n}, SIZE_MAX, &out, &bad),
                         rows[i].lines);
        free(exact);
        assert_string_equal(strbuf_c(&out), rows[i].want);
        assert_int_equal(bad, rows[i].bad);
        strbuf_release(&out);
    }
}

/* A code may lie across any boundary of the blocks in which the decoder works. */
static void test_block_boundaries(void **state)
{
    (void)state;
    for (size_t pad = 65536 - 5; pad <= 65536 + 5; pad++) {
        struct strbuf in = {0}, out = {0};
        size_t bad = 0;
        for (size_t i = 0; i < pad; i++)
            strbuf_addc(&in, 'x');
        strbuf_add(&in, STR("\x94\x39\xda\x33\xb7\xa8"));
        assert_int_equal(gb18030_decode(strbuf_str(&in), SIZE_MAX, &out, &bad), 0);
        assert_int_equal(out.n, pad + 7);
        assert_memory_equal(out.p + pad, "\xf0\x9f\x92\xa9\xe6\xb3\x95", 7);
        strbuf_release(&in);
        strbuf_release(&out);
    }
}

static void test_stops_at_max_lines(void **state)
{
    (void)state;
    struct strbuf out = {0};
    size_t bad = 0;
    assert_int_equal(gb18030_decode(STR("\xff\n\xff\xff\n\xff\n"), 2, &out, &bad), 2);
    assert_int_equal(bad, 2);
    strbuf_release(&out);
}

static void put_utf8(struct strbuf *b, unsigned c)
{
    if (c < 0x80) {
        strbuf_addc(b, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned first[] = {0, 0xc0, 0xe0, 0xf0};
    strbuf_addc(b, (char)(first[more] | c >> (6 * more)));
    while (more--)
        strbuf_addc(b, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

/* Python 3.11: ''.join(chr(c) + '\n' for c in range(0x110000) if not 0xd800 <= c <= 0xdfff)
 * .encode('gb18030'), SHA-256. */
static void test_encode_all(void **state)
{
    (void)state;
    struct strbuf text = {0}, out = {0}, back = {0};
    for (unsigned c = 0; c < 0x110000; c++)
        if (c < 0xd800 || c > 0xdfff) {
            put_utf8(&text, c);
            strbuf_addc(&text, '\n');
        }
    char hex[65];
    size_t bad = 0;
    assert_true(gb18030_ready());
    gb18030_encode(strbuf_str(&text), &out);
    sha256_hex(strbuf_str(&out), hex);
    assert_string_equal(hex, "17ddb5c8125da01ba904f7ea48527d91845858adb8f2fd044ec65bc10bc422d2");
    gb18030_decode(strbuf_str(&out), SIZE_MAX, &back, &bad);
    assert_int_equal(bad, 0);
    assert_true(str_eq(strbuf_str(&back), strbuf_str(&text)));
    strbuf_release(&text);
    strbuf_release(&out);
    strbuf_release(&back);
}

/* No character: one U+FFFD (84 31 A4 37) for each byte. */
static void test_encode_damage(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } rows[] = {
        {"", ""},
        {"a\x80z", "a\x84\x31\xa4\x37z"},
        {"\xe6\xb3", "\x84\x31\xa4\x37\x84\x31\xa4\x37"},
        {"\xc0\xaf", "\x84\x31\xa4\x37\x84\x31\xa4\x37"},
        {"\xf8\x88", "\x84\x31\xa4\x37\x84\x31\xa4\x37"},
        {"\xe6\xb3\x95", "\xb7\xa8"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct strbuf out = {0};
        gb18030_encode(str_c(rows[i].in), &out);
        assert_string_equal(strbuf_c(&out), rows[i].want);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_two_bytes),
        cmocka_unit_test(test_all_four_bytes),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_iconv_agrees_but_for_the_known_codes),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_block_boundaries),
        cmocka_unit_test(test_stops_at_max_lines),
        cmocka_unit_test(test_encode_all),
        cmocka_unit_test(test_encode_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
