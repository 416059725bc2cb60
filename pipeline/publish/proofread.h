/*
 * Proofreading: every number of a finished draft against the figures.
 *
 * A number is placed by the words around it (publish/placing.h) and then judged. Precision goes
 * before recall: of two figures that fit alike, and of a number that speaks of another year,
 * nothing is claimed; what has no place is listed apart, with the figures of that value if there
 * are any. Checks that compare figures, and hold for the figures, must hold for the numbers of the
 * draft, too.
 */
#ifndef PIPELINE_PUBLISH_PROOFREAD_H
#define PIPELINE_PUBLISH_PROOFREAD_H

#include "pipeline/publish/known.h"
#include "pipeline/publish/mention.h"

enum verdict {
    VERDICT_EQUAL,
    VERDICT_ROUNDED,   /* a rounding of the figure that is not the printed one */
    VERDICT_OLDER,     /* the figure of an earlier run */
    VERDICT_LAST_YEAR, /* the figure of last year */
    VERDICT_OTHERS,    /* the number of another figure */
    VERDICT_DIFFERENT,
    VERDICT_DIRECTION, /* 上升 where it fell */
    VERDICT_POINTS,    /* % for percentage points, or the other way round */
    VERDICT_UNSURE,    /* there is no value that it could be compared with */
    VERDICT_PARTS,     /* a check that holds for the figures does not for these numbers */
    VERDICT_ELSEWHERE, /* not placed; some figure has this value */
    VERDICT_NO_SOURCE, /* not placed; none has */
    VERDICTS
};

struct judged {
    size_t line; /* from 0 */
    const struct mention *mention;
    enum verdict verdict;
    size_t figure;     /* that it was taken for; SIZE_MAX: not placed */
    size_t check;      /* VERDICT_PARTS */
    struct str detail; /* the older run, the other figure, the numbers of the check, ... */
};

struct proofread {
    struct mention_line *line;
    size_t lines;
    struct judged *judged; /* by line and column */
    size_t n, cap;
    size_t count[VERDICTS];
};

/* Judges the lines of `text`. history: history/vintages.csv.gz as a table, or without columns.
 * Everything is in the arena or borrowed. */
void proofread_text(const struct known *k, const struct csvtable *history, struct str text,
                    struct arena *a, struct proofread *out);

/* Is it something to say, not just a number without a place? */
bool proofread_is_finding(enum verdict v);

#endif
