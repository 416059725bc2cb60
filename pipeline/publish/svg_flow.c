#include "pipeline/publish/svg_flow.h"

#include "pipeline/publish/svg_chart.h"

enum {
    FULL = 1100,   /* thickness of the whole, but for what thin parts get on top */
    THINNEST = 25, /* of a part with rows */
    SLOT = 300,    /* least distance from one label to the next */
    HEAD = 320,    /* above: the source and its number */
    X1 = 0,
    UPRIGHT = 60,
    X2 = 2000,
    TEXT = 2160,
    MILLION = 1000000
};

static int64_t thickness(const struct flow *f, const struct flow_part *p)
{
    if (!p->rows)
        return 0;
    const struct svg_scale s = {.low = 0, .high = f->rows, .step = 1, .from = 0, .to = FULL};
    int64_t h = svg_at(&s, p->rows);
    return h < THINNEST ? THINNEST : h;
}

static void draw_part(const struct flow *f, const struct flow_part *p, int64_t left, int64_t right,
                      struct arena *a, struct strbuf *out)
{
    int64_t h = thickness(f, p), base = right + (h > 240 ? h / 2 : 80) + 40;
    if (h) {
        svg_band(out, p->main ? "flow main" : "flow", X1 + UPRIGHT, left, X2, right, h);
        svg_rect(out, p->main ? "bar" : "bar side", X2, right, UPRIGHT, h);
    }
    struct str share = f->rows ? svg_share(p->rows, f->rows, a) : STR("");
    svg_text(out, "label", SVG_START, TEXT, base, p->label);
    svg_text(out, "value", SVG_END, SVG_WIDTH, base,
             arena_printf(a, "%lld · %.*s", (long long)p->rows, STR_ARG(share)));
}

void svg_flow(const struct flow *f, struct arena *a, struct strbuf *out)
{
    int64_t height = HEAD, whole = 0;
    for (size_t i = 0; i < f->n; i++) {
        int64_t h = thickness(f, &f->part[i]);
        height += h > SLOT ? h + 60 : SLOT;
        whole += h;
    }
    svg_begin(out, f->id, height, f->title, f->desc);
    svg_text(out, "label", SVG_START, 0, 130,
             arena_printf(a, "%.*s %lld", STR_ARG(f->source), (long long)f->rows));
    svg_rect(out, "bar", X1, HEAD, UPRIGHT, whole);
    int64_t left = HEAD, right = HEAD;
    for (size_t i = 0; i < f->n; i++) {
        int64_t h = thickness(f, &f->part[i]);
        draw_part(f, &f->part[i], left, right, a, out);
        left += h;
        right += h > SLOT ? h + 60 : SLOT;
    }
    svg_end(out);
}
