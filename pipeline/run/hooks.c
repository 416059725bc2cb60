#include "pipeline/run/hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"
#include "pipeline/chain.h"
#include "pipeline/run/child.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/version.h"

enum { FACTS = 24 };

struct facts {
    struct arena arena;
    char *set[FACTS]; /* "NAME=value" */
    size_t n;
};

static void add(struct facts *t, const char *name, const char *value)
{
    if (t->n == FACTS)
        BUG("more facts than room for them");
    t->set[t->n++] =
        (char *)(uintptr_t)arena_printf(&t->arena, "TONGJI_%s=%s", name, value ? value : "").p;
}

static void add_number(struct facts *t, const char *name, int64_t value)
{
    add(t, name, arena_printf(&t->arena, "%lld", (long long)value).p);
}

/* A hook may stand anywhere: paths are given from the root. */
static const char *absolute(struct facts *t, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = real ? arena_str(&t->arena, str_c(real)).p : path;
    free(real);
    return kept;
}

static void collect(struct facts *t, const struct run_request *r, const struct run_facts *f)
{
    char started[32];
    const char *out = absolute(t, r->out);
    const char *publish = stage_path(&t->arena, out, chain[chain_length - 1].name);
    manifest_time(f->started, started, sizeof started);
    add(t, "STAGE", f->failed_stage);
    add(t, "RESULT", f->exit == ST_OK ? "ok" : "failed");
    add_number(t, "EXIT", f->exit);
    add_number(t, "RUN", f->number);
    add(t, "STARTED", started);
    add(t, "SECONDS", arena_printf(&t->arena, "%.2f", f->seconds).p);
    add_number(t, "FILES", f->files);
    add_number(t, "ROWS", f->rows_read);
    add_number(t, "KEPT", f->kept);
    add_number(t, "REJECTED", f->rejected);
    add_number(t, "FINDINGS", f->findings);
    add(t, "OUT", out);
    add(t, "SUMMARY", stage_path(&t->arena, publish, "summary.csv"));
    add(t, "CONFIG", absolute(t, r->conf->path.p));
    add(t, "LOG", r->conf->log.n ? absolute(t, r->conf->log.p) : "");
    add(t, "ERROR", f->error);
    add(t, "VERSION", TONGJI_VERSION);
}

/* What was wrong with the end of a command, in two words; NULL: nothing. */
static const char *trouble(struct facts *t, int state)
{
    if (WIFSIGNALED(state))
        return arena_printf(&t->arena, "SIG%s", sigabbrev_np(WTERMSIG(state))).p;
    if (WEXITSTATUS(state))
        return arena_printf(&t->arena, "exit %d", WEXITSTATUS(state)).p;
    return NULL;
}

void hooks_run(const struct run_request *r, const struct run_facts *f, const sigset_t *mask,
               struct log *log)
{
    const bool good = f->exit == ST_OK;
    const struct conf_text *command = good ? &r->conf->on_success : &r->conf->on_failure;
    if (!command->text.n || stop_is((enum status)f->exit) || f->exit == ST_BUSY)
        return;
    struct facts t = {0};
    struct err e = {0};
    int state = 0;
    collect(&t, r, f);
    char **env = child_environment(t.set, t.n);
    char *text = (char *)(uintptr_t)arena_str(&t.arena, command->text).p;
    char shell[] = "/bin/sh", option[] = "-c";
    char *argv[] = {shell, option, text, NULL};
    const struct child c = {.argv = argv,
                            .env = env,
                            .keep = -1,
                            .apart = true,
                            .seconds = (int)r->conf->hook_seconds,
                            .mask = *mask};
    const char *why = child_run(&c, &state, &e) ? trouble(&t, state) : e.text[r->conf->language];
    if (why)
        log_event(log, "W-HOOK-01", good ? "on_success" : "on_failure", why, NULL);
    free(env);
    arena_release(&t.arena);
}
