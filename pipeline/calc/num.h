/*
 * Numbers as people write them, and exact rates.
 */
#ifndef PIPELINE_CALC_NUM_H
#define PIPELINE_CALC_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/base/str.h"

struct conf_reading;

enum num_result { NUM_OK, NUM_BAD, NUM_HEDGED };

/*
 * The number in s (normalised cell text) times `unit` times 10^scale, exactly: scale 0 for counts,
 * 2 for money in hundredths. White space inside is ignored. Accepted: digits with an optional
 * decimal part, thousands in groups of three, a minus sign, one measure word at the end,
 * multipliers after the digits (万, 亿, 千), Chinese numerals. Hedged text is NUM_HEDGED; what is
 * not exact in the base unit, overflows, or is anything else is NUM_BAD.
 */
enum num_result num_parse(struct str s, const struct conf_reading *r, int64_t unit, int scale,
                          int64_t *out);

/* A plain integer, all of s: settings and options. */
bool num_parse_plain(struct str s, int64_t *out);

/* Chinese numerals: 一百零五, 十二, 九万, 二〇一九; 两 is 2. All of s, 0 to 10^15. */
bool num_parse_chinese(struct str s, int64_t *out);

/*
 * num * 10^decimals / den rounded once: half away from zero, or half to even. den > 0.
 * The result is exact as long as it fits; false when it does not.
 */
bool num_round(int64_t num, int64_t den, int decimals, bool half_even, int64_t *out);

/* value / 10^decimals as decimal text ("-12.30", "0.05"), appended. */
void num_print(int64_t value, int decimals, struct strbuf *out);

#endif
