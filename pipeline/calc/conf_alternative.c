/*
 * `reading NAME = ...` of an indicator: the other readings that its definition has.
 *
 * Each becomes an indicator of its own behind those that are shown, a copy of the indicator with
 * another value and, where it says so, other rows: so planning and computing need not know of it.
 */
#include "pipeline/calc/conf_parse.h"

/* The part of *rest up to the next | outside double quotes, trimmed; false: used up. */
static bool take_part(struct str *rest, struct str *part)
{
    bool quoted = false;
    size_t i = 0;
    if (!rest->p)
        return false;
    for (; i < rest->n && (quoted || rest->p[i] != '|'); i++)
        quoted ^= rest->p[i] == '"';
    *part = str_trim((struct str){rest->p, i});
    *rest = i < rest->n ? str_from(*rest, i + 1) : (struct str){NULL, 0};
    return true;
}

/* The keys of the indicator that a reading may have its own of. */
static const struct {
    const char *key;
    size_t offset; /* of a struct conf_text in struct conf_indicator */
} own_keys[] = {
    {"from", offsetof(struct conf_indicator, from)},
    {"where", offsetof(struct conf_indicator, where)},
    {"by_org", offsetof(struct conf_indicator, by_org)},
    {"by_month", offsetof(struct conf_indicator, by_month)},
};
enum { OWN_KEYS = sizeof own_keys / sizeof own_keys[0] };

static void take_own(struct conf_parse *p, const struct conf_value *v, struct str part,
                     struct conf_alternative *x)
{
    struct str text = part, names[OWN_KEYS], key = conf_word(&text);
    for (size_t i = 0; i < OWN_KEYS; i++) {
        names[i] = str_c(own_keys[i].key);
        if (!str_eq(key, names[i]) || !text.n)
            continue;
        struct conf_text *own = (struct conf_text *)((char *)&x->own + own_keys[i].offset);
        *own = (struct conf_text){text, v->file, v->line};
        return;
    }
    MISTAKE(p, v, "E-READ-03", conf_z(p, part), conf_hint(p, key, names, OWN_KEYS));
}

CONF_PARSER(conf_parse_alternative)
{
    struct conf_indicator *owner = field;
    struct conf *c = p->c;
    struct str rest = v->text, part;
    (void)s;
    c->alternatives = conf_push(p->a, c->alternatives, c->n_alternatives, sizeof *c->alternatives);
    struct conf_alternative *x = &c->alternatives[c->n_alternatives++];
    *x = (struct conf_alternative){.of = (size_t)(owner - c->indicators), .name = v->word};
    take_part(&rest, &part);
    x->own.value = (struct conf_text){part, v->file, v->line};
    if (!part.n)
        MISTAKE(p, v, "E-CONF-28", conf_key(p, s, v));
    while (take_part(&rest, &part))
        take_own(p, v, part, x);
}

/* A name for the reading that counts is needed, and no other may have it. */
static void check_names(struct conf_parse *p, const struct conf_alternative *x)
{
    const struct conf_indicator *owner = &p->c->indicators[x->of];
    const struct conf_text *place = &x->own.value;
    if (!owner->chosen.n)
        MISTAKE(p, place, "E-READ-01", conf_z(p, owner->id));
    else if (str_eq(owner->chosen, x->name))
        MISTAKE(p, place, "E-READ-02", conf_z(p, x->name), conf_z(p, owner->id));
}

void conf_alternatives_done(struct conf_parse *p)
{
    struct conf *c = p->c;
    for (size_t i = 0; i < c->n_alternatives; i++) {
        const struct conf_alternative *x = &c->alternatives[i];
        check_names(p, x);
        struct conf_indicator own = c->indicators[x->of];
        own.chosen = x->name;
        own.value = x->own.value;
        own.prior = (struct conf_text){0};
        if (x->own.from.text.n)
            own.where = (struct conf_text){0}; /* that of other rows */
        for (size_t k = 0; k < OWN_KEYS; k++) {
            const struct conf_text *text =
                (const struct conf_text *)((const char *)&x->own + own_keys[k].offset);
            if (text->text.n)
                *(struct conf_text *)((char *)&own + own_keys[k].offset) = *text;
        }
        c->indicators = conf_push(p->a, c->indicators, c->n_indicators + i, sizeof *c->indicators);
        c->indicators[c->n_indicators + i] = own;
    }
}
