#include "pipeline/calc/figure.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

enum { MONTHS = 12, MAX_SCALE = 9 };

const char *const figure_status_name[FIGURE_STATUSES] = {
    [FIGURE_NORMAL] = "正常",
    [FIGURE_UNREPORTED] = "缺报",
    [FIGURE_NO_BASE] = "基数为零",
    [FIGURE_NO_PRIOR] = "无上年数",
    [FIGURE_READING_CHANGED] = "口径变",
    [FIGURE_PROVISIONAL] = "暂定",
    [FIGURE_BEYOND] = "超限",
};

const char *const check_result_name[CHECK_RESULTS] = {
    [CHECK_PASS] = "pass",
    [CHECK_FAIL] = "fail",
    [CHECK_WAIVED] = "waived",
    [CHECK_NOT_RUN] = "not-run",
    [CHECK_NOT_APPLICABLE] = "not-applicable",
};

/* An intermediate result. */
struct term {
    bool has; /* a value */
    struct exact v;
    int scale; /* decimals of v when it is counted, not divided */
    bool divided;
};

struct maker {
    const struct plan *plan;
    const struct compute *c;
    const enum delivery *delivery;
    struct figures *out;
    size_t *first, *rows; /* of each indicator: where its lines begin, how many; 0: not yet */
    bool in_check;        /* rates count in % */
    bool no_baseline;     /* a check asked for a row that the baseline has not */
    bool beyond;          /* a figure without a value was asked for that is FIGURE_BEYOND */
};

static bool eval(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                 struct term *out);

static const struct compute_cell whole = {.month = COMPUTE_NO_MONTH};

static struct str month_name(struct maker *m, int64_t year, int month)
{
    return arena_printf(&m->out->arena, "%04lld-%02d", (long long)year, month + 1);
}

static int month_of(const struct figure_row *r)
{
    return r->month.n ? (r->month.p[5] - '0') * 10 + r->month.p[6] - '1' : COMPUTE_NO_MONTH;
}

static bool is_cell(const struct figure_row *r, const struct compute_cell *cell)
{
    return month_of(r) == cell->month && str_eq(r->org, cell->org);
}

/* The line of an indicator for a cell, or NULL. */
static const struct figure_row *find_row(struct maker *m, size_t indicator,
                                         const struct compute_cell *cell)
{
    const struct figure_row *r = m->out->row + m->first[indicator];
    for (size_t i = 0; i < m->rows[indicator]; i++)
        if (is_cell(&r[i], cell)) {
            m->beyond |= r[i].status == FIGURE_BEYOND;
            return &r[i];
        }
    return NULL;
}

/* --- terms --- */

static bool counted(exact_int v, int scale, struct term *out)
{
    *out = (struct term){.has = true, .scale = scale};
    return exact_ratio(v, exact_power10(scale), &out->v);
}

static bool eval_number(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                        struct term *out)
{
    (void)m;
    (void)cell;
    return counted(f->number, f->scale, out);
}

static bool eval_aggregate(struct maker *m, const struct formula *f,
                           const struct compute_cell *cell, struct term *out)
{
    return counted(compute_count(m->c, f->table, f->aggregate, *cell), f->scale, out);
}

/* Without values, or with a single one for a deviation, there is no result. */
static bool eval_statistic(struct maker *m, const struct formula *f,
                           const struct compute_cell *cell, struct term *out)
{
    struct exact scale;
    *out = (struct term){.divided = true};
    struct tally_runs values = compute_values(m->c, f->table, f->aggregate, *cell);
    out->has = f->statistic(values, f->share, &out->v) &&
               exact_ratio(1, exact_power10(f->scale), &scale) && exact_mul(out->v, scale, &out->v);
    return true;
}

static bool eval_figure(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                        struct term *out)
{
    const struct figure_row *r = find_row(m, f->figure, cell);
    *out = (struct term){.divided = r && r->f.is_ratio, .scale = r ? r->f.scale : 0};
    out->has = r && figure_value(&r->f, &out->v);
    int64_t times = m->in_check && r && r->f.percent ? 100 : 1;
    return !out->has || exact_mul(out->v, exact_of(times), &out->v);
}

static bool eval_numerator(struct maker *m, const struct formula *f,
                           const struct compute_cell *cell, struct term *out)
{
    const struct figure_row *r = find_row(m, f->figure, cell);
    *out = (struct term){0};
    return !r || !r->f.present || counted(r->f.num, r->f.scale, out);
}

static bool eval_denominator(struct maker *m, const struct formula *f,
                             const struct compute_cell *cell, struct term *out)
{
    const struct figure_row *r = find_row(m, f->figure, cell);
    *out = (struct term){0};
    return !r || !r->f.present || counted(r->f.den, r->f.den_scale, out);
}

