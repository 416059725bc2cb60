#include "pipeline/calc/figure_words.h"

static const struct {
    const char *word, *english;
} fixed_words[] = {
    {"正常", "normal"},
    {"缺报", "not reported"},
    {"基数为零", "zero base"},
    {"无上年数", "no prior year"},
    {"超限", "out of range"},
    {"口径变", "definition changed"},
    {"暂定", "provisional"},
    {"明显", "clear"},
    {"可能偶然", "may be chance"},
    {"样本过小", "sample too small"},
};

struct str figure_word(struct str word, enum lang lang)
{
    for (size_t i = 0; i < sizeof fixed_words / sizeof fixed_words[0]; i++)
        if (lang == LANG_EN && str_eq(word, str_c(fixed_words[i].word)))
            return str_c(fixed_words[i].english);
    return word;
}
