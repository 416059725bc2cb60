/*
 * Allocation that cannot fail and impossible states.
 *
 * Out of memory is not an error path here: the x-allocators say so (E-MEM-01, in both languages)
 * and end the process with ST_SYSTEM, so that no caller tests their result. Nothing is lost by
 * that: what was written so far lies in a folder that the next run clears. BUG() is for states that
 * only a programming error can reach; bad input is never one of them.
 */
#ifndef PIPELINE_BASE_MEM_H
#define PIPELINE_BASE_MEM_H

#include <stddef.h>

/* n bytes, uninitialised; n = 0 gives a unique pointer. Owned by the caller: free(). */
void *x_malloc(size_t n);

/* n * size bytes of zeros; a product that overflows is out of memory. Owned by the caller: free().
 */
void *x_calloc(size_t n, size_t size);

/* p resized to n * size bytes; a product that overflows is out of memory. Owned by the caller:
 * free(). */
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

/* For a library that had none: what it could not get, as far as that is known. */
_Noreturn void x_out_of_memory(size_t n);

_Noreturn void x_bug(const char *file, int line, const char *what);
#define BUG(what) x_bug(__FILE__, __LINE__, (what))

#endif
