#include "pipeline/run/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/base/clock.h"
#include "pipeline/base/stop.h"
#include "pipeline/base/sys.h"
#include "pipeline/base/zone.h"
#include "pipeline/chain.h"
#include "pipeline/io/infile.h"
#include "pipeline/run/books.h"
#include "pipeline/run/child.h"
#include "pipeline/run/cleanunit.h"
#include "pipeline/run/due.h"
#include "pipeline/run/engine.h"
#include "pipeline/run/exchange.h"
#include "pipeline/run/hooks.h"
#include "pipeline/run/keep.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/log.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/progress_bar.h"
#include "pipeline/run/slip_history.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/version.h"
#include "pipeline/run/vintages.h"

struct runner {
    const struct run_request *r;
    struct run_facts *facts;
    struct arena arena;
    const char *work;
    struct due due;
    bool ran[DUE_STAGES];
    int lock;
    sigset_t mask; /* of signals, as it was before this run */
    struct log log;
};

const char *runner_work(const struct run_request *r, struct arena *a)
{
    return stage_path(a, r->out, ".work");
}

char **runner_stage_command(const struct run_request *r, size_t stage, const char *work,
                            struct arena *a)
{
    enum { MOST = 16 };
    const struct opts_shared *o = r->opts;
    char **argv = ARENA_ARRAY(a, char *, MOST);
    size_t n = 0;
    const struct {
        const char *name, *value;
    } text[] = {{"--config", o->config},
                {"--raw", o->raw},
                {"--out", r->out},
                {"--work", work},
                {"--key-file", o->key}};
    argv[n++] = (char *)(uintptr_t)stage_path(a, r->libexec, chain[stage].name);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (!text[i].value)
            continue;
        argv[n++] = (char *)(uintptr_t)text[i].name;
        argv[n++] = (char *)(uintptr_t)text[i].value;
    }
    if (o->jobs)
        argv[n++] = (char *)(uintptr_t)arena_printf(a, "--jobs=%lld", (long long)o->jobs).p;
    if (o->year)
        argv[n++] = (char *)(uintptr_t)arena_printf(a, "--year=%lld", (long long)o->year).p;
    const struct {
        const char *name;
        bool given;
    } flag[] = {{"--changes", o->changes},
                {"--no-changes", o->no_changes},
                {"--quiet", o->quiet},
                {"--verbose", o->verbose},
                {"--force", r->force}};
    for (size_t i = 0; i < sizeof flag / sizeof flag[0]; i++)
        if (flag[i].given)
            argv[n++] = (char *)(uintptr_t)flag[i].name;
    return argv;
}

/* Says for everybody that a signal ended the run. */
static enum status stopped(struct runner *k, enum status status, struct err *e)
{
    k->facts->stopped = true;
    stop_say((int)status - ST_STOPPED, e);
    return status;
}

/* What the end of a stage means, with *e set unless it has said so itself. */
static enum status judge_end(struct runner *k, size_t stage, int state, struct err *e)
{
    if (!stop_check(e))
        return stopped(k, e->status, e);
    if (WIFEXITED(state)) {
        enum status status = (enum status)WEXITSTATUS(state);
        return stop_is(status) ? stopped(k, status, e) : status;
    }
    char name[32];
    snprintf(name, sizeof name, "SIG%s", sigabbrev_np(WTERMSIG(state)));
    err_set(e, ST_SYSTEM, chain[stage].name, "E-STAGE-04", chain[stage].name, name, NULL);
    return ST_SYSTEM;
}

/* The same by an engine of its own. */
static enum status run_elsewhere(struct runner *k, size_t stage, char **argv, struct err *e)
{
    const struct engine_stage s = {k->r, stage, k->work, argv};
    double start = clock_seconds();
    enum status status = engines[k->r->engine].run(&s, e);
    k->facts->stage_seconds[stage] = clock_seconds() - start;
    if (!stop_check(e))
        status = stopped(k, e->status, e);
    if (status != ST_OK)
        k->facts->failed_stage = chain[stage].name;
    return status;
}

/* What a stage says of its failure, which it has printed itself. */
static void take_words(struct runner *k)
{
    struct strbuf text = {0};
    struct err ignored;
    const char *path = stage_path(&k->arena, k->work, STAGE_ERROR);
    if (!sys_is_absent(path) && infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &ignored))
        snprintf(k->facts->error, sizeof k->facts->error, "%.*s", STR_ARG(strbuf_str(&text)));
    strbuf_release(&text);
}

