/*
 * Word documents (io/docx.h): the text of any XML is no longer than the XML, as many lines as there
 * are ends of paragraphs, UTF-8 where that was; any archive is read or refused, within its ceiling.
 *
 * Input: "PK...": the archive; else the XML.
 */
#include "pipeline/io/docx.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 1 << 16 };

static void check_xml(struct str xml)
{
    struct strbuf out = {0};
    docx_text(xml, &out);
    HOLDS(out.n <= xml.n);
    HOLDS(count_byte(strbuf_str(&out), '\n') <= count_byte(xml, '<'));
    HOLDS(!utf8_is(xml) || utf8_is(strbuf_str(&out)));
    strbuf_release(&out);
}

static void check_archive(struct str zip)
{
    char path[64];
    int fd = fuzz_file(zip, path);
    struct strbuf out = {0};
    struct err e = {0};
    strbuf_add(&out, STR("old"));
    bool ok = docx_read(path, MOST, &out, &e);
    HOLDS(ok || (e.code && out.n == 3));
    HOLDS(out.n <= MOST + 3);
    strbuf_release(&out);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    if (str_starts(s, STR("PK")))
        check_archive(s);
    else
        check_xml(s);
    return 0;
}
