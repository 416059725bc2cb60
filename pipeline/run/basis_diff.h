/*
 * What has changed between two texts of what a result rests on (run/basis.h).
 */
#ifndef PIPELINE_RUN_BASIS_DIFF_H
#define PIPELINE_RUN_BASIS_DIFF_H

#include "pipeline/base/arena.h"

enum basis_how { BASIS_EDITED, BASIS_REMOVED, BASIS_ADDED, BASIS_HOWS };

/* What is there more than a line of settings is told by `kind`. */
enum basis_kind {
    BASIS_PROGRAM,
    BASIS_INPUT,
    BASIS_CHANGES, /* whether they are listed */
    BASIS_SECRET,
    BASIS_RAW,       /* name: path of a raw file */
    BASIS_PERIOD,    /* name: the year or cut-off day that is wanted */
    BASIS_REFERENCE, /* name: of the table */
    BASIS_SECTION,   /* name: [kind name] */
    BASIS_SETTING,   /* name: [kind name] key */
    BASIS_ORDER,     /* the same, in another order */
    BASIS_KINDS
};

struct basis_change {
    enum basis_kind kind;
    enum basis_how how;
    struct str name;
    struct str section, key; /* of settings: "kind name", and "key" unless it is a section */
};

/* What makes the text `want` of `have`, in the order of `have` (added ones in that of `want`, at
 * the end); of a section that is added or removed its settings are not named. In the arena. */
size_t basis_diff(struct str have, struct str want, struct arena *a, struct basis_change **change);

#endif
