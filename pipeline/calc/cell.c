#include "pipeline/calc/cell.h"

#include <string.h>

/*
 * Almost every cell is printing ASCII or Chinese and stays as it is, so all loops here first run
 * over what cannot matter: eight bytes of ASCII at a time, then byte by byte by class.
 */
enum { STEP = 8 };

/* How many bytes at the front of s are surely 21..7F, by eights. (A byte below 21 borrows from the
 * sign bit of its lane; the borrow may accuse a neighbour, which only costs time.) */
static size_t plain_front(struct str s)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    size_t i = 0;
    for (; s.n - i >= STEP; i += STEP) {
        uint64_t w;
        memcpy(&w, s.p + i, STEP);
        if ((w | (w - 0x21 * ones)) & high)
            break;
    }
    return i;
}

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

/* Is c surely no part of white space? */
static bool plain(char c)
{
    return c > ' ' && (unsigned char)c < 0x80;
}

static struct str trim(struct str s)
{
    if (s.n && plain(s.p[0]) && plain(s.p[s.n - 1]))
        return s;
    for (size_t n; s.n && (n = space_at(s));)
        s = str_from(s, n);
    for (size_t n; s.n && (n = space_before_end(s));)
        s.n -= n;
    return s;
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

/* Index of the first character that normalisation changes, or s.n. */
static size_t first_change(struct str s)
{
    static const bool begins[256] = {
        [0] = true, [0xc2] = true, [0xe2] = true, [0xe3] = true, [0xef] = true};
    for (size_t i = plain_front(s); i < s.n; i++) {
        size_t taken = 0;
        if (begins[(unsigned char)s.p[i]])
            fold_at(str_from(s, i), &taken);
        if (taken)
            return i;
    }
    return s.n;
}

/* s with everything from `at` on folded. */
static struct str fold(struct str s, size_t at, struct arena *scratch)
{
    char *out = arena_raw(scratch, s.n);
    memcpy(out, s.p, at);
    size_t n = at;
    for (s = str_from(s, at); s.n;) {
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
    s = trim(s); /* so that a blank at an end does not count as a change */
    size_t at = first_change(s);
    if (at < s.n)
        s = trim(fold(s, at, scratch));
    if (s.n && s.p[0] == '\'')
        s = trim(str_from(s, 1));
    return s;
}

/* Index of the first white space in s, or s.n. */
static size_t first_space(struct str s)
{
    static const bool begins[256] = {
        ['\t'] = true, ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true,
        [0x1c] = true, [0x1d] = true, [0x1e] = true, [0x1f] = true, [' '] = true,
        [0xc2] = true, [0xe1] = true, [0xe2] = true, [0xe3] = true};
    for (size_t i = plain_front(s); i < s.n; i++)
        if (begins[(unsigned char)s.p[i]] && space_at(str_from(s, i)))
            return i;
    return s.n;
}

struct str cell_no_space(struct str s, struct arena *scratch)
{
    size_t at = first_space(s);
    if (at == s.n)
        return s;
    char *out = arena_raw(scratch, s.n);
    size_t n = 0;
    while (s.n) {
        memcpy(out + n, s.p, at);
        n += at;
        s = str_from(s, at);
        s = str_from(s, s.n ? space_at(s) : 0);
        at = first_space(s);
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
    char first = s.p[0] >= 'a' && s.p[0] <= 'z' ? (char)(s.p[0] - 'a' + 'A') : s.p[0];
    for (size_t i = 0; i < r->null_tokens.n; i++) {
        if (r->null_tokens.word[i].n != s.n || r->null_tokens.word[i].p[0] != first)
            continue;
        if (!u.p)
            u = str_upper(s, upper);
        if (str_eq(u, r->null_tokens.word[i]))
            return true;
    }
    return false;
}

/* Index of the bracket that the last byte of s, ')', closes; s.n when there is none. */
static size_t opening_bracket(struct str s)
{
    size_t depth = 0;
    for (size_t i = s.n; i > 0; i--) {
        depth += s.p[i - 1] == ')';
        if (s.p[i - 1] == '(' && --depth == 0)
            return i - 1;
    }
    return s.n;
}

struct str cell_header(struct str s, struct str *unit, struct arena *scratch)
{
    *unit = (struct str){"", 0};
    s = cell_no_space(cell_normalise(s, scratch), scratch);
    if (str_find(s, '*') < s.n) {
        char *out = arena_raw(scratch, s.n);
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i] != '*')
                out[n++] = s.p[i];
        s = (struct str){out, n};
    }
    if (!s.n || s.p[s.n - 1] != ')')
        return s;
    size_t at = opening_bracket(s);
    if (at == 0 || at == s.n)
        return s;
    *unit = (struct str){s.p + at + 1, s.n - at - 2};
    return (struct str){s.p, at};
}

int64_t cell_header_unit(struct str unit, const struct conf_reading *r)
{
    size_t longest = 0;
    int64_t value = 1;
    for (size_t i = 0; i < r->n_header_unit; i++)
        if (r->header_unit[i].n > longest && str_starts(unit, r->header_unit[i])) {
            longest = r->header_unit[i].n;
            value = r->header_unit_value[i];
        }
    return value;
}

/* What made s, the normalised or trimmed cell, of raw. */
static enum change how_normalised(struct str raw, struct str s)
{
    if (s.n && (s.p < raw.p || s.p >= raw.p + raw.n))
        return CHANGE_WIDTH;
    struct str trimmed = trim(raw);
    return trimmed.n && trimmed.p[0] == '\'' && s.n < trimmed.n ? CHANGE_APOSTROPHE : CHANGE_BLANKS;
}

enum cell_result cell_clean(const struct conf_column *c, struct str raw, struct cell_context *x,
                            struct tvalue *out)
{
    const struct kind *kind = c->type->kind;
    *out = (struct tvalue){.i = TABLE_MISSING};
    x->remarks = (struct cell_remarks){0};
    struct str s = cell_normalise(raw, x->scratch);
    if (s.n && (s.p[0] == '#' || s.p[0] == '='))
        x->remarks.damage = (uint8_t)damage_of_cell(s);
    bool missing = cell_is_missing(s, &x->conf->reading);
    if (!missing && kind->as_written)
        s = trim(raw);
    if (s.n != raw.n || (s.n && s.p != raw.p))
        cell_note(x, how_normalised(raw, s));
    if (missing) {
        cell_note(x, s.n ? CHANGE_NULL : CHANGE_NONE);
        return CELL_MISSING;
    }
    enum cell_result r = kind->clean(c, s, x, out);
    if (r == CELL_OK && x->remarks.change && kind->type == TCOL_TEXT && str_eq(out->s, raw))
        x->remarks.change = CHANGE_NONE; /* there and back again */
    else if (r != CELL_OK && r != CELL_MISSING)
        cell_note(x, CHANGE_UNUSABLE);
    return r;
}
