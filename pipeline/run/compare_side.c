#include "pipeline/run/compare_side.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/allcolumns.h"
#include "pipeline/calc/delivery.h"
#include "pipeline/chain.h"
#include "pipeline/io/table.h"
#include "pipeline/run/stage.h"

/* --- making one --- */

static struct tabin *open_table(const struct side *s, size_t t, struct err *e)
{
    struct arena a = {0};
    const char *dir = stage_path(&a, s->dir, "merge");
    struct tabin *in = tabin_open(schema_merged_path(&a, dir, schema_name(&s->conf, t)).p, e);
    arena_release(&a);
    return in;
}

/* Passes over a table: each block, with the columns in `want`. */
static bool each_block(const struct side *s, size_t t, const bool *want,
                       void (*take)(void *context, size_t t, const struct tblock *b), void *context,
                       struct err *e)
{
    struct tabin *in = open_table(s, t, e);
    bool ok = in != NULL;
    for (size_t b = 0; ok && b < tabin_blocks(in); b++) {
        struct arena one = {0};
        struct tblock block;
        ok = tabin_read(in, b, want, &one, &block, e);
        if (ok)
            take(context, t, &block);
        arena_release(&one);
    }
    tabin_free(in);
    return ok;
}

static void take_block(void *context, size_t t, const struct tblock *b)
{
    compute_block(context, 0, t, b);
}

static bool make_figures(struct side *s, struct err *e)
{
    struct ledger l;
    struct compute *c = compute_new(&s->plan, 1);
    enum delivery *d = ARENA_ARRAY(&s->arena, enum delivery, PERIODS * s->conf.n_exports);
    bool ok =
        ledger_read_merged(stage_path(&s->arena, s->dir, "merge"), &s->conf, &s->arena, &l, e);
    for (size_t t = 0; ok && t < schema_tables(&s->conf); t++)
        if (compute_needs(c, t))
            ok = each_block(s, t, compute_want(c, t), take_block, c, e);
    if (ok) {
        compute_finish(c);
        delivery_judge(&l, &s->conf, &s->refs, d);
        figures_make(&s->plan, c, d, &s->figures);
    }
    compute_free(c);
    return ok;
}

