#include "pipeline/publish/workbook.h"

#include "pipeline/base/map.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/xlsx.h"
#include "pipeline/publish/columns.h"

struct workbook {
    struct publication *p;
    const struct summary *s;
    enum lang lang;
    struct xlsx *x;
};

/* Chinese and English of what stands on the sheets. */
enum {
    W_COVER,
    W_ORGS,
    W_MONTHS,
    W_MEANING,
    W_CHECKS,
    W_LEDGER,
    W_NO_CHAPTER,
    W_PERIOD,
    W_CUTOFF,
    W_RECEIPT,
    W_RECEIPT_HELP,
    W_ROWS,
    W_SUM,
    W_COLUMNS,
    W_STATUSES,
    W_JUDGEMENTS,
    W_LINKS,
    W_LINKS_HELP,
    W_TOTAL,
    W_WORDS
};
/* clang-format off */
static const char *const words[W_WORDS][MSG_LANGS] = {
    [W_COVER] = { "封面", "cover" },
    [W_ORGS] = { "按部门", "by organisation" },
    [W_MONTHS] = { "按月", "by month" },
    [W_MEANING] = { "指标定义", "definitions" },
    [W_CHECKS] = { "核对", "checks" },
    [W_LEDGER] = { "台账", "ledger" },
    [W_NO_CHAPTER] = { "其他", "other" },
    [W_PERIOD] = { "统计期间", "period" },
    [W_CUTOFF] = { "数据截止", "cut-off" },
    [W_RECEIPT] = { "回执:导入 summary.csv 后,行数和各列之和应与下面一致",
                    "receipt: once summary.csv is imported, rows and sums must be these" },
    [W_RECEIPT_HELP] = { "列", "column" },
    [W_ROWS] = { "行数(不含表头)", "rows (without the heading)" },
    [W_SUM] = { "合计", "sum" },
    [W_COLUMNS] = { "各列的含义", "what the columns mean" },
    [W_STATUSES] = { "状态", "statuses" },
    [W_JUDGEMENTS] = { "判断", "judgements of a change" },
    [W_LINKS] = { "引用", "links" },
    [W_LINKS_HELP] = { "全部范围的每个指标都有名称:编号前加下划线(不加就成了单元格地址)",
                       "each figure of the whole has a name: its id with _ in front (without it, it is the address of a cell)" },
    [W_TOTAL] = { "合计", "total" },
};
/* clang-format on */

static struct str word(const struct workbook *w, int i)
{
    return str_c(words[i][w->lang]);
}

/* --- the figures --- */

static void write_headings(const struct workbook *w, struct xlsx_sheet *sheet)
{
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        xlsx_text(sheet, 0, c, str_c(summary_columns[c].heading[w->lang]), XLSX_HEADING);
}

static void write_figure(const struct workbook *w, struct xlsx_sheet *sheet, size_t at,
                         const struct summary_row *r)
{
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++) {
        if (summary_columns[c].type == SUMMARY_TEXT)
            xlsx_text(sheet, at, c, r->cell[c], XLSX_CELL);
        else
            xlsx_value(sheet, at, c, r->cell[c], XLSX_CELL);
    }
    if (r->org.n || r->month.n)
        return;
    struct str id = r->indicator->id;
    xlsx_name(sheet, at, SUM_PRINTED, id);
    xlsx_name(sheet, at, SUM_VALUE, arena_printf(&w->p->arena, "%.*s.value", STR_ARG(id)));
}

/* Ends a sheet of figures: marks what to look at, changes, clear ones, what is not normal. */
static void end_figures(const struct workbook *w, struct xlsx_sheet *sheet, size_t last)
{
    xlsx_table(sheet, 0, last, SUMMARY_COLUMNS);
    const char *normal = figure_word(STR("正常"), w->lang).p;
    const char *clear = figure_word(STR("明显"), w->lang).p;
    xlsx_mark(sheet, SUM_CHANGE, 1, last, XLSX_ABOVE_0, NULL, XLSX_RED);
    xlsx_mark(sheet, SUM_CHANGE, 1, last, XLSX_BELOW_0, NULL, XLSX_GREEN);
    xlsx_mark(sheet, SUM_JUDGEMENT, 1, last, XLSX_IS, clear, XLSX_BOLD);
    xlsx_mark(sheet, SUM_STATUS, 1, last, XLSX_IS_NOT, normal, XLSX_YELLOW);
}

