#include "pipeline/calc/num.h"

#include <string.h>

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

bool num_parse_plain(struct str s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    s = str_from(s, minus);
    if (!s.n || s.n > 18)
        return false;
    int64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!digit(s.p[i]))
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = minus ? -v : v;
    return true;
}

/* --- Chinese numerals --- */

struct sign {
    struct str text;
    int64_t value;
};
static const struct sign chinese_digits[] = {
    {{"〇", 3}, 0}, {{"零", 3}, 0}, {{"○", 3}, 0},  {{"一", 3}, 1}, {{"二", 3}, 2},
    {{"两", 3}, 2}, {{"三", 3}, 3}, {{"四", 3}, 4}, {{"五", 3}, 5}, {{"六", 3}, 6},
    {{"七", 3}, 7}, {{"八", 3}, 8}, {{"九", 3}, 9}};
static const struct sign chinese_units[] = {{{"十", 3}, 10},
                                            {{"百", 3}, 100},
                                            {{"千", 3}, 1000},
                                            {{"万", 3}, 10000},
                                            {{"亿", 3}, 100000000}};

static bool take_sign(struct str *s, const struct sign *signs, size_t n, int64_t *value)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(*s, signs[i].text)) {
            *value = signs[i].value;
            *s = str_from(*s, signs[i].text.n);
            return true;
        }
    return false;
}
#define TAKE_SIGN(s, table, value)                                                                 \
    take_sign((s), (table), sizeof(table) / sizeof(table)[0], (value))

/* 二〇一九: digits only, by place. */
static bool chinese_places(struct str s, int64_t *out)
{
    int64_t v = 0, d;
    size_t n = 0;
    for (; s.n; n++) {
        if (n == 15 || !TAKE_SIGN(&s, chinese_digits, &d))
            return false;
        v = v * 10 + d;
    }
    *out = v;
    return n > 0;
}

/* 一百零五, 九万, 一亿二千万: `section` collects below 万, `total` above. */
bool num_parse_chinese(struct str s, int64_t *out)
{
    if (chinese_places(s, out))
        return true;
    int64_t total = 0, section = 0, d = 0, u;
    bool has_digit = false, any = false;
    while (s.n) {
        if (TAKE_SIGN(&s, chinese_digits, &d)) {
            if (has_digit)
                return false;
            has_digit = d != 0; /* a zero only fills a gap */
            any = true;
            continue;
        }
        if (!TAKE_SIGN(&s, chinese_units, &u))
            return false;
        if (u < 10000) {
            if (!has_digit && !(u == 10 && section == 0))
                return false; /* only 十 may stand without a digit: 十二 */
            section += (has_digit ? d : 1) * u;
        } else {
            /* 万 multiplies what stands since the last large unit, 亿 all before it */
            int64_t part = section + (has_digit ? d : 0) + (u == 10000 ? 0 : total);
            if (part == 0 || part > 10000000)
                return false;
            total = part * u + (u == 10000 ? total : 0);
            section = 0;
        }
        has_digit = false;
        d = 0;
        any = true;
    }
    *out = total + section + (has_digit ? d : 0);
    return any;
}

/* --- numbers as people write them --- */

static bool is_hedged(struct str s, const struct conf_reading *r)
{
    for (size_t i = 0; i < r->hedge_before.n; i++)
        if (str_starts(s, r->hedge_before.word[i]))
            return true;
    for (size_t i = 0; i < r->hedge_anywhere.n; i++)
        if (str_find_str(s, r->hedge_anywhere.word[i]) < s.n)
            return true;
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
static struct str drop_multipliers(struct str s, const struct conf_reading *r, wide *factor)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < r->n_multiplier && !again; i++) {
            if (s.n <= r->multiplier[i].n || !str_ends(s, r->multiplier[i]))
                continue;
            s.n -= r->multiplier[i].n;
            *factor *= r->multiplier_value[i];
            if (*factor > INT64_MAX)
                return (struct str){"", 0};
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

/* Digits, grouped or not, with an optional decimal part, as mantissa and its decimals. */
static bool decimal(struct str s, wide *mantissa, int *decimals)
{
    size_t dot = str_find(s, '.');
    struct str whole = {s.p, dot}, part = dot < s.n ? str_from(s, dot + 1) : (struct str){"", 0};
    if (whole.n == 0 || (dot < s.n && part.n == 0))
        return false;
    if (str_find(whole, ',') < whole.n && !grouped(whole))
        return false;
    while (part.n && part.p[part.n - 1] == '0')
        part.n--;
    wide v = 0;
    for (size_t i = 0; i < whole.n + part.n; i++) {
        char c = i < whole.n ? whole.p[i] : part.p[i - whole.n];
        if (c == ',' && i < whole.n)
            continue;
        if (!digit(c))
            return false;
        v = v * 10 + (c - '0');
        if (!fits(v))
            return false;
    }
    *mantissa = v;
    *decimals = (int)part.n;
    return true;
}

static bool has_space(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ')
            return true;
    return false;
}

enum num_result num_parse(struct str s, const struct conf_reading *r, int64_t unit, int scale,
                          int64_t *out)
{
    char packed[64];
    if (has_space(s)) { /* cells without any Unicode blank come from the caller */
        size_t n = 0;
        for (size_t i = 0; i < s.n && n < sizeof packed; i++)
            if ((unsigned char)s.p[i] > ' ')
                packed[n++] = s.p[i];
        s = (struct str){packed, n};
    }
    wide factor = unit, v;
    int decimals = 0;
    int64_t chinese;
    bool plain = s.n && s.n <= 15;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = digit(s.p[i]);
    if (!plain) {
        if (is_hedged(s, r))
            return NUM_HEDGED;
        s = drop_measure(s, r);
    }
    bool minus = s.n && s.p[0] == '-';
    s = str_from(s, minus);
    if (!decimal(s, &v, &decimals)) {
        struct str head = drop_multipliers(s, r, &factor);
        if (decimal(head, &v, &decimals)) {
            /* digits and multipliers */
        } else if (num_parse_chinese(s, &chinese)) {
            factor = unit;
            v = chinese;
            decimals = 0;
        } else {
            return NUM_BAD;
        }
    }
    for (int i = 0; i < scale; i++)
        factor *= 10;
    if (factor > INT64_MAX)
        return NUM_BAD;
    v *= factor; /* below 2^126 */
    for (; decimals > 0; decimals--, v /= 10)
        if (v % 10)
            return NUM_BAD;
    if (!fits(v))
        return NUM_BAD;
    *out = (int64_t)(minus ? -v : v);
    return NUM_OK;
}

/* --- rates --- */

bool num_round(int64_t num, int64_t den, int decimals, bool half_even, int64_t *out)
{
    wide n = num < 0 ? -(wide)num : num;
    for (int i = 0; i < decimals; i++)
        n *= 10;
    wide q = n / den, twice = 2 * (n % den);
    if (twice > den || (twice == den && (!half_even || q % 2 == 1)))
        q++;
    if (!fits(q))
        return false;
    *out = (int64_t)(num < 0 ? -q : q);
    return true;
}

void num_print(int64_t value, int decimals, struct strbuf *out)
{
    uint64_t u = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (value < 0)
        strbuf_addc(out, '-');
    strbuf_add_int(out, (int64_t)(u / unit));
    if (!decimals)
        return;
    strbuf_addc(out, '.');
    for (uint64_t rest = u % unit; unit > 1; rest %= unit) {
        unit /= 10;
        strbuf_addc(out, (char)('0' + rest / unit));
    }
}
