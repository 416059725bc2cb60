/*
 * What a file of partial results says beside its numbers.
 */
#include "pipeline/calc/partial_parts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"

enum { DECIMALS_MOST = 9 };

void partial_init(struct partial *p, const struct conf *c)
{
    *p = (struct partial){0};
    p->shortfall = ARENA_ARRAY(&p->arena, struct shortfall, c->n_indicators);
    p->prior = ARENA_ARRAY(&p->arena, struct baseline_row, c->n_indicators * PARTIAL_PRIORS);
}

void partial_release(struct partial *p)
{
    free(p->fact);
    arena_release(&p->arena);
    *p = (struct partial){0};
}

void partial_add_fact(struct partial *p, enum partial_fact_kind kind, struct str part,
                      struct str org, struct str key)
{
    X_GROW(p->fact, p->n, p->cap);
    p->fact[p->n++] =
        (struct partial_fact){kind, arena_str(&p->arena, part), arena_str(&p->arena, org),
                              arena_str(&p->arena, key), p->inputs};
}

static int order(const struct partial_fact *a, const struct partial_fact *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int by = str_cmp(a->part, b->part);
    by = by ? by : str_cmp(a->org, b->org);
    return by ? by : str_cmp(a->key, b->key);
}

static int by_fact(const void *a, const void *b)
{
    const struct partial_fact *x = a, *y = b;
    int by = order(x, y);
    return by ? by : (x->input > y->input) - (x->input < y->input);
}

/* Puts them in order, each once. True when one that only a single input may say is said by two:
 * *twice is the second, *first the input of the other one. */
static bool unite(struct partial *p, struct partial_fact *twice, size_t *first)
{
    size_t n = 0;
    bool found = false;
    if (p->n)
        qsort(p->fact, p->n, sizeof *p->fact, by_fact);
    for (size_t i = 0; i < p->n; i++) {
        const struct partial_fact *f = &p->fact[i];
        if (n == 0 || order(&p->fact[n - 1], f) != 0) {
            p->fact[n++] = *f;
            continue;
        }
        bool one = f->kind == FACT_SOURCE || f->kind == FACT_SENDER;
        /* The organisation, which comes later, says more than the run. */
        if (one && f->input != p->fact[n - 1].input && (!found || twice->kind < f->kind)) {
            found = true;
            *twice = *f;
            *first = p->fact[n - 1].input;
        }
    }
    p->n = n;
    return found;
}

/* --- of a run --- */

static void add_senders(struct partial *p, const struct ledger *l)
{
    struct sha256 *h = sha256_new();
    char id[65];
    bool any = false;
    for (size_t i = 0; i < l->n; i++) {
        const struct ledger_row *r = &l->row[i];
        if (!ledger_is_read(r))
            continue;
        any = true;
        sha256_add(h, r->sha256);
        if (r->org.n)
            partial_add_fact(p, FACT_SENDER, STR(""), r->org, STR(""));
    }
    sha256_end(h, id);
    if (any)
        partial_add_fact(p, FACT_SOURCE, STR(""), STR(""), str_c(id));
}

static void add_deliveries(struct partial *p, const struct plan *plan, const struct ledger *l,
                           int period)
{
    const struct conf *c = plan->conf;
    const struct refs *refs = plan->refs;
    struct str key = str_c(partial_period_name[period]);
    int64_t since = compute_period(refs, period).start;
    for (size_t x = 0; x < c->n_exports; x++)
        if (ledger_is_delivered(l, x, (struct str){NULL, 0}, since))
            partial_add_fact(p, FACT_SENT, c->exports[x].id, STR(""), key);
    for (size_t i = 0; i < refs->n_submitters; i++) {
        const struct submitter *s = &refs->submitter[i];
        if (!ledger_is_delivered(l, s->export, s->org, since))
            partial_add_fact(p, FACT_ABSENT, c->exports[s->export].id, s->org, key);
    }
}

void partial_of_run(struct partial *p, const struct plan *plan, const struct ledger *clean,
                    const struct ledger *merged, const struct shortfall *shortfall)
{
    const struct conf *c = plan->conf;
    const struct refs *refs = plan->refs;
    int64_t year, month, day;
    struct partial_fact twice;
    size_t first;
    date_civil(refs->cutoff, &year, &month, &day);
    partial_add_fact(p, FACT_CUTOFF, STR(""), STR(""),
                     arena_printf(&p->arena, "%04lld-%02lld-%02lld", (long long)year,
                                  (long long)month, (long long)day));
    add_senders(p, clean);
    for (int period = 0; period < PERIODS; period++)
        add_deliveries(p, plan, merged, period);
    for (size_t i = 0; i < c->n_indicators; i++) {
        p->shortfall[i] = shortfall[i];
        for (int y = 0; y < PARTIAL_PRIORS; y++) {
            const struct baseline_row *b =
                refs_baseline(refs, c->indicators[i].id, refs->year - 1 - y, STR(""));
            if (b)
                p->prior[i * PARTIAL_PRIORS + (size_t)y] = *b;
        }
    }
    unite(p, &twice, &first);
    p->inputs = 1;
}

