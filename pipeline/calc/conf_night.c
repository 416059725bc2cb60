/*
 * [night]: when runs are expected, and what is kept of them.
 */
#include "pipeline/calc/conf_parse.h"

static CONF_PARSER(parse_schedule)
{
    struct conf_night *n = field;
    struct str text = v->text;
    if (!conf_unquote(p, v, &text))
        return;
    if (text.n && !schedule_parse(text, &n->schedule))
        MISTAKE(p, v, "E-NIGHT-05", s->key, conf_z(p, text));
}

#define OF(field) .offset = offsetof(struct conf, night.field)
/* clang-format off */
static const struct conf_setting night_rows[] = {
    { "schedule", .offset = offsetof(struct conf, night), .parse = parse_schedule, .local = true,
      .meaning = "when a run is expected, as in systemd's OnCalendar" },
    { "late", OF(late), .parse = conf_parse_number, .def = "60", .max = 100000, .local = true,
      .meaning = "minutes after which a run that is expected is late" },
    { "keep_runs", OF(keep_runs), .parse = conf_parse_number, .def = "30", .max = 100000,
      .local = true, .meaning = "so many good runs are kept to be recomputed and compared; 0: none" },
    { "keep_inputs", OF(drop_inputs), .parse = conf_parse_second, .choice = "yes no", .def = "no",
      .local = true, .meaning = "whether the raw files of the runs kept are kept too" },
};
/* clang-format on */
const struct conf_kind conf_kind_night = {.name = "night", CONF_ROWS(night_rows)};
