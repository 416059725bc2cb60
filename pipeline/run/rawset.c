#include "pipeline/run/rawset.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/calc/filename.h"
#include "pipeline/io/infile.h"

static struct str folder_of(struct str path)
{
    const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
    return (struct str){path.p, slash ? (size_t)(slash - path.p) : 0};
}

/* A reference table, or a file that lies beside one in a folder of their own: no delivery. */
static bool is_reference(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < REF_N; i++) {
        struct str table = c->ref[i].file, folder = folder_of(table);
        if (table.n && (str_eq(table, path) || (folder.n && str_eq(folder, folder_of(path)))))
            return true;
    }
    return false;
}

static bool is_ignored(const struct conf *c, struct str path)
{
    for (size_t i = 0; i < c->ignore.n; i++)
        if (str_ends(path, c->ignore.word[i]))
            return true;
    return false;
}

static void recognise(const struct rawset *s, struct rawfile *f)
{
    const struct conf *c = s->conf;
    f->export = SIZE_MAX;
    if (is_reference(c, f->file->path))
        return;
    if (f->file->refused || is_ignored(c, f->file->path)) {
        const char *code = f->file->refused ? f->file->refused : "W-FILE-02";
        rawfile_warn(f, c, 0, code, STR(""), STR(""), NULL);
        return;
    }
    for (size_t x = 0; x < c->n_exports && f->export == SIZE_MAX; x++)
        if (filename_match(c->exports[x].files.text, c->exports[x].id, f->file->path, &f->name))
            f->export = x;
    if (f->export == SIZE_MAX)
        rawfile_warn(f, c, 0, "W-FILE-01", STR(""), STR(""), NULL);
    else
        f->cutoff = f->name.cutoff == INT64_MIN ? s->refs->cutoff : f->name.cutoff;
}

/* Same export, organisation and cut-off: only the highest version is read. */
static void resolve_versions(struct rawset *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct rawfile *f = &s->file[i];
        if (f->export == SIZE_MAX)
            continue;
        for (size_t o = 0; o < s->n; o++) {
            const struct rawfile *g = &s->file[o];
            if (g->export == f->export && g->cutoff == f->cutoff &&
                str_eq(g->name.org, f->name.org) && g->name.version > f->name.version)
                f->state = RAWFILE_REPLACED;
        }
        if (f->state == RAWFILE_REPLACED)
            rawfile_warn(f, s->conf, 0, "W-FILE-07", STR(""), STR(""), NULL);
        else
            s->todo[s->n_todo++] = i;
    }
}

static int larger_first(const void *a, const void *b, void *context)
{
    const struct rawset *s = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    uint64_t bx = s->file[x].file->bytes, by = s->file[y].file->bytes;
    return bx != by ? (bx < by ? 1 : -1) : (x > y) - (x < y);
}

bool rawset_find(struct rawset *s, const struct conf *c, const struct refs *r, const char *raw,
                 struct err *e)
{
    struct dirlist list;
    *s = (struct rawset){.conf = c, .refs = r, .raw = raw};
    if (!dirlist_read_most(raw, (size_t)c->limits.files, &s->arena, &list, e))
        return false;
    s->n = list.n;
    s->file = ARENA_ARRAY(&s->arena, struct rawfile, list.n);
    s->todo = ARENA_ARRAY(&s->arena, size_t, list.n);
    for (size_t i = 0; i < s->n; i++) {
        s->file[i].file = &list.file[i];
        recognise(s, &s->file[i]);
    }
    resolve_versions(s);
    qsort_r(s->todo, s->n_todo, sizeof *s->todo, larger_first, s);
    return true;
}

void rawset_release(struct rawset *s)
{
    for (size_t i = 0; i < s->n; i++)
        rawfile_release(&s->file[i]);
    arena_release(&s->arena);
    *s = (struct rawset){0};
}

const struct rawfile *rawset_called(const struct rawset *s, struct str path)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->file[i].file->path, path))
            return &s->file[i];
    return NULL;
}

/* What stands for the content of a file. */
static const char *content_of(const struct rawfile *f)
{
    if (f->file->refused)
        return f->file->refused;
    if (f->export == SIZE_MAX || f->state == RAWFILE_REPLACED)
        return "unread";
    return f->state == RAWFILE_MOVING || !f->sha256[0] ? "moving" : f->sha256;
}

void rawset_print_path(const struct rawfile *f, struct strbuf *text)
{
    for (size_t i = 0; i < f->file->path.n; i++) {
        char c = f->file->path.p[i];
        if (c == '\n' || c == '\\')
            strbuf_addc(text, '\\');
        strbuf_addc(text, c == '\n' ? 'n' : c);
    }
}

void rawset_print(const struct rawset *s, struct strbuf *text)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct rawfile *f = &s->file[i];
        bool is_delivery = f->export != SIZE_MAX;
        if (!is_delivery && is_reference(s->conf, f->file->path))
            continue;
        bool is_read = is_delivery && f->state != RAWFILE_REPLACED;
        strbuf_printf(text, "raw %llu %s ", is_read ? (unsigned long long)f->file->bytes : 0,
                      content_of(f));
        rawset_print_path(f, text);
        strbuf_addc(text, '\n');
    }
}

bool rawset_hash(const char *raw, const struct dirlist_file *f, char hex[65])
{
    struct arena a = {0};
    struct err ignored;
    bool unchanged;
    const char *path = arena_printf(&a, "%s/%.*s", raw, STR_ARG(f->path)).p;
    bool ok = infile_hash(path, hex, NULL, &ignored) &&
              dirlist_compare(raw, f, &unchanged, &ignored) && unchanged;
    if (!ok)
        hex[0] = '\0';
    arena_release(&a);
    return ok;
}

void rawset_complete(struct rawset *s)
{
    for (size_t i = 0; i < s->n_todo; i++) {
        struct rawfile *f = &s->file[s->todo[i]];
        if (!f->sha256[0] && f->state != RAWFILE_MOVING)
            rawset_hash(s->raw, f->file, f->sha256);
    }
}
