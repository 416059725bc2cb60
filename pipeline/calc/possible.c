#include "pipeline/calc/possible.h"

/* --- what is printed --- */

static bool take(struct str *s, const char *word)
{
    if (!str_starts(*s, str_c(word)))
        return false;
    *s = str_from(*s, str_c(word).n);
    return true;
}

static bool take_unit(struct str s, bool *points)
{
    static const struct {
        const char *word;
        bool points;
    } units[] = {{"%", false}, {"％", false}, {"pp", true}, {"百分点", true}, {"个百分点", true}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        *points = units[i].points;
        if (str_eq(str_trim(s), str_c(units[i].word)))
            return true;
    }
    return false;
}

bool possible_parse(struct str s, struct possible_claim *out)
{
    enum { DECIMALS_MAX = 9 };
    *out = (struct possible_claim){0};
    s = str_trim(s);
    out->negative = take(&s, "-") || take(&s, "−");
    if (!out->negative)
        take(&s, "+");
    size_t digits = 0;
    bool point = false;
    for (; s.n && ((s.p[0] >= '0' && s.p[0] <= '9') || (s.p[0] == '.' && digits && !point));
         s = str_from(s, 1)) {
        if (s.p[0] == '.') {
            point = true;
            continue;
        }
        out->units = out->units * 10 + (s.p[0] - '0');
        out->decimals += point;
        digits++;
        if (out->units > POSSIBLE_MAX || out->decimals > DECIMALS_MAX)
            return false;
    }
    return digits && (!point || out->decimals) && take_unit(s, &out->points);
}

/* --- its interval --- */

struct possible_interval possible_interval(const struct possible_claim *c, enum possible_rounding r)
{
    exact_int u = c->units;
    struct possible_interval i = {.den = (exact_int)200 * exact_power10(c->decimals)};
    bool even = r == POSSIBLE_HALF_EVEN && u % 2 == 0;
    i.low = r == POSSIBLE_TRUNCATED ? 2 * u : 2 * u - 1;
    i.high = r == POSSIBLE_TRUNCATED ? 2 * u + 2 : 2 * u + 1;
    i.low_open = r == POSSIBLE_HALF_EVEN && !even;
    i.high_open = !even;
    if (u == 0) { /* both signs print as 0 */
        i.low = -i.high;
        i.low_open = i.high_open;
    } else if (c->negative) {
        struct possible_interval mirror = {-i.high, -i.low, i.den, i.high_open, i.low_open};
        i = mirror;
    }
    return i;
}

struct possible_interval possible_factor(struct possible_interval i)
{
    i.low += i.den;
    i.high += i.den;
    return i;
}

/* --- ranges --- */

