#include "pipeline/base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

struct str str_c(const char *z)
{
    return (struct str){z, strlen(z)};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq((struct str){s.p, prefix.n}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

struct str str_from(struct str s, size_t from)
{
    if (from > s.n)
        from = s.n;
    return s.p ? (struct str){s.p + from, s.n - from} : s;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    while (s.n && blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

/* Bytes of the sign at z that must not reach a terminal or a log; 0: it may. */
static size_t wild(const unsigned char *z)
{
    if (z[0] < 0x20 || z[0] == 0x7f)
        return 1;
    if (z[0] == 0xc2 && z[1] >= 0x80 && z[1] <= 0x9f)
        return 2;
    bool is_format = z[0] == 0xe2 && ((z[1] == 0x80 && z[2] >= 0xa8 && z[2] <= 0xae) ||
                                      (z[1] == 0x81 && z[2] >= 0xa6 && z[2] <= 0xa9));
    return is_format ? 3 : 0;
}

void str_tame(char *z)
{
    while (*z) {
        size_t n = wild((const unsigned char *)z);
        if (n)
            memset(z, *z == '\t' ? ' ' : '?', n);
        z += n ? n : 1;
    }
}

size_t str_find(struct str s, char c)
{
    const char *p = s.n ? memchr(s.p, c, s.n) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

size_t str_find_str(struct str s, struct str word)
{
    if (word.n == 0)
        return 0;
    const char *p = s.n ? memmem(s.p, s.n, word.p, word.n) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

bool str_split(struct str *rest, char c, struct str *part)
{
    if (!rest->p)
        return false;
    size_t at = str_find(*rest, c);
    *part = str_trim((struct str){rest->p, at});
    *rest = at < rest->n ? str_from(*rest, at + 1) : (struct str){NULL, 0};
    return true;
}

/* Code points of s into out (at most max); an invalid byte stands for itself. */
static size_t code_points(struct str s, uint32_t *out, size_t max)
{
    size_t k = 0;
    for (size_t i = 0; i < s.n && k < max; k++) {
        uint32_t c = (unsigned char)s.p[i++];
        while (c >= 0xc0 && i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80)
            c = c << 6 | ((unsigned char)s.p[i++] & 0x3f);
        out[k] = c;
    }
    return k;
}

size_t str_distance(struct str a, struct str b, size_t limit)
{
    enum { MAX = 64 };
    uint32_t ca[MAX], cb[MAX];
    size_t rows[3][MAX + 1]; /* this row of the matrix and the two before, in turn */
    size_t na = code_points(a, ca, MAX), nb = code_points(b, cb, MAX);
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = last[j - 1] + (ca[i - 1] != cb[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && ca[i - 1] == cb[j - 2] && ca[i - 2] == cb[j - 1];
            if (swapped && older[j - 2] + 1 < best)
                best = older[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[na % 3][nb] > limit ? limit + 1 : rows[na % 3][nb];
}

struct str str_upper(struct str s, char *out)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        /* E2 85 B0..BF -> E2 85 A0..AF */
        if (i >= 2 && (unsigned char)c >= 0xb0 && (unsigned char)c <= 0xbf &&
            (unsigned char)s.p[i - 1] == 0x85 && (unsigned char)s.p[i - 2] == 0xe2)
            c = (char)((unsigned char)c - 0x10);
        out[i] = c;
    }
    return (struct str){out, s.n};
}

void strbuf_grow(struct strbuf *b, size_t n)
{
    b->cap = x_grown(b->cap < 64 ? 64 : b->cap, b->n + n);
    b->p = x_realloc(b->p, b->cap, 1);
}

void strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        BUG("vsnprintf failed");
    vsnprintf(strbuf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
    va_end(again);
    b->n += (size_t)n;
}

void strbuf_add_int(struct strbuf *b, int64_t v)
{
    char digits[20];
    size_t k = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        digits[--k] = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        strbuf_addc(b, '-');
    strbuf_add(b, (struct str){digits + k, sizeof digits - k});
}

struct str strbuf_str(const struct strbuf *b)
{
    return (struct str){b->p ? b->p : "", b->n};
}

const char *strbuf_c(struct strbuf *b)
{
    *strbuf_room(b, 1) = '\0';
    return b->p;
}

/* Length of the UTF-8 character at the front of s; 0: there is none. */
static size_t character_at(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (n > s.n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)s.p[i] & 0xc0) != 0x80)
            return 0;
    unsigned char d = n > 2 ? (unsigned char)s.p[1] : 0; /* overlong, surrogate, too large */
    bool bad = (c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) ||
               (c == 0xf4 && d > 0x8f);
    return bad ? 0 : n;
}

/* Does the character of n bytes at the front of s do something instead of being seen? */
static bool steers(struct str s, size_t n)
{
    unsigned char c = (unsigned char)s.p[0], d = n > 1 ? (unsigned char)s.p[1] : 0;
    unsigned char e = n > 2 ? (unsigned char)s.p[2] : 0;
    if (n == 1)
        return c < 0x20 || c == 0x7f;
    if (n == 2)
        return c == 0xc2 && d < 0xa0;
    if (c != 0xe2)
        return false;
    return (d == 0x80 && (e == 0x8e || e == 0x8f || (e >= 0xa8 && e <= 0xae))) ||
           (d == 0x81 && e >= 0xa6 && e <= 0xa9);
}

void strbuf_add_visible(struct strbuf *b, struct str s, bool lines)
{
    static const char hex[] = "0123456789abcdef";
    while (s.n) {
        size_t n = character_at(s);
        bool stays = lines && (s.p[0] == '\n' || s.p[0] == '\t');
        if (n && (stays || !steers(s, n))) {
            strbuf_add(b, (struct str){s.p, n});
            s = str_from(s, n);
            continue;
        }
        for (n = n ? n : 1; n; n--, s = str_from(s, 1)) {
            strbuf_add(b, STR("\\x"));
            strbuf_addc(b, hex[(unsigned char)s.p[0] >> 4]);
            strbuf_addc(b, hex[(unsigned char)s.p[0] & 15]);
        }
    }
}

void strbuf_release(struct strbuf *b)
{
    free(b->p);
    *b = (struct strbuf){0};
}
