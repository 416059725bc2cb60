#include "pipeline/calc/readings.h"

#include "pipeline/io/csvout.h"

enum { DECIMALS_MAX = 9 };

/* --- the table --- */

static void put_row(const struct conf *c, const struct figure_row *r, bool chosen,
                    struct csvout *out, struct strbuf *cell)
{
    const struct conf_indicator *x = &c->indicators[r->indicator];
    csvout_text(out, x->id);
    strbuf_add_int(cell, r->period);
    csvout_text(out, strbuf_str(cell));
    csvout_foreign(out, r->org);
    csvout_text(out, r->month);
    csvout_text(out, x->chosen);
    csvout_text(out, chosen ? STR("yes") : STR("no"));
    static void (*const print[])(const struct figure *, struct strbuf *) = {
        figure_print, figure_print_numerator, figure_print_denominator};
    for (size_t i = 0; i < sizeof print / sizeof print[0]; i++) {
        cell->n = 0;
        print[i](&r->f, cell);
        csvout_text(out, strbuf_str(cell));
    }
    cell->n = 0;
    style_print(&x->style, &r->f, c->half_even, c->missing, cell);
    csvout_text(out, strbuf_str(cell));
    csvout_end(out);
    cell->n = 0;
}

/* All rows of indicator i, which are beside each other. */
static void put_rows(const struct conf *c, const struct figures *f, size_t i, bool chosen,
                     struct csvout *out, struct strbuf *cell)
{
    for (size_t r = 0; r < f->all; r++)
        if (f->row[r].indicator == i)
            put_row(c, &f->row[r], chosen, out, cell);
}

void readings_csv(const struct plan *plan, const struct figures *f, struct strbuf *out)
{
    static const char *const heading[] = {"id",          "period", "org",   "month",
                                          "reading",     "chosen", "value", "numerator",
                                          "denominator", "printed"};
    const struct conf *c = plan->conf;
    struct csvout csv = {.out = out};
    struct strbuf cell = {0};
    for (size_t i = 0; i < sizeof heading / sizeof heading[0]; i++)
        csvout_text(&csv, str_c(heading[i]));
    csvout_end(&csv);
    for (size_t k = 0; k < c->n_alternatives; k++) {
        size_t owner = c->alternatives[k].of;
        if (k == 0 || c->alternatives[k - 1].of != owner)
            put_rows(c, f, owner, true, &csv, &cell);
        put_rows(c, f, c->n_indicators + k, false, &csv, &cell);
    }
    strbuf_release(&cell);
}

/* --- the notes --- */

static const struct figure_row *whole_row(const struct figures *f, size_t indicator)
{
    for (size_t i = 0; i < f->all; i++)
        if (f->row[i].indicator == indicator && !f->row[i].org.n && !f->row[i].month.n)
            return &f->row[i];
    return NULL;
}

/* The figure as printed, but exactly enough to tell readings apart: one decimal more, no words for
 * 0 or all. */
static void put_value(const struct conf *c, const struct figure_row *r, struct strbuf *out)
{
    struct conf_style s = c->indicators[r->indicator].style;
    bool has_decimals =
        s.kind == style_kind_find(STR("percent")) || s.kind == style_kind_find(STR("decimal"));
    s.zero = s.whole = s.prefix = s.suffix = (struct str){NULL, 0};
    s.trim = false;
    if (s.decimals < DECIMALS_MAX)
        s.decimals++;
    if (has_decimals && r->f.is_ratio)
        style_print(&s, &r->f, c->half_even, c->missing, out);
    else if (figure_has_value(&r->f))
        figure_print(&r->f, out);
    else
        strbuf_add(out, c->missing);
}

static void put_reading(const struct conf *c, const struct figure_row *r, struct strbuf *out)
{
    if (out->n)
        strbuf_add(out, str_c(msg_between(c->language)));
    strbuf_add(out, c->indicators[r->indicator].chosen);
    strbuf_addc(out, ' ');
    put_value(c, r, out);
}

/* The number of the other reading of `owner` that is called name, or SIZE_MAX. */
static size_t find_alternative(const struct conf *c, size_t owner, struct str name)
{
    for (size_t k = 0; k < c->n_alternatives; k++)
        if (c->alternatives[k].of == owner && str_eq(c->alternatives[k].name, name))
            return k;
    return SIZE_MAX;
}

/* A message with its arguments, behind what is there already. */
static void put_message(const struct conf *c, const char *code, struct str a, struct str b,
                        struct strbuf *out, struct arena *arena)
{
    char text[1024];
    const char *arg[MSG_ARGS] = {arena_str(arena, a).p, arena_str(arena, b).p};
    msg_format(code, c->language, arg, text, sizeof text);
    if (out->n)
        strbuf_add(out, str_c(msg_between(c->language)));
    strbuf_add(out, str_c(text));
}

static void note_spread(const struct conf *c, const struct figures *f, const struct figure_row *r,
                        struct strbuf *out, struct arena *a)
{
    struct strbuf all = {0};
    for (size_t k = 0; k < c->n_alternatives; k++) {
        if (c->alternatives[k].of != r->indicator)
            continue;
        const struct figure_row *other = whole_row(f, c->n_indicators + k);
        if (!all.n)
            put_reading(c, r, &all);
        put_reading(c, other, &all);
    }
    if (all.n)
        put_message(c, "I-READ-01", strbuf_str(&all), STR(""), out, a);
    strbuf_release(&all);
}

/* Last year's reading is another; the change is said where this year has a value in that one. */
static void note_change(const struct conf *c, const struct figures *f, const struct figure_row *r,
                        struct strbuf *out, struct arena *a)
{
    if (!r->prior_reading.n)
        return;
    size_t k = find_alternative(c, r->indicator, r->prior_reading);
    const struct figure_row *now = k == SIZE_MAX ? NULL : whole_row(f, c->n_indicators + k);
    struct exact before;
    struct strbuf change = {0};
    if (now && exact_parse(r->prior, &before) &&
        exact_div(before, exact_of(now->f.percent ? 100 : 1), &before))
        figure_change(&now->f, before, c->half_even, &change);
    put_message(c,
                !change.n        ? "I-READ-02"
                : now->f.percent ? "I-READ-03"
                                 : "I-READ-04",
                r->prior_reading, strbuf_str(&change), out, a);
    strbuf_release(&change);
}

struct str *readings_notes(const struct plan *plan, const struct figures *f, struct arena *a)
{
    struct str *note = ARENA_ARRAY(a, struct str, f->n);
    struct strbuf b = {0};
    for (size_t i = 0; i < f->n; i++) {
        const struct figure_row *r = &f->row[i];
        if (r->org.n || r->month.n)
            continue;
        b.n = 0;
        note_spread(plan->conf, f, r, &b, a);
        note_change(plan->conf, f, r, &b, a);
        note[i] = arena_str(a, strbuf_str(&b));
    }
    strbuf_release(&b);
    return note;
}
