/*
 * Reading goes block by block so that the hash works on bytes that are still in the cache. A plain
 * file is read straight into the caller's buffer; only gzip needs a block of its own.
 */
#include "pipeline/io/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/hash.h"

enum { BLOCK = 256 * 1024 };

struct infile {
    const char *path;
    int fd;
    struct sha256 *sha;   /* NULL: nobody wants the hash */
    uint64_t bytes;       /* read so far */
    unsigned char *block; /* owned: the file's first bytes, then gzip input */
    struct strbuf *buf;   /* borrowed: where the content goes */
    size_t start, max;    /* buf->n at the beginning; ceiling of what may be added */
    struct err *e;
};

/* A raw file may be a pipe by the time it is opened, and nobody writes into it: only what stands
 * for an open file of our own (/dev/stdin, /dev/fd/63) is waited for. */
static int open_file(const char *path)
{
    int fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
    if (fd >= 0 && strncmp(path, "/dev/", strlen("/dev/")) == 0)
        fcntl(fd, F_SETFL, 0);
    return fd;
}

/* Reads up to n bytes, fewer only at the end of the file. */
static bool take(struct infile *f, void *p, size_t n, size_t *got)
{
    *got = 0;
    if (!stop_check(f->e))
        return false;
    ssize_t r = sys_read(f->fd, p, n);
    if (r < 0)
        return err_sys(f->e, f->path);
    *got = (size_t)r;
    if (f->sha)
        sha256_add(f->sha, (struct str){p, *got});
    f->bytes += *got;
    return true;
}

static bool too_large(const struct infile *f)
{
    char max[24];
    snprintf(max, sizeof max, "%zu", f->max);
    return err_set(f->e, ST_DATA, f->path, "E-FILE-01", max, NULL);
}

/* How many more bytes may come: one beyond the ceiling, which tells "full" from "too large". */
static size_t room_left(const struct infile *f)
{
    size_t added = f->buf->n - f->start;
    size_t left = f->max - added;
    return left == SIZE_MAX ? left : left + 1;
}

static bool read_plain(struct infile *f, size_t have, uint64_t size)
{
    if (size > f->max || have > f->max)
        return too_large(f);
    strbuf_room(f->buf, size > have ? (size_t)size + 1 : have + 1);
    strbuf_add(f->buf, (struct str){(const char *)f->block, have});
    size_t got = have;
    while (got) {
        size_t n = room_left(f) < BLOCK ? room_left(f) : BLOCK;
        size_t spare = f->buf->cap - f->buf->n;
        if (spare && spare < n)
            n = spare;
        if (!take(f, strbuf_room(f->buf, n), n, &got))
            return false;
        f->buf->n += got;
        if (f->buf->n - f->start > f->max)
            return too_large(f);
    }
    return true;
}

static voidpf z_alloc(voidpf opaque, uInt n, uInt size)
{
    (void)opaque;
    return x_calloc(n, size);
}

static void z_free(voidpf opaque, voidpf p)
{
    (void)opaque;
    free(p);
}

/* The window is inside zlib's 15 bits; 16 asks for the gzip format and nothing else. */
static void begin_gzip(struct infile *f, z_stream *z, size_t have)
{
    *z =
        (z_stream){.zalloc = z_alloc, .zfree = z_free, .next_in = f->block, .avail_in = (uInt)have};
    if (inflateInit2(z, 15 + 16) != Z_OK)
        BUG("inflateInit2");
}

/* Gives z input where it has none; *over: the file has no more. Zeros between two members (padding
 * of tapes and block devices) are passed over. */
static bool feed(struct infile *f, z_stream *z, bool boundary, bool *over)
{
    while (!z->avail_in || (boundary && *z->next_in == 0)) {
        size_t got = z->avail_in;
        if (got) {
            z->next_in++;
            z->avail_in--;
            continue;
        }
        if (!take(f, f->block, BLOCK, &got))
            return false;
        z->next_in = f->block;
        z->avail_in = (uInt)got;
        if (!got) {
            *over = true;
            return true;
        }
    }
    return true;
}

/* Inflates what is in z's input once, to at most n bytes; *boundary: between two members. */
static bool inflate_some(struct infile *f, z_stream *z, size_t n, bool *boundary)
{
    n = n < UINT32_MAX ? n : UINT32_MAX;
    z->next_out = (Bytef *)strbuf_room(f->buf, n);
    z->avail_out = (uInt)n;
    int r = inflate(z, Z_NO_FLUSH);
    f->buf->n += n - z->avail_out;
    if (r != Z_OK && r != Z_BUF_ERROR && r != Z_STREAM_END)
        return err_set(f->e, ST_DATA, f->path, "E-FILE-02", NULL);
    *boundary = r == Z_STREAM_END;
    if (*boundary && inflateReset(z) != Z_OK)
        BUG("inflateReset");
    return true;
}

/* How much to inflate at a time: what room there is, or a block; one byte beyond the ceiling. */
static size_t next_size(const struct infile *f)
{
    size_t spare = f->buf->cap - f->buf->n, left = room_left(f);
    size_t n = spare < BLOCK ? BLOCK : spare;
    return n < left ? n : left;
}

