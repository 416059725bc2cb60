#include "pipeline/publish/svg_chart.h"

enum {
    MILLION = 1000000,
    STEPS = 5,
    DOT = 45,
    CAP = 40,   /* half the length of the end of a whisker */
    ALL = 1000, /* 100.0 % in tenths */
};

/* --- scales --- */

/* From 0 for counts, from the lowest end of an interval for rates. */
static struct svg_scale scale_of(const struct chart *c, int64_t from, int64_t to)
{
    exact_int low = 0, high = 0;
    bool any = false;
    if (c->is_rate && c->from_0_to_100)
        return svg_scale_for(0, 100 * (exact_int)MILLION, STEPS, from, to);
    for (size_t i = 0; i < c->n; i++) {
        const struct chart_point *p = &c->point[i];
        if (!p->has_value)
            continue;
        exact_int least = p->has_interval ? p->low : p->value;
        exact_int most = p->has_interval ? p->high : p->value;
        low = least < low || (c->is_rate && !any) ? least : low;
        high = most > high || (c->is_rate && !any) ? most : high;
        any = true;
    }
    if (c->is_rate && high - low < MILLION) { /* equal rates differ by nothing worth a scale */
        low -= MILLION;
        high += MILLION;
    }
    if (!c->is_rate && high < STEPS * (exact_int)MILLION && low == 0)
        high = STEPS * (exact_int)MILLION; /* whole numbers have no ticks between them */
    return svg_scale_for(low, high, STEPS, from, to);
}

