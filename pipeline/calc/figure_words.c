#include "pipeline/calc/figure_words.h"

/* clang-format off */
const struct figure_legend figure_legend[] = {
    { "正常", "normal", { "数据齐全", "everything was delivered" }, true },
    { "缺报", "not reported", { "有应报单位没有报送:按已报部分计算,都没有报送的没有数值", "some who must deliver did not: computed from the rest, no value when none did" }, true },
    { "基数为零", "zero base", { "分母为零或没有分母,没有数值", "the denominator is zero or missing: no value" }, true },
    { "无上年数", "no prior year", { "没有上年的值可比", "there is no value of the year before" }, true },
    { "超限", "out of range", { "数值超出可精确计算的范围,没有数值", "beyond what can be computed exactly: no value" }, true },
    { "口径变", "definition changed", { "与上年的口径不同,不宜直接比较", "defined otherwise than the year before: do not compare" }, true },
    { "暂定", "provisional", { "数据还会变动,或各区相加时不能去重", "the data may still change, or districts were added up without knowing what is in several of them" }, true },
    { "明显", "clear", { "与上年相比的变化在统计上明显", "the change is statistically clear" }, false },
    { "可能偶然", "may be chance", { "变化可能出于偶然,不宜说升说降", "the change may be chance: do not call it a rise or a fall" }, false },
    { "样本过小", "sample too small", { "数量太少,不能判断", "too few to tell" }, false },
};
/* clang-format on */
const size_t figure_legend_length = sizeof figure_legend / sizeof figure_legend[0];

struct str figure_word(struct str word, enum lang lang)
{
    for (size_t i = 0; i < figure_legend_length; i++)
        if (lang == LANG_EN && str_eq(word, str_c(figure_legend[i].word)))
            return str_c(figure_legend[i].english);
    return word;
}
