/*
 * Cells: normalisation, null tokens, and the way from a raw cell to a value.
 */
#ifndef PIPELINE_CALC_CELL_H
#define PIPELINE_CALC_CELL_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/change.h"
#include "pipeline/calc/conf.h"
#include "pipeline/calc/damage.h"
#include "pipeline/calc/kind.h"
#include "pipeline/calc/refs.h"

/* What is to be said of a cell beside its value. Bytes: it is remembered with every text. */
struct cell_remarks {
    uint8_t change; /* enum change: what the value differs in from the cell */
    uint8_t damage; /* enum damage: what a spreadsheet did to it */
    bool guessed;   /* an organisation was resolved by ORG_GUESSED */
};

/* What a cell's meaning may depend on beside its text. One per worker and file. */
struct cell_context {
    const struct conf *conf;
    const struct refs *refs;
    const struct conf_export *export;
    struct str org;              /* of the file: its code as in the file name; n = 0: none */
    struct str source;           /* the same looked up in the organisations; else org itself */
    int64_t cutoff;              /* day */
    int64_t day;                 /* reference day for the organisation in hand */
    int64_t unit;                /* multiplier of the column in hand, from its header; 1 normally */
    struct cell_remarks remarks; /* out */
    struct arena *scratch;       /* text of results; the caller resets it */
};

/*
 * Cell normalisation (in this order): FF01-FF5E to ASCII, U+3000 and NBSP to a blank; NUL,
 * U+200B-200D and U+FEFF deleted; trimmed (all white space of Unicode); one leading ' dropped;
 * trimmed again. Borrowed from s when nothing had to change inside, else in `scratch`.
 */
struct str cell_normalise(struct str s, struct arena *scratch);

/* s without any white space; borrowed from s when there is none, else in `scratch`. */
struct str cell_no_space(struct str s, struct arena *scratch);

/* Empty after normalisation, or a null token (of at most 64 bytes) in any case? */
bool cell_is_missing(struct str normalised, const struct conf_reading *r);

/*
 * The name in a header cell: normalised, all white space and '*' dropped, one trailing (...) taken
 * off into *unit (without the brackets; n = 0: none). A cell that is nothing but (...) is a name.
 */
struct str cell_header(struct str s, struct str *unit, struct arena *scratch);

/* The multiplier of a header's unit: of the longest word that it begins with, 1 without one. */
int64_t cell_header_unit(struct str unit, const struct conf_reading *r);

/* Notes what is being done to the cell in hand; what decides stays. */
static inline void cell_note(struct cell_context *x, enum change change)
{
    if (change > x->remarks.change)
        x->remarks.change = (uint8_t)change;
}

/*
 * Cleans one raw cell of column c: normalise, null tokens, the kind's function, personal columns
 * are not hashed here. *out counts with CELL_OK only; x->remarks always.
 */
enum cell_result cell_clean(const struct conf_column *c, struct str raw, struct cell_context *x,
                            struct tvalue *out);

#endif
