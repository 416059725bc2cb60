/*
 * Units of merge: the table of an export, and its events, are kept and taken again as long as all
 * that they rest on is the same.
 *
 * They rest on the program, the units of clean that go into them in their order (run/cleanunit.h),
 * the settings of run/uses.h, calendar, parameters and period, and on the same of the export whose
 * rows are pauses of theirs. The unit is the file <table>.tjt.unit beside the table; it has what
 * the lists over all exports need: rows that lost, and those that are in one event.
 */
#ifndef PIPELINE_RUN_MERGEUNIT_H
#define PIPELINE_RUN_MERGEUNIT_H

#include "pipeline/calc/merge.h"
#include "pipeline/calc/refs.h"

struct mergeunit_of {
    const struct conf *conf;
    const struct refs *refs;
    const char *program; /* SHA-256 of the executable of merge */
    const char *from;    /* folder of finished units */
    const char *to;      /* folder that is being made */
};

struct mergeunit {
    size_t rows;               /* of the table */
    struct merge_loser *loser; /* `file` and `to_file` by the place among the sources; owned */
    size_t n_losers;
    struct str *folded; /* by event of the configuration: lines of events.csv.gz; n = 0: none */
};

/* Hash of what the table of an export rests on, the pauses left out. table: the clean tables, in
 * order; "" when one of them has no unit, so that nothing can be said. False and *e: the system
 * fails. */
bool mergeunit_base(const struct mergeunit_of *of, size_t export, const struct merge_input *table,
                    size_t n, char base[65], struct err *e);

/* Its key: with the bases, by export, of those that its pauses come from. */
void mergeunit_key(const struct mergeunit_of *of, size_t export, const char (*base)[65],
                   char key[65]);

/* Reads the unit of an export in of->from when it has this key and its tables are there; strings
 * are in the arena. */
bool mergeunit_try_read(const struct mergeunit_of *of, size_t export, const char *key,
                        struct arena *a, struct mergeunit *u);

/* Puts the tables of an export and of its events, and their unit, into of->to. */
bool mergeunit_take(const struct mergeunit_of *of, size_t export, struct err *e);

/* Keeps the unit of an export whose tables, and those of its events, are in of->to. */
bool mergeunit_write(const struct mergeunit_of *of, size_t export, const char *key,
                     const struct mergeunit *u, struct err *e);

void mergeunit_release(struct mergeunit *u);

#endif
