/*
 * The explanation as a person reads it: the figure, its definition, the rows call by call.
 */
#include <stdio.h>

#include "pipeline/calc/figure_words.h"
#include "pipeline/run/why.h"

enum { FLUSH_BYTES = 1 << 16 };

static const struct str masked = {"***", 3};

/* --- cells --- */

bool why_is_personal(const struct why *w, size_t t, size_t column)
{
    const struct conf_export *x = &w->conf->exports[schema_export(w->conf, t)];
    return column < x->n && x->column[column].personal;
}

bool why_value_is_personal(const struct why *w, const struct trace_call *k)
{
    const struct plan_table *t = &w->plan.figures->table[k->f->table];
    size_t value = t->aggregate[k->f->aggregate].value, n = w->plan.table[k->f->table].n;
    bool personal = false;
    struct arena a = {0};
    bool *reads = ARENA_ARRAY(&a, bool, n);
    if (value != PLAN_NONE)
        expr_columns(t->value[value].e, reads);
    for (size_t c = 0; c < n; c++)
        personal |= reads[c] && why_is_personal(w, k->f->table, c);
    arena_release(&a);
    return personal;
}

struct str why_cell(struct why *w, size_t t, size_t at, size_t k)
{
    struct str s = trace_cell(w->trace, t, at, k, &w->cell);
    size_t column = w->trace->table[t].column[k];
    if (!s.p || !why_is_personal(w, t, column))
        return s;
    if (!w->r->unmask)
        return masked;
    struct str raw = why_raw_cell(w, t, at, column);
    return raw.p ? raw : masked;
}

/* --- the head --- */

static void label(struct why *w, enum why_word word)
{
    strbuf_printf(&w->text, "  %s  ", why_word(w, word));
}

static void fact(struct why *w, enum why_word word, struct str value)
{
    if (!value.n)
        return;
    label(w, word);
    strbuf_printf(&w->text, "%.*s\n", STR_ARG(value));
}

static void place(struct why *w, const char *file, int line)
{
    if (file)
        strbuf_printf(&w->text, "    %s:%d", file, line);
    strbuf_addc(&w->text, '\n');
}

static void print_rounding(struct why *w, const struct conf_indicator *x, struct str printed)
{
    const struct conf_style *s = &x->style;
    label(w, WORD_ROUNDING);
    strbuf_printf(&w->text, "%s", why_word(w, w->conf->half_even ? WORD_HALF_EVEN : WORD_HALF_UP));
    if (s->kind && !str_eq(s->name, str_c(s->kind->name)))
        strbuf_printf(&w->text, "; %.*s: %s", STR_ARG(s->name), s->kind->name);
    if (s->kind && s->decimals)
        strbuf_printf(&w->text, ", decimals %d", s->decimals);
    if (s->clamp)
        strbuf_add(&w->text, STR(", clamp"));
    strbuf_printf(&w->text, "; %s %.*s\n", why_word(w, WORD_PRINTED), STR_ARG(printed));
}

static void print_prior(struct why *w)
{
    size_t prior = w->plan.figures->figure[w->trace->indicator].prior;
    struct str value = why_line(w, "prior"), change = why_line(w, "change");
    if (!value.n)
        return;
    label(w, WORD_PRIOR);
    if (prior != PLAN_NONE)
        strbuf_printf(&w->text, "%.*s (%.*s)\n", STR_ARG(value),
                      STR_ARG(w->conf->indicators[prior].id));
    else
        strbuf_printf(&w->text, "%.*s (%s)\n", STR_ARG(value), why_word(w, WORD_BASELINE));
    if (!change.n)
        return;
    label(w, WORD_CHANGE);
    strbuf_printf(&w->text, "%.*s %.*s\n", STR_ARG(change), STR_ARG(why_line(w, "change_unit")));
}

