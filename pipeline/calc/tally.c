#include "pipeline/calc/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

enum { FIRST_SLOTS = 64 };

/* --- counting --- */

static size_t slot_of(const struct tally *t, uint32_t group, int64_t value)
{
    uint64_t h = ((uint64_t)value ^ ((uint64_t)group << 40)) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 20) & (t->slots - 1);
    while (t->run[i].count && (t->run[i].value != value || t->run[i].group != group))
        i = (i + 1) & (t->slots - 1);
    return i;
}

static void grow(struct tally *t)
{
    struct tally old = *t;
    t->slots = old.slots ? 2 * old.slots : FIRST_SLOTS;
    t->run = x_calloc(t->slots, sizeof *t->run);
    for (size_t i = 0; i < old.slots; i++)
        if (old.run[i].count)
            t->run[slot_of(t, old.run[i].group, old.run[i].value)] = old.run[i];
    free(old.run);
}

static void add_large(struct tally *t, uint32_t group, int64_t value, int64_t count)
{
    if (2 * (t->n + 1) > t->slots)
        grow(t);
    struct tally_run *r = &t->run[slot_of(t, group, value)];
    if (!r->count) {
        *r = (struct tally_run){.value = value, .group = group};
        t->n++;
    }
    r->count += count;
}

static bool is_small(int64_t value)
{
    return value >= 0 && value < TALLY_PAGE * TALLY_PAGES;
}

static size_t page_of(uint32_t group, int64_t small)
{
    return (size_t)group * TALLY_PAGES + (size_t)small / TALLY_PAGE;
}

/* Makes page i. */
static void add_page(struct tally *t, size_t i)
{
    if (i >= t->pages) {
        size_t pages = 2 * i + TALLY_PAGES;
        t->page = x_realloc(t->page, pages, sizeof *t->page);
        memset(t->page + t->pages, 0, (pages - t->pages) * sizeof *t->page);
        t->pages = pages;
    }
    t->page[i] = x_calloc(TALLY_PAGE, sizeof **t->page);
}

void tally_add(struct tally *t, uint32_t group, int64_t value, int64_t count)
{
    if (!is_small(value)) {
        add_large(t, group, value, count);
        return;
    }
    size_t i = page_of(group, value);
    if (i >= t->pages || !t->page[i])
        add_page(t, i);
    t->page[i][value % TALLY_PAGE] += count;
}

/* Calls add(to, ...) with every count of page i of `from`. */
static void add_counts(const struct tally *from, size_t i, const uint32_t *group, struct tally *to,
                       void (*add)(struct tally *, uint32_t, int64_t, int64_t))
{
    uint32_t g = (uint32_t)(i / TALLY_PAGES);
    int64_t first = (int64_t)(i % TALLY_PAGES) * TALLY_PAGE;
    for (int64_t v = 0; from->page[i] && v < TALLY_PAGE; v++)
        if (from->page[i][v])
            add(to, group ? group[g] : g, first + v, from->page[i][v]);
}

void tally_add_all(struct tally *to, const struct tally *from, const uint32_t *group)
{
    for (size_t i = 0; i < from->slots; i++) {
        const struct tally_run *r = &from->run[i];
        if (r->count)
            tally_add(to, group ? group[r->group] : r->group, r->value, r->count);
    }
    for (size_t i = 0; i < from->pages; i++)
        add_counts(from, i, group, to, tally_add);
}

static void release_pages(struct tally *t)
{
    for (size_t i = 0; i < t->pages; i++)
        free(t->page[i]);
    free(t->page);
    t->page = NULL;
    t->pages = 0;
}

void tally_release(struct tally *t)
{
    release_pages(t);
    free(t->run);
    *t = (struct tally){0};
}

