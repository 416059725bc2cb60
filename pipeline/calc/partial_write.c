/*
 * Writing partial results: every part, cell by cell, in an order that depends on the content alone.
 */
#include "pipeline/calc/partial_parts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"

enum { HEX = PARTIAL_HEX, NUMBERS = 160 }; /* a number has at most 40 bytes */

/* A value of a set as it is written, and where it was counted. */
struct member {
    const char *text; /* key and hash, HEX hexadecimal digits; not ended by a NUL */
    size_t key;       /* length of the key, which stands before the hash, with a colon */
    uint64_t lead;    /* of the hash */
    size_t id;
};

/* Hashes that share a record. */
struct waiting {
    const struct member *first; /* NULL: none */
    struct str org;
    int month;
    struct strbuf hashes;
};

struct writer {
    const struct plan *plan;
    const struct compute *c;
    const struct secret *shared;
    struct csvout out;
    size_t records;
    struct strbuf number;
    char key[PARTIAL_KEY_HEX + 1]; /* what says which secret values are hashed with; "": none */
    const struct partial_part *x;  /* the part in hand */
    const struct plan_aggregate *g;
    const struct str *org; /* of it, in order */
    size_t orgs;
    struct waiting waiting;
};

/* One record; the number as it stands in w->number, where there is one. */
static void put(struct writer *w, const char *record, struct str part, struct str org, int month,
                struct str key, struct str value, struct str count)
{
    char digits[3] = "";
    if (month != COMPUTE_NO_MONTH) {
        digits[0] = (char)('0' + (month + 1) / 10);
        digits[1] = (char)('0' + (month + 1) % 10);
    }
    const struct str cell[REC_CELLS] = {str_c(record), part, org, str_c(digits), key, value, count};
    for (size_t i = 0; i < REC_CELLS; i++)
        if (partial_is_foreign(i))
            csvout_foreign(&w->out, cell[i]);
        else
            csvout_text(&w->out, cell[i]);
    csvout_end(&w->out);
    w->records++;
}

/* A number as text, valid until the second next one: the buffer never grows. */
static struct str digits_of(struct writer *w, exact_int v)
{
    if (w->number.n > NUMBERS / 2)
        w->number.n = 0;
    size_t from = w->number.n;
    exact_print(v, 0, &w->number);
    return (struct str){w->number.p + from, w->number.n - from};
}

/* --- cells --- */

typedef void cell_writer(struct writer *w, struct compute_cell cell);

/* Calls `write` for the whole, organisations, months, months of organisations. */
static void each_cell(struct writer *w, cell_writer *write)
{
    const bool *split = w->x->split;
    write(w, (struct compute_cell){.month = COMPUTE_NO_MONTH});
    for (size_t o = 0; split[AXIS_ORG] && o < w->orgs; o++)
        write(w, (struct compute_cell){w->org[o], COMPUTE_NO_MONTH});
    for (int m = 0; split[AXIS_MONTH] && m < COMPUTE_MONTHS; m++)
        write(w, (struct compute_cell){.month = m});
    for (size_t o = 0; split[AXIS_CROSS] && o < w->orgs; o++)
        for (int m = 0; m < COMPUTE_MONTHS; m++)
            write(w, (struct compute_cell){w->org[o], m});
}

static void write_number(struct writer *w, struct compute_cell cell)
{
    exact_int v = compute_count(w->c, w->x->table, w->x->aggregate, cell);
    if (v)
        put(w, "number", w->x->label, cell.org, cell.month, STR(""), digits_of(w, v), STR(""));
}

static void write_values(struct writer *w, struct compute_cell cell)
{
    struct tally_runs r = compute_values(w->c, w->x->table, w->x->aggregate, cell);
    for (size_t i = 0; i < r.n; i++)
        put(w, "value", w->x->label, cell.org, cell.month, STR(""), digits_of(w, r.run[i].value),
            digits_of(w, r.run[i].count));
}

