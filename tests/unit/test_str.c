/* str: rows of input and what the header promises. */
#include "pipeline/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pipeline/base/strhash.h"

#define LEN(a) (sizeof(a) / sizeof(a)[0])

static void assert_str(struct str s, const char *expected)
{
    if (!str_eq(s, str_c(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(s), expected);
}

static const struct {
    const char *a, *b;
    int cmp;
    bool starts, ends; /* a with b */
    size_t find;       /* b in a */
} pairs[] = {
    {"", "", 0, true, true, 0},
    {"a", "", 1, true, true, 0},
    {"", "a", -1, false, false, 0},
    {"abc", "abc", 0, true, true, 0},
    {"abc", "abd", -1, false, false, 3},
    {"abc", "ab", 1, true, false, 0},
    {"abc", "bc", -1, false, true, 1},
    {"b", "abc", 1, false, false, 1},
    {"\xe4\xb8\xad", "z", 1, false, false, 3},
    {"aab", "ab", -1, false, true, 1},
};

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(pairs); i++) {
        struct str a = str_c(pairs[i].a), b = str_c(pairs[i].b);
        int cmp = str_cmp(a, b);
        assert_int_equal((cmp > 0) - (cmp < 0), pairs[i].cmp);
        cmp = str_cmp(b, a);
        assert_int_equal((cmp > 0) - (cmp < 0), -pairs[i].cmp);
        assert_int_equal(str_eq(a, b), pairs[i].cmp == 0);
        assert_int_equal(str_starts(a, b), pairs[i].starts);
        assert_int_equal(str_ends(a, b), pairs[i].ends);
        assert_int_equal(str_find_str(a, b), pairs[i].find);
    }
    struct str none = {NULL, 0};
    assert_true(str_eq(none, STR("")));
    assert_int_equal(str_find(none, 'a'), 0);
    assert_null(str_from(none, 3).p);
}

static void test_parts(void **state)
{
    (void)state;
    assert_str(str_from(STR("abc"), 1), "bc");
    assert_str(str_from(STR("abc"), 3), "");
    assert_str(str_from(STR("abc"), 9), "");
    assert_int_equal(str_find(STR("abca"), 'a'), 0);
    assert_int_equal(str_find(STR("abca"), 'c'), 2);
    assert_int_equal(str_find(STR("abca"), 'x'), 4);
    static const char *const trims[][2] = {
        {"", ""},
        {" ", ""},
        {"a", "a"},
        {" a b ", "a b"},
        {"\t\r\n\v\fa\t\r\n\v\f", "a"},
        {"\xc2\xa0"
         "a",
         "\xc2\xa0"
         "a"},
    };
    for (size_t i = 0; i < LEN(trims); i++)
        assert_str(str_trim(str_c(trims[i][0])), trims[i][1]);
}

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        const char *part[5];
    } rows[] = {
        {"", {""}},      {"a", {"a"}}, {"a,,b", {"a", "", "b"}}, {" a , b ", {"a", "b"}},
        {",", {"", ""}},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str rest = str_c(rows[i].in), part;
        size_t n = 0;
        for (; str_split(&rest, ',', &part); n++) {
            assert_non_null(rows[i].part[n]);
            assert_str(part, rows[i].part[n]);
        }
        assert_null(rows[i].part[n]);
    }
    struct str none = {NULL, 0}, part;
    assert_false(str_split(&none, ',', &part));
}

/* kitten/sitting is the textbook's for Levenshtein, ca/abc the one that tells optimal string
 * alignment (3) from Damerau's distance (2); the others by hand. */
static void test_distance(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t limit, expected;
    } rows[] = {
        {"kitten", "sitting", 9, 3},
        {"kitten", "sitting", 2, 3},
        {"", "", 5, 0},
        {"", "abc", 5, 3},
        {"abc", "", 1, 2},
        {"办结", "办理", 5, 1},
        {"办件状态", "状态", 5, 2},
        {"ab", "ba", 5, 1},
        {"ca", "abc", 5, 3},
        {"--forse", "--froce", 5, 2},
    };
    for (size_t i = 0; i < LEN(rows); i++)
        assert_int_equal(str_distance(str_c(rows[i].a), str_c(rows[i].b), rows[i].limit),
                         rows[i].expected);
}

/* U+2170 (E2 85 B0) to U+217F are the small Roman numerals; U+2160 (E2 85 A0) their capitals. */
static void test_upper(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"aZ9_é中", "AZ9_é中"},
        {"\xe2\x85\xb0\xe2\x85\xbf", "\xe2\x85\xa0\xe2\x85\xaf"},
        {"\xe2\x85\xa3", "\xe2\x85\xa3"},
        {"\xe2\x84\xb5", "\xe2\x84\xb5"},
        {"`az{", "`AZ{"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        char out[64];
        assert_str(str_upper(str_c(rows[i][0]), out), rows[i][1]);
    }
}

