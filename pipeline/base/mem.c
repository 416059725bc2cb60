#include "pipeline/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pipeline/base/err.h"
#include "pipeline/base/msg.h"

_Noreturn void x_out_of_memory(size_t n)
{
    char bytes[24];
    snprintf(bytes, sizeof bytes, "%zu", n);
    const char *const arg[MSG_ARGS] = {bytes};
    for (int l = 0; l < MSG_LANGS; l++) { /* down here nobody knows which is wanted */
        char text[512];
        msg_format("E-MEM-01", (enum lang)l, arg, text, sizeof text);
        dprintf(STDERR_FILENO, "E-MEM-01 %s\n", text); /* no stream, which may want memory */
    }
    _exit(ST_SYSTEM);
}

void *x_malloc(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        x_out_of_memory(n);
    return p;
}

void *x_calloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        x_out_of_memory(n);
    return p;
}

void *x_realloc(void *p, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        x_out_of_memory(SIZE_MAX);
    size_t bytes = n * size;
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        x_out_of_memory(bytes);
    return q;
}

size_t x_grown(size_t cap, size_t need)
{
    size_t next = cap < 8 ? 8 : cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    return next < need ? need : next;
}

void x_bug(const char *file, int line, const char *what)
{
    dprintf(STDERR_FILENO, "tongji: BUG %s:%d: %s\n", file, line, what);
    abort();
}
