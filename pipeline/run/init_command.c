#include "pipeline/run/init_command.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/calc/conf_settings.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/outdir.h"

enum { FILE_MODE = 0644, RAW_MODE = 0750, TEMPLATE_BYTES = 1 << 26 };

struct site {
    struct conf conf; /* the template */
    const char *from; /* its folder */
    const char *dir;  /* the new one */
    bool made;        /* dir was not there before */
    struct arena arena;
};

static const char *join(struct site *s, const char *folder, const char *below)
{
    return arena_printf(&s->arena, "%s/%s", folder, below).p;
}

/* The part of a path of the template below its folder; NULL: it lies elsewhere. */
static const char *below(const struct site *s, const char *path)
{
    size_t n = strlen(s->from);
    return strncmp(path, s->from, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/* --- the folder --- */

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Makes the folder, or sees that it is empty. */
static bool begin(struct site *s, struct err *e)
{
    s->made = mkdir(s->dir, 0777) == 0;
    if (!s->made && errno == ENOENT) {
        if (!outdir_make(s->dir, e))
            return false;
        s->made = true;
    } else if (!s->made && errno != EEXIST) {
        return err_sys(e, s->dir);
    }
    DIR *d = opendir(s->dir);
    if (!d && errno != ENOTDIR)
        return err_sys(e, s->dir);
    bool empty = d != NULL;
    for (const struct dirent *f; empty && (f = readdir(d));)
        empty = is_dot(f->d_name);
    if (d)
        closedir(d);
    return empty || err_set(e, ST_CONFIG, s->dir, "E-INIT-01", NULL);
}

/* Takes everything away again: what is in the folder is ours. */
static void undo(struct site *s)
{
    struct err ignored;
    if (s->made) {
        outdir_remove(s->dir, &ignored);
        return;
    }
    DIR *d = opendir(s->dir);
    for (const struct dirent *f; d && (f = readdir(d));)
        if (!is_dot(f->d_name))
            outdir_remove(join(s, s->dir, f->d_name), &ignored);
    if (d)
        closedir(d);
}

/* --- what is in it --- */

/* Copies the file at `path` below the template; `more` is put behind it. Twice is once. */
static bool copy(struct site *s, const char *path, struct str more, struct err *e)
{
    const char *name = below(s, path);
    const char *to = name ? join(s, s->dir, name) : NULL;
    if (!to || access(to, F_OK) == 0)
        return true;
    struct strbuf text = {0};
    bool ok = infile_read(path, TEMPLATE_BYTES, &text, NULL, NULL, e);
    strbuf_add(&text, more);
    ok = ok && outfile_put(to, FILE_MODE, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* The settings that the template does not give, under a heading. */
static bool copy_first(struct site *s, struct err *e)
{
    struct strbuf more = {0};
    strbuf_printf(&more, "\n"
                         "# What else can be set in sections without a name, with the defaults.\n"
                         "# Take the mark away in front of a setting to change it.\n");
    conf_settings_comment(&s->conf, &more);
    bool ok = copy(s, s->conf.path.p, strbuf_str(&more), e);
    strbuf_release(&more);
    return ok;
}

/* Every file that a section or a key was read from. */
static bool copy_configuration(struct site *s, struct err *e)
{
    const struct ini *ini = &s->conf.ini;
    bool ok = copy_first(s, e);
    for (size_t i = 0; ok && i < ini->n; i++) {
        ok = copy(s, ini->section[i].file, STR(""), e);
        for (size_t k = 0; ok && k < ini->section[i].n; k++)
            ok = copy(s, ini->section[i].entry[k].file, STR(""), e);
    }
    return ok;
}

/* A table that is not in the template: its columns, for who fills it in. */
static bool put_columns(const struct conf_ref *ref, const char *path, struct err *e)
{
    struct strbuf line = {0};
    for (size_t i = 0; i < REF_COLUMNS && ref->column[i].n; i++)
        strbuf_printf(&line, "%s%.*s", i ? "," : "", STR_ARG(ref->column[i]));
    strbuf_addc(&line, '\n');
    bool ok = outfile_put(path, FILE_MODE, strbuf_str(&line), e);
    strbuf_release(&line);
    return ok;
}

static bool copy_tables(struct site *s, const char *raw, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < REF_N; i++) {
        const struct conf_ref *ref = &s->conf.ref[i];
        if (!ref->file.n)
            continue;
        const char *path = arena_printf(&s->arena, "%s/%.*s", s->conf.raw.p, STR_ARG(ref->file)).p;
        if (access(path, F_OK) == 0)
            ok = copy(s, path, STR(""), e);
        else
            ok = put_columns(ref, arena_printf(&s->arena, "%s/%.*s", raw, STR_ARG(ref->file)).p, e);
    }
    return ok;
}

/* Raw files name people: they are for owner and group. */
static bool make_raw(const char *raw, struct err *e)
{
    if (!outfile_parents(raw, e))
        return false;
    return mkdir(raw, RAW_MODE) == 0 || errno == EEXIST || err_sys(e, raw);
}

static bool make(struct site *s, struct err *e)
{
    const char *raw = below(s, s->conf.raw.p), *out = below(s, s->conf.out.p);
    const char *key = below(s, s->conf.key_file.p);
    struct secret secret;
    if (!copy_configuration(s, e))
        return false;
    if (raw && !(make_raw(join(s, s->dir, raw), e) && copy_tables(s, join(s, s->dir, raw), e)))
        return false;
    /* Made here, so that the account that runs the stages may do without writing beside it. */
    if (key && !(outfile_parents(join(s, s->dir, key), e) &&
                 secret_load(join(s, s->dir, key), &secret, e)))
        return false;
    return !out || outdir_make(join(s, s->dir, out), e);
}

/* What the new site is, and what comes next. */
static void say_next(const struct site *s)
{
    const char *raw = below(s, s->conf.raw.p);
    const char *const arg[MSG_ARGS] = {s->dir, raw ? raw : s->conf.raw.p};
    char text[1024];
    msg_format("I-INIT-01", s->conf.language, arg, text, sizeof text);
    printf("%s\n", text);
}

enum status init_command_run(const char *from, const char *dir, bool quiet, struct err *e)
{
    struct site s = {.dir = dir};
    struct problems problems = {0};
    s.from = arena_printf(&s.arena, "%.*s", (int)(strrchr(from, '/') - from), from).p;
    bool ok = conf_load(from, &s.conf, &problems);
    if (!ok)
        problems_tell(&problems, s.conf.language, stderr, e);
    else if ((ok = begin(&s, e)) && !(ok = make(&s, e)))
        undo(&s);
    if (ok && !quiet)
        say_next(&s);
    problems_release(&problems);
    conf_release(&s.conf);
    arena_release(&s.arena);
    return ok ? ST_OK : e->status;
}
