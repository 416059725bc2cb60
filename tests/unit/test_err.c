/* err and msg: the words of a message, where it says it happened, and the table itself. */
#include "pipeline/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pipeline/base/mem.h"

static void test_set(void **state)
{
    (void)state;
    struct err e = {0};
    assert_false(
        err_set(&e, ST_CONFIG, "config.ini:7", "E-USE-04", "--jobs", "x", "no number", NULL));
    assert_int_equal(e.status, 2);
    assert_string_equal(e.code, "E-USE-04");
    assert_string_equal(e.where, "config.ini:7");
    assert_string_equal(e.text[LANG_EN],
                        "bad value \"x\" for option --jobs: no number. see --help");
    assert_non_null(strstr(e.text[LANG_ZH], "--jobs"));
    assert_non_null(strstr(e.text[LANG_ZH], "no number"));
    assert_false(err_set(&e, ST_SYSTEM, NULL, "W-FILE-07", NULL));
    assert_string_equal(e.where, "");
    assert_string_equal(e.text[LANG_EN], "replaced by a resubmission with a higher version");
}

static void test_sys(void **state)
{
    (void)state;
    struct err e = {0};
    errno = ENOENT;
    assert_false(err_sys(&e, "a/b"));
    assert_int_equal(e.status, 3);
    assert_string_equal(e.code, "E-SYS-01");
    assert_string_equal(e.where, "a/b");
    assert_non_null(strstr(e.text[LANG_EN], "No such file or directory"));
}

static void test_print(void **state)
{
    (void)state;
    static const struct {
        const char *where, *expected;
    } rows[] = {
        {"x:3", "x:3: W-FILE-07 replaced by a resubmission with a higher version\n"},
        {NULL, "W-FILE-07 replaced by a resubmission with a higher version\n"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct err e;
        char *text = NULL;
        size_t n = 0;
        err_set(&e, ST_SYSTEM, rows[i].where, "W-FILE-07", NULL);
        FILE *f = open_memstream(&text, &n);
        err_print(&e, LANG_EN, f);
        fclose(f);
        assert_string_equal(text, rows[i].expected);
        free(text);
    }
}

static void test_problems(void **state)
{
    (void)state;
    struct problems p = {0};
    for (int i = 0; i < 20; i++)
        problems_add(&p, "config.ini", i, "E-USE-05", "x", NULL);
    assert_int_equal(p.n, 20);
    assert_string_equal(p.e[0].where, "config.ini");
    assert_string_equal(p.e[19].where, "config.ini:19");
    assert_int_equal(p.e[19].status, ST_CONFIG);
    assert_string_equal(p.e[19].text[LANG_EN], "unexpected argument x. see --help");
    p.e[3].status = ST_SYSTEM; /* one of them is the system's: so is the whole */
    FILE *nowhere = fopen("/dev/null", "we");
    struct err e;
    assert_non_null(nowhere);
    problems_tell(&p, LANG_EN, nowhere, &e);
    assert_int_equal(e.status, ST_SYSTEM);
    fclose(nowhere);
    problems_release(&p);
    assert_int_equal(p.n, 0);
}

/* An argument of any length is cut, at a character: 字 is three bytes. */
static void test_cut(void **state)
{
    (void)state;
    const char *const arg[MSG_ARGS] = {"字字字字字字字字字字字字字字字字字字字字字字字字字字字字"};
    for (size_t size = 1; size < 120; size++) {
        char out[120];
        memset(out, '#', sizeof out);
        msg_format("E-USE-05", LANG_EN, arg, out, size);
        size_t n = strlen(out);
        assert_true(n < size);
        size_t high = 0;
        for (size_t i = 0; i < n; i++)
            high += (unsigned char)out[i] >= 0x80;
        assert_int_equal(high % 3, 0);
        for (size_t i = size; i < sizeof out; i++)
            assert_int_equal(out[i], '#');
    }
    struct err e;
    char *longest = x_malloc(5000);
    memset(longest, 'x', 4999);
    longest[4999] = '\0';
    err_set(&e, ST_CONFIG, longest, "E-USE-05", longest, NULL);
    assert_int_equal(strlen(e.where), sizeof e.where - 1);
    assert_int_equal(strlen(e.text[LANG_EN]), sizeof e.text[LANG_EN] - 1);
    free(longest);
}

/* The set of arguments of a text: bit N for %N. */
static unsigned arguments(const char *text)
{
    unsigned set = 0;
    for (const char *p = text; (p = strchr(p, '%')); p++)
        if (p[1] >= '1' && p[1] <= '9')
            set |= 1u << (p[1] - '0');
    return set;
}

static void test_arguments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned set;
    } rows[] = {{"", 0}, {"100 % of 5%", 0}, {"%1", 2}, {"%3 of %1, %1", 10}, {"%%2", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(arguments(rows[i].text), rows[i].set);
}

/* Every row: a code of its own of the form E-GROUP-NN, words in both languages, advice in both or
 * in none (an error always has some), the same arguments in both, and nothing that would break the
 * lines of `tongji list messages`. */
static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < msg_count; i++) {
        const struct msg *m = &msg_table[i];
        size_t n = strlen(m->code);
        bool form = n >= 6 && strchr("EWI", m->code[0]) && m->code[1] == '-' &&
                    m->code[n - 3] == '-' &&
                    strspn(m->code + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n - 5 &&
                    strspn(m->code + n - 2, "0123456789") == 2;
        if (!form)
            fail_msg("form of %s", m->code);
        for (size_t k = 0; k < i; k++)
            if (strcmp(m->code, msg_table[k].code) == 0)
                fail_msg("%s twice", m->code);
        if (!m->text[LANG_ZH][0] || !m->text[LANG_EN][0])
            fail_msg("%s has no words", m->code);
        if (!m->fix[LANG_ZH][0] != !m->fix[LANG_EN][0])
            fail_msg("%s has a remedy in one language only", m->code);
        if (m->code[0] == 'E' && !m->fix[LANG_ZH][0])
            fail_msg("%s says not what to do", m->code);
        if ((arguments(m->text[LANG_ZH]) | arguments(m->fix[LANG_ZH])) !=
            (arguments(m->text[LANG_EN]) | arguments(m->fix[LANG_EN])))
            fail_msg("%s has other arguments in the other language", m->code);
        for (int l = 0; l < MSG_LANGS; l++)
            if (strpbrk(m->text[l], "\t\r\n") || strpbrk(m->fix[l], "\t\r\n"))
                fail_msg("%s has a TAB or a line end", m->code);
        assert_non_null(msg_severity(m->code));
        assert_ptr_equal(msg_find(m->code), m);
    }
}

static void test_severity(void **state)
{
    (void)state;
    assert_string_equal(msg_severity("E-SYS-01"), "error");
    assert_string_equal(msg_severity("W-CELL-01"), "warning");
    assert_string_equal(msg_severity("I-NONE-01"), "note");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),       cmocka_unit_test(test_sys),
        cmocka_unit_test(test_print),     cmocka_unit_test(test_problems),
        cmocka_unit_test(test_cut),       cmocka_unit_test(test_table),
        cmocka_unit_test(test_arguments), cmocka_unit_test(test_severity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
