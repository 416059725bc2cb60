#include "pipeline/calc/num.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/conf.h"

__extension__ typedef __int128 wide;

static bool fits(wide v)
{
    return v >= -(wide)INT64_MAX && v <= INT64_MAX;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* v * 10 + d, unless that overflows. */
static bool append_digit(int64_t *v, int64_t d)
{
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, d, v);
}

bool num_parse_plain(struct str s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    int64_t v = 0;
    for (size_t i = minus; i < s.n; i++) {
        int64_t d = s.p[i] - '0';
        if (!digit(s.p[i]) || !append_digit(&v, minus ? -d : d))
            return false;
    }
    *out = v;
    return s.n > minus;
}

int64_t num_plain_or_0(struct str s)
{
    int64_t v;
    return num_parse_plain(s, &v) ? v : 0;
}

/* --- Chinese numerals --- */

enum { SIGN_BYTES = 3 }; /* of each Chinese sign in UTF-8 */
struct sign {
    char utf8[SIGN_BYTES + 1];
    int64_t value;
};
static const struct sign chinese_digits[] = {{"〇", 0}, {"零", 0}, {"○", 0},  {"一", 1}, {"二", 2},
                                             {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6},
                                             {"七", 7}, {"八", 8}, {"九", 9}};
static const struct sign chinese_units[] = {
    {"十", 10}, {"百", 100}, {"千", 1000}, {"万", 10000}, {"亿", 100000000}};