static struct str tick_text(const struct chart *c, const struct svg_scale *s, exact_int v,
                            struct arena *a)
{
    struct strbuf b = {0};
    svg_scale_text(s, v, &b);
    if (c->is_rate)
        strbuf_addc(&b, '%');
    struct str text = arena_str(a, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

/* --- columns --- */

enum { TOP = 220, BOTTOM = 1900, LEFT = 420, COLUMNS_HEIGHT = 2200, GAP = 60, LABEL_BASE = 2060 };

static void column_grid(const struct chart *c, const struct svg_scale *s, struct arena *a,
                        struct strbuf *out)
{
    for (exact_int v = s->low; v <= s->high; v += s->step) {
        int64_t y = svg_at(s, v);
        svg_line(out, v == s->low ? "base" : "grid", LEFT, y, SVG_WIDTH, y);
        svg_text(out, "tick", SVG_END, LEFT - 60, y + 40, tick_text(c, s, v, a));
    }
}

/* The upper end of what is drawn for the point. */
static int64_t draw_upright(const struct chart *c, const struct svg_scale *s,
                            const struct chart_point *p, int64_t x, int64_t w, struct strbuf *out)
{
    int64_t y = svg_at(s, p->value), middle = x + w / 2;
    if (!c->is_rate) {
        int64_t zero = svg_at(s, 0);
        svg_rect(out, p->marked ? "bar mark" : "bar", x, y < zero ? y : zero, w,
                 y < zero ? zero - y : y - zero);
        return y < zero ? y : zero;
    }
    int64_t top = y - DOT;
    if (p->has_interval) {
        int64_t y1 = svg_at(s, p->low), y2 = svg_at(s, p->high);
        svg_line(out, "whisker", middle, y1, middle, y2);
        svg_line(out, "whisker", middle - CAP, y1, middle + CAP, y1);
        svg_line(out, "whisker", middle - CAP, y2, middle + CAP, y2);
        top = y2 < top ? y2 : top;
    }
    svg_dot(out, "dot", middle, y, DOT);
    return top;
}

void svg_columns(const struct chart *c, struct arena *a, struct strbuf *out)
{
    struct svg_scale s = scale_of(c, BOTTOM, TOP);
    svg_begin(out, c->id, COLUMNS_HEIGHT, c->title, c->desc);
    column_grid(c, &s, a, out);
    int64_t slot = c->n ? (SVG_WIDTH - LEFT) / (int64_t)c->n : 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct chart_point *p = &c->point[i];
        int64_t x = LEFT + (int64_t)i * slot, middle = x + slot / 2, top = BOTTOM;
        if (p->has_value)
            top = draw_upright(c, &s, p, x + GAP / 2, slot - GAP, out);
        struct str said = p->printed;
        if (c->is_rate && str_ends(said, STR("%"))) /* the scale says it already */
            said.n--;
        if (svg_text_width(said) <= slot + GAP)
            svg_text(out, "value", SVG_MIDDLE, middle, top - 50, said);
        svg_text(out, "label", SVG_MIDDLE, middle, LABEL_BASE, svg_fit(p->label, slot + GAP, a));
    }
    svg_end(out);
}

/* --- rows --- */

enum { ROW = 400, ROW_TEXT = 130, ROW_BAR = 190, ROW_THICK = 90, ROW_AXIS = 240, SPACE = 160 };

static void row_axis(const struct chart *c, const struct svg_scale *s, int64_t bottom,
                     struct arena *a, struct strbuf *out)
{
    for (exact_int v = s->low; v <= s->high; v += s->step) {
        int64_t x = svg_at(s, v);
        enum svg_anchor anchor = v == s->low             ? SVG_START
                                 : v + s->step > s->high ? SVG_END
                                                         : SVG_MIDDLE;
        svg_line(out, "grid", x, bottom, x, bottom + 50);
        svg_text(out, "tick", anchor, x, bottom + 170, tick_text(c, s, v, a));
    }
}

static void draw_lying(const struct chart *c, const struct svg_scale *s,
                       const struct chart_point *p, int64_t y, struct strbuf *out)
{
    int64_t x = svg_at(s, p->value), middle = y + ROW_THICK / 2;
    if (!c->is_rate) {
        int64_t zero = svg_at(s, 0);
        svg_rect(out, "track", 0, y, SVG_WIDTH, ROW_THICK);
        svg_rect(out, "bar", x < zero ? x : zero, y, x < zero ? zero - x : x - zero, ROW_THICK);
        return;
    }
    svg_line(out, "grid", 0, middle, SVG_WIDTH, middle);
    if (p->has_interval) {
        int64_t x1 = svg_at(s, p->low), x2 = svg_at(s, p->high);
        svg_line(out, "whisker", x1, middle, x2, middle);
        svg_line(out, "whisker", x1, middle - CAP, x1, middle + CAP);
        svg_line(out, "whisker", x2, middle - CAP, x2, middle + CAP);
    }
    svg_dot(out, "dot", x, middle, DOT);
}

/* Above 0, so that it can be the end of a scale. */
static exact_int largest(const struct chart *c)
{
    exact_int most = 1;
    for (size_t i = 0; i < c->n; i++)
        if (c->point[i].has_value && c->point[i].value > most)
            most = c->point[i].value;
    return most;
}

/* A count needs no axis: its bar is compared with the others, its number stands beside it. */
void svg_rows(const struct chart *c, struct arena *a, struct strbuf *out)
{
    int64_t bottom = (int64_t)c->n * ROW, inset = c->is_rate ? DOT : 0;
    struct svg_scale s = scale_of(c, inset, SVG_WIDTH - inset);
    if (!c->is_rate && s.low == 0)
        s.high = largest(c);
    svg_begin(out, c->id, bottom + (c->is_rate ? ROW_AXIS : 0), c->title, c->desc);
    for (size_t i = 0; i < c->n; i++) {
        const struct chart_point *p = &c->point[i];
        int64_t y = (int64_t)i * ROW, room = SVG_WIDTH - svg_text_width(p->printed) - SPACE;
        svg_text(out, "label", SVG_START, 0, y + ROW_TEXT, svg_fit(p->label, room, a));
        svg_text(out, "value", SVG_END, SVG_WIDTH, y + ROW_TEXT, p->printed);
        if (p->has_value)
            draw_lying(c, &s, p, y + ROW_BAR, out);
    }
    if (c->is_rate)
        row_axis(c, &s, bottom, a, out);
    svg_end(out);
}

/* --- parts --- */

enum { PARTS_THICK = 300, PARTS_GAP = 20, PARTS_ROW = 270, PARTS_FIRST = 560, SWATCH = 120 };

/* Classes of the style sheet; further parts begin again. */
static const char *const part_looks[] = {"part0", "part1", "part2", "part3", "part4"};
enum { LOOKS = sizeof part_looks / sizeof part_looks[0] };

struct str svg_share(exact_int n, exact_int whole, struct arena *a)
{
    struct exact share;
    exact_int tenths;
    if (!exact_ratio(n * 100, whole, &share) || !exact_round(share, 1, false, &tenths))
        return STR("");
    if (n > 0 && tenths == 0)
        tenths = 1;
    else if (n < whole && tenths >= ALL)
        tenths = ALL - 1;
    struct strbuf b = {0};
    exact_print(tenths, 1, &b);
    strbuf_addc(&b, '%');
    struct str text = arena_str(a, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

/* One part: its piece of the bar from *x on, and its line below. */
static void draw_part(const struct chart *c, const struct chart_point *p, size_t i, exact_int *sum,
                      struct arena *a, struct strbuf *out)
{
    const char *look = part_looks[i % LOOKS];
    const struct svg_scale s = {.low = 0, .high = c->whole, .step = 1, .from = 0, .to = SVG_WIDTH};
    int64_t x1 = svg_at(&s, *sum), x2 = svg_at(&s, *sum + p->value);
    int64_t y = PARTS_FIRST + (int64_t)i * PARTS_ROW;
    *sum += p->value;
    if (x2 - x1 > PARTS_GAP)
        svg_rect(out, look, x1, 0, x2 - x1 - (*sum < c->whole ? PARTS_GAP : 0), PARTS_THICK);
    else if (x2 > x1)
        svg_rect(out, look, x1, 0, x2 - x1, PARTS_THICK);
    struct str share = svg_share(p->value, c->whole, a);
    struct str right = arena_printf(a, "%.*s · %.*s", STR_ARG(p->printed), STR_ARG(share));
    int64_t room = SVG_WIDTH - svg_text_width(right) - SPACE - 2 * SWATCH;
    svg_rect(out, look, 0, y - SWATCH + 10, SWATCH, SWATCH);
    svg_text(out, "label", SVG_START, 2 * SWATCH, y, svg_fit(p->label, room, a));
    svg_text(out, "value", SVG_END, SVG_WIDTH, y, right);
}

void svg_parts(const struct chart *c, struct arena *a, struct strbuf *out)
{
    exact_int sum = 0, all = 0;
    for (size_t i = 0; i < c->n; i++)
        all += c->point[i].value;
    bool rest = all < c->whole;
    svg_begin(out, c->id, PARTS_FIRST + (int64_t)(c->n + rest - 1) * PARTS_ROW + 100, c->title,
              c->desc);
    for (size_t i = 0; i < c->n; i++)
        draw_part(c, &c->point[i], i, &sum, a, out);
    if (rest) {
        struct strbuf b = {0};
        exact_int left = c->whole - all;
        exact_print(left / MILLION, 0, &b);
        struct chart_point p = {.label = c->rest, .value = left, .has_value = true};
        p.printed = arena_str(a, strbuf_str(&b));
        strbuf_release(&b);
        draw_part(c, &p, c->n, &sum, a, out);
    }
    svg_end(out);
}
