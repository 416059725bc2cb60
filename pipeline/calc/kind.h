/*
 * Kinds of columns: how a cell becomes a value. One row of the table per kind.
 *
 * Adding a kind is one function and one row. docs/config.md lists what each kind accepts.
 */
#ifndef PIPELINE_CALC_KIND_H
#define PIPELINE_CALC_KIND_H

#include "pipeline/base/str.h"
#include "pipeline/io/table.h"

struct conf_column;
struct cell_context; /* calc/cell.h */

/* What became of a cell. The value counts with CELL_OK only. */
enum cell_result {
    CELL_OK,
    CELL_MISSING, /* empty, a null token, or a code that was lost as 9.16E+17 */
    CELL_DATE_BAD,
    CELL_NUMBER_BAD,
    CELL_HEDGED,
    CELL_ENUM_UNKNOWN
};

struct kind {
    const char *name;
    enum tcol_type type;
    /* A required cell that is missing is this; text kinds: CELL_MISSING (a missing key). */
    enum cell_result missing_is;
    bool as_written; /* `clean` is given the cell itself, trimmed, not the normalised one */
    /* Cleans `s`, which is normalised (calc/cell.h) and not missing; text of the result lives in
     * the context's scratch until its next reset, or is borrowed from s or the configuration. */
    enum cell_result (*clean)(const struct conf_column *c, struct str s,
                              struct cell_context *context, struct tvalue *out);
    const char *meaning; /* one line of English for the documentation */
};

extern const struct kind kind_table[];
extern const size_t kind_count;

/* The kind called name, or NULL. */
const struct kind *kind_find(struct str name);

#endif