static bool take_sign(struct str *s, const struct sign *signs, size_t n, int64_t *value)
{
    if (s->n < SIGN_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if (memcmp(s->p, signs[i].utf8, SIGN_BYTES) == 0) {
            *value = signs[i].value;
            s->p += SIGN_BYTES;
            s->n -= SIGN_BYTES;
            return true;
        }
    return false;
}
#define TAKE_SIGN(s, table, value)                                                                 \
    take_sign((s), (table), sizeof(table) / sizeof(table)[0], (value))

bool num_parse_places(struct str s, int64_t *out)
{
    enum { MOST = 15 };
    int64_t v = 0, d;
    size_t n = 0;
    for (; s.n; n++) {
        if (n == MOST || !TAKE_SIGN(&s, chinese_digits, &d))
            return false;
        v = v * 10 + d;
    }
    *out = v;
    return n > 0;
}

/*
 * A numeral in units is read section by section: what stands before 亿, before 万 and at the end,
 * each below 10^4. Speech drops the last unit (一百五 is 150, 一万二 is 12000) where a careless
 * reader sees 105: such a digit without 零 before it is refused.
 */
struct numeral {
    int64_t high, mid; /* what 亿 and 万 have closed */
    int64_t section;
    int64_t unit;  /* the last one of this section; 10^4: none yet */
    int64_t digit; /* waits for its unit, 0: none */
    bool zero;     /* 零 stands before the digit */
};
enum { SECTION = 10000 };

static bool numeral_digit(struct numeral *m, int64_t d)
{
    if (m->digit || (d == 0 && m->zero))
        return false;
    m->digit = d;
    m->zero |= d == 0;
    return true;
}

/* 十, 百, 千: falling; only 十 may do without a digit: 十五, 一百十五. */
static bool numeral_unit(struct numeral *m, int64_t unit)
{
    bool bare_ten = unit == 10 && !m->zero && (m->unit == SECTION || m->unit == 100);
    if (unit >= m->unit || (!m->digit && !bare_ten))
        return false;
    m->section += (m->digit ? m->digit : 1) * unit;
    m->unit = unit;
    m->digit = 0;
    m->zero = false;
    return true;
}

/* Adds the digit that has no unit of its own; `alone`: it may be all there is of the section. */
static bool numeral_ones(struct numeral *m, bool alone)
{
    bool clear = m->unit == 10 || m->zero || (m->unit == SECTION && alone);
    if (m->digit ? !clear : m->zero)
        return false;
    m->section += m->digit;
    return true;
}

/* 万, 亿: close the section, which must not be empty. */
static bool numeral_close(struct numeral *m, int64_t unit)
{
    if (!numeral_ones(m, true) || m->section + (unit > SECTION ? m->mid : 0) == 0)
        return false;
    if (unit == SECTION ? m->mid != 0 : m->high != 0)
        return false;
    if (unit == SECTION)
        m->mid = m->section * unit;
    else
        *m = (struct numeral){.high = (m->mid + m->section) * unit};
    m->section = m->digit = 0;
    m->unit = SECTION;
    m->zero = false;
    return true;
}

bool num_parse_chinese(struct str s, int64_t *out)
{
    if (num_parse_places(s, out))
        return true;
    struct numeral m = {.unit = SECTION};
    bool any = s.n > 0;
    while (s.n) {
        int64_t v;
        bool ok = TAKE_SIGN(&s, chinese_digits, &v) ? numeral_digit(&m, v)
                  : TAKE_SIGN(&s, chinese_units, &v)
                      ? v < SECTION ? numeral_unit(&m, v) : numeral_close(&m, v)
                      : false;
        if (!ok)
            return false;
    }
    if (!numeral_ones(&m, m.high + m.mid == 0))
        return false;
    *out = m.high + m.mid + m.section;
    return any && *out <= 1000000000000000;
}

/* --- numbers as people write them --- */

static bool is_hedged(struct str s, const struct conf_reading *r)
{
    for (size_t i = 0; i < r->hedge_before.n; i++)
        if (str_starts(s, r->hedge_before.word[i]))
            return true;
    for (size_t at = 0; at < s.n; at++)
        for (size_t i = 0; i < r->hedge_anywhere.n; i++) {
            struct str w = r->hedge_anywhere.word[i];
            if (w.n && s.p[at] == w.p[0] && str_starts(str_from(s, at), w))
                return true;
        }
    return false;
}

static struct str drop_measure(struct str s, const struct conf_reading *r)
{
    for (size_t i = 0; i < r->measures.n; i++)
        if (str_ends(s, r->measures.word[i]))
            return (struct str){s.p, s.n - r->measures.word[i].n};
    return s;
}

/* Takes the multipliers (万, 亿, 千) off the end of s. */
#define TOO_MUCH ((wide)1 << 100) /* no power of ten in it: no decimals bring it back */
static struct str drop_multipliers(struct str s, const struct conf_reading *r, wide *factor)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < r->n_multiplier && !again; i++) {
            if (s.n <= r->multiplier[i].n || !str_ends(s, r->multiplier[i]))
                continue;
            s.n -= r->multiplier[i].n;
            *factor = *factor > INT64_MAX ? TOO_MUCH : *factor * r->multiplier_value[i];
            *factor = *factor > TOO_MUCH ? TOO_MUCH : *factor;
            again = true;
        }
    }
    return s;
}

/* Digits in groups of three behind the first one to three. */
static bool grouped(struct str s)
{
    size_t comma = str_find(s, ',');
    if (comma == 0 || comma > 3)
        return false;
    for (size_t i = comma; i < s.n; i += 4)
        if (s.p[i] != ',' || s.n - i < 4 || !digit(s.p[i + 1]) || !digit(s.p[i + 2]) ||
            !digit(s.p[i + 3]))
            return false;
    return true;
}

/* What decimal() has read: digits without leading or trailing zeros, and where the point is. */
struct mantissa {
    int64_t v;
    int decimals;
    int zeros; /* read behind the point, but not yet counted: they may be the last ones */
};

static bool fraction_digit(struct mantissa *m, int64_t d)
{
    if (d == 0) {
        m->zeros++;
        return true;
    }
    for (; m->zeros > 0; m->zeros--, m->decimals++)
        if (!append_digit(&m->v, 0))
            return false;
    m->decimals++;
    return append_digit(&m->v, d);
}