static bool build_plan(struct side *s, struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(&s->conf, &s->refs, &s->plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

bool side_make(struct replay *p, const struct kept *k, const struct kept *files, const char *name,
               struct side *s, struct err *e)
{
    struct arena *a = &s->arena;
    const char *raw = NULL;
    s->dir = stage_path(a, p->temp, name);
    if (replay_conf(p, k, &s->conf, e))
        raw = replay_raw(p, files, arena_printf(a, "%s.raw", name).p, e);
    return raw && replay_stages(p, k, raw, s->dir, chain_find("merge") + 1, e) &&
           refs_load(&s->conf, raw, k->year, &s->refs, e) &&
           allcolumns_read(&s->conf, stage_path(a, s->dir, "clean"), e) && build_plan(s, e) &&
           make_figures(s, e);
}

void side_release(struct side *s)
{
    figures_release(&s->figures);
    plan_release(&s->plan);
    refs_release(&s->refs);
    conf_release(&s->conf);
    arena_release(&s->arena);
}

const struct figure_row *side_find(const struct side *s, struct str id, struct str org,
                                   struct str month)
{
    for (size_t i = 0; i < s->figures.n; i++) {
        const struct figure_row *r = &s->figures.row[i];
        if (str_eq(s->conf.indicators[r->indicator].id, id) && str_eq(r->org, org) &&
            str_eq(r->month, month))
            return r;
    }
    return NULL;
}

/* --- comparing two --- */

enum { BEFORE = 1, NOW = 2 };

/* A value that is counted once, however many rows have it. */
struct value {
    uint8_t sides;        /* BEFORE, NOW */
    bool in_new, in_gone; /* has a row of that class it? */
};

/* The values of one of the aggregates compared. */
struct values {
    struct map at;
    struct value *v;
    size_t n, cap;
};

struct comparing {
    const struct side *side;
    uint8_t self; /* BEFORE, NOW */
    struct moved *m;
    size_t n;
    struct values *values; /* [n] */
    struct map *keys;      /* [tables]: key of a row -> index into seen */
    uint8_t *seen;         /* by key, over all tables: BEFORE, NOW */
    size_t n_seen, cap_seen;
    struct compute *compute;
    uint8_t *class; /* of the rows of the block in hand */
    size_t cap_class;
    struct arena arena; /* of keys and values */
    struct strbuf key;
};

static void add_cell(struct strbuf *b, const struct tvec *v, size_t r)
{
    struct str s = v->v ? (struct str){(const char *)&v->v[r], sizeof v->v[r]} : tvec_text(v, r);
    strbuf_printf(b, "%zu:", s.p ? s.n + 1 : 0);
    strbuf_add(b, s);
}

/* The columns that a row is known by: [columns of the table]. */
static void mark_keys(const struct side *s, size_t t, bool *want)
{
    const struct conf_export *x = &s->conf.exports[schema_export(&s->conf, t)];
    size_t n = s->plan.table[t].n;
    for (size_t i = 0; i < x->n_key; i++)
        want[x->key[i]] = true;
    for (size_t i = n - 2; !x->n_key && i < n; i++)
        want[i] = true;
}

static struct str key_of(struct comparing *x, size_t t, const struct tblock *b, size_t r)
{
    const struct side *s = x->side;
    const struct conf_export *e = &s->conf.exports[schema_export(&s->conf, t)];
    x->key.n = 0;
    for (size_t i = 0; i < e->n_key; i++)
        add_cell(&x->key, &b->col[e->key[i]], r);
    for (size_t i = s->plan.table[t].n - 2; !e->n_key && i < s->plan.table[t].n; i++)
        add_cell(&x->key, &b->col[i], r);
    return strbuf_str(&x->key);
}

static void take_keys(void *context, size_t t, const struct tblock *b)
{
    struct comparing *x = context;
    for (size_t r = 0; r < b->rows; r++) {
        struct str key = key_of(x, t, b, r);
        size_t i = map_get(&x->keys[t], key);
        if (i == MAP_NONE) {
            X_GROW(x->seen, x->n_seen, x->cap_seen);
            i = map_put(&x->keys[t], arena_str(&x->arena, key), x->n_seen++);
            x->seen[i] = 0;
        }
        x->seen[i] |= x->self;
    }
}

/* Lays each row of the block to a class, then lets compute tell which of them count. */
static void take_rows(void *context, size_t t, const struct tblock *b)
{
    struct comparing *x = context;
    if (b->rows > x->cap_class) {
        x->cap_class = b->rows;
        x->class = x_realloc(x->class, b->rows, sizeof *x->class);
    }
    for (size_t r = 0; r < b->rows; r++) {
        uint8_t seen = x->seen[map_get(&x->keys[t], key_of(x, t, b, r))];
        x->class[r] = seen == (BEFORE | NOW) ? ROW_EDITED : seen == NOW ? ROW_NEW : ROW_GONE;
    }
    compute_block(x->compute, 0, t, b);
}

static void note_value(struct comparing *x, size_t i, const struct tvec *v, size_t r)
{
    struct values *all = &x->values[i];
    x->key.n = 0;
    add_cell(&x->key, v, r);
    size_t at = map_get(&all->at, strbuf_str(&x->key));
    if (at == MAP_NONE) {
        at = map_put(&all->at, arena_str(&x->arena, strbuf_str(&x->key)), all->n);
        X_GROW(all->v, all->n, all->cap);
        all->v[all->n++] = (struct value){0};
    }
    all->v[at].sides |= x->self;
    all->v[at].in_new |= x->class[r] == ROW_NEW;
    all->v[at].in_gone |= x->class[r] == ROW_GONE;
}

static bool is_missing(const struct tvec *v, size_t r)
{
    return v->v ? v->v[r] == TABLE_MISSING : !tvec_text(v, r).p;
}

static void took_one(struct comparing *x, size_t i, const struct compute_intake *in)
{
    const struct plan_table *t = &x->side->plan.figures->table[in->table];
    enum aggregate_kind kind = t->aggregate[in->aggregate].kind;
    int64_t sign = x->self == NOW ? 1 : -1;
    for (size_t r = 0; r < in->block->rows; r++) {
        if (!in->rows[r] || (in->value && is_missing(in->value, r)))
            continue;
        if (kind == AGG_DISTINCT)
            note_value(x, i, in->value, r);
        else if (kind != AGG_VALUES)
            x->m[i].by[x->class[r]] += (exact_int)sign * (kind == AGG_SUM ? in->value->v[r] : 1);
    }
}

static void took(void *context, const struct compute_intake *in)
{
    struct comparing *x = context;
    for (size_t i = 0; i < x->n; i++)
        if (x->m[i].table == in->table && x->m[i].aggregate == in->aggregate)
            took_one(x, i, in);
}

/* Each value is laid to one row. */
static void count_values(struct comparing *x, size_t i)
{
    for (size_t k = 0; k < x->values[i].n; k++) {
        const struct value *v = &x->values[i].v[k];
        if (v->sides == NOW)
            x->m[i].by[v->in_new ? ROW_NEW : ROW_EDITED]++;
        else if (v->sides == BEFORE)
            x->m[i].by[v->in_gone ? ROW_GONE : ROW_EDITED]--;
    }
}

static bool is_asked(const struct comparing *x, size_t t)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->m[i].table == t)
            return true;
    return false;
}

