/*
 * Checks of figures: sums, last year, months, rates of nought or all, outliers.
 *
 * The limits are those by which statistics offices ask back (a change by size of the figure, 40 %
 * of a year in one month); each is a setting.
 */
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/check_parts.h"
#include "pipeline/calc/stats.h"

enum { MONTHS = 12, FEWEST = 5 }; /* of fewer values none is far from the others */

/* The lines of a figure that the check looks at: the whole, organisations or months. */
static bool is_over(const struct figure_row *r, unsigned over)
{
    if (over == OVER_ORG)
        return r->org.n && !r->month.n;
    if (over == OVER_MONTH)
        return r->month.n && !r->org.n;
    return !r->org.n && !r->month.n;
}

static const struct figure_row *line_of(const struct checker *k, size_t indicator, size_t i)
{
    return &k->in->figures->row[k->first[indicator] + i];
}

static const char *z(struct checker *k, struct str s)
{
    return arena_str(k->arena, s).p;
}

typedef void look(struct checker *k, const struct figure_row *r);

/* A line without a value cannot be judged: says so. */
static bool is_blind(struct checker *k, const struct figure_row *r)
{
    if (figure_has_value(&r->f))
        return false;
    check_blind(k, check_line_name(k, r));
    return true;
}

/* Each line of each figure. */
static bool each_line(struct checker *k, look *at)
{
    for (size_t f = 0; f < k->plan->n_figures; f++) {
        size_t x = k->plan->figure[f];
        for (size_t i = 0; i < k->lines[x]; i++) {
            const struct figure_row *r = line_of(k, x, i);
            if (is_over(r, k->x->over))
                at(k, r);
        }
    }
    return true;
}

/* --- sum --- */

bool check_sum(struct checker *k, struct err *e)
{
    (void)e;
    for (size_t f = 0; f < k->plan->n_figures; f++) {
        size_t x = k->plan->figure[f], parts = 0;
        if (!k->lines[x])
            continue; /* a figure that is not shown */
        const struct figure_row *whole = line_of(k, x, 0);
        struct exact sum = exact_of(0), v, total;
        bool has = check_line_value(whole, &total);
        for (size_t i = 1; i < k->lines[x]; i++) {
            const struct figure_row *r = line_of(k, x, i);
            if (!is_over(r, k->x->over))
                continue;
            has = has && check_line_value(r, &v) && exact_add(sum, v, &sum);
            parts++;
        }
        if (!has || !parts) {
            check_blind(k, check_line_name(k, whole));
            continue;
        }
        int order = 1;
        struct str left = check_number(k, sum, whole->f.scale), right = check_line_text(k, whole);
        if (exact_compare(sum, total, &order) && order == 0)
            check_good(k, left, right);
        else
            check_bad(k, left, right,
                      check_say(k, "I-CHECK-10", z(k, check_line_name(k, whole)), z(k, left),
                                z(k, right), NULL));
    }
    return true;
}

/* --- against last year --- */

/* The same line of the year before in figure `prior`: months by their number. */
static const struct figure_row *same_line(const struct checker *k, size_t prior,
                                          const struct figure_row *r)
{
    struct str month = str_from(r->month, 4); /* "-03" of "2019-03" */
    for (size_t i = 0; i < k->lines[prior]; i++) {
        const struct figure_row *p = line_of(k, prior, i);
        if (str_eq(p->org, r->org) && str_eq(str_from(p->month, 4), month))
            return p;
    }
    return NULL;
}

/* Last year's value, in % for rates; false: none is known. */
static bool before(struct checker *k, const struct figure_row *r, struct exact *v, struct str *text)
{
    size_t prior = k->in->plan->figures->figure[r->indicator].prior;
    *text = r->prior;
    if (r->prior.n)
        return exact_parse(r->prior, v);
    if (prior == PLAN_NONE || (!r->org.n && !r->month.n))
        return false;
    const struct figure_row *p = same_line(k, prior, r);
    if (!p || !check_line_value(p, v))
        return false;
    *text = check_line_text(k, p);
    return true;
}

static struct exact absolute(struct exact v)
{
    v.num = v.num < 0 ? -v.num : v.num;
    return v;
}

static bool is_above(struct exact a, struct exact b)
{
    int order;
    return exact_compare(a, b, &order) && order > 0;
}

