#include "pipeline/run/verify_command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/base/map.h"
#include "pipeline/base/mem.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/chain.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/infile.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/verify_parts.h"

/* The files of one list of run.json below a folder: what is said of one that is gone, or another.
 */
static void compare_files(struct verify *v, const char *dir, const struct account_file *file,
                          size_t n, const char *gone, const char *other)
{
    for (size_t i = 0; i < n; i++) {
        const char *path = stage_path(&v->arena, dir, file[i].path.p);
        char hex[65];
        uint64_t bytes;
        struct stat st;
        struct err e = {0};
        if (stat(path, &st) != 0)
            problems_add(&v->found, path, 0, gone, NULL);
        else if (!infile_hash(path, hex, &bytes, &e))
            problems_add(&v->found, path, 0, "E-SYS-01", e.text[LANG_EN], NULL);
        else if ((int64_t)bytes != file[i].bytes || !str_eq(str_c(hex), file[i].sha256))
            problems_add(&v->found, path, 0, other, NULL);
    }
}

/* Files in the folders of the stages that run.json does not know. */
static bool find_strangers(struct verify *v, struct err *e)
{
    struct map known = {0};
    bool ok = true;
    for (size_t i = 0; i < v->record.n_outputs; i++)
        map_put(&known, v->record.output[i].path, i);
    for (size_t s = 0; ok && s < chain_length; s++) {
        const char *dir = stage_path(&v->arena, v->out, chain[s].name);
        struct dirlist list = {0};
        struct stat st;
        if (stat(dir, &st) != 0)
            continue;
        ok = dirlist_read(dir, &v->arena, &list, e);
        for (size_t i = 0; ok && i < list.n; i++) {
            const char *path = stage_path(&v->arena, chain[s].name, list.file[i].path.p);
            if (!rawunit_is_internal(list.file[i].path) && map_get(&known, str_c(path)) == MAP_NONE)
                problems_add(&v->found, stage_path(&v->arena, v->out, path), 0, "E-VER-03", NULL);
        }
    }
    map_release(&known);
    return ok;
}

static const char *dir_of(void *context, size_t stage)
{
    struct verify *v = context;
    return stage_path(&v->arena, v->out, chain[stage].name);
}

/* Is each result made of what the stages before it now hold? */
static bool is_fresh(struct verify *v)
{
    struct err stale = {0};
    if (stamp_check(chain_length - 1, dir_of, v, &stale))
        return true;
    X_GROW(v->found.e, v->found.n, v->found.cap);
    v->found.e[v->found.n++] = stale;
    return false;
}

static void print_json(const struct night_request *r, struct verify *v, struct strbuf *text)
{
    struct json j = {.out = text};
    json_object(&j, NULL);
    json_int(&j, "run", v->record.number);
    json_int(&j, "outputs", (int64_t)v->record.n_outputs);
    json_int(&j, "inputs", (int64_t)v->record.n_inputs);
    json_array(&j, "findings");
    for (size_t i = 0; i < v->found.n; i++) {
        const struct err *f = &v->found.e[i];
        json_flat_object(&j, NULL);
        json_text(&j, "code", str_c(f->code));
        json_text(&j, "where", str_c(f->where));
        json_text(&j, "text", str_c(f->text[r->language]));
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    strbuf_addc(text, '\n');
}

static void print_text(const struct night_request *r, struct verify *v)
{
    struct lock_facts lock;
    struct arena *a = &v->arena;
    for (size_t i = 0; i < v->found.n; i++)
        err_print(&v->found.e[i], r->language, stdout);
    lock_look(v->out, &lock);
    if (v->found.n && lock.state == LOCK_HELD)
        night_say(r, "I-VER-01", lock.process, NULL);
    if (!v->found.n && !r->quiet)
        night_say(r, "I-VER-02", night_number(a, v->record.number),
                  night_number(a, (int64_t)v->record.n_outputs),
                  night_number(a, (int64_t)v->record.n_inputs),
                  night_number(a, (int64_t)v->ledger_files), NULL);
}

static bool verify_all(struct verify *v, struct err *e)
{
    const struct account *k = &v->record;
    if (!account_read(stage_path(&v->arena, v->out, "run.json"), &v->arena, &v->record, e))
        return false;
    compare_files(v, v->out, k->output, k->n_outputs, "E-VER-01", "E-VER-02");
    compare_files(v, v->raw, k->input, k->n_inputs, "W-VER-01", "W-VER-02");
    return find_strangers(v, e) && (!is_fresh(v) || verify_ledgers(v, e));
}

enum status verify_command_run(const struct night_request *r, const char *raw, const char *out,
                               struct err *e)
{
    struct verify v = {.raw = raw, .out = out};
    struct strbuf text = {0};
    bool ok = verify_all(&v, e);
    if (ok && r->json)
        print_json(r, &v, &text);
    else if (ok)
        print_text(r, &v);
    ok = ok && night_print(&text, e);
    enum status status = !ok ? e->status : v.found.n ? ST_DATA : ST_OK;
    problems_release(&v.found);
    arena_release(&v.arena);
    return status;
}
