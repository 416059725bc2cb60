/* Texts made by hand, each with what its author did to it. The wide net is tests/pollute.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pipeline/calc/mend.h"
#include "pipeline/calc/sniff.h"

struct table {
    const char *text;
    const char *delimiter;
    size_t preamble, headers, rows, cells, footer, tables;
};

static const struct table tables[] = {
    {"id,day,n\nA1,2019-01-01,3\nA2,2019-01-02,4\n", ",", 0, 1, 2, 3, 0, 1},
    {"A1;2019-01-01;3\nA2;2019-01-02;4\n", ";", 0, 0, 2, 3, 0, 1},
    {"id\tn\nA1\t3\nA2\t4", "\t", 0, 1, 2, 2, 0, 1},
    {"id, n, m\nA1, 3, 4\nA2, 5, 6\n", ", ", 0, 1, 2, 3, 0, 1},
    {"a b c\n1 2 3\n4 5 6\n", " ", 0, 1, 2, 3, 0, 1},
    {"Report\nof 2019\n\nid,day,n\nA1,2019-01-01,3\nA2,2019-01-02,4\nSource: us\n", ",", 2, 1, 2, 3,
     1, 1},
    {"Report,,\nid,day,n\nA1,2019-01-01,3\nA2,2019-01-02,4\nSource,,\n", ",", 1, 1, 2, 3, 1, 1},
    {"one,two,three\nid,day,n\nA1,2019-01-01,3\nA2,2019-01-02,4\nA3,2019-01-03,4\n", ",", 0, 2, 3,
     3, 0, 1},
    {"id,n\nA1,1\nA2,2\n\nx,y,z\n1,2,3\n4,5,6\n7,8,9\n", ",", 0, 1, 3, 3, 0, 2},
    {"name\nfoo\n\nbar\n", ",", 0, 1, 3, 1, 0, 1},
    {"a,b,c\n", ",", 0, 1, 0, 3, 0, 1},
    {"", ",", 0, 0, 0, 0, 0, 0},
};

static void test_layout(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const struct table *w = &tables[i];
        struct sniff s;
        sniff_text(&s, str_c(w->text), NULL, 0);
        assert_int_equal(s.fit.dialect.n, strlen(w->delimiter));
        assert_memory_equal(s.fit.dialect.delimiter, w->delimiter, s.fit.dialect.n);
        assert_int_equal(s.tables, w->tables);
        assert_int_equal(s.preamble, w->preamble);
        assert_int_equal(s.footer, w->footer);
        if (w->tables) {
            const struct sniff_table *t = &s.table[s.main];
            assert_int_equal(t->headers, w->headers);
            assert_int_equal(t->rows, w->rows);
            assert_int_equal(t->cells, w->cells);
        }
        assert_in_range(s.confidence, 0, 1000);
        sniff_release(&s);
    }
}

static void test_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char quote, escape;
        bool cr;
    } rows[] = {
        {"a,b\n1,\"x, y\"\n2,\"z \"\"q\"\"\"\n", '"', '"', false},
        {"a,b\n1,'x, y'\n2,'it''s, so'\n", '\'', '\'', false},
        {"a,b\n1,\"x \\\"y\\\", z\"\n2,\"z\"\n", '"', '\\', false},
        {"a,b\r1,2\r3,4\r", '"', '"', true},
        {"a,b\n1,2\r3,4\n5,6\n", '"', '"', true},
        {"a,b\n1,2\n3,x\ry\n5,6\n", '"', '"', false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sniff s;
        sniff_text(&s, str_c(rows[i].text), NULL, 0);
        assert_int_equal(s.fit.dialect.quote, rows[i].quote);
        assert_int_equal(s.fit.dialect.escape, rows[i].escape);
        assert_int_equal(s.fit.dialect.cr, rows[i].cr);
        sniff_release(&s);
    }
}

static void test_given_header(void **state)
{
    (void)state;
    struct str name[] = {STR("foo"), STR("bar")};
    struct sniff s;
    sniff_text(&s, STR("x,y\nz,u\n"), name, 2);
    assert_int_equal(s.table[0].headers, 0);
    assert_int_equal(s.table[0].rows, 2);
    assert_int_equal(s.finding[SNIFF_NO_HEADER].n, 1);
    sniff_release(&s);
    sniff_text(&s, STR("note\nfoo,bar\nz,u\n"), name, 2);
    assert_int_equal(s.table[0].headers, 1);
    assert_int_equal(s.table[0].rows, 1);
    assert_int_equal(s.finding[SNIFF_NO_HEADER].n, 0);
    sniff_release(&s);
    /* wider rows look like a table of their own */
    sniff_text(&s, STR("foo,bar\n1,a,\n2,b,\n3,c,\n4,d,\n"), name, 2);
    assert_int_equal(s.tables, 1);
    assert_int_equal(s.table[0].headers, 1);
    assert_int_equal(s.table[0].rows, 4);
    assert_int_equal(s.finding[SNIFF_TABLES].n, 0);
    sniff_release(&s);
}

/* Ten rows "AB-1,2019-01-01,words here and there,5", and one that is damaged. */
static void test_mending(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *cell[4];
        bool foreign;
    } rows[] = {
        {"AB-1,,2019-01-01,some words,5", {"AB-1", "2019-01-01", "some words", "5"}, false},
        {"2019-01-01,some words,5", {"", "2019-01-01", "some words", "5"}, false},
        {"AB-1,some words,5", {"AB-1", "", "some words", "5"}, false},
        {"AB-1,2019-01-01,some words, and more,5",
         {"AB-1", "2019-01-01", "some words, and more", "5"},
         false},
        {"AB-1,2019-01-01,\"\"some words\"\",5", {"AB-1", "2019-01-01", "some words", "5"}, false},
        {"AB-1;2019-01-01;some words;5", {"AB-1", "2019-01-01", "some words", "5"}, true},
        {"AB-1,2019-01-01,'some, words',5", {"AB-1", "2019-01-01", "some, words", "5"}, true},
        {"\"AB-1\",\"2019-01-01\"\"some words\",\"5\"",
         {"AB-1", "2019-01-01", "some words", "5"},
         false},
    };
    struct dialect d = {.delimiter = ",", .n = 1, .quote = '"', .escape = '"'};
    struct guess_column c[4] = {0};
    for (size_t i = 0; i < 10; i++) {
        guess_add(&c[0], STR("XY-77"), false);
        guess_add(&c[1], STR("2019-02-01"), false);
        guess_add(&c[2], i % 2 ? STR("words here") : STR("there are more words here"), false);
        guess_add(&c[3], STR("12"), false);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena a = {0};
        struct mended m;
        mend_record(&d, str_c(rows[i].raw), c, 4, &a, &m);
        assert_true(m.cost < MEND_NEVER);
        for (size_t k = 0; k < 4; k++)
            if (!str_eq(m.cell[k], str_c(rows[i].cell[k])))
                fail_msg("%s: cell %zu is %.*s", rows[i].raw, k, STR_ARG(m.cell[k]));
        assert_int_equal(m.foreign, rows[i].foreign);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_given_header),
        cmocka_unit_test(test_mending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
