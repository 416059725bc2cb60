#include "pipeline/io/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/gzip.h"

enum { PLAIN_BUFFER = 1024 * 1024 };

struct outfile {
    char *path; /* owned */
    int fd;     /* -1 once closed */
    int level;  /* 0: plain */
    bool regular;
    bool good;    /* closed, and every byte was taken */
    bool members; /* gzip: at least one member was written */
    int failed;   /* errno of the first failure: later calls repeat it */
    uint64_t written;
    size_t room; /* bytes that `pending` may hold */
    struct strbuf pending;
    struct strbuf gz; /* members on their way, reused */
};

bool outfile_parents(const char *path, struct err *e)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof part) {
        errno = ENAMETOOLONG;
        return err_sys(e, path);
    }
    memcpy(part, path, n + 1);
    for (size_t i = 1; i < n; i++) {
        if (part[i] != '/')
            continue;
        part[i] = '\0';
        if (sys_mkdir(part, 0777) != 0 && errno != EEXIST)
            return err_sys(e, part);
        part[i] = '/';
    }
    return true;
}

/* A file is never written to again: the one that is there may be linked from elsewhere. What is no
 * file (a device, a link to one) is opened as it is. */
static int create(const char *path, unsigned mode)
{
    int fd = sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd >= 0 || errno != EEXIST)
        return fd;
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return sys_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (sys_unlink(path) != 0)
        return -1;
    return sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
}

struct outfile *outfile_open(const char *path, unsigned mode, int gzip_level, struct err *e)
{
    int fd = create(path, mode);
    if (fd < 0 && errno == ENOENT) {
        if (!outfile_parents(path, e))
            return NULL;
        fd = create(path, mode);
    }
    if (fd < 0) {
        err_sys(e, path);
        return NULL;
    }
    /* A device (/dev/full, /dev/stdout) may be written, but is neither changed nor removed. */
    struct stat st;
    bool ok = fstat(fd, &st) == 0 && (!S_ISREG(st.st_mode) || sys_fchmod(fd, (mode_t)mode) == 0);
    if (!ok) {
        err_sys(e, path);
        sys_close(fd);
        return NULL;
    }
    struct outfile *o = x_calloc(1, sizeof *o);
    size_t n = strlen(path) + 1;
    o->path = memcpy(x_malloc(n), path, n);
    o->fd = fd;
    o->level = gzip_level;
    o->regular = S_ISREG(st.st_mode);
    o->room = gzip_level ? GZ_MEMBER : PLAIN_BUFFER;
    return o;
}

const char *outfile_path(const struct outfile *o)
{
    return o->path;
}

static bool failed(struct outfile *o, struct err *e)
{
    if (!o->failed)
        o->failed = errno;
    errno = o->failed;
    return err_sys(e, o->path);
}

static bool put(struct outfile *o, struct str s, struct err *e)
{
    if (!sys_write(o->fd, s.p, s.n))
        return failed(o, e);
    o->written += s.n;
    return true;
}

/* Writes what is pending, as one member when the file is gzip. */
static bool flush(struct outfile *o, struct err *e)
{
    struct str s = strbuf_str(&o->pending);
    o->pending.n = 0;
    if (!o->level)
        return put(o, s, e);
    o->gz.n = 0;
    gz_members(s, o->level, &o->gz);
    o->members = o->members || o->gz.n;
    return put(o, strbuf_str(&o->gz), e);
}

bool outfile_write(struct outfile *o, struct str s, struct err *e)
{
    if (o->failed)
        return failed(o, e);
    while (s.n) {
        if (!o->level && !o->pending.n && s.n >= o->room)
            return put(o, s, e);
        size_t n = o->room - o->pending.n;
        if (n > s.n)
            n = s.n;
        strbuf_add(&o->pending, (struct str){s.p, n});
        s = str_from(s, n);
        if (o->pending.n == o->room && !flush(o, e))
            return false;
    }
    return true;
}

bool outfile_members(struct outfile *o, struct str members, struct err *e)
{
    if (!o->level)
        BUG("gzip members in a plain file");
    if (o->failed)
        return failed(o, e);
    o->members = o->members || members.n;
    return flush(o, e) && put(o, members, e);
}

bool outfile_append(struct outfile *o, const char *path, uint64_t offset, uint64_t length,
                    struct err *e)
{
    enum { PIECE = 256 * 1024 };
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, path);
    char *piece = x_malloc(PIECE);
    bool ok = true;
    while (ok && length) {
        ssize_t n = pread(fd, piece, length < PIECE ? (size_t)length : PIECE, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n < 0 ? errno : EIO; /* it is shorter than it was */
            ok = err_sys(e, path);
            break;
        }
        ok = outfile_members(o, (struct str){piece, (size_t)n}, e);
        offset += (uint64_t)n;
        length -= (uint64_t)n;
    }
    free(piece);
    sys_close(fd);
    return ok;
}

uint64_t outfile_written(const struct outfile *o)
{
    return o->written;
}

bool outfile_close(struct outfile *o, struct err *e)
{
    if (o->failed)
        return failed(o, e);
    if (o->fd < 0)
        BUG("closed twice");
    bool ok = flush(o, e);
    if (ok && o->level && !o->members) { /* no bytes at all are no gzip file: one empty member */
        o->gz.n = 0;
        gz_member((struct str){NULL, 0}, o->level, &o->gz);
        ok = put(o, strbuf_str(&o->gz), e);
    }
    int r = sys_close(o->fd);
    o->fd = -1;
    if (ok && r != 0)
        ok = failed(o, e);
    o->good = ok;
    return ok;
}

void outfile_free(struct outfile *o)
{
    if (!o)
        return;
    if (o->fd >= 0)
        sys_close(o->fd);
    if (!o->good && o->regular)
        sys_unlink(o->path);
    strbuf_release(&o->pending);
    strbuf_release(&o->gz);
    free(o->path);
    free(o);
}

bool outfile_put(const char *path, unsigned mode, struct str content, struct err *e)
{
    return outfile_put_packed(path, mode, 0, content, e);
}

bool outfile_put_packed(const char *path, unsigned mode, int level, struct str content,
                        struct err *e)
{
    struct outfile *o = outfile_open(path, mode, level, e);
    bool ok = o && outfile_write(o, content, e) && outfile_close(o, e);
    outfile_free(o);
    return ok;
}

static bool copy(int fd, const char *from, struct outfile *o, struct err *e)
{
    enum { PIECE = 256 * 1024 };
    char *piece = x_malloc(PIECE);
    ssize_t n = 1;
    bool ok = true;
    while (ok && n > 0) {
        n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n < 0)
            ok = err_sys(e, from);
        else
            ok = outfile_write(o, (struct str){piece, (size_t)n}, e);
    }
    free(piece);
    return ok && outfile_close(o, e);
}

bool outfile_link(const char *from, const char *to, struct err *e)
{
    if (link(from, to) == 0)
        return true;
    struct stat st;
    int fd = sys_open(from, O_RDONLY | O_CLOEXEC, 0);
    bool ok = (fd >= 0 && fstat(fd, &st) == 0) || err_sys(e, from);
    struct outfile *o = ok ? outfile_open(to, st.st_mode & 07777, 0, e) : NULL;
    ok = o && copy(fd, from, o, e);
    outfile_free(o);
    if (fd >= 0)
        sys_close(fd);
    return ok;
}