static void print_facts(struct why *w, const struct conf_indicator *x)
{
    bool english = w->lang == LANG_EN && x->name_en.n;
    struct str name = english ? x->name_en : x->name, org = w->org, month = w->month;
    struct str unit = why_line(w, "unit"), printed = why_line(w, "printed");
    printed = printed.n ? printed : w->conf->missing;
    strbuf_printf(&w->text, "%.*s %.*s: %.*s\n", STR_ARG(x->id), STR_ARG(name), STR_ARG(printed));
    label(w, WORD_SCOPE);
    int which = w->plan.figures->figure[w->trace->indicator].period;
    strbuf_printf(&w->text, "%lld", (long long)compute_period(&w->refs, which).year);
    if (org.n)
        strbuf_printf(&w->text, " %.*s", STR_ARG(org));
    if (month.n)
        strbuf_printf(&w->text, " %.*s", STR_ARG(month));
    if (!org.n && !month.n)
        strbuf_printf(&w->text, " %s", why_word(w, WORD_WHOLE));
    strbuf_addc(&w->text, '\n');
    if (why_line(w, "value").n) {
        label(w, WORD_VALUE);
        strbuf_printf(&w->text, "%.*s%s%.*s\n", STR_ARG(why_line(w, "value")), unit.n ? " " : "",
                      STR_ARG(unit));
    }
    fact(w, WORD_NUMERATOR, why_line(w, "numerator"));
    fact(w, WORD_DENOMINATOR, why_line(w, "denominator"));
    print_rounding(w, x, printed);
    print_prior(w);
    fact(w, WORD_STATUS, figure_word(why_line(w, "status"), w->lang));
}

/* --- the definition --- */

static size_t set_called(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_sets; i++)
        if (str_eq(c->sets[i].name, name))
            return i;
    return SIZE_MAX;
}

static void print_event(struct why *w, const struct conf_event *v)
{
    const struct conf_export *x = &w->conf->exports[v->export];
    strbuf_printf(&w->text, "    %.*s = %.*s", STR_ARG(v->name), STR_ARG(x->id));
    if (v->where.text.n)
        strbuf_printf(&w->text, " where %.*s", STR_ARG(v->where.text));
    strbuf_printf(&w->text, "; same");
    for (size_t i = 0; i < v->n_same; i++)
        strbuf_printf(&w->text, "%s %.*s", i ? "," : "", STR_ARG(x->column[v->same[i]].name));
    if (v->keep.text.n)
        strbuf_printf(&w->text, "; keep %.*s", STR_ARG(v->keep.text));
    if (v->largest != SIZE_MAX)
        strbuf_printf(&w->text, "; largest %.*s", STR_ARG(x->column[v->largest].name));
    if (v->maximum != SIZE_MAX)
        strbuf_printf(&w->text, "; maximum %.*s", STR_ARG(x->column[v->maximum].name));
    place(w, v->file, v->line);
}

/* Where the rows called `from` come from, down to the export. */
static void print_source(struct why *w, struct str from)
{
    const struct conf *c = w->conf;
    for (size_t s = set_called(c, from); s != SIZE_MAX; s = set_called(c, from)) {
        const struct conf_set *x = &c->sets[s];
        strbuf_printf(&w->text, "    %.*s = %.*s", STR_ARG(x->name), STR_ARG(x->from.text));
        if (x->where.text.n)
            strbuf_printf(&w->text, " where %.*s", STR_ARG(x->where.text));
        place(w, x->file, x->line);
        from = x->from.text;
    }
    size_t t = schema_find(c, from);
    if (t != SIZE_MAX && t >= c->n_exports)
        print_event(w, &c->events[t - c->n_exports]);
    if (t == SIZE_MAX)
        return;
    const struct conf_export *x = &c->exports[schema_export(c, t)];
    strbuf_printf(&w->text, "    %.*s = %.*s", STR_ARG(x->id), STR_ARG(x->title));
    place(w, x->file, x->line);
}

/* Due dates that a call reads are columns that merge has added. */
static void print_deadlines(struct why *w, size_t t)
{
    const struct trace_table *s = &w->trace->table[t];
    for (size_t k = 0; s->used && k < s->n_columns; k++)
        for (size_t d = 0; d < w->conf->n_deadlines; d++) {
            const struct conf_deadline *x = &w->conf->deadlines[d];
            if (x->export != schema_export(w->conf, t) ||
                !str_eq(x->name, w->plan.table[t].col[s->column[k]].name))
                continue;
            strbuf_printf(&w->text, "    %.*s = [deadline %.*s]", STR_ARG(x->name),
                          STR_ARG(x->name));
            place(w, x->file, x->line);
        }
}

static void print_day(struct why *w, int64_t day)
{
    table_print(&(struct tcolumn){.type = TCOL_DATE}, day, &w->text);
}

