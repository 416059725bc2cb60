/*
 * Checks of rows: how many meet a condition that none should, how many values are alike.
 *
 * The numbers come from the aggregates that figures are computed from; only when there is something
 * to show is the table read again, up to the first few places.
 */
#include "pipeline/calc/check_parts.h"

enum { PLACES = 3, ORGS_SHOWN = 12 };

/* One organisation, or all rows. */
struct part {
    struct str name; /* n = 0: all */
    exact_int hits, rows;
};

static const struct compute_cell whole = {.month = COMPUTE_NO_MONTH};

static int64_t count(exact_int v)
{
    return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

/* --- the parts --- */

typedef exact_int count_hits(struct checker *k, struct compute_cell cell);

/* Is it more than the limit? Shares of few rows are not looked at. */
static bool is_too_many(const struct checker *k, const struct part *p)
{
    struct conf_bound limit = k->x->limit;
    if (!limit.percent)
        return p->hits > limit.value;
    return p->rows >= k->x->base && p->hits * 100 > p->rows * limit.value;
}

static bool is_judged(const struct checker *k, const struct part *p)
{
    return !k->x->limit.percent || p->rows >= k->x->base;
}

/* `more`: appended to the item. */
static void look(struct checker *k, const struct part *p, const char *code, struct str more)
{
    struct str left = arena_printf(k->arena, "%lld", (long long)count(p->hits));
    struct str right = arena_printf(k->arena, "%lld", (long long)count(p->rows));
    const char *name = p->name.n ? CHECK_TEXT(k, "%.*s ", STR_ARG(p->name)) : "";
    if (is_too_many(k, p)) {
        struct str item = check_say(k, code, name, left.p, right.p, NULL);
        check_bad(k, left, right, arena_printf(k->arena, "%.*s%.*s", STR_ARG(item), STR_ARG(more)));
    } else if (is_judged(k, p)) {
        check_good(k, left, right);
    }
}

static struct part part_of(struct checker *k, count_hits *hits, struct compute_cell cell)
{
    const struct plan_check *p = k->plan;
    return (struct part){cell.org, hits(k, cell),
                         compute_count(k->in->compute, p->table, p->rows, cell)};
}

/* ": ORG 4, ORG 3, ..." of those with hits. */
static struct str hits_by_org(struct checker *k, count_hits *hits, const struct str *org, size_t n)
{
    struct strbuf b = {0};
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        exact_int one = hits(k, (struct compute_cell){org[i], COMPUTE_NO_MONTH});
        if (one == 0)
            continue;
        if (++shown > ORGS_SHOWN) {
            strbuf_add(&b, STR(", …"));
            break;
        }
        strbuf_printf(&b, "%s%.*s %lld", b.n ? ", " : ": ", STR_ARG(org[i]), (long long)count(one));
    }
    struct str s = arena_str(k->arena, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

/* A share is that of each organisation, where the check is split; a number is that of all rows. */
static void look_all(struct checker *k, count_hits *hits, const char *code)
{
    const struct plan_check *p = k->plan;
    const struct plan_table *t = &k->in->plan->figures->table[p->table];
    size_t n = 0;
    const struct str *org = NULL;
    if (p->by_org != PLAN_NONE)
        org = compute_orgs(k->in->compute, p->table, t->aggregate[p->rows].axis[AXIS_ORG], &n);
    if (p->by_org == PLAN_NONE || !k->x->limit.percent) {
        struct part all = part_of(k, hits, whole);
        look(k, &all, code, is_too_many(k, &all) ? hits_by_org(k, hits, org, n) : STR(""));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct part one = part_of(k, hits, (struct compute_cell){org[i], COMPUTE_NO_MONTH});
        look(k, &one, code, STR(""));
    }
}

/* --- places --- */

struct places {
    struct strbuf text;
    size_t n;
};

static exact_int condition_hits(struct checker *k, struct compute_cell cell)
{
    return compute_count(k->in->compute, k->plan->table, k->plan->hits, cell);
}

/* Where each organisation has a limit: is the row's beyond it? */
static bool is_of_failed(struct checker *k, const struct check_row_of *r)
{
    if (k->plan->by_org == PLAN_NONE || !k->x->limit.percent)
        return true;
    struct str org = tvec_text(&r->block->col[k->plan->by_org], r->row);
    if (!org.p)
        return false;
    struct part one = part_of(k, condition_hits, (struct compute_cell){org, COMPUTE_NO_MONTH});
    return is_too_many(k, &one);
}

static bool take_place(void *context, struct checker *k, struct check_row_of r)
{
    struct places *p = context;
    if (!is_of_failed(k, &r))
        return true;
    struct str place = p->n < PLACES ? check_place(k, r) : STR("…");
    strbuf_printf(&p->text, "%s%.*s", p->n ? ", " : "", STR_ARG(place));
    return ++p->n <= PLACES;
}

/* The first rows that are too many, as words to append. */
static bool find_places(struct checker *k, struct str *out, struct err *e)
{
    bool *want = ARENA_ARRAY(k->arena, bool, k->in->plan->table[k->plan->table].n);
    if (k->plan->by_org != PLAN_NONE)
        want[k->plan->by_org] = true;
    struct arena scratch = {0};
    struct places p = {0};
    bool ok = check_scan(k, want, &scratch, false, take_place, &p, e);
    *out = arena_str(k->arena, strbuf_str(&p.text));
    strbuf_release(&p.text);
    arena_release(&scratch);
    return ok;
}

bool check_rows(struct checker *k, struct err *e)
{
    struct str places;
    look_all(k, condition_hits, "I-CHECK-30");
    if (!k->n_items || !find_places(k, &places, e))
        return !k->n_items;
    strbuf_printf(&k->items, " (%.*s)", STR_ARG(places));
    return true;
}

/* --- values --- */

/* Values of at least 10 whose last digit is one of those of estimates. */
static exact_int round_hits(struct checker *k, struct compute_cell cell)
{
    struct tally_runs t = compute_values(k->in->compute, k->plan->table, k->plan->values, cell);
    int64_t unit = k->plan->in_hundredths ? 100 : 1;
    exact_int sum = 0;
    for (size_t i = 0; i < t.n; i++) {
        int64_t v = t.run[i].value / unit;
        if (v < 10 || t.run[i].value % unit != 0)
            continue;
        for (size_t d = 0; d < k->x->digits.n; d++)
            if (str_eq(k->x->digits.word[d], (struct str){&"0123456789"[v % 10], 1}))
                sum += t.run[i].count;
    }
    return sum;
}

bool check_heaping(struct checker *k, struct err *e)
{
    (void)e;
    look_all(k, round_hits, "I-CHECK-31");
    return true;
}
