/*
 * What each organisation has to mend (calc/slip.h), read once for all products that tell of it.
 */
#ifndef PIPELINE_PUBLISH_FINDINGS_H
#define PIPELINE_PUBLISH_FINDINGS_H

#include "pipeline/calc/effect.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/slip.h"

struct findings {
    struct arena arena;
    struct plan plan;
    struct effect effect; /* which figures read what */
    struct slips slips;   /* sorted */
};

/* Reads the findings of clean and merge from their folders; conf, refs and ledger (of merge) are
 * borrowed. False and *e: unreadable. Release in any case. */
bool findings_read(struct findings *f, const struct conf *conf, const struct refs *refs,
                   const char *clean, const char *merge, const struct ledger *ledger,
                   struct err *e);
void findings_release(struct findings *f);

#endif
