/*
 * Ranges of a merged table (calc/rowkey.h) that need not be made: an earlier result has them.
 *
 * An earlier result counts when it rests on the same program, settings and reference tables
 * (mergeunit.ground) and was merged from some of the clean tables that are merged now. What has
 * changed since are the rows of the other tables, those that are new and those that are gone: they
 * are read, old and new, and added up range by range. A range whose sum is zero has the same rows
 * as before, so that it has the same result.
 */
#ifndef PIPELINE_RUN_KEPTRANGES_H
#define PIPELINE_RUN_KEPTRANGES_H

#include "pipeline/calc/tableout.h"
#include "pipeline/run/mergeunit.h"

struct keptranges;

/* What is made. All borrowed. */
struct keptranges_of {
    const struct mergeunit_of *units;
    size_t export;
    const struct tschema *schema;    /* of the merged table */
    const struct mergeunit *unit;    /* its ground and sources */
    const struct merge_input *table; /* the clean tables, by source */
    size_t jobs;
};

struct keptranges *keptranges_new(const struct keptranges_of *of);
void keptranges_free(struct keptranges *k); /* NULL is fine */

/* Adds the result in the folder `dir`, made of the clean tables in `clean`, unless it cannot be
 * used. */
void keptranges_look_into(struct keptranges *k, const char *dir, const char *clean);

/* Is there any result to take ranges from? */
bool keptranges_any(const struct keptranges *k);

/* Finds what is kept of the n ranges with these first keys. False and *e: the system fails. */
bool keptranges_compare(struct keptranges *k, const struct str *first, size_t n, struct err *e);

/* Is the range kept? */
bool keptranges_has(const struct keptranges *k, size_t range);

/* Appends a range that is kept to the table; adds it, and its losers, to `unit`. */
bool keptranges_take(const struct keptranges *k, size_t range, struct tableout *out,
                     struct mergeunit *unit, struct err *e);

#endif
