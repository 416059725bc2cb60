/*
 * The hot path of merge's output. What a column holds few different values of (texts with a
 * dictionary, words of an enumeration, days) is printed once and then copied.
 */
#include "pipeline/io/tablecsv.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

enum { DAYS = 512 }; /* slots of the printed days: one and a half years without a collision */

struct day {
    int64_t day;
    char text[16]; /* YYYY-MM-DD and a comma */
    size_t n;      /* 0: free */
};

/* How the cells of one column are printed. */
struct printer {
    const struct tcolumn *column;
    const struct tvec *v;
    struct strbuf text; /* cells printed beforehand, each with a comma behind it */
    uint32_t *at;       /* where each begins; one more for the end; NULL: none are */
    size_t n;
    struct day *days; /* TCOL_DATE */
};

void tablecsv_header(const struct tschema *s, struct csvout *out)
{
    for (size_t c = 0; c < s->n; c++)
        csvout_text(out, s->col[c].name);
    csvout_end(out);
}

static void print_beforehand(struct printer *p, const struct str *cell, size_t n, bool defuse)
{
    struct csvout out = {.out = &p->text, .defuse = defuse};
    p->n = n;
    p->at = x_malloc(arena_size(n + 1, sizeof *p->at));
    for (size_t i = 0; i < n; i++) {
        p->at[i] = (uint32_t)p->text.n;
        out.begun = false;
        csvout_text(&out, cell[i]);
        strbuf_addc(&p->text, ',');
    }
    p->at[n] = (uint32_t)p->text.n;
}

static void prepare(struct printer *p, const struct tcolumn *column, const struct tvec *v,
                    size_t rows, bool defuse)
{
    *p = (struct printer){.column = column, .v = v};
    if (!v->v && v->code && v->n_dict <= rows / 2)
        print_beforehand(p, v->dict, v->n_dict, defuse);
    else if (v->v && column->type == TCOL_ENUM)
        print_beforehand(p, column->label, column->n_label, defuse);
    else if (v->v && column->type == TCOL_DATE)
        p->days = x_calloc(DAYS, sizeof *p->days);
}

static void release(struct printer *p)
{
    strbuf_release(&p->text);
    free(p->at);
    free(p->days);
}

static void put_day(struct printer *p, int64_t v, struct strbuf *out)
{
    struct day *d = &p->days[(uint64_t)v % DAYS];
    if (!d->n || d->day != v) {
        struct strbuf text = {0};
        table_print(p->column, v, &text);
        strbuf_addc(&text, ',');
        if (text.n > sizeof d->text) { /* a year of more than six digits */
            strbuf_add(out, strbuf_str(&text));
            strbuf_release(&text);
            return;
        }
        *d = (struct day){.day = v, .n = text.n};
        memcpy(d->text, text.p, text.n);
        strbuf_release(&text);
    }
    strbuf_add(out, (struct str){d->text, d->n});
}

/* The cell of row r with a comma behind it. */
static void put_cell(struct printer *p, size_t r, struct csvout *out)
{
    const struct tvec *v = p->v;
    size_t i = !p->at ? SIZE_MAX : v->v ? (size_t)v->v[r] : v->code[r];
    if (i < p->n) {
        const char *printed = strbuf_str(&p->text).p;
        strbuf_add(out->out, (struct str){printed + p->at[i], p->at[i + 1] - p->at[i]});
        return;
    }
    if (p->days && v->v && v->v[r] != TABLE_MISSING) {
        put_day(p, v->v[r], out->out);
        return;
    }
    if (!v->v) {
        out->begun = false;
        csvout_text(out, tvec_text(v, r));
    } else if (!p->at) { /* an index beyond the labels is missing */
        table_print(p->column, v->v[r], out->out);
    }
    strbuf_addc(out->out, ',');
}

void tablecsv_rows(const struct tschema *s, const struct tblock *b, struct csvout *out)
{
    struct printer *p = x_calloc(s->n, sizeof *p);
    for (size_t c = 0; c < s->n; c++)
        prepare(&p[c], &s->col[c], &b->col[c], b->rows, out->defuse);
    for (size_t r = 0; r < b->rows; r++) {
        for (size_t c = 0; c < s->n; c++)
            put_cell(&p[c], r, out);
        out->out->n--; /* the last comma */
        csvout_end(out);
    }
    for (size_t c = 0; c < s->n; c++)
        release(&p[c]);
    free(p);
}
