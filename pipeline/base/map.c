#include "pipeline/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/strhash.h"

static struct map_slot *find(const struct map *m, struct str key, uint64_t hash)
{
    size_t i = hash & (m->cap - 1);
    while (m->slot[i].key.p && !(m->slot[i].hash == hash && str_eq(m->slot[i].key, key)))
        i = (i + 1) & (m->cap - 1);
    return &m->slot[i];
}

size_t map_get(const struct map *m, struct str key)
{
    if (!m->n)
        return MAP_NONE;
    const struct map_slot *s = find(m, key, str_hash(key));
    return s->key.p ? s->value : MAP_NONE;
}

static void grow(struct map *m)
{
    struct map bigger = {.cap = m->cap ? m->cap * 2 : 16, .n = m->n};
    bigger.slot = x_calloc(bigger.cap, sizeof *bigger.slot);
    for (size_t i = 0; i < m->cap; i++)
        if (m->slot[i].key.p)
            *find(&bigger, m->slot[i].key, m->slot[i].hash) = m->slot[i];
    free(m->slot);
    *m = bigger;
}

size_t map_put(struct map *m, struct str key, size_t value)
{
    if (m->n >= m->cap / 2)
        grow(m);
    uint64_t hash = str_hash(key);
    struct map_slot *s = find(m, key, hash);
    if (!s->key.p) {
        *s = (struct map_slot){{key.p ? key.p : "", key.n}, hash, value};
        m->n++;
    }
    return s->value;
}

void map_reset(struct map *m)
{
    if (m->cap)
        memset(m->slot, 0, m->cap * sizeof *m->slot);
    m->n = 0;
}

void map_release(struct map *m)
{
    free(m->slot);
    *m = (struct map){0};
}
