/*
 * How often each rule warned about a file: the summary of warnings.csv.gz, and what a letter to the
 * sender is made of.
 *
 * Warnings of one file, code and column are one row, however many lines they are; the counts of all
 * rows add up to the lines of warnings.csv.gz.
 */
#ifndef PIPELINE_CALC_QUALITY_H
#define PIPELINE_CALC_QUALITY_H

#include "pipeline/base/arena.h"
#include "pipeline/base/map.h"

struct quality_row {
    const char *code;  /* of the message table */
    struct str column; /* in the arena of the struct quality; n = 0: none */
    size_t count, first_line;
};

/* Of one raw file; {0} is empty. */
struct quality {
    struct quality_row *row; /* owned */
    size_t n, cap;
    size_t last; /* row of the last warning: mostly that of the next one */
    struct map lookup;
    struct strbuf key; /* of the warning in hand */
    struct arena arena;
};

void quality_add(struct quality *q, const char *code, struct str column, size_t line);
/* A row as it was counted before; a code that the message table has not is dropped. */
void quality_put(struct quality *q, struct str code, struct str column, size_t count,
                 size_t first_line);
void quality_release(struct quality *q);

#endif
