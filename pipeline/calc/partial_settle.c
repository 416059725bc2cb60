/*
 * When all files of partial results are read: how many different values there are at least, where
 * some came as a number only.
 */
#include "pipeline/calc/partial_parts.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

/* How many different values there are at least: as many as the largest number that came without its
 * values, and as any one key tells. */
static void raise_least(struct apart *a, exact_int n)
{
    a->least = n > a->least ? n : a->least;
}

/* The keys that values were hashed with, numbered. */
struct keyed {
    const struct intern *in;
    struct map key;
};

static uint32_t key_of(struct keyed *k, size_t id)
{
    struct str s = k->in->text[id];
    return (uint32_t)map_put(&k->key, (struct str){s.p, str_find(s, ':')}, k->key.n);
}

/* The numbers of a set of a key in the whole. */
static void least_of_whole(struct keyed *k, struct acc *acc)
{
    exact_int *n = NULL;
    size_t have = 0, cap = 0;
    acc->apart.least = acc->apart.most;
    for (size_t id = 0; id < acc->seen.words * 64; id++) {
        if (!(acc->seen.word[id / 64] >> (id % 64) & 1))
            continue;
        uint32_t key = key_of(k, id);
        while (have <= key) {
            X_GROW(n, have, cap);
            n[have++] = 0;
        }
        raise_least(&acc->apart, ++n[key]);
    }
    free(n);
}

static void least_of_groups(struct keyed *k, struct split *s)
{
    struct tally count = {0}; /* of each group: how many values by key */
    if (!s->apart)
        s->apart = x_calloc(s->n, sizeof *s->apart);
    for (size_t g = 0; g < s->n; g++)
        s->apart[g].least = s->apart[g].most;
    for (size_t i = 0; i < s->seen.slots; i++)
        if (s->seen.slot[i]) {
            uint64_t pair = s->seen.slot[i] - 1;
            tally_add(&count, (uint32_t)(pair >> 32), key_of(k, (uint32_t)pair), 1);
        }
    tally_sort(&count);
    for (size_t i = 0; i < count.n; i++)
        raise_least(&s->apart[count.run[i].group], count.run[i].count);
    tally_release(&count);
}

static void find_least(struct compute *c, size_t t)
{
    const struct plan_table *x = &c->f->table[t];
    struct part *p = compute_part(c, 0, t);
    for (size_t a = 0; a < x->n_aggregates; a++) {
        const struct plan_aggregate *g = &x->aggregate[a];
        struct acc *acc = &p->acc[a];
        if (g->kind != AGG_DISTINCT)
            continue;
        struct keyed k = {.in = &p->value[g->value]};
        least_of_whole(&k, acc);
        for (int axis = 0; axis < AXES; axis++)
            if (g->axis[axis] != PLAN_NONE)
                least_of_groups(&k, &acc->by[axis]);
        map_release(&k.key);
    }
}

bool partial_settle(struct compute *c, struct partial *p,
                    const char *(*name)(void *context, size_t input), void *context, struct err *e)
{
    if (!partial_unite(p, name, context, e))
        return false;
    compute_finish(c);
    for (size_t t = 0; t < c->tables; t++)
        find_least(c, t);
    return true;
}