/* The row of the baseline for an indicator and a year; NULL: none. */
static const struct baseline_row *baseline(const struct maker *m, size_t indicator, int64_t year)
{
    return refs_baseline(m->plan->refs, m->plan->conf->indicators[indicator].id, year, STR(""));
}

static bool eval_baseline(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                          struct term *out)
{
    (void)cell;
    const struct baseline_row *r = baseline(m, f->figure, m->plan->refs->year - 1);
    *out = (struct term){0};
    m->no_baseline |= !r;
    out->has = r && exact_parse(r->value, &out->v);
    while (out->has && out->scale < MAX_SCALE && exact_power10(out->scale) % out->v.den != 0)
        out->scale++;
    return true;
}

static bool eval_mean(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                      struct term *out)
{
    *out = (struct term){.has = true, .divided = true, .v = exact_of(0)};
    for (size_t i = 0; i < f->n; i++) {
        struct term t;
        if (!eval(m, f->kid[i], cell, &t))
            return false;
        out->has = out->has && t.has;
        if (out->has && !exact_add(out->v, t.v, &out->v))
            return false;
    }
    return !out->has || exact_div(out->v, exact_of((int64_t)f->n), &out->v);
}

static bool eval_neg(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                     struct term *out)
{
    if (!eval(m, f->kid[0], cell, out))
        return false;
    out->v.num = -out->v.num;
    return true;
}

typedef bool binary(struct exact a, struct exact b, struct exact *out);

static bool eval_binary(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                        struct term *out)
{
    static binary *const operation[] = {
        [FIG_ADD] = exact_add, [FIG_SUB] = exact_sub, [FIG_MUL] = exact_mul};
    struct term a, b;
    if (!eval(m, f->kid[0], cell, &a) || !eval(m, f->kid[1], cell, &b))
        return false;
    int scale = f->op == FIG_MUL ? a.scale + b.scale : a.scale > b.scale ? a.scale : b.scale;
    *out = (struct term){.has = a.has && b.has,
                         .divided = a.divided || b.divided || scale > MAX_SCALE,
                         .scale = scale > MAX_SCALE ? 0 : scale};
    return !out->has || operation[f->op](a.v, b.v, &out->v);
}

static bool eval(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                 struct term *out)
{
    static bool (*const evals[])(struct maker *, const struct formula *,
                                 const struct compute_cell *, struct term *) = {
        [FIG_NUMBER] = eval_number,     [FIG_AGGREGATE] = eval_aggregate,
        [FIG_FIGURE] = eval_figure,     [FIG_NUMERATOR] = eval_numerator,
        [FIG_BASELINE] = eval_baseline, [FIG_DENOMINATOR] = eval_denominator,
        [FIG_MEAN] = eval_mean,         [FIG_ADD] = eval_binary,
        [FIG_SUB] = eval_binary,        [FIG_MUL] = eval_binary,
        [FIG_NEG] = eval_neg,           [FIG_STATISTIC] = eval_statistic,
    };
    if (f->op == FIG_DIV)
        BUG("a division below the top");
    return evals[f->op](m, f, cell, out);
}

/* --- figures --- */

static bool fits(exact_int v, int64_t *out)
{
    *out = (int64_t)v;
    return *out == v;
}

/* num and scale of a counted term as an integer. */
static bool as_counted(const struct term *t, int64_t *num, int *scale)
{
    exact_int v;
    *scale = t->scale;
    return exact_round(t->v, t->scale, false, &v) && fits(v, num);
}

/* a / b: as counted when neither is a quotient itself, else in lowest terms. No value: 0 / 0. */
static bool divide(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                   struct figure *out)
{
    struct term a, b;
    struct exact q;
    if (!eval(m, f->kid[0], cell, &a) || !eval(m, f->kid[1], cell, &b))
        return false;
    out->num = out->den = 0;
    if (!a.has || !b.has)
        return true;
    if (!a.divided && !b.divided)
        return as_counted(&a, &out->num, &out->scale) && as_counted(&b, &out->den, &out->den_scale);
    if (b.v.num == 0)
        return true;
    return exact_div(a.v, b.v, &q) && fits(q.num, &out->num) && fits(q.den, &out->den);
}

static bool make_value(struct maker *m, const struct formula *f, const struct compute_cell *cell,
                       struct figure *out)
{
    struct term t;
    if (f->op == FIG_DIV)
        return divide(m, f, cell, out);
    /* Another ratio under a second name keeps its numerator and denominator. */
    const struct figure_row *same = f->op == FIG_FIGURE ? find_row(m, f->figure, cell) : NULL;
    if (same && same->f.is_ratio && same->f.divide == 1) {
        out->num = same->f.num;
        out->den = same->f.den;
        out->scale = same->f.scale;
        out->den_scale = same->f.den_scale;
        return true;
    }
    if (!eval(m, f, cell, &t))
        return false;
    out->den = t.has;
    if (!t.has)
        return true;
    if (out->is_ratio)
        return fits(t.v.num, &out->num) && fits(t.v.den, &out->den);
    return as_counted(&t, &out->num, &out->scale);
}

