#include "pipeline/base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

/* Under ASan only what was handed out may be touched, and between two pieces lies a gap. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_ASAN)
#include <sanitizer/asan_interface.h>
enum { ARENA_GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { ARENA_GAP = 0 };
#endif

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    alignas(max_align_t) char data[];
};

enum { ARENA_CHUNK = 64 * 1024 };

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

size_t arena_size(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        BUG("array size overflows");
    return n * size;
}

void *arena_raw(struct arena *a, size_t n)
{
    size_t at = (a->used + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    at += at ? ARENA_GAP : 0;
    if (!a->chunk || n > a->chunk->size || at > a->chunk->size - n) {
        size_t size = n > ARENA_CHUNK ? n : ARENA_CHUNK;
        struct arena_chunk *c = x_malloc(sizeof *c + size);
        c->next = a->chunk;
        c->size = size;
        a->chunk = c;
        at = 0;
        ASAN_POISON_MEMORY_REGION(c->data, c->size);
    }
    a->used = at + n;
    ASAN_UNPOISON_MEMORY_REGION(a->chunk->data + at, n);
    return a->chunk->data + at;
}

void *arena_alloc(struct arena *a, size_t n)
{
    return memset(arena_raw(a, n), 0, n);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        BUG("vsnprintf failed");
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

void arena_reset(struct arena *a)
{
    while (a->chunk && a->chunk->next) {
        struct arena_chunk *old = a->chunk->next;
        a->chunk->next = old->next;
        free(old);
    }
    a->used = 0;
    if (a->chunk)
        ASAN_POISON_MEMORY_REGION(a->chunk->data, a->chunk->size);
}

void arena_release(struct arena *a)
{
    arena_reset(a);
    free(a->chunk);
    arena_init(a);
}
