#include "pipeline/io/csvstream.h"

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/infile.h"

enum { PIECE = 1 << 20 };

struct csvstream {
    char path[512]; /* for messages */
    struct instream *in;
    struct strbuf text;   /* owned: records not read yet, from `done` on */
    size_t done, scanned; /* bytes handed to csv; bytes in which the last record end was sought */
    size_t end;           /* of the last whole record among those scanned */
    bool quoted, over;    /* an odd number of quotes up to `scanned`; the file has no more bytes */
    struct csvin *csv;
    size_t lines;   /* physical lines of the pieces before this one */
    size_t *column; /* owned: place of each column asked for */
    struct str *cell;
    size_t n;
};

/* Looks at the bytes that have come for ends of records. */
static void scan(struct csvstream *s)
{
    for (; s->scanned < s->text.n; s->scanned++) {
        char c = s->text.p[s->scanned];
        s->quoted ^= c == '"';
        if (c == '\n' && !s->quoted)
            s->end = s->scanned + 1;
    }
}

/* The next piece: at least one whole record, unless the file is at its end. */
static bool refill(struct csvstream *s, struct err *e)
{
    for (size_t i = 0; i < s->done; i++)
        s->lines += s->text.p[i] == '\n';
    s->text.n -= s->done;
    if (s->text.n)
        memmove(s->text.p, s->text.p + s->done, s->text.n);
    s->scanned -= s->done;
    s->done = s->end = 0;
    while (!s->over && (s->end == 0 || s->text.n < PIECE)) {
        size_t before = s->text.n;
        if (!instream_read(s->in, PIECE, &s->text, e))
            return false;
        s->over = s->text.n == before;
        scan(s);
    }
    s->done = s->over ? s->text.n : s->end;
    csvin_reset(s->csv, (struct str){s->text.p, s->done}, ',');
    return true;
}

static bool next_record(struct csvstream *s, struct csvrec *rec, bool *found, struct err *e)
{
    *found = csvin_next(s->csv, rec);
    while (!*found && !(s->over && s->done == s->text.n)) {
        if (!refill(s, e))
            return false;
        *found = csvin_next(s->csv, rec);
    }
    if (!*found || !rec->broken)
        return true;
    char where[600];
    snprintf(where, sizeof where, "%s:%zu", s->path, s->lines + rec->line);
    return err_set(e, ST_DATA, where, "E-FILE-12", NULL);
}

static bool find_column(struct csvstream *s, const struct csvrec *names, struct str name,
                        struct err *e)
{
    s->column = x_realloc(s->column, s->n + 1, sizeof *s->column);
    for (size_t c = 0; c < names->n; c++)
        if (str_eq(names->field[c], name)) {
            s->column[s->n++] = c;
            return true;
        }
    char word[128];
    snprintf(word, sizeof word, "%.*s", STR_ARG(name));
    return err_set(e, ST_DATA, s->path, "E-FILE-13", word, NULL);
}

static bool read_names(struct csvstream *s, struct str names, struct err *e)
{
    struct csvrec rec;
    bool found;
    if (!next_record(s, &rec, &found, e))
        return false;
    if (!found)
        return err_set(e, ST_DATA, s->path, "E-FILE-11", NULL);
    for (struct str name; str_split(&names, ',', &name);)
        if (!find_column(s, &rec, name, e))
            return false;
    s->cell = x_calloc(s->n, sizeof *s->cell);
    return true;
}

struct csvstream *csvstream_open(const char *path, const char *names, struct err *e)
{
    struct instream *in = instream_open(path, e);
    if (!in)
        return NULL;
    struct csvstream *s = x_calloc(1, sizeof *s);
    snprintf(s->path, sizeof s->path, "%s", path);
    s->in = in;
    s->csv = csvin_new(STR(""), ',');
    if (read_names(s, str_c(names), e))
        return s;
    csvstream_free(s);
    return NULL;
}

bool csvstream_next(struct csvstream *s, const struct str **cell, struct err *e)
{
    struct csvrec rec;
    bool found;
    *cell = NULL;
    if (!next_record(s, &rec, &found, e))
        return false;
    if (!found)
        return true;
    for (size_t i = 0; i < s->n; i++)
        s->cell[i] = s->column[i] < rec.n ? csvout_undo(rec.field[s->column[i]]) : STR("");
    *cell = s->cell;
    return true;
}

void csvstream_free(struct csvstream *s)
{
    if (!s)
        return;
    instream_close(s->in);
    csvin_free(s->csv);
    strbuf_release(&s->text);
    free(s->column);
    free(s->cell);
    free(s);
}
