#include "pipeline/calc/event.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

struct make {
    const struct conf_event *v;
    const struct plan_event *conditions;
    const struct tblock *const *block;
    const uint8_t *const *keep; /* by block; NULL: no condition */
    struct event_table *out;
    struct arena *a;
};

static void test(const struct expr *e, const struct refs *refs, const struct tblock *b,
                 struct arena *a, uint8_t *mask)
{
    const struct expr_period p = {refs->period_start, refs->period_end, refs->year, refs->cutoff};
    if (e)
        expr_test(e, b, &p, a, mask);
    else
        for (size_t r = 0; r < b->rows; r++)
            mask[r] = 1;
}

static void add_value(struct strbuf *key, const struct tvec *v, size_t r)
{
    if (v->v) {
        strbuf_add(key, (struct str){(const char *)&v->v[r], sizeof v->v[r]});
        return;
    }
    struct str s = tvec_text(v, r);
    strbuf_addc(key, s.p ? '+' : '-'); /* missing is not the empty text */
    strbuf_add(key, s);
    strbuf_addc(key, '\0');
}

static int compare(const struct tvec *x, size_t i, const struct tvec *y, size_t k)
{
    if (x->v)
        return (x->v[i] > y->v[k]) - (x->v[i] < y->v[k]);
    return str_cmp(tvec_text(x, i), tvec_text(y, k));
}

/* Does row r stand for the event better than row k? */
static bool better(const struct make *m, const struct event_row *r, const struct event_row *k)
{
    const uint8_t keeps = m->keep[r->block][r->row], kept = m->keep[k->block][k->row];
    if (keeps != kept)
        return keeps;
    if (m->v->largest == SIZE_MAX)
        return false;
    return compare(&m->block[r->block]->col[m->v->largest], r->row,
                   &m->block[k->block]->col[m->v->largest], k->row) > 0;
}

static void group_rows(struct make *m)
{
    struct event_table *t = m->out;
    struct map groups = {0};
    size_t *best = ARENA_ARRAY(m->a, size_t, t->n), *group = ARENA_ARRAY(m->a, size_t, t->n);
    size_t n_groups = 0;
    struct strbuf key = {0};
    for (size_t i = 0; i < t->n; i++) {
        key.n = 0;
        for (size_t s = 0; s < m->v->n_same; s++)
            add_value(&key, &m->block[t->row[i].block]->col[m->v->same[s]], t->row[i].row);
        group[i] = map_get(&groups, strbuf_str(&key));
        if (group[i] == MAP_NONE) {
            group[i] = map_put(&groups, arena_str(m->a, strbuf_str(&key)), n_groups++);
            best[group[i]] = i;
        } else if (better(m, &t->row[i], &t->row[best[group[i]]])) {
            best[group[i]] = i;
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        t->row[i].kept = best[group[i]];
        t->row[i].is_kept = best[group[i]] == i;
    }
    t->kept = n_groups;
    strbuf_release(&key);
    map_release(&groups);
}

static void take_maximum(struct make *m, int64_t *v, const size_t *place)
{
    for (size_t i = 0; i < m->out->n; i++) {
        const struct event_row *r = &m->out->row[i];
        int64_t value = m->block[r->block]->col[m->v->maximum].v[r->row];
        if (value > v[place[r->kept]]) /* missing is the smallest number */
            v[place[r->kept]] = value;
    }
}

static void gather(struct make *m, const struct tschema *schema)
{
    struct event_table *t = m->out;
    t->block = (struct tblock){t->kept, schema->n, ARENA_ARRAY(m->a, struct tvec, schema->n)};
    size_t *place = ARENA_ARRAY(m->a, size_t, t->n), n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->row[i].is_kept)
            place[i] = n++;
    for (size_t c = 0; c < schema->n; c++) {
        struct str *s = ARENA_ARRAY(m->a, struct str, t->kept);
        int64_t *v = ARENA_ARRAY(m->a, int64_t, t->kept);
        for (size_t i = 0; i < t->n; i++) {
            const struct event_row *r = &t->row[i];
            if (r->is_kept && schema->col[c].type == TCOL_TEXT)
                s[place[i]] = tvec_text(&m->block[r->block]->col[c], r->row);
            else if (r->is_kept)
                v[place[i]] = m->block[r->block]->col[c].v[r->row];
        }
        if (schema->col[c].type == TCOL_TEXT) {
            t->block.col[c] = (struct tvec){.dict = s, .n_dict = t->kept};
            continue;
        }
        t->block.col[c] = (struct tvec){.v = v};
        if (c == m->v->maximum)
            take_maximum(m, v, place);
    }
}

void event_make(const struct conf_event *v, const struct plan_event *conditions,
                const struct tschema *schema, const struct refs *refs,
                const struct tblock *const *block, size_t n, struct arena *a,
                struct event_table *out)
{
    *out = (struct event_table){0};
    uint8_t **where = ARENA_ARRAY(a, uint8_t *, n), **keep = ARENA_ARRAY(a, uint8_t *, n);
    size_t rows = 0;
    for (size_t b = 0; b < n; b++) {
        where[b] = ARENA_ARRAY(a, uint8_t, block[b]->rows);
        keep[b] = ARENA_ARRAY(a, uint8_t, block[b]->rows);
        test(conditions->where, refs, block[b], a, where[b]);
        test(conditions->keep, refs, block[b], a, keep[b]);
        rows += block[b]->rows;
    }
    out->row = ARENA_ARRAY(a, struct event_row, rows);
    for (size_t b = 0; b < n; b++)
        for (size_t r = 0; r < block[b]->rows; r++)
            if (where[b][r])
                out->row[out->n++] = (struct event_row){.block = b, .row = r};
    struct make m = {v, conditions, block, (const uint8_t *const *)keep, out, a};
    group_rows(&m);
    gather(&m, schema);
}
