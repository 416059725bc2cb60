#include "pipeline/io/jsonin.h"

#include "pipeline/io/infile.h"

enum { DEEPEST = 64 };

struct reader {
    struct str rest;
    struct arena *arena;
    int depth;
};

static struct jsonin *value(struct reader *r);

static void skip_space(struct reader *r)
{
    while (r->rest.n && memchr(" \t\r\n", r->rest.p[0], 4))
        r->rest = str_from(r->rest, 1);
}

/* Takes one byte that must be there. */
static bool take(struct reader *r, char c)
{
    skip_space(r);
    if (!r->rest.n || r->rest.p[0] != c)
        return false;
    r->rest = str_from(r->rest, 1);
    return true;
}

static bool hex4(struct reader *r, uint32_t *out)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    *out = 0;
    for (int i = 0; i < 4; i++) {
        const char *at = r->rest.n ? memchr(digits, r->rest.p[0], sizeof digits - 1) : NULL;
        if (!at)
            return false;
        *out = *out * 16 + (uint32_t)(at - digits) % 16;
        r->rest = str_from(r->rest, 1);
    }
    return true;
}

static size_t put_utf8(char *to, uint32_t u)
{
    static const struct {
        uint32_t below;
        unsigned char first;
    } form[] = {{0x80, 0}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0}};
    size_t n = 0;
    while (u >= form[n].below)
        n++;
    for (size_t i = n; i > 0; i--, u >>= 6)
        to[i] = (char)(0x80 | (u & 0x3f));
    to[0] = (char)(form[n].first | u);
    return n + 1;
}

/* \uXXXX, of which two may stand for one character; half of such a pair is refused. */
static bool escape_u(struct reader *r, char *to, size_t *n)
{
    uint32_t u, low;
    if (!hex4(r, &u) || (u >= 0xdc00 && u < 0xe000))
        return false;
    if (u >= 0xd800 && u < 0xdc00) {
        if (!str_starts(r->rest, STR("\\u")))
            return false;
        r->rest = str_from(r->rest, 2);
        if (!hex4(r, &low) || low < 0xdc00 || low >= 0xe000)
            return false;
        u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
    }
    *n += put_utf8(to + *n, u);
    return true;
}

static bool escape(struct reader *r, char *to, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    char c = r->rest.n ? r->rest.p[0] : '\0';
    r->rest = str_from(r->rest, 1);
    if (c == 'u')
        return escape_u(r, to, n);
    const char *at = c ? strchr(from, c) : NULL;
    if (at)
        to[(*n)++] = means[at - from];
    return at != NULL;
}

/* The text behind the opening quote. It is never longer than it is written. */
static bool text(struct reader *r, struct str *out)
{
    const char *end = r->rest.p;
    for (size_t i = 0; i < r->rest.n && r->rest.p[i] != '"'; i++, end = r->rest.p + i)
        i += r->rest.p[i] == '\\';
    size_t most = (size_t)(end - r->rest.p), n = 0;
    char *to = arena_raw(r->arena, most + 1);
    while (r->rest.n && r->rest.p[0] != '"') {
        char c = r->rest.p[0];
        r->rest = str_from(r->rest, 1);
        if ((unsigned char)c < 0x20 || (c == '\\' && !escape(r, to, &n)))
            return false;
        if (c != '\\')
            to[n++] = c;
    }
    to[n] = '\0';
    *out = (struct str){to, n};
    return take(r, '"');
}

static bool members(struct reader *r, struct jsonin *j, char close)
{
    struct jsonin **end = &j->kid;
    if (take(r, close))
        return true;
    do {
        struct str key = {NULL, 0};
        if (j->type == JSONIN_OBJECT && !(take(r, '"') && text(r, &key) && take(r, ':')))
            return false;
        *end = value(r);
        if (!*end)
            return false;
        (*end)->key = key;
        end = &(*end)->next;
    } while (take(r, ','));
    return take(r, close);
}

static bool number(struct reader *r, struct jsonin *j)
{
    static const char signs[] = "+-.eE0123456789";
    size_t n = 0;
    while (n < r->rest.n && memchr(signs, r->rest.p[n], sizeof signs - 1))
        n++;
    j->type = JSONIN_NUMBER;
    j->text = (struct str){r->rest.p, n};
    bool minus = n && r->rest.p[0] == '-', fits = n > minus;
    int64_t v = 0;
    for (size_t i = minus; fits && i < n; i++)
        fits = str_is_digit(r->rest.p[i]) && !__builtin_mul_overflow(v, 10, &v) &&
               !__builtin_sub_overflow(v, r->rest.p[i] - '0', &v);
    if (fits && !minus)
        fits = !__builtin_sub_overflow(0, v, &v);
    j->number = fits ? v : 0;
    r->rest = str_from(r->rest, n);
    return n > minus && str_is_digit(j->text.p[minus]);
}

static bool word(struct reader *r, struct jsonin *j)
{
    static const struct {
        struct str word;
        enum jsonin_type type;
    } words[] = {
        {{"true", 4}, JSONIN_BOOL}, {{"false", 5}, JSONIN_BOOL}, {{"null", 4}, JSONIN_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_starts(r->rest, words[i].word)) {
            j->type = words[i].type;
            j->text = words[i].word;
            r->rest = str_from(r->rest, words[i].word.n);
            return true;
        }
    return number(r, j);
}

static struct jsonin *value(struct reader *r)
{
    struct jsonin *j = ARENA_NEW(r->arena, struct jsonin);
    bool ok;
    if (++r->depth > DEEPEST)
        return NULL;
    if (take(r, '{')) {
        j->type = JSONIN_OBJECT;
        ok = members(r, j, '}');
    } else if (take(r, '[')) {
        j->type = JSONIN_ARRAY;
        ok = members(r, j, ']');
    } else if (take(r, '"')) {
        j->type = JSONIN_TEXT;
        ok = text(r, &j->text);
    } else {
        ok = word(r, j);
    }
    r->depth--;
    return ok ? j : NULL;
}

struct jsonin *jsonin_parse(struct str text, struct arena *a)
{
    struct reader r = {.rest = text, .arena = a};
    struct jsonin *j = value(&r);
    skip_space(&r);
    return r.rest.n ? NULL : j;
}

struct jsonin *jsonin_read(const char *path, struct arena *a, struct err *e)
{
    struct strbuf b = {0};
    struct jsonin *j = NULL;
    if (infile_read(path, SIZE_MAX / 2, &b, NULL, NULL, e)) {
        j = jsonin_parse(arena_str(a, strbuf_str(&b)), a);
        if (!j)
            err_set(e, ST_DATA, path, "E-JSON-01", NULL);
    }
    strbuf_release(&b);
    return j;
}

const struct jsonin *jsonin_get(const struct jsonin *j, const char *key)
{
    for (const struct jsonin *k = j ? j->kid : NULL; k; k = k->next)
        if (str_eq(k->key, str_c(key)))
            return k;
    return NULL;
}

struct str jsonin_text(const struct jsonin *j, const char *key)
{
    const struct jsonin *k = jsonin_get(j, key);
    return k && k->type != JSONIN_OBJECT && k->type != JSONIN_ARRAY ? k->text
                                                                    : (struct str){NULL, 0};
}

int64_t jsonin_int(const struct jsonin *j, const char *key)
{
    const struct jsonin *k = jsonin_get(j, key);
    return k ? k->number : 0;
}