static bool read_gzip(struct infile *f, size_t have)
{
    z_stream z;
    bool ok = true, boundary = false, over = false;
    begin_gzip(f, &z, have);
    while (ok && (ok = feed(f, &z, boundary, &over)) && !over) {
        ok = inflate_some(f, &z, next_size(f), &boundary);
        if (f->buf->n - f->start > f->max)
            ok = too_large(f);
    }
    inflateEnd(&z);
    if (ok && !boundary)
        return err_set(f->e, ST_DATA, f->path, "E-FILE-02", NULL);
    return ok;
}

static bool is_gzip(const struct infile *f, size_t have)
{
    return have >= 2 && f->block[0] == 0x1f && f->block[1] == 0x8b;
}

/* Is it what the user's shell handed us? Then it is a pipe on purpose. */
static bool is_own(const char *path)
{
    return str_starts(str_c(path), STR("/dev/")) || str_starts(str_c(path), STR("/proc/"));
}

static bool read_all(struct infile *f)
{
    struct stat st;
    size_t have;
    if (fstat(f->fd, &st) != 0)
        return err_sys(f->e, f->path);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !is_own(f->path))
        return err_set(f->e, ST_DATA, f->path, "E-FILE-08", NULL);
    if (!take(f, f->block, BLOCK, &have))
        return false;
    if (is_gzip(f, have))
        return read_gzip(f, have);
    return read_plain(f, have, st.st_size > 0 ? (uint64_t)st.st_size : 0);
}

bool infile_read(const char *path, size_t max_bytes, struct strbuf *buf, char *hex, uint64_t *bytes,
                 struct err *e)
{
    struct infile f = {.path = path, .buf = buf, .start = buf->n, .max = max_bytes, .e = e};
    f.fd = open_file(path);
    if (f.fd < 0)
        return err_sys(e, path);
    f.block = x_malloc(BLOCK);
    f.sha = hex ? sha256_new() : NULL;
    bool ok = read_all(&f);
    free(f.block);
    sys_close(f.fd);
    if (hex)
        sha256_end(f.sha, hex);
    if (!ok)
        buf->n = f.start;
    else if (bytes)
        *bytes = f.bytes;
    return ok;
}

bool infile_hash(const char *path, char hex[65], uint64_t *bytes, struct err *e)
{
    struct infile f = {.path = path, .e = e};
    f.fd = open_file(path);
    if (f.fd < 0)
        return err_sys(e, path);
    f.block = x_malloc(BLOCK);
    f.sha = sha256_new();
    size_t got = BLOCK;
    bool ok = true;
    while (ok && got)
        ok = take(&f, f.block, BLOCK, &got);
    free(f.block);
    sys_close(f.fd);
    sha256_end(f.sha, hex);
    if (bytes)
        *bytes = f.bytes;
    return ok;
}

/* --- piece by piece --- */

struct instream {
    char *path;      /* owned */
    struct infile f; /* its buffer is that of the call in hand */
    z_stream z;      /* its input is what has come and not been handed out */
    bool gzip, boundary;
};

struct instream *instream_open(const char *path, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        err_sys(e, path);
        return NULL;
    }
    struct instream *s = x_calloc(1, sizeof *s);
    s->path = x_malloc(strlen(path) + 1);
    memcpy(s->path, path, strlen(path) + 1);
    s->f = (struct infile){.path = s->path, .fd = fd, .block = x_malloc(BLOCK), .e = e};
    size_t have;
    if (!take(&s->f, s->f.block, BLOCK, &have)) {
        instream_close(s);
        return NULL;
    }
    s->gzip = is_gzip(&s->f, have);
    if (s->gzip)
        begin_gzip(&s->f, &s->z, have);
    s->z.next_in = s->f.block;
    s->z.avail_in = (uInt)have;
    return s;
}

static bool read_on_gzip(struct instream *s, size_t n)
{
    size_t before = s->f.buf->n;
    bool over = false;
    while (s->f.buf->n == before) {
        if (!feed(&s->f, &s->z, s->boundary, &over))
            return false;
        if (over)
            return s->boundary || err_set(s->f.e, ST_DATA, s->path, "E-FILE-02", NULL);
        if (!inflate_some(&s->f, &s->z, n, &s->boundary))
            return false;
    }
    return true;
}

bool instream_read(struct instream *s, size_t n, struct strbuf *buf, struct err *e)
{
    s->f.buf = buf;
    s->f.e = e;
    if (s->gzip)
        return read_on_gzip(s, n);
    size_t got = s->z.avail_in < n ? s->z.avail_in : n;
    if (got) {
        strbuf_add(buf, (struct str){(const char *)s->z.next_in, got});
        s->z.next_in += got;
        s->z.avail_in -= (uInt)got;
        return true;
    }
    if (!take(&s->f, strbuf_room(buf, n), n, &got))
        return false;
    buf->n += got;
    return true;
}

void instream_close(struct instream *s)
{
    if (!s)
        return;
    if (s->gzip)
        inflateEnd(&s->z);
    sys_close(s->f.fd);
    free(s->f.block);
    free(s->path);
    free(s);
}