/* --- of several --- */

bool partial_unite(struct partial *p, const char *(*name)(void *context, size_t input),
                   void *context, struct err *e)
{
    struct partial_fact twice;
    size_t first;
    if (!unite(p, &twice, &first))
        return true;
    return err_set(e, ST_DATA, name(context, twice.input), "E-ROLL-06",
                   twice.kind == FACT_SENDER ? twice.org.p : twice.key.p, name(context, first),
                   NULL);
}

static void set_delivery(const struct partial *p, const struct conf *c, int period,
                         enum delivery *d)
{
    struct str key = str_c(partial_period_name[period]);
    for (size_t x = 0; x < c->n_exports; x++)
        d[x] = DELIVERED_NONE;
    for (size_t i = 0; i < p->n; i++) {
        const struct partial_fact *f = &p->fact[i];
        size_t x = conf_find_export(c, f->part);
        if (x == SIZE_MAX || !str_eq(f->key, key))
            continue;
        if (f->kind == FACT_SENT)
            d[x] = DELIVERED_ALL;
        else if (f->kind == FACT_ABSENT && d[x] == DELIVERED_ALL) /* those follow */
            d[x] = DELIVERED_PART;
    }
}

void partial_delivery(const struct partial *p, const struct conf *c, enum delivery *d)
{
    for (int period = 0; period < PERIODS; period++)
        set_delivery(p, c, period, d + (size_t)period * c->n_exports);
}

/* --- last year --- */

static bool add_decimals(struct str *sum, struct str v, struct arena *a)
{
    struct exact x, y;
    exact_int whole;
    struct strbuf text = {0};
    int decimals = 0;
    if (!exact_parse(*sum, &x) || !exact_parse(v, &y) || !exact_add(x, y, &x))
        return false;
    while (decimals < DECIMALS_MOST && exact_power10(decimals) % x.den != 0)
        decimals++;
    bool ok = exact_round(x, decimals, false, &whole);
    exact_print(whole, decimals, &text);
    *sum = arena_str(a, strbuf_str(&text));
    strbuf_release(&text);
    return ok;
}

/* numerator / denominator as the figure's value is printed. */
static bool divide(const struct conf_indicator *x, struct baseline_row *sum, struct arena *a)
{
    enum { DECIMALS = 6 };
    struct exact num, den, q, unit;
    exact_int v;
    struct strbuf text = {0};
    int64_t times = str_eq(x->unit, STR("%")) ? 100 : 1;
    if (!exact_parse(sum->numerator, &num) || !exact_parse(sum->denominator, &den) ||
        !exact_div(num, den, &q) || !exact_ratio(times, x->divide, &unit) ||
        !exact_mul(q, unit, &q) || !exact_round(q, DECIMALS, false, &v))
        return false;
    exact_print(v, DECIMALS, &text);
    sum->value = arena_str(a, strbuf_str(&text));
    strbuf_release(&text);
    return true;
}

static bool try_add(const struct plan *plan, size_t i, const struct baseline_row *b,
                    struct arena *a, struct baseline_row *sum)
{
    const struct formula *f = plan->figures->figure[i].value;
    if (!b->value.n || !sum->value.n || !str_eq(b->reading, sum->reading))
        return false;
    if (partial_is_linear(plan, f))
        return add_decimals(&sum->value, b->value, a);
    return f->op == FIG_DIV && partial_is_linear(plan, f->kid[0]) &&
           partial_is_linear(plan, f->kid[1]) && b->numerator.n && sum->numerator.n &&
           add_decimals(&sum->numerator, b->numerator, a) &&
           add_decimals(&sum->denominator, b->denominator, a) &&
           divide(&plan->conf->indicators[i], sum, a);
}

void partial_add_prior(const struct plan *plan, size_t prior, bool is_first,
                       const struct baseline_row *b, struct arena *a, struct baseline_row *sum)
{
    size_t indicator = prior / PARTIAL_PRIORS;
    if (is_first)
        *sum = *b;
    else if (!try_add(plan, indicator, b, a, sum))
        *sum = (struct baseline_row){0};
    sum->indicator = plan->conf->indicators[indicator].id;
    sum->year = plan->refs->year - 1 - (int64_t)(prior % PARTIAL_PRIORS);
    sum->org = STR("");
}
