/*
 * Arena: memory with one lifetime, freed as a whole.
 *
 * One arena per run holds what the configuration says, one per file or batch what is dropped
 * together. There is no free of a single piece. Not safe for two threads at once.
 */
#ifndef PIPELINE_BASE_ARENA_H
#define PIPELINE_BASE_ARENA_H

#include "pipeline/base/str.h"

struct arena_chunk;
struct arena {
    struct arena_chunk *chunk; /* the newest first; owned */
    size_t used;               /* bytes taken of the newest */
};

/* An arena of nothing. {0} is one too. */
void arena_init(struct arena *a);

/* n zeroed bytes, aligned for any type, valid until reset or release. Never fails. */
void *arena_alloc(struct arena *a, size_t n);

/* The same without the zeros: for buffers that are filled at once. */
void *arena_raw(struct arena *a, size_t n);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), arena_size((n), sizeof(type))))

/* n * size, aborting on overflow. */
size_t arena_size(size_t n, size_t size);

/* A copy of s in the arena; the byte after it is NUL. */
struct str arena_str(struct arena *a, struct str s);

/* A printf-formatted string in the arena; the byte after it is NUL. */
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Forgets everything but keeps the newest chunk for reuse. */
void arena_reset(struct arena *a);

/* Frees everything; the arena may be used again. */
void arena_release(struct arena *a);

#endif
