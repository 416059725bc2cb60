/* Which stage uses which setting, and which of them a file or a merged table depends on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pipeline/run/uses.h"
#include "tests/unit/scratch_conf.h"

static void stages(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *name, *key, *stage; /* NULL: none */
    } rows[] = {
        {"tongji", "", "title", "clean"},
        {"tongji", "", "language", "clean"},
        {"tongji", "", "key_file", NULL},
        {"tongji", "", "origin", "merge"},
        {"tongji", "", "rounding", "compute"},
        {"tongji", "", "a new key", "clean"},
        {"a new kind", "x", "y", "clean"},
        {"limits", "", "reject_bytes", "clean"},
        {"limits", "", "rows_in_memory", "merge"},
        {"limits", "", "slip_lines", "publish"},
        {"reference", "calendar", "", "merge"},
        {"reference", "calendar", "columns", "merge"},
        {"reference", "calendar", "file", "clean"}, /* such a file is no delivery */
        {"reference", "organisations", "", "clean"},
        {"reference", "waivers", "", "compute"},
        {"export", "E1", "column a", "clean"},
        {"deadline", "d", "limit", "merge"},
        {"indicator", "I1", "value", "compute"},
        {"sentence", "s", "text", "publish"},
        {"proofread", "", "rise", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *stage =
            uses_stage(str_c(rows[i].kind), str_c(rows[i].name), str_c(rows[i].key));
        assert_int_equal(!stage, !rows[i].stage);
        if (stage)
            assert_string_equal(stage, rows[i].stage);
    }
}

static const char config[] = "[tongji]\ntitle = t\ngzip_level = 1\norigin = no\n"
                             "[files]\npattern = {export}_{org}.csv\n"
                             "[file A_*]\nskip = 1\n"
                             "[reading]\nnull = 无\n"
                             "[parameters]\nyear = 2019\n"
                             "[enum e]\nx =\n"
                             "[enum f]\ny =\n"
                             "[type t]\nkind = text\nsuffix = 号\n"
                             "[export A]\ncolumn k = K : code, key\ncolumn e = E : enum e\n"
                             "column d = D : date\ncolumn n = N : count\n"
                             "[export B]\ncolumn k = K : t, key\n"
                             "[deadline late]\ntable = A\nstart = d\nlimit = n\n"
                             "unit u = 1 day\ndefault_unit = u\n"
                             "[event v]\ntable = B\nsame = k\n"
                             "[set s]\nfrom = A\n"
                             "[indicator I]\nfrom = s\nvalue = rows()\n"
                             "[page]\nheadline = I\n";

static void parts(void **state)
{
    (void)state;
    struct scratch_conf t;
    scratch_conf_begin(&t, config);
    const struct conf *c = &t.conf;
    struct arena *a = &t.arena;
    const struct {
        struct str text;
        const char *wanted; /* the sections in their order, and settings where not all are there */
    } rows[] = {
        {uses_of_stage(c, "merge", a),
         "[tongji ]\norigin=no\n[deadline late]\ntable=A\nstart=d\nlimit=n\nunit u=1 day\n"
         "default_unit=u\n[event v]\ntable=B\nsame=k\n"},
        {uses_of_stage(c, "compute", a), "[set s]\nfrom=A\n[indicator I]\nfrom=s\nvalue=rows()\n"},
        {uses_of_stage(c, "publish", a), "[page ]\nheadline=I\n"},
        {uses_of_file(c, 0, STR("B_x.csv"), a),
         "[tongji ]\ngzip_level=1\n[reading ]\nnull=无\n[enum e]\nx=\n"
         "[export A]\ncolumn k=K : code, key\ncolumn e=E : enum e\ncolumn d=D : date\n"
         "column n=N : count\n"},
        {uses_of_file(c, 1, STR("A_x.csv"), a),
         "[tongji ]\ngzip_level=1\n[file A_*]\nskip=1\n[reading ]\nnull=无\n"
         "[type t]\nkind=text\nsuffix=号\n[export B]\ncolumn k=K : t, key\n"},
        {uses_of_table(c, 1, a),
         "[tongji ]\ngzip_level=1\norigin=no\n[reading ]\nnull=无\n[type t]\nkind=text\n"
         "suffix=号\n[export B]\ncolumn k=K : t, key\n[event v]\ntable=B\nsame=k\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(rows[i].text.p, rows[i].wanted);
    assert_true(uses_of_file_has(c, 0, STR("x"), STR("export A"), STR("column k")));
    assert_false(uses_of_file_has(c, 0, STR("x"), STR("export B"), STR("column k")));
    assert_false(uses_of_file_has(c, 0, STR("x"), STR("indicator I"), STR("value")));
    assert_true(uses_reference_of_files(STR("organisations")));
    assert_false(uses_reference_of_files(STR("calendar")));
    scratch_conf_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stages), cmocka_unit_test(parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
