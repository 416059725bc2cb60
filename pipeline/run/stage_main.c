/*
 * The one main() of all stages: options, configuration, reference tables, a fresh input, an empty
 * folder; then the stage; then what its files are (publish/package.h) and the swap. Only here is a
 * failure printed and turned into an exit code.
 *
 * A stage by hand takes the lock that a run takes (run/lock.h). One that is part of a run works
 * below
 * --work under the lock of the runner, whose end is its own: TONGJI_RUNNER in its environment is
 * the runner's process id, TONGJI_RUN the number of the run.
 */
#include "pipeline/run/stage.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pipeline/base/clock.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/base/stop.h"
#include "pipeline/calc/allcolumns.h"
#include "pipeline/calc/num.h"
#include "pipeline/chain.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/publish/package.h"
#include "pipeline/run/basis.h"
#include "pipeline/run/exchange.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/log.h"
#include "pipeline/run/opts.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/progress_bar.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/version.h"

struct session {
    struct opts_shared opts;
    bool force;
    const char *unit; /* I/N: a share of the work; NULL: all of it */
    char program[65];
    struct conf conf;
    struct refs refs;
    struct arena arena;
    struct problems also;
    size_t self; /* index in the chain */
    const char *out;
    struct progress progress;
    struct log log;
    int lock; /* -1: the runner's, or not taken */
};

/* Where the result of a stage lies: a run that is under way hides what was there before. */
static const char *dir_of(void *context, size_t stage)
{
    struct session *s = context;
    if (s->opts.work) {
        const char *dir = stage_path(&s->arena, s->opts.work, chain[stage].name);
        if (!sys_is_absent(dir))
            return dir;
    }
    return stage_path(&s->arena, s->out, chain[stage].name);
}

/* What the result rests on goes beside it. */
static bool write_basis(struct session *s, struct stage_ctx *ctx, struct err *e)
{
    struct stamp before;
    struct str text;
    size_t in = chain_find(chain[s->self].in);
    struct basis b = {.conf = &s->conf,
                      .refs = &s->refs,
                      .program = ctx->program,
                      .raw = ctx->files,
                      .list_changes = ctx->list_changes};
    if (in != SIZE_MAX) {
        if (!stamp_read(in, ctx->in, &before, e))
            return false;
        b.input = before.id;
    } else {
        rawset_complete(ctx->files);
    }
    return basis_text(s->self, &b, &s->arena, &text, e) && basis_write(ctx->to, &b, text, e);
}

/* Fills in what a stage works on; what `ctx` points to is its caller's. */
static bool prepare(struct session *s, struct stage_ctx *ctx, struct err *e)
{
    size_t in = chain_find(chain[s->self].in);
    ctx->conf = &s->conf;
    ctx->refs = &s->refs;
    ctx->also = &s->also;
    ctx->progress = &s->progress;
    ctx->force = s->force;
    ctx->verbose = s->opts.verbose;
    ctx->raw = s->opts.raw ? s->opts.raw : s->conf.raw.p;
    ctx->out = s->out;
    ctx->work = s->opts.work;
    if (ctx->work)
        ctx->units = arena_printf(&s->arena, "%s/units/%s", ctx->work, chain[s->self].name).p;
    ctx->jobs = s->opts.jobs ? (size_t)s->opts.jobs : (size_t)s->conf.jobs;
    if (!ctx->jobs)
        ctx->jobs = pool_cores();
    ctx->list_changes = basis_lists_changes(&s->conf, &s->opts);
    if (!infile_hash("/proc/self/exe", s->program, NULL, e) ||
        (in != SIZE_MAX && !stamp_check(in, dir_of, s, e)))
        return false;
    ctx->program = s->program;
    ctx->in = in == SIZE_MAX ? ctx->raw : dir_of(s, in);
    if (s->self && !allcolumns_read(&s->conf, dir_of(s, 0), e))
        return false;
    const char **result = ARENA_ARRAY(&s->arena, const char *, s->self);
    for (size_t i = 0; i < s->self; i++)
        result[i] = dir_of(s, i);
    ctx->result = result;
    return true;
}

