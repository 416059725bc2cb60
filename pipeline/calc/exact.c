#include "pipeline/calc/exact.h"

#include "pipeline/base/mem.h"

static exact_int magnitude(exact_int v)
{
    return v < 0 ? -v : v;
}

static exact_int gcd(exact_int a, exact_int b)
{
    a = magnitude(a);
    b = magnitude(b);
    while (b) {
        exact_int t = a % b;
        a = b;
        b = t;
    }
    return a;
}

struct exact exact_of(int64_t v)
{
    return (struct exact){v, 1};
}

bool exact_ratio(exact_int num, exact_int den, struct exact *out)
{
    if (den == 0)
        return false;
    exact_int g = gcd(num, den);
    if (den < 0)
        g = -g;
    *out = (struct exact){num / g, den / g};
    return true;
}

bool exact_add(struct exact a, struct exact b, struct exact *out)
{
    exact_int g = gcd(a.den, b.den), x, y, num, den;
    return !__builtin_mul_overflow(a.num, b.den / g, &x) &&
           !__builtin_mul_overflow(b.num, a.den / g, &y) && !__builtin_add_overflow(x, y, &num) &&
           !__builtin_mul_overflow(a.den, b.den / g, &den) && exact_ratio(num, den, out);
}

bool exact_sub(struct exact a, struct exact b, struct exact *out)
{
    b.num = -b.num;
    return exact_add(a, b, out);
}

bool exact_mul(struct exact a, struct exact b, struct exact *out)
{
    /* Crosswise in lowest terms first, so that the products are as small as they can be. */
    struct exact x, y;
    exact_int num, den;
    return exact_ratio(a.num, b.den, &x) && exact_ratio(b.num, a.den, &y) &&
           !__builtin_mul_overflow(x.num, y.num, &num) &&
           !__builtin_mul_overflow(x.den, y.den, &den) && exact_ratio(num, den, out);
}

bool exact_div(struct exact a, struct exact b, struct exact *out)
{
    struct exact inverse;
    return exact_ratio(b.den, b.num, &inverse) && exact_mul(a, inverse, out);
}

bool exact_compare(struct exact a, struct exact b, int *out)
{
    struct exact d;
    if (!exact_sub(a, b, &d))
        return false;
    *out = (d.num > 0) - (d.num < 0);
    return true;
}

int64_t exact_power10(int n)
{
    if (n < 0 || n > 18)
        BUG("power of ten out of range");
    int64_t p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

bool exact_parse(struct str s, struct exact *out)
{
    bool negative = s.n && s.p[0] == '-';
    size_t i = negative, digits = 0;
    int decimals = 0;
    bool point = false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && !point && digits) {
            point = true;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 18)
            return false;
        v = v * 10 + (s.p[i] - '0');
        decimals += point;
    }
    return digits && (!point || decimals) &&
           exact_ratio(negative ? -v : v, exact_power10(decimals), out);
}

bool exact_round(struct exact v, int decimals, bool half_even, exact_int *out)
{
    exact_int scaled;
    if (__builtin_mul_overflow(magnitude(v.num), (exact_int)exact_power10(decimals), &scaled))
        return false;
    exact_int q = scaled / v.den, rest = scaled % v.den;
    exact_int other = v.den - rest; /* rest < other: below half, without doubling */
    if (rest > other || (rest == other && (!half_even || (q & 1))))
        q++;
    *out = v.num < 0 ? -q : q;
    return true;
}

void exact_print(exact_int v, int decimals, struct strbuf *out)
{
    char digit[64];
    size_t at = sizeof digit;
    exact_int rest = magnitude(v);
    for (int i = 0; rest || i <= decimals; i++) {
        if (i == decimals && decimals)
            digit[--at] = '.';
        digit[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (v < 0)
        digit[--at] = '-';
    strbuf_add(out, (struct str){digit + at, sizeof digit - at});
}
