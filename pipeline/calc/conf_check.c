/*
 * [check ID]: its kind (calc/check.h) says which of the settings it takes and which it needs.
 */
#include "pipeline/calc/conf_parse.h"

#include "pipeline/calc/check.h"
#include "pipeline/calc/num.h"

const char *const severity_name[3] = {"fatal", "warn", "note"};

enum { MAX_PERCENT = 100000, MAX_LIMIT = 1000000000 };

static void take_defaults(struct conf_check *c)
{
    c->severity = c->kind->severity;
    c->limit = c->kind->limit;
    c->base = c->kind->base;
    c->times = c->kind->times;
}

static void check_begin(struct conf_parse *p)
{
    struct conf_check *c = p->item;
    c->title = c->id;
    c->kind = &check_kinds[0];
    take_defaults(c);
}

static CONF_PARSER(parse_kind)
{
    (void)field;
    (void)s;
    struct conf_check *c = p->item;
    struct str *names = ARENA_ARRAY(p->a, struct str, check_kind_count);
    for (size_t i = 0; i < check_kind_count; i++)
        names[i] = str_c(check_kinds[i].name);
    size_t i = conf_refer(p, v, "E-CONF-50", v->text, names, check_kind_count);
    c->kind = &check_kinds[i == SIZE_MAX ? 0 : i];
    take_defaults(c);
}

/* "30", "30%", "30 %" [struct conf_bound] */
static CONF_PARSER(parse_bound)
{
    struct conf_bound *b = field;
    struct str text = v->text;
    bool percent = str_ends(text, STR("%"));
    if (percent)
        text = str_trim((struct str){text.p, text.n - 1});
    struct conf_setting limits = *s;
    limits.max = percent ? MAX_PERCENT : MAX_LIMIT;
    int64_t value;
    if (conf_number(p, &limits, v, text, &value))
        *b = (struct conf_bound){value, percent};
}

/* "class FROM = LIMIT": one of the same size takes the place of the other. */
static CONF_PARSER(parse_class)
{
    (void)field;
    struct conf_check *c = p->item;
    struct conf_size_class x;
    struct conf_setting limits = *s;
    limits.max = MAX_LIMIT;
    if (!conf_number(p, &limits, v, v->word, &x.from))
        return;
    x.bound = (struct conf_bound){0};
    parse_bound(p, s, v, &x.bound);
    size_t at = 0;
    while (at < c->n_classes && c->size_class[at].from < x.from)
        at++;
    if (at == c->n_classes || c->size_class[at].from != x.from) {
        c->size_class = conf_push(p->a, c->size_class, c->n_classes, sizeof *c->size_class);
        for (size_t i = c->n_classes++; i > at; i--)
            c->size_class[i] = c->size_class[i - 1];
    }
    c->size_class[at] = x;
}

/* A setting that the kind does not read would be a wish that nobody grants: a mistake. */
static void check_end(struct conf_parse *p)
{
    const struct conf_check *c = p->item;
    struct str needs = str_c(c->kind->needs), one;
    for (size_t i = 0; i < p->section->n; i++) {
        const struct ini_entry *e = &p->section->entry[i];
        struct str rest = e->key, key = conf_word(&rest);
        if (!conf_lists("title severity kind", key) && !conf_lists(c->kind->needs, key) &&
            !conf_lists(c->kind->takes, key) && conf_setting_find(p->kind, e->key, &rest))
            MISTAKE(p, e, "E-CONF-51", conf_z(p, key), c->kind->name,
                    arena_printf(p->a, "%s %s", c->kind->needs, c->kind->takes).p);
    }
    while (conf_split(&needs, ' ', &one)) {
        bool given = false;
        for (size_t i = 0; i < p->section->n; i++)
            given |= str_eq(p->section->entry[i].key, one);
        if (!given)
            MISTAKE(p, p->section, "E-CONF-17", arena_printf(p->a, "check %.*s", STR_ARG(c->id)).p,
                    conf_z(p, one));
    }
}

#define OF(field) .offset = offsetof(struct conf_check, field)
/* clang-format off */
static const struct conf_setting check_rows[] = {
    { "kind", OF(kind), .parse = parse_kind, .meaning = "what is checked; else compare" },
    { "title", OF(title), .parse = conf_parse_string, .meaning = "for people; else the id" },
    { "severity", OF(severity), .parse = conf_parse_choice, .choice = "fatal warn note",
      .meaning = "what becomes of the run when it fails; else as its kind says" },
    { "rule", OF(rule), .parse = conf_parse_text, .meaning = "a comparison" },
    { "figures", OF(figures), .parse = conf_parse_text, .meaning = "indicators, or *" },
    { "over", OF(over), .parse = conf_parse_choice, .choice = "whole org month", .def = "whole",
      .meaning = "which lines of the figures" },
    { "from", OF(from), .parse = conf_parse_text, .meaning = "an export, event table or set" },
    { "where", OF(where), .parse = conf_parse_text, .meaning = "the rows of it" },
    { "value", OF(value), .parse = conf_parse_text, .meaning = "of a row" },
    { "by_org", OF(by_org), .parse = conf_parse_text, .meaning = "column that tells whose row it is" },
    { "same", OF(same), .parse = conf_parse_text, .meaning = "columns that agree" },
    { "different", OF(different), .parse = conf_parse_text, .meaning = "a column that differs" },
    { "start", OF(start), .parse = conf_parse_text, .meaning = "column: first day" },
    { "end", OF(end), .parse = conf_parse_text, .meaning = "column: last day" },
    { "of", OF(of), .parse = conf_parse_text, .meaning = "column: base of the percentage" },
    { "before", OF(before), .parse = conf_parse_text, .meaning = "column: number before a change" },
    { "now", OF(now), .parse = conf_parse_text, .meaning = "column: number after a change" },
    { "exports", OF(exports), .parse = conf_parse_text, .meaning = "exports; else all" },
    { "limit", OF(limit), .parse = parse_bound, .meaning = "more is too much: N, or N %" },
    { "base", OF(base), .parse = conf_parse_number, .max = MAX_LIMIT,
      .meaning = "fewer are not looked at" },
    { "times", OF(times), .parse = conf_parse_number, .min = 1, .max = 1000,
      .meaning = "so many times is too much" },
    { "factor", OF(factor), .parse = conf_parse_number, .def = "10000", .min = 2, .max = MAX_LIMIT,
      .meaning = "between two units" },
    { "points", OF(points), .parse = conf_parse_number, .def = "5", .max = 100,
      .meaning = "percentage points that a rate may change" },
    { "class", .word = true, OF(size_class), .parse = parse_class,
      .def = "0 = 10, 30 = 50%, 100 = 30%", .meaning = "from this size on, this change" },
    { "digits", OF(digits), .parse = conf_parse_list, .def = "0, 5",
      .meaning = "last digits of estimates" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_check = {.name = "check",
                                          .ordered = true,
                                          .space = SPACE_FIGURE,
                                          CONF_ROWS(check_rows),
                                          CONF_ITEMS(conf_check, checks, n_checks),
                                          .begin = check_begin,
                                          .end = check_end};