/* --- in order --- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_group_and_value(const void *a, const void *b)
{
    const struct tally_run *x = a, *y = b;
    return x->group != y->group ? compare(x->group, y->group) : compare(x->value, y->value);
}

void tally_sort(struct tally *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->pages; i++)
        add_counts(t, i, NULL, t, add_large);
    release_pages(t);
    for (size_t i = 0; i < t->slots; i++)
        if (t->run[i].count)
            t->run[n++] = t->run[i];
    t->slots = n;
    if (n)
        qsort(t->run, n, sizeof *t->run, by_group_and_value);
}

static size_t first_of(const struct tally *t, uint64_t group)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->run[middle].group < group)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct tally_runs tally_of(const struct tally *t, uint32_t group)
{
    size_t first = first_of(t, group), end = first_of(t, (uint64_t)group + 1);
    return (struct tally_runs){t->n ? t->run + first : NULL, end - first};
}

/* --- statistics --- */

static int64_t count_of(struct tally_runs r)
{
    int64_t n = 0;
    for (size_t i = 0; i < r.n; i++)
        n += r.run[i].count;
    return n;
}

/* The value at a place from 0; the last one beyond the end. */
static int64_t value_at(struct tally_runs r, exact_int place)
{
    size_t i = 0;
    for (exact_int seen = r.run[0].count; seen <= place && i + 1 < r.n; seen += r.run[i].count)
        i++;
    return r.run[i].value;
}

bool tally_quantile(struct tally_runs r, struct exact p, struct exact *out)
{
    struct exact h, rise;
    int64_t n = count_of(r);
    if (n == 0 || !exact_mul(p, exact_of(n - 1), &h))
        return false;
    exact_int below = h.num / h.den;
    int64_t low = value_at(r, below), high = value_at(r, below + 1);
    return exact_ratio((exact_int)high - low, 1, &rise) &&
           exact_mul(rise, (struct exact){h.num % h.den, h.den}, &rise) &&
           exact_add(exact_of(low), rise, out);
}

bool tally_nearest(struct tally_runs r, struct exact p, struct exact *out)
{
    struct exact h;
    int64_t n = count_of(r);
    if (n == 0 || !exact_mul(p, exact_of(n), &h))
        return false;
    exact_int rank = (h.num + h.den - 1) / h.den;
    *out = exact_of(value_at(r, rank > 0 ? rank - 1 : 0));
    return true;
}

bool tally_mad(struct tally_runs r, struct exact p, struct exact *out)
{
    static const struct exact half = {1, 2};
    struct exact median;
    struct tally far = {0};
    (void)p;
    if (!tally_quantile(r, half, &median))
        return false;
    /* A median is a whole number or a half: distances are counted in halves. */
    exact_int twice = median.num * (2 / median.den);
    bool ok = true;
    for (size_t i = 0; i < r.n; i++) {
        exact_int d = 2 * (exact_int)r.run[i].value - twice;
        d = d < 0 ? -d : d;
        ok = ok && d <= INT64_MAX;
        tally_add(&far, 0, (int64_t)d, r.run[i].count);
    }
    tally_sort(&far);
    ok = ok && tally_quantile(tally_of(&far, 0), half, out) && exact_mul(*out, half, out);
    tally_release(&far);
    return ok;
}

bool tally_sd(struct tally_runs r, struct exact p, struct exact *out)
{
    enum { DECIMALS = 6 };
    exact_int sum = 0, squares = 0, n = count_of(r), product, square, left;
    (void)p;
    if (n < 2)
        return false;
    for (size_t i = 0; i < r.n; i++) {
        exact_int v = r.run[i].value, k = r.run[i].count;
        if (__builtin_mul_overflow(v * v, k, &product) ||
            __builtin_add_overflow(squares, product, &squares))
            return false;
        sum += v * k; /* below 2^126: both are below 2^63 */
    }
    if (__builtin_mul_overflow(n, squares, &left) || __builtin_mul_overflow(sum, sum, &square))
        return false;
    long double variance = (long double)(left - square) / ((long double)n * (long double)(n - 1));
    long double scaled = roundl(sqrtl(variance) * (long double)exact_power10(DECIMALS));
    return exact_ratio((exact_int)scaled, exact_power10(DECIMALS), out);
}
