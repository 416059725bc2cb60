#include "pipeline/run/why_command.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/allcolumns.h"
#include "pipeline/chain.h"
#include "pipeline/run/basis.h"
#include "pipeline/run/shown.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/why.h"

void why_command_rows(struct why_request *r, struct opt rows[WHY_OPTIONS])
{
    const struct opt own[WHY_OPTIONS] = {
        {0, "org", OPT_TEXT, &r->org, "CODE", {"该部门", "of this organisation"}},
        {0, "month", OPT_TEXT, &r->month, "YYYY-MM", {"该月份", "of this month"}},
        {0,
         "rejected",
         OPT_FLAG,
         &r->rejected,
         NULL,
         {"列出被拒收而本应计入的行", "the rejected rows that would have counted"}},
        {0, "count", OPT_FLAG, &r->count, NULL, {"只列合计", "totals only"}},
        {0, "csv", OPT_FLAG, &r->csv, NULL, {"输出 CSV", "as CSV"}},
        {0,
         "unmask",
         OPT_FLAG,
         &r->unmask,
         NULL,
         {"显示原始文件中的个人信息", "show personal values as they stand in the raw files"}},
        {0,
         "all",
         OPT_FLAG,
         &r->all,
         NULL,
         {"全部指标、部门、月份(与 --count 同用)", "every figure, with --count"}},
    };
    memcpy(rows, own, sizeof own);
}

bool why_command_asked(const struct why_request *r)
{
    return r->org || r->month || r->rejected || r->count || r->csv || r->unmask || r->all;
}

struct str why_line(const struct why *w, const char *name)
{
    return w->row == SIZE_MAX ? STR("") : csvtable_cell(&w->line, w->row, name);
}

bool why_flush(struct why *w, size_t least, struct err *e)
{
    if (w->text.n < least)
        return true;
    bool ok = (w->r->csv ? shown_write_data : shown_write)(stdout, strbuf_str(&w->text)) ||
              err_sys(e, "stdout");
    w->text.n = 0;
    return ok;
}

/* --- results --- */

static const char *stage_dir(void *context, size_t stage)
{
    struct why *w = context;
    return arena_printf(&w->arena, "%s/%s", w->out, chain[stage].name).p;
}

/* Are the results those of this configuration, these reference tables, this program? */
static bool results_are_current(struct why *w, struct err *e)
{
    size_t stage = chain_find("compute");
    const struct basis b = {.conf = w->conf, .refs = &w->refs};
    if (!stamp_check(stage, stage_dir, w, e))
        return false;
    for (; stage != SIZE_MAX; stage = chain_find(chain[stage].in)) {
        struct str have = basis_settings_of(basis_read(stage_dir(w, stage), &w->arena));
        if (!str_eq(have, basis_settings(stage, &b, &w->arena)))
            return err_set(e, ST_DATA, stage_dir(w, stage), "E-WHY-03", NULL);
    }
    return true;
}