/* Digits, grouped or not, with an optional decimal part. */
static bool decimal(struct str s, struct mantissa *m)
{
    *m = (struct mantissa){0};
    if (!s.n || !digit(s.p[0]) || !digit(s.p[s.n - 1]))
        return false;
    size_t dot = s.n;
    bool comma = false;
    for (size_t i = 0; i < s.n; i++) {
        int64_t d = s.p[i] - '0';
        if (digit(s.p[i])) {
            if (!(i < dot ? append_digit(&m->v, d) : fraction_digit(m, d)))
                return false;
        } else if (dot < s.n) {
            return false;
        } else if (s.p[i] == '.') {
            dot = i;
        } else if (s.p[i] == ',') {
            comma = true;
        } else {
            return false;
        }
    }
    return !comma || grouped((struct str){s.p, dot});
}

/* s without ASCII white space; p == NULL when more than n bytes are left. */
static struct str pack(struct str s, char *out, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f))
            continue;
        if (k == n)
            return (struct str){NULL, 0};
        out[k++] = c;
    }
    return (struct str){out, k};
}

/* m * factor * 10^scale, if that is whole and fits. */
static bool scaled(const struct mantissa *m, wide factor, int scale, int64_t *out)
{
    *out = 0;
    if (m->v == 0)
        return true;
    for (; scale > 0; scale--)
        factor *= 10;
    int decimals = m->decimals;
    for (; decimals > 0 && factor % 10 == 0; decimals--)
        factor /= 10;
    if (factor > INT64_MAX)
        return false;
    wide v = m->v * factor; /* below 2^126 */
    for (; decimals > 0; decimals--, v /= 10)
        if (v % 10)
            return false;
    *out = (int64_t)v;
    return fits(v);
}

/* How much of the rules a cell needs, by what stands in it. */
enum shape { SHAPE_NUMBER, SHAPE_WORDS, SHAPE_BLANKS };

static enum shape shape_of(struct str s)
{
    enum { N = 1, B = 2 };
    static const unsigned char class[256] = {
        ['0'] = N,  ['1'] = N,  ['2'] = N,  ['3'] = N,  ['4'] = N,  ['5'] = N,
        ['6'] = N,  ['7'] = N,  ['8'] = N,  ['9'] = N,  ['-'] = N,  ['.'] = N,
        [','] = N,  [' '] = B,  ['\t'] = B, ['\n'] = B, ['\v'] = B, ['\f'] = B,
        ['\r'] = B, [0x1c] = B, [0x1d] = B, [0x1e] = B, [0x1f] = B};
    unsigned char all = N, any = 0;
    for (size_t i = 0; i < s.n; i++) {
        all &= class[(unsigned char)s.p[i]];
        any |= class[(unsigned char)s.p[i]];
    }
    return all ? SHAPE_NUMBER : any & B ? SHAPE_BLANKS : SHAPE_WORDS;
}

/* The number in s, from which the measure word and white space are gone. */
static enum num_result read_number(struct str s, const struct conf_reading *r, int64_t unit,
                                   int scale, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    s = str_from(s, minus);
    wide factor = unit;
    struct mantissa m;
    if (!decimal(s, &m) && !decimal(drop_multipliers(s, r, &factor), &m)) {
        m = (struct mantissa){0};
        factor = unit;
        if (!num_parse_chinese(s, &m.v))
            return NUM_BAD;
    }
    if (!scaled(&m, factor, scale, out))
        return NUM_BAD;
    *out = minus ? -*out : *out;
    return NUM_OK;
}

enum num_result num_parse(struct str s, const struct conf_reading *r, int64_t unit, int scale,
                          int64_t *out)
{
    enum { LONGEST = 128 };
    char packed[LONGEST];
    enum shape shape = shape_of(s);
    if (shape == SHAPE_BLANKS) {
        struct str full = s;
        s = pack(s, packed, sizeof packed);
        if (!s.p) /* no number, but perhaps a sentence about one */
            return is_hedged(full, r) ? NUM_HEDGED : NUM_BAD;
    }
    if (shape != SHAPE_NUMBER) {
        if (is_hedged(s, r))
            return NUM_HEDGED;
        s = drop_measure(s, r);
    }
    return read_number(s, r, unit, scale, out);
}
