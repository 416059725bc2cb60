/*
 * [style NAME], and the changes that an indicator makes to one.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/style.h"

static const struct conf_style *style_named(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_styles; i++)
        if (str_eq(c->styles[i].name, name))
            return &c->styles[i];
    return NULL;
}

/* A reference to a style; NULL after a mistake when no name is near. */
static const struct conf_style *refer_style(struct conf_parse *p, const struct conf_value *v,
                                            struct str name)
{
    const struct conf *c = p->c;
    struct str *names = ARENA_ARRAY(p->a, struct str, c->n_styles);
    for (size_t i = 0; i < c->n_styles; i++)
        names[i] = c->styles[i].name;
    size_t i = conf_refer(p, v, "E-CONF-33", name, names, c->n_styles);
    return i == SIZE_MAX ? NULL : &c->styles[i];
}

static CONF_PARSER(parse_style_kind)
{
    struct str *names = ARENA_ARRAY(p->a, struct str, style_kind_count);
    for (size_t i = 0; i < style_kind_count; i++)
        names[i] = str_c(style_kinds[i].name);
    const struct style_kind *k = style_kind_find(v->text);
    if (k)
        *(const struct style_kind **)field = k;
    else
        MISTAKE(p, v, "E-CONF-21", s->key, conf_z(p, v->text),
                conf_hint(p, v->text, names, style_kind_count));
}

/* One of the steps: STEP below LIMIT, or STEP. */
static bool step_of(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                    struct str text, struct style_step *out)
{
    struct str limit = text, step = conf_word(&limit), below = conf_word(&limit);
    *out = (struct style_step){.below = INT64_MAX};
    if (!conf_number(p, s, v, step, &out->step))
        return false;
    return below.n == 0 ||
           (str_eq(below, STR("below")) && conf_number(p, s, v, limit, &out->below));
}

/* STEP below LIMIT, ... , STEP: the limits rise, and the last step has none. */
static CONF_PARSER(parse_steps)
{
    struct conf_style *style = field;
    struct str rest = v->text, one;
    size_t mistakes = p->problems->n;
    int64_t last = 0;
    bool good = conf_unquote(p, v, &rest);
    style->n_step = 0;
    while (good && conf_element(p, s, v, &rest, ',', &one)) {
        struct style_step x;
        good = step_of(p, s, v, one, &x) && x.below > last;
        last = x.below;
        style->step = style->n_step ? style->step : NULL; /* not over those of another style */
        style->step = conf_push(p->a, style->step, style->n_step, sizeof x);
        style->step[style->n_step++] = x;
    }
    if ((!good || last != INT64_MAX) && p->problems->n == mistakes)
        MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "1 below 10, 10 below 1000, 100");
}

/* Puts u among the units, the largest first, in the place of one with its name. */
static void put_unit(struct conf_parse *p, struct conf_style *style, struct style_unit u)
{
    size_t n = 0;
    for (size_t i = 0; i < style->n_unit; i++)
        if (!str_eq(style->unit[i].name, u.name))
            style->unit[n++] = style->unit[i];
    style->unit = conf_push(p->a, style->unit, n, sizeof u);
    size_t at = n;
    for (; at > 0 && style->unit[at - 1].size < u.size; at--)
        style->unit[at] = style->unit[at - 1];
    style->unit[at] = u;
    style->n_unit = n + 1;
}

/* SIZE, or SIZE from VALUE */
static CONF_PARSER(parse_style_unit)
{
    struct str from = v->text, size = conf_word(&from), word = conf_word(&from);
    struct style_unit u = {.name = v->word};
    if (!conf_number(p, s, v, size, &u.size))
        return;
    u.from = u.size;
    if (word.n && !str_eq(word, STR("from")))
        MISTAKE(p, v, "E-CONF-26", conf_key(p, s, v), conf_z(p, v->text), "SIZE from VALUE");
    else if (word.n && !conf_number(p, s, v, from, &u.from))
        return;
    put_unit(p, field, u);
}

static CONF_PARSER(parse_fallback)
{
    (void)s;
    *(const struct conf_style **)field = refer_style(p, v, v->text);
}

#define OF(field) .offset = offsetof(struct conf_style, field)
#define MAX_STEP 1000000000000000
/* clang-format off */
static const struct conf_setting style_rows[] = {
    { "kind", .required = true, OF(kind), .parse = parse_style_kind,
      .meaning = "how the figure is written" },
    { "decimals", OF(decimals), .parse = conf_parse_small, .max = 9, .meaning = "0 to 9" },
    { "trim", OF(trim), .parse = conf_parse_bool, .meaning = "drop trailing zeros" },
    { "clamp", OF(clamp), .parse = conf_parse_bool,
      .meaning = "never 100 % unless all, never 0 % unless none" },
    { "unsigned", OF(unsigned_), .parse = conf_parse_bool, .meaning = "without minus sign" },
    { "prefix", OF(prefix), .parse = conf_parse_string, .meaning = "before the figure" },
    { "suffix", OF(suffix), .parse = conf_parse_string, .meaning = "after it" },
    { "zero", OF(zero), .parse = conf_parse_string, .meaning = "printed for 0" },
    { "whole", OF(whole), .parse = conf_parse_string,
      .meaning = "printed when numerator = denominator" },
    { "steps", .parse = parse_steps, .min = 1, .max = MAX_STEP,
      .meaning = "hedge_down: what a figure is floored to" },
    { "step", .parse = parse_steps, .min = 1, .max = MAX_STEP,
      .meaning = "hedge_up: what a figure is raised to" },
    { "within", OF(within), .parse = conf_parse_number, .max = MAX_STEP,
      .meaning = "hedge_up: at most so far below" },
    { "unit", .word = true, .parse = parse_style_unit, .min = 1, .max = MAX_STEP,
      .meaning = "scaled: size of a unit, and the value it is used from" },
    { "fallback", OF(fallback), .parse = parse_fallback,
      .meaning = "hedge_up: the style of figures that are not near" },
};
/* clang-format on */
#undef OF