/* What `in period` and `cutoff` mean. */
static void print_period(struct why *w)
{
    int which = w->plan.figures->figure[w->trace->indicator].period;
    struct expr_period p = compute_period(&w->refs, which);
    strbuf_printf(&w->text, "    period = ");
    print_day(w, p.start);
    strbuf_printf(&w->text, " .. ");
    print_day(w, p.end);
    strbuf_printf(&w->text, "; cutoff = ");
    print_day(w, p.cutoff);
    strbuf_addc(&w->text, '\n');
}

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* The parameters that the text from byte `from` on names, each once. */
static void print_parameters(struct why *w, size_t from)
{
    size_t end = w->text.n;
    for (size_t i = 0; i < w->refs.n_parameters; i++) {
        struct str name = w->refs.parameter_name[i];
        bool named = false;
        for (size_t at = from; at + name.n < end && !named; at++) {
            const char *p = w->text.p + at;
            named = p[0] == '$' && memcmp(p + 1, name.p, name.n) == 0 &&
                    !(at + 1 + name.n < end && in_name(p[1 + name.n]));
        }
        if (named)
            strbuf_printf(&w->text, "    $%.*s = %.*s\n", STR_ARG(name),
                          STR_ARG(w->refs.parameter_value[i]));
    }
}

static void print_definition(struct why *w)
{
    const struct trace *x = w->trace;
    size_t begin = w->text.n;
    strbuf_printf(&w->text, "  %s\n", why_word(w, WORD_DEFINITION));
    for (size_t p = 0; p < x->n_parts; p++) {
        const struct conf_indicator *i = &w->conf->indicators[x->part[p].figure];
        strbuf_printf(&w->text, "    %.*s = %.*s", STR_ARG(i->id), STR_ARG(i->value.text));
        if (i->where.text.n)
            strbuf_printf(&w->text, "; where %.*s", STR_ARG(i->where.text));
        if (i->last_year)
            strbuf_printf(&w->text, "; period = last_year");
        if (i->divide != 1)
            strbuf_printf(&w->text, "; / %lld", (long long)i->divide);
        place(w, i->file, i->line);
    }
    strbuf_printf(&w->text, "  %s\n", why_word(w, WORD_SOURCE));
    for (size_t p = 0; p < x->n_parts; p++) {
        struct str from = w->conf->indicators[x->part[p].figure].from.text;
        bool told = false;
        for (size_t b = 0; b < p; b++)
            told |= str_eq(from, w->conf->indicators[x->part[b].figure].from.text);
        if (from.n && !told)
            print_source(w, from);
    }
    for (size_t t = 0; t < schema_tables(w->conf); t++)
        print_deadlines(w, t);
    print_period(w);
    print_parameters(w, begin);
}

void why_head(struct why *w)
{
    print_facts(w, &w->conf->indicators[w->trace->indicator]);
    print_definition(w);
}

/* --- rows --- */

static void print_result(struct why *w, const struct trace_call *k)
{
    exact_int rounded;
    int scale = k->f->scale;
    if (k->kind != AGG_VALUES)
        exact_print(k->total, scale, &w->text);
    else if (k->has_result && exact_round(k->result, 6 - scale, false, &rounded))
        exact_print(rounded, 6, &w->text);
    else
        strbuf_add(&w->text, w->conf->missing);
}

static void print_call(struct why *w, const struct trace_call *k)
{
    strbuf_printf(&w->text, "\n%.*s %s: %.*s = ", STR_ARG(w->conf->indicators[k->figure].id),
                  k->prior ? why_word(w, WORD_PRIOR) : why_side(w, k->side), STR_ARG(k->f->text));
    print_result(w, k);
    strbuf_printf(&w->text, " (%zu %s)\n", k->n, why_word(w, WORD_ROWS));
}

