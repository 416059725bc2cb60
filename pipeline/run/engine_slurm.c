#include "pipeline/run/engine_slurm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/stop.h"
#include "pipeline/chain.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/slurm.h"
#include "pipeline/run/slurm_task.h"
#include "pipeline/run/stage.h"

enum {
    SILENCE = 600,   /* seconds that the cluster may be unreachable */
    TAKE_BACK = 60,  /* seconds that jobs have to end after scancel */
    LAST_LINES = 15, /* of what a failed task has said */
};

struct cluster {
    const struct engine_stage *s;
    const struct conf_slurm *settings;
    struct arena arena;
    struct arena look; /* of one look at the queue */
    const char *name;  /* of the jobs */
    const char *log, *script;
    const char *base;        /* of the files of the round in hand */
    size_t units;            /* 0: the stage is one task */
    struct slurm_task *task; /* the units; [0] is the one that puts them together */
    int64_t array, gather;   /* jobs of the round in hand */
    size_t round;
    char shown[512];
};

static const char *stage_name(const struct cluster *k)
{
    return chain[k->s->stage].name;
}

/* --- what there is to do --- */

/* One name for an output folder, however it is written. */
static const char *job_name(struct arena *a, const char *out)
{
    char hex[65];
    char *full = realpath(out, NULL);
    sha256_hex(str_c(full ? full : out), hex);
    free(full);
    return arena_printf(a, "tongji-%.16s", hex).p;
}

/* So many bytes of raw files are worth a task of its own where tables are shared out. */
enum { KEY_UNIT = 16 << 20 };

static bool count_units(struct cluster *k, struct err *e)
{
    const struct run_request *r = k->s->r;
    const struct chain_row *stage = &chain[k->s->stage];
    const size_t most = (size_t)k->settings->tasks;
    struct dirlist list;
    k->units = 0;
    if (!stage->by_file && !stage->by_key)
        return true;
    if (!dirlist_read(r->opts->raw ? r->opts->raw : r->conf->raw.p, &k->arena, &list, e))
        return false;
    size_t n = list.n;
    if (stage->by_key) {
        uint64_t bytes = 0;
        for (size_t i = 0; i < list.n; i++)
            bytes += list.file[i].bytes;
        n = bytes / KEY_UNIT;
    }
    n = n < most ? n : most;
    k->units = n > 1 ? n : 0;
    return true;
}

static bool begin(struct cluster *k, struct err *e)
{
    k->name = job_name(&k->arena, k->s->r->out);
    k->log = stage_path(&k->arena, k->s->work, "log");
    k->script = stage_path(&k->arena, k->log, "task.sh");
    if (!count_units(k, e))
        return false;
    k->task = ARENA_ARRAY(&k->arena, struct slurm_task, k->units + 1);
    return true;
}

/* The script and what it gets, for the units or for the one that puts them together. */
static char **command(struct cluster *k, bool units)
{
    const struct opts_shared *o = k->s->r->opts;
    size_t n = 0;
    while (k->s->argv[n])
        n++;
    char **word = ARENA_ARRAY(&k->arena, char *, n + 5);
    const char *const first[] = {k->script, k->base,
                                 arena_printf(&k->arena, "%zu", units ? k->units : 0).p};
    for (size_t i = 0; i < 3; i++)
        word[i] = (char *)(uintptr_t)first[i];
    memcpy(word + 3, k->s->argv, n * sizeof *word);
    if (!o->jobs)
        word[3 + n] =
            (char *)(uintptr_t)arena_printf(&k->arena, "--jobs=%lld", (long long)k->settings->cpus)
                .p;
    return word;
}

static bool is_wanted(void *context, size_t i)
{
    return !((struct cluster *)context)->task[i].fine;
}

