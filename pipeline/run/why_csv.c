/*
 * The explanation for a spreadsheet: a record for each row of each call, or one for each call.
 */
#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"
#include "pipeline/run/why.h"

enum { FLUSH_BYTES = 1 << 16 };

static const struct str byte_order_mark = {"\xef\xbb\xbf", 3};

/* The columns of all tables, those of one name together. */
struct wide {
    struct str *name;
    size_t n;
};

static size_t column_called(const struct wide *x, struct str name)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->name[i], name))
            return i;
    return SIZE_MAX;
}

static struct wide columns_of(struct why *w)
{
    size_t n = 0, tables = schema_tables(w->conf);
    for (size_t t = 0; t < tables; t++)
        n += w->trace->table[t].n_columns;
    struct wide x = {ARENA_ARRAY(&w->arena, struct str, n), 0};
    for (size_t t = 0; t < tables; t++) {
        const struct trace_table *s = &w->trace->table[t];
        for (size_t k = 0; k + 2 < s->n_columns; k++) {
            struct str name = w->plan.table[t].col[s->column[k]].name;
            if (column_called(&x, name) == SIZE_MAX)
                x.name[x.n++] = name;
        }
    }
    return x;
}

static const char *side_name(const struct trace_call *k)
{
    static const char *const names[2][TRACE_SIDES] = {
        {"value", "numerator", "denominator"},
        {"prior value", "prior numerator", "prior denominator"}};
    return names[k->prior][k->side];
}

/* --- rows --- */

static void changed_cell(struct why *w, struct str file, int64_t line, struct csvout *out)
{
    struct why_changes *x = w->past.changes;
    struct why_change c;
    struct strbuf *b = &w->cell;
    size_t first = why_changes_find(x, file, line);
    b->n = 0;
    for (size_t i = first; why_changes_get(x, first, i, &c); i++) {
        const struct str part[] = {b->n ? STR("; ") : STR(""),
                                   c.column,
                                   STR(": "),
                                   c.before,
                                   STR(" -> "),
                                   c.after,
                                   STR(" ("),
                                   c.rule,
                                   STR(")")};
        for (size_t k = 0; k < sizeof part / sizeof part[0]; k++)
            strbuf_add(b, part[k]);
    }
    csvout_text(out, strbuf_str(b));
}

static void list_places(const struct why_list *l, struct str file, int64_t line, struct strbuf *b)
{
    for (size_t r = why_past_find(l, file, line); r != SIZE_MAX; r = l->next[r])
        strbuf_printf(b, "%s%.*s:%.*s", b->n ? "; " : "", STR_ARG(l->t.row[r][l->column[2]]),
                      STR_ARG(l->t.row[r][l->column[3]]));
}

/* The rows that this one stands for: of the same key, and of the same event. */
static void stands_for_cell(struct why *w, size_t t, struct str file, int64_t line,
                            struct csvout *out)
{
    w->cell.n = 0;
    list_places(&w->past.duplicates, file, line, &w->cell);
    if (t >= w->conf->n_exports)
        list_places(&w->past.events, file, line, &w->cell);
    csvout_text(out, strbuf_str(&w->cell));
}

static void weight_cell(const struct trace_call *k, int64_t weight, struct csvout *out)
{
    struct strbuf b = {0};
    exact_print(weight, k->f->scale, &b);
    csvout_raw(out, strbuf_str(&b));
    strbuf_release(&b);
}

static void value_cell(struct why *w, const struct trace_call *k, const struct trace_row *r,
                       bool hide, struct csvout *out)
{
    if (hide)
        csvout_text(out, STR("***"));
    else if (k->is_text)
        csvout_text(out, w->trace->table[k->f->table].text.text[r->value]);
    else if (k->kind == AGG_SUM || k->kind == AGG_VALUES) {
        w->cell.n = 0;
        exact_print(r->value, k->f->scale, &w->cell);
        csvout_raw(out, strbuf_str(&w->cell));
    } else
        csvout_int(out, r->value);
}

