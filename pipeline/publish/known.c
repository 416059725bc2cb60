#include "pipeline/publish/known.h"

#include "pipeline/calc/figure.h"

enum { DECIMALS_MAX = 9 };

/* A decimal number of at most nine decimals as an integer and its scale. */
static bool take_number(struct str s, int64_t *num, int *scale)
{
    struct exact v;
    exact_int whole;
    size_t dot = str_find(s, '.');
    *scale = dot == s.n ? 0 : (int)(s.n - dot - 1);
    if (*scale > DECIMALS_MAX || !exact_parse(s, &v) || !exact_round(v, *scale, false, &whole) ||
        whole > INT64_MAX || whole < INT64_MIN)
        return false;
    *num = (int64_t)whole;
    return true;
}

bool known_figure_of(const struct conf_indicator *x, struct str value, struct str numerator,
                     struct str denominator, struct figure *out)
{
    *out = (struct figure){.present = value.n > 0,
                           .is_ratio = numerator.n > 0,
                           .num = 0,
                           .den = 1,
                           .divide = x->divide,
                           .percent = str_eq(x->unit, STR("%"))};
    if (!out->present)
        return true;
    if (out->is_ratio)
        return take_number(numerator, &out->num, &out->scale) &&
               take_number(denominator, &out->den, &out->den_scale);
    out->divide = 1; /* the value is divided already */
    return take_number(value, &out->num, &out->scale);
}

enum {
    ID,
    ORG,
    MONTH,
    PERIOD,
    VALUE,
    NUMERATOR,
    DENOMINATOR,
    PRINTED,
    PRIOR,
    CHANGE,
    CHANGE_UNIT,
    STATUS,
    COLUMNS
};
static const char *const column_name[COLUMNS] = {"id",    "org",       "month",       "period",
                                                 "value", "numerator", "denominator", "printed",
                                                 "prior", "change",    "change_unit", "status"};

static bool take_row(struct known *k, struct str *const *row, const size_t *at, struct err *e)
{
    struct str cell[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++)
        cell[c] = (*row)[at[c]];
    size_t i = conf_find_indicator(k->conf, cell[ID]);
    if (i == SIZE_MAX || cell[ORG].n || cell[MONTH].n)
        return true;
    struct known_figure *f = &k->figure[i];
    *f = (struct known_figure){.there = true,
                               .period = cell[PERIOD],
                               .printed = cell[PRINTED],
                               .prior = cell[PRIOR],
                               .change = cell[CHANGE],
                               .change_unit = cell[CHANGE_UNIT],
                               .status = cell[STATUS]};
    if (!known_figure_of(&k->conf->indicators[i], cell[VALUE], cell[NUMERATOR], cell[DENOMINATOR],
                         &f->figure))
        return err_set(e, ST_DATA, "compute/indicators.csv", "E-STAGE-03", NULL);
    f->sure = figure_has_value(&f->figure) &&
              !str_eq(f->status, str_c(figure_status_name[FIGURE_UNREPORTED]));
    return true;
}

bool known_read(const struct conf *c, const struct csvtable *table, const char *path,
                struct arena *a, struct known *k, struct err *e)
{
    size_t at[COLUMNS];
    *k = (struct known){c, ARENA_ARRAY(a, struct known_figure, c->n_indicators)};
    for (size_t i = 0; i < COLUMNS; i++)
        if (!csvtable_need(table, path, str_c(column_name[i]), &at[i], e))
            return false;
    for (size_t r = 0; r < table->rows; r++)
        if (!take_row(k, &table->row[r], at, e))
            return false;
    return true;
}

bool known_value(const struct known *k, size_t indicator, struct exact *out)
{
    const struct known_figure *f = &k->figure[indicator];
    if (!f->there || !figure_value(&f->figure, out) ||
        !exact_mul(*out, exact_of(f->figure.percent ? 100 : 1), out))
        return false;
    if (k->conf->indicators[indicator].style.unsigned_ && out->num < 0)
        out->num = -out->num;
    return true;
}

bool known_rule_value(void *ctx, size_t indicator, enum rule_side side, struct exact *out)
{
    const struct known *k = ctx;
    const struct known_figure *f = &k->figure[indicator];
    if (!f->sure || side == RULE_BASELINE)
        return false;
    if (side == RULE_NUMERATOR)
        return exact_ratio(f->figure.num, exact_power10(f->figure.scale), out);
    if (side == RULE_DENOMINATOR)
        return exact_ratio(f->figure.den, exact_power10(f->figure.den_scale), out);
    return figure_value(&f->figure, out) &&
           exact_mul(*out, exact_of(f->figure.percent ? 100 : 1), out);
}
