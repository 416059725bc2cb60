#include "pipeline/run/plan_command.h"

#include <stdarg.h>
#include <stdio.h>

#include "pipeline/chain.h"
#include "pipeline/run/basis.h"
#include "pipeline/run/basis_diff.h"
#include "pipeline/run/books.h"
#include "pipeline/run/cleanunit.h"
#include "pipeline/run/due.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/uses.h"

struct planning {
    const struct run_request *r;
    struct conf *conf;
    struct due due;
    struct arena arena;
    struct basis_change *change; /* of the stage in hand */
    size_t n;
};

/* "where: CODE words"; the arguments are texts, ended by NULL. */
static void say(const struct planning *p, const char *where, const char *code, ...)
{
    const char *arg[MSG_ARGS];
    char words[1024];
    va_list ap;
    va_start(ap, code);
    msg_args(ap, arg);
    va_end(ap);
    msg_format(code, p->conf->language, arg, words, sizeof words);
    printf("%s: %s %s\n", where, code, words);
}

/* --- why a stage is due --- */

/* Which message is it, by how it changed? NULL: none, it cannot change so. */
static const struct {
    const char *code[BASIS_HOWS];
    bool named; /* where: the thing that changed, behind the stage */
} reasons[BASIS_KINDS] = {
    [BASIS_PROGRAM] = {{"I-PLAN-05", "I-PLAN-05", "I-PLAN-05"}, false},
    [BASIS_INPUT] = {{"I-PLAN-06", "I-PLAN-06", "I-PLAN-06"}, false},
    [BASIS_CHANGES] = {{"I-PLAN-07", "I-PLAN-07", "I-PLAN-07"}, false},
    [BASIS_SECRET] = {{"I-PLAN-08", "I-PLAN-08", "I-PLAN-08"}, false},
    [BASIS_RAW] = {{"I-PLAN-09", "I-PLAN-10", "I-PLAN-11"}, true},
    [BASIS_PERIOD] = {{"I-PLAN-12", "I-PLAN-12", "I-PLAN-12"}, false},
    [BASIS_REFERENCE] = {{"I-PLAN-13", "I-PLAN-13", "I-PLAN-13"}, true},
    [BASIS_SECTION] = {{"I-PLAN-14", "I-PLAN-15", "I-PLAN-16"}, true},
    [BASIS_SETTING] = {{"I-PLAN-14", "I-PLAN-15", "I-PLAN-16"}, true},
    [BASIS_ORDER] = {{"I-PLAN-17", "I-PLAN-17", "I-PLAN-17"}, false},
};

/* A reference table is called by its file, as the clerk knows it. */
static struct str name_of(const struct planning *p, const struct basis_change *x)
{
    for (size_t i = 0; x->kind == BASIS_REFERENCE && i < REF_N; i++)
        if (str_eq(x->name, str_c(ref_table[i].name)) && p->conf->ref[i].file.n)
            return p->conf->ref[i].file;
    return x->name;
}

static void say_reason(struct planning *p, size_t s, const struct basis_change *x)
{
    struct str name = name_of(p, x);
    const char *z = arena_str(&p->arena, name).p, *where = chain[s].name;
    if (reasons[x->kind].named)
        where = arena_printf(&p->arena, "%s: %s", chain[s].name, z).p;
    say(p, where, reasons[x->kind].code[x->how], x->kind == BASIS_INPUT ? chain[s].in : z, NULL);
}

static void say_reasons(struct planning *p, size_t s)
{
    const struct due_stage *k = &p->due.stage[s];
    p->n = 0;
    if (p->r->force)
        say(p, chain[s].name, "I-PLAN-04", NULL);
    if (!k->have.n) {
        say(p, chain[s].name, "I-PLAN-03", NULL);
        return;
    }
    if (!k->want.n) {
        say(p, chain[s].name, "I-PLAN-18", chain[s].in, NULL);
        return;
    }
    p->n = basis_diff(k->have, k->want, &p->arena, &p->change);
    for (size_t i = 0; i < p->n; i++)
        say_reason(p, s, &p->change[i]);
}

/* --- raw files --- */

/* May this change be why a file is cleaned again? */
static bool concerns(const struct planning *p, const struct basis_change *x,
                     const struct rawfile *f)
{
    switch (x->kind) {
    case BASIS_RAW: {
        struct strbuf path = {0};
        rawset_print_path(f, &path);
        bool same = str_eq(x->name, strbuf_str(&path));
        strbuf_release(&path);
        return same;
    }
    case BASIS_REFERENCE:
        return uses_reference_of_files(x->name);
    case BASIS_SECTION:
    case BASIS_SETTING:
        return uses_of_file_has(p->conf, f->export, f->file->path, x->section, x->key);
    case BASIS_PROGRAM:
    case BASIS_CHANGES:
    case BASIS_SECRET:
        return true;
    default:
        return false;
    }
}

