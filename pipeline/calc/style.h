/*
 * Printing styles: how a figure is written in the report.
 *
 * Rounding happens here and once, from the exact value, in integers: half away from zero or half to
 * even. One row of the table per kind of style; a [style] of the configuration is a kind with
 * settings.
 */
#ifndef PIPELINE_CALC_STYLE_H
#define PIPELINE_CALC_STYLE_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/exact.h"

/*
 * An exact figure: (num / 10^scale) / (den / 10^den_scale) / divide. Counts: scale 0, den 1. Money:
 * scale 2. A rate: numerator and denominator as counted. den = 0 or present = false: there is no
 * value.
 */
struct figure {
    bool present; /* false: nothing was delivered to compute it from */
    bool is_ratio;
    int64_t num, den;
    int scale, den_scale; /* decimals of num and den, 0 to 9 */
    int64_t divide;       /* 1 normally, at least 1 */
    bool percent;         /* the unit is %: value = 100 * num / den */
};

bool figure_has_value(const struct figure *f);

/* Is the numerator of a ratio the denominator, and not 0? */
bool figure_is_whole(const struct figure *f);

/* The exact value without the factor 100 of a percentage; false when there is none. */
bool figure_value(const struct figure *f, struct exact *out);

struct style_kind {
    const char *name;
    void (*print)(const struct conf_style *s, const struct figure *f, bool half_even,
                  struct strbuf *out);
    bool affixes; /* prefix and suffix always stand around what print() appends */
    const char *meaning;
};
extern const struct style_kind style_kinds[];
extern const size_t style_kind_count;
const struct style_kind *style_kind_find(struct str name);

/* Appends the figure as printed; without a value: `missing`. */
void style_print(const struct conf_style *s, const struct figure *f, bool half_even,
                 struct str missing, struct strbuf *out);

/* Appends the exact value: an integer, money with 2 decimals, a ratio with 6 decimals half-up
 * (times 100 when the unit is %); nothing without a value. */
void figure_print(const struct figure *f, struct strbuf *out);

/* Append numerator and denominator of a ratio as counted; nothing for other figures and when
 * nothing was delivered. */
void figure_print_numerator(const struct figure *f, struct strbuf *out);
void figure_print_denominator(const struct figure *f, struct strbuf *out);

#endif
