/*
 * Drawing in SVG. Lengths are integers in tenths of a unit of the picture, whose width is always
 * SVG_WIDTH; looks come from classes of the style sheet, so that no style stands in the picture.
 */
#ifndef PIPELINE_PUBLISH_SVG_H
#define PIPELINE_PUBLISH_SVG_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/exact.h"

enum { SVG_WIDTH = 4400 };

/* Begins and ends a picture: id is one of the page; title and description are for who cannot see
 * it. */
void svg_begin(struct strbuf *out, struct str id, int64_t height, struct str title,
               struct str desc);
void svg_end(struct strbuf *out);

void svg_rect(struct strbuf *out, const char *look, int64_t x, int64_t y, int64_t w, int64_t h);
void svg_line(struct strbuf *out, const char *look, int64_t x1, int64_t y1, int64_t x2, int64_t y2);
void svg_dot(struct strbuf *out, const char *look, int64_t x, int64_t y, int64_t r);

/* A band that flows from the span y1..y1+h of the upright at x1 to the span at y2 of that at x2. */
void svg_band(struct strbuf *out, const char *look, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              int64_t h);

/* A text on the base line y, which begins, is centred or ends at x. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
void svg_text(struct strbuf *out, const char *look, enum svg_anchor anchor, int64_t x, int64_t y,
              struct str text);

/* About how wide a text of 12 units is. */
int64_t svg_text_width(struct str text);

/* The text, or as much of its beginning as fits into the width, with an ellipsis; in the arena. */
struct str svg_fit(struct str text, int64_t width, struct arena *a);

/*
 * A scale: values, in millionths, along a line of the picture. Values are exact up to here.
 */
struct svg_scale {
    exact_int low, high, step; /* low and high are multiples of the step, which is 1, 2 or 5 times
                                  a power of ten */
    int64_t from, to;          /* places of low and high, in tenths */
};

/* A scale for values from low to high with at most `steps` steps. */
struct svg_scale svg_scale_for(exact_int low, exact_int high, int steps, int64_t from, int64_t to);

/* The place of a value; one beyond the ends lies at the end. */
int64_t svg_at(const struct svg_scale *s, exact_int value);

/* A value of a scale as text: decimals only as far as its step has any. */
void svg_scale_text(const struct svg_scale *s, exact_int value, struct strbuf *out);

#endif
