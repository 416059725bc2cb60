#include "pipeline/publish/columns.h"

/* clang-format off */
static const struct column columns[] = {
    /* figures, series, checks */
    { "id", COLUMN_TEXT, { "编号", "indicator" } },
    { "period", COLUMN_INTEGER, { "期间", "year" } },
    { "org", COLUMN_TEXT, { "单位代码", "organisation" } },
    { "month", COLUMN_TEXT, { "月份", "month" } },
    { "value", COLUMN_NUMBER, { "精确值", "value before rounding; rates in %" } },
    { "numerator", COLUMN_NUMBER, { "分子", "numerator" } },
    { "denominator", COLUMN_NUMBER, { "分母", "denominator" } },
    { "unit", COLUMN_TEXT, { "单位", "unit" } },
    { "printed", COLUMN_TEXT, { "数值", "as printed in the report" } },
    { "prior", COLUMN_NUMBER, { "上年", "value of the year before" } },
    { "change", COLUMN_NUMBER, { "变化", "change since the year before" } },
    { "change_unit", COLUMN_TEXT, { "变化单位", "unit of the change" } },
    { "ci_low", COLUMN_NUMBER, { "区间下限", "lower end of the confidence interval" } },
    { "ci_high", COLUMN_NUMBER, { "区间上限", "upper end of the confidence interval" } },
    { "p_value", COLUMN_NUMBER, { "p 值", "p-value of the change" } },
    { "flag", COLUMN_TEXT, { "判断", "judgement" } },
    { "status", COLUMN_TEXT, { "状态", "status" } },
    { "note", COLUMN_TEXT, { "说明", "note" } },
    { "method", COLUMN_TEXT, { "方法", "method" } },
    { "check", COLUMN_TEXT, { "核对", "check" } },
    { "severity", COLUMN_TEXT, { "级别", "severity" } },
    { "result", COLUMN_TEXT, { "结果", "result" } },
    { "left", COLUMN_ANY, { "左边", "left side" } },
    { "right", COLUMN_ANY, { "右边", "right side" } },
    { "detail", COLUMN_TEXT, { "内容", "detail" } },
    { "adds_up", COLUMN_TEXT, { "能否相加", "does it add up?" } },
    /* the ledger */
    { "file", COLUMN_TEXT, { "文件", "file" } },
    { "rows_read", COLUMN_INTEGER, { "读入行", "rows read" } },
    { "kept", COLUMN_INTEGER, { "保留", "kept" } },
    { "rejected", COLUMN_INTEGER, { "退回", "rejected" } },
    { "duplicate", COLUMN_INTEGER, { "重复", "duplicate" } },
    { "superseded", COLUMN_INTEGER, { "被替代", "superseded" } },
    { "total_rows", COLUMN_INTEGER, { "合计行", "rows of totals" } },
    { "export", COLUMN_TEXT, { "报表", "export" } },
    { "state", COLUMN_TEXT, { "处理", "state" } },
};

static const struct {
    const char *word;
    const char *text[MSG_LANGS];
} words[] = {
    { "fatal", { "强制", "fatal" } },
    { "warn", { "核实", "warn" } },
    { "note", { "提示", "note" } },
    { "pass", { "通过", "pass" } },
    { "fail", { "不通过", "fail" } },
    { "waived", { "已豁免", "waived" } },
    { "not-run", { "未核对", "not run" } },
    { "not-applicable", { "不适用", "not applicable" } },
    { "read", { "已读入", "read" } },
    { "replaced", { "被新版替换", "replaced" } },
    { "empty", { "空文件", "empty" } },
    { "header", { "找不到表头", "no header" } },
    { "moving", { "仍在写入", "being written" } },
    { "unreadable", { "无法读取", "unreadable" } },
};
/* clang-format on */

const struct column *column_find(struct str name)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (str_eq(name, str_c(columns[i].name)))
            return &columns[i];
    return NULL;
}

struct str column_word(struct str word, enum lang lang)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq(word, str_c(words[i].word)))
            return str_c(words[i].text[lang]);
    return word;
}
