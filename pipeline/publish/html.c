#include "pipeline/publish/html.h"

#include "pipeline/base/mem.h"

/* What may end a text or begin markup. */
static const struct {
    char sign;
    struct str reference;
} references[] = {
    {'&', {"&amp;", 5}},  {'<', {"&lt;", 4}},   {'>', {"&gt;", 4}},
    {'"', {"&quot;", 6}}, {'\'', {"&#39;", 5}},
};

static struct str reference(char c)
{
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        if (references[i].sign == c)
            return references[i].reference;
    return STR("\xef\xbf\xbd");
}

static bool is_plain(unsigned char c)
{
    return c == '\t' || c == '\n' ||
           (c >= ' ' && c != 0x7f && !memchr("&<>\"'", c, sizeof "&<>\"'" - 1));
}

void html_text(struct strbuf *out, struct str s)
{
    for (size_t i = 0, start = 0; i <= s.n; i++) {
        if (i < s.n && is_plain((unsigned char)s.p[i]))
            continue;
        strbuf_add(out, (struct str){s.p + start, i - start});
        if (i < s.n)
            strbuf_add(out, reference(s.p[i]));
        start = i + 1;
    }
}

void html_put(struct strbuf *out, const char *markup, const struct str *text, size_t n)
{
    size_t used = 0;
    for (const char *p = markup; *p; p++) {
        if (*p != '%') {
            strbuf_addc(out, *p);
            continue;
        }
        if (used == n)
            BUG("markup with more places than texts");
        html_text(out, text[used++]);
    }
    if (used != n)
        BUG("markup with fewer places than texts");
}
