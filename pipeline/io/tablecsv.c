#include "pipeline/io/tablecsv.h"

void tablecsv_header(const struct tschema *s, struct csvout *out)
{
    for (size_t c = 0; c < s->n; c++)
        csvout_text(out, s->col[c].name);
    csvout_end(out);
}

static void number(const struct tcolumn *c, int64_t v, struct strbuf *cell, struct csvout *out)
{
    cell->n = 0;
    if (v == TABLE_MISSING) {
        csvout_raw(out, STR(""));
    } else if (c->type == TCOL_INT) {
        csvout_int(out, v);
    } else if (c->type == TCOL_ENUM) {
        csvout_text(out, (size_t)v < c->n_label ? c->label[v] : STR(""));
    } else {
        table_print(c, v, cell);
        csvout_raw(out, strbuf_str(cell));
    }
}

void tablecsv_rows(const struct tschema *s, const struct tblock *b, struct csvout *out)
{
    struct strbuf cell = {0};
    for (size_t r = 0; r < b->rows; r++) {
        for (size_t c = 0; c < s->n; c++) {
            const struct tvec *v = &b->col[c];
            if (v->v)
                number(&s->col[c], v->v[r], &cell, out);
            else
                csvout_text(out, tvec_text(v, r));
        }
        csvout_end(out);
    }
    strbuf_release(&cell);
}
