#include "pipeline/calc/cleanlist.h"

#include <unistd.h>

#include "pipeline/calc/changelog.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"

static bool join(struct outfile *o, const char *dir, const struct conf *c,
                 const struct rawfile *file, size_t n, struct err *e)
{
    struct arena a = {0};
    bool ok = outfile_write(o, str_c(changelog_header), e);
    for (size_t i = 0; ok && i < n; i++) {
        const struct rawfile *f = &file[i];
        if (rawfile_changed(f) == 0)
            continue;
        struct str table = schema_clean_path(&a, dir, c->exports[f->export].id, f->file->path);
        const char *part = rawfile_changes_path(&a, table.p);
        ok = outfile_append(o, part, e) && (unlink(part) == 0 || err_sys(e, part));
        arena_reset(&a);
    }
    arena_release(&a);
    return ok && outfile_close(o, e);
}

bool cleanlist_changes(const char *dir, const struct conf *c, const struct rawfile *file, size_t n,
                       struct err *e)
{
    struct arena a = {0};
    const char *path = arena_printf(&a, "%s/changes.csv.gz", dir).p;
    struct outfile *o = outfile_open(path, 0640, CHANGELOG_GZIP, e);
    bool ok = o && join(o, dir, c, file, n, e);
    outfile_free(o);
    arena_release(&a);
    return ok;
}

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
