#include "pipeline/calc/distribution.h"

#include "pipeline/io/csvout.h"

static int64_t rows_between(struct tally_runs r, const int64_t *low, const int64_t *end)
{
    int64_t rows = 0;
    for (size_t i = 0; i < r.n; i++)
        if ((!low || r.run[i].value >= *low) && (!end || r.run[i].value < *end))
            rows += r.run[i].count;
    return rows;
}

static void cell_int(struct csvout *o, struct arena *a, int64_t v)
{
    csvout_raw(o, arena_printf(a, "%lld", (long long)v));
}

static void add_chart(const struct conf_chart *x, struct tally_runs r, struct csvout *o)
{
    struct arena a = {0};
    for (size_t i = 0; i <= x->n_breaks; i++) {
        const int64_t *low = i ? &x->breaks[i - 1] : NULL;
        const int64_t *end = i < x->n_breaks ? &x->breaks[i] : NULL;
        csvout_text(o, x->name);
        if (low)
            cell_int(o, &a, *low);
        else
            csvout_text(o, STR(""));
        if (end)
            cell_int(o, &a, *end - 1);
        else
            csvout_text(o, STR(""));
        cell_int(o, &a, rows_between(r, low, end));
        csvout_end(o);
    }
    arena_release(&a);
}

void distributions_csv(const struct plan *plan, const struct compute *c, struct strbuf *out)
{
    const struct conf *conf = plan->conf;
    const struct compute_cell all = {STR(""), COMPUTE_NO_MONTH};
    struct csvout o = {.out = out};
    strbuf_add(out, STR("chart,low,high,rows\n"));
    for (size_t i = 0; i < conf->n_charts; i++) {
        const struct plan_chart *k = &plan->figures->chart[i];
        if (k->values != PLAN_NONE)
            add_chart(&conf->charts[i], compute_values(c, k->table, k->values, all), &o);
    }
}
