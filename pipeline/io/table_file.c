#include "pipeline/io/table_file.h"

#include <lz4.h>
#include <string.h>

#include "pipeline/io/table.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is written from memory as is");

enum {
    LZ4_LEAST = 64, /* smaller chunks stay as they are */
    LZ4_HASTE = 4,  /* measured: 1 % more bytes than 1, and a third less time */
    LZ4_RATIO = 256 /* LZ4 makes at most 255 bytes of one */
};

/* One-to-one in h for a given w and in w for a given h: a change of one word is never lost. */
static uint64_t sum_step(uint64_t h, uint64_t w)
{
    h = (h ^ w) * UINT64_C(0x9fb21c651e98df25);
    return h ^ h >> 32;
}

/* n bytes, at most 8, padded with zeros. */
static uint64_t word(const char *p, size_t n)
{
    uint64_t w = 0;
    if (n)
        memcpy(&w, p, n);
    return w;
}

/* The words of s in four lanes (so that multiplications overlap), the last
 * word padded with zeros, the length in the seed. */
uint64_t table_sum(struct str s)
{
    uint64_t lane[4] = {s.n, 1, 2, 3};
    const char *p = s.p;
    size_t n = s.n;
    for (; n >= 32; p += 32, n -= 32)
        for (int l = 0; l < 4; l++)
            lane[l] = sum_step(lane[l], word(p + 8 * l, 8));
    for (; n >= 8; p += 8, n -= 8)
        lane[0] = sum_step(lane[0], word(p, 8));
    lane[0] = sum_step(lane[0], word(p, n));
    return sum_step(sum_step(sum_step(lane[0], lane[1]), lane[2]), lane[3]);
}

/* narrow, widen: values to codes and back. pack, unpack: small numbers of any meaning. */
#define DEFINE_WIDTH(type)                                                                         \
    static void narrow_##type(const int64_t *v, size_t n, int64_t base, char *out)                 \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            uint64_t code = v[i] == TABLE_MISSING ? 0 : (uint64_t)v[i] - (uint64_t)base;           \
            type x = (type)code;                                                                   \
            memcpy(out + i * sizeof x, &x, sizeof x);                                              \
        }                                                                                          \
    }                                                                                              \
    static void widen_##type(const char *in, size_t n, int64_t base, int64_t *v)                   \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            type x;                                                                                \
            memcpy(&x, in + i * sizeof x, sizeof x);                                               \
            v[i] = x ? (int64_t)((uint64_t)base + x) : TABLE_MISSING;                              \
        }                                                                                          \
    }                                                                                              \
    static void pack_##type(const uint32_t *v, size_t n, char *out)                                \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            type x = (type)v[i];                                                                   \
            memcpy(out + i * sizeof x, &x, sizeof x);                                              \
        }                                                                                          \
    }                                                                                              \
    static void unpack_##type(const char *in, size_t n, uint32_t *v)                               \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            type x;                                                                                \
            memcpy(&x, in + i * sizeof x, sizeof x);                                               \
            v[i] = x;                                                                              \
        }                                                                                          \
    }

DEFINE_WIDTH(uint8_t)
DEFINE_WIDTH(uint16_t)
DEFINE_WIDTH(uint32_t)

static void narrow_none(const int64_t *v, size_t n, int64_t base, char *out)
{
    (void)v, (void)n, (void)base, (void)out;
}

static void widen_none(const char *in, size_t n, int64_t base, int64_t *v)
{
    (void)in;
    for (size_t i = 0; i < n; i++)
        v[i] = base;
}

static void pack_none(const uint32_t *v, size_t n, char *out)
{
    (void)v, (void)n, (void)out;
}

static void unpack_none(const char *in, size_t n, uint32_t *v)
{
    (void)in;
    memset(v, 0, n * sizeof *v);
}

static void narrow_raw(const int64_t *v, size_t n, int64_t base, char *out)
{
    (void)base;
    memcpy(out, v, n * sizeof *v);
}

static void widen_raw(const char *in, size_t n, int64_t base, int64_t *v)
{
    (void)base;
    memcpy(v, in, n * sizeof *v);
}

static const struct table_width widths[] = {
    {0, 0, narrow_none, widen_none, pack_none, unpack_none},
    {1, UINT8_MAX, narrow_uint8_t, widen_uint8_t, pack_uint8_t, unpack_uint8_t},
    {2, UINT16_MAX, narrow_uint16_t, widen_uint16_t, pack_uint16_t, unpack_uint16_t},
    {4, UINT32_MAX, narrow_uint32_t, widen_uint32_t, pack_uint32_t, unpack_uint32_t},
    {8, UINT64_MAX, narrow_raw, widen_raw, NULL, NULL},
};
enum { WIDTHS = sizeof widths / sizeof widths[0] };

const struct table_width *table_width_for(uint64_t max)
{
    const struct table_width *w = widths;
    while (w->max < max)
        w++;
    return w;
}

const struct table_width *table_width_of(uint64_t bytes)
{
    for (size_t i = 0; i < WIDTHS; i++)
        if (widths[i].bytes == bytes)
            return &widths[i];
    return NULL;
}

bool table_pack(struct str raw, struct strbuf *packed)
{
    packed->n = 0;
    if (raw.n < LZ4_LEAST || raw.n > LZ4_MAX_INPUT_SIZE)
        return false;
    int room = (int)(raw.n - raw.n / 8);
    char *to = strbuf_room(packed, (size_t)room);
    int n = LZ4_compress_fast(raw.p, to, (int)raw.n, room, LZ4_HASTE);
    packed->n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

bool table_unpack(struct str packed, char *raw, size_t n)
{
    if (packed.n > INT32_MAX || n > LZ4_MAX_INPUT_SIZE)
        return false;
    return LZ4_decompress_safe(packed.p, raw, (int)packed.n, (int)n) == (int)n;
}

bool table_pack_possible(size_t packed, size_t n)
{
    return packed < n && n <= LZ4_MAX_INPUT_SIZE && n / LZ4_RATIO <= packed;
}
