/*
 * publish: what people open. So far the summary table for Excel and WPS, one row a figure.
 */
#include <stdlib.h>

#include "pipeline/calc/conf.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/stage.h"

struct publish {
    struct stage_ctx *ctx;
    struct arena arena;
    struct csvtable figures; /* compute/indicators.csv */
};

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

static bool publish_run(struct stage_ctx *ctx, struct err *e)
{
    struct publish p = {.ctx = ctx};
    const char *path = stage_path(&p.arena, ctx->in, "indicators.csv");
    struct ledger ledger;
    bool ok =
        ledger_read_merged(ctx->result[chain_find("merge")], ctx->conf, &p.arena, &ledger, e) &&
        csvtable_read(path, &p.arena, &p.figures, e) && write_summary(&p, e);
    arena_release(&p.arena);
    return ok;
}

const struct stage this_stage = {.name = "publish", .run = publish_run};