static struct slurm_job job_of(struct cluster *k, bool units)
{
    const struct opts_shared *o = k->s->r->opts;
    return (struct slurm_job){.settings = k->settings,
                              .name = k->name,
                              .comment = stage_name(k),
                              .cpus = o->jobs ? o->jobs : k->settings->cpus,
                              .command = command(k, units)};
}

static void next_round(struct cluster *k)
{
    k->base = arena_printf(&k->arena, "%s/%s.%zu", k->log, stage_name(k), ++k->round).p;
    k->array = k->gather = 0;
    for (size_t i = 0; i <= k->units; i++) {
        k->task[i].phase = k->task[i].fine ? SLURM_OVER : SLURM_WAITING;
        k->task[i].unheard = 0;
    }
}

/* Hands in the units that are not done, and the task that puts all together after them. */
static bool submit(struct cluster *k, struct err *e)
{
    struct slurm_job units = job_of(k, true), gather = job_of(k, false);
    units.indices = slurm_indices(&k->arena, k->units, is_wanted, k);
    if (units.indices && !slurm_submit(&k->arena, &units, &k->array, e))
        return false;
    gather.after = k->array;
    return slurm_submit(&k->arena, &gather, &k->gather, e);
}

/* --- waiting --- */

/* Waits; true at once when a signal asks to stop: the jobs have to be taken back first. */
static bool pause_for(int64_t seconds)
{
    enum { LOOKS = 10 }; /* a second */
    for (int64_t i = 0; i < seconds * LOOKS && !stop_asked(); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000000 / LOOKS}, NULL);
    return stop_asked() != 0;
}

/* Are there jobs of ours whose tasks may still run? */
static bool are_active(struct cluster *k, bool *active, struct err *e)
{
    struct slurm_seen *seen;
    size_t n;
    arena_reset(&k->look);
    if (!slurm_list(&k->look, k->name, &seen, &n, e))
        return false;
    *active = false;
    for (size_t i = 0; i < n; i++)
        *active |= seen[i].state->phase != SLURM_OVER;
    return true;
}

/* Takes back what is still there of this run, or of one before it, and waits for its end: nothing
 * may go on writing into a folder that is not its own any more. */
static bool take_back(struct cluster *k, struct err *e)
{
    bool active;
    if (!are_active(k, &active, e))
        return false;
    if (active && !slurm_cancel(k->name, e))
        return false;
    for (int waited = 0; active; waited++) {
        if (waited == TAKE_BACK)
            return err_set(e, ST_SYSTEM, NULL, "E-SLURM-04", k->name, NULL);
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        if (!are_active(k, &active, e))
            return false;
    }
    return true;
}

/* --- how they are --- */

static void judge(struct cluster *k, size_t i, const struct slurm_seen *seen)
{
    const char *end = arena_printf(&k->look, "%s.%zu.end", k->base, i).p;
    slurm_task_judge(&k->task[i], end, seen, i == 0 && k->array);
}

static bool units_are_over(const struct cluster *k, bool *fine)
{
    bool over = true;
    *fine = true;
    for (size_t i = 1; i <= k->units; i++) {
        over &= k->task[i].phase == SLURM_OVER;
        *fine &= k->task[i].fine;
    }
    return over;
}

/* One look at the queue. */
static bool look(struct cluster *k, struct err *e)
{
    struct slurm_seen *seen;
    size_t n;
    arena_reset(&k->look);
    if (!slurm_list(&k->look, k->name, &seen, &n, e))
        return false;
    const struct slurm_seen **of = ARENA_ARRAY(&k->look, const struct slurm_seen *, k->units + 1);
    for (size_t i = 0; i < n; i++) {
        if (seen[i].job == k->gather)
            of[0] = &seen[i];
        else if (seen[i].job == k->array && seen[i].index && seen[i].index <= k->units)
            of[seen[i].index] = &seen[i];
    }
    for (size_t i = 1; i <= k->units; i++)
        if (k->task[i].phase != SLURM_OVER)
            judge(k, i, of[i]);
    bool fine;
    if (units_are_over(k, &fine) && fine)
        judge(k, 0, of[0]);
    return true;
}