/* What a change from `from` by `d` is held against: percentage points of a rate, else by size. */
static bool is_swing(const struct checker *k, const struct figure_row *r, struct exact from,
                     struct exact d, struct conf_bound *bound)
{
    const struct conf_check *x = k->x;
    struct exact share;
    *bound = (struct conf_bound){x->points, false};
    for (size_t i = 0; !r->f.percent && i < x->n_classes; i++)
        if (!is_above(exact_of(x->size_class[i].from), absolute(from)))
            *bound = x->size_class[i].bound;
    if (!bound->percent || from.num == 0)
        return is_above(absolute(d), exact_of(bound->value));
    return exact_div(absolute(d), absolute(from), &share) &&
           exact_mul(share, exact_of(100), &share) && is_above(share, exact_of(bound->value));
}

/* The change as people say it: "+12.3%", "-4", "+2.2" percentage points. */
static struct str change_text(struct checker *k, const struct figure_row *r, struct exact from,
                              struct exact d, struct conf_bound bound)
{
    struct exact share = d;
    bool percent = bound.percent && from.num != 0 && exact_div(d, absolute(from), &share) &&
                   exact_mul(share, exact_of(100), &share);
    struct str text = check_number(k, percent ? share : d, percent || r->f.is_ratio ? 1 : 0);
    return arena_printf(k->arena, "%s%.*s%s", d.num > 0 ? "+" : "", STR_ARG(text),
                        percent ? "%" : "");
}

static void look_swing(struct checker *k, const struct figure_row *r)
{
    struct exact now, from, d;
    struct str right, left = check_line_text(k, r);
    struct conf_bound bound;
    if (!before(k, r, &from, &right)) /* nothing to compare with: not applicable */
        return;
    if (is_blind(k, r) || !check_line_value(r, &now) || !exact_sub(now, from, &d))
        return;
    if (!is_swing(k, r, from, d, &bound)) {
        check_good(k, left, right);
        return;
    }
    check_bad(k, left, right,
              check_say(k, r->f.percent ? "I-CHECK-12" : "I-CHECK-11", z(k, check_line_name(k, r)),
                        z(k, left), z(k, right), z(k, change_text(k, r, from, d, bound)),
                        CHECK_TEXT(k, "%lld%s", (long long)bound.value, bound.percent ? "%" : ""),
                        NULL));
}

bool check_swing(struct checker *k, struct err *e)
{
    (void)e;
    return each_line(k, look_swing);
}

/* Is |a - b| within `percent` of |b|? */
static bool is_near(struct exact a, struct exact b, int64_t percent)
{
    struct exact d, most;
    return b.num != 0 && exact_sub(a, b, &d) && exact_mul(absolute(d), exact_of(100), &d) &&
           exact_mul(absolute(b), exact_of(percent), &most) && !is_above(d, most);
}

static void look_unit_slip(struct checker *k, const struct figure_row *r)
{
    struct exact now, from, factor = exact_of(k->x->factor), other;
    struct str right, left = check_line_text(k, r);
    if (r->f.percent || !before(k, r, &from, &right) || is_blind(k, r) ||
        !check_line_value(r, &now))
        return;
    const char *code = NULL;
    if (exact_div(now, factor, &other) && is_near(other, from, k->x->limit.value))
        code = "I-CHECK-13";
    else if (exact_mul(now, factor, &other) && is_near(other, from, k->x->limit.value))
        code = "I-CHECK-14";
    if (code)
        check_bad(k, left, right,
                  check_say(k, code, z(k, check_line_name(k, r)), z(k, left), z(k, right),
                            CHECK_TEXT(k, "%lld", (long long)k->x->factor), NULL));
    else
        check_good(k, left, right);
}

bool check_unit_slip(struct checker *k, struct err *e)
{
    (void)e;
    return each_line(k, look_unit_slip);
}

/* --- the months of a year --- */

