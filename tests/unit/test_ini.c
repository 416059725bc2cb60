/* The INI reader: what is read is compared as text, "[kind|name]@line key=value@line ...". */
#include "pipeline/io/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/base/mem.h"

enum { PATH_SIZE = 256 };

/* A folder of its own for each test; *state is its path. */
static int folder_new(void **state)
{
    char *dir = x_malloc(PATH_SIZE);
    snprintf(dir, PATH_SIZE, "/tmp/test_ini.XXXXXX");
    *state = dir;
    return mkdtemp(dir) ? 0 : -1;
}

static int folder_free(void **state)
{
    char command[PATH_SIZE + 16];
    snprintf(command, sizeof command, "rm -r '%s'", (char *)*state);
    int rc = system(command);
    free(*state);
    return rc;
}

static void path_in(const char *dir, const char *name, char path[2 * PATH_SIZE])
{
    snprintf(path, 2 * PATH_SIZE, "%s/%s", dir, name);
}

static void put(const char *dir, const char *name, const char *text, size_t n)
{
    char path[2 * PATH_SIZE];
    path_in(dir, name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* With files: "key=value@file:line". */
static void dump(const struct ini *ini, bool files, struct strbuf *b)
{
    for (size_t i = 0; i < ini->n; i++) {
        const struct ini_section *s = &ini->section[i];
        strbuf_printf(b, "[%.*s|%.*s]@%d", STR_ARG(s->kind), STR_ARG(s->name), s->line);
        for (size_t k = 0; k < s->n; k++)
            strbuf_printf(b, " %.*s=%.*s@%s%s%d", STR_ARG(s->entry[k].key),
                          STR_ARG(s->entry[k].value), files ? base_name(s->entry[k].file) : "",
                          files ? ":" : "", s->entry[k].line);
        strbuf_addc(b, '\n');
    }
}

/* "file:line CODE" each. */
static void dump_problems(const struct problems *p, struct strbuf *b)
{
    for (size_t i = 0; i < p->n; i++)
        strbuf_printf(b, "%s %s\n", base_name(p->e[i].where), p->e[i].code);
}

/* Reads `name` in the folder and compares. */
static void check(const char *dir, const char *name, bool files, const char *want,
                  const char *want_problems)
{
    char path[2 * PATH_SIZE];
    path_in(dir, name, path);
    struct ini ini;
    struct problems problems = {0};
    struct strbuf got = {0}, said = {0};
    ini_read(path, &ini, &problems);
    dump(&ini, files, &got);
    dump_problems(&problems, &said);
    assert_string_equal(strbuf_c(&got), want);
    assert_string_equal(strbuf_c(&said), want_problems);
    strbuf_release(&got);
    strbuf_release(&said);
    problems_release(&problems);
    ini_release(&ini);
}

static void test_form(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *want, *problems; } rows[] = {
        { "", "", "" },
        { "[tongji]\n", "[tongji|]@1\n", "" },
        { "[a]\nk=v", "[a|]@1 k=v@2\n", "" },
        { "\xef\xbb\xbf[a]\r\nk = v\r\n", "[a|]@1 k=v@2\n", "" },
        { "[enum 办件 状态]\n 办结=x\n", "[enum|办件 状态]@1\n", "i.ini:2 E-CONF-07\n" },
        { "[ enum   a  b ]\nunit 万 = 1 = 2\n", "[enum|a  b]@1 unit 万=1 = 2@2\n", "" },
        { "# c\n; c\n[a]\n# c = d\nk = # no comment\n", "[a|]@3 k=# no comment@5\n", "" },
        { "[a]\nk = one\n  two\n\tthree  \nl = x\n", "[a|]@1 k=one two three@2 l=x@5\n", "" },
        { "[a]\nk = one\n\n  two\n", "[a|]@1 k=one two@2\n", "" },
        { "[a]\nk = -\n  #N/A\n", "[a|]@1 k=- #N/A@2\n", "" },
        { "[a]\nk =\n  v\n", "[a|]@1 k=v@2\n", "" },
        { "[a]\n  # indented, nothing above\nk = v\n", "[a|]@1 k=v@3\n", "" },
        { "[a]\nk = 1\n# comment\nk = 2\n", "[a|]@1 k=1@2 k=2@4\n", "" },
        { "[a]\nk = 1\n[b]\n[a]\nl = 2\n", "[a|]@1 k=1@2 l=2@5\n[b|]@3\n", "" },
        { "[s x]\nk = 1\n[s x]\nk = 2\n", "[s|x]@1 k=1@2\n[s|x]@3 k=2@4\n", "" },
        { "k = v\n[a]\n", "[a|]@2\n", "i.ini:1 E-CONF-03\n" },
        { "[a]\nno equals sign\n= v\nk = v\n", "[a|]@1 k=v@4\n",
          "i.ini:2 E-CONF-02\ni.ini:3 E-CONF-02\n" },
        { "[export E01\nk = v\n", "[export|E01]@1 k=v@2\n", "i.ini:1 E-CONF-06\n" },
        { "[", "[|]@1\n", "i.ini:1 E-CONF-06\n" },
        { "[]\nk=v\n", "[|]@1 k=v@2\n", "" },
        { "[a]\nk = v\nbroken\n  still broken\n", "[a|]@1 k=v@2\n",
          "i.ini:3 E-CONF-02\ni.ini:4 E-CONF-07\n" },
        { "[b]\ninclude = x.ini\n", "[b|]@1 include=x.ini@2\n", "" },
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(*state, "i.ini", rows[i].text, strlen(rows[i].text));
        check(*state, "i.ini", false, rows[i].want, rows[i].problems);
    }
}

static void test_long_line(void **state)
{
    enum { LONG = 300000 };
    struct strbuf text = {0}, want = {0};
    strbuf_add(&text, STR("[a]\nk = "));
    strbuf_add(&want, STR("[a|]@1 k="));
    for (size_t i = 0; i < LONG; i++) {
        strbuf_addc(&text, (char)('a' + i % 26));
        strbuf_addc(&want, (char)('a' + i % 26));
    }
    strbuf_add(&text, STR("\nl = 1\n"));
    strbuf_add(&want, STR("@2 l=1@3\n"));
    put(*state, "i.ini", text.p, text.n);
    check(*state, "i.ini", false, strbuf_c(&want), "");
    strbuf_release(&text);
    strbuf_release(&want);
}

static void put_z(const char *dir, const char *name, const char *text)
{
    put(dir, name, text, strlen(text));
}

static void test_include(void **state)
{
    char path[2 * PATH_SIZE];
    path_in(*state, "sub", path);
    assert_int_equal(mkdir(path, 0777), 0);
    put_z(*state, "sub/b.ini", "[x]\nk = b\n");
    put_z(*state, "sub/a.ini", "[x]\nk = a\n[tongji]\ninclude = deep.txt\n");
    put_z(*state, "sub/B.ini", "[x]\nk = B\n");
    put_z(*state, "sub/deep.txt", "[x]\nk = deep\n");
    put_z(*state, "i.ini", "[tongji]\ninclude = sub/*.ini\ntitle = t\n[x]\nk = last\n");
    check(*state, "i.ini", true,
          "[tongji|]@1 include=sub/*.ini@i.ini:2 include=deep.txt@a.ini:4 title=t@i.ini:3\n"
          "[x|]@1 k=B@B.ini:2 k=a@a.ini:2 k=deep@deep.txt:2 k=b@b.ini:2 k=last@i.ini:5\n",
          "");
    put_z(*state, "i.ini", "[tongji]\ninclude = sub/b.ini, sub/deep.txt\n");
    check(*state, "i.ini", true,
          "[tongji|]@1 include=sub/b.ini, sub/deep.txt@i.ini:2\n"
          "[x|]@1 k=b@b.ini:2 k=deep@deep.txt:2\n",
          "");
}

static void test_include_mistakes(void **state)
{
    put_z(*state, "i.ini", "[tongji]\ninclude = no.ini\ninclude = x*.ini\ninclude = a.ini,\n");
    put_z(*state, "a.ini", "[tongji]\n\ninclude = ./i.ini\n");
    check(*state, "i.ini", false,
          "[tongji|]@1 include=no.ini@2 include=x*.ini@3 include=a.ini,@4 include=./i.ini@3\n",
          "i.ini:2 E-CONF-05\ni.ini:3 E-CONF-05\na.ini:3 E-CONF-04\ni.ini:4 E-CONF-05\n");
    check(*state, "none.ini", false, "", "none.ini E-CONF-01\n");
    check(*state, ".", false, "", ". E-CONF-01\n");
}

/* Eight files may be open at a time: 0.ini to 7.ini; the include of 8.ini is one too many. */
static void test_depth(void **state)
{
    for (int i = 0; i < 10; i++) {
        char name[16], text[64];
        snprintf(name, sizeof name, "%d.ini", i);
        snprintf(text, sizeof text, "[tongji]\n[f%d]\n[tongji]\ninclude = %d.ini\n", i, i + 1);
        put_z(*state, name, text);
    }
    char path[2 * PATH_SIZE];
    path_in(*state, "0.ini", path);
    struct ini ini;
    struct problems problems = {0};
    struct strbuf said = {0};
    ini_read(path, &ini, &problems);
    dump_problems(&problems, &said);
    assert_string_equal(strbuf_c(&said), "7.ini:4 E-CONF-04\n");
    assert_non_null(ini_find(&ini, STR("f7"), STR("")));
    assert_null(ini_find(&ini, STR("f8"), STR("")));
    assert_null(ini_find(&ini, STR("f7"), STR("x")));
    strbuf_release(&said);
    problems_release(&problems);
    ini_release(&ini);
}

/* One byte more than a file may have; one file more than may be included. */
static void test_ceilings(void **state)
{
    enum { BYTES = 16 << 20, FILES = 1000 };
    char *large = x_malloc(BYTES + 1);
    memset(large, '#', BYTES + 1);
    put(*state, "i.ini", large, BYTES + 1);
    check(*state, "i.ini", false, "", "i.ini E-CONF-63\n");
    put(*state, "i.ini", large, BYTES);
    check(*state, "i.ini", true, "", "");
    free(large);
    struct strbuf text = {0}, path = {0};
    strbuf_add(&text, STR("[tongji]\ninclude = e.ini"));
    for (int i = 1; i < FILES; i++)
        strbuf_add(&text, STR(", e.ini"));
    put(*state, "i.ini", text.p, text.n);
    put_z(*state, "e.ini", "");
    strbuf_printf(&path, "%s/i.ini", (char *)*state);
    struct ini ini;
    struct problems problems = {0};
    ini_read(strbuf_c(&path), &ini, &problems);
    assert_int_equal(problems.n, 1); /* the first file is one of them */
    assert_string_equal(problems.e[0].code, "E-CONF-64");
    problems_release(&problems);
    ini_release(&ini);
    strbuf_release(&text);
    strbuf_release(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_form, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_long_line, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_include, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_include_mistakes, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_depth, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_ceilings, folder_new, folder_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
