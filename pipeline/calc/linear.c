#include "pipeline/calc/linear.h"

#include <string.h>

struct building {
    const struct plan *plan;
    struct arena *arena;
    struct linear *out;
    size_t cap;
};

static bool add(struct building *b, const struct formula *f, struct exact times);

static bool add_side(struct building *b, size_t figure, enum linear_side side, struct exact times)
{
    const struct plan_figure *g = &b->plan->figures->figure[figure];
    const struct formula *f = g->value;
    if (f->op == FIG_FIGURE && g->is_ratio) /* a second name */
        return b->plan->conf->indicators[f->figure].divide == 1 &&
               add_side(b, f->figure, side, times);
    if (side == LINEAR_VALUE)
        return !g->is_ratio && add(b, f, times);
    if (f->op == FIG_DIV)
        return add(b, f->kid[side == LINEAR_NUMERATOR ? 0 : 1], times);
    if (g->is_ratio)
        return false;
    return side == LINEAR_DENOMINATOR || add(b, f, times); /* n is n / 1 */
}

static bool add_aggregate(struct building *b, const struct formula *f, struct exact times)
{
    struct exact scale;
    if (!exact_ratio(1, exact_power10(f->scale), &scale) || !exact_mul(times, scale, &times))
        return false;
    if (b->out->n == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 4;
        struct linear_term *larger = ARENA_ARRAY(b->arena, struct linear_term, b->cap);
        if (b->out->n)
            memcpy(larger, b->out->term, b->out->n * sizeof *larger);
        b->out->term = larger;
    }
    b->out->term[b->out->n++] = (struct linear_term){f->table, f->aggregate, times};
    return true;
}

static bool add_nothing(struct building *b, const struct formula *f, struct exact times)
{
    (void)b;
    (void)f;
    (void)times;
    return true;
}

static bool add_none(struct building *b, const struct formula *f, struct exact times)
{
    (void)b;
    (void)f;
    (void)times;
    return false;
}

static bool add_figure(struct building *b, const struct formula *f, struct exact times)
{
    return add_side(b, f->figure, LINEAR_VALUE, times);
}

static bool add_numerator(struct building *b, const struct formula *f, struct exact times)
{
    return add_side(b, f->figure, LINEAR_NUMERATOR, times);
}

static bool add_denominator(struct building *b, const struct formula *f, struct exact times)
{
    return add_side(b, f->figure, LINEAR_DENOMINATOR, times);
}

static bool add_both(struct building *b, const struct formula *f, struct exact times)
{
    struct exact second = times;
    if (f->op == FIG_SUB)
        second.num = -second.num;
    return add(b, f->kid[0], times) && add(b, f->kid[1], second);
}

static bool add_negated(struct building *b, const struct formula *f, struct exact times)
{
    times.num = -times.num;
    return add(b, f->kid[0], times);
}

/* One of the two must be a number as it is written. */
static bool add_product(struct building *b, const struct formula *f, struct exact times)
{
    size_t number = f->kid[0]->op == FIG_NUMBER ? 0 : 1;
    const struct formula *n = f->kid[number];
    struct exact v;
    return n->op == FIG_NUMBER && exact_ratio(n->number, exact_power10(n->scale), &v) &&
           exact_mul(times, v, &times) && add(b, f->kid[1 - number], times);
}

static bool add(struct building *b, const struct formula *f, struct exact times)
{
    static bool (*const adders[])(struct building *, const struct formula *, struct exact) = {
        [FIG_NUMBER] = add_nothing,
        [FIG_AGGREGATE] = add_aggregate,
        [FIG_STATISTIC] = add_none,
        [FIG_FIGURE] = add_figure,
        [FIG_NUMERATOR] = add_numerator,
        [FIG_DENOMINATOR] = add_denominator,
        [FIG_BASELINE] = add_nothing,
        [FIG_MEAN] = add_none,
        [FIG_ADD] = add_both,
        [FIG_SUB] = add_both,
        [FIG_MUL] = add_product,
        [FIG_DIV] = add_none,
        [FIG_NEG] = add_negated,
    };
    return adders[f->op](b, f, times);
}

void linear_of(const struct plan *plan, size_t figure, enum linear_side side, struct arena *a,
               struct linear *out)
{
    struct building b = {.plan = plan, .arena = a, .out = out};
    *out = (struct linear){0};
    out->is_sum = add_side(&b, figure, side, exact_of(1));
    if (!out->is_sum)
        out->n = 0;
}
