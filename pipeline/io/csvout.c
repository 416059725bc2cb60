#include "pipeline/io/csvout.h"

#include <string.h>

/* What a spreadsheet takes for the beginning of a formula (contract, 8), and the apostrophe that
 * defuses it. */
enum { BEGINS = 1, DEFUSES };
static const unsigned char formula[256] = {
    ['='] = BEGINS,  ['+'] = BEGINS,  ['-'] = BEGINS,   ['@'] = BEGINS,
    ['\t'] = BEGINS, ['\r'] = BEGINS, ['\''] = DEFUSES,
};

/* Is s a formula, or one that is defused already? Both get an apostrophe, so that it can be told
 * which they were. */
static bool is_formula(struct str s)
{
    size_t i = 0;
    while (i < s.n && formula[(unsigned char)s.p[i]] == DEFUSES)
        i++;
    return i < s.n && formula[(unsigned char)s.p[i]] == BEGINS;
}

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

static uint64_t load8(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

static uint64_t load4(const char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* All bytes of s, of which there are 1 to 7, some of them twice. */
static uint64_t load_short(struct str s)
{
    if (s.n >= 4)
        return load4(s.p) | load4(s.p + s.n - 4) << 32;
    uint64_t w = (unsigned char)s.p[0];
    w |= (uint64_t)(unsigned char)s.p[s.n / 2] << 8;
    return w | (uint64_t)(unsigned char)s.p[s.n - 1] << 16;
}

/* Must s (not empty) stand in quotes? Eight bytes at a time, the last eight whatever was seen of
 * them: copying a rest together would take longer than all else. */
static bool needs_quotes(struct str s)
{
    if (blank(s.p[0]) || blank(s.p[s.n - 1]))
        return true;
    if (s.n < 8)
        return has_special(load_short(s));
    for (size_t i = 0; i + 8 < s.n; i += 8)
        if (has_special(load8(s.p + i)))
            return true;
    return has_special(load8(s.p + s.n - 8));
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
    if (c->defuse && formula[(unsigned char)s.p[0]] && is_formula(s))
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

void csvout_foreign(struct csvout *c, struct str s)
{
    struct csvout safe = *c;
    safe.defuse = true;
    csvout_text(&safe, s);
    c->begun = safe.begun;
}

struct str csvout_undo(struct str s)
{
    bool defused = s.n && s.p[0] == '\'' && is_formula(s);
    return defused ? str_from(s, 1) : s;
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
