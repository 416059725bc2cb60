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
    const char *to;      /* folder that is being made */
};

/* A clean table that was merged. */
struct mergeunit_source {
    struct str file; /* the raw file */
    char key[65];    /* of its unit */
};

/* A range of keys (calc/rowkey.h): where its rows are in the files of the table follows from the
 * ranges before it. */
struct mergeunit_range {
    struct str first, end; /* its keys: from first on, below end; end.n = 0: all from first on */
    size_t rows, losers;
    uint64_t csv_bytes; /* gzip members in the CSV */
    uint64_t blocks;    /* of the internal table */
};

struct mergeunit {
    char key[65];
    char ground[65]; /* the same without the clean tables */
    struct mergeunit_source *source;
    size_t n_sources;
    size_t rows;             /* of the table */
    uint64_t csv_head_bytes; /* of the CSV before the first range */
    struct mergeunit_range *range;
    size_t n_ranges, cap_ranges; /* owned, the keys apart */
    struct merge_loser *loser;   /* range by range; `file`, `to_file`: places in source[]; owned */
    size_t n_losers;
    struct str *folded; /* by event of the configuration: lines of events.csv.gz; n = 0: none */
};

/* Fills in u->source, in the arena: the clean tables of an export in order, with the raw files they
 * are of. *known: all have units; without one nothing can be said of the table. False and *e: the
 * system fails. */
bool mergeunit_sources(struct mergeunit *u, const struct merge_source *source,
                       const struct merge_input *table, size_t n, struct arena *a, bool *known,
                       struct err *e);

/* Fills in u->ground, and the hash of all that the table of an export rests on, the pauses left
 * out. */
void mergeunit_base(const struct mergeunit_of *of, size_t export, struct mergeunit *u,
                    char base[65]);

/* Its key: with the bases, by export, of those that its pauses come from; "" when one of them is.
 */
void mergeunit_key(const struct mergeunit_of *of, size_t export, const char (*base)[65],
                   char key[65]);

/* Reads the unit of an export in the folder `dir`, when it is whole and its tables are there;
 * strings are in the arena. */
bool mergeunit_try_read(const struct mergeunit_of *of, const char *dir, size_t export,
                        struct arena *a, struct mergeunit *u);

/* Puts the tables of an export and of its events, and their unit, from `dir` into of->to. */
bool mergeunit_take(const struct mergeunit_of *of, const char *dir, size_t export, struct err *e);

/* Keeps the unit of an export whose tables, and those of its events, are in of->to. */
bool mergeunit_write(const struct mergeunit_of *of, size_t export, const struct mergeunit *u,
                     struct err *e);

/* Appends a range, whose keys are borrowed, and counts its rows. */
void mergeunit_add(struct mergeunit *u, const struct mergeunit_range *range);

void mergeunit_release(struct mergeunit *u);

#endif
