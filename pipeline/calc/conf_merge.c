/*
 * [deadline NAME] and [event NAME]: what merging adds to the tables.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/base/mem.h"

/* Items whose table is not known cannot be worked with: the others close up. `export` is the
 * offset of their table's index. */
static void drop_without_table(void *items, size_t size, size_t *n, size_t export)
{
    char *item = items;
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        size_t table;
        memcpy(&table, item + i * size + export, sizeof table);
        if (table != SIZE_MAX)
            memmove(item + kept++ * size, item + i * size, size);
    }
    *n = kept;
}

/* --- [deadline NAME] --- */

static void deadline_begin(struct conf_parse *p)
{
    struct conf_deadline *d = p->item;
    d->export = d->start = d->given = d->default_unit = d->extend = SIZE_MAX;
    d->pause_export = d->pause_join = d->pause_on = SIZE_MAX;
    d->pause_start = d->pause_end = d->pause_open = SIZE_MAX;
}

/* NUMBER UNIT, NUMBER UNIT: columns */
static CONF_PARSER(parse_limit)
{
    struct conf_deadline *d = field;
    struct str rest = v->text, pair;
    while (conf_element(p, s, v, &rest, ',', &pair)) {
        struct str unit = pair, number = conf_word(&unit);
        struct conf_limit l = {conf_refer_column(p, v, p->export, number), SIZE_MAX};
        if (unit.n)
            l.unit = conf_refer_column(p, v, p->export, unit);
        conf_need(p, v, p->export, l.number, TCOL_INT, TCOL_INT, "count");
        conf_need(p, v, p->export, l.unit, TCOL_ENUM, TCOL_ENUM, "enum");
        if (l.number == SIZE_MAX)
            continue;
        d->limit = conf_push(p->a, d->limit, d->n_limit, sizeof *d->limit);
        d->limit[d->n_limit++] = l;
    }
}

/* unit WORD = FACTOR day, or FACTOR workday */
static CONF_PARSER(parse_unit)
{
    struct conf_deadline *d = field;
    struct str rest = v->text, factor = conf_word(&rest);
    struct conf_unit u = {.name = v->word, .factor = 1};
    conf_number(p, s, v, factor, &u.factor);
    u.workdays = conf_choice(p, s, v, rest) == 1;
    d->unit = conf_push(p->a, d->unit, d->n_unit, sizeof *d->unit);
    d->unit[d->n_unit++] = u;
}

static bool has_unit(const struct conf_deadline *d, struct str name)
{
    for (size_t i = 0; i < d->n_unit; i++)
        if (str_eq(d->unit[i].name, name))
            return true;
    return false;
}

static CONF_PARSER(parse_default_unit)
{
    (void)s;
    struct conf_deadline *d = field;
    struct str *names = ARENA_ARRAY(p->a, struct str, d->n_unit);
    for (size_t i = 0; i < d->n_unit; i++)
        names[i] = d->unit[i].name;
    d->default_unit = conf_refer(p, v, "E-CONF-37", v->text, names, d->n_unit);
}

/* The deadline's own table stays the one in hand. */
static CONF_PARSER(parse_pauses)
{
    size_t own = p->export;
    conf_parse_table(p, s, v, field);
    p->export = own;
}

/* COLUMN OF THE PAUSES = COLUMN OF THE TABLE */
static CONF_PARSER(parse_pause_on)
{
    struct conf_deadline *d = field;
    size_t at = str_find(v->text, '=');
    struct str join = str_trim((struct str){v->text.p, at});
    struct str on = str_trim(str_from(v->text, at + 1));
    if (join.n == 0 || on.n == 0) {
        MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "COLUMN = COLUMN");
        return;
    }
    d->pause_join = conf_refer_column(p, v, d->pause_export, join);
    d->pause_on = conf_refer_column(p, v, p->export, on);
    conf_need(p, v, d->pause_export, d->pause_join, TCOL_TEXT, TCOL_TEXT, "code, text");
    conf_need(p, v, p->export, d->pause_on, TCOL_TEXT, TCOL_TEXT, "code, text");
}

/* FIRST, LAST: columns of the pauses */
static CONF_PARSER(parse_pause_span)
{
    struct conf_deadline *d = field;
    struct str rest = v->text, start, end;
    if (!str_split(&rest, ',', &start) || !str_split(&rest, ',', &end) || rest.p) {
        MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "FIRST, LAST");
        return;
    }
    d->pause_start = conf_refer_column(p, v, d->pause_export, start);
    d->pause_end = conf_refer_column(p, v, d->pause_export, end);
    conf_need(p, v, d->pause_export, d->pause_start, TCOL_DATE, TCOL_DATE, "date");
    conf_need(p, v, d->pause_export, d->pause_end, TCOL_DATE, TCOL_DATE, "date");
}

/* A word of a unit column that no `unit` explains would leave its rows without a due date. */
static void check_unit_words(struct conf_parse *p, const struct conf_deadline *d, size_t limit)
{
    size_t unit = d->limit[limit].unit;
    if (unit == SIZE_MAX)
        return;
    for (size_t i = 0; i < limit; i++)
        if (d->limit[i].unit != SIZE_MAX && p->c->exports[d->export].column[d->limit[i].unit].e ==
                                                p->c->exports[d->export].column[unit].e)
            return; /* said already */
    const struct conf_enum *e = p->c->exports[d->export].column[unit].e;
    for (size_t k = 0; e && k < e->n; k++)
        if (!has_unit(d, e->label[k]))
            MISTAKE(p, d, "E-CONF-46", conf_z(p, e->label[k]), conf_z(p, e->name));
}

static void lacks(struct conf_parse *p, const struct conf_deadline *d, bool lacking,
                  const char *key)
{
    if (lacking)
        MISTAKE(p, d, "E-CONF-17", arena_printf(p->a, "deadline %.*s", STR_ARG(d->name)).p, key);
}

