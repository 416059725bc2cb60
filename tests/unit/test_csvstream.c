/* Records that lie across the pieces in which a large file is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/io/csvout.h"
#include "pipeline/io/csvstream.h"
#include "pipeline/io/outfile.h"
#include "tests/unit/scratch.h"

static const char names[] = "b,a";

/* Cells of record i: the second has quotes, commas and line ends in it, in changing lengths. */
static void make(size_t i, struct strbuf *a, struct strbuf *b)
{
    a->n = b->n = 0;
    strbuf_printf(a, "row %zu", i);
    for (size_t k = 0; k < i % 97; k++)
        strbuf_add(b, k % 7 == 3 ? STR("\"x\n\",") : STR("字\r\n"));
}

static void write_rows(const char *path, size_t rows, int gzip)
{
    struct strbuf text = {0}, a = {0}, b = {0};
    struct csvout out = {.out = &text};
    struct err e;
    strbuf_add(&text, STR("a,x,b\n"));
    for (size_t i = 0; i < rows; i++) {
        make(i, &a, &b);
        csvout_text(&out, strbuf_str(&a));
        csvout_text(&out, STR("-"));
        csvout_text(&out, strbuf_str(&b));
        csvout_end(&out);
    }
    struct outfile *o = outfile_open(path, 0644, gzip, &e);
    assert_true(o && outfile_write(o, strbuf_str(&text), &e) && outfile_close(o, &e));
    outfile_free(o);
    strbuf_release(&text);
    strbuf_release(&a);
    strbuf_release(&b);
}

/* 30000 rows are some 6 MB: several pieces. */
static void test_pieces(void **state)
{
    (void)state;
    struct scratch d;
    scratch_make(&d);
    for (int gzip = 0; gzip < 2; gzip++) {
        const size_t rows = 30000;
        struct err e;
        write_rows(scratch_path(&d, "t.csv"), rows, gzip);
        struct csvstream *s = csvstream_open(d.path, names, &e);
        assert_non_null(s);
        struct strbuf a = {0}, b = {0};
        const struct str *cell;
        for (size_t i = 0; i < rows; i++) {
            make(i, &a, &b);
            assert_true(csvstream_next(s, &cell, &e));
            assert_non_null(cell);
            assert_true(str_eq(cell[1], strbuf_str(&a)));
            assert_true(str_eq(cell[0], strbuf_str(&b)));
        }
        for (int i = 0; i < 2; i++) {
            assert_true(csvstream_next(s, &cell, &e));
            assert_null(cell);
        }
        csvstream_free(s);
        strbuf_release(&a);
        strbuf_release(&b);
    }
    scratch_remove(&d);
}

static void test_small(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code; /* code NULL: can be opened */
        const char *cells;       /* all cells, each with a bar behind it */
        const char *later;       /* code of what reading ends with */
    } rows[] = {
        {"", "E-FILE-11", "", NULL},
        {"a,c\n", "E-FILE-13", "", NULL},
        {"a,b\n", NULL, "", NULL},
        {"a,b", NULL, "", NULL},
        {"b,a\n1,2\n3,4", NULL, "1|2|3|4|", NULL},
        {"a,b\n1\n", NULL, "|1|", NULL},
        {"a,b\n1,\"2\n2\"\n", NULL, "2\n2|1|", NULL},
        {"a,b\n1,2\n1,\"2\n", NULL, "2|1|", "E-FILE-12"},
    };
    struct scratch d;
    scratch_make(&d);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct csvstream *s = csvstream_open(scratch_write(&d, "t.csv", rows[i].text), names, &e);
        if (rows[i].code) {
            assert_null(s);
            assert_string_equal(e.code, rows[i].code);
            continue;
        }
        assert_non_null(s);
        struct strbuf cells = {0};
        const struct str *cell;
        while (csvstream_next(s, &cell, &e) && cell)
            for (int c = 0; c < 2; c++)
                strbuf_printf(&cells, "%.*s|", STR_ARG(cell[c]));
        assert_string_equal(cells.n ? strbuf_c(&cells) : "", rows[i].cells);
        if (rows[i].later)
            assert_string_equal(e.code, rows[i].later);
        else
            assert_null(e.code);
        strbuf_release(&cells);
        csvstream_free(s);
    }
    scratch_remove(&d);
}

/* What a truncated gzip file still gives is not taken for the whole. */
static void test_truncated(void **state)
{
    (void)state;
    struct scratch d;
    struct err e = {0};
    scratch_make(&d);
    write_rows(scratch_path(&d, "t.csv.gz"), 2000, 6);
    FILE *f = fopen(d.path, "r+e");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(truncate(d.path, size - 20), 0);
    struct csvstream *s = csvstream_open(d.path, names, &e);
    const struct str *cell = NULL;
    while (s && csvstream_next(s, &cell, &e) && cell)
        ;
    assert_string_equal(e.code, "E-FILE-02");
    csvstream_free(s);
    assert_null(csvstream_open(scratch_path(&d, "none"), names, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    scratch_remove(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_truncated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