void why_plain(struct why *w, struct str s)
{
    char *to = strbuf_room(&w->text, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        to[i] = (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f ? ' ' : s.p[i];
    w->text.n += s.n;
}

void why_record(struct why *w, struct str record)
{
    strbuf_printf(&w->text, "      %s: ", why_word(w, WORD_RECORD));
    why_plain(w, record);
    strbuf_addc(&w->text, '\n');
}

static void print_changes(struct why *w, struct str file, int64_t line)
{
    struct why_changes *x = w->past.changes;
    struct why_change c;
    size_t first = why_changes_find(x, file, line);
    for (size_t i = first; why_changes_get(x, first, i, &c); i++) {
        strbuf_add(&w->text, STR("      "));
        strbuf_add(&w->text, str_c(why_word(w, WORD_CHANGED)));
        strbuf_add(&w->text, STR(": "));
        strbuf_add(&w->text, c.column);
        strbuf_add(&w->text, STR(" \""));
        why_plain(w, c.before);
        strbuf_add(&w->text, STR("\" -> \""));
        why_plain(w, c.after);
        strbuf_add(&w->text, STR("\" ("));
        strbuf_add(&w->text, c.rule);
        strbuf_add(&w->text, STR(")\n"));
    }
}

static void print_lost(struct why *w, struct str file, int64_t line)
{
    const struct why_list *l = &w->past.duplicates;
    for (size_t r = why_past_find(l, file, line); r != SIZE_MAX; r = l->next[r]) {
        struct str *c = l->t.row[r];
        bool same = str_eq(c[l->column[4]], STR("duplicate"));
        strbuf_printf(&w->text, "      %s: %.*s:%.*s (%s)\n", why_word(w, WORD_LOST),
                      STR_ARG(c[l->column[2]]), STR_ARG(c[l->column[3]]),
                      why_word(w, same ? WORD_DUPLICATE : WORD_SUPERSEDED));
    }
}

static void print_reports(struct why *w, size_t t, struct str file, int64_t line)
{
    const struct why_list *l = &w->past.events;
    if (t < w->conf->n_exports)
        return;
    for (size_t r = why_past_find(l, file, line); r != SIZE_MAX; r = l->next[r])
        strbuf_printf(&w->text, "      %s: %.*s:%.*s\n", why_word(w, WORD_REPORTS),
                      STR_ARG(l->t.row[r][l->column[2]]), STR_ARG(l->t.row[r][l->column[3]]));
}

/* What the row adds; of a statistic, its value. */
static void print_weight(struct why *w, const struct trace_call *k, const struct trace_row *r)
{
    bool values = k->kind == AGG_VALUES;
    strbuf_add(&w->text, values ? STR("= ") : r->weight < 0 ? STR("") : STR("+"));
    exact_print(values ? r->value : r->weight, k->f->scale, &w->text);
    if (k->kind == AGG_DISTINCT && !r->weight)
        strbuf_printf(&w->text, " (%s)", why_word(w, WORD_SAME));
}

static void print_row(struct why *w, const struct trace_call *k, const struct trace_row *r)
{
    size_t t = k->f->table;
    const struct trace_table *s = &w->trace->table[t];
    struct str file = trace_file(w->trace, t, r->at);
    int64_t line = trace_line(w->trace, t, r->at);
    strbuf_add(&w->text, STR("  "));
    strbuf_add(&w->text, file);
    strbuf_addc(&w->text, ':');
    strbuf_add_int(&w->text, line);
    strbuf_add(&w->text, STR("  "));
    print_weight(w, k, r);
    for (size_t i = 0; i + 2 < s->n_columns; i++) {
        if (i >= s->n_keys && !k->decides[s->column[i]])
            continue;
        struct str v = why_cell(w, t, r->at, i);
        strbuf_add(&w->text, STR("  "));
        strbuf_add(&w->text, w->plan.table[t].col[s->column[i]].name);
        strbuf_addc(&w->text, '=');
        why_plain(w, v);
    }
    strbuf_addc(&w->text, '\n');
    print_changes(w, file, line);
    print_lost(w, file, line);
    print_reports(w, t, file, line);
    struct str record = why_raw_record(w, t, r->at);
    if (record.p && w->opts->verbose)
        why_record(w, record);
}

bool why_text_rows(struct why *w, struct err *e)
{
    for (size_t i = 0; i < w->trace->n_calls; i++) {
        const struct trace_call *k = &w->trace->call[i];
        print_call(w, k);
        for (size_t r = 0; r < k->n; r++) {
            print_row(w, k, &k->row[r]);
            if (!why_flush(w, FLUSH_BYTES, e))
                return false;
        }
    }
    return true;
}

void why_text_counts(struct why *w)
{
    for (size_t i = 0; i < w->trace->n_calls; i++)
        print_call(w, &w->trace->call[i]);
}
