/*
 * [page] and [chart NAME]: what the page of publish shows first, and which charts.
 */
#include "pipeline/calc/conf_parse.h"

#include "pipeline/calc/num.h"

/* What each kind of chart needs and takes beside what all of them take, by enum chart_kind. */
#define COMMON "kind title title_en note note_en"
static const struct chart_form {
    const char *name, *needs, *takes;
} forms[CHART_KINDS] = {
    [CHART_MONTHS] = {"months", "figures", COMMON " figures"},
    [CHART_ORGS] = {"orgs", "figures", COMMON " figures"},
    [CHART_PARTS] = {"parts", "figures whole", COMMON " figures whole"},
    [CHART_INTERVAL] = {"interval", "figures", COMMON " figures"},
    [CHART_DISTRIBUTION] = {"distribution", "from value breaks",
                            COMMON " from where value breaks mark_below"},
};

static size_t refer_figure(struct conf_parse *p, const struct conf_value *v, struct str id)
{
    const struct conf *c = p->c;
    struct str *names = ARENA_ARRAY(p->a, struct str, c->n_indicators);
    for (size_t i = 0; i < c->n_indicators; i++)
        names[i] = c->indicators[i].id;
    return conf_refer(p, v, "E-PLAN-03", id, names, c->n_indicators);
}

static void refer_figures(struct conf_parse *p, const struct conf_setting *s,
                          const struct conf_value *v, size_t **figure, size_t *n)
{
    struct str rest = v->text, id;
    while (conf_element(p, s, v, &rest, ',', &id)) {
        size_t i = refer_figure(p, v, id);
        if (i == SIZE_MAX)
            continue;
        *figure = conf_push(p->a, *figure, *n, sizeof **figure);
        (*figure)[(*n)++] = i;
    }
}

static CONF_PARSER(parse_headline)
{
    (void)field;
    refer_figures(p, s, v, &p->c->page.headline, &p->c->page.n);
}

static CONF_PARSER(parse_figures)
{
    (void)field;
    struct conf_chart *x = p->item;
    refer_figures(p, s, v, &x->figure, &x->n);
}

static CONF_PARSER(parse_whole)
{
    (void)s;
    *(size_t *)field = refer_figure(p, v, v->text);
}

/* Whole numbers, each larger than the one before. */
static CONF_PARSER(parse_breaks)
{
    (void)field;
    struct conf_chart *x = p->item;
    struct str rest = v->text, one;
    while (conf_element(p, s, v, &rest, ',', &one)) {
        int64_t number;
        if (!conf_number(p, s, v, one, &number))
            continue;
        if (x->n_breaks && number <= x->breaks[x->n_breaks - 1]) {
            MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "-5, 0, 1, 6");
            return;
        }
        x->breaks = conf_push(p->a, x->breaks, x->n_breaks, sizeof *x->breaks);
        x->breaks[x->n_breaks++] = number;
    }
}

static void chart_begin(struct conf_parse *p)
{
    struct conf_chart *x = p->item;
    x->kind = CHART_KINDS; /* until it is known */
    x->title = x->name;
    x->whole = SIZE_MAX;
    x->mark_below = INT64_MIN;
}

/* A setting that the kind does not read would be a wish that nobody grants: a mistake. */
static void check_settings(struct conf_parse *p, const struct conf_chart *x)
{
    const struct chart_form *form = &forms[x->kind];
    struct str needs = str_c(form->needs), one;
    for (size_t i = 0; i < p->section->n; i++) {
        const struct ini_entry *e = &p->section->entry[i];
        struct str word;
        if (!conf_lists(form->takes, e->key) && conf_setting_find(p->kind, e->key, &word))
            MISTAKE(p, e, "E-CONF-52", conf_z(p, e->key), form->name, form->takes);
    }
    while (conf_split(&needs, ' ', &one)) {
        bool given = false;
        for (size_t i = 0; i < p->section->n; i++)
            given |= str_eq(p->section->entry[i].key, one);
        if (!given)
            MISTAKE(p, p->section, "E-CONF-17",
                    arena_printf(p->a, "chart %.*s", STR_ARG(x->name)).p, conf_z(p, one));
    }
}

static void chart_end(struct conf_parse *p)
{
    const struct conf_chart *x = p->item;
    if (x->kind == CHART_KINDS)
        return;
    check_settings(p, x);
    for (size_t i = 0; i < x->n; i++) {
        const struct conf_indicator *f = &p->c->indicators[x->figure[i]];
        if (x->kind == CHART_MONTHS && !f->by_month.text.n)
            MISTAKE(p, x, "E-CONF-53", conf_z(p, f->id), "by_month");
        if (x->kind == CHART_ORGS && !f->by_org.text.n)
            MISTAKE(p, x, "E-CONF-53", conf_z(p, f->id), "by_org");
    }
}

/* clang-format off */
static const struct conf_setting page_rows[] = {
    { "headline", .parse = parse_headline, .meaning = "indicators, shown first and large" },
};
#define OF(field) .offset = offsetof(struct conf_chart, field)
#define MAX_BREAK 1000000000000
static const struct conf_setting chart_rows[] = {
    { "kind", .required = true, OF(kind), .parse = conf_parse_choice,
      .choice = "months orgs parts interval distribution", .meaning = "what is drawn" },
    { "title", OF(title), .parse = conf_parse_string, .meaning = "else the name" },
    { "title_en", OF(title_en), .parse = conf_parse_string, .meaning = "in English" },
    { "note", OF(note), .parse = conf_parse_string, .meaning = "a sentence below it" },
    { "note_en", OF(note_en), .parse = conf_parse_string, .meaning = "in English" },
    { "figures", .parse = parse_figures, .meaning = "indicators" },
    { "whole", OF(whole), .parse = parse_whole, .meaning = "the indicator that they are parts of" },
    { "from", OF(from), .parse = conf_parse_text, .meaning = "an export, event table or set" },
    { "where", OF(where), .parse = conf_parse_text, .meaning = "the rows of it" },
    { "value", OF(value), .parse = conf_parse_text, .meaning = "of a row, a whole number" },
    { "breaks", .parse = parse_breaks, .min = -MAX_BREAK, .max = MAX_BREAK,
      .meaning = "where one group of values ends and the next begins" },
    { "mark_below", OF(mark_below), .parse = conf_parse_number, .min = -MAX_BREAK,
      .max = MAX_BREAK, .meaning = "values below it stand out" },
};
/* clang-format on */
#undef OF

const struct conf_kind conf_kind_page = {.name = "page", CONF_ROWS(page_rows)};
const struct conf_kind conf_kind_chart = {.name = "chart",
                                          .ordered = true,
                                          .space = SPACE_CHART,
                                          CONF_ROWS(chart_rows),
                                          CONF_ITEMS(conf_chart, charts, n_charts),
                                          .begin = chart_begin,
                                          .end = chart_end};
