/*
 * Why a row is rejected, in the order in which one reason decides over another.
 */
#ifndef PIPELINE_CALC_REASON_H
#define PIPELINE_CALC_REASON_H

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

/* The words in rejects.csv: stable, read by scripts. */
extern const char *const reason_name[REASON_N];

/* The reason that a bad (or, for a key, missing) cell is for its row. */
enum reason reason_of_cell(enum cell_result r);

/* The code of the warning that the same cell is in an optional column. */
const char *reason_warning(enum cell_result r);

#endif