/* How many different values there are which nobody can compare with those of another district: of
 * one that tells no hashes, all of them; of a roll-up, those that came so. */
static void write_apart(struct writer *w, struct compute_cell cell)
{
    struct apart a = compute_apart(w->c, w->x->table, w->x->aggregate, cell);
    if (!w->c->rolled)
        a.sum = a.most = compute_count(w->c, w->x->table, w->x->aggregate, cell);
    if (a.sum)
        put(w, "apart", w->x->label, cell.org, cell.month, STR(""), digits_of(w, a.sum),
            digits_of(w, a.most));
}

/* --- sets --- */

/* Where each value of the part stands in order, by id; SIZE_MAX: it is not in the set. */
struct ranking {
    struct member *member; /* in order; owned */
    size_t *rank;          /* by id; owned */
    size_t n;
    char *text; /* of the members; owned, or NULL where they are the texts of the intern */
};

/* The first digits of a hash as a number: most comparisons end there. */
static uint64_t lead_of(const char *hex)
{
    uint64_t v = 0;
    for (int i = 0; i < 16; i++)
        v = v << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return v;
}

static int by_hash(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->lead != y->lead)
        return x->lead < y->lead ? -1 : 1;
    return memcmp(x->text + x->key + 1, y->text + y->key + 1, HEX);
}

static int by_key_and_hash(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int by = str_cmp((struct str){x->text, x->key}, (struct str){y->text, y->key});
    return by ? by : by_hash(a, b);
}

/* The hash of a value: of the part and the value, so that what is the same in two parts cannot be
 * told to be so. */
static void hash_value(const struct writer *w, const struct intern *in, size_t id,
                       struct strbuf *scratch, char *hex)
{
    scratch->n = 0;
    strbuf_add(scratch, w->x->salt);
    strbuf_addc(scratch, '\0');
    if (in->text)
        strbuf_add(scratch, in->text[id]);
    else
        strbuf_add_int(scratch, in->number[id]);
    char whole[SECRET_HEX];
    secret_hash(w->shared ? w->shared : &partial_no_secret, strbuf_str(scratch), whole);
    memcpy(hex, whole, HEX);
}

static void make_members(struct writer *w, const struct intern *in, const struct idset *seen,
                         struct ranking *r)
{
    struct str key = str_c(w->shared ? w->key : PARTIAL_PLAIN);
    size_t size = key.n + 1 + HEX;
    struct strbuf scratch = {0};
    r->text = w->c->rolled ? NULL : x_calloc(r->n, size);
    size_t n = 0;
    for (size_t id = 0; id < seen->words * 64; id++) {
        if (!(seen->word[id / 64] >> (id % 64) & 1))
            continue;
        struct member *m = &r->member[n];
        m->id = id;
        if (w->c->rolled) {
            m->text = in->text[id].p;
            m->key = str_find(in->text[id], ':');
        } else {
            char *text = r->text + n * size;
            memcpy(text, key.p, key.n);
            text[key.n] = ':';
            hash_value(w, in, id, &scratch, text + key.n + 1);
            m->text = text;
            m->key = key.n;
        }
        m->lead = lead_of(m->text + m->key + 1);
        n++;
    }
    strbuf_release(&scratch);
}

static void rank_members(struct writer *w, const struct part *p, const struct acc *acc,
                         struct ranking *r)
{
    const struct intern *in = &p->value[w->g->value];
    *r = (struct ranking){.n = idset_count(&acc->seen)};
    r->member = x_calloc(r->n, sizeof *r->member);
    r->rank = x_calloc(in->n, sizeof *r->rank);
    make_members(w, in, &acc->seen, r);
    if (r->n)
        qsort(r->member, r->n, sizeof *r->member, w->c->rolled ? by_key_and_hash : by_hash);
    for (size_t i = 0; i < r->n; i++)
        r->rank[r->member[i].id] = i;
}

static bool same_key(const struct member *a, const struct member *b)
{
    return str_eq((struct str){a->text, a->key}, (struct str){b->text, b->key});
}

