/* Exports that take all columns: which columns they get, and that the stages after clean get the
 * same from its list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/allcolumns.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const struct kind kinds[] = {{.name = "text"}, {.name = "verbatim"}};
static struct conf_type types[] = {{.name = S("text"), .kind = &kinds[0]},
                                   {.name = S("verbatim"), .kind = &kinds[1]}};
static struct conf_column declared[] = {{.name = S("id"), .type = &types[0]}};

/* Three exports: one with a column that is declared, one as usual, one with nothing declared. */
static void begin(struct conf *c, struct conf_export exports[3])
{
    exports[0] = (struct conf_export){.id = STR("A"), .column = declared, .n = 1, .all = true};
    exports[1] = (struct conf_export){.id = STR("B"), .column = declared, .n = 1};
    exports[2] = (struct conf_export){.id = STR("C"), .all = true};
    *c = (struct conf){.types = types, .n_types = 2, .exports = exports, .n_exports = 3};
}

static void assert_columns(const struct conf_export *x, const char *expected)
{
    struct strbuf got = {0};
    for (size_t i = 0; i < x->n; i++) {
        const struct conf_column *c = &x->column[i];
        strbuf_printf(&got, "%.*s:%s%s ", STR_ARG(c->name), c->type->kind->name,
                      c->found ? "*" : "");
        if (c->found) {
            assert_true(str_eq(c->title, c->name));
            assert_int_equal(c->day, SIZE_MAX);
            assert_int_equal(c->fallback, SIZE_MAX);
            assert_false(c->required || c->key || c->personal);
        }
    }
    assert_string_equal(strbuf_c(&got), expected);
    strbuf_release(&got);
}

static void add_files(struct conf *c)
{
    static const struct str first[] = {S("name"), S("sum, total"), S("id")},
                            second[] = {S("=1+1"), S("name"), S("day \"x\"")};
    allcolumns_add(c, 0, first, COUNT(first));
    allcolumns_add(c, 0, second, COUNT(second));
    allcolumns_add(c, 2, first, 1);
}

static const char expected_a[] =
    "id:text name:verbatim* sum, total:verbatim* =1+1:verbatim* day \"x\":verbatim* ";

static void test_add(void **state)
{
    (void)state;
    struct conf c;
    struct conf_export exports[3];
    begin(&c, exports);
    assert_true(allcolumns_wanted(&c));
    add_files(&c);
    assert_columns(&exports[0], expected_a);
    assert_columns(&exports[1], "id:text ");
    assert_columns(&exports[2], "name:verbatim* ");
    c.exports = &exports[1];
    c.n_exports = 1;
    assert_false(allcolumns_wanted(&c));
    arena_release(&c.arena);
}

static void assert_list(const char *path, const char *expected)
{
    char text[256] = "";
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(text, expected);
}

static void test_list(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {0};
    struct conf c, later;
    struct conf_export exports[3], same[3];
    scratch_make(&s);
    begin(&c, exports);
    add_files(&c);
    assert_true(allcolumns_write(&c, s.dir, &e));
    assert_list(scratch_path(&s, "columns.csv"),
                "export,column\nA,name\nA,\"sum, total\"\nA,'=1+1\nA,\"day \"\"x\"\"\"\nC,name\n");
    begin(&later, same);
    assert_true(allcolumns_read(&later, s.dir, &e));
    assert_columns(&same[0], expected_a);
    assert_columns(&same[1], "id:text ");
    assert_columns(&same[2], "name:verbatim* ");
    arena_release(&c.arena);
    arena_release(&later.arena);

    /* A list that is damaged, and none: an error where one is needed, else not looked for. */
    begin(&later, same);
    scratch_write(&s, "columns.csv", "export,name\nA,x\n");
    assert_false(allcolumns_read(&later, s.dir, &e));
    assert_string_equal(e.code, "E-FILE-13");
    scratch_remove(&s);
    assert_false(allcolumns_read(&later, s.dir, &e));
    later.n_exports = 0;
    assert_true(allcolumns_read(&later, s.dir, &e));
    assert_true(allcolumns_write(&later, s.dir, &e));
    arena_release(&later.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
