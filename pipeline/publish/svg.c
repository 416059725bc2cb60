#include "pipeline/publish/svg.h"

#include "pipeline/publish/html.h"

enum { MILLION = 1000000, WIDE = 130, NARROW = 72, DECIMALS = 6 };

/* --- shapes --- */

static void attribute(struct strbuf *out, const char *name, int64_t v)
{
    strbuf_printf(out, " %s=\"", name);
    exact_print(v, 1, out);
    strbuf_addc(out, '"');
}

void svg_begin(struct strbuf *out, struct str id, int64_t height, struct str title, struct str desc)
{
    strbuf_printf(out, "<svg viewBox=\"0 0 %d %lld\" role=\"img\"", SVG_WIDTH / 10,
                  (long long)height / 10);
    HTML(out, " aria-labelledby=\"%-t %-d\">\n<title id=\"%-t\">%</title>", id, id, id, title);
    HTML(out, "<desc id=\"%-d\">%</desc>\n", id, desc);
}

void svg_end(struct strbuf *out)
{
    HTML_RAW(out, "</svg>\n");
}

void svg_rect(struct strbuf *out, const char *look, int64_t x, int64_t y, int64_t w, int64_t h)
{
    strbuf_printf(out, "<rect class=\"%s\"", look);
    attribute(out, "x", x);
    attribute(out, "y", y);
    attribute(out, "width", w);
    attribute(out, "height", h);
    HTML_RAW(out, "/>\n");
}

void svg_line(struct strbuf *out, const char *look, int64_t x1, int64_t y1, int64_t x2, int64_t y2)
{
    strbuf_printf(out, "<line class=\"%s\"", look);
    attribute(out, "x1", x1);
    attribute(out, "y1", y1);
    attribute(out, "x2", x2);
    attribute(out, "y2", y2);
    HTML_RAW(out, "/>\n");
}

void svg_dot(struct strbuf *out, const char *look, int64_t x, int64_t y, int64_t r)
{
    strbuf_printf(out, "<circle class=\"%s\"", look);
    attribute(out, "cx", x);
    attribute(out, "cy", y);
    attribute(out, "r", r);
    HTML_RAW(out, "/>\n");
}

static void point(struct strbuf *out, char command, int64_t x, int64_t y)
{
    strbuf_addc(out, command);
    exact_print(x, 1, out);
    strbuf_addc(out, ' ');
    exact_print(y, 1, out);
}

void svg_band(struct strbuf *out, const char *look, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              int64_t h)
{
    int64_t middle = (x1 + x2) / 2;
    strbuf_printf(out, "<path class=\"%s\" d=\"", look);
    point(out, 'M', x1, y1);
    point(out, 'C', middle, y1);
    point(out, ' ', middle, y2);
    point(out, ' ', x2, y2);
    point(out, 'L', x2, y2 + h);
    point(out, 'C', middle, y2 + h);
    point(out, ' ', middle, y1 + h);
    point(out, ' ', x1, y1 + h);
    HTML_RAW(out, "Z\"/>\n");
}

/* --- texts --- */

void svg_text(struct strbuf *out, const char *look, enum svg_anchor anchor, int64_t x, int64_t y,
              struct str text)
{
    static const char *const names[] = {
        [SVG_START] = "start", [SVG_MIDDLE] = "middle", [SVG_END] = "end"};
    strbuf_printf(out, "<text class=\"%s\" text-anchor=\"%s\"", look, names[anchor]);
    attribute(out, "x", x);
    attribute(out, "y", y);
    HTML(out, ">%</text>\n", text);
}

/* Bytes of the character that begins at s.p[i], and how wide it is. */
static size_t character(struct str s, size_t i, int64_t *width)
{
    size_t n = 1;
    while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xc0) == 0x80)
        n++;
    *width = n >= 3 ? WIDE : NARROW;
    return n;
}

int64_t svg_text_width(struct str text)
{
    int64_t sum = 0, width;
    for (size_t i = 0; i < text.n; sum += width)
        i += character(text, i, &width);
    return sum;
}

struct str svg_fit(struct str text, int64_t width, struct arena *a)
{
    if (svg_text_width(text) <= width)
        return text;
    int64_t sum = WIDE, one;
    size_t n = 0;
    while (n < text.n) {
        size_t bytes = character(text, n, &one);
        if (sum + one > width)
            break;
        sum += one;
        n += bytes;
    }
    return arena_printf(a, "%.*s…", (int)n, text.p);
}

/* --- scales --- */

/* The largest multiple of step that is not above v. */
static exact_int floor_to(exact_int v, exact_int step)
{
    exact_int q = v / step;
    return (v % step < 0 ? q - 1 : q) * step;
}

struct svg_scale svg_scale_for(exact_int low, exact_int high, int steps, int64_t from, int64_t to)
{
    static const int factor[] = {1, 2, 5};
    struct svg_scale s = {.step = 1, .from = from, .to = to};
    exact_int power = 1;
    for (size_t i = 0;; i++) {
        s.step = power * factor[i % 3];
        s.low = floor_to(low, s.step);
        s.high = -floor_to(-high, s.step);
        if (s.high == s.low)
            s.high += s.step;
        if ((s.high - s.low) / s.step <= steps)
            return s;
        power *= i % 3 == 2 ? 10 : 1;
    }
}

int64_t svg_at(const struct svg_scale *s, exact_int value)
{
    exact_int v = value < s->low ? s->low : value > s->high ? s->high : value;
    struct exact place;
    exact_int rounded;
    if (!exact_ratio((v - s->low) * (s->to - s->from), s->high - s->low, &place) ||
        !exact_round(place, 0, false, &rounded))
        return s->from;
    return s->from + (int64_t)rounded;
}

void svg_scale_text(const struct svg_scale *s, exact_int value, struct strbuf *out)
{
    int decimals = 0;
    exact_int unit = MILLION;
    for (; decimals < DECIMALS && s->step % unit; decimals++)
        unit /= 10;
    exact_print(value / unit, decimals, out);
}
