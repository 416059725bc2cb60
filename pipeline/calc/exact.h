/*
 * Exact rational numbers on 128-bit integers: the arithmetic between figures and their rounding.
 *
 * Every operation says false instead of being wrong when the result does not fit. No floating
 * point: a figure is rounded once, when it is printed.
 */
#ifndef PIPELINE_CALC_EXACT_H
#define PIPELINE_CALC_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/base/str.h"

__extension__ typedef __int128 exact_int;

/* num / den in lowest terms, den > 0. */
struct exact {
    exact_int num, den;
};

struct exact exact_of(int64_t v);

/* num / den; false when den is 0. */
bool exact_ratio(exact_int num, exact_int den, struct exact *out);

bool exact_add(struct exact a, struct exact b, struct exact *out);
bool exact_sub(struct exact a, struct exact b, struct exact *out);
bool exact_mul(struct exact a, struct exact b, struct exact *out);

/* False also when b is 0. */
bool exact_div(struct exact a, struct exact b, struct exact *out);

/* *out < 0, 0, > 0 as a < b, a = b, a > b. */
bool exact_compare(struct exact a, struct exact b, int *out);

/* The decimal number s ("-12.50"): all of s, at most 18 digits. */
bool exact_parse(struct str s, struct exact *out);

/* v * 10^decimals (0 to 18) rounded to a whole number: half away from zero, or half to even. */
bool exact_round(struct exact v, int decimals, bool half_even, exact_int *out);

/* 10^n, n from 0 to 18. */
int64_t exact_power10(int n);

/* Appends v / 10^decimals as decimal text ("-12.30", "0.05"). */
void exact_print(exact_int v, int decimals, struct strbuf *out);

#endif
