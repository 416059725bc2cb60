#include "pipeline/calc/cell.h"

#include <string.h>

/* Length of the UTF-8 white space at the front of s, 0: none. The set is that of Unicode's
 * White_Space, with the ASCII separators 1C to 1F. */
static size_t space_at(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    unsigned char d = s.n > 1 ? (unsigned char)s.p[1] : 0, e = s.n > 2 ? (unsigned char)s.p[2] : 0;
    if (c == 0xc2)
        return d == 0x85 || d == 0xa0 ? 2 : 0;
    if (c == 0xe1)
        return d == 0x9a && e == 0x80 ? 3 : 0;
    if (c == 0xe2 && d == 0x80)
        return (e >= 0x80 && e <= 0x8a) || e == 0xa8 || e == 0xa9 || e == 0xaf ? 3 : 0;
    if (c == 0xe2)
        return d == 0x81 && e == 0x9f ? 3 : 0;
    return c == 0xe3 && d == 0x80 && e == 0x80 ? 3 : 0;
}

/* Length of the white space at the end of s. */
static size_t space_before_end(struct str s)
{
    for (size_t n = 1; n <= 3 && n <= s.n; n++)
        if (space_at(str_from(s, s.n - n)) == n)
            return n;
    return 0;
}

static struct str trim(struct str s)
{
    for (size_t n; s.n && (n = space_at(s));)
        s = str_from(s, n);
    for (size_t n; s.n && (n = space_before_end(s));)
        s.n -= n;
    return s;
}

/* Does s hold a byte with which something begins that normalisation changes? */
static bool may_change(struct str s)
{
    static const unsigned char begins[256] = {
        [0] = 1, [0xc2] = 1, [0xe2] = 1, [0xe3] = 1, [0xef] = 1};
    unsigned char any = 0;
    for (size_t i = 0; i < s.n; i++)
        any |= begins[(unsigned char)s.p[i]];
    return any;
}

/* The replacement of what stands at the front of s: its length in *taken; '\0' with *taken: delete;
 * *taken 0: nothing to change. */
static char fold_at(struct str s, size_t *taken)
{
    unsigned char c = (unsigned char)s.p[0];
    *taken = 0;
    if (c == 0) {
        *taken = 1;
        return '\0';
    }
    if (c < 0x80 || s.n < 2)
        return '\0';
    unsigned char d = (unsigned char)s.p[1], e = s.n > 2 ? (unsigned char)s.p[2] : 0;
    if (c == 0xc2 && d == 0xa0) {
        *taken = 2;
        return ' ';
    }
    if (s.n < 3)
        return '\0';
    bool zero_width =
        (c == 0xe2 && d == 0x80 && e >= 0x8b && e <= 0x8d) || (c == 0xef && d == 0xbb && e == 0xbf);
    bool wide_blank = c == 0xe3 && d == 0x80 && e == 0x80;
    /* FF01..FF3F: EF BC 81..BF -> 21..5F; FF40..FF5E: EF BD 80..9E -> 60..7E */
    bool wide_low = c == 0xef && d == 0xbc && e >= 0x81 && e <= 0xbf;
    bool wide_high = c == 0xef && d == 0xbd && e >= 0x80 && e <= 0x9e;
    if (!zero_width && !wide_blank && !wide_low && !wide_high)
        return '\0';
    *taken = 3;
    return zero_width ? '\0' : wide_blank ? ' ' : (char)(e - (wide_low ? 0x60 : 0x20));
}

static struct str fold(struct str s, struct arena *scratch)
{
    char *out = arena_alloc(scratch, s.n + 1);
    size_t n = 0;
    while (s.n) {
        size_t taken;
        char c = fold_at(s, &taken);
        if (!taken)
            out[n++] = s.p[0];
        else if (c)
            out[n++] = c;
        s = str_from(s, taken ? taken : 1);
    }
    return (struct str){out, n};
}

struct str cell_normalise(struct str s, struct arena *scratch)
{
    if (s.n && may_change(s))
        s = fold(s, scratch);
    s = trim(s);
    if (s.n && s.p[0] == '\'')
        s = trim(str_from(s, 1));
    return s;
}

struct str cell_no_space(struct str s, struct arena *scratch)
{
    bool any = false;
    for (size_t i = 0; i < s.n && !any; i++)
        any = space_at(str_from(s, i)) > 0;
    if (!any)
        return s;
    char *out = arena_alloc(scratch, s.n + 1);
    size_t n = 0;
    while (s.n) {
        size_t blank = space_at(s);
        if (!blank)
            out[n++] = s.p[0];
        s = str_from(s, blank ? blank : 1);
    }
    return (struct str){out, n};
}

bool cell_is_missing(struct str s, const struct conf_reading *r)
{
    enum { LONGEST = 64 };
    if (s.n == 0)
        return true;
    if (s.n > LONGEST)
        return false;
    char upper[LONGEST];
    struct str u = {NULL, 0};
    for (size_t i = 0; i < r->null_tokens.n; i++) {
        if (r->null_tokens.word[i].n != s.n)
            continue;
        if (!u.p)
            u = str_upper(s, upper);
        if (str_eq(u, r->null_tokens.word[i]))
            return true;
    }
    return false;
}

struct str cell_header(struct str s, struct str *unit, struct arena *scratch)
{
    *unit = (struct str){"", 0};
    s = cell_no_space(cell_normalise(s, scratch), scratch);
    if (str_find(s, '*') < s.n) {
        char *out = arena_alloc(scratch, s.n + 1);
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i] != '*')
                out[n++] = s.p[i];
        s = (struct str){out, n};
    }
    if (!s.n || s.p[s.n - 1] != ')')
        return s;
    const char *open = memrchr(s.p, '(', s.n);
    if (!open || open == s.p)
        return s;
    size_t at = (size_t)(open - s.p);
    *unit = (struct str){open + 1, s.n - at - 2};
    return (struct str){s.p, at};
}

int64_t cell_header_unit(struct str unit, const struct conf_reading *r)
{
    for (size_t i = 0; i < r->n_header_unit; i++)
        if (str_starts(unit, r->header_unit[i]))
            return r->header_unit_value[i];
    return 1;
}

enum cell_result cell_clean(const struct conf_column *c, struct str raw, struct cell_context *x,
                            struct tvalue *out)
{
    *out = (struct tvalue){.i = TABLE_MISSING};
    x->guessed = false;
    struct str s = cell_normalise(raw, x->scratch);
    if (cell_is_missing(s, &x->conf->reading))
        return CELL_MISSING;
    return c->type->kind->clean(c, s, x, out);
}
