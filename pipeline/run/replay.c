#include "pipeline/run/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/chain.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

extern char **environ;

bool replay_begin(struct replay *p, struct err *e)
{
    p->temp = arena_printf(&p->arena, "%s/history/.replay.%lld", p->out, (long long)getpid()).p;
    if (!outdir_empty(p->temp, e))
        return false;
    return chmod(p->temp, 0700) == 0 || err_sys(e, p->temp);
}

bool replay_end(struct replay *p, struct err *e)
{
    bool ok = !p->temp || outdir_remove(p->temp, e);
    arena_release(&p->arena);
    return ok;
}

/* --- raw files --- */

/* The folder of raw files is only read, so that a content may be in it under a second name. Where
 * the file system knows no second names, it is copied. */
static bool put_content(const char *from, const char *to, struct err *e)
{
    if (link(from, to) == 0)
        return true;
    struct strbuf text = {0};
    int fd = sys_open(from, O_RDONLY | O_CLOEXEC, 0);
    bool ok = fd >= 0;
    for (ssize_t n = 1; ok && n > 0;) {
        enum { PIECE = 1 << 20 };
        n = sys_read(fd, strbuf_room(&text, PIECE), PIECE);
        ok = n >= 0;
        text.n += n > 0 ? (size_t)n : 0;
    }
    if (!ok)
        err_sys(e, from);
    if (fd >= 0)
        sys_close(fd);
    ok = ok && outfile_put(to, 0600, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static bool holds(const char *path, struct str sha256)
{
    struct err ignored;
    char hex[65];
    uint64_t bytes;
    return !sys_is_absent(path) && infile_hash(path, hex, &bytes, &ignored) &&
           str_eq(str_c(hex), sha256);
}

/* What was only there: an empty file of its size, a link that leads nowhere, a pipe. Names that are
 * no names of files (too long, not to be shown) cannot be made again: the list of warnings lacks
 * them. */
static bool put_name(const struct kept_file *f, const char *to, struct err *e)
{
    if (str_eq(f->state, STR("W-FILE-03")))
        return symlink("/nonexistent/outside", to) == 0 || err_sys(e, to);
    if (str_eq(f->state, STR("W-FILE-08")))
        return mkfifo(to, 0600) == 0 || err_sys(e, to);
    if (str_starts(f->state, STR("W-")))
        return true;
    return outfile_put(to, 0600, STR(""), e) &&
           (truncate(to, (off_t)f->bytes) == 0 || err_sys(e, to));
}

const char *replay_raw(struct replay *p, const struct kept *k, const char *name, struct err *e)
{
    const char *dir = stage_path(&p->arena, p->temp, name);
    if (!outdir_make(dir, e))
        return NULL;
    for (size_t i = 0; i < k->n; i++) {
        const struct kept_file *f = &k->file[i];
        const char *to = stage_path(&p->arena, dir, f->path.p);
        if (!outfile_parents(to, e))
            return NULL;
        if (!f->sha256.n) {
            if (!put_name(f, to, e))
                return NULL;
            continue;
        }
        const char *stored = kept_content(&p->arena, p->out, f->sha256);
        const char *raw = stage_path(&p->arena, p->raw, f->path.p);
        const char *from = holds(stored, f->sha256) ? stored : holds(raw, f->sha256) ? raw : NULL;
        if (!from) {
            err_set(e, ST_DATA, f->path.p, "E-KEPT-03",
                    arena_printf(&p->arena, "%lld", (long long)k->number).p, NULL);
            return NULL;
        }
        if (!put_content(from, to, e))
            return NULL;
    }
    return dir;
}

/* --- configuration --- */

static bool is_below(const char *path, const char *dir)
{
    return str_starts(str_c(path), str_c(dir)) && path[strlen(dir)] == '/' && !strstr(path, "/../");
}

/* Copies the files of the configuration, which lie below `dir`. */
static bool lay_out(struct replay *p, const struct kept *k, const struct conf *c, const char *dir,
                    struct err *e)
{
    const char *conf = stage_path(&p->arena, p->temp, "conf");
    for (size_t i = 0; i < c->ini.n_files; i++) {
        struct strbuf text = {0};
        const char *to = arena_printf(&p->arena, "%s%s", conf, c->ini.file[i] + strlen(dir)).p;
        bool ok = infile_read(c->ini.file[i], SIZE_MAX / 2, &text, NULL, NULL, e) &&
                  outfile_put(to, 0600, strbuf_str(&text), e);
        strbuf_release(&text);
        if (!ok)
            return false;
    }
    p->config = arena_printf(&p->arena, "%s%s", conf, k->config + strlen(dir)).p;
    return true;
}

bool replay_conf(struct replay *p, const struct kept *k, struct conf *c, struct err *e)
{
    struct problems problems = {0};
    char hex[65], key[33];
    bool ok = conf_load(k->config, c, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    const char *dir = stage_path(&p->arena, k->dir, "conf");
    for (size_t i = 0; ok && i < c->ini.n_files; i++)
        if (!is_below(c->ini.file[i], dir))
            ok = err_set(e, ST_DATA, c->ini.file[i], "E-KEPT-04", NULL);
    if (!ok)
        return false;
    sha256_hex(c->canonical, hex);
    if (!str_eq(str_c(hex), k->record.settings))
        return err_set(e, ST_DATA, k->config, "E-KEPT-05", NULL);
    if (kept_needs_key(c) && !kept_key(p->key, key, e))
        return false;
    if (kept_needs_key(c) && !str_eq(str_c(key), k->key))
        return err_set(e, ST_DATA, p->key, "E-KEPT-06", NULL);
    return lay_out(p, k, c, dir, e);
}

/* --- stages --- */

static char *word(struct replay *p, const char *text)
{
    return (char *)(uintptr_t)arena_str(&p->arena, str_c(text)).p;
}

static bool run_stage(const char *name, char **argv, struct err *e)
{
    pid_t pid;
    int state, failed = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);
    if (failed) {
        errno = failed;
        return err_sys(e, argv[0]);
    }
    while (waitpid(pid, &state, 0) < 0)
        if (errno != EINTR)
            return err_sys(e, argv[0]);
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
        return true;
    enum status status = WIFEXITED(state) ? (enum status)WEXITSTATUS(state) : ST_SYSTEM;
    return err_set(e, status, NULL, "E-KEPT-07", name, NULL);
}

bool replay_stages(struct replay *p, const struct kept *k, const char *raw, const char *to,
                   size_t stages, struct err *e)
{
    if (!outdir_make(to, e))
        return false;
    for (size_t s = 0; s < stages; s++) {
        char *argv[16];
        size_t n = 0;
        argv[n++] = word(p, stage_path(&p->arena, p->libexec, chain[s].name));
        argv[n++] = word(p, "--config");
        argv[n++] = word(p, p->config);
        argv[n++] = word(p, "--key-file");
        argv[n++] = word(p, p->key);
        argv[n++] = word(p, "--raw");
        argv[n++] = word(p, raw);
        argv[n++] = word(p, "--out");
        argv[n++] = word(p, to);
        argv[n++] = word(p, k->changes ? "--changes" : "--no-changes");
        if (p->jobs)
            argv[n++] = word(p, arena_printf(&p->arena, "--jobs=%lld", (long long)p->jobs).p);
        if (k->year)
            argv[n++] = word(p, arena_printf(&p->arena, "--year=%lld", (long long)k->year).p);
        argv[n] = NULL;
        if (!run_stage(chain[s].name, argv, e))
            return false;
    }
    return true;
}
