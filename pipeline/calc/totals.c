#include "pipeline/calc/totals.h"

enum { SUM_ALL, SUM_KEPT, SUM_ALL_SINCE, SUM_KEPT_SINCE, SUMS };

struct total {
    size_t column;
    int64_t sum[SUMS]; /* TABLE_MISSING: too large */
};

struct totals {
    struct total *total;
    size_t n;
};

static bool is_number(const struct conf_column *c)
{
    return c->type->kind->type == TCOL_MONEY ||
           (c->type->kind->type == TCOL_INT && !c->e && !c->key);
}

struct totals *totals_new(const struct conf_export *x, const size_t *field, struct arena *a)
{
    struct totals *t = ARENA_NEW(a, struct totals);
    t->total = ARENA_ARRAY(a, struct total, x->n);
    for (size_t c = 0; c < x->n; c++)
        if (is_number(&x->column[c]) && field[c] != SIZE_MAX)
            t->total[t->n++].column = c;
    return t;
}

size_t totals_columns(const struct totals *t)
{
    return t->n;
}

size_t totals_column(const struct totals *t, size_t i)
{
    return t->total[i].column;
}

void totals_add(struct totals *t, const struct tvalue *row, bool kept)
{
    for (struct total *x = t->total; x < t->total + t->n; x++) {
        int64_t v = row[x->column].i;
        if (v == TABLE_MISSING)
            continue;
        for (int k = 0; k < SUMS; k++) {
            bool counts = kept || k == SUM_ALL || k == SUM_ALL_SINCE;
            int64_t *sum = &x->sum[k];
            if (counts && *sum != TABLE_MISSING && __builtin_add_overflow(*sum, v, sum))
                *sum = TABLE_MISSING;
        }
    }
}

bool totals_agree(const struct totals *t, size_t i, int64_t declared)
{
    for (int k = 0; k < SUMS; k++)
        if (t->total[i].sum[k] == declared)
            return true;
    return false;
}

int64_t totals_kept(const struct totals *t, size_t i)
{
    return t->total[i].sum[SUM_KEPT];
}

void totals_since(struct totals *t)
{
    for (size_t i = 0; i < t->n; i++)
        t->total[i].sum[SUM_ALL_SINCE] = t->total[i].sum[SUM_KEPT_SINCE] = 0;
}
