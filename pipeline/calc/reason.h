/*
 * Why a row is rejected, in the order in which one reason decides over another.
 */
#ifndef PIPELINE_CALC_REASON_H
#define PIPELINE_CALC_REASON_H

#include "pipeline/base/str.h"
#include "pipeline/calc/kind.h"

enum reason {
    REASON_KEY_MISSING,
    REASON_DATE_BAD,
    REASON_DATE_ORDER,
    REASON_DATE_RANGE,
    REASON_NUMBER_BAD,
    REASON_ENUM_UNKNOWN,
    REASON_FIELD_COUNT,
    REASON_QUOTE_OPEN,
    REASON_ENCODING_BAD,
    REASON_HEDGED_VALUE,
    REASON_N
};

/* One row per reason: the word in rejects.csv, read by scripts, and the code of the message that
 * says what it means and what to do (base/msg.h). Both are stable. */
extern const struct reason_row {
    const char *name, *code;
} reason_table[REASON_N];

/* The code of the message of a word in rejects.csv; NULL when there is no such reason. */
const char *reason_code(struct str name);

/* The reason that a bad (or, for a key, missing) cell is for its row. */
enum reason reason_of_cell(enum cell_result r);

/* The code of the warning that the same cell is in an optional column. */
const char *reason_warning(enum cell_result r);

#endif
