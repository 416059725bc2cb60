#include "pipeline/run/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"

struct pool {
    pool_work *work;
    void *context;
    size_t n;
    pthread_mutex_t lock; /* guards what follows */
    size_t next;
    bool failed;
    size_t failed_at;
    struct err *err;
};

struct worker {
    struct pool *pool;
    size_t index;
    pthread_t thread;
};

/* Takes the next unit; false when none is left or one has failed. */
static bool take(struct pool *p, size_t *i)
{
    pthread_mutex_lock(&p->lock);
    bool got = !p->failed && p->next < p->n;
    if (got)
        *i = p->next++;
    pthread_mutex_unlock(&p->lock);
    return got;
}

static void fail(struct pool *p, size_t i, const struct err *e)
{
    pthread_mutex_lock(&p->lock);
    if (!p->failed || i < p->failed_at) {
        p->failed = true;
        p->failed_at = i;
        *p->err = *e;
    }
    pthread_mutex_unlock(&p->lock);
}

static void *run(void *argument)
{
    struct worker *w = argument;
    struct err *e = x_calloc(1, sizeof *e);
    for (size_t i; take(w->pool, &i);)
        if (!stop_check(e) || !w->pool->work(w->pool->context, i, w->index, e))
            fail(w->pool, i, e);
    free(e);
    return NULL;
}

bool pool_run(size_t jobs, size_t n, pool_work *work, void *context, struct err *e)
{
    struct pool p = {.work = work, .context = context, .n = n, .err = e};
    pthread_mutex_init(&p.lock, NULL);
    if (jobs > n)
        jobs = n;
    struct worker *w = x_calloc(jobs ? jobs : 1, sizeof *w);
    size_t started = 1;
    w[0] = (struct worker){.pool = &p, .index = 0};
    /* The calling thread is worker 0, so that fewer threads than asked for are only slower. */
    for (; started < jobs; started++) {
        w[started] = (struct worker){.pool = &p, .index = started};
        if (pthread_create(&w[started].thread, NULL, run, &w[started]) != 0)
            break;
    }
    run(&w[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(w[i].thread, NULL);
    free(w);
    pthread_mutex_destroy(&p.lock);
    return !p.failed;
}

size_t pool_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (size_t)n : 1;
}
