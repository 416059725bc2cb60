/*
 * A small configuration made by hand for the tests of plan and compute: two exports and an event
 * table of the first; sets, indicators and checks are given by the test as rows of texts.
 */
#ifndef TESTS_UNIT_SMALL_CONF_H
#define TESTS_UNIT_SMALL_CONF_H

#include "pipeline/calc/check.h"
#include "pipeline/calc/plan.h"

#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

struct small_set {
    const char *name, *from, *where;
};
struct small_indicator {
    const char *id, *unit, *from, *where, *value, *by_org, *by_month, *prior;
    bool last_year, cross;
    int64_t divide;
};
struct small_check {
    const char *id, *rule;
};
struct small_case {
    const struct small_set *set;
    size_t sets;
    const struct small_indicator *indicator;
    size_t indicators;
    const struct small_check *check;
    size_t checks;
};

enum { CASE_ID, CASE_ORG, CASE_STATUS, CASE_AT, CASE_DUE, CASE_PERSON, CASE_N, CASE_FEE, CASE_END };

static const struct kind small_kinds[TCOL_TYPES] = {
    [TCOL_TEXT] = {.name = "text", .type = TCOL_TEXT},
    [TCOL_INT] = {.name = "count", .type = TCOL_INT},
    [TCOL_MONEY] = {.name = "money", .type = TCOL_MONEY},
    [TCOL_DATE] = {.name = "date", .type = TCOL_DATE},
    [TCOL_DATETIME] = {.name = "datetime", .type = TCOL_DATETIME},
    [TCOL_ENUM] = {.name = "enum", .type = TCOL_ENUM},
};
static struct conf_type small_types[TCOL_TYPES];
static struct str small_words[] = {S("办结"), S("在办"), S("作废")};
static struct conf_enum small_enum = {.name = S("状态"), .label = small_words, .n = 3};

static struct conf_column small_cases[] = {
    {.name = S("id"), .type = &small_types[TCOL_TEXT], .key = true},
    {.name = S("org"), .type = &small_types[TCOL_TEXT]},
    {.name = S("status"), .type = &small_types[TCOL_ENUM], .e = &small_enum},
    {.name = S("at"), .type = &small_types[TCOL_DATETIME]},
    {.name = S("due"), .type = &small_types[TCOL_DATE]},
    {.name = S("person"), .type = &small_types[TCOL_TEXT]},
    {.name = S("n"), .type = &small_types[TCOL_INT]},
    {.name = S("fee"), .type = &small_types[TCOL_MONEY]},
};
static struct conf_column small_others[] = {
    {.name = S("k1"), .type = &small_types[TCOL_TEXT], .key = true},
    {.name = S("k2"), .type = &small_types[TCOL_TEXT], .key = true},
    {.name = S("v"), .type = &small_types[TCOL_INT]},
};
static size_t small_key[] = {0, 1};
static struct conf_export small_exports[] = {
    {.id = S("E"), .column = small_cases, .n = ROWS(small_cases), .key = small_key, .n_key = 1},
    {.id = S("F"), .column = small_others, .n = ROWS(small_others), .key = small_key, .n_key = 2},
};
static struct conf_event small_events[] = {{.name = S("Ev"), .export = 0}};

static struct conf_text small_text(const char *z)
{
    return (struct conf_text){z ? str_c(z) : (struct str){NULL, 0}, "x.ini", 3};
}

/* The configuration of a case; its arrays live in c->arena. */
static void small_conf(struct conf *c, const struct small_case *x)
{
    *c = (struct conf){.exports = small_exports,
                       .n_exports = ROWS(small_exports),
                       .events = small_events,
                       .n_events = ROWS(small_events),
                       .missing = STR("—"),
                       .n_sets = x->sets,
                       .n_indicators = x->indicators,
                       .n_checks = x->checks};
    for (size_t t = 0; t < TCOL_TYPES; t++)
        small_types[t] = (struct conf_type){.kind = &small_kinds[t]};
    c->sets = ARENA_ARRAY(&c->arena, struct conf_set, x->sets);
    c->indicators = ARENA_ARRAY(&c->arena, struct conf_indicator, x->indicators);
    c->checks = ARENA_ARRAY(&c->arena, struct conf_check, x->checks);
    for (size_t i = 0; i < x->sets; i++)
        c->sets[i] = (struct conf_set){.name = str_c(x->set[i].name),
                                       .from = small_text(x->set[i].from),
                                       .where = small_text(x->set[i].where)};
    for (size_t i = 0; i < x->indicators; i++) {
        const struct small_indicator *s = &x->indicator[i];
        c->indicators[i] = (struct conf_indicator){.id = str_c(s->id),
                                                   .unit = str_c(s->unit ? s->unit : ""),
                                                   .from = small_text(s->from),
                                                   .where = small_text(s->where),
                                                   .value = small_text(s->value),
                                                   .by_org = small_text(s->by_org),
                                                   .by_month = small_text(s->by_month),
                                                   .prior = small_text(s->prior),
                                                   .last_year = s->last_year,
                                                   .cross = s->cross,
                                                   .divide = s->divide ? s->divide : 1,
                                                   .file = "x.ini",
                                                   .line = 9};
    }
    for (size_t i = 0; i < x->checks; i++)
        c->checks[i] = (struct conf_check){.id = str_c(x->check[i].id),
                                           .kind = check_kind_find(STR("compare")),
                                           .rule = small_text(x->check[i].rule)};
}

#endif
