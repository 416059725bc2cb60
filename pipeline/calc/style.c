#include "pipeline/calc/style.h"

#include "pipeline/base/mem.h"

enum { RATIO_DECIMALS = 6 };

bool figure_has_value(const struct figure *f)
{
    return f->present && f->den != 0;
}

bool figure_value(const struct figure *f, struct exact *out)
{
    if (!figure_has_value(f))
        return false;
    /* Each of the three is below 2^93 (10^9 * 2^63) and in lowest terms, so they fit. */
    struct exact num, den;
    return exact_ratio(f->num, exact_power10(f->scale), &num) &&
           exact_ratio(f->den, exact_power10(f->den_scale), &den) && exact_div(num, den, out) &&
           exact_div(*out, exact_of(f->divide), out);
}

/* What is printed: the value, times 100 for a percentage, without sign where the style says so. */
static struct exact shown(const struct conf_style *s, const struct figure *f, bool percent)
{
    struct exact v;
    if (!figure_value(f, &v) || !exact_mul(v, exact_of(percent ? 100 : 1), &v))
        BUG("a figure without a value, or beyond 128 bits, is printed");
    if (s->unsigned_ && v.num < 0)
        v.num = -v.num;
    return v;
}

static exact_int rounded(struct exact v, int decimals, bool half_even)
{
    exact_int r;
    if (!exact_round(v, decimals, half_even, &r))
        BUG("a figure beyond 128 bits is rounded");
    return r;
}

/* v / 10^decimals, without trailing zeros of the decimals when trim is set. */
static void print_decimal(exact_int v, int decimals, bool trim, struct strbuf *out)
{
    while (trim && decimals > 0 && v % 10 == 0) {
        v /= 10;
        decimals--;
    }
    exact_print(v, decimals, out);
}

static void print_integer(const struct conf_style *s, const struct figure *f, bool half_even,
                          struct strbuf *out)
{
    exact_print(rounded(shown(s, f, f->percent), 0, half_even), 0, out);
}

static void print_plain_decimal(const struct conf_style *s, const struct figure *f, bool half_even,
                                struct strbuf *out)
{
    exact_int v = rounded(shown(s, f, f->percent), s->decimals, half_even);
    print_decimal(v, s->decimals, s->trim, out);
}

/* "Never 100 unless all, never 0 unless none": the last digit before is printed instead. */
static exact_int clamp(exact_int v, exact_int whole, const struct figure *f)
{
    if (v == whole && !figure_is_whole(f))
        return whole - 1;
    if (v == 0 && f->num > 0)
        return 1;
    return v;
}

static void print_percent(const struct conf_style *s, const struct figure *f, bool half_even,
                          struct strbuf *out)
{
    exact_int v = rounded(shown(s, f, true), s->decimals, half_even);
    if (s->clamp)
        v = clamp(v, (exact_int)100 * exact_power10(s->decimals), f);
    print_decimal(v, s->decimals, s->trim, out);
    strbuf_addc(out, '%');
}

/* The largest unit that the value reaches and in which it does not round to 0. */
static void print_scaled(const struct conf_style *s, const struct figure *f, bool half_even,
                         struct strbuf *out)
{
    struct exact v = shown(s, f, f->percent);
    struct exact size = {v.num < 0 ? -v.num : v.num, v.den};
    for (size_t i = 0; i < s->n_unit; i++) {
        struct exact in_unit;
        int below;
        if (!exact_compare(size, exact_of(s->unit[i].from), &below) || below < 0 ||
            !exact_div(v, exact_of(s->unit[i].size), &in_unit))
            continue;
        exact_int r = rounded(in_unit, s->decimals, half_even);
        if (r == 0)
            continue;
        print_decimal(r, s->decimals, s->trim, out);
        strbuf_add(out, s->unit[i].name);
        return;
    }
    exact_print(rounded(v, 0, half_even), 0, out);
}

static int64_t step_for(const struct conf_style *s, exact_int size)
{
    for (size_t i = 0; i < s->n_step; i++)
        if (size < s->step[i].below)
            return s->step[i].step;
    return 1;
}

static void print_hedge_down(const struct conf_style *s, const struct figure *f, bool half_even,
                             struct strbuf *out)
{
    (void)half_even;
    struct exact v = shown(s, f, f->percent);
    exact_int size = (v.num < 0 ? -v.num : v.num) / v.den;
    exact_int floor = size - size % step_for(s, size);
    bool dropped = floor != size || v.den != 1;
    strbuf_add(out, s->prefix);
    exact_print(v.num < 0 ? -floor : floor, 0, out);
    if (dropped)
        strbuf_add(out, s->suffix);
}

