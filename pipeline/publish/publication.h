/*
 * What the products of publish are made of: the figures, checks and ledger of the stages before,
 * read once.
 */
#ifndef PIPELINE_PUBLISH_PUBLICATION_H
#define PIPELINE_PUBLISH_PUBLICATION_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/refs.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/publish/summary.h"

struct publication {
    const struct conf *conf; /* borrowed */
    const struct refs *refs; /* borrowed */
    const char *to;          /* borrowed: the folder to write into */
    struct arena arena;      /* of all that is read and made */
    struct csvtable figures; /* compute/indicators.csv */
    struct csvtable checks;  /* compute/checks.csv */
    struct csvtable ledger;  /* merge/ledger.csv; columns = 0: none */
    struct summary summary;  /* of the figures */
};

/* Reads the tables of compute and merge from these folders; merge NULL: there is no ledger. False
 * and *e: unreadable, or figures that the configuration does not know (E-STAGE-03). Release in any
 * case. */
bool publication_read(struct publication *p, const char *compute, const char *merge, struct err *e);
void publication_release(struct publication *p);

/* The path of a product, in the arena. */
const char *publication_path(struct publication *p, const char *name);

/* The title, in the language of the configuration. */
struct str publication_title(const struct publication *p);

#endif
