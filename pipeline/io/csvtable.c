#include "pipeline/io/csvtable.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/infile.h"

enum { CSVTABLE_BYTES = 1 << 30 };

static struct str *copy_fields(struct arena *a, const struct csvrec *rec, size_t columns)
{
    struct str *cell = ARENA_ARRAY(a, struct str, columns);
    for (size_t c = 0; c < columns; c++)
        cell[c] = c < rec->n ? arena_str(a, csvout_undo(rec->field[c])) : STR("");
    return cell;
}

static bool read_rows(const char *path, struct csvin *c, struct arena *a, struct csvtable *t,
                      struct err *e)
{
    struct csvrec rec;
    if (!csvin_next(c, &rec) || rec.broken)
        return err_set(e, ST_DATA, path, "E-FILE-11", NULL);
    t->columns = rec.n;
    t->name = copy_fields(a, &rec, rec.n);
    struct str **row = NULL;
    size_t *line = NULL, cap = 0, line_cap = 0, n = 0;
    bool ok = true;
    while (ok && csvin_next(c, &rec)) {
        if (rec.broken) {
            char where[600];
            snprintf(where, sizeof where, "%s:%zu", path, rec.line);
            ok = err_set(e, ST_DATA, where, "E-FILE-12", NULL);
        } else if (rec.n > 1 || rec.field[0].n) {
            X_GROW(row, n, cap);
            X_GROW(line, n, line_cap);
            row[n] = copy_fields(a, &rec, t->columns);
            line[n++] = rec.line;
        }
    }
    t->rows = n;
    t->row = ARENA_ARRAY(a, struct str *, n);
    t->line = ARENA_ARRAY(a, size_t, n);
    for (size_t i = 0; i < n; i++) {
        t->row[i] = row[i];
        t->line[i] = line[i];
    }
    free(row);
    free(line);
    return ok;
}

bool csvtable_read(const char *path, struct arena *a, struct csvtable *t, struct err *e)
{
    *t = (struct csvtable){0};
    struct strbuf text = {0};
    bool ok = infile_read(path, CSVTABLE_BYTES, &text, NULL, NULL, e);
    if (ok) {
        struct str s = strbuf_str(&text);
        if (str_starts(s, STR("\xef\xbb\xbf")))
            s = str_from(s, 3);
        struct csvin *c = csvin_new(s, ',');
        ok = read_rows(path, c, a, t, e);
        csvin_free(c);
    }
    strbuf_release(&text);
    return ok;
}

size_t csvtable_column(const struct csvtable *t, struct str name)
{
    for (size_t c = 0; c < t->columns; c++)
        if (str_eq(t->name[c], name))
            return c;
    return SIZE_MAX;
}

struct str csvtable_cell(const struct csvtable *t, size_t r, const char *name)
{
    size_t c = csvtable_column(t, str_c(name));
    return c == SIZE_MAX ? STR("") : t->row[r][c];
}

bool csvtable_need(const struct csvtable *t, const char *path, struct str name, size_t *column,
                   struct err *e)
{
    *column = csvtable_column(t, name);
    if (*column != SIZE_MAX)
        return true;
    char word[128];
    snprintf(word, sizeof word, "%.*s", STR_ARG(name));
    return err_set(e, ST_DATA, path, "E-FILE-13", word, NULL);
}
