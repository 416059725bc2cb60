/*
 * Numbers as people write them.
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
 * 2 for money in hundredths; *out only with NUM_OK. ASCII white space inside is ignored (others:
 * cell_no_space). Accepted: digits with an optional decimal part, thousands in groups of three, a
 * minus sign, one measure word at the end, multipliers after the digits (万, 亿, 千), Chinese
 * numerals. Hedged text is NUM_HEDGED; what is not exact in the base unit, overflows, or is
 * anything else is NUM_BAD. The words are those of r: hedges first, then one measure word, then
 * multipliers.
 */
enum num_result num_parse(struct str s, const struct conf_reading *r, int64_t unit, int scale,
                          int64_t *out);

/* A plain integer, all of s, any int64_t: settings and options. */
bool num_parse_plain(struct str s, int64_t *out);

/* The same of a cell that our own programs have written; 0 when it is none. */
int64_t num_plain_or_0(struct str s);

/* Chinese numerals: 一百零五, 十二, 九万, 二〇一九; 两 is 2. All of s, 0 to 10^15. What can be
 * read in two ways is refused: 一百五 (150 in speech), 一万二. */
bool num_parse_chinese(struct str s, int64_t *out);

/* Chinese digits by place, as years are written: 二〇一九, 二零一九. All of s, 1 to 15 digits. */
bool num_parse_places(struct str s, int64_t *out);

#endif
