#include "pipeline/publish/agree.h"

enum { NEAR_PARTS = 10 };

static bool same(struct exact a, struct exact b)
{
    return a.num == b.num && a.den == b.den; /* both in lowest terms */
}

static bool in_order(struct exact a, struct exact b)
{
    int c;
    return exact_compare(a, b, &c) && c <= 0;
}

static bool below(struct exact a, struct exact b)
{
    int c;
    return exact_compare(a, b, &c) && c < 0;
}

/* |x - m| is at most `most` (a tie counts: half up and half to even are both roundings). */
static bool within(const struct mention *m, struct exact x, struct exact most)
{
    struct exact d;
    if (!exact_sub(x, m->value, &d))
        return false;
    if (d.num < 0)
        d.num = -d.num;
    return in_order(d, most);
}

static bool halved(struct exact v, struct exact *out)
{
    return exact_div(v, exact_of(2), out);
}

/* Rounded, or cut off, to the place of its last written digit. */
static bool is_rounding(const struct mention *m, struct exact x)
{
    struct exact half, next;
    if (same(m->digit, exact_of(1)) && x.den == 1)
        return same(m->value, x);
    return (halved(m->digit, &half) && within(m, x, half)) ||
           (in_order(m->value, x) && exact_add(m->value, m->digit, &next) && below(x, next));
}

static bool is_true(const struct mention *m, struct exact x)
{
    struct exact part, next;
    switch (m->hedge) {
    case HEDGE_ABOUT:
        return halved(m->round, &part) && within(m, x, part);
    case HEDGE_NEAR:
        return in_order(x, m->value) && exact_div(m->value, exact_of(NEAR_PARTS), &part) &&
               within(m, x, part);
    case HEDGE_ABOVE:
        return in_order(m->value, x) && exact_add(m->value, m->round, &next) && below(x, next);
    default:
        return is_rounding(m, x);
    }
}

static enum hedge claim(enum hedge h)
{
    return h == HEDGE_REACH ? HEDGE_NONE : h;
}

enum agreement agree(const struct mention *m, struct exact x, const struct mention *printed)
{
    bool as_printed = printed && same(m->value, printed->value);
    if (as_printed && claim(m->hedge) == claim(printed->hedge))
        return AGREE_YES;
    if (same(m->value, x) && claim(m->hedge) == HEDGE_NONE)
        return AGREE_YES;
    if (!is_true(m, x))
        return as_printed ? AGREE_ROUNDED : AGREE_NO;
    return as_printed && claim(m->hedge) != HEDGE_NONE ? AGREE_YES : AGREE_ROUNDED;
}
