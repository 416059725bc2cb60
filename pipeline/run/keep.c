#include "pipeline/run/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/map.h"
#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/json.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/kept.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

enum { MODE = 0640, COPY_BYTES = 1 << 20 };

struct keeping {
    const struct run_request *r;
    const struct run_facts *facts;
    struct arena arena;
    const char *raw, *fresh; /* folder that becomes that of the run */
    struct account record;
    struct strbuf inputs; /* inputs.csv */
    struct str main;      /* the configuration's first file below conf/ */
    char key[33], state[65];
};

/* --- contents --- */

/* Copies a file, hashing what it copies; false with errno. */
static bool copy_hashing(int from, int to, struct strbuf *buffer, char hex[65])
{
    struct sha256 *h = sha256_new();
    ssize_t n;
    bool ok = true;
    char *room = strbuf_room(buffer, COPY_BYTES);
    while (ok && (n = sys_read(from, room, COPY_BYTES)) != 0) {
        ok = n > 0 && sys_write(to, room, (size_t)n);
        if (ok)
            sha256_add(h, (struct str){room, (size_t)n});
    }
    sha256_end(h, hex);
    return ok;
}

/* Puts the raw file `path` into the store as `target`, unless it holds something else by now. */
static bool store(struct keeping *k, const char *path, const char *target, struct str sha256,
                  struct strbuf *buffer, struct err *e)
{
    const char *fresh = arena_printf(&k->arena, "%s.new", target).p;
    char hex[65] = "";
    int from = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (from < 0)
        return errno == ENOENT || err_sys(e, path);
    int to = sys_open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = to >= 0 && copy_hashing(from, to, buffer, hex);
    if (!ok)
        err_sys(e, fresh);
    sys_close(from);
    if (to >= 0 && sys_close(to) != 0 && ok)
        ok = err_sys(e, fresh);
    if (ok && str_eq(str_c(hex), sha256))
        return sys_rename(fresh, target) == 0 || err_sys(e, target);
    if (to >= 0)
        sys_unlink(fresh);
    return ok;
}

static bool make_private(const char *path, struct err *e)
{
    return sys_mkdir(path, 0700) == 0 || errno == EEXIST || err_sys(e, path);
}

static bool is_reference(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < REF_N; i++)
        if (str_eq(c->ref[i].file, path))
            return true;
    return false;
}

/* The reference tables always: they are small, and edited where they lie. */
static bool store_all(struct keeping *k, struct err *e)
{
    const struct conf *c = k->r->conf;
    struct strbuf buffer = {0};
    const char *dir = stage_path(&k->arena, k->r->out, "history/inputs");
    bool ok = make_private(dir, e);
    for (size_t i = 0; ok && i < k->record.n_inputs; i++) {
        const struct account_file *f = &k->record.input[i];
        const char *target = kept_content(&k->arena, k->r->out, f->sha256);
        struct stat st;
        if ((c->night.drop_inputs && !is_reference(c, f->path)) ||
            (stat(target, &st) == 0 && (int64_t)st.st_size == f->bytes))
            continue;
        ok = make_private(arena_printf(&k->arena, "%s/%.2s", dir, f->sha256.p).p, e) &&
             store(k, stage_path(&k->arena, k->raw, f->path.p), target, f->sha256, &buffer, e);
    }
    strbuf_release(&buffer);
    return ok;
}

/* --- the list of raw files --- */

static void add_input(struct csvout *o, struct str path, int64_t bytes, struct str sha256,
                      const char *state)
{
    csvout_text(o, path);
    csvout_int(o, bytes);
    csvout_text(o, sha256);
    csvout_text(o, str_c(state));
    csvout_end(o);
}

/* Files that clean has set aside because they were being written: as if they had not been there. */
static bool find_moving(struct keeping *k, struct map *moving, struct err *e)
{
    const char *path = stage_path(&k->arena, k->r->out, "clean/ledger.csv");
    struct csvtable t;
    size_t file, state;
    if (!csvtable_read(path, &k->arena, &t, e) || !csvtable_need(&t, path, STR("file"), &file, e) ||
        !csvtable_need(&t, path, STR("state"), &state, e))
        return false;
    for (size_t r = 0; r < t.rows; r++)
        if (str_eq(t.row[r][state], STR("moving")))
            map_put(moving, t.row[r][file], r);
    return true;
}