/* The record of the members that are waiting for one, if any. */
static void end_members(struct writer *w)
{
    const struct member *m = w->waiting.first;
    if (m)
        put(w, "hash", w->x->label, w->waiting.org, w->waiting.month, (struct str){m->text, m->key},
            strbuf_str(&w->waiting.hashes), digits_of(w, (exact_int)(w->waiting.hashes.n / HEX)));
    w->waiting.first = NULL;
    w->waiting.hashes.n = 0;
}

/* Hashes of one cell and key share a record. */
static void put_member(struct writer *w, const struct member *m, struct str org, int month)
{
    struct waiting *k = &w->waiting;
    if (k->first && (k->month != month || !str_eq(k->org, org) || !same_key(k->first, m) ||
                     k->hashes.n >= (size_t)PARTIAL_TOGETHER * HEX))
        end_members(w);
    if (!k->first) {
        k->first = m;
        k->org = org;
        k->month = month;
    }
    strbuf_add(&k->hashes, (struct str){m->text + m->key + 1, HEX});
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The place of each organisation's id in the order of their names; owned by the caller. */
static size_t *org_places(const struct writer *w, const struct intern *axis)
{
    size_t *place = x_calloc(axis->n, sizeof *place);
    for (size_t o = 0; o < w->orgs; o++)
        place[intern_find(axis, w->org[o])] = o;
    return place;
}

/* The pairs of one axis, in order of the cell and then of the member. */
static void write_pairs(struct writer *w, const struct part *p, const struct split *s, int axis,
                        const struct ranking *r)
{
    size_t n = 0;
    size_t *place = axis == AXIS_MONTH ? NULL : org_places(w, &p->axis[w->g->axis[AXIS_ORG]]);
    uint64_t *pair = x_calloc(s->seen.n, sizeof *pair);
    for (size_t i = 0; i < s->seen.slots; i++) {
        if (!s->seen.slot[i])
            continue;
        uint64_t group = (s->seen.slot[i] - 1) >> 32, id = (uint32_t)(s->seen.slot[i] - 1);
        if (axis == AXIS_ORG)
            group = place[group];
        else if (axis == AXIS_CROSS)
            group = place[group / COMPUTE_MONTHS] * COMPUTE_MONTHS + group % COMPUTE_MONTHS;
        pair[n++] = group << 32 | r->rank[id];
    }
    if (n)
        qsort(pair, n, sizeof *pair, by_number);
    for (size_t i = 0; i < n; i++) {
        uint64_t group = pair[i] >> 32;
        size_t o = axis == AXIS_CROSS ? group / COMPUTE_MONTHS : group;
        put_member(w, &r->member[(uint32_t)pair[i]], axis == AXIS_MONTH ? STR("") : w->org[o],
                   axis == AXIS_ORG ? COMPUTE_NO_MONTH : (int)(group % COMPUTE_MONTHS));
    }
    free(place);
    free(pair);
}

static void write_sets(struct writer *w)
{
    const struct part *p = &w->c->part[w->x->table];
    const struct acc *acc = &p->acc[w->x->aggregate];
    struct ranking r;
    rank_members(w, p, acc, &r);
    for (size_t i = 0; i < r.n; i++)
        put_member(w, &r.member[i], STR(""), COMPUTE_NO_MONTH);
    end_members(w);
    for (int axis = 0; axis < AXES; axis++) {
        if (w->x->split[axis])
            write_pairs(w, p, &acc->by[axis], axis, &r);
        end_members(w);
    }
    free(r.member);
    free(r.rank);
    free(r.text);
}

static void write_distinct(struct writer *w)
{
    bool told = w->c->rolled || !w->x->personal || w->shared;
    if (told)
        write_sets(w);
    if (w->c->rolled || !told)
        each_cell(w, write_apart);
}

/* --- the file --- */

static void write_part(struct writer *w, const struct partial_part *x)
{
    static cell_writer *const numbers[] = {
        [AGG_ROWS] = write_number, [AGG_SUM] = write_number, [AGG_VALUES] = write_values};
    w->x = x;
    w->g = partial_aggregate(w->plan, x);
    w->orgs = 0;
    if (x->split[AXIS_ORG] || x->split[AXIS_CROSS])
        w->org = compute_orgs(w->c, x->table, w->g->axis[AXIS_ORG], &w->orgs);
    put(w, "part", x->label, STR(""), COMPUTE_NO_MONTH, str_c(partial_kind_name[w->g->kind]),
        x->call, STR(""));
    if (w->g->kind == AGG_DISTINCT)
        write_distinct(w);
    else
        each_cell(w, numbers[w->g->kind]);
}

static void write_prior(struct writer *w, const struct baseline_row *b)
{
    if (!b->value.n)
        return;
    put(w, "prior", b->indicator, STR(""), COMPUTE_NO_MONTH, b->reading, b->value,
        digits_of(w, b->year));
    if (b->numerator.n && b->denominator.n)
        put(w, "prior-parts", b->indicator, STR(""), COMPUTE_NO_MONTH, digits_of(w, b->year),
            b->numerator, b->denominator);
}

static void write_figures(struct writer *w, const struct partial *p)
{
    const struct conf *c = w->plan->conf;
    for (size_t i = 0; i < c->n_indicators; i++) {
        const struct shortfall *s = &p->shortfall[i];
        if (s->missing)
            put(w, "short", c->indicators[i].id, STR(""), COMPUTE_NO_MONTH, STR(""),
                s->known ? digits_of(w, s->rows) : STR(""), digits_of(w, (exact_int)s->missing));
        for (size_t y = 0; y < PARTIAL_PRIORS; y++)
            write_prior(w, &p->prior[i * PARTIAL_PRIORS + y]);
    }
}

static void write_head(struct writer *w, const struct partial *p)
{
    char hex[65];
    strbuf_printf(w->out.out, "%s%d,part,org,month,key,value,count\n", PARTIAL_HEAD,
                  PARTIAL_VERSION);
    sha256_hex(w->plan->conf->definition, hex);
    put(w, "definition", STR(""), STR(""), COMPUTE_NO_MONTH, STR(""), str_c(hex), STR(""));
    put(w, "period", STR(""), STR(""), COMPUTE_NO_MONTH, STR(""), digits_of(w, w->plan->refs->year),
        STR(""));
    for (size_t i = 0; i < p->n; i++)
        put(w, partial_fact_name[p->fact[i].kind], p->fact[i].part, p->fact[i].org,
            COMPUTE_NO_MONTH, p->fact[i].key, STR(""), STR(""));
}

void partial_write(const struct plan *plan, const struct compute *c, const struct partial *p,
                   const struct secret *shared, struct strbuf *out)
{
    struct writer w = {.plan = plan, .c = c, .shared = shared, .out = {.out = out}};
    struct partial_parts parts;
    char sum[SECRET_HEX];
    size_t from = out->n;
    if (shared) {
        char whole[SECRET_HEX];
        secret_hash(shared, STR("fingerprint"), whole);
        memcpy(w.key, whole, PARTIAL_KEY_HEX);
    }
    strbuf_room(&w.number, NUMBERS);
    write_head(&w, p);
    write_figures(&w, p);
    partial_parts_make(&parts, plan);
    for (size_t i = 0; i < parts.n; i++)
        if (parts.part[i].first == i)
            write_part(&w, &parts.part[i]);
    partial_parts_release(&parts);
    partial_checksum((struct str){out->p + from, out->n - from}, sum);
    put(&w, "end", STR(""), STR(""), COMPUTE_NO_MONTH, STR(""), (struct str){sum, sizeof sum},
        digits_of(&w, (exact_int)w.records));
    strbuf_release(&w.waiting.hashes);
    strbuf_release(&w.number);
}
