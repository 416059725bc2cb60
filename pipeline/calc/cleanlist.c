#include "pipeline/calc/cleanlist.h"

#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/calc/changelog.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"

/* --- changes --- */

/* A line of the index is "OFFSET LENGTH PATH", its end a NUL: all else may be in a path. The last
 * one has no path: it says how long the whole is. */
static void add_line(struct strbuf *index, uint64_t offset, uint64_t length, struct str path)
{
    strbuf_printf(index, "%llu %llu %.*s", (unsigned long long)offset, (unsigned long long)length,
                  STR_ARG(path));
    strbuf_addc(index, '\0');
}

static bool join(struct outfile *o, const struct rawfile *file, size_t n,
                 const struct cleanlist_part *part, struct strbuf *index, struct err *e)
{
    bool ok = outfile_write(o, str_c(changelog_header), e);
    for (size_t i = 0; ok && i < n; i++) {
        const struct cleanlist_part *p = &part[i];
        if (!p->length)
            continue;
        ok = outfile_append(o, p->path, p->offset, p->length, e) &&
             (!p->temporary || sys_unlink(p->path) == 0 || err_sys(e, p->path));
        add_line(index, outfile_written(o) - p->length, p->length, file[i].file->path);
    }
    ok = ok && outfile_close(o, e);
    add_line(index, outfile_written(o), 0, STR(""));
    return ok;
}

bool cleanlist_changes(const char *dir, const struct rawfile *file, size_t n,
                       const struct cleanlist_part *part, struct err *e)
{
    struct arena a = {0};
    struct strbuf index = {0};
    const char *path = arena_printf(&a, "%s/changes.csv.gz", dir).p;
    struct outfile *o = outfile_open(path, 0640, CHANGELOG_GZIP, e);
    bool ok = o && join(o, file, n, part, &index, e) &&
              outfile_put(arena_printf(&a, "%s/.parts", dir).p, 0640, strbuf_str(&index), e);
    outfile_free(o);
    strbuf_release(&index);
    arena_release(&a);
    return ok;
}

/* Takes a number and the blank behind it from *line. */
static bool take_number(struct str *line, uint64_t *out)
{
    int64_t v;
    size_t n = str_find(*line, ' ');
    if (n == line->n || !num_parse_plain((struct str){line->p, n}, &v) || v < 0)
        return false;
    *out = (uint64_t)v;
    *line = str_from(*line, n + 1);
    return true;
}

static bool take_line(struct str *line, struct cleanlist_part *part)
{
    *part = (struct cleanlist_part){0};
    return take_number(line, &part->offset) && take_number(line, &part->length);
}

void cleanlist_index_read(const char *dir, struct cleanlist_index *x)
{
    struct err ignored;
    struct stat st;
    *x = (struct cleanlist_index){0};
    strbuf_printf(&x->path, "%s/.parts", dir);
    bool good = !sys_is_absent(strbuf_c(&x->path)) &&
                infile_read(strbuf_c(&x->path), SIZE_MAX / 2, &x->text, NULL, NULL, &ignored);
    x->path.n = 0;
    strbuf_printf(&x->path, "%s/changes.csv.gz", dir);
    good = good && stat(strbuf_c(&x->path), &st) == 0;
    bool whole = false;
    for (size_t at = 0; good && at < x->text.n;) {
        struct cleanlist_part part;
        struct str line = str_from(strbuf_str(&x->text), at);
        size_t end = line.n = str_find(line, '\0');
        good = take_line(&line, &part);
        whole = good && !line.n && part.offset == (uint64_t)st.st_size;
        if (good)
            map_put(&x->file, line, at);
        at += end + 1;
    }
    if (!good || !whole)
        map_reset(&x->file);
}

void cleanlist_index_release(struct cleanlist_index *x)
{
    strbuf_release(&x->path);
    strbuf_release(&x->text);
    map_release(&x->file);
}

bool cleanlist_index_find(const struct cleanlist_index *x, struct str path,
                          struct cleanlist_part *part)
{
    size_t at = map_get(&x->file, path);
    if (at == MAP_NONE)
        return false;
    struct str line = str_from(strbuf_str(&x->text), at);
    bool good = take_line(&line, part);
    part->path = x->path.p; /* ends with a NUL since it was read */
    return good && part->length;
}

/* --- counts --- */

static bool put(const char *dir, const char *name, struct strbuf *text, struct err *e)
{
    struct arena a = {0};
    bool ok = outfile_put(arena_printf(&a, "%s/%s", dir, name).p, 0644, strbuf_str(text), e);
    arena_release(&a);
    strbuf_release(text);
    return ok;
}

bool cleanlist_rules(const char *dir, const struct rawfile *file, size_t n, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("file,rule,count\n"));
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < CHANGES; r++) {
            if (!file[i].changed[r])
                continue;
            csvout_text(&out, file[i].file->path);
            csvout_text(&out, str_c(change_rules[r].name));
            csvout_int(&out, (int64_t)file[i].changed[r]);
            csvout_end(&out);
        }
    return put(dir, "rules.csv", &text, e);
}

static void quality_rows(const struct conf *c, const struct rawfile *f, struct csvout *out)
{
    bool known = f->export != SIZE_MAX;
    for (size_t i = 0; i < f->quality.n; i++) {
        const struct quality_row *r = &f->quality.row[i];
        csvout_text(out, known ? f->name.org : STR(""));
        csvout_text(out, known ? c->exports[f->export].id : STR(""));
        csvout_text(out, f->file->path);
        csvout_text(out, str_c(r->code));
        csvout_text(out, r->column);
        csvout_int(out, (int64_t)r->count);
        csvout_int(out, (int64_t)r->first_line);
        csvout_text(out, str_c(msg_find(r->code)->fix[c->language]));
        csvout_end(out);
    }
}

bool cleanlist_quality(const char *dir, const struct conf *c, const struct rawfile *file, size_t n,
                       struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    strbuf_add(&text, STR("org,export,file,rule,column,count,first_line,advice\n"));
    for (size_t i = 0; i < n; i++)
        quality_rows(c, &file[i], &out);
    return put(dir, "quality.csv", &text, e);
}
