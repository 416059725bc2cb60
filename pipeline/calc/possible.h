/*
 * Can a printed percentage exist? The whole numbers that print as one, and the proof that none do.
 *
 * A printed share, change or difference stands for an interval of exact values: 50.1% for all of
 * [0.5005, 0.5015) when halves are rounded up. The question is which fractions of whole numbers lie
 * in it. For a known side they are a range in closed form; the smallest base of all comes from the
 * Stern-Brocot tree (as continued fractions); pairs of two rates whose difference is printed are
 * counted with a sum of floors (Graham, Knuth, Patashnik, Concrete Mathematics, 3.5). Everything is
 * exact, in integers of 128 bits, and nothing is tried out number by number.
 */
#ifndef PIPELINE_CALC_POSSIBLE_H
#define PIPELINE_CALC_POSSIBLE_H

#include "pipeline/calc/exact.h"

/* What is printed: 50.1%, -28%, +2.2pp. */
struct possible_claim {
    int64_t units; /* its digits as a whole number, without sign: 501; at most 10^15 */
    int decimals;  /* 0 to 9 */
    bool negative;
    bool points; /* percentage points: a difference between two rates */
};

/* All of s: a sign, digits with up to 9 decimals, then % (％), or pp, 百分点, 个百分点. */
bool possible_parse(struct str s, struct possible_claim *out);

/* How it was rounded: half away from zero, half to even, or cut off. */
enum possible_rounding {
    POSSIBLE_HALF_UP,
    POSSIBLE_HALF_EVEN,
    POSSIBLE_TRUNCATED,
    POSSIBLE_ROUNDINGS
};

/* The exact values that print so: from low / den to high / den. */
struct possible_interval {
    exact_int low, high, den;
    bool low_open, high_open; /* is the end itself left out? */
};
struct possible_interval possible_interval(const struct possible_claim *c,
                                           enum possible_rounding r);

/* The largest number that is asked about, and the largest base of a difference. */
#define POSSIBLE_MAX INT64_C(1000000000000000)
#define POSSIBLE_PAIR_MAX INT64_C(1000000000000)

/* first to last; none when last < first: then the two are the neighbours of the empty place, last
 * below it. Without end when `open`. */
struct possible_range {
    exact_int first, last;
    bool open;
};

/* The numerators k >= 0 with k / of in the interval; of is at least 1. */
struct possible_range possible_numerators(struct possible_interval i, int64_t of);

/* The bases n >= 1 with part / n in it. */
struct possible_range possible_bases(struct possible_interval i, int64_t part);

/* Of a change: the interval of new / old, which is that of the change plus 1. */
struct possible_interval possible_factor(struct possible_interval i);

/* The fraction >= 0 in the interval with the smallest base; false: there is none. */
bool possible_simplest(struct possible_interval i, struct exact *out);

/*
 * The check of a published or claimed percentage: is there a whole number for what is not known (a
 * negative `part` or `of`), under half-up or half-even? A share of nothing does not exist.
 */
bool possible_share(const struct possible_claim *c, int64_t part, int64_t of);

/* The same for a change from `before` to `now`. */
bool possible_change(const struct possible_claim *c, int64_t before, int64_t now);

/*
 * Parts that together are `of` and print as the n claims: part[] receives the first of them. False:
 * there are none; low and high then say which sums the parts can have (low > high: one of the parts
 * has no numerator at all).
 */
struct possible_sum {
    exact_int low, high;
};
bool possible_parts(const struct possible_claim *c, size_t n, int64_t of, enum possible_rounding r,
                    int64_t *part, struct possible_sum *sum);

/* Can exact shares that add up to one print so, whatever they are shares of? */
bool possible_whole(const struct possible_claim *c, size_t n, enum possible_rounding r);

/*
 * A difference in percentage points between two rates, each printed itself or (NULL) not. With
 * bases: how many pairs of numerators (0 to base) there are, and the first of them. Without (0): is
 * there any pair of exact rates?
 */
struct possible_difference {
    const struct possible_claim *points, *now, *before;
    int64_t of, of_before; /* 0: not known; at most POSSIBLE_PAIR_MAX */
};
struct possible_pairs {
    exact_int n; /* with unknown bases: 1 or 0 */
    int64_t now, before;
};
struct possible_pairs possible_pairs(const struct possible_difference *d, enum possible_rounding r);

#endif
