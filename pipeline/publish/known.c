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

static bool spoken_of(const struct figure *f, struct exact *out)
{
    return figure_value(f, out) && exact_mul(*out, exact_of(f->percent ? 100 : 1), out);
}

static void take_part(struct known *k, size_t i, const struct str *cell, const struct figure *f)
{
    struct known_part part = {.indicator = i, .org = cell[ORG], .month = cell[MONTH]};
    if (spoken_of(f, &part.value))
        k->part[k->n_parts++] = part;
}

static bool take_row(struct known *k, struct str *const *row, const size_t *at, struct err *e)
{
    struct str cell[COLUMNS];
    struct figure figure;
    for (size_t c = 0; c < COLUMNS; c++)
        cell[c] = (*row)[at[c]];
    size_t i = conf_find_indicator(k->conf, cell[ID]);
    if (i == SIZE_MAX)
        return true;
    if (!known_figure_of(&k->conf->indicators[i], cell[VALUE], cell[NUMERATOR], cell[DENOMINATOR],
                         &figure))
        return err_set(e, ST_DATA, "compute/indicators.csv", "E-STAGE-03", NULL);
    if (cell[ORG].n || cell[MONTH].n) {
        take_part(k, i, cell, &figure);
        return true;
    }
    bool whole = !str_eq(cell[STATUS], str_c(figure_status_name[FIGURE_UNREPORTED]));
    k->figure[i] = (struct known_figure){.there = true,
                                         .sure = whole && figure_has_value(&figure),
                                         .figure = figure,
                                         .period = cell[PERIOD],
                                         .printed = cell[PRINTED],
                                         .prior = cell[PRIOR],
                                         .change = cell[CHANGE],
                                         .change_unit = cell[CHANGE_UNIT],
                                         .status = cell[STATUS]};
    return true;
}

bool known_read(const struct conf *c, const struct csvtable *table, const char *path,
                struct arena *a, struct known *k, struct err *e)
{
    size_t at[COLUMNS];
    *k = (struct known){.conf = c,
                        .figure = ARENA_ARRAY(a, struct known_figure, c->n_indicators),
                        .part = ARENA_ARRAY(a, struct known_part, table->rows)};
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
    if (!f->there || !spoken_of(&f->figure, out))
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
    return spoken_of(&f->figure, out);
}
