/* What the tables of settings say. Expected lines are those of docs/config.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/conf_settings.h"
#include "tests/unit/scratch_conf.h"

static void test_list(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "\ntongji\t\tjobs\t\t\tlocal\t0\t0\t1024\t\tfiles and tables worked on at a time; ",
        "\ntongji\t\tlanguage\t\t\t\tzh\t\t\tzh en\t",
        "\nlimits\t\tslip_lines\t\t\t\t1000\t1\t1000000\t\t",
        "\nreading\t\tmultiplier\tword\t\t\t千 = 1000, 万 = 10000, ",
        "\nreference\tnamed\tfile\t\trequired\t\t\t\t\t\trelative to raw\n",
        "\nenum\tnamed\t\tany\t",
    };
    struct strbuf text = {0};
    conf_settings_list(&text);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (str_find_str(strbuf_str(&text), str_c(lines[i])) == text.n)
            fail_msg("no line like %s", lines[i]);
    struct str rest = strbuf_str(&text), line;
    while (str_split(&rest, '\n', &line)) {
        size_t tabs = 0;
        for (size_t i = 0; i < line.n; i++)
            tabs += line.p[i] == '\t';
        assert_true(line.n == 0 || tabs == 10);
    }
    strbuf_release(&text);
}

/* What is given is not said again; a named section and one that must have a key are left out. */
static void test_comment(void **state)
{
    (void)state;
    static const char conf[] = "[tongji]\ntitle = t\njobs = 3\n"
                               "[reading]\nmultiplier 百 = 100\n";
    static const struct {
        const char *line;
        bool there;
    } rows[] = {
        {"\n[tongji]\n", true},
        {"\n# 1 (fast) to 9 (small) (1 to 9)\n# gzip_level = 6\n", true},
        {"\n# language of what people read (one of: zh en)\n# language = zh\n", true},
        {"\n# group =\n", true},
        {"\n[limits]\n", true},
        {"\n# jobs", false},
        {"\n# multiplier", false},
        {"\n# header_unit 千元 = 1000\n", true},
        {"[reference", false},
        {"[parameters", false},
    };
    struct scratch_conf t;
    struct strbuf text = {0};
    scratch_conf_begin(&t, conf);
    conf_settings_comment(&t.conf, &text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((str_find_str(strbuf_str(&text), str_c(rows[i].line)) < text.n) != rows[i].there)
            fail_msg("%s: %s", rows[i].line, rows[i].there ? "missing" : "there");
    strbuf_release(&text);
    scratch_conf_end(&t);
}

/* Every proposal, its mark taken away, is accepted and is what the program takes anyway. */
static void test_marks_away(void **state)
{
    (void)state;
    struct scratch_conf t, again;
    struct strbuf text = {0}, set = {0};
    scratch_conf_begin(&t, "[tongji]\ntitle = t\n");
    conf_settings_comment(&t.conf, &text);
    strbuf_printf(&set, "[tongji]\ntitle = t\n");
    struct str rest = strbuf_str(&text), line, before = STR("");
    size_t n = 0;
    while (str_split(&rest, '\n', &line)) {
        size_t eq = str_find(line, '=');
        /* a proposal follows the comment that explains it, or another of the same key */
        bool is_proposal =
            str_starts(line, STR("# ")) && str_starts(before, STR("# ")) && eq + 1 < line.n;
        n += is_proposal;
        strbuf_printf(&set, "%.*s\n", STR_ARG(is_proposal ? str_from(line, 2) : line));
        before = line;
    }
    assert_true(n > 30);
    scratch_conf_begin(&again, strbuf_c(&set));
    rest = again.conf.canonical;
    while (str_split(&rest, '\n', &line)) {
        size_t eq = str_find(line, '='), blank = str_find(line, ' ');
        bool is_word =
            blank < eq && eq < line.n; /* "key WORD": shown even when it is the default */
        if (!str_starts(line, STR("[")) && !is_word)
            assert_true(str_find_str(t.conf.canonical, line) < t.conf.canonical.n);
    }
    strbuf_release(&text);
    strbuf_release(&set);
    scratch_conf_end(&t);
    scratch_conf_end(&again);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_comment),
        cmocka_unit_test(test_marks_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
