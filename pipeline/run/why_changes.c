#include "pipeline/run/why_changes.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/map.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/infile.h"

enum { CELL_FILE, CELL_LINE, CELL_COLUMN, CELL_BEFORE, CELL_AFTER, CELL_RULE, CELLS };
static const char *const names[CELLS] = {"file", "line", "column", "before", "after", "rule"};

/* A record: where it begins in the text. */
struct entry {
    size_t file, at, n;
    int64_t line;
};

struct why_changes {
    struct strbuf text;
    struct arena arena;
    struct map files; /* name -> number */
    size_t n_files;
    struct entry *entry; /* by file and line */
    size_t n, cap;
    size_t cell[CELLS]; /* which field of a record is what */
    struct csvin *csv;
};

/* The end of the record that begins at `at`: its line end is the first outside quotes. */
static size_t record_end(struct str text, size_t at)
{
    bool quoted = false;
    while (at < text.n) {
        struct str rest = str_from(text, at);
        size_t end = str_find(rest, '\n'), quote;
        struct str line = {rest.p, end};
        while ((quote = str_find(line, '"')) < line.n) {
            quoted = !quoted;
            line = str_from(line, quote + 1);
        }
        at += end + 1;
        if (!quoted)
            break;
    }
    return at < text.n ? at : text.n;
}

static bool split(struct why_changes *x, const struct entry *r, struct csvrec *rec)
{
    csvin_reset(x->csv, (struct str){x->text.p + r->at, r->n}, ',');
    return csvin_next(x->csv, rec) && !rec->broken;
}

static bool read_header(struct why_changes *x, const char *path, size_t end, struct err *e)
{
    struct csvrec rec;
    if (!split(x, &(struct entry){.n = end}, &rec))
        return err_set(e, ST_DATA, path, "E-FILE-11", NULL);
    for (size_t k = 0; k < CELLS; k++) {
        x->cell[k] = SIZE_MAX;
        for (size_t c = 0; c < rec.n; c++)
            if (str_eq(rec.field[c], str_c(names[k])))
                x->cell[k] = c;
        if (x->cell[k] == SIZE_MAX)
            return err_set(e, ST_DATA, path, "E-FILE-13", names[k], NULL);
    }
    return true;
}

/* File and line of a record; false when it has none such. Most records are of the file of the one
 * before, whose name (and comma) is `same`: they need not be split. */
static bool place(struct why_changes *x, struct entry *r, struct str *same)
{
    struct str text = {x->text.p + r->at, r->n};
    if (same->n && str_starts(text, *same)) {
        struct str line = str_from(text, same->n);
        r->file = x->entry[x->n - 1].file;
        return num_parse_plain((struct str){line.p, str_find(line, ',')}, &r->line);
    }
    struct csvrec rec;
    if (!split(x, r, &rec) || rec.n < CELLS ||
        !num_parse_plain(rec.field[x->cell[CELL_LINE]], &r->line))
        return false;
    struct str file = rec.field[x->cell[CELL_FILE]];
    r->file = map_get(&x->files, file);
    if (r->file == MAP_NONE)
        r->file = map_put(&x->files, arena_str(&x->arena, file), x->n_files++);
    bool plain = x->cell[CELL_FILE] == 0 && x->cell[CELL_LINE] == 1 && str_starts(text, file);
    *same = plain ? (struct str){text.p, file.n + 1} : (struct str){NULL, 0};
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void index_records(struct why_changes *x, size_t at)
{
    struct str text = strbuf_str(&x->text), same = {NULL, 0};
    bool ordered = true;
    while (at < text.n) {
        size_t end = record_end(text, at);
        struct entry r = {.at = at, .n = end - at};
        at = end;
        if (!place(x, &r, &same))
            continue;
        ordered = ordered && (!x->n || by_place(&x->entry[x->n - 1], &r) < 0);
        X_GROW(x->entry, x->n, x->cap);
        x->entry[x->n++] = r;
    }
    if (!ordered)
        qsort(x->entry, x->n, sizeof *x->entry, by_place);
}

struct why_changes *why_changes_open(const char *path, struct err *e)
{
    if (sys_is_absent(path))
        return NULL;
    struct why_changes *x = x_calloc(1, sizeof *x);
    x->csv = csvin_new((struct str){"", 0}, ',');
    bool ok = infile_read(path, SIZE_MAX / 2, &x->text, NULL, NULL, e);
    size_t end = ok ? record_end(strbuf_str(&x->text), 0) : 0;
    ok = ok && read_header(x, path, end, e);
    if (ok) {
        index_records(x, end);
        return x;
    }
    why_changes_free(x);
    return NULL;
}

void why_changes_free(struct why_changes *x)
{
    if (!x)
        return;
    strbuf_release(&x->text);
    map_release(&x->files);
    csvin_free(x->csv);
    arena_release(&x->arena);
    free(x->entry);
    free(x);
}

size_t why_changes_find(const struct why_changes *x, struct str file, int64_t line)
{
    size_t f = x ? map_get(&x->files, file) : MAP_NONE;
    if (f == MAP_NONE)
        return SIZE_MAX;
    const struct entry wanted = {.file = f, .line = line};
    size_t low = 0, high = x->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_place(&x->entry[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < x->n && x->entry[low].file == f && x->entry[low].line == line;
    return found ? low : SIZE_MAX;
}

bool why_changes_get(struct why_changes *x, size_t first, size_t i, struct why_change *out)
{
    struct csvrec rec;
    if (first == SIZE_MAX || i >= x->n || x->entry[i].line != x->entry[first].line ||
        x->entry[i].file != x->entry[first].file || !split(x, &x->entry[i], &rec) || rec.n < CELLS)
        return false;
    *out = (struct why_change){rec.field[x->cell[CELL_COLUMN]], rec.field[x->cell[CELL_BEFORE]],
                               rec.field[x->cell[CELL_AFTER]], rec.field[x->cell[CELL_RULE]]};
    return true;
}
