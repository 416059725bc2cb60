#include "pipeline/calc/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/stats.h"
#include "pipeline/io/csvout.h"

enum { MONTHS = 12, HALF_WINDOW = 3, FEWEST = 5 }; /* of fewer values none is called far */

static const char *const outlier_word[MSG_LANGS] = {"离群", "outlier"};

/* Some lines of one figure: all months, or all organisations. */
struct group {
    const struct figure_row **row;
    double *value;
    size_t n;
    bool complete; /* each line has a value */
};

struct writer {
    const struct plan *plan;
    const struct conf_indicator *x;
    struct csvout o;
};

static void line(struct writer *w, const struct figure_row *r, const char *method, double v,
                 const char *flag)
{
    char text[64];
    snprintf(text, sizeof text, "%.6f", fabs(v) < 5e-7 ? 0 : v); /* no -0.000000 */
    const struct str cell[] = {w->x->id,      r ? r->org : STR(""), r ? r->month : STR(""),
                               str_c(method), str_c(text),          str_c(flag)};
    csvout_record(&w->o, cell, sizeof cell / sizeof cell[0]);
}

/* Has the month of a line ended by the cut-off? */
static bool is_over(const struct plan *plan, const struct figure_row *r)
{
    int64_t year, month, day, in = (r->month.p[5] - '0') * 10 + r->month.p[6] - '0';
    date_civil(plan->refs->cutoff + 1, &year, &month, &day);
    return r->period < year || (r->period == year && in < month);
}

static void take(struct group *g, const struct figure_row *r)
{
    struct exact v;
    if (!figure_value(&r->f, &v)) {
        g->complete = false;
        return;
    }
    g->row[g->n] = r;
    g->value[g->n++] = (double)v.num / (double)v.den * (r->f.percent ? 100 : 1);
}

/* --- months --- */

static void write_trend(struct writer *w, const struct group *g)
{
    if (!g->complete || g->n < 3)
        return;
    line(w, NULL, "theil_sen", stats_slope_theil_sen(g->value, g->n), "");
    line(w, NULL, "least_squares", stats_slope_least_squares(g->value, g->n), "");
}

static void write_profile(struct writer *w, const struct group *g)
{
    double share[MONTHS], ratio[MONTHS];
    if (!g->complete || g->n == 0 || g->row[0]->f.is_ratio ||
        !stats_profile(g->value, g->n, share, ratio))
        return;
    for (size_t i = 0; i < g->n; i++)
        line(w, g->row[i], "share", 100 * share[i], "");
    for (size_t i = 0; i < g->n; i++)
        line(w, g->row[i], "ratio", ratio[i], "");
}

/* --- far from the others --- */

/* Organisations have no neighbours: among them `hampel` looks at all, as `mad` does. */
static void write_outliers(struct writer *w, const struct group *g, bool in_time)
{
    struct conf_methods m = conf_methods(w->plan->conf, w->x);
    bool windows = in_time && m.outliers == OUTLIERS_HAMPEL;
    if (m.outliers == OUTLIERS_NONE || g->n < FEWEST)
        return;
    bool *far = x_calloc(g->n, sizeof *far);
    if (windows)
        stats_outliers_hampel(g->value, g->n, HALF_WINDOW, m.outlier_times, far);
    else
        stats_outliers_mad(g->value, g->n, m.outlier_times, far);
    for (size_t i = 0; i < g->n; i++)
        if (far[i])
            line(w, g->row[i], windows ? "hampel" : "mad", g->value[i],
                 outlier_word[w->plan->conf->language]);
    free(far);
}

/* --- all --- */

static void group_clear(struct group *g)
{
    g->n = 0;
    g->complete = true;
}

static void write_figure(struct writer *w, const struct figure_row *row, size_t n, struct group *g)
{
    group_clear(g);
    for (size_t i = 0; i < n; i++)
        if (row[i].org.n && !row[i].month.n)
            take(g, &row[i]);
    write_outliers(w, g, false);
    group_clear(g);
    for (size_t i = 0; i < n; i++)
        if (row[i].month.n && !row[i].org.n && is_over(w->plan, &row[i]))
            take(g, &row[i]);
    write_trend(w, g);
    write_profile(w, g);
    write_outliers(w, g, true);
}

void series_csv(const struct plan *plan, const struct figures *f, struct strbuf *out)
{
    static const struct str heading[] = {{"id", 2},     {"org", 3},   {"month", 5},
                                         {"method", 6}, {"value", 5}, {"flag", 4}};
    struct writer w = {.plan = plan, .o = {.out = out}};
    struct group g = {.row = x_calloc(f->n, sizeof *g.row),
                      .value = x_calloc(f->n, sizeof *g.value)};
    csvout_record(&w.o, heading, sizeof heading / sizeof heading[0]);
    for (size_t i = 0, n; i < f->n; i += n) {
        for (n = 1; i + n < f->n && f->row[i + n].indicator == f->row[i].indicator; n++)
            ;
        w.x = &plan->conf->indicators[f->row[i].indicator];
        write_figure(&w, &f->row[i], n, &g);
    }
    free(g.row);
    free(g.value);
}
