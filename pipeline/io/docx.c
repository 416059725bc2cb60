#include "pipeline/io/docx.h"

#include "pipeline/io/zipin.h"

enum { ENTITY = 12 };

static void add_utf8(struct strbuf *out, uint32_t c)
{
    if (c < 0x80) {
        strbuf_addc(out, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    strbuf_addc(out, (char)(first[more] | (c >> (6 * more))));
    while (more-- > 0)
        strbuf_addc(out, (char)(0x80 | ((c >> (6 * more)) & 0x3f)));
}

/* The character of a reference "#20013" or "#x4E2D"; 0: none. */
static uint32_t referred(struct str s)
{
    uint32_t base = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X') ? 16 : 10, c = 0;
    for (size_t i = base == 16 ? 2 : 1; i < s.n; i++) {
        char d = s.p[i];
        uint32_t v = d >= '0' && d <= '9'   ? (uint32_t)(d - '0')
                     : d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a' + 10)
                     : d >= 'A' && d <= 'F' ? (uint32_t)(d - 'A' + 10)
                                            : 99;
        if (v >= base || c > 0x10ffff)
            return 0;
        c = c * base + v;
    }
    return c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : c;
}

/* Appends what stands for the entity at the beginning of s ("&amp;..."); returns its length. */
static size_t add_entity(struct str s, struct strbuf *out)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    struct str near = {s.p, s.n <= ENTITY ? s.n : ENTITY + 1}; /* not to the end for every & */
    size_t end = str_find(near, ';');
    struct str name = str_from((struct str){s.p, end}, 1);
    if (end < near.n) {
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
            if (str_eq(name, str_c(entities[i].name))) {
                strbuf_addc(out, entities[i].c);
                return end + 1;
            }
        uint32_t c = str_starts(name, STR("#")) ? referred(name) : 0;
        if (c) {
            add_utf8(out, c == '\n' || c == '\r' ? ' ' : c); /* a line is a paragraph */
            return end + 1;
        }
    }
    strbuf_addc(out, '&');
    return 1;
}

static void add_content(struct str s, struct strbuf *out)
{
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] == '&') {
            i += add_entity(str_from(s, i), out);
            continue;
        }
        /* a line end in a run is white space of the file */
        strbuf_addc(out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
        i++;
    }
}

/* The name of a tag "w:t xml:space=..." or "/w:p" without what follows. */
static struct str tag_name(struct str tag)
{
    size_t n = 0;
    while (n < tag.n && tag.p[n] != ' ' && tag.p[n] != '\t' && tag.p[n] != '\n' &&
           tag.p[n] != '\r' && (n == 0 || tag.p[n] != '/'))
        n++;
    return (struct str){tag.p, n};
}

/* What some tags append. */
static const struct {
    const char *tag;
    char c;
} marks[] = {{"/w:p", '\n'}, {"w:br", ' '}, {"w:cr", ' '}, {"w:tab", '\t'}, {"/w:tc", '\t'}};

void docx_text(struct str xml, struct strbuf *out)
{
    bool in_text = false;
    while (xml.n) {
        size_t open = str_find(xml, '<');
        if (in_text)
            add_content((struct str){xml.p, open}, out);
        if (open == xml.n)
            return;
        xml = str_from(xml, open);
        if (str_starts(xml, STR("<!--"))) {
            xml = str_from(xml, str_find_str(xml, STR("-->")));
            xml = str_from(xml, 3);
            continue;
        }
        size_t close = str_find(xml, '>');
        struct str tag = str_from((struct str){xml.p, close}, 1), name = tag_name(tag);
        xml = str_from(xml, close + 1);
        in_text = str_eq(name, STR("w:t")) && !str_ends(tag, STR("/"));
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
            if (str_eq(name, str_c(marks[i].tag)))
                strbuf_addc(out, marks[i].c);
    }
}

bool docx_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *e)
{
    struct strbuf xml = {0};
    bool ok = zipin_read(path, "word/document.xml", max_bytes, &xml, "E-DOCX-01", e);
    if (ok)
        docx_text(strbuf_str(&xml), out);
    strbuf_release(&xml);
    return ok;
}
