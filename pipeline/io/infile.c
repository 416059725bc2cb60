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

/* Inflates what is in z's input once; *boundary: between two members. */
static bool inflate_some(struct infile *f, z_stream *z, bool *boundary)
{
    size_t left = room_left(f);
    char *out = strbuf_room(f->buf, left < BLOCK ? left : BLOCK);
    size_t n = f->buf->cap - f->buf->n;
    n = n < left ? n : left;
    n = n < UINT32_MAX ? n : UINT32_MAX;
    z->next_out = (Bytef *)out;
    z->avail_out = (uInt)n;
    int r = inflate(z, Z_NO_FLUSH);
    f->buf->n += n - z->avail_out;
    if (f->buf->n - f->start > f->max)
        return too_large(f);
    if (r != Z_OK && r != Z_BUF_ERROR && r != Z_STREAM_END)
        return err_set(f->e, ST_DATA, f->path, "E-FILE-02", NULL);
    *boundary = r == Z_STREAM_END;
    if (*boundary && inflateReset(z) != Z_OK)
        BUG("inflateReset");
    return true;
}

/* The window is inside zlib's 15 bits; 16 asks for the gzip format and nothing else. */
static bool read_gzip(struct infile *f, size_t have)
{
    z_stream z = {.zalloc = z_alloc, .zfree = z_free, .next_in = f->block, .avail_in = (uInt)have};
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        BUG("inflateInit2");
    bool ok = true, boundary = false;
    while (ok) {
        size_t got = z.avail_in;
        if (!got) {
            ok = take(f, f->block, BLOCK, &got);
            z.next_in = f->block;
            z.avail_in = (uInt)got;
        }
        if (!got)
            break;
        if (boundary && *z.next_in == 0) { /* padding of tapes and block devices */
            z.next_in++;
            z.avail_in--;
            continue;
        }
        ok = ok && inflate_some(f, &z, &boundary);
    }
    inflateEnd(&z);
    if (ok && !boundary)
        return err_set(f->e, ST_DATA, f->path, "E-FILE-02", NULL);
    return ok;
}

static bool read_all(struct infile *f)
{
    struct stat st;
    size_t have;
    if (fstat(f->fd, &st) != 0)
        return err_sys(f->e, f->path);
    if (!take(f, f->block, BLOCK, &have))
        return false;
    if (have >= 2 && f->block[0] == 0x1f && f->block[1] == 0x8b)
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
    close(f.fd);
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
    close(f.fd);
    sha256_end(f.sha, hex);
    if (bytes)
        *bytes = f.bytes;
    return ok;
}

/* --- piece by piece --- */

struct instream {
    char *path; /* owned */
    gzFile file;
};

struct instream *instream_open(const char *path, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (!file) {
        err_sys(e, path);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    gzbuffer(file, BLOCK);
    struct instream *s = x_calloc(1, sizeof *s);
    s->file = file;
    s->path = x_malloc(strlen(path) + 1);
    memcpy(s->path, path, strlen(path) + 1);
    return s;
}

bool instream_read(struct instream *s, size_t n, struct strbuf *buf, struct err *e)
{
    n = n < BLOCK ? n : BLOCK;
    int got = gzread(s->file, strbuf_room(buf, n), (unsigned)n), code;
    /* A truncated file gives its bytes first; only then does gzerror say so. */
    gzerror(s->file, &code);
    if (code == Z_ERRNO)
        return err_sys(e, s->path);
    if (code == Z_MEM_ERROR)
        x_out_of_memory(n);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
        return err_set(e, ST_DATA, s->path, "E-FILE-02", NULL);
    buf->n += (size_t)got;
    return true;
}

void instream_close(struct instream *s)
{
    if (!s)
        return;
    gzclose_r(s->file);
    free(s->path);
    free(s);
}
