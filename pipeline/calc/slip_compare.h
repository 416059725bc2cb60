/*
 * A return slip against the one before it: what is mended, what is still there, what is new.
 *
 * A finding is known again by its export, rule, column and value (of a row that could not be split,
 * its record): neither by file nor by line, which change with every delivery, nor by the rest of
 * its row, other cells of which may have been mended meanwhile. Equal findings are counted: of 5
 * that were there and 3 that are, 2 are mended and 3 the same. Where a file of the export could not
 * be read this time, or did not come, what is missing is not mended but unknown.
 */
#ifndef PIPELINE_CALC_SLIP_COMPARE_H
#define PIPELINE_CALC_SLIP_COMPARE_H

#include "pipeline/calc/conf.h"

struct slip_change {
    struct str code, export, column, value;
    int64_t last, now; /* findings of the last slip, of this one */
    bool unread;       /* a file of the export could not be read this time */
};

struct slip_changes {
    struct slip_change *row; /* in the order of this slip, then what only the last one has */
    size_t n;
    int64_t last, now, mended, same, fresh, unknown; /* sums */
};

/* Compares two files as slip_csv() wrote them; a path that is NULL stands for a slip without lines.
 * All in the arena. False and *e: a file cannot be read or is no slip (E-STAGE-03). */
bool slip_compare(const char *last, const char *now, struct arena *a, struct slip_changes *c,
                  struct err *e);

/* Appends the comparison as a CSV file for people. */
void slip_compare_csv(const struct slip_changes *c, enum lang lang, struct strbuf *out);

#endif
