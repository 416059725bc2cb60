#include "pipeline/calc/significance.h"

#include <math.h>

#include "pipeline/calc/stats.h"

enum { TEST_MAX = 1000000000 }; /* a larger count is no count of rows, and would take long */

enum flag { FLAG_NONE, FLAG_CLEAR, FLAG_CHANCE, FLAG_FEW, FLAGS };
static const char *const flag_word[FLAGS][MSG_LANGS] = {
    [FLAG_NONE] = {"", ""},
    [FLAG_CLEAR] = {"明显", "clear"},
    [FLAG_CHANCE] = {"可能偶然", "may be chance"},
    [FLAG_FEW] = {"样本过小", "too few"},
};

struct judge {
    const struct plan *plan;
    const struct figures *f;
    struct arena *a;
};

/* --- which figures are counts --- */

static bool is_count(const struct plan_figures *p, const struct formula *f);

/* The k-th side of a figure that is a quotient. */
static bool is_side_count(const struct plan_figures *p, size_t figure, size_t k)
{
    const struct formula *f = p->figure[figure].value;
    return f->op == FIG_DIV && is_count(p, f->kid[k]);
}

/* A count of rows or different values: also another figure that is one, or a sum of such. */
static bool is_count(const struct plan_figures *p, const struct formula *f)
{
    if (f->op == FIG_AGGREGATE)
        return p->table[f->table].aggregate[f->aggregate].kind != AGG_SUM;
    if (f->op == FIG_FIGURE)
        return is_count(p, p->figure[f->figure].value);
    if (f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR)
        return is_side_count(p, f->figure, f->op == FIG_DENOMINATOR);
    return f->op == FIG_ADD && is_count(p, f->kid[0]) && is_count(p, f->kid[1]);
}

/* A count divided by a count, itself or under a second name. */
static bool is_rate(const struct plan *plan, size_t i)
{
    const struct plan_figures *p = plan->figures;
    if (plan->conf->indicators[i].divide != 1)
        return false;
    if (p->figure[i].value->op == FIG_FIGURE)
        return is_rate(plan, p->figure[i].value->figure);
    return is_side_count(p, i, 0) && is_side_count(p, i, 1);
}

/* k of n. */
struct rate {
    int64_t k, n;
};

static bool rate_of(const struct judge *j, const struct figure_row *r, struct rate *out)
{
    *out = (struct rate){r->f.num, r->f.den};
    return is_rate(j->plan, r->indicator) && figure_has_value(&r->f) && out->k >= 0 &&
           out->k <= out->n;
}

static bool count_of(const struct judge *j, const struct figure_row *r, int64_t *out)
{
    *out = r->f.num;
    return is_count(j->plan->figures, j->plan->figures->figure[r->indicator].value) &&
           figure_has_value(&r->f) && *out >= 0 && *out <= TEST_MAX;
}

/* --- one row --- */

static struct str fixed(const struct judge *j, double v)
{
    return arena_printf(j->a, "%.6f", v);
}

static void add_interval(const struct judge *j, const struct figure_row *r, struct rate x,
                         enum conf_interval method, struct significance *out)
{
    double level = (double)j->plan->conf->statistics.confidence / 100;
    double unit = r->f.percent ? 100 : 1;
    struct stats_interval i = method == INTERVAL_WILSON ? stats_wilson(x.k, x.n, level)
                                                        : stats_clopper_pearson(x.k, x.n, level);
    out->low = fixed(j, unit * i.low);
    out->high = fixed(j, unit * i.high);
}

static const struct figure_row *whole_row(const struct figures *f, size_t indicator)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->row[i].indicator == indicator && !f->row[i].org.n && !f->row[i].month.n)
            return &f->row[i];
    return NULL;
}

/* Last year's count: of the indicator `prior`, else of the baseline. */
static bool prior_count(const struct judge *j, const struct figure_row *r,
                        const struct figure_row *prior, int64_t *out)
{
    struct exact v;
    if (prior)
        return count_of(j, prior, out);
    if (!r->prior.n || !exact_parse(r->prior, &v) || v.den != 1 || v.num < 0 || v.num > TEST_MAX)
        return false;
    *out = (int64_t)v.num;
    return true;
}

/* Is either year still incomplete: files are missing, or the period has not ended? Or is the figure
 * an upper bound only? Then a difference says nothing of a change. */
static bool is_incomplete(const struct judge *j, const struct figure_row *r,
                          const struct figure_row *prior)
{
    const struct refs *refs = j->plan->refs;
    return r->status == FIGURE_UNREPORTED || r->status == FIGURE_PROVISIONAL ||
           (prior && prior->status == FIGURE_UNREPORTED) || refs->cutoff < refs->period_end;
}

/* The p-value of the change, NaN when there is no test or no change; *few: the counts are too small
 * for one. */
static double test_change(const struct judge *j, const struct figure_row *r, bool *few)
{
    const struct conf_statistics *s = &j->plan->conf->statistics;
    size_t i = j->plan->figures->figure[r->indicator].prior;
    const struct figure_row *prior = i == PLAN_NONE ? NULL : whole_row(j->f, i);
    struct rate now, before;
    int64_t a, b;
    *few = false;
    if (r->org.n || r->month.n || r->prior_reading.n || is_incomplete(j, r, prior))
        return (double)NAN;
    if (count_of(j, r, &a) && prior_count(j, r, prior, &b)) {
        *few = a < s->small_count && b < s->small_count;
        return stats_poisson_test(a, b);
    }
    if (!prior || !rate_of(j, r, &now) || !rate_of(j, prior, &before) || now.n > TEST_MAX ||
        before.n > TEST_MAX)
        return (double)NAN;
    *few = before.n < s->small_base;
    return stats_fisher_test(now.k, now.n, before.k, before.n);
}

static void judge_row(const struct judge *j, const struct figure_row *r, struct significance *out)
{
    const struct conf *c = j->plan->conf;
    struct conf_methods m = conf_methods(c, &c->indicators[r->indicator]);
    enum flag flag = FLAG_NONE;
    struct rate x;
    bool few = false, few_before = false;
    bool sure = r->status != FIGURE_PROVISIONAL;
    if (sure && m.interval != INTERVAL_NONE && rate_of(j, r, &x)) {
        add_interval(j, r, x, m.interval, out);
        few = x.n < c->statistics.small_base;
    }
    double p = m.test == TEST_NONE ? (double)NAN : test_change(j, r, &few_before);
    if (!isnan(p)) {
        out->p = fixed(j, p);
        flag = p * 100 < (double)c->statistics.significance ? FLAG_CLEAR : FLAG_CHANCE;
    }
    if (few || few_before)
        flag = FLAG_FEW;
    out->flag = str_c(flag_word[flag][c->language]);
}

struct significance *significance_make(const struct plan *plan, const struct figures *f,
                                       struct arena *a)
{
    struct judge j = {plan, f, a};
    struct significance *s = ARENA_ARRAY(a, struct significance, f->n);
    for (size_t i = 0; i < f->n; i++)
        judge_row(&j, &f->row[i], &s[i]);
    return s;
}
