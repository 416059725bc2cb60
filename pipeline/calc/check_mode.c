/*
 * mode: one value that too many rows have, as when a day's cases are all closed in one second.
 *
 * Of times there are nearly as many as rows, so that counting each is out of the question. Two
 * passes over the one column need no more than a few numbers: the first keeps, by the method of
 * Misra and Gries, the candidates - at most 100 / limit of them - among which every value beyond
 * the limit must be; the second counts these exactly.
 */
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/check_parts.h"

enum { CANDIDATES = 100 };

struct group {
    struct str name;
    int64_t rows;
    size_t n; /* candidates in use */
    int64_t value[CANDIDATES], count[CANDIDATES];
};

struct modes {
    struct group *group;
    size_t n, cap;
    struct map by_name;
    size_t most; /* candidates of a group */
    bool exact;  /* the second pass */
    /* of the block in hand: its values, and the group of each entry of the dictionary of names */
    struct arena *scratch;
    size_t block;
    struct tvec value;
    size_t *of_code;
};

static size_t group_of(struct modes *m, struct checker *k, struct str name)
{
    if (!name.p)
        return SIZE_MAX;
    size_t at = map_get(&m->by_name, name);
    if (at != MAP_NONE)
        return at;
    struct str kept = arena_str(k->arena, name);
    map_put(&m->by_name, kept, m->n);
    X_GROW(m->group, m->n, m->cap);
    m->group[m->n++] = (struct group){.name = kept};
    return m->n - 1;
}

static void begin_block(struct modes *m, struct checker *k, const struct check_row_of *r)
{
    struct expr_period p = compute_period(k->refs, PERIOD_THIS);
    m->block = r->number;
    m->value = expr_eval(k->plan->value, r->block, &p, m->scratch);
    m->of_code = NULL;
    if (k->plan->by_org == PLAN_NONE)
        return;
    const struct tvec *org = &r->block->col[k->plan->by_org];
    m->of_code = ARENA_ARRAY(m->scratch, size_t, org->n_dict);
    for (size_t d = 0; d < org->n_dict; d++)
        m->of_code[d] = group_of(m, k, org->dict[d]);
}

/* A value that is a candidate counts; a new one takes a free place; else all lose one. */
static void weigh(struct group *g, int64_t v, size_t most)
{
    size_t free_place = SIZE_MAX;
    for (size_t i = 0; i < g->n; i++) {
        if (g->count[i] && g->value[i] == v) {
            g->count[i]++;
            return;
        }
        if (!g->count[i])
            free_place = i;
    }
    if (free_place == SIZE_MAX && g->n < most)
        free_place = g->n++;
    if (free_place != SIZE_MAX) {
        g->value[free_place] = v;
        g->count[free_place] = 1;
        return;
    }
    for (size_t i = 0; i < g->n; i++)
        g->count[i]--;
}

static bool take_value(void *context, struct checker *k, struct check_row_of r)
{
    struct modes *m = context;
    if (m->block != r.number)
        begin_block(m, k, &r);
    size_t at = 0;
    if (m->of_code) {
        const struct tvec *org = &r.block->col[k->plan->by_org];
        at = m->of_code[org->code ? org->code[r.row] : r.row];
    }
    int64_t v = m->value.v[r.row];
    if (at == SIZE_MAX || v == TABLE_MISSING)
        return true;
    struct group *g = &m->group[at];
    if (!m->exact) {
        g->rows++;
        weigh(g, v, m->most);
        return true;
    }
    for (size_t i = 0; i < g->n; i++)
        if (g->value[i] == v)
            g->count[i]++;
    return true;
}

static bool pass(struct modes *m, struct checker *k, const bool *want, struct err *e)
{
    m->block = SIZE_MAX;
    return check_scan(k, want, m->scratch, false, take_value, m, e);
}

/* Between the passes: the candidates that are left, each once and with nothing counted. */
static void restart(struct modes *m)
{
    m->exact = true;
    for (size_t i = 0; i < m->n; i++) {
        struct group *g = &m->group[i];
        size_t n = 0;
        for (size_t c = 0; c < g->n; c++)
            if (g->count[c])
                g->value[n++] = g->value[c];
        g->n = n;
        memset(g->count, 0, sizeof g->count);
    }
}

static void look(struct checker *k, const struct group *g)
{
    size_t top = 0;
    for (size_t i = 1; i < g->n; i++)
        if (g->count[i] > g->count[top] ||
            (g->count[i] == g->count[top] && g->value[i] < g->value[top]))
            top = i;
    int64_t most = g->n ? g->count[top] : 0;
    if (g->rows < k->x->base)
        return;
    struct str left = arena_printf(k->arena, "%lld", (long long)most);
    struct str right = arena_printf(k->arena, "%lld", (long long)g->rows);
    if ((exact_int)most * 100 <= (exact_int)g->rows * k->x->limit.value) {
        check_good(k, STR(""), STR(""));
        return;
    }
    struct strbuf value = {0};
    table_print(&(struct tcolumn){.type = expr_type(k->plan->value)}, g->value[top], &value);
    const char *name = g->name.n ? CHECK_TEXT(k, "%.*s ", STR_ARG(g->name)) : "";
    check_bad(k, left, right,
              check_say(k, "I-CHECK-32", name, left.p, right.p, strbuf_c(&value), NULL));
    strbuf_release(&value);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct group *)a)->name, ((const struct group *)b)->name);
}

bool check_mode(struct checker *k, struct err *e)
{
    struct arena scratch = {0};
    struct modes m = {.scratch = &scratch};
    bool *want = ARENA_ARRAY(k->arena, bool, k->in->plan->table[k->plan->table].n);
    int64_t limit = k->x->limit.value > 0 ? k->x->limit.value : 1;
    m.most = (size_t)(CANDIDATES / limit > 0 ? CANDIDATES / limit : 1);
    expr_columns(k->plan->value, want);
    if (k->plan->by_org == PLAN_NONE)
        group_of(&m, k, STR(""));
    else
        want[k->plan->by_org] = true;
    bool ok = pass(&m, k, want, e);
    restart(&m);
    ok = ok && pass(&m, k, want, e);
    if (ok && m.n)
        qsort(m.group, m.n, sizeof *m.group, by_name);
    for (size_t i = 0; ok && i < m.n; i++)
        look(k, &m.group[i]);
    free(m.group);
    map_release(&m.by_name);
    arena_release(&scratch);
    return ok;
}
