/*
 * Checks of rows with each other, and reading the rows of a check again: with the conditions that
 * the plan has compiled, block by block, in the order of the table.
 */
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/check_parts.h"

/* --- reading --- */

static const struct tschema *schema_of(const struct checker *k)
{
    return &k->in->plan->table[k->plan->table];
}

/* Marks what the conditions of the filter read, and the columns of the origin. */
static void want_filter(const struct checker *k, bool *want)
{
    const struct plan_table *t = &k->in->plan->figures->table[k->plan->table];
    const struct tschema *s = schema_of(k);
    for (size_t f = k->plan->filter; f != PLAN_NONE; f = t->filter[f].parent)
        if (t->filter[f].condition != PLAN_NONE)
            expr_columns(t->condition[t->filter[f].condition].e, want);
    size_t file = tschema_find(s, STR("src_file")), line = tschema_find(s, STR("src_line"));
    if (file != SIZE_MAX && line != SIZE_MAX)
        want[file] = want[line] = true;
}

static uint8_t *filter_mask(const struct checker *k, const struct tblock *b, struct arena *a)
{
    const struct plan_table *t = &k->in->plan->figures->table[k->plan->table];
    uint8_t *mask = arena_raw(a, b->rows + 1), *one = arena_raw(a, b->rows + 1);
    memset(mask, 1, b->rows);
    for (size_t f = k->plan->filter; f != PLAN_NONE; f = t->filter[f].parent) {
        if (t->filter[f].condition == PLAN_NONE)
            continue;
        const struct plan_condition *c = &t->condition[t->filter[f].condition];
        struct expr_period p = compute_period(k->refs, c->period);
        expr_test(c->e, b, &p, a, one);
        for (size_t r = 0; r < b->rows; r++)
            mask[r] &= one[r];
    }
    return mask;
}

bool check_scan(struct checker *k, const bool *want, struct arena *a, bool keep,
                bool (*take)(void *context, struct checker *k, struct check_row_of r),
                void *context, struct err *e)
{
    struct tabin *in = k->in->table[k->plan->table];
    size_t n = schema_of(k)->n;
    bool *all = ARENA_ARRAY(k->arena, bool, n);
    for (size_t i = 0; want && i < n; i++)
        all[i] = want[i];
    want_filter(k, all);
    for (size_t i = 0; i < tabin_blocks(in); i++) {
        if (!keep)
            arena_reset(a);
        struct tblock *b = ARENA_NEW(a, struct tblock);
        if (!tabin_read(in, i, all, a, b, e))
            return false;
        const uint8_t *mask = filter_mask(k, b, a);
        for (size_t r = 0; r < b->rows; r++)
            if (mask[r] && !take(context, k, (struct check_row_of){b, i, r}))
                return true;
    }
    return true;
}

struct str check_place(struct checker *k, struct check_row_of r)
{
    const struct tschema *s = schema_of(k);
    size_t file = tschema_find(s, STR("src_file")), line = tschema_find(s, STR("src_line"));
    if (file == SIZE_MAX || line == SIZE_MAX)
        return STR("?");
    struct str name = tvec_text(&r.block->col[file], r.row);
    return arena_printf(k->arena, "%.*s:%lld", STR_ARG(name),
                        (long long)r.block->col[line].v[r.row]);
}

/* --- groups --- */

/* A row: what it has in common with others, and what is compared. */
struct member {
    struct str same, different;
    int64_t start, end;
    struct check_row_of at;
    size_t order; /* in the table */
};

struct members {
    struct member *m;
    size_t n, cap;
    struct arena *a; /* of their text */
    struct strbuf text;
};

/* Appends a value; false when it is missing. */
static bool add_value(struct strbuf *out, const struct check_row_of *r, size_t column)
{
    const struct tvec *v = &r->block->col[column];
    if (v->v) {
        strbuf_add_int(out, v->v[r->row]);
        return v->v[r->row] != TABLE_MISSING;
    }
    struct str s = tvec_text(v, r->row);
    strbuf_add(out, s);
    return s.p != NULL;
}

static int64_t day_of(const struct checker *k, const struct check_row_of *r, size_t column)
{
    enum { DAY_SECONDS = 86400 };
    int64_t v = r->block->col[column].v[r->row];
    if (v == TABLE_MISSING || schema_of(k)->col[column].type == TCOL_DATE)
        return v;
    return v / DAY_SECONDS - (v % DAY_SECONDS < 0);
}