/* --- what is said --- */

static void say(const struct cluster *k, const char *code, ...)
{
    const struct opts_shared *o = k->s->r->opts;
    struct arena a = {0};
    va_list ap;
    va_start(ap, code);
    if (!o->quiet && (o->verbose || isatty(STDERR_FILENO)))
        fprintf(stderr, "%s\n", msg_words(&a, k->s->r->conf->language, code, ap).p);
    va_end(ap);
    arena_release(&a);
}

static void say_progress(struct cluster *k)
{
    size_t in[SLURM_OVER + 1] = {0};
    for (size_t i = 0; i <= k->units; i++)
        in[k->task[i].phase]++;
    char line[sizeof k->shown];
    snprintf(line, sizeof line, "%zu %zu %zu", in[SLURM_OVER], in[SLURM_RUNNING],
             in[SLURM_WAITING]);
    if (strcmp(line, k->shown) == 0)
        return;
    memcpy(k->shown, line, sizeof line);
    char number[4][24];
    const size_t value[4] = {k->units + 1, in[SLURM_OVER], in[SLURM_RUNNING], in[SLURM_WAITING]};
    for (int i = 0; i < 4; i++)
        snprintf(number[i], sizeof number[i], "%zu", value[i]);
    say(k, "I-SLURM-01", stage_name(k), number[0], number[1], number[2], number[3], NULL);
}

/* The last lines of what a task has written. */
static void pass_on(const struct cluster *k, size_t i, const char *ending, FILE *to, size_t lines)
{
    struct arena a = {0};
    struct strbuf text = {0};
    struct err none;
    const char *path = arena_printf(&a, "%s.%zu.%s", k->base, i, ending).p;
    if (access(path, F_OK) == 0 && infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &none)) {
        size_t from = text.n;
        while (from > 0 && (text.p[from - 1] != '\n' || from == text.n || --lines > 0))
            from--;
        fwrite(text.p + from, 1, text.n - from, to);
        if (text.n && text.p[text.n - 1] != '\n')
            fputc('\n', to);
    }
    strbuf_release(&text);
    arena_release(&a);
}

/* --- rounds --- */

/* Waits until the round is decided: all is done, or something has to be handed in again, or
 * nothing can help. */
static bool follow(struct cluster *k, struct err *e)
{
    int64_t wait = 1, silent = 0;
    struct err unheard; /* of a look that failed: the next may not */
    for (bool decided = false; !decided;) {
        if (pause_for(wait))
            return true;
        silent = look(k, &unheard) ? 0 : silent + wait;
        if (silent > SILENCE) {
            *e = unheard;
            return false;
        }
        if (silent)
            continue;
        say_progress(k);
        wait = wait * 2 < k->settings->poll ? wait * 2 : k->settings->poll;
        bool fine;
        decided = units_are_over(k, &fine) && (!fine || k->task[0].phase == SLURM_OVER);
        for (size_t i = 0; i <= k->units; i++)
            decided |= k->task[i].hopeless;
    }
    return true;
}

/* What the failures of the round come to: the exit status of the stage, with *e where the task's
 * own words do not say it all, or ST_OK: those that failed are to be tried again. */
static enum status tell_failures(struct cluster *k, struct err *e)
{
    size_t first = SIZE_MAX, n = 0;
    for (size_t i = 0; i <= k->units; i++) {
        const struct slurm_task *t = &k->task[i];
        if (t->phase != SLURM_OVER || t->fine)
            continue;
        n++;
        bool final = t->hopeless || t->failed > (size_t)k->settings->retries;
        if (final && (first == SIZE_MAX || (t->hopeless && !k->task[first].hopeless)))
            first = i;
    }
    if (first == SIZE_MAX)
        return ST_OK;
    const struct slurm_task *t = &k->task[first];
    pass_on(k, first, "err", stderr, LAST_LINES);
    if (t->status == ST_DATA || t->status == ST_CONFIG)
        return (enum status)t->status;
    char failed[24], tries[24], task[64];
    snprintf(failed, sizeof failed, "%zu", n);
    snprintf(tries, sizeof tries, "%zu", t->failed + t->lost);
    snprintf(task, sizeof task, "%zu/%zu", first, k->units);
    err_set(e, ST_SYSTEM, NULL, "E-SLURM-02", stage_name(k), failed, task, tries, t->how, NULL);
    return ST_SYSTEM;
}