/* Equal texts have equal hashes wherever they lie; a changed byte changes it, at every length. */
static void test_hash(void **state)
{
    (void)state;
    char buffer[80], copy[80];
    for (size_t n = 0; n < 40; n++)
        for (size_t at = 0; at < 8; at++) {
            memset(buffer, 'x', sizeof buffer);
            memcpy(copy + at, buffer, n);
            uint64_t h = str_hash((struct str){buffer, n});
            assert_true(str_hash((struct str){copy + at, n}) == h);
            for (size_t i = 0; i < n; i++) {
                copy[at + i] = 'y';
                assert_true(str_hash((struct str){copy + at, n}) != h);
                copy[at + i] = 'x';
            }
        }
}

static void test_buffer(void **state)
{
    (void)state;
    struct strbuf b = {0};
    assert_str(strbuf_str(&b), "");
    assert_non_null(strbuf_str(&b).p);
    assert_string_equal(strbuf_c(&b), "");
    strbuf_add(&b, (struct str){NULL, 0});
    strbuf_add(&b, STR("abc"));
    strbuf_addc(&b, '-');
    strbuf_printf(&b, "%d|%s", 12, "x");
    assert_string_equal(strbuf_c(&b), "abc-12|x");
    assert_int_equal(b.n, 8);
    memcpy(strbuf_room(&b, 3), "+++", 3);
    assert_int_equal(b.n, 8);
    b.n += 3;
    assert_string_equal(strbuf_c(&b), "abc-12|x+++");
    strbuf_release(&b);
    assert_null(b.p);
    for (size_t i = 0; i < 10000; i++)
        strbuf_printf(&b, "%04zu", i);
    assert_int_equal(b.n, 40000);
    assert_memory_equal(b.p + 4 * 1234, "1234", 4);
    strbuf_release(&b);
}

static void test_int(void **state)
{
    (void)state;
    static const int64_t rows[] = {0,   1,    -1,   9,         10,        -10,       99,
                                   100, 1000, 4711, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    struct strbuf b = {0};
    for (size_t i = 0; i < LEN(rows); i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "%lld", (long long)rows[i]);
        b.n = 0;
        strbuf_add_int(&b, rows[i]);
        assert_string_equal(strbuf_c(&b), expected);
    }
    strbuf_release(&b);
}

static void tame(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } row[] = {
        {"", ""},
        {"统计 a\xc2\xa0z", "统计 a\xc2\xa0z"},
        {"a\nb\r\x1b[2Jc\x7f\td", "a?b??[2Jc? d"},
        {"\xc2\x9bx\xc2\x85", "??x??"},                        /* C1: CSI, NEL */
        {"\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6", "?????????"}, /* line ends and turns */
        {"\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xaa", "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xaa"},
        {"\xc2", "\xc2"},
        {"\xe2\x80", "\xe2\x80"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", row[i].in);
        str_tame(text);
        assert_string_equal(text, row[i].out);
    }
}

/* What a terminal, a log or a reader's eye would obey is shown; RFC 3629 says what is UTF-8. */
static void test_visible(void **state)
{
    (void)state;
    static const struct {
        const char *in, *line, *lines;
    } rows[] = {
        {"", "", ""},
        {"米东区 a~", "米东区 a~", "米东区 a~"},
        {"a\nb\tc", "a\\x0ab\\x09c", "a\nb\tc"},
        {"a\r\n", "a\\x0d\\x0a", "a\\x0d\n"},
        {"\x1b[31m\x07\x7f", "\\x1b[31m\\x07\\x7f", "\\x1b[31m\\x07\\x7f"},
        {"\xc2\x9b m\xc2\xa0", "\\xc2\\x9b m\xc2\xa0", "\\xc2\\x9b m\xc2\xa0"},
        {"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\xe2\\x80\\xae"}, /* U+202E */
        {"\xe2\x80\xa8", "\\xe2\\x80\\xa8", "\\xe2\\x80\\xa8"}, /* U+2028 */
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\\xe2\\x81\\xa6"}, /* U+2066 */
        {"…\xe2\x81\xaa", "…\xe2\x81\xaa", "…\xe2\x81\xaa"},
        {"\xff\xe6\xb3", "\\xff\\xe6\\xb3", "\\xff\\xe6\\xb3"}, /* no UTF-8 */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"}, /* a surrogate */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\\xe0\\x80\\xaf"}, /* overlong */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
    };
    struct strbuf b = {0};
    for (size_t i = 0; i < LEN(rows); i++) {
        b.n = 0;
        strbuf_add_visible(&b, str_c(rows[i].in), false);
        assert_string_equal(strbuf_c(&b), rows[i].line);
        b.n = 0;
        strbuf_add_visible(&b, str_c(rows[i].in), true);
        assert_string_equal(strbuf_c(&b), rows[i].lines);
    }
    b.n = 0;
    strbuf_add_visible(&b, (struct str){"a\0b", 3}, true);
    assert_string_equal(strbuf_c(&b), "a\\x00b");
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tame),          cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_parts),    cmocka_unit_test(test_split),
        cmocka_unit_test(test_distance), cmocka_unit_test(test_upper),
        cmocka_unit_test(test_hash),     cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_int),      cmocka_unit_test(test_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