/* Does a row belong on the sheet? chapter: of the whole; p = NULL: organisations or months. */
static bool belongs(const struct summary_row *r, struct str chapter, bool months)
{
    if (chapter.p)
        return !r->org.n && !r->month.n && str_eq(r->indicator->chapter, chapter);
    return months ? r->month.n != 0 : r->org.n && !r->month.n;
}

/* The rows that belong, on as many sheets as they need; none when there are none. */
static void add_figures(const struct workbook *w, struct str name, struct str chapter, bool months)
{
    struct xlsx_sheet *sheet = NULL;
    size_t at = 0;
    for (size_t r = 0; r < w->s->rows; r++) {
        const struct summary_row *row = &w->s->row[r];
        if (!belongs(row, chapter, months))
            continue;
        if (!sheet) {
            sheet = xlsx_sheet(w->x, name);
            write_headings(w, sheet);
        }
        write_figure(w, sheet, ++at, row);
        if (at + 1 == XLSX_ROWS) {
            end_figures(w, sheet, at);
            sheet = NULL;
            at = 0;
        }
    }
    if (sheet)
        end_figures(w, sheet, at);
}

/* The chapters in the order of their first figures. */
static void add_chapters(const struct workbook *w)
{
    struct map seen = {0};
    for (size_t r = 0; r < w->s->rows; r++) {
        struct str chapter = w->s->row[r].indicator->chapter;
        if (!chapter.p)
            chapter = STR("");
        if (map_put(&seen, chapter, r) == r)
            add_figures(w, chapter.n ? chapter : word(w, W_NO_CHAPTER), chapter, false);
    }
    map_release(&seen);
}

/* --- the cover --- */

static size_t cover_pair(struct xlsx_sheet *sheet, size_t row, struct str left, struct str right)
{
    xlsx_text(sheet, row, 0, left, XLSX_CELL);
    xlsx_value(sheet, row, 1, right, XLSX_CELL);
    return row + 1;
}

static size_t cover_receipt(const struct workbook *w, struct xlsx_sheet *sheet, size_t row)
{
    xlsx_text(sheet, row++, 0, word(w, W_RECEIPT), XLSX_PART);
    xlsx_text(sheet, row, 0, word(w, W_RECEIPT_HELP), XLSX_HEADING);
    xlsx_text(sheet, row++, 1, word(w, W_SUM), XLSX_HEADING);
    struct str rows = arena_printf(&w->p->arena, "%zu", w->s->rows);
    row = cover_pair(sheet, row, word(w, W_ROWS), rows);
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        if (w->s->sum[c].n)
            row = cover_pair(sheet, row, str_c(summary_columns[c].heading[w->lang]), w->s->sum[c]);
    return row + 1;
}

static size_t cover_columns(const struct workbook *w, struct xlsx_sheet *sheet, size_t row)
{
    xlsx_text(sheet, row++, 0, word(w, W_COLUMNS), XLSX_PART);
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        row = cover_pair(sheet, row, str_c(summary_columns[c].heading[w->lang]),
                         str_c(summary_columns[c].meaning[w->lang]));
    return row + 1;
}

static size_t cover_legend(const struct workbook *w, struct xlsx_sheet *sheet, size_t row,
                           bool statuses)
{
    xlsx_text(sheet, row++, 0, word(w, statuses ? W_STATUSES : W_JUDGEMENTS), XLSX_PART);
    for (size_t i = 0; i < figure_legend_length; i++) {
        const struct figure_legend *l = &figure_legend[i];
        if (l->is_status == statuses)
            row = cover_pair(sheet, row, figure_word(str_c(l->word), w->lang),
                             str_c(l->meaning[w->lang]));
    }
    return row + 1;
}