static bool run_whole(struct session *s, struct stage_ctx *ctx, struct err *e)
{
    const char *target =
        stage_path(&s->arena, s->opts.work ? s->opts.work : s->out, chain[s->self].name);
    ctx->to = arena_printf(&s->arena, "%s.new", target).p;
    if (!outdir_empty(ctx->to, e))
        return false;
    const struct package_folder folder = {&s->conf, &s->refs, ctx->to, this_stage.name, NULL};
    if (this_stage.run(ctx, e) && package_write(&folder, e) &&
        outdir_give(ctx->to, s->conf.group, e) && write_basis(s, ctx, e) && stop_check(e))
        return s->opts.work ? exchange_names(ctx->to, target, e) : outdir_swap(ctx->to, target, e);
    /* What was computed before a check failed is kept for a look, beside the good result. */
    struct err ignored;
    const char *failed = arena_printf(&s->arena, "%s.failed", target).p;
    if (e->status != ST_DATA || !outdir_remove(failed, &ignored) ||
        sys_rename(ctx->to, failed) != 0)
        outdir_remove(ctx->to, &ignored);
    return false;
}

/* "I/N": a share of the work, I from 1. */
static bool run_share(struct session *s, struct stage_ctx *ctx, struct err *e)
{
    int64_t i, n;
    struct str text = str_c(s->unit);
    size_t slash = str_find(text, '/');
    bool good = num_parse_plain((struct str){text.p, slash}, &i) &&
                num_parse_plain(str_from(text, slash + 1), &n) && i >= 1 && i <= n;
    if (!good || !this_stage.share || !ctx->work)
        return err_set(e, ST_CONFIG, NULL, "E-USE-11", this_stage.name, s->unit, NULL);
    ctx->to = ctx->units;
    return outdir_make(ctx->to, e) && this_stage.share(ctx, (size_t)i - 1, (size_t)n, e);
}

static bool run_stage(struct session *s, struct err *e)
{
    struct rawset files = {0};
    struct stage_ctx ctx = {.files = &files};
    bool ok = prepare(s, &ctx, e) && (s->unit ? run_share(s, &ctx, e) : run_whole(s, &ctx, e));
    rawset_release(&files);
    return ok;
}

static bool load(struct session *s, struct err *e)
{
    struct problems problems = {0};
    bool ok = conf_load(s->opts.config, &s->conf, &problems);
    if (!ok)
        problems_tell(&problems, s->conf.language, stderr, e);
    problems_release(&problems);
    if (s->opts.key)
        s->conf.key_file = str_c(s->opts.key);
    return ok && refs_load(&s->conf, s->opts.raw ? s->opts.raw : s->conf.raw.p, s->opts.year,
                           &s->refs, e);
}

/* The runner has gone when its stage would work for nobody: then the stage goes too. */
static void follow_runner(struct session *s)
{
    const char *runner = getenv("TONGJI_RUNNER"), *run = getenv("TONGJI_RUN");
    int64_t pid;
    if (run && !num_parse_plain(str_c(run), &s->log.run))
        s->log.run = 0;
    if (!runner || !num_parse_plain(str_c(runner), &pid) || getppid() != (pid_t)pid)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != (pid_t)pid)
        raise(SIGKILL);
}

static bool take_place(struct session *s, struct err *e)
{
    struct strbuf removed = {0};
    if (!outdir_make(s->out, e) || !lock_take(s->out, s->opts.wait, &s->lock, e))
        return false;
    bool ok = outdir_clear(s->out, &removed, e);
    if (ok && removed.n)
        log_event(&s->log, "I-LOG-03", strbuf_c(&removed), NULL);
    strbuf_release(&removed);
    return ok;
}

static void hand_over(struct session *s, const struct err *e)
{
    char words[sizeof e->where + sizeof e->text[0] + 32];
    struct err ignored;
    err_words(e, s->conf.language, words, sizeof words);
    outfile_put(stage_path(&s->arena, s->opts.work, STAGE_ERROR), 0640, str_c(words), &ignored);
}

