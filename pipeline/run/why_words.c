#include "pipeline/run/why.h"

static const char *const words[WORDS][MSG_LANGS] = {
    [WORD_SCOPE] = {"范围", "scope"},
    [WORD_WHOLE] = {"全区", "all"},
    [WORD_VALUE] = {"数值", "value"},
    [WORD_NUMERATOR] = {"分子", "numerator"},
    [WORD_DENOMINATOR] = {"分母", "denominator"},
    [WORD_ROUNDING] = {"修约", "rounding"},
    [WORD_HALF_UP] = {"四舍五入", "half up"},
    [WORD_HALF_EVEN] = {"四舍六入五成双", "half to even"},
    [WORD_PRINTED] = {"印作", "printed"},
    [WORD_PRIOR] = {"上年", "last year"},
    [WORD_BASELINE] = {"上年数表", "baseline"},
    [WORD_CHANGE] = {"变化", "change"},
    [WORD_STATUS] = {"状态", "status"},
    [WORD_DEFINITION] = {"定义", "definition"},
    [WORD_SOURCE] = {"取自", "taken from"},
    [WORD_ROWS] = {"行", "rows"},
    [WORD_REPORTS] = {"同一事件另有填报,未重复计",
                      "another report of the same event, not counted again"},
    [WORD_CHANGED] = {"清洗改动", "changed by cleaning"},
    [WORD_LOST] = {"同键另有一行,未计", "another row of the same key, not counted"},
    [WORD_RECORD] = {"原文", "as written"},
    [WORD_DUPLICATE] = {"重复", "duplicate"},
    [WORD_SUPERSEDED] = {"已被取代", "superseded"},
    [WORD_WOULD_COUNT] = {"本应计入", "would have counted"},
    [WORD_UNDECIDED] = {"无法判断", "cannot be decided"},
    [WORD_SAME] = {"同值已计", "its value counts already"},
    [WORD_TAKEN] = {"同键的行已经计入", "a row of the same key counts already"},
};

const char *why_word(const struct why *w, enum why_word word)
{
    return words[word][w->lang];
}

const char *why_side(const struct why *w, enum trace_side side)
{
    static const enum why_word of[TRACE_SIDES] = {[TRACE_VALUE] = WORD_VALUE,
                                                  [TRACE_NUMERATOR] = WORD_NUMERATOR,
                                                  [TRACE_DENOMINATOR] = WORD_DENOMINATOR};
    return why_word(w, of[side]);
}