/* The next multiple of the step when the value is at most `within` below it; a value below the
 * first step, and a multiple, as it is; everything else by the fallback. */
static void print_hedge_up(const struct conf_style *s, const struct figure *f, bool half_even,
                           struct strbuf *out)
{
    exact_int v = rounded(shown(s, f, f->percent), 0, half_even);
    int64_t step = step_for(s, v);
    if (v < step || v % step == 0) {
        exact_print(v, 0, out);
        return;
    }
    exact_int next = v - v % step + step;
    if (v >= next - s->within) {
        strbuf_add(out, s->prefix);
        exact_print(next, 0, out);
        strbuf_add(out, s->suffix);
    } else if (s->fallback) {
        style_print(s->fallback, f, half_even, STR(""), out);
    } else {
        exact_print(v, 0, out);
    }
}

static void print_chinese(const struct conf_style *s, const struct figure *f, bool half_even,
                          struct strbuf *out)
{
    static const char *const numeral[] = {"一", "二", "三", "四", "五",
                                          "六", "七", "八", "九", "十"};
    exact_int v = rounded(shown(s, f, f->percent), 0, half_even);
    if (v >= 1 && v <= 10)
        strbuf_add(out, str_c(numeral[v - 1]));
    else
        exact_print(v, 0, out);
}

/* clang-format off */
const struct style_kind style_kinds[] = {
    { .name = "integer",    .print = print_integer,       .affixes = true,
      .meaning = "rounded to a whole number" },
    { .name = "decimal",    .print = print_plain_decimal, .affixes = true,
      .meaning = "rounded to so many decimals" },
    { .name = "percent",    .print = print_percent,       .affixes = true,
      .meaning = "a percentage with its sign" },
    { .name = "scaled",     .print = print_scaled,        .affixes = true,
      .meaning = "in the largest unit that fits" },
    { .name = "hedge_down", .print = print_hedge_down,
      .meaning = "floored to a step, with a suffix when something was dropped" },
    { .name = "hedge_up",   .print = print_hedge_up,
      .meaning = "raised to a near step with a prefix, else as its fallback" },
    { .name = "chinese",    .print = print_chinese,       .affixes = true,
      .meaning = "1 to 10 as Chinese numerals" },
};
/* clang-format on */
const size_t style_kind_count = sizeof style_kinds / sizeof style_kinds[0];

const struct style_kind *style_kind_find(struct str name)
{
    for (size_t i = 0; i < style_kind_count; i++)
        if (str_eq(str_c(style_kinds[i].name), name))
            return &style_kinds[i];
    return NULL;
}

void style_print(const struct conf_style *s, const struct figure *f, bool half_even,
                 struct str missing, struct strbuf *out)
{
    if (!figure_has_value(f)) {
        strbuf_add(out, missing);
    } else if (s->whole.n && f->is_ratio && figure_is_whole(f)) {
        strbuf_add(out, s->whole);
    } else if (s->zero.n && f->num == 0) {
        strbuf_add(out, s->zero);
    } else {
        if (s->kind->affixes)
            strbuf_add(out, s->prefix);
        s->kind->print(s, f, half_even, out);
        if (s->kind->affixes)
            strbuf_add(out, s->suffix);
    }
}

bool figure_is_whole(const struct figure *f)
{
    int c;
    struct exact num, den;
    return f->num > 0 && exact_ratio(f->num, exact_power10(f->scale), &num) &&
           exact_ratio(f->den, exact_power10(f->den_scale), &den) && exact_compare(num, den, &c) &&
           c == 0;
}

void figure_print(const struct figure *f, struct strbuf *out)
{
    struct exact v;
    exact_int r;
    if (!figure_value(f, &v))
        return;
    if (!f->is_ratio)
        exact_print(f->num, f->scale, out);
    else if (exact_mul(v, exact_of(f->percent ? 100 : 1), &v) &&
             exact_round(v, RATIO_DECIMALS, false, &r))
        exact_print(r, RATIO_DECIMALS, out);
    else
        BUG("a figure beyond 128 bits is printed");
}

void figure_print_numerator(const struct figure *f, struct strbuf *out)
{
    if (f->present && f->is_ratio)
        exact_print(f->num, f->scale, out);
}

void figure_print_denominator(const struct figure *f, struct strbuf *out)
{
    if (f->present && f->is_ratio)
        exact_print(f->den, f->den_scale, out);
}
