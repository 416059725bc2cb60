/*
 * [set NAME] and [indicator ID]: the figures. Their expressions are kept as text.
 */
#include "pipeline/calc/conf_parse.h"

/* --- [set NAME] --- */

#define OF(field) .offset = offsetof(struct conf_set, field)
/* clang-format off */
static const struct conf_setting set_rows[] = {
    { "from", .required = true, OF(from), .parse = conf_parse_text,
      .meaning = "an export, an event table or a set" },
    { "where", OF(where), .parse = conf_parse_text, .meaning = "the rows of it" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_set = {.name = "set",
                                        .defines = true,
                                        .space = SPACE_TABLE,
                                        CONF_ROWS(set_rows),
                                        CONF_ITEMS(conf_set, sets, n_sets)};

/* --- [indicator ID] --- */

static void indicator_begin(struct conf_parse *p)
{
    struct conf_indicator *x = p->item;
    x->name = x->id;
}

#define OF(field) .offset = offsetof(struct conf_indicator, field)
#define MAX_DIVISOR 1000000000
/* clang-format off */
static const struct conf_setting indicator_rows[] = {
    { "name", .look = true, OF(name), .parse = conf_parse_string, .meaning = "for people; else the id" },
    { "name_en", .look = true, OF(name_en), .parse = conf_parse_string, .meaning = "the same in English" },
    { "chapter", .look = true, OF(chapter), .parse = conf_parse_string, .meaning = "of the report" },
    { "unit", OF(unit), .parse = conf_parse_string,
      .meaning = "printed beside the value; % makes it a percentage" },
    { "from", OF(from), .parse = conf_parse_text, .meaning = "an export, event table or set" },
    { "where", OF(where), .parse = conf_parse_text, .meaning = "the rows of it" },
    { "value", .required = true, OF(value), .parse = conf_parse_text, .meaning = "the figure" },
    { "by_org", OF(by_org), .parse = conf_parse_text, .meaning = "also for each value here" },
    { "by_month", OF(by_month), .parse = conf_parse_text, .meaning = "also for each month here" },
    { "cross", OF(cross), .parse = conf_parse_bool, .def = "no",
      .meaning = "with both: also for each month of each value" },
    { "period", OF(last_year), .parse = conf_parse_second, .choice = "this_year last_year",
      .def = "this_year", .meaning = "which year `in period` means" },
    { "divide", OF(divide), .parse = conf_parse_number, .def = "1", .min = 1, .max = MAX_DIVISOR,
      .meaning = "the ratio is divided by this" },
    { "prior", .look = true, OF(prior), .parse = conf_parse_text, .meaning = "indicator of last year's value" },
    { "print", .look = true, OF(style), .parse = conf_parse_print, .def = "integer",
      .meaning = "a style, and changes to it" },
    { "note", .look = true, OF(note), .parse = conf_parse_string, .meaning = "shown in the summary" },
    { "chosen", OF(chosen), .parse = conf_parse_string, .meaning = "which reading `value` is" },
    { "reading", .word = true, .offset = 0, .parse = conf_parse_alternative,
      .meaning = "another honest reading, computed beside it" },
    { "words", .look = true, OF(words), .parse = conf_parse_list,
      .meaning = "how a draft speaks of it; else its name" },
    { "measures", .look = true, OF(measures), .parse = conf_parse_list,
      .meaning = "measure words of a draft beside the unit" },
    { "sign", .look = true, OF(sign), .parse = conf_parse_method, .choice = "rise fall",
      .meaning = "of a change: what a positive value is" },
    { "interval", .look = true, OF(methods.interval), .parse = conf_parse_method, .choice = CONF_INTERVALS,
      .meaning = "else as in [statistics]" },
    { "test", .look = true, OF(methods.test), .parse = conf_parse_method, .choice = CONF_TESTS,
      .meaning = "else as in [statistics]" },
    { "outliers", .look = true, OF(methods), .parse = conf_parse_outliers, .choice = CONF_OUTLIERS,
      .meaning = "else as in [statistics]" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_indicator = {.name = "indicator",
                                              .defines = true,
                                              .ordered = true,
                                              .space = SPACE_FIGURE,
                                              CONF_ROWS(indicator_rows),
                                              CONF_ITEMS(conf_indicator, indicators, n_indicators),
                                              .begin = indicator_begin,
                                              .done = conf_alternatives_done};
