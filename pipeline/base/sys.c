#include "pipeline/base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes a call, whose result goes to r, until no signal interrupts it. */
#define AGAIN(r, call)                                                                             \
    do                                                                                             \
        (r) = (call);                                                                              \
    while ((r) < 0 && errno == EINTR)

int sys_open(const char *path, int flags, mode_t mode)
{
    int r;
    AGAIN(r, open(path, flags, mode));
    return r;
}

DIR *sys_opendir(const char *path)
{
    DIR *d;
    do
        d = opendir(path);
    while (!d && errno == EINTR);
    return d;
}

int sys_close(int fd)
{
    int r = close(fd);
    return r < 0 && errno == EINTR ? 0 : r;
}

ssize_t sys_read(int fd, void *p, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t r;
        AGAIN(r, read(fd, (char *)p + got, n - got));
        if (r < 0)
            return -1;
        if (r == 0)
            break;
        got += (size_t)r;
    }
    return (ssize_t)got;
}

bool sys_write(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n) {
        ssize_t r;
        AGAIN(r, write(fd, at, n));
        if (r < 0)
            return false;
        at += r;
        n -= (size_t)r;
    }
    return true;
}

int sys_mkdir(const char *path, mode_t mode)
{
    int r;
    AGAIN(r, mkdir(path, mode));
    return r;
}

int sys_rename(const char *from, const char *to)
{
    int r;
    AGAIN(r, rename(from, to));
    return r;
}

int sys_renameat2(const char *from, const char *to, unsigned flags)
{
    int r;
    AGAIN(r, renameat2(AT_FDCWD, from, AT_FDCWD, to, flags));
    return r;
}

int sys_unlink(const char *path)
{
    int r;
    AGAIN(r, unlink(path));
    return r;
}

int sys_fchmod(int fd, mode_t mode)
{
    int r;
    AGAIN(r, fchmod(fd, mode));
    return r;
}

int sys_ftruncate(int fd, off_t size)
{
    int r;
    AGAIN(r, ftruncate(fd, size));
    return r;
}

int sys_fsync(int fd)
{
    int r;
    AGAIN(r, fsync(fd));
    return r;
}

int sys_syncfs(int fd)
{
    int r;
    AGAIN(r, syncfs(fd));
    return r;
}

int sys_flock(int fd, int operation)
{
    int r;
    AGAIN(r, flock(fd, operation));
    return r;
}

bool sys_is_fault(int number)
{
    static const int of_paths[] = {ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG};
    for (size_t i = 0; i < sizeof of_paths / sizeof of_paths[0]; i++)
        if (of_paths[i] == number)
            return false;
    return number != 0;
}

bool sys_is_absent(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool sys_exists(const char *path, bool *there, struct err *e)
{
    struct stat st;
    *there = stat(path, &st) == 0;
    return *there || errno == ENOENT || errno == ENOTDIR || err_sys(e, path);
}

bool sys_size(const char *path, uint64_t *bytes, struct err *e)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    *bytes = there ? (uint64_t)st.st_size : 0;
    return there || errno == ENOENT || errno == ENOTDIR || err_sys(e, path);
}
