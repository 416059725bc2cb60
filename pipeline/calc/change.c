#include "pipeline/calc/change.h"

/* clang-format off */
const struct change_rule change_rules[CHANGES] = {
    [CHANGE_NONE] = { "", "as it stood" },
    [CHANGE_WIDTH] = { "width", "full-width forms to ASCII, invisible characters deleted" },
    [CHANGE_BLANKS] = { "blanks", "white space deleted" },
    [CHANGE_APOSTROPHE] = { "apostrophe", "the apostrophe that marks text dropped" },
    [CHANGE_CASE] = { "case", "capitals" },
    [CHANGE_REPLACE] = { "replace", "characters replaced (`replace` of the type)" },
    [CHANGE_PREFIX] = { "prefix", "beginning taken off (`strip_prefix`)" },
    [CHANGE_SUFFIX] = { "suffix", "ending appended (`suffix`)" },
    [CHANGE_ID15] = { "id15", "identity number of 15 digits to 18" },
    [CHANGE_DATE] = { "date", "a date, time, year or month in another form" },
    [CHANGE_NUMBER] = { "number", "a number in another form" },
    [CHANGE_UNIT] = { "unit", "multiplied by the unit in the header" },
    [CHANGE_ENUM] = { "enum", "another spelling of the word" },
    [CHANGE_LEVEL] = { "level", "the number of the word" },
    [CHANGE_MAPPED] = { "mapped", "by the code map of the source" },
    [CHANGE_ALIAS] = { "alias", "an organisation's name to its code" },
    [CHANGE_NULL] = { "null", "a word for nothing: missing" },
    [CHANGE_LOST] = { "lost", "a code in scientific notation: missing" },
    [CHANGE_UNUSABLE] = { "unusable", "cannot be read: missing, with a warning" },
    [CHANGE_FILL_DOWN] = { "fill_down", "empty: the cell above it" },
    [CHANGE_FALLBACK] = { "fallback", "missing or unknown: by the organisation's code" },
    [CHANGE_CORRECTED] = { "corrected", "by a clerk's correction" },
};
/* clang-format on */