static enum delivery delivery_of(const struct maker *m, const struct plan_figure *g)
{
    enum delivery worst = DELIVERED_ALL;
    size_t n = m->plan->conf->n_exports;
    const enum delivery *of = m->delivery + (size_t)g->period * n;
    for (size_t x = 0; x < n; x++)
        if (g->rests_on[x] && of[x] > worst)
            worst = of[x];
    return worst;
}

static enum figure_status status_of(const struct figure *f, enum delivery d, bool beyond)
{
    if (beyond && !figure_has_value(f))
        return FIGURE_BEYOND;
    return d != DELIVERED_ALL     ? FIGURE_UNREPORTED
           : !figure_has_value(f) ? FIGURE_NO_BASE
                                  : FIGURE_NORMAL;
}

static void add_row(struct maker *m, size_t i, const struct compute_cell *cell)
{
    const struct conf_indicator *x = &m->plan->conf->indicators[i];
    const struct plan_figure *g = &m->plan->figures->figure[i];
    struct figures *o = m->out;
    struct figure_row r = {.indicator = i, .period = m->plan->refs->year - g->period};
    enum delivery d = delivery_of(m, g);
    r.f = (struct figure){.present = d != DELIVERED_NONE,
                          .is_ratio = g->is_ratio,
                          .divide = x->divide,
                          .percent = str_eq(x->unit, STR("%"))};
    if (cell->org.n)
        r.org = arena_str(&o->arena, cell->org);
    if (cell->month != COMPUTE_NO_MONTH)
        r.month = month_name(m, r.period, cell->month);
    m->beyond = false;
    if (r.f.present && !make_value(m, g->value, cell, &r.f)) {
        r.f.den = 0;
        m->beyond = true;
    }
    r.status = status_of(&r.f, d, m->beyond);
    r.f.present = r.f.present && r.status != FIGURE_BEYOND;
    X_GROW(o->row, o->n, o->cap);
    o->row[o->n++] = r;
    m->rows[i]++;
}

/* Each month of each organisation with one of the figure's rows. */
static void add_cross(struct maker *m, size_t i, const struct str *org, size_t n)
{
    const struct plan_figure *g = &m->plan->figures->figure[i];
    for (size_t o = 0; o < n; o++)
        for (int month = 0; month < MONTHS; month++) {
            struct compute_cell cell = {org[o], month};
            if (compute_count(m->c, g->table, g->rows, cell) > 0)
                add_row(m, i, &cell);
        }
}

/* The organisations of a figure are those with one of its rows; months are all. */
static void add_split(struct maker *m, size_t i)
{
    const struct plan_figure *g = &m->plan->figures->figure[i];
    if (g->rows == PLAN_NONE)
        return;
    const struct conf_indicator *x = &m->plan->conf->indicators[i];
    size_t axis = m->plan->figures->table[g->table].aggregate[g->rows].axis[AXIS_ORG], n = 0;
    const struct str *org = x->by_org.text.n ? compute_orgs(m->c, g->table, axis, &n) : NULL;
    for (size_t o = 0; o < n; o++) {
        struct compute_cell cell = {org[o], COMPUTE_NO_MONTH};
        if (compute_count(m->c, g->table, g->rows, cell) > 0)
            add_row(m, i, &cell);
    }
    for (int month = 0; x->by_month.text.n && month < MONTHS; month++)
        add_row(m, i, &(struct compute_cell){.month = month});
    if (x->cross)
        add_cross(m, i, org, n);
}

/* --- last year --- */

static struct str kept(struct maker *m, struct strbuf *b)
{
    struct str s = arena_str(&m->out->arena, strbuf_str(b));
    b->n = 0;
    return s;
}

/* A reading of last year's value that is known, and not this year's, makes the two incomparable. */
static void compare_readings(const struct maker *m, struct figure_row *r, struct str before)
{
    struct str now = m->plan->conf->indicators[r->indicator].chosen;
    if (!now.n || !before.n || str_eq(now, before))
        return;
    r->prior_reading = before;
    if (r->status == FIGURE_NORMAL)
        r->status = FIGURE_READING_CHANGED;
}

