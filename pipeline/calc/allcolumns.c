#include "pipeline/calc/allcolumns.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"

bool allcolumns_wanted(const struct conf *c)
{
    for (size_t x = 0; x < c->n_exports; x++)
        if (c->exports[x].all)
            return true;
    return false;
}

static const struct conf_type *verbatim(const struct conf *c)
{
    for (size_t i = 0; i < c->n_types; i++)
        if (str_eq(c->types[i].name, STR("verbatim")))
            return &c->types[i];
    BUG("the kind verbatim is gone");
}

void allcolumns_add(struct conf *c, size_t x, const struct str *name, size_t n)
{
    struct conf_export *e = &c->exports[x];
    struct map seen = {0};
    struct conf_column *column = ARENA_ARRAY(&c->arena, struct conf_column, e->n + n);
    if (e->n)
        memcpy(column, e->column, e->n * sizeof *column);
    e->column = column;
    for (size_t i = 0; i < e->n; i++)
        map_put(&seen, column[i].name, i);
    for (size_t i = 0; i < n; i++) {
        struct str own = arena_str(&c->arena, name[i]);
        if (map_put(&seen, own, e->n) == e->n)
            column[e->n++] = (struct conf_column){.name = own,
                                                  .title = own,
                                                  .type = verbatim(c),
                                                  .found = true,
                                                  .day = SIZE_MAX,
                                                  .fallback = SIZE_MAX,
                                                  .file = e->file,
                                                  .line = e->line};
    }
    map_release(&seen);
}

static const char *path_of(struct arena *a, const char *dir)
{
    return arena_printf(a, "%s/columns.csv", dir).p;
}

bool allcolumns_write(const struct conf *c, const char *dir, struct err *e)
{
    if (!allcolumns_wanted(c))
        return true;
    struct arena a = {0};
    struct strbuf text = {0};
    struct csvout out = {.out = &text};
    strbuf_add(&text, STR("export,column\n"));
    for (size_t x = 0; x < c->n_exports; x++)
        for (size_t i = 0; i < c->exports[x].n; i++) {
            if (!c->exports[x].column[i].found)
                continue;
            csvout_text(&out, c->exports[x].id);
            csvout_foreign(&out, c->exports[x].column[i].name);
            csvout_end(&out);
        }
    bool ok = outfile_put(path_of(&a, dir), 0644, strbuf_str(&text), e);
    strbuf_release(&text);
    arena_release(&a);
    return ok;
}

bool allcolumns_read(struct conf *c, const char *dir, struct err *e)
{
    if (!allcolumns_wanted(c))
        return true;
    struct arena a = {0};
    struct csvtable t;
    size_t export, column;
    const char *path = path_of(&a, dir);
    bool ok = csvtable_read(path, &a, &t, e) &&
              csvtable_need(&t, path, STR("export"), &export, e) &&
              csvtable_need(&t, path, STR("column"), &column, e);
    for (size_t x = 0; ok && x < c->n_exports; x++) {
        struct str *name = ARENA_ARRAY(&a, struct str, t.rows);
        size_t n = 0;
        for (size_t r = 0; r < t.rows; r++)
            if (str_eq(t.row[r][export], c->exports[x].id))
                name[n++] = t.row[r][column];
        if (c->exports[x].all)
            allcolumns_add(c, x, name, n);
    }
    arena_release(&a);
    return ok;
}
