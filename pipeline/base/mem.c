#include "pipeline/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void out_of_memory(size_t n)
{
    fprintf(stderr, "tongji: out of memory (%zu bytes)\n", n);
    abort();
}

void *x_malloc(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        out_of_memory(n);
    return p;
}

void *x_calloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory(n);
    return p;
}

void *x_realloc(void *p, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    size_t bytes = n * size;
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        out_of_memory(bytes);
    return q;
}

size_t x_grown(size_t cap, size_t need)
{
    size_t next = cap < 8 ? 8 : cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    return next < need ? need : next;
}

void x_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "tongji: BUG %s:%d: %s\n", file, line, what);
    abort();
}
