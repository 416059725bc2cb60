/*
 * The figures as text: the headlines, all of them by chapter, organisations and months.
 */
#include "pipeline/calc/figure_words.h"
#include "pipeline/publish/page_parts.h"

static const struct str all = {"", 0};
static const struct str normal = {"正常", sizeof "正常" - 1}; /* a status */

/* --- headlines --- */

static void prior_line(struct page *p, size_t row)
{
    struct str prior = page_prior(p, row), change = page_change(p, row);
    struct str flag = figure_word(page_cell(p, row, FIG_FLAG), p->lang);
    HTML(p->out, "<p>%",
         page_words(p, "I-PAGE-10", page_z(p, prior.n ? prior : p->conf->missing), NULL));
    if (change.n)
        HTML(p->out, " · <strong>%</strong>", change);
    if (change.n && flag.n)
        HTML(p->out, " · %", flag);
    HTML_RAW(p->out, "</p>\n");
}

/* What a rate was made of, and how sure it is. */
static void rate_line(struct page *p, size_t row)
{
    struct str over = page_cell(p, row, FIG_OVER), under = page_cell(p, row, FIG_UNDER);
    struct str interval = page_interval(p, row);
    const char *level =
        arena_printf(&p->arena, "%lld%%", (long long)p->conf->statistics.confidence).p;
    if (!over.n || !under.n)
        return;
    HTML(p->out, "<p>% / %", over, under);
    if (interval.n)
        HTML(p->out, " · %", page_words(p, "I-PAGE-15", level, interval.p, NULL));
    HTML_RAW(p->out, "</p>\n");
}

static void card(struct page *p, size_t indicator)
{
    size_t row = page_row(p, indicator, all, all);
    if (row == SIZE_MAX)
        return;
    struct str status = page_cell(p, row, FIG_STATUS), unit = page_unit(p, row);
    HTML(p->out,
         "<article class=\"card\">\n<h3><a href=\"#%\">%</a></h3>\n<p class=\"big\"><span "
         "data-figure=\"%\">%</span>",
         page_cell(p, row, FIG_ID), page_figure_name(p, indicator), page_cell(p, row, FIG_ID),
         page_cell(p, row, FIG_PRINTED));
    if (unit.n)
        HTML(p->out, "<span class=\"unit\">%</span>", unit);
    HTML_RAW(p->out, "</p>\n");
    prior_line(p, row);
    rate_line(p, row);
    if (!str_eq(status, normal))
        HTML(p->out, "<p><span class=\"warn\">%</span></p>\n", figure_word(status, p->lang));
    HTML_RAW(p->out, "</article>\n");
}

void page_headlines(struct page *p)
{
    if (!p->conf->page.n)
        return;
    HTML(p->out,
         "<section aria-labelledby=\"headlines\">\n<h2 id=\"headlines\">%</h2>\n"
         "<div class=\"cards\">\n",
         page_words(p, "I-PAGE-03", NULL));
    for (size_t i = 0; i < p->conf->page.n; i++)
        card(p, p->conf->page.headline[i]);
    HTML_RAW(p->out, "</div>\n</section>\n");
}

/* --- all figures --- */

static const struct page_heading figure_headings[] = {
    {{"编号", "id"}, false},          {{"指标", "figure"}, false},   {{"数值", "value"}, true},
    {{"单位", "unit"}, false},        {{"上年", "last year"}, true}, {{"变化", "change"}, true},
    {{"置信区间", "interval"}, true}, {{"状态", "status"}, false},   {{"说明", "note"}, false},
};
enum { FIGURE_HEADINGS = sizeof figure_headings / sizeof figure_headings[0] };

static void figure_row(struct page *p, size_t row)
{
    struct str id = page_cell(p, row, FIG_ID), status = page_cell(p, row, FIG_STATUS);
    struct str flag = figure_word(page_cell(p, row, FIG_FLAG), p->lang);
    HTML(p->out, "<tr id=\"%\"><td class=\"id\">%</td><th scope=\"row\">%</th>", id, id,
         page_figure_name(p, p->indicator[row]));
    HTML(p->out, "<td class=\"n main\" data-v=\"%\">%</td><td class=\"tight\">%</td>",
         page_cell(p, row, FIG_VALUE), page_cell(p, row, FIG_PRINTED),
         page_is_rate(p, row) ? STR("") : page_cell(p, row, FIG_UNIT));
    HTML(p->out, "<td class=\"n\" data-v=\"%\">%</td><td class=\"n\" data-v=\"%\">%</td>",
         page_cell(p, row, FIG_PRIOR), page_prior(p, row), page_cell(p, row, FIG_CHANGE),
         page_change(p, row));
    HTML(p->out, "<td class=\"n\" data-v=\"%\">%</td><td class=\"tight\">%",
         page_cell(p, row, FIG_LOW), page_interval(p, row),
         str_eq(status, normal) && flag.n ? STR("") : figure_word(status, p->lang));
    if (flag.n)
        HTML(p->out, str_eq(status, normal) ? "%" : " · %", flag);
    HTML(p->out, "</td><td class=\"text\">%</td></tr>\n", page_cell(p, row, FIG_NOTE));
}

