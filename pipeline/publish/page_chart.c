/*
 * The charts of the page: points from figures, in words and drawn.
 */
#include <stdlib.h>

#include "pipeline/calc/exact.h"
#include "pipeline/publish/page_parts.h"

enum { MILLIONTHS = 6, DESC_BYTES = 1200 };

static const struct str all = {"", 0};

/* --- points --- */

static bool millionths(struct str number, exact_int *out)
{
    struct exact v;
    return exact_parse(number, &v) && exact_round(v, MILLIONTHS, false, out);
}

static struct chart_point point_of(struct page *p, size_t row, struct str label)
{
    struct chart_point x = {.label = label};
    x.has_value = millionths(page_cell(p, row, FIG_VALUE), &x.value);
    x.has_interval = x.has_value && millionths(page_cell(p, row, FIG_LOW), &x.low) &&
                     millionths(page_cell(p, row, FIG_HIGH), &x.high);
    x.printed = page_cell(p, row, FIG_PRINTED);
    return x;
}

static void add_point(struct page *p, struct chart *c, size_t row, struct str label)
{
    if (row == SIZE_MAX)
        return;
    c->point[c->n++] = point_of(p, row, label);
    c->is_rate = page_is_rate(p, row);
}

/* The largest first; what has no value last; equal ones as they were. */
static int by_size(const void *a, const void *b)
{
    const struct chart_point *x = a, *y = b;
    if (x->has_value != y->has_value)
        return x->has_value ? -1 : 1;
    if (x->has_value && x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return str_cmp(x->label, y->label);
}

typedef bool chart_maker(struct page *p, const struct conf_chart *x, struct chart *c);

static bool make_months(struct page *p, const struct conf_chart *x, struct chart *c)
{
    c->point = ARENA_ARRAY(&p->arena, struct chart_point, p->n_months + 1);
    for (size_t i = 0; x->n && i < p->n_months; i++)
        add_point(p, c, page_row(p, x->figure[0], all, p->month[i]),
                  page_month_name(p, p->month[i]));
    return c->n > 0;
}

static bool make_orgs(struct page *p, const struct conf_chart *x, struct chart *c)
{
    c->point = ARENA_ARRAY(&p->arena, struct chart_point, p->n_orgs + 1);
    for (size_t i = 0; x->n && i < p->n_orgs; i++)
        add_point(p, c, page_row(p, x->figure[0], p->org[i], all), page_org_name(p, p->org[i]));
    if (c->n)
        qsort(c->point, c->n, sizeof *c->point, by_size);
    return c->n > 0;
}

static void add_figures(struct page *p, const struct conf_chart *x, struct chart *c)
{
    c->point = ARENA_ARRAY(&p->arena, struct chart_point, x->n + 1);
    for (size_t i = 0; i < x->n; i++)
        add_point(p, c, page_row(p, x->figure[i], all, all), page_figure_name(p, x->figure[i]));
}

static bool make_interval(struct page *p, const struct conf_chart *x, struct chart *c)
{
    add_figures(p, x, c);
    c->from_0_to_100 = c->is_rate;
    return c->n > 0;
}

/* Parts that are missing, negative, or more than the whole make no whole. */
static bool make_parts(struct page *p, const struct conf_chart *x, struct chart *c)
{
    exact_int sum = 0;
    size_t whole = page_row(p, x->whole, all, all);
    add_figures(p, x, c);
    c->rest = page_words(p, "I-PAGE-33", NULL);
    if (whole == SIZE_MAX || !millionths(page_cell(p, whole, FIG_VALUE), &c->whole))
        return false;
    for (size_t i = 0; i < c->n; i++) {
        if (!c->point[i].has_value || c->point[i].value < 0)
            return false;
        sum += c->point[i].value;
    }
    return c->n > 0 && c->whole > 0 && sum <= c->whole;
}

static struct str group_label(struct page *p, struct str low, struct str high)
{
    if (!low.n)
        return arena_printf(&p->arena, "≤%.*s", STR_ARG(high));
    if (!high.n)
        return arena_printf(&p->arena, "≥%.*s", STR_ARG(low));
    if (str_eq(low, high))
        return low;
    return arena_printf(&p->arena, "%.*s…%.*s", STR_ARG(low), STR_ARG(high));
}

/* distributions.csv: chart,low,high,rows */
static bool make_distribution(struct page *p, const struct conf_chart *x, struct chart *c)
{
    const struct csvtable *t = &p->distributions;
    c->point = ARENA_ARRAY(&p->arena, struct chart_point, t->rows + 1);
    for (size_t r = 0; r < t->rows && t->columns == 4; r++) {
        struct str *cell = t->row[r];
        struct exact high;
        int order = 1;
        if (!str_eq(cell[0], x->name))
            continue;
        struct chart_point *point = &c->point[c->n++];
        point->label = group_label(p, cell[1], cell[2]);
        point->printed = cell[3];
        point->has_value = millionths(cell[3], &point->value);
        if (exact_parse(cell[2], &high))
            exact_compare(high, exact_of(x->mark_below), &order);
        point->marked = order < 0;
    }
    return c->n > 0;
}

/* By enum chart_kind. */
static const struct {
    chart_maker *make;
    svg_drawing *draw;
} kinds[CHART_KINDS] = {
    [CHART_MONTHS] = {make_months, svg_columns},
    [CHART_ORGS] = {make_orgs, svg_rows},
    [CHART_PARTS] = {make_parts, svg_parts},
    [CHART_INTERVAL] = {make_interval, svg_rows},
    [CHART_DISTRIBUTION] = {make_distribution, svg_columns},
};

/* --- the section --- */

static bool has_value(const struct chart *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->point[i].has_value)
            return true;
    return false;
}

