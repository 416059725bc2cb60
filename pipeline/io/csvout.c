#include "pipeline/io/csvout.h"

#include <string.h>

/* What a spreadsheet takes for the beginning of a formula (contract, 8). */
static const bool formula[256] = {
    ['='] = true, ['+'] = true, ['-'] = true, ['@'] = true, ['\t'] = true, ['\r'] = true,
};

#define EVERY_BYTE(c) (UINT64_C(0x0101010101010101) * (unsigned char)(c))

/* Non-zero when one of the eight bytes of w is c. (A byte minus one borrows its top bit only when
 * it was zero, or had it set before, which ~x takes away.) */
static uint64_t has(uint64_t w, char c)
{
    uint64_t x = w ^ EVERY_BYTE(c);
    return (x - EVERY_BYTE(1)) & ~x & EVERY_BYTE(0x80);
}

static bool has_special(uint64_t w)
{
    return has(w, ',') | has(w, '"') | has(w, '\n') | has(w, '\r');
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Must s (not empty) stand in quotes? Eight bytes at a time; the rest is padded with NULs. */
static bool needs_quotes(struct str s)
{
    if (blank(s.p[0]) || blank(s.p[s.n - 1]))
        return true;
    uint64_t w = 0;
    for (; s.n >= 8; s.p += 8, s.n -= 8) {
        memcpy(&w, s.p, 8);
        if (has_special(w))
            return true;
    }
    w = 0;
    memcpy(&w, s.p, s.n);
    return has_special(w);
}

/* Copies s to `to` with every quote doubled; returns the end. */
static char *copy_doubled(char *to, struct str s)
{
    while (s.n) {
        size_t n = str_find(s, '"');
        n += n < s.n; /* with the quote */
        memcpy(to, s.p, n);
        to += n;
        if (s.p[n - 1] == '"')
            *to++ = '"';
        s = str_from(s, n);
    }
    return to;
}

static void separate(struct csvout *c)
{
    if (c->begun)
        strbuf_addc(c->out, ',');
    c->begun = true;
}

void csvout_text(struct csvout *c, struct str s)
{
    separate(c);
    if (!s.n)
        return;
    bool quoted = needs_quotes(s);
    char *begin = strbuf_room(c->out, quoted ? 2 * s.n + 3 : s.n + 1);
    char *to = begin;
    if (quoted)
        *to++ = '"';
    if (c->defuse && formula[(unsigned char)s.p[0]])
        *to++ = '\'';
    if (quoted) {
        to = copy_doubled(to, s);
        *to++ = '"';
    } else {
        memcpy(to, s.p, s.n);
        to += s.n;
    }
    c->out->n += (size_t)(to - begin);
}

void csvout_int(struct csvout *c, int64_t v)
{
    separate(c);
    strbuf_add_int(c->out, v);
}

void csvout_raw(struct csvout *c, struct str s)
{
    separate(c);
    strbuf_add(c->out, s);
}

void csvout_end(struct csvout *c)
{
    strbuf_add(c->out, c->crlf ? STR("\r\n") : STR("\n"));
    c->begun = false;
}

void csvout_record(struct csvout *c, const struct str *cell, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csvout_text(c, cell[i]);
    csvout_end(c);
}
