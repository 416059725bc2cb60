/*
 * publish: what people open. The summary table for Excel and WPS, one row a figure; the return
 * slips for the organisations.
 */
#include <stdlib.h>

#include "pipeline/calc/conf.h"
#include "pipeline/calc/effect.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/slip_page.h"
#include "pipeline/calc/slip_source.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/stage.h"

struct publish {
    struct stage_ctx *ctx;
    struct arena arena;
    struct csvtable figures; /* compute/indicators.csv */
    struct ledger ledger;    /* of merge */
};

/* --- the summary --- */

/* A row of the figures as it is shown: the cell of one summary column. */
typedef struct str make_cell(struct publish *p, size_t row, const struct conf_indicator *x);

static struct str figure(struct publish *p, size_t row, const char *name)
{
    size_t c = csvtable_column(&p->figures, str_c(name));
    return c == SIZE_MAX ? STR("") : p->figures.row[row][c];
}

static struct str chapter(struct publish *p, size_t row, const struct conf_indicator *x)
{
    (void)p;
    (void)row;
    return x->chapter;
}

static struct str name(struct publish *p, size_t row, const struct conf_indicator *x)
{
    (void)row;
    return p->ctx->conf->language == LANG_EN && x->name_en.n ? x->name_en : x->name;
}

/* Whose figure it is: the whole, an organisation, a month, or both. */
static struct str scope(struct publish *p, size_t row, const struct conf_indicator *x)
{
    (void)x;
    struct str org = figure(p, row, "org"), month = figure(p, row, "month");
    if (org.n && month.n)
        return arena_printf(&p->arena, "%.*s %.*s", STR_ARG(org), STR_ARG(month));
    if (org.n)
        return org;
    if (month.n)
        return month;
    return p->ctx->conf->language == LANG_EN ? STR("all") : STR("全区");
}

static struct str in_language(const struct publish *p, struct str word)
{
    return figure_word(word, p->ctx->conf->language);
}

static struct str status(struct publish *p, size_t row, const struct conf_indicator *x)
{
    (void)x;
    return in_language(p, figure(p, row, "status"));
}

static struct str judgement(struct publish *p, size_t row, const struct conf_indicator *x)
{
    (void)x;
    return in_language(p, figure(p, row, "flag"));
}

