#include "pipeline/io/gzip.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif

#include "pipeline/base/mem.h"

static void put_u32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

#ifdef HAVE_LIBDEFLATE

const char gz_library[] = "libdeflate " LIBDEFLATE_VERSION_STRING;

/* Raw deflate of s behind what `out` holds already; appends nothing else. */
static void deflate_raw(struct str s, int level, struct strbuf *out)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
    if (!c) /* levels are checked when the configuration is read */
        x_out_of_memory(0);
    size_t bound = libdeflate_deflate_compress_bound(c, s.n);
    size_t n = libdeflate_deflate_compress(c, s.n ? s.p : "", s.n, strbuf_room(out, bound), bound);
    libdeflate_free_compressor(c);
    if (!n)
        BUG("libdeflate_deflate_compress");
    out->n += n;
}

static uint32_t checksum(struct str s)
{
    return libdeflate_crc32(0, s.n ? s.p : "", s.n);
}

#else

const char gz_library[] = "zlib " ZLIB_VERSION;

/* zlib's memory comes from base/mem.h too, so that deflateInit2 cannot run out of it. */
static void *z_alloc(void *opaque, uInt n, uInt size)
{
    (void)opaque;
    return x_malloc((size_t)n * size);
}

static void z_free(void *opaque, void *p)
{
    (void)opaque;
    free(p);
}

/* Raw deflate of s behind what `out` holds already; appends nothing else. */
static void deflate_raw(struct str s, int level, struct strbuf *out)
{
    z_stream z = {.zalloc = z_alloc, .zfree = z_free};
    if (deflateInit2(&z, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        BUG("deflateInit2");
    uLong bound = deflateBound(&z, s.n);
    /* zlib takes no const here but changes nothing */
    z.next_in = (unsigned char *)(uintptr_t)(s.n ? s.p : "");
    z.avail_in = (uInt)s.n;
    z.next_out = (unsigned char *)strbuf_room(out, bound);
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        BUG("deflate");
    out->n += z.total_out;
    deflateEnd(&z);
}

static uint32_t checksum(struct str s)
{
    return (uint32_t)crc32(0, (const unsigned char *)(s.n ? s.p : ""), (uInt)s.n);
}

#endif

/*
 * The frame (RFC 1952) is written here and not by a library, which would put the host's operating
 * system and the level into it: no flags, no time, XFL 0, OS 255 (unknown).
 */
void gz_member(struct str s, int level, struct strbuf *out)
{
    static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    strbuf_add(out, (struct str){(const char *)head, sizeof head});
    deflate_raw(s, level, out);
    unsigned char tail[8];
    put_u32(tail, checksum(s));
    put_u32(tail + 4, (uint32_t)s.n);
    strbuf_add(out, (struct str){(const char *)tail, sizeof tail});
}

void gz_members(struct str s, int level, struct strbuf *out)
{
    while (s.n) {
        size_t n = s.n < GZ_MEMBER ? s.n : GZ_MEMBER;
        gz_member((struct str){s.p, n}, level, out);
        s = str_from(s, n);
    }
}