/* Was the key written at all? A bad value has been said already. */
static bool written(struct conf_parse *p, struct str key)
{
    for (size_t i = 0; i < p->section->n; i++)
        if (str_eq(p->section->entry[i].key, key))
            return true;
    return false;
}

static void deadline_end(struct conf_parse *p)
{
    const struct conf_deadline *d = p->item;
    bool pauses = written(p, STR("pauses")), no_unit = false;
    lacks(p, d, written(p, STR("extend")) && !written(p, STR("extend_when")), "extend_when");
    lacks(p, d, pauses && !written(p, STR("pause_on")), "pause_on");
    lacks(p, d, pauses && !written(p, STR("pause_span")), "pause_span");
    if (d->export == SIZE_MAX)
        return;
    size_t column = conf_find_column(&p->c->exports[d->export], d->name);
    if (column != SIZE_MAX) {
        const struct conf_column *c = &p->c->exports[d->export].column[column];
        MISTAKE(p, d, "E-CONF-14", conf_z(p, d->name),
                arena_printf(p->a, "%s:%d", c->file, c->line).p);
    }
    for (size_t i = 0; i < d->n_limit; i++) {
        check_unit_words(p, d, i);
        no_unit |= d->limit[i].unit == SIZE_MAX;
    }
    lacks(p, d, no_unit && !written(p, STR("default_unit")), "default_unit");
}

static void deadlines_done(struct conf_parse *p)
{
    drop_without_table(p->c->deadlines, sizeof *p->c->deadlines, &p->c->n_deadlines,
                       offsetof(struct conf_deadline, export));
}

#define OF(field) .offset = offsetof(struct conf_deadline, field)
/* clang-format off */
static const struct conf_setting deadline_rows[] = {
    { "table", .required = true, OF(export), .parse = conf_parse_table,
      .meaning = "the export that gets the column" },
    { "start", .required = true, OF(start), .parse = conf_parse_date_column,
      .meaning = "the day it runs from" },
    { "given", OF(given), .parse = conf_parse_date_column, .meaning = "a due date already known" },
    { "same_day", OF(same_day), .parse = conf_parse_text, .meaning = "when it is due on that day" },
    { "limit", .parse = parse_limit, .meaning = "the limits, each with its unit" },
    { "unit", .word = true, .parse = parse_unit, .min = 1, .max = 10000, .choice = "day workday",
      .meaning = "what a word of the unit columns means" },
    { "default_unit", .parse = parse_default_unit, .meaning = "where the unit is missing" },
    { "extend", OF(extend), .parse = conf_parse_number_column, .meaning = "more of the unit" },
    { "extend_when", OF(extend_when), .parse = conf_parse_text, .meaning = "when that counts" },
    { "pauses", OF(pause_export), .parse = parse_pauses, .meaning = "an export of pauses" },
    { "pause_on", .parse = parse_pause_on, .meaning = "which rows of it belong to which" },
    { "pause_span", .parse = parse_pause_span, .meaning = "first and last day of a pause" },
    { "pause_open", OF(pause_open), .parse = conf_parse_date_column,
      .meaning = "the last day of a pause that has none" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_deadline = {.name = "deadline",
                                             .defines = true,
                                             .ordered = true,
                                             .space = SPACE_DEADLINE,
                                             CONF_ROWS(deadline_rows),
                                             CONF_ITEMS(conf_deadline, deadlines, n_deadlines),
                                             .begin = deadline_begin,
                                             .end = deadline_end,
                                             .done = deadlines_done};

/* --- [event NAME] --- */

static void event_begin(struct conf_parse *p)
{
    struct conf_event *e = p->item;
    e->export = e->largest = e->maximum = SIZE_MAX;
}

static CONF_PARSER(parse_same)
{
    struct conf_event *e = field;
    struct str rest = v->text, name;
    while (conf_element(p, s, v, &rest, ',', &name)) {
        size_t column = conf_refer_column(p, v, p->export, name);
        if (column == SIZE_MAX)
            continue;
        e->same = conf_push(p->a, e->same, e->n_same, sizeof *e->same);
        e->same[e->n_same++] = column;
    }
}

/* Text has no maximum that means anything. */
static CONF_PARSER(parse_maximum)
{
    conf_parse_column(p, s, v, field);
    conf_need(p, v, p->export, *(size_t *)field, TCOL_INT, TCOL_DATETIME,
              "count, money, date, datetime");
}

static void events_done(struct conf_parse *p)
{
    drop_without_table(p->c->events, sizeof *p->c->events, &p->c->n_events,
                       offsetof(struct conf_event, export));
}

#define OF(field) .offset = offsetof(struct conf_event, field)
/* clang-format off */
static const struct conf_setting event_rows[] = {
    { "table", .required = true, OF(export), .parse = conf_parse_table,
      .meaning = "the export whose rows report events" },
    { "where", OF(where), .parse = conf_parse_text, .meaning = "the rows that count" },
    { "same", .required = true, .parse = parse_same, .meaning = "columns that must agree" },
    { "keep", OF(keep), .parse = conf_parse_text, .meaning = "which row of an event is kept" },
    { "largest", OF(largest), .parse = conf_parse_column,
      .meaning = "of several or none the one with the largest value here" },
    { "maximum", OF(maximum), .parse = parse_maximum,
      .meaning = "column that takes the largest value of the group" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_event = {.name = "event",
                                          .defines = true,
                                          .ordered = true,
                                          .space = SPACE_TABLE,
                                          CONF_ROWS(event_rows),
                                          CONF_ITEMS(conf_event, events, n_events),
                                          .begin = event_begin,
                                          .done = events_done};
