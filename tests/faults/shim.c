/*
 * A library to be preloaded (LD_PRELOAD) that makes one allocation fail, or moves the clock.
 *
 *   FAULTS_COUNT=FILE   a file of 16 bytes, mapped by all programs of the tree: how many
 * allocations and how many questions for the time there were FAULTS_ALLOC=N      the N-th
 * allocation fails, with ENOMEM FAULTS_CLOCK=N:S    from the N-th question for the time on, the
 * clock is S seconds off
 *
 * Allocations count from the moment the program's constructors run, those of the libraries and of
 * the C library itself among them. The monotonic clock never jumps: that is what it is for.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The C library's own, below the names that this library takes. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

struct counts {
    atomic_long allocations, times;
};

static struct counts *counts; /* NULL: not yet */
static long fail_at, jump_at, jump_by;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("FAULTS_COUNT"), *alloc = getenv("FAULTS_ALLOC"),
               *clock = getenv("FAULTS_CLOCK");
    if (!file)
        return;
    int fd = open(file, O_RDWR | O_CLOEXEC);
    void *at =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return;
    fail_at = alloc ? strtol(alloc, NULL, 10) : 0;
    if (clock) {
        char *end;
        jump_at = strtol(clock, &end, 10);
        jump_by = strtol(end + 1, NULL, 10);
    }
    counts = at;
}

static bool fails(void)
{
    if (!counts || atomic_fetch_add(&counts->allocations, 1) + 1 != fail_at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fails() ? NULL : __libc_realloc(p, n);
}

void *memalign(size_t align, size_t n)
{
    return fails() ? NULL : __libc_memalign(align, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    return memalign(align, n);
}

int posix_memalign(void **p, size_t align, size_t n)
{
    void *got = memalign(align, n);
    if (!got)
        return ENOMEM;
    *p = got;
    return 0;
}

static long offset(void)
{
    if (!counts)
        return 0;
    long n = atomic_fetch_add(&counts->times, 1) + 1;
    return jump_at && n >= jump_at ? jump_by : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    long r = syscall(SYS_clock_gettime, id, t);
    if (r == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += offset();
    return (int)r;
}

time_t time(time_t *to)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (to)
        *to = t.tv_sec;
    return t.tv_sec;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone)
{
    (void)zone;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    *to = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}
