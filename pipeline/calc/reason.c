#include "pipeline/calc/reason.h"

#include "pipeline/base/mem.h"

const struct reason_row reason_table[REASON_N] = {
    [REASON_KEY_MISSING] = {"KEY_MISSING", "E-ROW-01"},
    [REASON_DATE_BAD] = {"DATE_BAD", "E-ROW-02"},
    [REASON_DATE_ORDER] = {"DATE_ORDER", "E-ROW-03"},
    [REASON_DATE_RANGE] = {"DATE_RANGE", "E-ROW-04"},
    [REASON_NUMBER_BAD] = {"NUMBER_BAD", "E-ROW-05"},
    [REASON_ENUM_UNKNOWN] = {"ENUM_UNKNOWN", "E-ROW-06"},
    [REASON_FIELD_COUNT] = {"FIELD_COUNT", "E-ROW-07"},
    [REASON_QUOTE_OPEN] = {"QUOTE_OPEN", "E-ROW-08"},
    [REASON_ENCODING_BAD] = {"ENCODING_BAD", "E-ROW-09"},
    [REASON_HEDGED_VALUE] = {"HEDGED_VALUE", "E-ROW-10"},
};

static const struct {
    enum cell_result result;
    enum reason reason;
    const char *warning;
} meaning[] = {
    {CELL_MISSING, REASON_KEY_MISSING, "W-CELL-05"},
    {CELL_DATE_BAD, REASON_DATE_BAD, "W-CELL-01"},
    {CELL_NUMBER_BAD, REASON_NUMBER_BAD, "W-CELL-02"},
    {CELL_HEDGED, REASON_HEDGED_VALUE, "W-CELL-03"},
    {CELL_ENUM_UNKNOWN, REASON_ENUM_UNKNOWN, "W-CELL-04"},
};

static size_t row_of(enum cell_result r)
{
    for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++)
        if (meaning[i].result == r)
            return i;
    BUG("a good cell is no reason");
}

enum reason reason_of_cell(enum cell_result r)
{
    return meaning[row_of(r)].reason;
}

const char *reason_warning(enum cell_result r)
{
    return meaning[row_of(r)].warning;
}

const char *reason_code(struct str name)
{
    for (size_t i = 0; i < REASON_N; i++)
        if (str_eq(name, str_c(reason_table[i].name)))
            return reason_table[i].code;
    return NULL;
}
