#include "pipeline/publish/summary.h"

#include "pipeline/calc/exact.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/gb18030.h"
#include "pipeline/io/outfile.h"

/* clang-format off */
const struct summary_column summary_columns[SUMMARY_COLUMNS] = {
    [SUM_ID] = { { "编号", "id" }, { "指标的编号", "id of the indicator" }, SUMMARY_TEXT },
    [SUM_CHAPTER] = { { "章节", "chapter" }, { "报告的章节", "chapter of the report" }, SUMMARY_TEXT },
    [SUM_NAME] = { { "指标", "indicator" }, { "指标名称", "name of the indicator" }, SUMMARY_TEXT },
    [SUM_PERIOD] = { { "期间", "period" }, { "统计年度", "year" }, SUMMARY_YEAR },
    [SUM_SCOPE] = { { "范围", "scope" }, { "全部,或某个部门、某个月", "the whole, an organisation, a month" }, SUMMARY_TEXT },
    [SUM_PRINTED] = { { "数值", "figure" }, { "报告中的写法(已修约)", "as printed in the report (rounded)" }, SUMMARY_PRINTED },
    [SUM_UNIT] = { { "单位", "unit" }, { "数值和精确值的单位", "of figure and value" }, SUMMARY_TEXT },
    [SUM_VALUE] = { { "精确值", "value" }, { "未修约的值;比率为百分数", "before rounding; rates in %" }, SUMMARY_NUMBER },
    [SUM_NUMERATOR] = { { "分子", "numerator" }, { "比率的分子", "of a rate" }, SUMMARY_NUMBER },
    [SUM_DENOMINATOR] = { { "分母", "denominator" }, { "比率的分母", "of a rate" }, SUMMARY_NUMBER },
    [SUM_PRIOR] = { { "上年", "prior" }, { "上年的值", "value of the year before" }, SUMMARY_NUMBER },
    [SUM_CHANGE] = { { "变化", "change" }, { "与上年相比", "since the year before" }, SUMMARY_NUMBER },
    [SUM_CHANGE_UNIT] = { { "变化单位", "change unit" }, { "%,比率为百分点", "%, or percentage points for rates" }, SUMMARY_TEXT },
    [SUM_LOW] = { { "区间下限", "low" }, { "置信区间的下限", "lower end of the confidence interval" }, SUMMARY_NUMBER },
    [SUM_HIGH] = { { "区间上限", "high" }, { "置信区间的上限", "upper end of the confidence interval" }, SUMMARY_NUMBER },
    [SUM_JUDGEMENT] = { { "判断", "judgement" }, { "变化是否明显", "is the change clear?" }, SUMMARY_TEXT },
    [SUM_STATUS] = { { "状态", "status" }, { "数值是否完整", "is the figure complete?" }, SUMMARY_TEXT },
    [SUM_NOTE] = { { "说明", "note" }, { "指标的说明", "about the indicator" }, SUMMARY_TEXT },
};
/* clang-format on */

/* --- making it --- */

/* Columns that are taken from the figures as they are. */
static const struct {
    int column;
    const char *from;
} taken[] = {
    {SUM_ID, "id"},
    {SUM_PERIOD, "period"},
    {SUM_PRINTED, "printed"},
    {SUM_UNIT, "unit"},
    {SUM_VALUE, "value"},
    {SUM_NUMERATOR, "numerator"},
    {SUM_DENOMINATOR, "denominator"},
    {SUM_PRIOR, "prior"},
    {SUM_CHANGE, "change"},
    {SUM_CHANGE_UNIT, "change_unit"},
    {SUM_LOW, "ci_low"},
    {SUM_HIGH, "ci_high"},
    {SUM_JUDGEMENT, "flag"},
    {SUM_STATUS, "status"},
    {SUM_NOTE, "note"},
};
enum { TAKEN = sizeof taken / sizeof taken[0] };

struct making {
    const struct conf *conf;
    const struct csvtable *figures;
    struct arena *arena;
    size_t from[TAKEN], org, month; /* columns of the figures */
};

/* Whose figure it is: the whole, an organisation, a month, or both. */
static struct str scope(const struct making *m, const struct summary_row *r)
{
    if (r->org.n && r->month.n)
        return arena_printf(m->arena, "%.*s %.*s", STR_ARG(r->org), STR_ARG(r->month));
    if (r->org.n)
        return r->org;
    if (r->month.n)
        return r->month;
    return m->conf->language == LANG_EN ? STR("all") : STR("全区");
}

static struct str figure(const struct making *m, size_t row, size_t column)
{
    return column == SIZE_MAX ? STR("") : m->figures->row[row][column];
}

