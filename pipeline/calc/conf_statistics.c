/*
 * [statistics]: intervals, tests and outliers beside the figures.
 */
#include "pipeline/calc/conf_parse.h"

#include "pipeline/calc/exact.h"

CONF_PARSER(conf_parse_method)
{
    size_t i = conf_choice(p, s, v, v->text);
    if (i != SIZE_MAX)
        *(unsigned *)field = (unsigned)i + 1;
}

/* "hampel(3)", "mad(3.5)", "none". */
CONF_PARSER(conf_parse_outliers)
{
    enum { TIMES_MAX = 100 };
    struct conf_methods *m = field;
    struct str rest = v->text, name, times = {NULL, 0};
    struct exact t;
    int above = 0, below = 0;
    conf_split(&rest, '(', &name);
    size_t i = conf_choice(p, s, v, name);
    if (i == SIZE_MAX)
        return;
    m->outliers = (enum conf_outlier)(i + 1);
    if (m->outliers == OUTLIERS_NONE && !rest.n)
        return;
    bool closed = conf_split(&rest, ')', &times) && !rest.n && v->text.p[v->text.n - 1] == ')';
    if (!closed || !exact_parse(times, &t) || !exact_compare(t, exact_of(0), &above) ||
        !exact_compare(t, exact_of(TIMES_MAX), &below) || above <= 0 || below > 0)
        MISTAKE(p, v, "E-CONF-47", conf_key(p, s, v), conf_z(p, v->text));
    else
        m->outlier_times = (double)t.num / (double)t.den;
}

struct conf_methods conf_methods(const struct conf *c, const struct conf_indicator *x)
{
    struct conf_methods m = c->statistics.methods;
    if (x->methods.interval)
        m.interval = x->methods.interval;
    if (x->methods.test)
        m.test = x->methods.test;
    if (x->methods.outliers) {
        m.outliers = x->methods.outliers;
        m.outlier_times = x->methods.outlier_times;
    }
    return m;
}

#define OF(field) .offset = offsetof(struct conf, statistics.field)
/* clang-format off */
static const struct conf_setting statistics_rows[] = {
    { "interval", OF(methods.interval), .parse = conf_parse_method, .choice = CONF_INTERVALS,
      .def = "wilson", .meaning = "of a rate of counts" },
    { "test", OF(methods.test), .parse = conf_parse_method, .choice = CONF_TESTS, .def = "exact",
      .meaning = "of the change since last year" },
    { "outliers", OF(methods), .parse = conf_parse_outliers, .choice = CONF_OUTLIERS,
      .def = "hampel(3)", .meaning = "organisations and months far from the others" },
    { "confidence", OF(confidence), .parse = conf_parse_number, .def = "95", .min = 50, .max = 99,
      .meaning = "of the intervals, in percent" },
    { "significance", OF(significance), .parse = conf_parse_number, .def = "5", .min = 1, .max = 50,
      .meaning = "a change is clear when its p-value is below so many percent" },
    { "small_count", OF(small_count), .parse = conf_parse_number, .def = "10", .max = 1000000,
      .meaning = "counts below it, this year and last, say nothing" },
    { "small_base", OF(small_base), .parse = conf_parse_number, .def = "30", .max = 1000000,
      .meaning = "a rate with a smaller denominator says nothing" },
    { "missing_factor", OF(missing_factor), .parse = conf_parse_number, .def = "100", .min = 1,
      .max = 10000, .meaning = "how large an absent organisation may be, in % of last year" },
};
/* clang-format on */
const struct conf_kind conf_kind_statistics = {.name = "statistics", CONF_ROWS(statistics_rows)};