static void cover_links(const struct workbook *w, struct xlsx_sheet *sheet, size_t row,
                        struct str id)
{
    struct arena *a = &w->p->arena;
    xlsx_text(sheet, row++, 0, word(w, W_LINKS), XLSX_PART);
    xlsx_text(sheet, row++, 0, word(w, W_LINKS_HELP), XLSX_PART);
    row = cover_pair(sheet, row, arena_printf(a, "=_%.*s", STR_ARG(id)),
                     str_c(summary_columns[SUM_PRINTED].meaning[w->lang]));
    cover_pair(sheet, row, arena_printf(a, "=_%.*s.value", STR_ARG(id)),
               str_c(summary_columns[SUM_VALUE].meaning[w->lang]));
}

static struct str iso_day(struct arena *a, int64_t day)
{
    int64_t y, m, d;
    date_civil(day, &y, &m, &d);
    return arena_printf(a, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
}

static void add_cover(const struct workbook *w)
{
    struct arena *a = &w->p->arena;
    struct xlsx_sheet *sheet = xlsx_sheet(w->x, word(w, W_COVER));
    xlsx_text(sheet, 0, 0, publication_title(w->p), XLSX_TITLE);
    size_t row = cover_pair(sheet, 2, word(w, W_PERIOD),
                            arena_printf(a, "%lld", (long long)w->p->refs->year));
    row = cover_pair(sheet, row, word(w, W_CUTOFF), iso_day(a, w->p->refs->cutoff)) + 1;
    row = cover_receipt(w, sheet, row);
    row = cover_columns(w, sheet, row);
    row = cover_legend(w, sheet, row, true);
    row = cover_legend(w, sheet, row, false);
    if (w->s->rows)
        cover_links(w, sheet, row, w->s->row[0].indicator->id);
    xlsx_width(sheet, 1, 48);
}

/* --- what the figures mean --- */

/* Columns of the sheet: a text of the indicator each. */
static const struct {
    const char *heading[MSG_LANGS];
    size_t offset; /* of the struct str */
} meanings[] = {
    {{"章节", "chapter"}, offsetof(struct conf_indicator, chapter)},
    {{"单位", "unit"}, offsetof(struct conf_indicator, unit)},
    {{"数据来源", "from"}, offsetof(struct conf_indicator, from.text)},
    {{"条件", "where"}, offsetof(struct conf_indicator, where.text)},
    {{"算法", "value"}, offsetof(struct conf_indicator, value.text)},
    {{"写法", "printed as"}, offsetof(struct conf_indicator, style.name)},
    {{"说明", "note"}, offsetof(struct conf_indicator, note)},
};
enum { MEANINGS = sizeof meanings / sizeof meanings[0] };

static void add_meanings(const struct workbook *w)
{
    const struct conf *c = w->p->conf;
    struct xlsx_sheet *sheet = xlsx_sheet(w->x, word(w, W_MEANING));
    xlsx_text(sheet, 0, 0, str_c(summary_columns[SUM_ID].heading[w->lang]), XLSX_HEADING);
    xlsx_text(sheet, 0, 1, str_c(summary_columns[SUM_NAME].heading[w->lang]), XLSX_HEADING);
    for (size_t i = 0; i < MEANINGS; i++)
        xlsx_text(sheet, 0, 2 + i, str_c(meanings[i].heading[w->lang]), XLSX_HEADING);
    for (size_t r = 0; r < c->n_indicators; r++) {
        const struct conf_indicator *x = &c->indicators[r];
        bool english = w->lang == LANG_EN && x->name_en.n;
        xlsx_text(sheet, r + 1, 0, x->id, XLSX_CELL);
        xlsx_text(sheet, r + 1, 1, english ? x->name_en : x->name, XLSX_CELL);
        for (size_t i = 0; i < MEANINGS; i++) {
            struct str text;
            memcpy(&text, (const char *)x + meanings[i].offset, sizeof text);
            xlsx_text(sheet, r + 1, 2 + i, text, XLSX_CELL);
        }
    }
    if (c->n_indicators)
        xlsx_table(sheet, 0, c->n_indicators, 2 + MEANINGS);
}

/* --- checks and ledger --- */

static void add_cell(const struct workbook *w, struct xlsx_sheet *sheet, size_t row, size_t col,
                     const struct column *known, struct str cell)
{
    if (known && known->type != COLUMN_TEXT)
        xlsx_value(sheet, row, col, cell, XLSX_CELL);
    else
        xlsx_text(sheet, row, col, known ? column_word(cell, w->lang) : cell, XLSX_CELL);
}

static void add_total(const struct workbook *w, struct xlsx_sheet *sheet, const struct csvtable *t)
{
    for (size_t c = 0; c < t->columns; c++) {
        const struct column *known = column_find(t->name[c]);
        int64_t sum = 0;
        if (!known || known->type != COLUMN_INTEGER) {
            xlsx_text(sheet, t->rows + 1, c, c ? STR("") : word(w, W_TOTAL), XLSX_TOTAL);
            continue;
        }
        for (size_t r = 0; r < t->rows; r++)
            sum += num_plain_or_0(t->row[r][c]);
        xlsx_sum(sheet, t->rows + 1, c, 1, t->rows,
                 arena_printf(&w->p->arena, "%lld", (long long)sum));
    }
}

static struct xlsx_sheet *add_table(const struct workbook *w, int name, const struct csvtable *t)
{
    struct xlsx_sheet *sheet = xlsx_sheet(w->x, word(w, name));
    for (size_t c = 0; c < t->columns; c++) {
        const struct column *known = column_find(t->name[c]);
        xlsx_text(sheet, 0, c, known ? str_c(known->title[w->lang]) : t->name[c], XLSX_HEADING);
    }
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++)
            add_cell(w, sheet, r + 1, c, column_find(t->name[c]), t->row[r][c]);
    if (t->rows)
        xlsx_table(sheet, 0, t->rows, t->columns);
    return sheet;
}

