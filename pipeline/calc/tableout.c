#include "pipeline/calc/tableout.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/gzip.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/tablecsv.h"

struct tableout {
    struct outfile *csv;
    struct tabout *table;
};

static void encode_table(const struct tschema *s, const struct tblock *b, struct tabpart *part)
{
    struct tabout *t = tabout_memory(s);
    struct err e;
    if (!tabout_block(t, b, &e))
        BUG("a text of a table is beyond the ceiling of tables");
    tabout_take(t, part);
    tabout_free(t);
}

void tableout_encode(const struct tschema *s, const struct tblock *b, struct tableout_form form,
                     struct strbuf *text, struct tableout_piece *p)
{
    text->n = 0;
    struct csvout out = {.out = text, .defuse = true};
    struct tschema shown = {s->col, s->n - form.hidden};
    tablecsv_rows(&shown, b, &out);
    gz_members(strbuf_str(text), form.gzip_level, &p->members);
    encode_table(s, b, &p->part);
    p->rows = b->rows;
}

void tableout_piece_release(struct tableout_piece *p)
{
    strbuf_release(&p->members);
    tabpart_release(&p->part);
}

struct tableout *tableout_open(const char *dir, struct str table, const struct tschema *s,
                               struct tableout_form form, struct err *e)
{
    struct arena a = {0};
    struct strbuf head = {0};
    struct csvout out = {.out = &head, .defuse = true};
    struct tableout *t = x_calloc(1, sizeof *t);
    struct tschema shown = {s->col, s->n - form.hidden};
    tablecsv_header(&shown, &out);
    t->csv = outfile_open(arena_printf(&a, "%s/%.*s.csv.gz", dir, STR_ARG(table)).p, 0644,
                          form.gzip_level, e);
    bool ok = t->csv && outfile_write(t->csv, strbuf_str(&head), e) &&
              outfile_members(t->csv, STR(""), e); /* a member of its own */
    if (ok)
        t->table = tabout_open(schema_merged_path(&a, dir, table).p, s, NULL, 0, e);
    ok = ok && t->table;
    strbuf_release(&head);
    arena_release(&a);
    if (ok)
        return t;
    tableout_free(t);
    return NULL;
}

bool tableout_add(struct tableout *t, const struct tableout_piece *p, struct err *e)
{
    return outfile_members(t->csv, strbuf_str(&p->members), e) &&
           tabout_join(t->table, &p->part, e);
}

uint64_t tableout_csv_bytes(const struct tableout *t)
{
    return outfile_written(t->csv);
}

bool tableout_copy(struct tableout *t, const struct tableout_kept *k, struct err *e)
{
    struct tabpart part;
    bool ok = tabin_part(k->table, k->block, k->blocks, &part, e) &&
              outfile_append(t->csv, k->csv, k->csv_at, k->csv_bytes, e) &&
              tabout_join(t->table, &part, e);
    tabpart_release(&part);
    return ok;
}

bool tableout_close(struct tableout *t, struct err *e)
{
    return outfile_close(t->csv, e) && tabout_close(t->table, e);
}

void tableout_free(struct tableout *t)
{
    if (!t)
        return;
    outfile_free(t->csv);
    tabout_free(t->table);
    free(t);
}