static void add_prior(struct maker *m, struct figure_row *r, struct strbuf *b)
{
    const struct conf *c = m->plan->conf;
    size_t prior = m->plan->figures->figure[r->indicator].prior;
    struct exact before;
    bool has;
    if (prior != PLAN_NONE) {
        const struct figure_row *p = &m->out->row[m->first[prior]];
        has = figure_value(&p->f, &before);
        figure_print(&p->f, b);
        r->prior = kept(m, b);
        if (!has && r->status == FIGURE_NORMAL)
            r->status = FIGURE_NO_PRIOR;
        compare_readings(m, r, c->indicators[prior].chosen);
    } else {
        const struct baseline_row *p = baseline(m, r->indicator, r->period - 1);
        r->prior = p ? p->value : r->prior;
        has = p && exact_parse(p->value, &before) &&
              exact_div(before, exact_of(r->f.percent ? 100 : 1), &before);
        compare_readings(m, r, p ? p->reading : (struct str){NULL, 0});
    }
    r->points = r->f.percent;
    if (has && !r->prior_reading.n) {
        figure_change(&r->f, before, c->half_even, b);
        r->change = kept(m, b);
    }
}

/* --- checks --- */

static struct str side_text(struct maker *m, const struct formula *f, const struct term *t,
                            struct strbuf *b)
{
    const struct figure_row *r = f->op == FIG_FIGURE ? find_row(m, f->figure, &whole) : NULL;
    exact_int v;
    int decimals = t->divided ? 6 : t->scale;
    if (r)
        figure_print(&r->f, b);
    else if (t->has && exact_round(t->v, decimals, false, &v))
        exact_print(v, decimals, b);
    return kept(m, b);
}

static void make_check(struct maker *m, size_t i, struct strbuf *b)
{
    const struct plan_check *k = &m->plan->figures->check[i];
    struct check_row *r = &m->out->check[i];
    struct term *side = ARENA_ARRAY(&m->out->arena, struct term, k->n);
    bool has = true, ok = true;
    m->no_baseline = false;
    for (size_t o = 0; o < k->n; o++) {
        if (!eval(m, k->operand[o], &whole, &side[o])) {
            side[o] = (struct term){0};
            ok = false;
        }
        has = has && side[o].has;
    }
    size_t left = 0, right = k->n - 1;
    r->result = m->no_baseline ? CHECK_NOT_APPLICABLE : has ? CHECK_PASS : CHECK_NOT_RUN;
    for (size_t o = 0; ok && r->result == CHECK_PASS && o + 1 < k->n; o++) {
        int c;
        ok = exact_compare(side[o].v, side[o + 1].v, &c);
        if (ok && !compare_holds(k->op[o], c)) {
            r->result = CHECK_FAIL;
            left = o;
            right = o + 1;
        }
    }
    r->beyond = !ok;
    if (!ok)
        r->result = CHECK_NOT_RUN;
    r->left = side_text(m, k->operand[left], &side[left], b);
    r->right = side_text(m, k->operand[right], &side[right], b);
}

/* --- all of them --- */

/* Figures are computed in the order in which they need each other. */
static void make_rows(struct maker *m)
{
    const struct plan_figures *f = m->plan->figures;
    for (size_t k = 0; k < f->n_order; k++) {
        size_t i = f->order[k];
        m->first[i] = m->out->n;
        add_row(m, i, &whole);
        add_split(m, i);
    }
}

/* Puts the lines into the order of the configuration. */
static void sort_rows(struct maker *m)
{
    struct figures *o = m->out;
    struct figure_row *sorted = x_calloc(o->n, sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; i < conf_figures(m->plan->conf); i++) {
        size_t first = n;
        for (size_t k = 0; k < m->rows[i]; k++)
            sorted[n++] = o->row[m->first[i] + k];
        m->first[i] = first;
    }
    free(o->row);
    o->row = sorted;
    o->all = o->cap = o->n;
    for (size_t i = m->plan->conf->n_indicators; i < conf_figures(m->plan->conf); i++)
        o->n -= m->rows[i];
}

void figures_make(const struct plan *plan, const struct compute *c, const enum delivery *delivery,
                  struct figures *out)
{
    const struct conf *conf = plan->conf;
    struct strbuf b = {0};
    *out = (struct figures){0};
    struct maker m = {.plan = plan, .c = c, .delivery = delivery, .out = out};
    m.first = ARENA_ARRAY(&out->arena, size_t, conf_figures(conf));
    m.rows = ARENA_ARRAY(&out->arena, size_t, conf_figures(conf));
    out->check = ARENA_ARRAY(&out->arena, struct check_row, conf->n_checks);
    make_rows(&m);
    sort_rows(&m);
    for (size_t i = 0; i < conf->n_indicators; i++)
        add_prior(&m, &out->row[m.first[i]], &b);
    m.in_check = true;
    for (size_t i = 0; i < conf->n_checks; i++)
        if (plan->figures->check[i].n)
            make_check(&m, i, &b);
    strbuf_release(&b);
}

void figures_release(struct figures *f)
{
    free(f->row);
    arena_release(&f->arena);
    *f = (struct figures){0};
}
