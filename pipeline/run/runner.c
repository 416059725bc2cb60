#include "pipeline/run/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/slip_history.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/vintages.h"

extern char **environ;

struct runner {
    const struct run_request *r;
    struct run_facts *facts;
    struct arena arena;
    const char *work;
    int lock;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool take_lock(struct runner *k, struct err *e)
{
    const char *path = stage_path(&k->arena, k->r->out, ".lock");
    k->lock = sys_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (k->lock < 0)
        return err_sys(e, path);
    if (sys_flock(k->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return err_sys(e, path);
        char holder[32] = "?";
        ssize_t n = sys_read(k->lock, holder, sizeof holder - 1);
        if (n > 0)
            holder[strcspn(holder, "\n")] = '\0';
        return err_set(e, ST_BUSY, path, "E-SYS-02", holder, NULL);
    }
    char pid[32];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (sys_ftruncate(k->lock, 0) != 0 || !sys_write(k->lock, pid, (size_t)n))
        return err_sys(e, path);
    return true;
}

/* The command line of a stage: what was given to the run, and where to work. */
static char **arguments(struct runner *k, size_t stage)
{
    enum { MOST = 16 };
    const struct opts_shared *o = k->r->opts;
    char **argv = ARENA_ARRAY(&k->arena, char *, MOST);
    size_t n = 0;
    const struct {
        const char *name, *value;
    } text[] = {
        {"--config", o->config}, {"--raw", o->raw}, {"--out", k->r->out}, {"--work", k->work}};
    argv[n++] = (char *)(uintptr_t)stage_path(&k->arena, k->r->libexec, chain[stage].name);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (!text[i].value)
            continue;
        argv[n++] = (char *)(uintptr_t)text[i].name;
        argv[n++] = (char *)(uintptr_t)text[i].value;
    }
    if (o->jobs)
        argv[n++] = (char *)(uintptr_t)arena_printf(&k->arena, "--jobs=%lld", (long long)o->jobs).p;
    if (o->year)
        argv[n++] = (char *)(uintptr_t)arena_printf(&k->arena, "--year=%lld", (long long)o->year).p;
    const struct {
        const char *name;
        bool given;
    } flag[] = {
        {"--changes", o->changes}, {"--no-changes", o->no_changes}, {"--verbose", o->verbose}};
    for (size_t i = 0; i < sizeof flag / sizeof flag[0]; i++)
        if (flag[i].given)
            argv[n++] = (char *)(uintptr_t)flag[i].name;
    return argv;
}

/* Runs one stage to its end; its exit status, with *e set only when it could not run at all. */
static enum status run_one(struct runner *k, size_t stage, struct err *e)
{
    char **argv = arguments(k, stage);
    double start = now();
    pid_t pid;
    int failed = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);
    if (failed) {
        errno = failed;
        err_sys(e, argv[0]);
        return ST_SYSTEM;
    }
    int state;
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR) {
            err_sys(e, argv[0]);
            return ST_SYSTEM;
        }
    k->facts->stage_seconds[stage] = now() - start;
    if (WIFEXITED(state))
        return (enum status)WEXITSTATUS(state);
    err_set(e, ST_SYSTEM, argv[0], "E-STAGE-04", chain[stage].name, strsignal(WTERMSIG(state)),
            NULL);
    return ST_SYSTEM;
}

/* What a failed check left for a look goes beside the good result; a good run clears it. */
static bool keep_failed(struct runner *k, size_t stage, bool failed, struct err *e)
{
    const char *to = arena_printf(&k->arena, "%s/%s.failed", k->r->out, chain[stage].name).p;
    const char *from = arena_printf(&k->arena, "%s/%s.failed", k->work, chain[stage].name).p;
    if (!outdir_remove(to, e))
        return false;
    return !failed || sys_rename(from, to) == 0 || errno == ENOENT || err_sys(e, from);
}

/* All stages or none of them. What can fail comes before the exchange; the old folders are removed
 * with .work, long after it. */
static bool publish(struct runner *k, struct err *e)
{
    struct outdir_pair *pair = ARENA_ARRAY(&k->arena, struct outdir_pair, chain_length);
    size_t n = 0;
    for (size_t s = k->r->first; s <= k->r->last; s++) {
        if (!keep_failed(k, s, false, e))
            return false;
        pair[n].from = stage_path(&k->arena, k->work, chain[s].name);
        pair[n++].to = stage_path(&k->arena, k->r->out, chain[s].name);
    }
    return outdir_sync(k->work, e) && outdir_exchange_all(pair, n, e);
}

/* A run that ends before the last stage has published nothing that history knows. */
static bool keep_history(struct runner *k, struct err *e)
{
    return k->r->last + 1 < chain_length ||
           slip_history_update(k->r->out, k->r->conf, k->facts->started, e);
}

static enum status run_stages(struct runner *k, struct err *e)
{
    if (!outdir_empty(k->work, e))
        return e->status;
    enum status status = ST_OK;
    for (size_t s = k->r->first; s <= k->r->last && status == ST_OK; s++) {
        status = run_one(k, s, e);
        if (status == ST_DATA && !keep_failed(k, s, true, e))
            status = e->status;
    }
    if (status == ST_OK && !(publish(k, e) && keep_history(k, e)))
        status = e->status;
    struct err ignored;
    if (!outdir_remove(k->work, &ignored) && status == ST_OK) {
        *e = ignored;
        status = e->status;
    }
    return status;
}

enum status runner_run(const struct run_request *r, struct run_facts *facts, struct err *e)
{
    struct runner k = {.r = r, .facts = facts, .lock = -1};
    *facts = (struct run_facts){.started = (int64_t)time(NULL)};
    double start = now();
    k.work = stage_path(&k.arena, r->out, ".work");
    enum status status = outdir_make(r->out, e) && take_lock(&k, e) ? ST_OK : e->status;
    if (status == ST_OK) {
        status = run_stages(&k, e);
        facts->exit = (int)status;
        facts->seconds = now() - start;
        if (!manifest_write(r, facts, status == ST_OK ? e : &(struct err){0}) && status == ST_OK)
            status = e->status;
        if (status == ST_OK && !vintages_write(r, facts, e))
            status = e->status;
    }
    if (k.lock >= 0) {
        /* Nobody holds it now: the output is then the same whoever ran. */
        if (status != ST_BUSY && sys_ftruncate(k.lock, 0) != 0 && status == ST_OK) {
            err_sys(e, r->out);
            status = ST_SYSTEM;
        }
        close(k.lock);
    }
    arena_release(&k.arena);
    return status;
}
