#include "pipeline/io/json.h"

#include "pipeline/base/mem.h"

static bool is_flat(const struct json *j)
{
    return j->flat && j->depth >= j->flat;
}

static void new_line(struct json *j)
{
    strbuf_addc(j->out, '\n');
    for (int i = 0; i < j->depth; i++)
        strbuf_add(j->out, STR("  "));
}

/* Length of the UTF-8 character at the beginning of s: 0 when there is none. */
static size_t character(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] > 0xf4 || n > s.n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xed && p[1] > 0x9f, beyond = p[0] == 0xf4 && p[1] > 0x8f;
    return overlong || surrogate || beyond ? 0 : n;
}

static void quote(struct strbuf *out, struct str s)
{
    strbuf_addc(out, '"');
    while (s.n) {
        unsigned char c = (unsigned char)s.p[0];
        size_t n = character(s);
        if (c == '"' || c == '\\')
            strbuf_addc(out, '\\');
        if (c < 0x20)
            strbuf_printf(out, "\\u%04x", c);
        else
            strbuf_add(out, n ? (struct str){s.p, n} : STR("\xef\xbf\xbd"));
        s = str_from(s, n ? n : 1);
    }
    strbuf_addc(out, '"');
}

/* What stands before a member: comma, line break, key. */
static void begin(struct json *j, const char *key)
{
    if (j->depth) {
        if (j->some)
            strbuf_addc(j->out, ',');
        if (!is_flat(j))
            new_line(j);
        else if (j->some)
            strbuf_addc(j->out, ' ');
    }
    j->some = true;
    if (key) {
        quote(j->out, str_c(key));
        strbuf_add(j->out, STR(": "));
    }
}

static void open_container(struct json *j, const char *key, char bracket, bool flat)
{
    if (j->depth == JSON_DEPTH)
        BUG("JSON too deep");
    begin(j, key);
    strbuf_addc(j->out, bracket);
    j->close[j->depth++] = bracket == '{' ? '}' : ']';
    if (flat && !j->flat)
        j->flat = j->depth;
    j->some = false;
}

void json_object(struct json *j, const char *key)
{
    open_container(j, key, '{', false);
}

void json_array(struct json *j, const char *key)
{
    open_container(j, key, '[', false);
}

void json_flat_object(struct json *j, const char *key)
{
    open_container(j, key, '{', true);
}

void json_flat_array(struct json *j, const char *key)
{
    open_container(j, key, '[', true);
}

void json_end(struct json *j)
{
    if (!j->depth)
        BUG("no JSON object or array is open");
    bool flat = is_flat(j);
    if (j->flat == j->depth)
        j->flat = 0;
    j->depth--;
    if (!flat && j->some)
        new_line(j);
    strbuf_addc(j->out, j->close[j->depth]);
    j->some = true;
}

void json_text(struct json *j, const char *key, struct str s)
{
    begin(j, key);
    quote(j->out, s);
}

void json_int(struct json *j, const char *key, int64_t v)
{
    begin(j, key);
    strbuf_add_int(j->out, v);
}

void json_bool(struct json *j, const char *key, bool v)
{
    begin(j, key);
    strbuf_add(j->out, v ? STR("true") : STR("false"));
}

void json_number(struct json *j, const char *key, struct str digits)
{
    begin(j, key);
    strbuf_add(j->out, digits);
}
