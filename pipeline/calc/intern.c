#include "pipeline/calc/intern.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

enum { FIRST_SLOTS = 64 };

/* Fibonacci hashing: the high bits of the product depend on all bits of v. */
static size_t spread(uint64_t v, size_t slots)
{
    uint64_t h = (v ^ (v >> 32)) * 0x9e3779b97f4a7c15ull;
    return (size_t)(h >> 32) & (slots - 1);
}

uint32_t intern_find(const struct intern *in, struct str s)
{
    size_t at = map_get(&in->map, s);
    return at == MAP_NONE ? INTERN_NONE : (uint32_t)at;
}

static uint32_t next_id(struct intern *in)
{
    if (in->n >= INTERN_NONE)
        BUG("more than 2^32 different values in one column");
    return (uint32_t)in->n++;
}

uint32_t intern_text(struct intern *in, struct str s)
{
    uint32_t id = intern_find(in, s);
    if (id != INTERN_NONE)
        return id;
    X_GROW(in->text, in->n, in->cap);
    id = next_id(in);
    in->text[id] = arena_str(&in->arena, s);
    map_put(&in->map, in->text[id], id);
    return id;
}

static uint32_t *number_slot(const struct intern *in, int64_t v)
{
    size_t i = spread((uint64_t)v, in->slots);
    while (in->slot[i] != INTERN_NONE && in->number[in->slot[i]] != v)
        i = (i + 1) & (in->slots - 1);
    return &in->slot[i];
}

static void grow_numbers(struct intern *in)
{
    free(in->slot);
    in->slots = in->slots ? in->slots * 2 : FIRST_SLOTS;
    in->slot = x_realloc(NULL, in->slots, sizeof *in->slot);
    memset(in->slot, 0xff, in->slots * sizeof *in->slot);
    for (size_t i = 0; i < in->n; i++)
        *number_slot(in, in->number[i]) = (uint32_t)i;
}

uint32_t intern_number(struct intern *in, int64_t v)
{
    if (in->n >= in->slots / 2)
        grow_numbers(in);
    uint32_t *slot = number_slot(in, v);
    if (*slot == INTERN_NONE) {
        X_GROW(in->number, in->n, in->cap);
        *slot = next_id(in);
        in->number[*slot] = v;
    }
    return *slot;
}

void intern_release(struct intern *in)
{
    map_release(&in->map);
    arena_release(&in->arena);
    free(in->text);
    free(in->number);
    free(in->slot);
    *in = (struct intern){0};
}

void idset_reserve(struct idset *s, size_t ids)
{
    size_t need = (ids + 63) / 64;
    if (need <= s->words)
        return;
    size_t words = x_grown(s->words, need);
    s->word = x_realloc(s->word, words, sizeof *s->word);
    memset(s->word + s->words, 0, (words - s->words) * sizeof *s->word);
    s->words = words;
}

size_t idset_count(const struct idset *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->words; i++)
        n += (size_t)__builtin_popcountll(s->word[i]);
    return n;
}

void idset_release(struct idset *s)
{
    free(s->word);
    *s = (struct idset){0};
}

static void pairset_put(struct pairset *s, uint64_t key)
{
    size_t i = spread(key, s->slots);
    while (s->slot[i] && s->slot[i] != key)
        i = (i + 1) & (s->slots - 1);
    s->n += !s->slot[i];
    s->slot[i] = key;
}

void pairset_add(struct pairset *s, uint32_t group, uint32_t id)
{
    if (s->n >= s->slots / 2) {
        struct pairset bigger = {.slots = s->slots ? s->slots * 2 : FIRST_SLOTS};
        bigger.slot = x_calloc(bigger.slots, sizeof *bigger.slot);
        for (size_t i = 0; i < s->slots; i++)
            if (s->slot[i])
                pairset_put(&bigger, s->slot[i]);
        free(s->slot);
        *s = bigger;
    }
    pairset_put(s, ((uint64_t)group << 32 | id) + 1);
}

void pairset_release(struct pairset *s)
{
    free(s->slot);
    *s = (struct pairset){0};
}
