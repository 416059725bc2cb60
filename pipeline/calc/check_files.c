/*
 * Checks of what was delivered, from the ledger of clean: who sent nothing, what is old, empty, or
 * the same as another delivery.
 */
#include "pipeline/calc/check_parts.h"
#include "pipeline/calc/date.h"

static const char *export_id(const struct checker *k, size_t export)
{
    return arena_str(k->arena, k->conf->exports[export].id).p;
}

static const char *z(const struct checker *k, struct str s)
{
    return arena_str(k->arena, s).p;
}

bool check_roster(struct checker *k, struct err *e)
{
    (void)e;
    for (size_t i = 0; i < k->refs->n_submitters; i++) {
        const struct submitter *s = &k->refs->submitter[i];
        if (!k->plan->export[s->export])
            continue;
        if (ledger_is_delivered(k->in->ledger, s->export, s->org, k->refs->period_start))
            check_good(k, STR(""), STR(""));
        else
            check_bad(k, STR(""), STR(""),
                      check_say(k, "I-CHECK-20", export_id(k, s->export), z(k, s->org), NULL));
    }
    return true;
}

/* Is there a file of the same export and organisation with a newer cut-off, or, of equal cut-offs,
 * further down? Then this one does not stand for its sender. */
static bool is_outdone(const struct ledger *l, size_t i)
{
    const struct ledger_row *r = &l->row[i];
    for (size_t k = 0; k < l->n; k++) {
        const struct ledger_row *o = &l->row[k];
        if (o->export == r->export && str_eq(o->org, r->org) &&
            (o->cutoff > r->cutoff || (o->cutoff == r->cutoff && o->version > r->version)))
            return true;
    }
    return false;
}

typedef void look(struct checker *k, const struct ledger_row *r);

/* The newest file of each sender. */
static bool each_sender(struct checker *k, look *at)
{
    const struct ledger *l = k->in->ledger;
    for (size_t i = 0; i < l->n; i++)
        if (k->plan->export[l->row[i].export] && !is_outdone(l, i))
            at(k, &l->row[i]);
    return true;
}

static struct str day_text(struct checker *k, int64_t day)
{
    int64_t y, m, d;
    date_civil(day, &y, &m, &d);
    return arena_printf(k->arena, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
}

static void look_late(struct checker *k, const struct ledger_row *r)
{
    struct str left = day_text(k, r->cutoff), right = day_text(k, k->refs->cutoff);
    if (r->cutoff >= k->refs->cutoff - k->x->limit.value)
        check_good(k, left, right);
    else
        check_bad(k, left, right, check_say(k, "I-CHECK-21", z(k, r->file), left.p, right.p, NULL));
}

bool check_late(struct checker *k, struct err *e)
{
    (void)e;
    return each_sender(k, look_late);
}

static void look_empty(struct checker *k, const struct ledger_row *r)
{
    if (r->rows_read > r->total_rows)
        check_good(k, STR(""), STR(""));
    else
        check_bad(k, STR("0"), STR(""), check_say(k, "I-CHECK-22", z(k, r->file), NULL));
}

bool check_empty(struct checker *k, struct err *e)
{
    (void)e;
    return each_sender(k, look_empty);
}

bool check_unchanged(struct checker *k, struct err *e)
{
    (void)e;
    const struct ledger *l = k->in->ledger;
    struct map seen = {0}; /* hash -> the first file with it */
    for (size_t i = 0; i < l->n; i++) {
        const struct ledger_row *r = &l->row[i];
        if (!k->plan->export[r->export] || !r->sha256.n || !r->rows_read)
            continue;
        size_t first = map_put(&seen, r->sha256, i);
        if (first == i)
            check_good(k, STR(""), STR(""));
        else
            check_bad(k, r->file, l->row[first].file,
                      check_say(k, "I-CHECK-23", z(k, r->file), z(k, l->row[first].file), NULL));
    }
    map_release(&seen);
    return true;
}