static bool read_keys(struct comparing *x, const struct side *s, uint8_t self, struct err *e)
{
    bool ok = true;
    x->side = s;
    x->self = self;
    for (size_t t = 0; ok && t < schema_tables(&s->conf); t++) {
        bool *want = ARENA_ARRAY(&x->arena, bool, s->plan.table[t].n);
        mark_keys(s, t, want);
        ok = !is_asked(x, t) || each_block(s, t, want, take_keys, x, e);
    }
    return ok;
}

static bool read_rows(struct comparing *x, const struct side *s, uint8_t self,
                      struct compute_cell cell, struct err *e)
{
    const struct compute_watch w = {cell, took, x};
    bool ok = true;
    x->side = s;
    x->self = self;
    x->compute = compute_new(&s->plan, 1);
    compute_watch(x->compute, &w);
    for (size_t t = 0; ok && t < schema_tables(&s->conf); t++) {
        size_t n = s->plan.table[t].n;
        bool *want = ARENA_ARRAY(&x->arena, bool, n);
        if (!is_asked(x, t))
            continue;
        memcpy(want, compute_want(x->compute, t), n * sizeof *want);
        mark_keys(s, t, want);
        ok = each_block(s, t, want, take_rows, x, e);
    }
    compute_free(x->compute);
    return ok;
}

bool sides_compare(const struct side *before, const struct side *now, struct compute_cell cell,
                   struct moved *m, size_t n, struct err *e)
{
    struct comparing x = {.m = m, .n = n};
    size_t tables = schema_tables(&now->conf);
    x.values = x_calloc(n, sizeof *x.values);
    x.keys = x_calloc(tables, sizeof *x.keys);
    bool ok = read_keys(&x, before, BEFORE, e) && read_keys(&x, now, NOW, e) &&
              read_rows(&x, before, BEFORE, cell, e) && read_rows(&x, now, NOW, cell, e);
    for (size_t i = 0; i < n; i++) {
        if (ok)
            count_values(&x, i);
        map_release(&x.values[i].at);
        free(x.values[i].v);
    }
    for (size_t t = 0; t < tables; t++)
        map_release(&x.keys[t]);
    free(x.values);
    free(x.keys);
    free(x.seen);
    free(x.class);
    strbuf_release(&x.key);
    arena_release(&x.arena);
    return ok;
}