/* The first reason for cleaning a file again; NULL: it is none of those of the stage. */
static const struct basis_change *reason_of(const struct planning *p, const struct rawfile *f)
{
    for (size_t pass = 0; pass < 2; pass++) /* its own bytes before all else */
        for (size_t i = 0; i < p->n; i++)
            if ((pass || p->change[i].kind == BASIS_RAW) && concerns(p, &p->change[i], f))
                return &p->change[i];
    return NULL;
}

static void say_file(struct planning *p, const struct rawfile *f)
{
    const char *where =
        arena_printf(&p->arena, "%s: %.*s", chain[0].name, STR_ARG(f->file->path)).p;
    const struct basis_change *x = reason_of(p, f);
    if (!x) {
        say(p, where, "I-PLAN-20", NULL);
        return;
    }
    char words[1024];
    const char *arg[MSG_ARGS] = {arena_str(&p->arena, name_of(p, x)).p};
    const char *code = reasons[x->kind].code[x->how];
    msg_format(code, p->conf->language, arg, words, sizeof words);
    if (x->kind != BASIS_RAW && reasons[x->kind].named)
        say(p, where, "I-PLAN-19", arena_printf(&p->arena, "%s: %s", arg[0], words).p, NULL);
    else
        say(p, where, "I-PLAN-19", words, NULL);
}

struct asking {
    struct cleanunits *units;
    const struct rawset *files;
    bool *found; /* by file */
};

static bool ask_one(void *context, size_t t, size_t w, struct err *e)
{
    struct asking *k = context;
    (void)w;
    (void)e;
    k->found[k->files->todo[t]] = cleanunits_find(k->units, k->files->todo[t]);
    return true;
}

/* Which raw files clean would read, the others being taken from its last result. */
static bool say_files(struct planning *p, struct err *e)
{
    struct rawset *files = &p->due.files;
    struct secret secret = {{0}};
    const struct opts_shared *o = p->r->opts;
    size_t jobs = o->jobs ? (size_t)o->jobs : p->conf->jobs ? (size_t)p->conf->jobs : pool_cores();
    const struct cleanunits_of of = {.conf = p->conf,
                                     .refs = &p->due.refs,
                                     .files = files,
                                     .secret = &secret,
                                     .program = p->due.stage[0].program,
                                     .list_changes = basis_lists_changes(p->conf, o),
                                     .jobs = jobs};
    if (!basis_secret_if_there(p->conf, &secret, e))
        return false;
    struct asking k = {cleanunits_new(&of), files, ARENA_ARRAY(&p->arena, bool, files->n)};
    cleanunits_know_hashes(k.units);
    if (!p->r->force)
        cleanunits_look_into(k.units, stage_path(&p->arena, p->r->out, chain[0].name));
    bool ok = cleanunits_columns(k.units, e) && pool_run(jobs, files->n_todo, ask_one, &k, e);
    size_t taken = 0;
    for (size_t i = 0; ok && i < files->n; i++) {
        const struct rawfile *f = &files->file[i];
        bool is_read = f->export != SIZE_MAX && f->state != RAWFILE_REPLACED;
        taken += is_read && k.found[i];
        if (is_read && !k.found[i])
            say_file(p, f);
    }
    if (ok)
        say(p, chain[0].name, "I-PLAN-21", arena_printf(&p->arena, "%zu", taken).p,
            arena_printf(&p->arena, "%zu", files->n_todo).p, NULL);
    cleanunits_free(k.units);
    return ok;
}

/* --- --- */

/* What would be stale after a run that ends before the last stage, or is stale already. */
static void say_stale(const struct planning *p, bool any)
{
    size_t next = any ? p->r->last + 1 : books_first_stale(p->r->out);
    if (next > p->r->last && next < chain_length)
        say(p, chain[next].name, "I-PLAN-22", chain[next].name, NULL);
}

static enum status plan_all(struct planning *p, struct err *e)
{
    bool any = false;
    if (!due_find(&p->due, p->r, true, e))
        return e->status;
    for (size_t s = p->r->first; s <= p->r->last; s++) {
        bool stale = p->due.stage[s].stale;
        any |= stale;
        say(p, chain[s].name, stale ? "I-PLAN-02" : "I-PLAN-01", NULL);
        if (stale)
            say_reasons(p, s);
        if (stale && s == 0 && !say_files(p, e))
            return e->status;
    }
    say_stale(p, any);
    if (!any && !books_are_right(p->r->out)) {
        say(p, "run.json", "I-PLAN-23", NULL);
        any = true;
    }
    return any ? ST_OK : ST_DATA;
}

enum status plan_command_run(const struct run_request *r, struct conf *c, struct err *e)
{
    struct planning p = {.r = r, .conf = c};
    enum status status = plan_all(&p, e);
    due_release(&p.due);
    arena_release(&p.arena);
    return status;
}