/* One row per column of the summary; their order is fixed. */
static const struct {
    const char *heading[MSG_LANGS];
    const char *from; /* column of the figures; NULL: made by `make` */
    make_cell *make;
    bool is_number;
} columns[] = {
    {{"编号", "id"}, "id", NULL, false},
    {{"章节", "chapter"}, NULL, chapter, false},
    {{"指标", "indicator"}, NULL, name, false},
    {{"期间", "period"}, "period", NULL, false},
    {{"范围", "scope"}, NULL, scope, false},
    {{"数值", "figure"}, "printed", NULL, true},
    {{"单位", "unit"}, "unit", NULL, false},
    {{"精确值", "value"}, "value", NULL, true},
    {{"分子", "numerator"}, "numerator", NULL, true},
    {{"分母", "denominator"}, "denominator", NULL, true},
    {{"上年", "prior"}, "prior", NULL, true},
    {{"变化", "change"}, "change", NULL, true},
    {{"变化单位", "change unit"}, "change_unit", NULL, false},
    {{"区间下限", "low"}, "ci_low", NULL, true},
    {{"区间上限", "high"}, "ci_high", NULL, true},
    {{"判断", "judgement"}, NULL, judgement, false},
    {{"状态", "status"}, NULL, status, false},
    {{"说明", "note"}, "note", NULL, false},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* A number may begin with a minus sign; anything else that a spreadsheet would run is defused. */
static bool is_plain_number(struct str s)
{
    return s.n && ((s.p[0] >= '0' && s.p[0] <= '9') ||
                   (s.p[0] == '-' && s.n > 1 && s.p[1] >= '0' && s.p[1] <= '9'));
}

static bool add_row(struct publish *p, size_t row, struct csvout *out, struct err *e)
{
    size_t i = conf_find_indicator(p->ctx->conf, figure(p, row, "id"));
    if (i == SIZE_MAX)
        return err_set(e, ST_DATA, "compute/indicators.csv", "E-STAGE-03", NULL);
    for (size_t c = 0; c < COLUMNS; c++) {
        struct str cell = columns[c].make ? columns[c].make(p, row, &p->ctx->conf->indicators[i])
                                          : figure(p, row, columns[c].from);
        if (columns[c].is_number && is_plain_number(cell))
            csvout_raw(out, cell);
        else
            csvout_text(out, cell);
    }
    csvout_end(out);
    return true;
}

static bool write_summary(struct publish *p, struct err *e)
{
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .crlf = true, .defuse = true};
    strbuf_add(&text, STR("\xef\xbb\xbf")); /* Excel reads UTF-8 only with a BOM */
    for (size_t c = 0; c < COLUMNS; c++)
        csvout_text(&out, str_c(columns[c].heading[p->ctx->conf->language]));
    csvout_end(&out);
    bool ok = true;
    for (size_t r = 0; ok && r < p->figures.rows; r++)
        ok = add_row(p, r, &out, e);
    ok = ok &&
         outfile_put(stage_path(&p->arena, p->ctx->to, "summary.csv"), 0644, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

/* --- the return slips --- */

/* returns/<organisation>; files of which no organisation is known have a name that none can have.
 */
static const char *slip_path(struct publish *p, const struct slip *slip, const char *ending)
{
    struct str name = slip->org.n ? slip->org : STR("_unknown");
    struct str file = arena_printf(&p->arena, "returns/%.*s%s", STR_ARG(name), ending);
    return stage_path(&p->arena, p->ctx->to, file.p);
}

static bool write_slip(struct publish *p, const struct slips *s, const struct slip *slip,
                       struct err *e)
{
    struct strbuf csv = {0}, page = {0};
    slip_csv(s, slip, &csv);
    slip_page(s, slip, &p->ledger, p->ctx->refs, &page);
    bool ok = outfile_put(slip_path(p, slip, ".csv"), 0640, strbuf_str(&csv), e) &&
              outfile_put(slip_path(p, slip, ".txt"), 0640, strbuf_str(&page), e);
    strbuf_release(&csv);
    strbuf_release(&page);
    return ok;
}

static bool trace_effects(struct publish *p, struct plan *plan, struct effect *effect,
                          struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(p->ctx->conf, p->ctx->refs, plan, &problems);
    if (ok)
        effect_build(plan, &p->arena, effect);
    else
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

static bool write_slips(struct publish *p, struct err *e)
{
    const struct conf *c = p->ctx->conf;
    const char *const *result = p->ctx->result;
    struct plan plan;
    struct effect effect = {0};
    struct slips s;
    slips_init(&s, c, &effect, (size_t)c->limits.slip_lines);
    bool ok = trace_effects(p, &plan, &effect, e) &&
              slips_read(&s, result[chain_find("clean")], result[chain_find("merge")], &p->ledger,
                         p->ctx->refs, e);
    for (size_t i = 0; ok && i < s.n; i++)
        ok = write_slip(p, &s, &s.slip[i], e);
    slips_release(&s);
    plan_release(&plan);
    return ok;
}

/* --- the stage --- */

/* One row per product. */
static bool (*const products[])(struct publish *p, struct err *e) = {
    write_summary, /* summary.csv */
    write_slips,   /* returns/ */
};

static bool publish_run(struct stage_ctx *ctx, struct err *e)
{
    struct publish p = {.ctx = ctx};
    const char *path = stage_path(&p.arena, ctx->in, "indicators.csv");
    bool ok =
        ledger_read_merged(ctx->result[chain_find("merge")], ctx->conf, &p.arena, &p.ledger, e) &&
        csvtable_read(path, &p.arena, &p.figures, e);
    for (size_t i = 0; ok && i < sizeof products / sizeof products[0]; i++)
        ok = products[i](&p, e);
    arena_release(&p.arena);
    return ok;
}

const struct stage this_stage = {.name = "publish", .run = publish_run};