/* A row that lacks one of the common values is like no other. */
static bool take_member(void *context, struct checker *k, struct check_row_of r)
{
    struct members *all = context;
    const struct plan_check *p = k->plan;
    struct member m = {.at = r, .order = all->n};
    all->text.n = 0;
    for (size_t i = 0; i < p->n_same; i++) {
        if (!add_value(&all->text, &r, p->same[i]))
            return true;
        strbuf_addc(&all->text, '\0');
    }
    m.same = arena_str(all->a, strbuf_str(&all->text));
    all->text.n = 0;
    if (p->different != PLAN_NONE && !add_value(&all->text, &r, p->different))
        return true;
    m.different = arena_str(all->a, strbuf_str(&all->text));
    if (p->start != PLAN_NONE && p->end != PLAN_NONE) {
        m.start = day_of(k, &r, p->start);
        m.end = day_of(k, &r, p->end);
        if (m.start == TABLE_MISSING)
            return true;
        if (m.end == TABLE_MISSING)
            m.end = INT64_MAX; /* still open */
    }
    X_GROW(all->m, all->n, all->cap);
    all->m[all->n++] = m;
    return true;
}

static int by_same(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = str_cmp(x->same, y->same);
    if (!order)
        order = (x->start > y->start) - (x->start < y->start);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Reads the rows and puts those that have the same in common beside each other. */
static bool read_members(struct checker *k, struct members *all, struct err *e)
{
    const struct plan_check *p = k->plan;
    bool *want = ARENA_ARRAY(all->a, bool, schema_of(k)->n);
    for (size_t i = 0; i < p->n_same; i++)
        want[p->same[i]] = true;
    const size_t more[] = {p->different, p->start, p->end};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i] != PLAN_NONE)
            want[more[i]] = true;
    bool ok = check_scan(k, want, all->a, true, take_member, all, e);
    if (ok && all->n)
        qsort(all->m, all->n, sizeof *all->m, by_same);
    return ok;
}

static void add_pair(struct checker *k, const char *code, const struct member *x,
                     const struct member *y)
{
    struct str a = check_place(k, x->at), b = check_place(k, y->at);
    check_bad(k, a, b, check_say(k, code, a.p, b.p, NULL));
}

/* Each row against the first of its group that it may not stand beside. */
static void judge_duplicates(struct checker *k, const struct members *all)
{
    bool by_difference = k->plan->different != PLAN_NONE;
    for (size_t i = 0, n; i < all->n; i += n) {
        for (n = 1; i + n < all->n && str_eq(all->m[i].same, all->m[i + n].same); n++) {
            const struct member *m = &all->m[i + n];
            if (!by_difference || !str_eq(all->m[i].different, m->different))
                add_pair(k, "I-CHECK-33", &all->m[i], m);
        }
        check_good(k, STR(""), STR(""));
    }
}

/* A span begins where the one before has not ended: the last day of one may be the first of the
 * next. */
static void judge_overlaps(struct checker *k, const struct members *all)
{
    for (size_t i = 0, n; i < all->n; i += n) {
        const struct member *last = &all->m[i]; /* that ends last so far */
        for (n = 1; i + n < all->n && str_eq(all->m[i].same, all->m[i + n].same); n++) {
            const struct member *m = &all->m[i + n];
            if (m->start < last->end)
                add_pair(k, "I-CHECK-34", last, m);
            last = m->end > last->end ? m : last;
        }
        check_good(k, STR(""), STR(""));
    }
}

static bool check_groups(struct checker *k, void (*judge)(struct checker *, const struct members *),
                         struct err *e)
{
    struct arena scratch = {0};
    struct members all = {.a = &scratch};
    bool ok = read_members(k, &all, e);
    if (ok)
        judge(k, &all);
    free(all.m);
    strbuf_release(&all.text);
    arena_release(&scratch);
    return ok;
}

bool check_duplicates(struct checker *k, struct err *e)
{
    return check_groups(k, judge_duplicates, e);
}

bool check_overlap(struct checker *k, struct err *e)
{
    return check_groups(k, judge_overlaps, e);
}
