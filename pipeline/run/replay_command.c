#include "pipeline/run/replay_command.h"

#include <stdio.h>

#include "pipeline/base/map.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/chain.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/infile.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/version.h"

struct comparing {
    const struct night_request *r;
    struct replay *p;
    struct kept kept;
    const char *to;
    size_t differences;
};

static void differ(struct comparing *x, const char *path, const char *code)
{
    struct err e;
    err_set(&e, ST_DATA, path, code, NULL);
    err_print(&e, x->r->language, stdout);
    x->differences++;
}

static bool compare_known(struct comparing *x, struct map *known, struct err *e)
{
    const struct account *k = &x->kept.record;
    for (size_t i = 0; i < k->n_outputs; i++) {
        const char *path = stage_path(&x->p->arena, x->to, k->output[i].path.p);
        char hex[65];
        uint64_t bytes;
        map_put(known, k->output[i].path, i);
        if (sys_is_absent(path))
            differ(x, k->output[i].path.p, "E-REPL-02");
        else if (!infile_hash(path, hex, &bytes, e))
            return false;
        else if (!str_eq(str_c(hex), k->output[i].sha256))
            differ(x, k->output[i].path.p, "E-REPL-01");
    }
    return true;
}

static bool find_others(struct comparing *x, const struct map *known, struct err *e)
{
    for (size_t s = 0; s < chain_length; s++) {
        struct dirlist list;
        if (!dirlist_read(stage_path(&x->p->arena, x->to, chain[s].name), &x->p->arena, &list, e))
            return false;
        for (size_t i = 0; i < list.n; i++) {
            const char *path = stage_path(&x->p->arena, chain[s].name, list.file[i].path.p);
            if (!rawunit_is_internal(list.file[i].path) && map_get(known, str_c(path)) == MAP_NONE)
                differ(x, path, "E-REPL-03");
        }
    }
    return true;
}

static void say_result(struct comparing *x)
{
    struct arena *a = &x->p->arena;
    const struct account *k = &x->kept.record;
    if (x->differences)
        night_say(x->r, "I-REPL-02", night_number(a, (int64_t)x->differences),
                  night_number(a, x->kept.number), NULL);
    if (x->differences && !str_eq(k->program, STR("tongji " TONGJI_VERSION)))
        night_say(x->r, "I-REPL-03", arena_str(a, k->program).p, "tongji " TONGJI_VERSION, NULL);
    if (!x->differences && !x->r->quiet)
        night_say(x->r, "I-REPL-01", night_number(a, x->kept.number),
                  night_number(a, (int64_t)k->n_outputs), NULL);
}

/* A folder of somebody's is not filled with files of ours. */
static bool claim(const char *to, struct arena *a, struct err *e)
{
    struct dirlist list = {0};
    if (!sys_is_absent(to) && !dirlist_read(to, a, &list, e))
        return false;
    return list.n == 0 || err_set(e, ST_CONFIG, to, "E-KEPT-08", NULL);
}

static bool replay_all(struct comparing *x, int64_t number, struct err *e)
{
    struct arena *a = &x->p->arena;
    struct conf c = {0};
    struct map known = {0};
    if ((x->r->to && !claim(x->r->to, a, e)) || !kept_read(x->p->out, number, a, &x->kept, e))
        return false;
    bool ok = replay_begin(x->p, e) && replay_conf(x->p, &x->kept, &c, e);
    conf_release(&c);
    const char *raw = ok ? replay_raw(x->p, &x->kept, "raw", e) : NULL;
    x->to = x->r->to ? x->r->to : ok ? stage_path(a, x->p->temp, "out") : NULL;
    ok = raw && replay_stages(x->p, &x->kept, raw, x->to, chain_length, e) &&
         compare_known(x, &known, e) && find_others(x, &known, e);
    map_release(&known);
    if (ok)
        say_result(x);
    return ok;
}

enum status replay_command_run(const struct night_request *r, struct replay *p, const char *run,
                               struct err *e)
{
    struct comparing x = {.r = r, .p = p};
    int64_t number;
    struct err later = {0};
    bool ok = night_parse_run(run, &number, e) && replay_all(&x, number, e);
    if (!replay_end(p, &later) && ok) {
        *e = later;
        ok = false;
    }
    return !ok ? e->status : x.differences ? ST_DATA : ST_OK;
}