static void say_retries(const struct cluster *k)
{
    for (size_t i = 0; i <= k->units; i++) {
        char task[64];
        snprintf(task, sizeof task, "%zu/%zu", i, k->units);
        if (k->task[i].phase == SLURM_OVER && !k->task[i].fine)
            say(k, "I-SLURM-02", stage_name(k), task, k->task[i].how, NULL);
    }
}

/* Until everything is done, or cannot be. */
static enum status run_rounds(struct cluster *k, struct err *e)
{
    while (!k->task[0].fine) {
        next_round(k);
        if (!submit(k, e) || !follow(k, e))
            return ST_SYSTEM;
        if (!stop_check(e))
            return e->status;
        enum status status = tell_failures(k, e);
        if (status != ST_OK)
            return status;
        if (k->task[0].fine)
            break;
        say_retries(k);
        if (!take_back(k, e))
            return ST_SYSTEM;
    }
    pass_on(k, 0, "out", stdout, SIZE_MAX);
    pass_on(k, 0, "err", stderr, SIZE_MAX);
    return ST_OK;
}

enum status engine_slurm_run(const struct engine_stage *s, struct err *e)
{
    struct cluster k = {.s = s, .settings = &s->r->conf->slurm};
    enum status status = ST_SYSTEM;
    if (begin(&k, e) && outdir_make(k.log, e) &&
        outfile_put(k.script, 0644, str_c(slurm_task_script), e) && take_back(&k, e)) {
        status = run_rounds(&k, e);
        struct err ignored;
        if (status != ST_OK && !take_back(&k, &ignored) && !e->code)
            *e = ignored;
    }
    arena_release(&k.look);
    arena_release(&k.arena);
    return status;
}

/* --- what would be done --- */

/* A word as a shell would have to be given it. */
static void print_word(struct str word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+:,./%@";
    bool bare = word.n > 0;
    for (size_t i = 0; i < word.n; i++)
        bare &= memchr(plain, word.p[i], sizeof plain - 1) != NULL;
    if (bare) {
        fwrite(word.p, 1, word.n, stdout);
        return;
    }
    putchar('\'');
    for (size_t i = 0; i < word.n; i++)
        fputs(word.p[i] == '\'' ? "'\\''" : (char[2]){word.p[i], '\0'}, stdout);
    putchar('\'');
}

static void print_command(struct cluster *k, const struct slurm_job *j, const char *after)
{
    char **word = slurm_command(&k->arena, j);
    for (size_t i = 0; word[i]; i++) {
        if (i)
            putchar(' ');
        print_word(str_c(word[i]));
        if (i == 0 && after)
            printf(" --dependency=afterok:%s --kill-on-invalid-dep=yes", after);
    }
    putchar('\n');
}

bool engine_slurm_describe(const struct engine_stage *s, struct err *e)
{
    struct cluster k = {.s = s, .settings = &s->r->conf->slurm};
    bool ok = begin(&k, e);
    if (ok) {
        next_round(&k);
        struct slurm_job units = job_of(&k, true), gather = job_of(&k, false);
        units.indices = slurm_indices(&k.arena, k.units, is_wanted, &k);
        if (units.indices)
            print_command(&k, &units, NULL);
        print_command(&k, &gather, units.indices ? "JOB" : NULL);
    }
    arena_release(&k.arena);
    return ok;
}