static bool make_row(const struct making *m, size_t row, struct summary_row *r, struct err *e)
{
    enum lang lang = m->conf->language;
    for (size_t i = 0; i < TAKEN; i++)
        r->cell[taken[i].column] = figure(m, row, m->from[i]);
    size_t i = conf_find_indicator(m->conf, r->cell[SUM_ID]);
    if (i == SIZE_MAX)
        return err_set(e, ST_DATA, "compute/indicators.csv", "E-STAGE-03", NULL);
    r->indicator = &m->conf->indicators[i];
    r->org = figure(m, row, m->org);
    r->month = figure(m, row, m->month);
    r->cell[SUM_CHAPTER] = r->indicator->chapter;
    bool english = lang == LANG_EN && r->indicator->name_en.n;
    r->cell[SUM_NAME] = english ? r->indicator->name_en : r->indicator->name;
    r->cell[SUM_SCOPE] = scope(m, r);
    r->cell[SUM_JUDGEMENT] = figure_word(r->cell[SUM_JUDGEMENT], lang);
    r->cell[SUM_STATUS] = figure_word(r->cell[SUM_STATUS], lang);
    return true;
}

static int decimals_of(struct str s)
{
    size_t point = str_find(s, '.');
    return point < s.n ? (int)(s.n - point - 1) : 0;
}

/* The exact sum of a column, with as many decimals as its longest; "" when it cannot be told. */
static struct str sum_of(const struct summary *s, size_t column, struct arena *a)
{
    enum { MOST = 18 };
    int decimals = 0;
    for (size_t r = 0; r < s->rows; r++) {
        int d = decimals_of(s->row[r].cell[column]);
        decimals = d > decimals ? d : decimals;
    }
    exact_int sum = 0, v;
    for (size_t r = 0; r < s->rows; r++) {
        struct str cell = s->row[r].cell[column];
        struct exact x;
        if (!cell.n)
            continue;
        if (decimals > MOST || !exact_parse(cell, &x) || !exact_round(x, decimals, false, &v) ||
            __builtin_add_overflow(sum, v, &sum))
            return STR("");
    }
    struct strbuf text = {0};
    exact_print(sum, decimals, &text);
    struct str result = arena_str(a, strbuf_str(&text));
    strbuf_release(&text);
    return result;
}

bool summary_make(const struct conf *c, const struct csvtable *figures, struct arena *a,
                  struct summary *out, struct err *e)
{
    struct making m = {.conf = c, .figures = figures, .arena = a};
    for (size_t i = 0; i < TAKEN; i++)
        m.from[i] = csvtable_column(figures, str_c(taken[i].from));
    m.org = csvtable_column(figures, STR("org"));
    m.month = csvtable_column(figures, STR("month"));
    *out = (struct summary){
        c, ARENA_ARRAY(a, struct summary_row, figures->rows), figures->rows, {{0}}};
    for (size_t r = 0; r < out->rows; r++)
        if (!make_row(&m, r, &out->row[r], e))
            return false;
    for (size_t i = 0; i < SUMMARY_COLUMNS; i++)
        if (summary_columns[i].type == SUMMARY_NUMBER)
            out->sum[i] = sum_of(out, i, a);
    return true;
}

/* --- summary.csv --- */

/* A number may begin with a minus sign; anything else that a spreadsheet would run is defused. */
static bool is_plain_number(struct str s)
{
    return s.n && ((s.p[0] >= '0' && s.p[0] <= '9') ||
                   (s.p[0] == '-' && s.n > 1 && s.p[1] >= '0' && s.p[1] <= '9'));
}

static void print(const struct summary *s, struct strbuf *text)
{
    struct csvout out = {.out = text, .crlf = true, .defuse = true};
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        csvout_text(&out, str_c(summary_columns[c].heading[s->conf->language]));
    csvout_end(&out);
    for (size_t r = 0; r < s->rows; r++) {
        for (size_t c = 0; c < SUMMARY_COLUMNS; c++) {
            struct str cell = s->row[r].cell[c];
            bool number = summary_columns[c].type >= SUMMARY_PRINTED && is_plain_number(cell);
            if (number)
                csvout_raw(&out, cell);
            else
                csvout_text(&out, cell);
        }
        csvout_end(&out);
    }
}

bool summary_write(const struct summary *s, const char *path, struct err *e)
{
    struct strbuf text = {0}, encoded = {0};
    bool gb = s->conf->publish_gb18030, ok = true;
    if (!gb)
        strbuf_add(&text, STR("\xef\xbb\xbf")); /* Excel reads UTF-8 only with a BOM */
    print(s, &text);
    if (gb && !gb18030_ready())
        ok = err_set(e, ST_SYSTEM, path, "E-FILE-03", NULL);
    else if (gb)
        gb18030_encode(strbuf_str(&text), &encoded);
    ok = ok && outfile_put(path, 0644, strbuf_str(gb ? &encoded : &text), e);
    strbuf_release(&text);
    strbuf_release(&encoded);
    return ok;
}
