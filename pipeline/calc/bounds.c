#include "pipeline/calc/bounds.h"

enum { RATIO_DECIMALS = 6 };

struct bounding {
    const struct plan *plan;
    const bool *absent;
    const struct ledger *ledger;
};

/* --- which figures can only grow with more rows --- */

/* A total of a column of counts, which are never negative. */
static bool is_total_of_counts(const struct plan_table *t, const struct plan_aggregate *x)
{
    const struct expr *v = t->value[x->value].e;
    return x->kind == AGG_SUM && expr_column(v) != SIZE_MAX && expr_type(v) == TCOL_INT;
}

static bool grows(const struct plan *plan, const struct formula *f);

static bool side_grows(const struct plan *plan, size_t figure, size_t k)
{
    const struct formula *f = plan->figures->figure[figure].value;
    return f->op == FIG_DIV && grows(plan, f->kid[k]);
}

static bool grows(const struct plan *plan, const struct formula *f)
{
    const struct plan_figures *p = plan->figures;
    if (f->op == FIG_AGGREGATE) {
        const struct plan_table *t = &p->table[f->table];
        const struct plan_aggregate *x = &t->aggregate[f->aggregate];
        return x->kind == AGG_ROWS || x->kind == AGG_DISTINCT || is_total_of_counts(t, x);
    }
    if (f->op == FIG_FIGURE)
        return grows(plan, p->figure[f->figure].value);
    if (f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR)
        return side_grows(plan, f->figure, f->op == FIG_DENOMINATOR);
    return f->op == FIG_ADD && grows(plan, f->kid[0]) && grows(plan, f->kid[1]);
}

static bool is_rate(const struct plan *plan, size_t i)
{
    const struct formula *f = plan->figures->figure[i].value;
    if (plan->conf->indicators[i].divide != 1 || !str_eq(plan->conf->indicators[i].unit, STR("%")))
        return false;
    if (f->op == FIG_FIGURE)
        return is_rate(plan, f->figure);
    return side_grows(plan, i, 0) && side_grows(plan, i, 1);
}

/* --- how much is missing --- */

/* Is submitter s the first entry of its organisation that the figure waits for? */
static bool is_first(const struct bounding *b, const bool *rests_on, size_t s)
{
    const struct submitter *all = b->plan->refs->submitter;
    for (size_t i = 0; i < s; i++)
        if (b->absent[i] && rests_on[all[i].export] && str_eq(all[i].org, all[s].org))
            return false;
    return b->absent[s] && rests_on[all[s].export];
}

static exact_int rounded_up(exact_int num, exact_int den)
{
    return num / den + (num % den > 0);
}

/* The count of rows, or of different values in rows, that a formula is; NULL: something else. */
static const struct formula *one_count(const struct plan *plan, const struct formula *f)
{
    const struct plan_figures *p = plan->figures;
    if (f->op == FIG_FIGURE)
        return one_count(plan, p->figure[f->figure].value);
    if (f->op == FIG_NUMERATOR || f->op == FIG_DENOMINATOR) {
        const struct formula *of = p->figure[f->figure].value;
        return of->op == FIG_DIV ? one_count(plan, of->kid[f->op == FIG_DENOMINATOR]) : NULL;
    }
    bool counts =
        f->op == FIG_AGGREGATE && p->table[f->table].aggregate[f->aggregate].kind != AGG_SUM;
    return counts ? f : NULL;
}

/* The export whose rows the figure counts, so that each row of it adds one at most; SIZE_MAX: it is
 * no such figure. */
static size_t counted_export(const struct plan *plan, size_t indicator)
{
    const struct formula *f = plan->figures->figure[indicator].value, *side[2] = {f, f};
    while (f->op == FIG_FIGURE)
        f = plan->figures->figure[f->figure].value;
    for (size_t i = 0; f->op == FIG_DIV && i < 2; i++)
        side[i] = f->kid[i];
    const struct formula *a = one_count(plan, side[0]), *b = one_count(plan, side[1]);
    return a && b && a->table == b->table ? schema_export(plan->conf, a->table) : SIZE_MAX;
}

/* How many rows the organisation's files of last year have, when it is only these rows that are
 * missing; false: not known. */
static bool rows_before(const struct bounding *b, size_t indicator, struct str org,
                        struct exact *rows)
{
    const struct refs *refs = b->plan->refs;
    const bool *rests_on = b->plan->figures->figure[indicator].rests_on;
    struct expr_period before = compute_period(refs, PERIOD_BEFORE);
    size_t export = counted_export(b->plan, indicator);
    bool found = false;
    *rows = exact_of(0);
    for (size_t s = 0; s < refs->n_submitters; s++)
        if (b->absent[s] && str_eq(refs->submitter[s].org, org) &&
            rests_on[refs->submitter[s].export] && refs->submitter[s].export != export)
            return false;
    for (size_t i = 0; i < b->ledger->n; i++) {
        const struct ledger_row *l = &b->ledger->row[i];
        if (l->export != export || !str_eq(l->org, org) || l->cutoff < before.start ||
            l->cutoff > before.end)
            continue;
        rows->num += l->kept;
        found = true;
    }
    return found;
}