/* The figures of a chapter, in the order of the configuration. */
static void chapter_table(struct page *p, struct str chapter)
{
    struct str title = chapter.n ? chapter : page_words(p, "I-PAGE-33", NULL);
    HTML(p->out, "<h3>%</h3>\n", title);
    page_table_begin(p, title, "figures", figure_headings, FIGURE_HEADINGS);
    for (size_t i = 0; i < p->conf->n_indicators; i++) {
        size_t row = page_row(p, i, all, all);
        if (row != SIZE_MAX && str_eq(p->conf->indicators[i].chapter, chapter))
            figure_row(p, row);
    }
    page_table_end(p);
}

void page_figures(struct page *p)
{
    struct map seen = {0};
    HTML(p->out,
         "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">%</h2>\n"
         "<p class=\"quiet screen\">%</p>\n",
         page_words(p, "I-PAGE-05", NULL), page_words(p, "I-PAGE-17", NULL));
    for (size_t i = 0; i < p->conf->n_indicators; i++) {
        struct str chapter = p->conf->indicators[i].chapter;
        if (map_put(&seen, chapter.n ? chapter : STR(""), i) == i)
            chapter_table(p, chapter);
    }
    HTML_RAW(p->out, "</section>\n");
    map_release(&seen);
}

/* --- organisations and months --- */

/* A split of the figures: its lines, and which figures have it. */
struct split {
    const char *id, *title;
    struct page_heading first;
    const struct str *line;
    size_t n;
    bool by_org;
};

static size_t cell_row(struct page *p, const struct split *s, size_t indicator, struct str line)
{
    return s->by_org ? page_row(p, indicator, line, all) : page_row(p, indicator, all, line);
}

static bool has_split(const struct page *p, const struct split *s, size_t i)
{
    const struct conf_indicator *x = &p->conf->indicators[i];
    return (s->by_org ? x->by_org : x->by_month).text.n > 0;
}

static void split_line(struct page *p, const struct split *s, struct str line)
{
    if (s->by_org)
        HTML(p->out, "<tr><th scope=\"row\" title=\"%\">%</th>", line, page_org_name(p, line));
    else
        HTML(p->out, "<tr><th scope=\"row\" data-v=\"%\">%</th>", line, page_month_name(p, line));
    for (size_t i = 0; i < p->conf->n_indicators; i++) {
        if (!has_split(p, s, i))
            continue;
        size_t row = cell_row(p, s, i, line);
        if (row == SIZE_MAX)
            HTML_RAW(p->out, "<td class=\"n\" data-v=\"\"></td>");
        else
            HTML(p->out, "<td class=\"n\" data-v=\"%\">%</td>", page_cell(p, row, FIG_VALUE),
                 page_cell(p, row, FIG_PRINTED));
    }
    HTML_RAW(p->out, "</tr>\n");
}

static void split_table(struct page *p, const struct split *s)
{
    if (!s->n)
        return;
    size_t n = 0;
    struct page_heading *h = ARENA_ARRAY(&p->arena, struct page_heading, p->conf->n_indicators + 1);
    h[n++] = s->first;
    for (size_t i = 0; i < p->conf->n_indicators; i++) {
        if (!has_split(p, s, i))
            continue;
        const char *name = page_z(p, page_figure_name(p, i));
        h[n++] = (struct page_heading){{name, name}, true};
    }
    HTML(p->out, "<section aria-labelledby=\"%\">\n<h2 id=\"%\">%</h2>\n", str_c(s->id),
         str_c(s->id), page_words(p, s->title, NULL));
    page_table_begin(p, page_words(p, s->title, NULL), "", h, n);
    for (size_t i = 0; i < s->n; i++)
        split_line(p, s, s->line[i]);
    page_table_end(p);
    HTML_RAW(p->out, "</section>\n");
}

void page_orgs(struct page *p)
{
    const struct split s = {"orgs", "I-PAGE-06", {{"部门", "department"}, false},
                            p->org, p->n_orgs,   true};
    split_table(p, &s);
}

void page_months(struct page *p)
{
    const struct split s = {"months", "I-PAGE-07", {{"月份", "month"}, false},
                            p->month, p->n_months, false};
    split_table(p, &s);
}
