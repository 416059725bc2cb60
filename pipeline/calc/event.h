/*
 * Events: rows of an export that report the same thing, made one.
 */
#ifndef PIPELINE_CALC_EVENT_H
#define PIPELINE_CALC_EVENT_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/plan.h"

/* A row of one of the blocks. */
struct event_row {
    size_t block, row;
    size_t kept; /* index (into the rows) of the row that stands for its event */
    bool is_kept;
};

struct event_table {
    struct event_row *row; /* every row that meets `where`, in order; in the arena */
    size_t n;
    struct tblock block; /* the kept rows with the export's merged columns; in the arena */
    size_t kept;
};

/*
 * Makes the event table of `v` from the merged blocks of its export. Rows that agree in all `same`
 * columns (missing agrees with missing) are one event. The one that meets `keep` stands for it; of
 * several or none the one with the largest value of `largest` (text: in byte order; equal: the
 * first). The column `maximum` takes the largest value of the group.
 */
void event_make(const struct conf_event *v, const struct plan_event *conditions,
                const struct tschema *schema, const struct refs *refs,
                const struct tblock *const *block, size_t n, struct arena *a,
                struct event_table *out);

#endif