/* What the organisation may still bring: last year's size times the factor. */
static bool size_of(const struct bounding *b, size_t indicator, struct str org, exact_int *size)
{
    const struct refs *refs = b->plan->refs;
    const struct conf *c = b->plan->conf;
    const struct baseline_row *x =
        refs_baseline(refs, c->indicators[indicator].id, refs->year - 1, org);
    bool is_ratio = b->plan->figures->figure[indicator].is_ratio;
    struct exact v;
    bool known = x ? exact_parse(is_ratio ? x->denominator : x->value, &v)
                   : rows_before(b, indicator, org, &v);
    if (!known || v.num < 0 || !exact_mul(v, (struct exact){c->statistics.missing_factor, 100}, &v))
        return false;
    *size = rounded_up(v.num, v.den);
    return true;
}

/* --- what is said --- */

/* The value over 10^decimals, down or up. */
static exact_int outward(struct exact v, int decimals, bool up)
{
    exact_int num = v.num * exact_power10(decimals);
    return up ? rounded_up(num, v.den) : num / v.den;
}

static struct str text(struct arena *a, exact_int v, int decimals)
{
    struct strbuf t = {0};
    exact_print(v, decimals, &t);
    struct str s = arena_str(a, strbuf_str(&t));
    strbuf_release(&t);
    return s;
}

static void say(const struct conf *c, const struct figure_row *r, const struct exact end[2],
                struct arena *a, struct bound *out)
{
    const struct conf_style *s = &c->indicators[r->indicator].style;
    int decimals = r->f.is_ratio ? RATIO_DECIMALS : 0, shown = r->f.is_ratio ? s->decimals : 0;
    struct strbuf printed = {0};
    char missing[24], note[512];
    out->low = text(a, outward(end[0], decimals, false), decimals);
    out->high = text(a, outward(end[1], decimals, true), decimals);
    style_print(s, &r->f, c->half_even, c->missing, &printed);
    snprintf(missing, sizeof missing, "%zu", out->missing);
    const char *arg[MSG_ARGS] = {strbuf_c(&printed),
                                 text(a, outward(end[0], shown, false), shown).p,
                                 text(a, outward(end[1], shown, true), shown).p, missing};
    msg_format("I-FIG-01", c->language, arg, note, sizeof note);
    out->note = arena_str(a, str_c(note));
    strbuf_release(&printed);
}

/* The two ends for m further rows; false: the figure is of no kind that has them. */
static bool ends(const struct plan *plan, const struct figure_row *r, exact_int m,
                 struct exact end[2])
{
    const struct figure *f = &r->f;
    exact_int n = f->is_ratio ? f->den : f->num;
    if (!figure_has_value(f) || f->num < 0 || f->scale || f->den_scale)
        return false;
    if (!f->is_ratio) {
        end[0] = (struct exact){n, 1};
        end[1] = (struct exact){n + m, 1};
        return grows(plan, plan->figures->figure[r->indicator].value);
    }
    return is_rate(plan, r->indicator) && f->num <= f->den &&
           exact_ratio((exact_int)100 * f->num, n + m, &end[0]) &&
           exact_ratio(100 * (f->num + m), n + m, &end[1]);
}

static void fall_short(const struct bounding *b, size_t indicator, struct shortfall *out)
{
    const struct refs *refs = b->plan->refs;
    const struct plan_figure *g = &b->plan->figures->figure[indicator];
    exact_int size;
    out->known = true;
    for (size_t s = 0; g->period == PERIOD_THIS && s < refs->n_submitters; s++) {
        if (!is_first(b, g->rests_on, s))
            continue;
        out->missing++;
        out->known = out->known && size_of(b, indicator, refs->submitter[s].org, &size);
        out->rows += out->known ? size : 0;
    }
}

struct shortfall *bounds_shortfall(const struct plan *plan, const bool *absent,
                                   const struct ledger *ledger, struct arena *a)
{
    struct bounding b = {plan, absent, ledger};
    struct shortfall *out = ARENA_ARRAY(a, struct shortfall, plan->conf->n_indicators);
    for (size_t i = 0; i < plan->conf->n_indicators; i++)
        fall_short(&b, i, &out[i]);
    return out;
}

struct bound *bounds_make(const struct plan *plan, const struct figures *f,
                          const struct shortfall *shortfall, struct arena *a)
{
    struct bound *out = ARENA_ARRAY(a, struct bound, f->n);
    for (size_t i = 0; i < f->n; i++) {
        const struct figure_row *r = &f->row[i];
        const struct shortfall *s = &shortfall[r->indicator];
        struct exact end[2];
        if (r->org.n || r->month.n)
            continue;
        out[i].missing = s->missing;
        if (s->missing && s->known && ends(plan, r, s->rows, end))
            say(plan->conf, r, end, a, &out[i]);
    }
    return out;
}
