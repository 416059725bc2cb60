/*
 * Map from strings to small numbers: open addressing with linear probing.
 *
 * Keys are borrowed: the caller keeps them alive (an arena does). Values are what the caller wants
 * to find again, mostly an index into an array of his.
 */
#ifndef PIPELINE_BASE_MAP_H
#define PIPELINE_BASE_MAP_H

#include "pipeline/base/str.h"

#define MAP_NONE SIZE_MAX

struct map_slot {
    struct str key; /* p == NULL: free */
    uint64_t hash;
    size_t value;
};
struct map {
    struct map_slot *slot; /* owned */
    size_t n, cap;
};

/* The value of key, or MAP_NONE. */
size_t map_get(const struct map *m, struct str key);

/* Sets the value of key when it is new; returns the value that then stands (the old one stays). */
size_t map_put(struct map *m, struct str key, size_t value);

/* Forgets all keys, keeps the room. */
void map_reset(struct map *m);

/* Frees the map; {0} is an empty map and it may be used again. */
void map_release(struct map *m);

#endif