static void add_checks(const struct workbook *w)
{
    const struct csvtable *t = &w->p->checks;
    struct xlsx_sheet *sheet = add_table(w, W_CHECKS, t);
    size_t result = csvtable_column(t, STR("result"));
    if (result == SIZE_MAX || !t->rows)
        return;
    const char *pass = column_word(STR("pass"), w->lang).p;
    const char *fail = column_word(STR("fail"), w->lang).p;
    xlsx_mark(sheet, result, 1, t->rows, XLSX_IS, fail, XLSX_RED);
    xlsx_mark(sheet, result, 1, t->rows, XLSX_IS_NOT, pass, XLSX_YELLOW);
}

static void add_ledger(const struct workbook *w)
{
    const struct csvtable *t = &w->p->ledger;
    struct xlsx_sheet *sheet = add_table(w, W_LEDGER, t);
    if (t->rows)
        add_total(w, sheet, t);
}

bool workbook_write(struct publication *p, const char *path, struct err *e)
{
    struct workbook w = {.p = p, .s = &p->summary, .lang = p->conf->language};
    struct xlsx_about about = {
        .title = arena_str(&p->arena, publication_title(p)).p,
        .font = w.lang == LANG_ZH ? "宋体" : NULL,
        .created = p->refs->cutoff * 86400, /* a day that belongs to the data: no clock */
    };
    w.x = xlsx_new(path, &about);
    add_cover(&w);
    add_chapters(&w);
    add_figures(&w, word(&w, W_ORGS), (struct str){NULL, 0}, false);
    add_figures(&w, word(&w, W_MONTHS), (struct str){NULL, 0}, true);
    add_meanings(&w);
    add_checks(&w);
    if (p->ledger.columns)
        add_ledger(&w);
    return xlsx_close(w.x, e);
}