static exact_int floor_div(exact_int a, exact_int b)
{
    exact_int q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

/* The first whole number not below (open: above) a / b, and the last not above (open: below). */
static exact_int first_from(exact_int a, exact_int b, bool open)
{
    return open ? floor_div(a, b) + 1 : -floor_div(-a, b);
}

static exact_int last_to(exact_int a, exact_int b, bool open)
{
    return open ? -floor_div(-a, b) - 1 : floor_div(a, b);
}

struct possible_range possible_numerators(struct possible_interval i, int64_t of)
{
    struct possible_range r = {first_from(i.low * of, i.den, i.low_open),
                               last_to(i.high * of, i.den, i.high_open), false};
    if (r.first < 0)
        r.first = 0;
    if (r.last < 0)
        r.last = -1;
    return r;
}

struct possible_range possible_bases(struct possible_interval i, int64_t part)
{
    static const struct possible_range none = {1, 0, false};
    bool above = i.low < 0 || (i.low == 0 && !i.low_open); /* is 0 not below the interval, ... */
    bool below = i.high > 0 || (i.high == 0 && !i.high_open);
    if (part == 0)
        return above && below ? (struct possible_range){1, 1, true} : none;
    if (i.high <= 0)
        return none;
    struct possible_range r = {first_from(part * i.den, i.high, i.high_open), 0, i.low <= 0};
    if (r.first < 1)
        r.first = 1;
    r.last = r.open ? r.first : last_to(part * i.den, i.low, i.low_open);
    return r;
}

/* --- the smallest base --- */

/* One end of an interval during the descent; den = 0: infinite. */
struct end {
    exact_int num, den;
    bool open;
};

/*
 * The simplest fraction between low >= 0 and high, as numerator and denominator. Between two
 * neighbouring whole numbers it is whole + 1 / y with the simplest y between the reciprocals of the
 * rests, so that the ends shrink as in Euclid's algorithm.
 */
static void simplest(struct end low, struct end high, exact_int *num, exact_int *den)
{
    exact_int whole = low.num / low.den, p, q;
    *den = 1;
    *num = low.num % low.den == 0 && !low.open ? whole : whole + 1;
    if (*num == whole || high.den == 0 || *num * high.den < high.num ||
        (*num * high.den == high.num && !high.open))
        return;
    struct end from = {high.den, high.num - whole * high.den, high.open};
    struct end to = {low.den, low.num - whole * low.den, low.open};
    simplest(from, to, &p, &q);
    *num = whole * p + q;
    *den = p;
}

bool possible_simplest(struct possible_interval i, struct exact *out)
{
    if (i.high < 0 || (i.high == 0 && i.high_open))
        return false;
    struct end low = {i.low, i.den, i.low_open}, high = {i.high, i.den, i.high_open};
    if (low.num < 0)
        low = (struct end){0, i.den, false};
    simplest(low, high, &out->num, &out->den);
    return true;
}

/* --- claims --- */

static bool is_in(struct possible_range r, int64_t v)
{
    return r.first <= v && (r.open || v <= r.last);
}

static bool has_fraction(struct possible_interval i, int64_t num, int64_t den)
{
    struct exact any;
    if (den == 0)
        return false;
    if (den > 0) {
        struct possible_range r = possible_numerators(i, den);
        return num < 0 ? r.first <= r.last : is_in(r, num);
    }
    struct possible_range r = possible_bases(i, num);
    return num < 0 ? possible_simplest(i, &any) : r.open || r.first <= r.last;
}

bool possible_share(const struct possible_claim *c, int64_t part, int64_t of)
{
    return has_fraction(possible_interval(c, POSSIBLE_HALF_UP), part, of) ||
           has_fraction(possible_interval(c, POSSIBLE_HALF_EVEN), part, of);
}

bool possible_change(const struct possible_claim *c, int64_t before, int64_t now)
{
    return has_fraction(possible_factor(possible_interval(c, POSSIBLE_HALF_UP)), now, before) ||
           has_fraction(possible_factor(possible_interval(c, POSSIBLE_HALF_EVEN)), now, before);
}

/* --- parts of a whole --- */

bool possible_parts(const struct possible_claim *c, size_t n, int64_t of, enum possible_rounding r,
                    int64_t *part, struct possible_sum *sum)
{
    *sum = (struct possible_sum){0, 0};
    for (size_t i = 0; i < n; i++) {
        struct possible_range k = possible_numerators(possible_interval(&c[i], r), of);
        if (k.last < k.first) {
            *sum = (struct possible_sum){1, 0};
            return false;
        }
        part[i] = (int64_t)k.first;
        sum->low += k.first;
        sum->high += k.last;
    }
    if (of < sum->low || sum->high < of)
        return false;
    exact_int rest = of - sum->low;
    for (size_t i = 0; i < n && rest > 0; i++) {
        struct possible_range k = possible_numerators(possible_interval(&c[i], r), of);
        exact_int more = k.last - k.first < rest ? k.last - k.first : rest;
        part[i] += (int64_t)more;
        rest -= more;
    }
    return true;
}

/* The interval over a larger denominator. */
static struct possible_interval over(struct possible_interval i, exact_int den)
{
    exact_int times = den / i.den;
    i.low *= times;
    i.high *= times;
    i.den = den;
    return i;
}

/* The sums of a value of each interval. */
static struct possible_interval together(struct possible_interval a, struct possible_interval b)
{
    exact_int den = a.den > b.den ? a.den : b.den; /* 200 times powers of ten: one divides */
    a = over(a, den);
    b = over(b, den);
    return (struct possible_interval){a.low + b.low, a.high + b.high, den, a.low_open || b.low_open,
                                      a.high_open || b.high_open};
}

/* Of shares there are none below zero. */
static struct possible_interval not_negative(struct possible_interval i)
{
    if (i.low < 0) {
        i.low = 0;
        i.low_open = false;
    }
    return i;
}

bool possible_whole(const struct possible_claim *c, size_t n, enum possible_rounding r)
{
    struct possible_interval all = {0, 0, 200, false, false};
    for (size_t i = 0; i < n; i++) {
        struct possible_interval one = possible_interval(&c[i], r);
        if (one.high < 0 || (one.high == 0 && one.high_open))
            return false;
        all = together(all, not_negative(one));
    }
    return (all.low < all.den || (all.low == all.den && !all.low_open)) &&
           (all.den < all.high || (all.den == all.high && !all.high_open));
}

/* --- differences of two rates --- */

/* floor((a * k + b) / m) for whole k, with a, m > 0. */
struct line {
    exact_int a, b, m;
};

/* Its sum for k from 0 to n - 1, where no value is negative. Euclid's algorithm: the whole parts of
 * a / m and b / m are summed at once, then the points below the line are counted by the other axis.
 */
static exact_int floor_sum(exact_int n, struct line l)
{
    exact_int sum = 0;
    while (n > 0) {
        sum += n * (n - 1) / 2 * (l.a / l.m) + n * (l.b / l.m);
        l.a %= l.m;
        l.b %= l.m;
        exact_int top = l.a * n + l.b;
        if (top < l.m)
            break;
        n = top / l.m;
        l = (struct line){l.m, top % l.m, l.a};
    }
    return sum;
}

/* The first k at which the line is at least v. */
static exact_int reaches(struct line l, exact_int v)
{
    return -floor_div(l.b - v * l.m, l.a);
}

static exact_int between(exact_int v, exact_int low, exact_int high)
{
    return v < low ? low : v > high ? high : v;
}

/* The sum for k from `from` to `to` of the line's values, kept within bottom and top. */
static exact_int kept_sum(struct line l, exact_int from, exact_int to, exact_int bottom,
                          exact_int top)
{
    exact_int low = between(reaches(l, bottom), from, to + 1);
    exact_int high = between(reaches(l, top), low, to + 1);
    struct line rest = {l.a, l.a * low + l.b - bottom * l.m, l.m}; /* from 0 on, above bottom */
    return bottom * (high - from) + floor_sum(high - low, rest) + top * (to + 1 - high);
}

/* Numerators of the two rates. */
struct box {
    struct possible_range now, before;
    struct line upper, lower; /* of `before` by `now`: the last that fits, the last too small */
};

static exact_int pairs_to(const struct box *x, exact_int last)
{
    exact_int bottom = x->before.first - 1, top = x->before.last;
    return last < x->now.first ? 0
                               : kept_sum(x->upper, x->now.first, last, bottom, top) -
                                     kept_sum(x->lower, x->now.first, last, bottom, top);
}

static struct possible_range rate_range(const struct possible_claim *c, int64_t of,
                                        enum possible_rounding r)
{
    struct possible_range k = {0, of, false};
    if (c)
        k = possible_numerators(possible_interval(c, r), of);
    if (k.last > of)
        k.last = of;
    return k;
}

/* k / of - j / of_before in the interval: j between two lines over k. */
static struct box make_box(const struct possible_difference *d, enum possible_rounding r)
{
    struct possible_interval i = possible_interval(d->points, r);
    exact_int m = i.den * d->of, a = i.den * d->of_before;
    exact_int both = (exact_int)d->of * d->of_before;
    return (struct box){.now = rate_range(d->now, d->of, r),
                        .before = rate_range(d->before, d->of_before, r),
                        .upper = {a, -i.low * both - i.low_open, m},
                        .lower = {a, -i.high * both - !i.high_open, m}};
}

static struct possible_interval rate_interval(const struct possible_claim *c,
                                              enum possible_rounding r)
{
    static const struct possible_interval any = {0, 200, 200, false, false};
    return c ? not_negative(possible_interval(c, r)) : any;
}

static bool is_any_pair(const struct possible_difference *d, enum possible_rounding r)
{
    struct possible_interval b = rate_interval(d->before, r), p = possible_interval(d->points, r);
    struct possible_interval minus = {-b.high, -b.low, b.den, b.high_open, b.low_open};
    struct possible_interval rates = together(rate_interval(d->now, r), minus);
    struct possible_interval gap = {-p.high, -p.low, p.den, p.high_open, p.low_open};
    struct possible_interval zero = together(rates, gap); /* does it hold 0? */
    return (zero.low < 0 || (zero.low == 0 && !zero.low_open)) &&
           (zero.high > 0 || (zero.high == 0 && !zero.high_open));
}

struct possible_pairs possible_pairs(const struct possible_difference *d, enum possible_rounding r)
{
    struct possible_pairs out = {0};
    if (d->points->units / 101 > exact_power10(d->points->decimals))
        return out; /* far above 100 points, beyond what the lines hold */
    if (!d->of || !d->of_before) {
        out.n = is_any_pair(d, r);
        return out;
    }
    struct box x = make_box(d, r);
    if (x.now.first > x.now.last || x.before.first > x.before.last)
        return out;
    out.n = pairs_to(&x, x.now.last);
    exact_int low = x.now.first, high = x.now.last;
    while (out.n && low < high) { /* the first numerator up to which there is a pair */
        exact_int middle = low + (high - low) / 2;
        if (pairs_to(&x, middle))
            high = middle;
        else
            low = middle + 1;
    }
    out.now = (int64_t)low;
    exact_int j = floor_div(x.lower.a * low + x.lower.b, x.lower.m) + 1;
    out.before = (int64_t)(j < x.before.first ? x.before.first : j);
    return out;
}
