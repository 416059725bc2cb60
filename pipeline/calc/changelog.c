#include "pipeline/calc/changelog.h"

#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table.h"

const char changelog_header[] = "file,line,column,before,after,rule\n";

enum { FULL = 128 * 1024 };

/* s as a cell, with a comma before it if it is not the first. */
static struct str as_cell(struct changelog *l, struct str s, bool first)
{
    l->printed.n = 0;
    struct csvout out = {.out = &l->printed, .defuse = true, .begun = !first};
    csvout_text(&out, s);
    return arena_str(&l->arena, strbuf_str(&l->printed));
}

void changelog_init(struct changelog *l, const char *path, struct str file,
                    const struct conf_export *x, const struct tschema *schema)
{
    *l = (struct changelog){.path = path, .x = x, .schema = schema};
    l->file = as_cell(l, file, true);
    l->title = ARENA_ARRAY(&l->arena, struct str, x->n);
    for (size_t c = 0; c < x->n; c++)
        l->title[c] = as_cell(l, x->column[c].title, false);
}

static bool flush(struct changelog *l, struct err *e)
{
    if (!l->text.n)
        return true;
    if (!l->out)
        l->out = outfile_open(l->path, 0640, CHANGELOG_GZIP, e);
    bool ok = l->out && outfile_write(l->out, strbuf_str(&l->text), e);
    l->text.n = 0;
    return ok;
}

static void put_after(struct changelog *l, struct csvout *out, const struct tvalue *v, size_t c)
{
    const struct tcolumn *column = &l->schema->col[c];
    if (column->type == TCOL_TEXT) {
        csvout_text(out, l->x->column[c].personal && v->s.n ? record_masked : v->s);
        return;
    }
    l->printed.n = 0;
    table_print(column, v->i, &l->printed);
    if (column->type == TCOL_ENUM)
        csvout_text(out, strbuf_str(&l->printed));
    else
        csvout_raw(out, strbuf_str(&l->printed));
}

bool changelog_add(struct changelog *l, struct record *k, const struct csvrec *rec,
                   const struct tvalue *row, struct err *e)
{
    size_t n;
    const struct alteration *a = record_alterations(k, &n);
    struct csvout out = {.out = &l->text, .defuse = true};
    for (size_t i = 0; i < n; i++) {
        size_t c = a[i].column;
        struct str before = record_raw(k, rec, c);
        strbuf_add(&l->text, l->file);
        out.begun = true;
        csvout_int(&out, (int64_t)rec->line);
        strbuf_add(&l->text, l->title[c]);
        csvout_text(&out, l->x->column[c].personal && before.n ? record_masked : before);
        put_after(l, &out, &row[c], c);
        csvout_raw(&out, str_c(change_rules[a[i].rule].name));
        csvout_end(&out);
    }
    return l->text.n < FULL || flush(l, e);
}

bool changelog_close(struct changelog *l, struct err *e)
{
    return flush(l, e) && (!l->out || outfile_close(l->out, e));
}

void changelog_release(struct changelog *l)
{
    outfile_free(l->out);
    strbuf_release(&l->text);
    strbuf_release(&l->printed);
    arena_release(&l->arena);
    *l = (struct changelog){0};
}