/* One month against the year and, the last, against the mean month. */
static void look_month(struct checker *k, const struct figure_row *r, struct exact total,
                       size_t months, bool is_last)
{
    struct exact v, share, mean;
    struct str left = check_line_text(k, r), right = check_number(k, total, r->f.scale);
    if (!check_line_value(r, &v) || !exact_div(v, total, &share) ||
        !exact_mul(share, exact_of(100), &share) ||
        !exact_div(total, exact_of((int64_t)months), &mean) ||
        !exact_mul(mean, exact_of(k->x->times), &mean))
        return;
    struct str name = check_line_name(k, r);
    if (is_above(share, exact_of(k->x->limit.value)))
        check_bad(k, left, right,
                  check_say(k, "I-CHECK-15", z(k, name), z(k, left),
                            CHECK_TEXT(k, "%s%%", z(k, check_number(k, share, 1))),
                            CHECK_TEXT(k, "%lld%%", (long long)k->x->limit.value), NULL));
    else if (is_last && is_above(v, mean))
        check_bad(k, left, right,
                  check_say(k, "I-CHECK-16", z(k, name), z(k, left),
                            CHECK_TEXT(k, "%lld", (long long)k->x->times), NULL));
    else
        check_good(k, left, right);
}

bool check_profile(struct checker *k, struct err *e)
{
    (void)e;
    for (size_t f = 0; f < k->plan->n_figures; f++) {
        size_t x = k->plan->figure[f], n = 0;
        const struct figure_row *month[MONTHS];
        struct exact total = exact_of(0), v;
        bool has = true;
        for (size_t i = 0; i < k->lines[x]; i++) {
            const struct figure_row *r = line_of(k, x, i);
            if (!is_over(r, OVER_MONTH) || r->f.is_ratio || n == MONTHS)
                continue;
            has = has && check_line_value(r, &v) && exact_add(total, v, &total);
            month[n++] = r;
        }
        if (!has)
            check_blind(k, k->conf->indicators[x].id);
        bool is_small = is_above(exact_of(k->x->base), total) || total.num <= 0;
        for (size_t i = 0; has && !is_small && i < n; i++)
            look_month(k, month[i], total, n, i + 1 == MONTHS);
    }
    return true;
}

/* --- too good to be true --- */

/* Is it a rate of so few that it may be anything? */
static bool is_of_few(const struct checker *k, const struct figure_row *r)
{
    struct exact den;
    return r->f.is_ratio && exact_ratio(r->f.den, exact_power10(r->f.den_scale), &den) &&
           is_above(exact_of(k->x->base), den);
}

static void look_certain(struct checker *k, const struct figure_row *r)
{
    const struct figure *f = &r->f;
    struct exact den;
    if (!f->percent || (f->present && is_of_few(k, r)) || is_blind(k, r) ||
        !exact_ratio(f->den, exact_power10(f->den_scale), &den))
        return;
    struct exact v;
    struct str left = check_line_text(k, r), right = check_number(k, den, f->den_scale);
    bool is_all = figure_is_whole(f), is_none = figure_value(f, &v) && v.num == 0;
    if (is_all || is_none)
        check_bad(k, left, right,
                  check_say(k, "I-CHECK-17", z(k, check_line_name(k, r)), is_all ? "100%" : "0%",
                            z(k, right), NULL));
    else
        check_good(k, left, right);
}

bool check_certain(struct checker *k, struct err *e)
{
    (void)e;
    return each_line(k, look_certain);
}

/* --- far from the others --- */

static void judge_outliers(struct checker *k, const struct figure_row **row, const double *value,
                           size_t n)
{
    if (n < FEWEST)
        return;
    bool *far = x_calloc(n, sizeof *far);
    stats_outliers_mad(value, n, (double)k->x->times, far);
    for (size_t i = 0; i < n; i++) {
        struct str left = check_line_text(k, row[i]);
        if (far[i])
            check_bad(
                k, left, STR(""),
                check_say(k, "I-CHECK-18", z(k, check_line_name(k, row[i])), z(k, left), NULL));
        else
            check_good(k, STR(""), STR(""));
    }
    free(far);
}

bool check_outlier(struct checker *k, struct err *e)
{
    (void)e;
    const struct figure_row **row = x_calloc(k->in->figures->n + 1, sizeof *row);
    double *value = x_calloc(k->in->figures->n + 1, sizeof *value);
    for (size_t f = 0; f < k->plan->n_figures; f++) {
        size_t x = k->plan->figure[f], n = 0;
        for (size_t i = 0; i < k->lines[x]; i++) {
            struct exact v;
            row[n] = line_of(k, x, i);
            if (!is_over(row[n], k->x->over) || !check_line_value(row[n], &v) ||
                is_of_few(k, row[n]))
                continue;
            value[n++] = (double)v.num / (double)v.den;
        }
        judge_outliers(k, row, value, n);
    }
    free(row);
    free(value);
    return true;
}