static bool has_unit(const struct conf_style *s)
{
    return s->n_unit > 0;
}

static bool has_step(const struct conf_style *s)
{
    return s->n_step > 0;
}

/* What a kind cannot do without. */
static const struct style_need {
    const char *kind, *key;
    bool (*has)(const struct conf_style *s);
} style_needs[] = {
    {"scaled", "unit ...", has_unit},
    {"hedge_up", "step", has_step},
};

static const struct style_need *need_of(const struct style_kind *k)
{
    for (size_t i = 0; i < sizeof style_needs / sizeof style_needs[0]; i++)
        if (strcmp(k->name, style_needs[i].kind) == 0)
            return &style_needs[i];
    return NULL;
}

static void style_begin(struct conf_parse *p)
{
    struct conf_style *s = p->item;
    s->kind = &style_kinds[0];
}

static void style_end(struct conf_parse *p)
{
    struct conf_style *s = p->item;
    const struct style_need *need = need_of(s->kind);
    if (need && !need->has(s))
        MISTAKE(p, s, "E-CONF-17", arena_printf(p->a, "style %.*s", STR_ARG(s->name)).p, need->key);
    struct conf_value v = {.text = STR("1 below 10, 10 below 1000, 100 below 10000, 1000"),
                           .file = "built-in"};
    if (s->n_step == 0)
        conf_apply(p, &conf_kind_style, STR("steps"), &v);
}

/* Styles that print each other without end are cut at the first. */
static void styles_done(struct conf_parse *p)
{
    for (size_t i = 0; i < p->c->n_styles; i++) {
        struct conf_style *s = &p->c->styles[i];
        const struct conf_style *next = s->fallback;
        for (size_t n = 0; next && next != s && n < p->c->n_styles; n++)
            next = next->fallback;
        if (next != s)
            continue;
        MISTAKE(p, s, "E-CONF-44", conf_z(p, s->name));
        s->fallback = NULL;
    }
}

const struct conf_kind conf_kind_style = {.name = "style",
                                          .space = SPACE_STYLE,
                                          CONF_ROWS(style_rows),
                                          CONF_ITEMS(conf_style, styles, n_styles),
                                          .begin = style_begin,
                                          .end = style_end,
                                          .done = styles_done};

/* Every kind that needs no setting is a style too, unless a [style] has taken its name. */
void conf_builtin_styles(struct conf_parse *p)
{
    struct conf *c = p->c;
    for (size_t i = 0; i < style_kind_count; i++) {
        struct conf_style s = {
            .name = str_c(style_kinds[i].name), .kind = &style_kinds[i], .file = "built-in"};
        if (style_named(c, s.name) || need_of(s.kind))
            continue;
        c->styles = conf_push(p->a, c->styles, c->n_styles, sizeof s);
        c->styles[c->n_styles] = s;
        p->item = &c->styles[c->n_styles++];
        style_end(p);
    }
}

/* "whole 全部", "trim", "unit 万 = 10000" */
static void change_style(struct conf_parse *p, const struct conf_value *v, struct str change)
{
    size_t at = str_find(change, '=');
    struct str key = str_trim((struct str){change.p, at}),
               value = str_trim(str_from(change, at + 1));
    if (at == change.n) {
        value = change;
        key = conf_word(&value);
    }
    struct conf_value changed = *v;
    changed.text = value.n ? value : STR("yes");
    conf_apply(p, &conf_kind_style, key, &changed);
}

/* The named style with arrays of its own, so that changes stay with the indicator. */
static struct conf_style copy_of(struct conf_parse *p, const struct conf_value *v,
                                 const struct conf_style *base)
{
    struct conf_style s = *base;
    s.file = v->file;
    s.line = v->line;
    s.unit = NULL;
    for (size_t i = 0; i < s.n_unit; i++) {
        s.unit = conf_push(p->a, s.unit, i, sizeof *s.unit);
        s.unit[i] = base->unit[i];
    }
    return s;
}

CONF_PARSER(conf_parse_print)
{
    (void)s;
    struct str rest = v->text, part;
    if (!conf_split(&rest, ',', &part))
        return;
    const struct conf_style *base = refer_style(p, v, part);
    if (!base)
        base = style_named(p->c, str_c(style_kinds[0].name));
    struct conf_style style = copy_of(p, v, base);
    void *indicator = p->item;
    p->item = &style;
    while (conf_split(&rest, ',', &part))
        change_style(p, v, part);
    style_end(p);
    p->item = indicator;
    *(struct conf_style *)field = style;
}
