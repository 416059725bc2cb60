/*
 * Allocation that cannot fail and impossible states.
 *
 * Out of memory is not an error path here: the x-allocators print one line and abort, so that no
 * caller tests their result. BUG() is for states that only a programming error can reach; bad input
 * is never one of them.
 */
#ifndef PIPELINE_BASE_MEM_H
#define PIPELINE_BASE_MEM_H

#include <stddef.h>

/* n bytes, uninitialised; n = 0 gives a unique pointer. Owned by the caller: free(). */
void *x_malloc(size_t n);

/* n * size bytes of zeros; aborts when the product overflows. Owned by the caller: free(). */
void *x_calloc(size_t n, size_t size);

/* p resized to n * size bytes; aborts when the product overflows. Owned by the caller: free(). */
void *x_realloc(void *p, size_t n, size_t size);

/* The next capacity of a growable array that holds cap and must hold need: at least doubles. */
size_t x_grown(size_t cap, size_t need);

/* Makes room for one more item in array `p` of `n` items with capacity `cap`. */
#define X_GROW(p, n, cap)                                                                          \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = x_grown((cap), (n) + 1);                                                       \
            (p) = x_realloc((p), (cap), sizeof *(p));                                              \
        }                                                                                          \
    } while (0)

_Noreturn void x_bug(const char *file, int line, const char *what);
#define BUG(what) x_bug(__FILE__, __LINE__, (what))

#endif