static void log_end(struct session *s, bool ok, double seconds, const struct err *e)
{
    const struct progress *p = &s->progress;
    const long long number[] = {ok ? ST_OK : e->status, p->files.done, p->rows.done, p->findings};
    char text[4][24], took[32];
    for (size_t i = 0; i < 4; i++)
        snprintf(text[i], sizeof text[i], "%lld", number[i]);
    snprintf(took, sizeof took, "%.2f", seconds);
    for (size_t i = 0; i < s->also.n; i++)
        log_error(&s->log, &s->also.e[i]);
    if (!ok)
        log_error(&s->log, e);
    if (!ok && s->opts.work)
        hand_over(s, e);
    log_event(&s->log, "I-LOG-02", text[0], took, text[1], text[2], text[3], NULL);
}

/* The stage, with everything around it that is for people. */
static bool run_watched(struct session *s, struct err *e)
{
    double begun = clock_seconds();
    log_event(&s->log, "I-LOG-01", this_stage.name, NULL);
    struct progress_bar *bar =
        s->opts.quiet ? NULL : progress_bar_begin(this_stage.name, &s->progress, s->conf.language);
    bool ok = run_stage(s, e);
    progress_bar_end(bar);
    log_end(s, ok, clock_seconds() - begun, e);
    return ok;
}

enum { OWN_OPTIONS = 2 };

static void own_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    const struct opt own[OWN_OPTIONS] = {
        {0,
         "force",
         OPT_FLAG,
         &s->force,
         NULL,
         {"不使用已有的任何结果", "use nothing of the results that are there"}},
        {0,
         "unit",
         OPT_TEXT,
         &s->unit,
         "I/N",
         {"只做 N 份中的第 I 份(须有 --work)", "only share I of N, with --work"}},
    };
    memcpy(rows, own, sizeof own);
}

static bool session_run(struct session *s, int argc, char **argv, struct err *e)
{
    struct opt rows[OPTS_SHARED + OWN_OPTIONS];
    opts_shared_rows(&s->opts, rows);
    own_options(s, rows + OPTS_SHARED);
    size_t n;
    if (!opts_parse(argc, argv, rows, OPTS_SHARED + OWN_OPTIONS, NULL, 0, &n, e))
        return false;
    if (s->opts.version) {
        printf("%s (tongji) %s\n", this_stage.name, TONGJI_VERSION);
        return true;
    }
    if (s->opts.help) {
        for (int l = 0; l < MSG_LANGS; l++) {
            printf("%s: %s\n", this_stage.name, chain[s->self].help[l]);
            opts_help(rows, OPTS_SHARED + OWN_OPTIONS, (enum lang)l, stdout);
        }
        return true;
    }
    if (!load(s, e))
        return false;
    s->out = s->opts.out ? s->opts.out : s->conf.out.p;
    s->log = (struct log){.conf = &s->conf,
                          .stage = this_stage.name,
                          .quiet = s->opts.quiet,
                          .verbose = s->opts.verbose};
    if (s->opts.work)
        follow_runner(s);
    else if (!take_place(s, e))
        return false;
    bool ok = run_watched(s, e);
    lock_release(s->lock);
    return ok;
}

int main(int argc, char **argv)
{
    struct session s = {.self = chain_find(this_stage.name), .lock = -1};
    struct err e = {0};
    stop_watch(NULL);
    if (s.self == SIZE_MAX)
        BUG("this stage is not in the chain");
    bool ok = session_run(&s, argc, argv, &e);
    if (fflush(stdout) != 0 && ok)
        ok = err_sys(&e, "stdout");
    for (size_t i = 0; i < s.also.n; i++)
        err_print(&s.also.e[i], s.conf.language, stderr);
    if (!ok && !(s.opts.work && stop_is(e.status))) /* a run that was stopped says so itself */
        err_print(&e, s.conf.language, stderr);
    problems_release(&s.also);
    refs_release(&s.refs);
    conf_release(&s.conf);
    arena_release(&s.arena);
    return ok ? ST_OK : (int)e.status;
}
