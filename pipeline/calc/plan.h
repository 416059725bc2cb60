/*
 * The plan: every expression of the configuration, compiled against the tables that it reads.
 *
 * plan_build() finds all mistakes that need names and types (unknown columns, sets, figures,
 * circles of sets or figures, wrong types); `tongji check` uses it without reference tables, merge
 * and compute with them.
 */
#ifndef PIPELINE_CALC_PLAN_H
#define PIPELINE_CALC_PLAN_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/expr.h"
#include "pipeline/calc/refs.h"
#include "pipeline/calc/schema.h"
#include "pipeline/calc/style.h"

struct plan_deadline {
    struct expr *same_day, *extend_when; /* over the export's columns; NULL: not given */
};
struct plan_event {
    struct expr *where, *keep; /* over the export's merged columns; NULL: not given */
};

struct plan_figures; /* calc/plan.c and calc/compute.c: sets, aggregates, figures, checks */

struct plan {
    struct arena arena;
    const struct conf *conf;
    const struct refs *refs;
    struct tschema *table;          /* merged schema of each table */
    struct plan_deadline *deadline; /* by conf->deadlines */
    struct plan_event *event;       /* by conf->events */
    struct plan_figures *figures;
};

/* refs may be NULL (checking only). False when a mistake was added. Release in any case. */
bool plan_build(const struct conf *c, const struct refs *refs, struct plan *p,
                struct problems *problems);
void plan_release(struct plan *p);

#endif
