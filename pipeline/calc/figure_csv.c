/*
 * indicators.csv: one row of a table per column.
 */
#include "pipeline/calc/figure_csv.h"

#include "pipeline/calc/readings.h"
#include "pipeline/calc/remark.h"
#include "pipeline/calc/significance.h"
#include "pipeline/io/csvout.h"

/* What indicators.csv holds: contract and order are fixed. */
struct line {
    const struct conf *conf;
    const struct figure_row *row;
    const struct significance *s;
    const struct bound *bound;
    struct str readings, further; /* what the note says of them, and besides */
    const struct conf_indicator *x;
    const struct remarks *remarks;
};
typedef void cell_maker(const struct line *l, struct strbuf *out);

static void cell_id(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->x->id);
}

static void cell_period(const struct line *l, struct strbuf *out)
{
    strbuf_add_int(out, l->row->period);
}

static void cell_org(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->row->org);
}

static void cell_month(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->row->month);
}

static void cell_value(const struct line *l, struct strbuf *out)
{
    figure_print(&l->row->f, out);
}

static void cell_numerator(const struct line *l, struct strbuf *out)
{
    figure_print_numerator(&l->row->f, out);
}

static void cell_denominator(const struct line *l, struct strbuf *out)
{
    figure_print_denominator(&l->row->f, out);
}

static void cell_unit(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->x->unit);
}

static void cell_printed(const struct line *l, struct strbuf *out)
{
    style_print(&l->x->style, &l->row->f, l->conf->half_even, l->conf->missing, out);
}

static void cell_prior(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->row->prior);
}

static void cell_change(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->row->change);
}

static void cell_change_unit(const struct line *l, struct strbuf *out)
{
    static const char *const points[MSG_LANGS] = {
        [LANG_ZH] = "百分点", [LANG_EN] = "percentage points"};
    if (l->row->change.n)
        strbuf_add(out, str_c(l->row->points ? points[l->conf->language] : "%"));
}

static void cell_low(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->s->low);
}

static void cell_high(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->s->high);
}

static void cell_p_value(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->s->p);
}

static void cell_flag(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->s->flag);
}

static void cell_status(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, str_c(figure_status_name[l->row->status]));
}

static void cell_note(const struct line *l, struct strbuf *out)
{
    const struct str also[] = {l->bound->note, l->readings, l->further};
    remark_add(l->remarks, l->row, also, sizeof also / sizeof also[0], out);
}

static void cell_bound_low(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->bound->low);
}

static void cell_bound_high(const struct line *l, struct strbuf *out)
{
    strbuf_add(out, l->bound->high);
}

static void cell_missing_orgs(const struct line *l, struct strbuf *out)
{
    if (l->bound->missing)
        strbuf_add_int(out, (int64_t)l->bound->missing);
}

static const struct {
    const char *name;
    cell_maker *make;
    void (*put)(struct csvout *c, struct str s); /* foreign: has words of cells in it */
} indicator_columns[] = {
    {"id", cell_id, csvout_text},
    {"period", cell_period, csvout_text},
    {"org", cell_org, csvout_foreign},
    {"month", cell_month, csvout_text},
    {"value", cell_value, csvout_text},
    {"numerator", cell_numerator, csvout_text},
    {"denominator", cell_denominator, csvout_text},
    {"unit", cell_unit, csvout_text},
    {"printed", cell_printed, csvout_text},
    {"prior", cell_prior, csvout_text},
    {"change", cell_change, csvout_text},
    {"change_unit", cell_change_unit, csvout_text},
    {"ci_low", cell_low, csvout_text},
    {"ci_high", cell_high, csvout_text},
    {"p_value", cell_p_value, csvout_text},
    {"flag", cell_flag, csvout_text},
    {"status", cell_status, csvout_text},
    {"note", cell_note, csvout_foreign},
    {"bound_low", cell_bound_low, csvout_text},
    {"bound_high", cell_bound_high, csvout_text},
    {"missing_orgs", cell_missing_orgs, csvout_text},
};
enum { INDICATOR_COLUMNS = sizeof indicator_columns / sizeof indicator_columns[0] };

void figures_csv(const struct figures_said *k, struct arena *a, struct strbuf *out)
{
    const struct conf *c = k->plan->conf;
    const struct significance *said = significance_make(k->plan, k->figures, a);
    const struct remarks remarks = {.plan = k->plan, .touch = k->touch};
    const struct str *readings = readings_notes(k->plan, k->figures, a);
    struct strbuf cell = {0};
    struct csvout o = {.out = out};
    for (size_t i = 0; i < INDICATOR_COLUMNS; i++)
        csvout_text(&o, str_c(indicator_columns[i].name));
    csvout_end(&o);
    for (size_t r = 0; r < k->figures->n; r++) {
        const struct figure_row *row = &k->figures->row[r];
        struct line l = {.conf = c,
                         .row = row,
                         .s = &said[r],
                         .bound = &k->bound[r],
                         .readings = readings[r],
                         .further = k->note ? k->note[r] : STR(""),
                         .x = &c->indicators[row->indicator],
                         .remarks = &remarks};
        for (size_t i = 0; i < INDICATOR_COLUMNS; i++) {
            cell.n = 0;
            indicator_columns[i].make(&l, &cell);
            indicator_columns[i].put(&o, strbuf_str(&cell));
        }
        csvout_end(&o);
    }
    strbuf_release(&cell);
}
