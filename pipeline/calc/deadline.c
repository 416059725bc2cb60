#include "pipeline/calc/deadline.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"

/* The pauses of one case are a list through `next`. */
struct pause {
    int64_t start, end; /* days; end TABLE_MISSING: open */
    size_t next;        /* SIZE_MAX: the last */
};

struct pauses {
    const struct conf_deadline *d;
    struct map first; /* case -> its first pause */
    struct pause *pause;
    size_t n, cap;
};

struct pauses *pauses_new(const struct conf_deadline *d)
{
    struct pauses *p = x_calloc(1, sizeof *p);
    p->d = d;
    return p;
}

void pauses_add(struct pauses *p, const struct tblock *b)
{
    const struct tvec *on = &b->col[p->d->pause_join];
    const int64_t *start = b->col[p->d->pause_start].v, *end = b->col[p->d->pause_end].v;
    for (size_t r = 0; r < b->rows; r++) {
        struct str key = tvec_text(on, r);
        if (!key.p || start[r] == TABLE_MISSING)
            continue;
        X_GROW(p->pause, p->n, p->cap);
        p->pause[p->n] = (struct pause){start[r], end[r], SIZE_MAX};
        size_t first = map_put(&p->first, key, p->n);
        if (first != p->n) { /* behind the first, so that the map needs no change */
            p->pause[p->n].next = p->pause[first].next;
            p->pause[first].next = p->n;
        }
        p->n++;
    }
}

void pauses_free(struct pauses *p)
{
    if (!p)
        return;
    map_release(&p->first);
    free(p->pause);
    free(p);
}

static int by_start(const void *a, const void *b)
{
    const struct pause *x = a, *y = b;
    return x->start != y->start ? (x->start < y->start ? -1 : 1)
                                : (x->end > y->end) - (x->end < y->end);
}

/* Days d of the union of the pauses with start < d <= end; overlaps count once. */
static int64_t paused_days(const struct pauses *p, struct str key, int64_t open_end,
                           const struct calendar *workdays, struct arena *a)
{
    size_t first = p ? map_get(&p->first, key) : MAP_NONE, n = 0;
    for (size_t i = first; i != SIZE_MAX; i = p->pause[i].next)
        n++;
    struct pause *list = ARENA_ARRAY(a, struct pause, n);
    n = 0;
    for (size_t i = first; i != SIZE_MAX; i = p->pause[i].next) {
        list[n] = p->pause[i];
        if (list[n].end == TABLE_MISSING)
            list[n].end = open_end;
        n += list[n].end != TABLE_MISSING;
    }
    if (n > 1)
        qsort(list, n, sizeof *list, by_start);
    int64_t days = 0, until = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        int64_t after = list[i].start > until ? list[i].start : until;
        if (list[i].end <= after)
            continue;
        days += workdays ? calendar_between(workdays, after, list[i].end) : list[i].end - after;
        until = list[i].end;
    }
    return days;
}

static size_t unit_called(const struct conf_deadline *d, struct str name)
{
    for (size_t u = 0; u < d->n_unit; u++)
        if (str_eq(d->unit[u].name, name))
            return u;
    return SIZE_MAX;
}

struct fill {
    const struct conf_deadline *d;
    const struct refs *refs;
    const struct pauses *pauses;
    const struct tblock *b;
    const struct tschema *schema;
    const uint8_t *same_day, *extended;
    struct arena *a;
};

static int64_t day_in(const struct fill *f, size_t column, size_t r)
{
    if (column == SIZE_MAX || f->b->col[column].v[r] == TABLE_MISSING)
        return TABLE_MISSING;
    int64_t v = f->b->col[column].v[r];
    return f->schema->col[column].type == TCOL_DATETIME ? date_of_moment(v) : v;
}

/* The first limit that is present and its unit; false: none. */
static bool limit_of(const struct fill *f, size_t r, int64_t *k, const struct conf_unit **unit)
{
    const struct conf_deadline *d = f->d;
    for (size_t i = 0; i < d->n_limit; i++) {
        int64_t number = f->b->col[d->limit[i].number].v[r];
        if (number == TABLE_MISSING)
            continue;
        size_t u = d->default_unit, c = d->limit[i].unit;
        if (c != SIZE_MAX && f->b->col[c].v[r] != TABLE_MISSING)
            u = unit_called(d, f->schema->col[c].label[f->b->col[c].v[r]]);
        if (u == SIZE_MAX)
            return false;
        *unit = &d->unit[u];
        return !__builtin_mul_overflow(number, (*unit)->factor, k);
    }
    return false;
}

static int64_t due_of(const struct fill *f, size_t r)
{
    const struct conf_deadline *d = f->d;
    int64_t given = day_in(f, d->given, r), start = day_in(f, d->start, r), k, due;
    const struct conf_unit *unit;
    if (given != TABLE_MISSING || start == TABLE_MISSING)
        return given;
    if (f->same_day && f->same_day[r])
        return start;
    if (!limit_of(f, r, &k, &unit))
        return TABLE_MISSING;
    if (d->extend != SIZE_MAX && f->extended && f->extended[r] &&
        f->b->col[d->extend].v[r] != TABLE_MISSING)
        k += f->b->col[d->extend].v[r];
    const struct calendar *calendar = unit->workdays ? &f->refs->calendar : NULL;
    if (d->pause_export != SIZE_MAX)
        k += paused_days(f->pauses, tvec_text(&f->b->col[d->pause_on], r),
                         day_in(f, d->pause_open, r), calendar, f->a);
    if (!calendar)
        return start + k;
    return calendar_after(calendar, start, k, &due) ? due : TABLE_MISSING;
}

static const uint8_t *test(const struct expr *e, const struct refs *refs, const struct tblock *b,
                           struct arena *a)
{
    if (!e)
        return NULL;
    const struct expr_period p = {refs->period_start, refs->period_end, refs->year, refs->cutoff};
    uint8_t *mask = ARENA_ARRAY(a, uint8_t, b->rows);
    expr_test(e, b, &p, a, mask);
    return mask;
}

void deadline_fill(const struct conf_deadline *d, const struct plan_deadline *conditions,
                   const struct refs *refs, const struct pauses *pauses, const struct tblock *b,
                   const struct tschema *schema, int64_t *to, struct arena *a)
{
    struct fill f = {.d = d,
                     .refs = refs,
                     .pauses = pauses,
                     .b = b,
                     .schema = schema,
                     .same_day = test(conditions->same_day, refs, b, a),
                     .extended = test(conditions->extend_when, refs, b, a),
                     .a = a};
    for (size_t r = 0; r < b->rows; r++)
        to[r] = due_of(&f, r);
}
