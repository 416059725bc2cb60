/*
 * Hash and equality of short texts, for the hash tables on the hot paths: inline, and without calls
 * to memcmp, which cost more than comparing a few bytes does.
 */
#ifndef PIPELINE_BASE_STRHASH_H
#define PIPELINE_BASE_STRHASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "pipeline/base/str.h"

static inline uint64_t str_load64(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

static inline uint64_t str_load32(const char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

static inline uint64_t str_mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* A 64-bit hash of the bytes alone: the same in every run of a build; never printed, never stored.
 * Multiply and fold (the mixing step of wyhash), 16 bytes at a time; short texts with two
 * overlapping loads and one step. */
static inline uint64_t str_hash(struct str s)
{
    const uint64_t k = UINT64_C(0xa0761d6478bd642f), l = UINT64_C(0xe7037ed1a0b428db);
    uint64_t h = s.n, a = 0, b = 0;
    const char *p = s.p, *end = s.p + s.n;
    for (; end - p > 16; p += 16)
        h = str_mix(str_load64(p) ^ k, str_load64(p + 8) ^ l ^ h);
    if (s.n >= 16) {
        a = str_load64(end - 16);
        b = str_load64(end - 8);
    } else if (s.n >= 8) {
        a = str_load64(p);
        b = str_load64(end - 8);
    } else if (s.n >= 4) {
        a = str_load32(p);
        b = str_load32(end - 4);
    } else if (s.n) {
        a = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[s.n / 2] << 8 |
            (unsigned char)p[s.n - 1];
    }
    return str_mix(a ^ k, b ^ l ^ h);
}

/* memcmp(a, b, n) == 0 */
static inline bool str_same(const char *a, const char *b, size_t n)
{
    if (n < 8) {
        if (n >= 4)
            return str_load32(a) == str_load32(b) && str_load32(a + n - 4) == str_load32(b + n - 4);
        for (size_t i = 0; i < n; i++)
            if (a[i] != b[i])
                return false;
        return true;
    }
    for (size_t i = 0; i + 8 < n; i += 8)
        if (str_load64(a + i) != str_load64(b + i))
            return false;
    return str_load64(a + n - 8) == str_load64(b + n - 8);
}

#endif