/* Came the file after clean had listed the folder? */
static bool is_later(struct keeping *k, const char *file, int64_t listed)
{
    struct stat st;
    const char *path = stage_path(&k->arena, k->raw, file);
    return lstat(path, &st) == 0 && (int64_t)st.st_ctim.tv_sec > listed;
}

static bool list_inputs(struct keeping *k, struct err *e)
{
    struct map skip = {0};
    struct dirlist list = {0};
    struct stat st;
    struct csvout o = {.out = &k->inputs};
    const char *ledger = stage_path(&k->arena, k->r->out, "clean/ledger.csv");
    strbuf_add(&k->inputs, STR("file,bytes,sha256,state\n"));
    for (size_t i = 0; i < k->record.n_inputs; i++) {
        const struct account_file *f = &k->record.input[i];
        add_input(&o, f->path, f->bytes, f->sha256, "read");
        map_put(&skip, f->path, i);
    }
    bool ok = find_moving(k, &skip, e) && dirlist_read(k->raw, &k->arena, &list, e);
    int64_t listed = ok && stat(ledger, &st) == 0 ? (int64_t)st.st_mtim.tv_sec : INT64_MAX;
    for (size_t i = 0; i < list.n; i++) {
        const struct dirlist_file *f = &list.file[i];
        if (map_get(&skip, f->path) == MAP_NONE && !is_later(k, f->path.p, listed))
            add_input(&o, f->path, f->refused ? 0 : (int64_t)f->bytes, STR(""),
                      f->refused ? f->refused : "name");
    }
    map_release(&skip);
    return ok;
}

/* --- the configuration --- */

/* An absolute path without ".", ".." and empty parts, as it is written: links are not followed. */
static struct str absolute(struct keeping *k, const char *path)
{
    char here[PATH_MAX] = "";
    if (path[0] != '/' && !getcwd(here, sizeof here))
        here[0] = '\0';
    struct str rest = arena_printf(&k->arena, "%s/%s", here, path), part;
    char *to = arena_alloc(&k->arena, rest.n + 2);
    size_t n = 0;
    while (str_split(&rest, '/', &part)) {
        if (part.n == 0 || str_eq(part, STR(".")))
            continue;
        if (str_eq(part, STR(".."))) {
            while (n > 0 && to[--n] != '/')
                ;
            continue;
        }
        to[n++] = '/';
        memcpy(to + n, part.p, part.n);
        n += part.n;
    }
    to[n] = '\0';
    return (struct str){to, n};
}

/* How many bytes of a path are its folder and the '/' behind. */
static size_t folder_of(struct str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return n;
}

