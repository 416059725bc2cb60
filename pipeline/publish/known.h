/*
 * The figures that are known: those of compute/indicators.csv, by the indicators of the
 * configuration, exact again.
 */
#ifndef PIPELINE_PUBLISH_KNOWN_H
#define PIPELINE_PUBLISH_KNOWN_H

#include "pipeline/calc/rule.h"
#include "pipeline/calc/style.h"
#include "pipeline/io/csvtable.h"

struct known_figure {
    bool there;           /* the table has a line for it */
    bool sure;            /* it has a value, and all that it rests on was delivered */
    struct figure figure; /* without a value when there is none */
    struct str period, printed, prior, change, change_unit, status; /* as in the table */
};

/* The same figure for an organisation, a month, or both. */
struct known_part {
    size_t indicator;
    struct str org, month; /* n = 0: all */
    struct exact value;    /* a rate in % */
};

struct known {
    const struct conf *conf;     /* borrowed */
    struct known_figure *figure; /* by conf->indicators */
    struct known_part *part;     /* in the order of the table; those that have a value */
    size_t n_parts;
};

/* Takes the figures from the table, whose texts are borrowed; memory of a. False and *e: columns
 * are missing (E-FILE-13 naming path), or a number there makes no sense (E-STAGE-03). */
bool known_read(const struct conf *c, const struct csvtable *table, const char *path,
                struct arena *a, struct known *k, struct err *e);

/* The figure of an indicator from the cells of such a table. */
bool known_figure_of(const struct conf_indicator *x, struct str value, struct str numerator,
                     struct str denominator, struct figure *out);

/* Value as it is spoken of: a rate in %, without sign where its style says so. False: none. */
bool known_value(const struct known *k, size_t indicator, struct exact *out);

/* The known figures as a source of rules (calc/rule.h): ctx is the struct known; what is not sure
 * is not there. There is no baseline. */
bool known_rule_value(void *ctx, size_t indicator, enum rule_side side, struct exact *out);

#endif
