/*
 * The ledger from clean to merge: for each raw file, where its rows went.
 */
#ifndef PIPELINE_CALC_LEDGER_H
#define PIPELINE_CALC_LEDGER_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/conf.h"

struct ledger_row {
    struct str file, org, state, sha256; /* sha256: as clean read it; n = 0: it was not read */
    size_t export;
    int64_t cutoff, version;
    int64_t rows_read, kept, rejected, total_rows; /* as clean counted them */
    int64_t duplicate, superseded;                 /* counted by merge */
};

struct ledger {
    struct ledger_row *row; /* in byte order of the files; in the arena */
    size_t n;
};

/* Was this file read, so that it has a clean table? */
bool ledger_is_read(const struct ledger_row *r);

/* Reads <dir>/ledger.csv as clean writes it. */
bool ledger_read(const char *dir, const struct conf *c, struct arena *a, struct ledger *l,
                 struct err *e);

/* Reads <dir>/ledger.csv as merge wrote it (kept is what merging left; the cut-off is that of the
 * file's name, INT64_MAX without one; no version), and makes sure that it balances: rows_read =
 * kept + rejected + duplicate + superseded + total_rows for every file, else E-SYS-03. */
bool ledger_read_merged(const char *dir, const struct conf *c, struct arena *a, struct ledger *l,
                        struct err *e);

/* Was a file of this export delivered for the period that begins on day `since`, by this
 * organisation (org.p == NULL: by any)? One whose cut-off is before that day is an earlier period's
 * and has nothing of this one. An empty file counts; one that was replaced, or could not be read,
 * does not. */
bool ledger_is_delivered(const struct ledger *l, size_t export, struct str org, int64_t since);

/* Writes <dir>/ledger.csv as merge publishes it: kept is what was left after merging. */
bool ledger_write(const char *dir, const struct conf *c, const struct ledger *l, struct err *e);

#endif
