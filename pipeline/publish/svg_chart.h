/*
 * The charts of the page: points with labels, drawn upright, lying, or as parts of a whole.
 *
 * Counts are bars from zero; rates are dots with their interval as whiskers on a scale that need
 * not begin at zero. Each point says its value in words, so that a chart can be read without its
 * scale, in black and white, and on a phone.
 */
#ifndef PIPELINE_PUBLISH_SVG_CHART_H
#define PIPELINE_PUBLISH_SVG_CHART_H

#include "pipeline/publish/svg.h"

struct chart_point {
    struct str label, printed;
    exact_int value, low, high; /* in millionths */
    bool has_value, has_interval;
    bool marked; /* stands out */
};

struct chart {
    struct str id, title, desc;
    bool is_rate;       /* in percent */
    bool from_0_to_100; /* a rate on the whole scale */
    exact_int whole;    /* parts: what they are parts of, in millionths, above 0 */
    struct str rest;    /* parts: what the remainder is called */
    struct chart_point *point;
    size_t n;
};

typedef void svg_drawing(const struct chart *c, struct arena *a, struct strbuf *out);

/* Points side by side: months, groups of values. */
svg_drawing svg_columns;

/* Points below each other, with labels of any length: organisations, rates. */
svg_drawing svg_rows;

/* One bar of parts, and below it what each is. */
svg_drawing svg_parts;

/* n / whole in percent with one decimal: 0 only for none, 100 only for all. */
struct str svg_share(exact_int n, exact_int whole, struct arena *a);

#endif
