#include "pipeline/calc/changelog.h"

#include <string.h>

#include "pipeline/io/csvout.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table.h"

const char changelog_header[] = "file,line,column,before,after,rule\n";

enum { FULL = 128 * 1024 };

/* s as a cell, with a comma before it if it is not the first. */
static struct str as_cell(struct changelog *l, struct str s, bool first)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true, .begun = !first};
    csvout_text(&out, s);
    struct str cell = arena_str(&l->arena, strbuf_str(&text));
    strbuf_release(&text);
    return cell;
}

void changelog_init(struct changelog *l, const char *path, struct str file,
                    const struct conf_export *x, const struct tschema *schema)
{
    *l = (struct changelog){.path = path, .x = x, .schema = schema};
    l->file = as_cell(l, file, true);
    l->title = ARENA_ARRAY(&l->arena, struct str, x->n);
    for (size_t c = 0; c < x->n; c++)
        l->title[c] = as_cell(l, x->column[c].title, false);
    for (size_t r = 0; r < CHANGES; r++)
        l->ending[r] = arena_printf(&l->arena, ",%s\n", change_rules[r].name);
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

/* Most altered cells are dates, of few different days: they are printed once. */
static void put_day(struct changelog *l, const struct tcolumn *column, int64_t day)
{
    struct printed_day *d = &l->day[(uint64_t)day % CHANGELOG_DAYS];
    if (d->day != day || !d->n) {
        size_t at = l->text.n;
        table_print(column, day, &l->text);
        *d = (struct printed_day){.day = day};
        if (l->text.n - at == sizeof d->text)
            memcpy(d->text, l->text.p + at, d->n = sizeof d->text);
        return;
    }
    memcpy(strbuf_room(&l->text, sizeof d->text), d->text, sizeof d->text);
    l->text.n += sizeof d->text;
}

static void put_after(struct changelog *l, struct csvout *out, const struct tvalue *v, size_t c)
{
    const struct tcolumn *column = &l->schema->col[c];
    bool personal = l->x->column[c].personal;
    if (column->type == TCOL_TEXT) {
        csvout_text(out, personal && v->s.n ? record_masked : v->s);
    } else if (column->type == TCOL_ENUM) {
        csvout_text(out, v->i == TABLE_MISSING ? STR("") : column->label[v->i]);
    } else {
        strbuf_addc(&l->text, ',');
        if (column->type == TCOL_DATE && v->i != TABLE_MISSING)
            put_day(l, column, v->i);
        else
            table_print(column, v->i, &l->text);
    }
}

/* "file,line" of a record: its later lines copy what the first one begins with. */
static void put_place(struct changelog *l, size_t line, size_t *at, size_t *length)
{
    if (*length) {
        char *to = strbuf_room(&l->text, *length);
        memcpy(to, l->text.p + *at, *length);
        l->text.n += *length;
        return;
    }
    *at = l->text.n;
    strbuf_add(&l->text, l->file);
    strbuf_addc(&l->text, ',');
    strbuf_add_int(&l->text, (int64_t)line);
    *length = l->text.n - *at;
}

bool changelog_add(struct changelog *l, struct record *k, const struct csvrec *rec,
                   const struct tvalue *row, struct err *e)
{
    size_t n, at, length = 0;
    const struct alteration *a = record_alterations(k, &n);
    struct csvout out = {.out = &l->text, .defuse = true};
    for (size_t i = 0; i < n; i++) {
        size_t c = a[i].column;
        struct str before = record_raw(k, rec, c);
        put_place(l, rec->line, &at, &length);
        strbuf_add(&l->text, l->title[c]);
        out.begun = true;
        csvout_text(&out, l->x->column[c].personal && before.n ? record_masked : before);
        put_after(l, &out, &row[c], c);
        strbuf_add(&l->text, l->ending[a[i].rule]);
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
    arena_release(&l->arena);
    *l = (struct changelog){0};
}
