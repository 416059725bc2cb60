/* Hashes: FIPS 180-2 examples; SipHash-2-4-128 against its authors' published vector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "pipeline/io/hash.h"
#include "tests/unit/scratch.h"

static void sha256(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char hex[65];
        sha256_hex(str_c(rows[i].text), hex);
        assert_string_equal(hex, rows[i].hex);
        struct sha256 *h = sha256_new(); /* byte by byte */
        for (const char *p = rows[i].text; *p; p++)
            sha256_add(h, (struct str){p, 1});
        sha256_end(h, hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

/* vectors_siphash128 of the reference implementation: key 00..0f, input 00, 01, ... of i bytes. */
static void keyed(void **state)
{
    (void)state;
    struct secret k;
    char in[2] = {0, 1}, hex[SECRET_HEX];
    for (int i = 0; i < SECRET_BYTES; i++)
        k.key[i] = (unsigned char)i;
    static const char *const want[] = {"a3817f04ba25a8e66df67214c7550293",
                                       "da87c1d86b99af44347659119b22fc45",
                                       "8177228da4a45dc7fca38bdef60affe4"};
    for (size_t n = 0; n < 3; n++) {
        secret_hash(&k, (struct str){in, n}, hex);
        assert_memory_equal(hex, want[n], SECRET_HEX);
    }
}

static void key_file(void **state)
{
    (void)state;
    struct scratch s;
    struct secret a, b;
    struct err e = {0};
    struct stat st;
    scratch_make(&s);
    assert_true(secret_load(scratch_path(&s, "key"), &a, &e)); /* made */
    assert_int_equal(stat(s.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(secret_load(s.path, &b, &e)); /* read again */
    assert_memory_equal(a.key, b.key, SECRET_BYTES);
    assert_int_equal(chmod(s.path, 0644), 0);
    assert_false(secret_load(s.path, &b, &e));
    assert_string_equal(e.code, "E-KEY-01");
    scratch_write(&s, "short", "0123\n");
    assert_int_equal(chmod(s.path, 0600), 0);
    assert_false(secret_load(s.path, &b, &e));
    assert_string_equal(e.code, "E-KEY-03");
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sha256), cmocka_unit_test(keyed),
                                       cmocka_unit_test(key_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