/* Every point in words; of very many the first. */
static struct str describe(struct page *p, const struct chart *c)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < c->n && b.n < DESC_BYTES; i++) {
        const struct chart_point *x = &c->point[i];
        strbuf_add(&b, p->lang == LANG_ZH ? (i ? STR(";") : STR("")) : (i ? STR("; ") : STR("")));
        strbuf_printf(&b, "%.*s %.*s", STR_ARG(x->label), STR_ARG(x->printed));
    }
    if (c->n && b.n >= DESC_BYTES)
        strbuf_add(&b, STR(" …"));
    struct str text = arena_str(&p->arena, strbuf_str(&b));
    strbuf_release(&b);
    return text;
}

static void add_chart(struct page *p, size_t number)
{
    const struct conf_chart *x = &p->conf->charts[number];
    bool english = p->lang == LANG_EN;
    struct str title = english && x->title_en.n ? x->title_en : x->title;
    struct str note = english && x->note_en.n ? x->note_en : x->note;
    struct chart c = {.id = arena_printf(&p->arena, "chart%zu", number + 1), .title = title};
    HTML(p->out, "<figure>\n<h3>%</h3>\n", title);
    if (kinds[x->kind].make(p, x, &c) && has_value(&c)) {
        c.desc = describe(p, &c);
        kinds[x->kind].draw(&c, &p->arena, p->out);
    } else {
        HTML(p->out, "<p class=\"quiet\">%</p>\n", page_words(p, "I-PAGE-35", NULL));
    }
    if (note.n)
        HTML(p->out, "<figcaption>%</figcaption>\n", note);
    HTML_RAW(p->out, "</figure>\n");
}

void page_charts(struct page *p)
{
    if (!p->conf->n_charts)
        return;
    HTML(p->out,
         "<section aria-labelledby=\"charts\">\n<h2 id=\"charts\">%</h2>\n<div class=\"charts\">\n",
         page_words(p, "I-PAGE-04", NULL));
    for (size_t i = 0; i < p->conf->n_charts; i++)
        add_chart(p, i);
    HTML_RAW(p->out, "</div>\n</section>\n");
}