static bool copy_file(const char *from, const char *to, int level, struct err *e)
{
    struct strbuf text = {0};
    bool ok = infile_read(from, SIZE_MAX / 2, &text, NULL, NULL, e) &&
              outfile_put_packed(to, MODE, level, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* All its files, below the deepest folder that holds them all. */
static bool copy_conf(struct keeping *k, struct err *e)
{
    const struct ini *ini = &k->r->conf->ini;
    struct str *path = ARENA_ARRAY(&k->arena, struct str, ini->n_files);
    size_t common = SIZE_MAX;
    for (size_t i = 0; i < ini->n_files; i++) {
        path[i] = absolute(k, ini->file[i]);
        size_t n = folder_of(path[i]);
        common = n < common ? n : common;
    }
    for (size_t i = 1; i < ini->n_files; i++)
        while (memcmp(path[i].p, path[0].p, common) != 0)
            common = folder_of((struct str){path[0].p, common - 1});
    for (size_t i = 0; i < ini->n_files; i++) {
        const char *to = arena_printf(&k->arena, "%s/conf/%s", k->fresh, path[i].p + common).p;
        if (!copy_file(ini->file[i], to, 0, e))
            return false;
    }
    k->main = str_from(path[0], common);
    return true;
}

/* --- kept.json --- */

static bool changes_listed(const struct run_request *r)
{
    return !r->opts->no_changes && (r->opts->changes || !r->conf->no_changes);
}

/* A hash of all that was read and published. */
static void hash_state(struct keeping *k)
{
    const struct account *r = &k->record;
    struct sha256 *h = sha256_new();
    const struct str head[] = {r->program, r->compiler, r->settings, str_c(k->key)};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        sha256_add(h, head[i]);
        sha256_add(h, STR("\n"));
    }
    sha256_add(h, strbuf_str(&k->inputs));
    for (size_t i = 0; i < r->n_outputs; i++) {
        sha256_add(h, r->output[i].path);
        sha256_add(h, r->output[i].sha256);
    }
    sha256_end(h, k->state);
}

static bool write_kept(struct keeping *k, struct err *e)
{
    struct strbuf text = {0};
    struct json j = {.out = &text};
    json_object(&j, NULL);
    json_int(&j, "run", k->facts->number);
    json_text(&j, "config", k->main);
    json_int(&j, "year", k->r->opts->year);
    json_bool(&j, "changes", changes_listed(k->r));
    json_text(&j, "key", str_c(k->key));
    json_text(&j, "state", str_c(k->state));
    json_end(&j);
    strbuf_addc(&text, '\n');
    bool ok = outfile_put(stage_path(&k->arena, k->fresh, "kept.json"), MODE, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* --- all of it --- */

/* Was the last run that is kept the same? Then this one is noted there. */
static bool note_same(struct keeping *k, bool *same, struct err *e)
{
    int64_t *list;
    size_t n;
    struct kept last;
    struct err ignored = {0};
    *same = false;
    if (!kept_list(k->r->out, &k->arena, &list, &n, e))
        return false;
    if (!n || list[n - 1] >= k->facts->number ||
        !kept_read(k->r->out, list[n - 1], &k->arena, &last, &ignored) ||
        !str_eq(last.state, str_c(k->state)))
        return true;
    *same = true;
    const char *path = stage_path(&k->arena, last.dir, "same");
    const char *line = arena_printf(&k->arena, "%lld\n", (long long)k->facts->number).p;
    int fd = sys_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, MODE);
    bool ok = fd >= 0 && sys_write(fd, line, strlen(line));
    if (fd >= 0)
        ok = sys_close(fd) == 0 && ok;
    return ok || err_sys(e, path);
}

static bool write_run(struct keeping *k, struct err *e)
{
    struct arena *a = &k->arena;
    const char *out = k->r->out;
    const char *indicators = stage_path(a, out, "compute/indicators.csv");
    return outdir_empty(k->fresh, e) && copy_conf(k, e) && write_kept(k, e) &&
           copy_file(stage_path(a, out, "run.json"), stage_path(a, k->fresh, "run.json"), 0, e) &&
           outfile_put(stage_path(a, k->fresh, "inputs.csv"), MODE, strbuf_str(&k->inputs), e) &&
           copy_file(indicators, stage_path(a, k->fresh, "indicators.csv.gz"),
                     (int)k->r->conf->gzip_level, e);
}

static bool keep_all(struct keeping *k, struct err *e)
{
    struct arena *a = &k->arena;
    const char *out = k->r->out, *runs = stage_path(a, out, "history/runs");
    const char *number = arena_printf(a, "%lld", (long long)k->facts->number).p;
    const char *key = k->r->opts->key ? k->r->opts->key : k->r->conf->key_file.p;
    bool same;
    k->fresh = arena_printf(a, "%s/.%s.new", runs, number).p;
    if (!account_read(stage_path(a, out, "run.json"), a, &k->record, e) || !list_inputs(k, e) ||
        (kept_needs_key(k->r->conf) && !kept_key(key, k->key, e)))
        return false;
    hash_state(k);
    if (!note_same(k, &same, e))
        return false;
    if (!store_all(k, e))
        return false;
    /* A run that found nothing to do has written no run.json of its own. */
    if (same || k->record.number != k->facts->number)
        return true;
    return write_run(k, e) && outdir_swap(k->fresh, stage_path(a, runs, number), e);
}

bool keep_run(const struct run_request *r, const struct run_facts *facts, struct err *e)
{
    struct keeping k = {.r = r, .facts = facts};
    struct keep_removed removed;
    const int64_t keep = r->conf->night.keep_runs;
    bool ok = true;
    k.raw = r->opts->raw ? r->opts->raw : r->conf->raw.p;
    if (keep && r->last + 1 == chain_length)
        ok = outdir_make(stage_path(&k.arena, r->out, "history"), e) && keep_all(&k, e);
    ok = ok && keep_forget(r->out, keep, 0, &removed, e);
    if (!ok)
        e->status = ST_SYSTEM; /* the results are good and published: no fault of the data */
    strbuf_release(&k.inputs);
    arena_release(&k.arena);
    return ok;
}