/* Runs one stage to its end; its exit status. */
static enum status run_one(struct runner *k, size_t stage, struct err *e)
{
    char **argv = runner_stage_command(k->r, stage, k->work, &k->arena);
    if (engines[k->r->engine].run)
        return run_elsewhere(k, stage, argv, e);
    char *const added[] = {
        (char *)(uintptr_t)arena_printf(&k->arena, "TONGJI_RUNNER=%ld", (long)getpid()).p,
        (char *)(uintptr_t)arena_printf(&k->arena, "TONGJI_RUN=%lld", (long long)k->facts->number)
            .p};
    char **env = child_environment(added, sizeof added / sizeof added[0]);
    const struct child c = {.argv = argv, .env = env, .keep = k->lock, .mask = k->mask};
    double start = clock_seconds();
    int state = 0;
    bool ran = child_run(&c, &state, e);
    free(env);
    k->facts->stage_seconds[stage] = clock_seconds() - start;
    if (!ran)
        return e->status;
    if (WIFSIGNALED(state) && !k->r->opts->quiet)
        progress_bar_erase();
    enum status status = judge_end(k, stage, state, e);
    if (status != ST_OK) {
        k->facts->failed_stage = chain[stage].name;
        take_words(k);
    }
    return status;
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

/* All stages or none of them. What can fail comes before the exchange; the old folders stay in
 * .work until the very end, so that a reader who has just looked one up still finds all of it. */
static bool publish(struct runner *k, struct err *e)
{
    struct outdir_pair *pair = ARENA_ARRAY(&k->arena, struct outdir_pair, chain_length);
    size_t n = 0;
    for (size_t s = k->r->first; s <= k->r->last; s++) {
        if (!keep_failed(k, s, false, e))
            return false;
        if (!k->ran[s])
            continue;
        pair[n].from = stage_path(&k->arena, k->work, chain[s].name);
        pair[n++].to = stage_path(&k->arena, k->r->out, chain[s].name);
    }
    return n == 0 || (outdir_sync(k->work, e) && outdir_exchange_all(pair, n, e) &&
                      outdir_sync_names(k->r->out, e));
}

/* A run that ends before the last stage has published nothing that history knows. */
static bool keep_history(struct runner *k, struct err *e)
{
    return k->r->last + 1 < chain_length ||
           slip_history_update(k->r->out, k->r->conf, k->facts->started, e);
}

/* What a run left that was killed: it may have been anywhere, so its folders tell nothing. */
static bool clear_litter(struct runner *k, struct err *e)
{
    struct strbuf names = {0};
    if (!sys_is_absent(k->work))
        strbuf_add(&names, STR(".work"));
    k->facts->interrupted = names.n > 0;
    bool ok = outdir_clear(k->r->out, &names, e) && outdir_empty(k->work, e);
    if (ok && names.n)
        log_event(&k->log, "I-LOG-03", strbuf_c(&names), NULL);
    strbuf_release(&names);
    return ok;
}

/* Is a stage due, on what the stages before it have made, or left as it is? */
static bool is_due(struct runner *k, size_t s, bool *due, struct err *e)
{
    bool any = false;
    for (size_t i = k->r->first; i < s; i++)
        any |= k->ran[i];
    if (any) {
        struct stamp before;
        const char *from = k->ran[s - 1] ? k->work : k->r->out;
        if (!stamp_read(s - 1, stage_path(&k->arena, from, chain[s - 1].name), &before, e) ||
            !due_judge(&k->due, s, before.id, e))
            return false;
    }
    *due = k->due.stage[s].stale;
    return true;
}

static enum status run_due_stages(struct runner *k, struct err *e)
{
    enum status status = ST_OK;
    for (size_t s = k->r->first; s <= k->r->last && status == ST_OK; s++) {
        bool due = false;
        if (!is_due(k, s, &due, e))
            return e->status;
        if (!due)
            continue;
        status = run_one(k, s, e);
        k->ran[s] = status == ST_OK;
        if (status == ST_DATA && !keep_failed(k, s, true, e))
            status = e->status;
    }
    return status;
}

static bool is_nothing_new(const struct runner *k)
{
    bool fresh = books_are_right(k->r->out);
    for (size_t s = k->r->first; s <= k->r->last; s++)
        fresh = fresh && !k->due.stage[s].stale;
    return fresh;
}

/* A run that was killed may have left the last good result aside. */
static bool mend_results(struct runner *k, struct err *e)
{
    bool ok = true;
    for (size_t s = 0; ok && s < chain_length; s++)
        ok = exchange_mend(stage_path(&k->arena, k->r->out, chain[s].name), e);
    return ok;
}

/* What is due, and a working folder where hashes that are known lie ready for the first stage. */
static bool prepare(struct runner *k, struct err *e)
{
    if (!mend_results(k, e) || !clear_litter(k, e) || !due_find(&k->due, k->r, false, e))
        return false;
    k->facts->nothing_new = is_nothing_new(k);
    const char *hashes = stage_path(&k->arena, k->work, CLEANUNIT_HASHES);
    return k->r->first != 0 || cleanunits_hand_over(&k->due.files, hashes, e);
}

/* The stages that are due; then nothing stops the run any more, and their results take their
 * places. */
static enum status run_stages(struct runner *k, sigset_t *held, struct err *e)
{
    enum status status = prepare(k, e) ? run_due_stages(k, e) : e->status;
    if (status == ST_OK && !stop_check(e))
        status = stopped(k, e->status, e);
    stop_hold(held);
    if (status == ST_OK && !(publish(k, e) && (k->facts->nothing_new || keep_history(k, e))))
        status = e->status;
    return status;
}

static enum status keep_record(struct runner *k, enum status status, struct err *e)
{
    struct err ignored = {0};
    struct err *first = status == ST_OK ? e : &ignored;
    if (!manifest_write(k->r, k->facts, first) && status == ST_OK)
        status = e->status;
    if (status == ST_OK && !k->facts->nothing_new &&
        !(vintages_write(k->r, k->facts, e) && keep_run(k->r, k->facts, e) &&
          books_write(k->r->out, e)))
        status = e->status;
    if (!outdir_remove(k->work, &ignored) && status == ST_OK) {
        *e = ignored;
        status = e->status;
    }
    return status;
}

static void end_log(struct runner *k, const struct err *e)
{
    const struct run_facts *f = k->facts;
    const long long number[] = {f->exit, f->files, f->rows_read, f->findings};
    char text[4][24], seconds[32];
    for (size_t i = 0; i < 4; i++)
        snprintf(text[i], sizeof text[i], "%lld", number[i]);
    snprintf(seconds, sizeof seconds, "%.2f", f->seconds);
    if (f->exit != ST_OK)
        log_error(&k->log, e);
    if (e->code)
        err_words(e, k->r->conf->language, k->facts->error, sizeof k->facts->error);
    log_event(&k->log, "I-LOG-02", text[0], seconds, text[1], text[2], text[3], NULL);
}

static enum status run_locked(struct runner *k, struct err *e)
{
    sigset_t held;
    double start = clock_seconds();
    k->facts->number = k->log.run = manifest_next(k->r->out);
    log_event(&k->log, "I-LOG-01", "tongji " TONGJI_VERSION, NULL);
    enum status status = run_stages(k, &held, e);
    k->facts->exit = (int)status;
    k->facts->seconds = clock_seconds() - start;
    status = keep_record(k, status, e);
    k->facts->exit = (int)status;
    end_log(k, e);
    stop_resume(&held);
    return status;
}

enum status runner_run(const struct run_request *r, struct run_facts *facts, struct err *e)
{
    struct runner k = {.r = r, .facts = facts, .lock = -1};
    *facts = (struct run_facts){.started = zone_now()};
    k.log = (struct log){.conf = r->conf, .quiet = r->opts->quiet, .verbose = r->opts->verbose};
    k.work = runner_work(r, &k.arena);
    stop_watch(&k.mask);
    signal(SIGPIPE, SIG_IGN); /* who reads what we say may go; the run goes on */
    enum status status = ST_OK;
    if (outdir_make(r->out, e) && lock_take(r->out, r->opts->wait, &k.lock, e)) {
        status = run_locked(&k, e);
        lock_release(k.lock);
        hooks_run(r, facts, &k.mask, &k.log);
    } else {
        status = e->status;
        log_error(&k.log, e);
    }
    due_release(&k.due);
    arena_release(&k.arena);
    return status;
}
