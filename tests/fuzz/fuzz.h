/*
 * What the fuzz targets share. Each is fed any bytes by libFuzzer and looks whether what the module
 * says of itself in its header holds for them; sanitizers look after the rest.
 *
 *     tests/fuzz.sh 600            all targets, ten minutes each
 *     tests/fuzz.sh 600 decode     one of them
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipeline/base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program with the place and what did not hold: libFuzzer then keeps the input. */
#define HOLDS(x)                                                                                   \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #x);                 \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The input byte by byte: what a target needs beside the text itself. */
struct feed {
    const uint8_t *p;
    size_t n;
};

static inline unsigned feed_byte(struct feed *f)
{
    if (!f->n)
        return 0;
    f->n--;
    return *f->p++;
}

static inline struct str feed_rest(const struct feed *f)
{
    return (struct str){(const char *)f->p, f->n};
}

/* A file of these bytes that lies nowhere: its path is in `path`. Close the result. */
static inline int fuzz_file(struct str s, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    HOLDS(fd >= 0);
    for (size_t done = 0; done < s.n;) {
        ssize_t n = write(fd, s.p + done, s.n - done);
        HOLDS(n > 0);
        done += (size_t)n;
    }
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

/* Is s well-formed UTF-8, by the definition (RFC 3629)? The length of the longest good beginning
 * is the result: s.n for all of it. */
static inline size_t utf8_good(struct str s)
{
    size_t i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xc0 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (!n || n > s.n - i)
            return i;
        uint32_t v = n == 1 ? c : c & (0x7fu >> n);
        for (size_t k = 1; k < n; k++) {
            if (((unsigned char)s.p[i + k] & 0xc0) != 0x80)
                return i;
            v = v << 6 | ((unsigned char)s.p[i + k] & 0x3f);
        }
        if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
            return i;
        i += n;
    }
    return i;
}

static inline bool utf8_is(struct str s)
{
    return utf8_good(s) == s.n;
}

static inline size_t count_byte(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

#endif
