/*
 * Text of Word documents. The parts of XML are written by hand after ECMA-376, part 1, 17.3; the
 * archive is made with the writing half of minizip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <minizip/zip.h>

#include "pipeline/io/docx.h"
#include "tests/unit/scratch.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void test_text(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *want;
    } cases[] = {
        {"", ""},
        {"<w:p><w:r><w:t>受理</w:t></w:r></w:p>", "受理\n"},
        /* a number in two runs */
        {"<w:p><w:r><w:t>769</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>32件</w:t></w:r></w:p>",
         "76932件\n"},
        {"<w:p><w:t xml:space=\"preserve\"> a </w:t></w:p><w:p/><w:p><w:t>b</w:t></w:p>",
         " a \nb\n"},
        {"<w:p><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:p>", "a\tb c\n"},
        {"<w:tr><w:tc><w:p><w:t>1</w:t></w:p></w:tc></w:tr>", "1\n\t"},
        /* deleted text, fields, properties */
        {"<w:p><w:del><w:delText>7</w:delText></w:del><w:instrText>PAGE</w:instrText>"
         "<w:t>8</w:t></w:p>",
         "8\n"},
        {"<w:p><w:t/>x<w:t>y</w:t>z</w:p>", "y\n"},
        {"<!-- <w:t>no</w:t> --><w:t>yes</w:t>", "yes"},
        {"<w:t>&lt;&amp;&gt;&quot;&apos;</w:t>", "<&>\"'"},
        {"<w:t>&#20214;&#x4EF6;&#x1F600;</w:t>", "件件😀"},
        {"<w:t>&nbsp;&;&#xD800;&#;&</w:t>", "&nbsp;&;&#xD800;&#;&"},
        {"<w:t>a&#10;b&#xD;c</w:t></w:p>", "a b c\n"}, /* a line is a paragraph */
        {"<w:t>a\nb</w:t>", "a b"},
        {"<w:t>open", "open"},
        {"<w:t>a</w:t", "a"},
        {"<w:tbl><w:tblPr><w:t2>q</w:t2></w:tblPr></w:tbl>", ""},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct strbuf b = {0};
        docx_text(str_c(cases[i].xml), &b);
        assert_string_equal(strbuf_c(&b), cases[i].want);
        strbuf_release(&b);
    }
}

static const char *archive(struct scratch *s, const char *part, const char *text)
{
    const char *path = scratch_path(s, "a.docx");
    zipFile zip = zipOpen64(path, APPEND_STATUS_CREATE);
    assert_non_null(zip);
    assert_int_equal(zipOpenNewFileInZip(zip, part, NULL, NULL, 0, NULL, 0, NULL, Z_DEFLATED, 6),
                     ZIP_OK);
    assert_int_equal(zipWriteInFileInZip(zip, text, (unsigned)strlen(text)), ZIP_OK);
    assert_int_equal(zipCloseFileInZip(zip), ZIP_OK);
    assert_int_equal(zipClose(zip, NULL), ZIP_OK);
    return path;
}

static void test_archive(void **state)
{
    (void)state;
    static const char text[] = "<w:p><w:t>受理76932件</w:t></w:p>";
    struct scratch s;
    struct strbuf b = {0};
    struct err e = {0};
    scratch_make(&s);
    const char *path = archive(&s, "word/document.xml", text);
    assert_true(docx_read(path, 1000, &b, &e));
    assert_string_equal(strbuf_c(&b), "受理76932件\n");
    assert_false(docx_read(path, sizeof text - 2, &b, &e));
    assert_string_equal(e.code, "E-FILE-01");
    strbuf_release(&b);
    scratch_remove(&s);
}

/* Cut off or altered at every byte: refused, or read as it was; never a crash. */
static void test_damage(void **state)
{
    (void)state;
    struct scratch s;
    char whole[4096], *copy = whole;
    scratch_make(&s);
    FILE *f = fopen(archive(&s, "word/document.xml", "<w:t>abcabcabcabc</w:t>"), "re");
    assert_non_null(f);
    size_t n = fread(whole, 1, sizeof whole, f);
    fclose(f);
    for (size_t i = 0; i < 2 * n; i++) {
        struct strbuf b = {0};
        struct err e = {0};
        const char *path = scratch_path(&s, "b.docx");
        f = fopen(path, "we");
        assert_non_null(f);
        copy[i % n] = (char)(copy[i % n] ^ (i < n ? 0x55 : 0));
        assert_int_equal(fwrite(whole, 1, i < n ? n : i - n, f), i < n ? n : i - n);
        fclose(f);
        copy[i % n] = (char)(copy[i % n] ^ (i < n ? 0x55 : 0));
        if (!docx_read(path, 1000, &b, &e))
            assert_string_equal(e.code, "E-DOCX-01");
        else
            assert_string_equal(strbuf_c(&b), "abcabcabcabc");
        strbuf_release(&b);
    }
    scratch_remove(&s);
}

static void test_refused(void **state)
{
    (void)state;
    struct scratch s;
    struct strbuf b = {0};
    struct err e = {0};
    scratch_make(&s);
    assert_false(docx_read(archive(&s, "word/styles.xml", "<w:t>x</w:t>"), 1000, &b, &e));
    assert_string_equal(e.code, "E-DOCX-01");
    assert_false(docx_read(scratch_write(&s, "c.docx", "not a zip"), 1000, &b, &e));
    assert_string_equal(e.code, "E-DOCX-01");
    assert_false(docx_read(scratch_path(&s, "none.docx"), 1000, &b, &e));
    assert_int_equal(e.status, ST_SYSTEM);
    assert_int_equal(b.n, 0);
    strbuf_release(&b);
    scratch_remove(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_archive),
                                       cmocka_unit_test(test_damage),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