static void put_cells(struct why *w, const struct trace_call *k, const struct trace_row *r,
                      const struct wide *x, struct csvout *out)
{
    size_t t = k->f->table;
    const struct trace_table *s = &w->trace->table[t];
    for (size_t i = 0; i < x->n; i++) {
        size_t at = SIZE_MAX;
        for (size_t c = 0; c + 2 < s->n_columns; c++)
            if (str_eq(w->plan.table[t].col[s->column[c]].name, x->name[i]))
                at = c;
        if (at == SIZE_MAX) {
            csvout_text(out, STR(""));
            continue;
        }
        enum tcol_type type = w->plan.table[t].col[s->column[at]].type;
        struct str v = why_cell(w, t, r->at, at);
        if (type == TCOL_TEXT || type == TCOL_ENUM)
            csvout_text(out, v);
        else
            csvout_raw(out, v);
    }
}

static void put_row(struct why *w, size_t call, const struct trace_row *r, bool hide,
                    const struct wide *x, struct csvout *out)
{
    const struct trace_call *k = &w->trace->call[call];
    size_t t = k->f->table;
    struct str file = trace_file(w->trace, t, r->at);
    int64_t line = trace_line(w->trace, t, r->at);
    csvout_text(out, w->conf->indicators[k->figure].id);
    csvout_text(out, str_c(side_name(k)));
    csvout_int(out, (int64_t)call + 1);
    csvout_text(out, file);
    csvout_int(out, line);
    weight_cell(k, r->weight, out);
    value_cell(w, k, r, hide, out);
    put_cells(w, k, r, x, out);
    changed_cell(w, file, line, out);
    stands_for_cell(w, t, file, line, out);
    if (w->opts->verbose)
        csvout_text(out, why_raw_record(w, t, r->at));
    csvout_end(out);
}

bool why_csv_rows(struct why *w, struct err *e)
{
    static const char *const before[] = {"figure", "part",   "call", "file",
                                         "line",   "weight", "value"};
    struct csvout out = {.out = &w->text, .crlf = true, .defuse = true};
    struct wide x = columns_of(w);
    strbuf_add(&w->text, byte_order_mark);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        csvout_text(&out, str_c(before[i]));
    for (size_t i = 0; i < x.n; i++)
        csvout_text(&out, x.name[i]);
    csvout_text(&out, STR("changed"));
    csvout_text(&out, STR("stands_for"));
    if (w->opts->verbose)
        csvout_text(&out, STR("record"));
    csvout_end(&out);
    for (size_t i = 0; i < w->trace->n_calls; i++) {
        const struct trace_call *k = &w->trace->call[i];
        bool hide = why_value_is_personal(w, k);
        for (size_t r = 0; r < k->n; r++) {
            put_row(w, i, &k->row[r], hide, &x, &out);
            if (!why_flush(w, FLUSH_BYTES, e))
                return false;
        }
    }
    return true;
}

/* --- totals --- */

void why_csv_counts_head(struct why *w)
{
    static const struct str name[] = {{"id", 2},          {"org", 3},       {"month", 5},
                                      {"value", 5},       {"numerator", 9}, {"denominator", 11},
                                      {"figure", 6},      {"part", 4},      {"call", 4},
                                      {"expression", 10}, {"rows", 4},      {"total", 5}};
    struct csvout out = {.out = &w->text};
    csvout_record(&out, name, sizeof name / sizeof name[0]);
}

void why_csv_counts(struct why *w)
{
    static const char *const of_line[] = {"id",    "org",       "month",
                                          "value", "numerator", "denominator"};
    struct csvout out = {.out = &w->text, .defuse = true};
    for (size_t i = 0; i < w->trace->n_calls; i++) {
        const struct trace_call *k = &w->trace->call[i];
        for (size_t c = 0; c < 3; c++)
            csvout_text(&out, why_line(w, of_line[c]));
        for (size_t c = 3; c < sizeof of_line / sizeof of_line[0]; c++)
            csvout_raw(&out, why_line(w, of_line[c]));
        csvout_text(&out, w->conf->indicators[k->figure].id);
        csvout_text(&out, str_c(side_name(k)));
        csvout_int(&out, (int64_t)i + 1);
        csvout_text(&out, k->f->text);
        csvout_int(&out, (int64_t)k->n);
        struct strbuf b = {0};
        exact_print(k->total, k->f->scale, &b);
        csvout_raw(&out, strbuf_str(&b));
        strbuf_release(&b);
        csvout_end(&out);
    }
}
