/*
 * Due dates: limits in working or calendar days, extended, with pauses of another table left out.
 */
#ifndef PIPELINE_CALC_DEADLINE_H
#define PIPELINE_CALC_DEADLINE_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/refs.h"

/* The pauses of all cases: from the merged rows of the deadline's pause table. */
struct pauses;
struct pauses *pauses_new(const struct conf_deadline *d);

/* Adds the rows of a merged block of the pause table; the block must outlive the pauses. */
void pauses_add(struct pauses *p, const struct tblock *b);
void pauses_free(struct pauses *p);

/*
 * Fills column `to` (int64_t per row, writable memory behind b->col[to].v) with the due dates of a
 * merged block: `given` where present; else the day of start where same_day holds; else the k-th
 * working day after it or k days after it; missing where there is no limit, or where the calendar
 * does not reach. k = the first limit that is present, in its unit (a factor, working days or not),
 * plus the extension, plus the days d with start < d <= end of the union of the pauses - all of
 * them, or the working days among them. pauses may be NULL. Scratch from a.
 */
void deadline_fill(const struct conf_deadline *d, const struct plan_deadline *conditions,
                   const struct refs *refs, const struct pauses *pauses, const struct tblock *b,
                   const struct tschema *schema, int64_t *to, struct arena *a);

#endif