static bool build_plan(struct why *w, struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(w->conf, &w->refs, &w->plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

/* c: the configuration, which gets the columns that clean has found (columns = *). */
static bool open_results(struct why *w, struct conf *c, struct err *e)
{
    struct ledger l;
    const char *cleaned = arena_printf(&w->arena, "%s/clean", w->out).p;
    const char *merged = arena_printf(&w->arena, "%s/merge", w->out).p;
    const char *figures = arena_printf(&w->arena, "%s/compute/indicators.csv", w->out).p;
    w->delivery = ARENA_ARRAY(&w->arena, enum delivery, PERIODS * w->conf->n_exports);
    if (!refs_load(w->conf, w->raw, w->opts->year, &w->refs, e) || !results_are_current(w, e) ||
        !allcolumns_read(c, cleaned, e) || !build_plan(w, e) ||
        !ledger_read_merged(merged, w->conf, &w->arena, &l, e) ||
        !csvtable_read(figures, &w->arena, &w->line, e))
        return false;
    delivery_judge(&l, w->conf, &w->refs, w->delivery);
    return true;
}

/* --- the figure asked for --- */

static bool find_indicator(const struct conf *c, const char *id, size_t *i, struct err *e)
{
    struct arena a = {0};
    *i = conf_find_indicator(c, str_c(id));
    if (*i != SIZE_MAX)
        return true;
    struct str *names = ARENA_ARRAY(&a, struct str, c->n_indicators);
    for (size_t k = 0; k < c->n_indicators; k++)
        names[k] = c->indicators[k].id;
    struct str near = conf_nearest(str_c(id), names, c->n_indicators);
    err_set(e, ST_CONFIG, NULL, near.n ? "E-WHY-01" : "E-WHY-09", id, arena_str(&a, near).p, NULL);
    arena_release(&a);
    return false;
}

static bool is_month(const char *s)
{
    struct str m = str_c(s);
    bool ok = m.n == 7 && s[4] == '-';
    for (size_t i = 0; ok && i < m.n; i++)
        ok = i == 4 || (s[i] >= '0' && s[i] <= '9');
    int month = ok ? (s[5] - '0') * 10 + s[6] - '0' : 0;
    return month >= 1 && month <= 12;
}

static struct compute_cell cell_of(const struct why *w)
{
    const char *m = w->month.p;
    return (struct compute_cell){
        .org = w->org, .month = w->month.n ? (m[5] - '0') * 10 + m[6] - '1' : COMPUTE_NO_MONTH};
}

/* Could the figure have such a cell? Of an organisation whose rows were all rejected there is no
 * line. */
static bool is_split_so(const struct why *w, size_t indicator)
{
    const struct conf_indicator *x = &w->conf->indicators[indicator];
    return (!w->org.n || x->by_org.text.n) && (!w->month.n || x->by_month.text.n) &&
           (!w->org.n || !w->month.n || x->cross);
}

/* The line of indicators.csv for a figure and a cell. An organisation may be named. */
static bool find_line(struct why *w, size_t indicator, const char *id, struct err *e)
{
    struct str org = w->r->org ? str_c(w->r->org) : STR(""), code = org;
    w->month = w->r->month ? str_c(w->r->month) : STR("");
    if (org.n && refs_org(&w->refs, org, w->refs.cutoff, &code) == ORG_UNKNOWN)
        code = org;
    for (w->row = 0; w->row < w->line.rows; w->row++) {
        w->org = why_line(w, "org");
        if (str_eq(why_line(w, "id"), str_c(id)) && str_eq(why_line(w, "month"), w->month) &&
            (str_eq(w->org, org) || str_eq(w->org, code)))
            return true;
    }
    w->row = SIZE_MAX;
    w->org = code;
    if (w->r->rejected && is_split_so(w, indicator))
        return true;
    return err_set(e, ST_DATA, NULL, "E-WHY-02", id, w->r->org ? w->r->org : "",
                   w->r->month ? w->r->month : "", NULL);
}

/* The figure computed again, from the tables that were read. */
static bool find_figure(struct why *w, struct err *e)
{
    figures_make(&w->plan, w->trace->compute, w->delivery, &w->made);
    w->figure = NULL;
    for (size_t i = 0; i < w->made.n; i++) {
        const struct figure_row *r = &w->made.row[i];
        if (r->indicator == w->trace->indicator && str_eq(r->org, w->org) &&
            str_eq(r->month, w->month))
            w->figure = r;
    }
    return w->figure || err_set(e, ST_DATA, NULL, "E-WHY-03", NULL);
}

static bool is_as_published(struct why *w, const char *column,
                            void (*print)(const struct figure *f, struct strbuf *out))
{
    w->cell.n = 0;
    print(&w->figure->f, &w->cell);
    return str_eq(strbuf_str(&w->cell), why_line(w, column));
}

/* The rows must give the figure: each call what compute made of it, and their formula the line. */
static bool judge(struct why *w, struct err *e)
{
    for (size_t i = 0; i < w->trace->n_calls; i++)
        if (!w->trace->call[i].agrees)
            return err_set(e, ST_SYSTEM, NULL, "E-WHY-05",
                           arena_str(&w->arena, w->trace->call[i].f->text).p, NULL);
    const struct conf *c = w->conf;
    w->cell.n = 0;
    style_print(&c->indicators[w->trace->indicator].style, &w->figure->f, c->half_even, c->missing,
                &w->cell);
    bool same = str_eq(strbuf_str(&w->cell), why_line(w, "printed")) &&
                is_as_published(w, "value", figure_print) &&
                is_as_published(w, "numerator", figure_print_numerator) &&
                is_as_published(w, "denominator", figure_print_denominator);
    return same || err_set(e, ST_DATA, NULL, "E-WHY-03", NULL);
}

static bool trace_line_of(struct why *w, size_t indicator, struct err *e)
{
    struct str dir = arena_printf(&w->arena, "%s/merge", w->out);
    w->trace = trace_new(&w->plan, indicator, cell_of(w));
    if (!trace_read(w->trace, dir.p, e))
        return false;
    trace_finish(w->trace);
    return w->row == SIZE_MAX || (find_figure(w, e) && judge(w, e));
}

static void let_go(struct why *w)
{
    trace_free(w->trace);
    figures_release(&w->made);
    w->trace = NULL;
}

/* --- the commands --- */

static bool nothing(const struct why *w, const char *id, struct err *e)
{
    return err_set(e, ST_DATA, NULL, w->r->rejected ? "E-WHY-07" : "E-WHY-06", id, NULL);
}

static bool print_rows(struct why *w, struct err *e)
{
    size_t rows = 0;
    for (size_t i = 0; i < w->trace->n_calls; i++)
        rows += w->trace->call[i].n;
    const char *id = arena_str(&w->arena, w->conf->indicators[w->trace->indicator].id).p;
    if (w->r->count && w->r->csv) {
        why_csv_counts_head(w);
        why_csv_counts(w);
    } else if (w->r->count) {
        why_head(w);
        why_text_counts(w);
    } else {
        if (!why_past_read(w, e) || ((w->opts->verbose || w->r->unmask) && !why_raw_read(w, e)))
            return false;
        if (!w->r->csv)
            why_head(w);
        if (!(w->r->csv ? why_csv_rows(w, e) : why_text_rows(w, e)))
            return false;
    }
    return why_flush(w, 1, e) && (rows || nothing(w, id, e));
}

static bool print_rejected(struct why *w, struct err *e)
{
    size_t listed;
    const char *id = arena_str(&w->arena, w->conf->indicators[w->trace->indicator].id).p;
    if (!w->r->csv) {
        why_head(w);
        strbuf_addc(&w->text, '\n');
    }
    if (!why_rejected(w, &listed, e))
        return false;
    if (w->r->count)
        strbuf_printf(&w->text, "%zu\n", listed);
    return why_flush(w, 1, e) && (listed || nothing(w, id, e));
}

static bool explain_one(struct why *w, size_t indicator, const char *id, struct err *e)
{
    bool ok = find_line(w, indicator, id, e) && trace_line_of(w, indicator, e) &&
              (w->r->rejected ? print_rejected(w, e) : print_rows(w, e));
    if (ok)
        return true;
    struct err ignored; /* the first failure is the one to be told */
    why_flush(w, 1, &ignored);
    return false;
}

/* Every line of indicators.csv, its totals only. */
static bool count_all(struct why *w, struct err *e)
{
    why_csv_counts_head(w);
    for (w->row = 0; w->row < w->line.rows; w->row++) {
        size_t i = conf_find_indicator(w->conf, why_line(w, "id"));
        w->org = why_line(w, "org");
        w->month = why_line(w, "month");
        bool ok =
            i != SIZE_MAX ? trace_line_of(w, i, e) : err_set(e, ST_DATA, NULL, "E-WHY-03", NULL);
        if (ok)
            why_csv_counts(w);
        let_go(w);
        if (!ok || !why_flush(w, 1, e))
            return false;
    }
    return true;
}

static bool usage(const struct why_request *r, const char *id, struct err *e)
{
    if (r->all && (id || !r->count || r->rejected))
        return err_set(e, ST_CONFIG, NULL, "E-WHY-08", NULL);
    if (!r->all && !id)
        return err_set(e, ST_CONFIG, NULL, "E-USE-03", "why", NULL);
    if (r->month && !is_month(r->month))
        return err_set(e, ST_CONFIG, NULL, "E-USE-04", "--month", r->month, "YYYY-MM", NULL);
    return true;
}

enum status why_command_run(const struct why_request *r, const struct opts_shared *opts,
                            struct conf *c, const char *id, struct err *e)
{
    size_t indicator = SIZE_MAX;
    if (!usage(r, id, e) || (id && !find_indicator(c, id, &indicator, e)))
        return e->status;
    struct why w = {.r = r, .opts = opts, .conf = c, .lang = c->language};
    w.raw = opts->raw ? opts->raw : c->raw.p;
    w.out = opts->out ? opts->out : c->out.p;
    bool ok =
        open_results(&w, c, e) && (r->all ? count_all(&w, e) : explain_one(&w, indicator, id, e));
    let_go(&w);
    why_raw_free(w.raws);
    why_past_release(&w.past);
    plan_release(&w.plan);
    refs_release(&w.refs);
    strbuf_release(&w.text);
    strbuf_release(&w.cell);
    arena_release(&w.arena);
    return ok ? ST_OK : e->status;
}
