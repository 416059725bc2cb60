/*
 * What earlier runs have left about themselves, read back: the lines of runs.csv, and run.json.
 * Nothing here writes.
 */
#ifndef PIPELINE_RUN_ACCOUNT_H
#define PIPELINE_RUN_ACCOUNT_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/io/csvtable.h"

/* A line of runs.csv. */
struct run_line {
    int64_t number;
    int64_t started;    /* seconds since 1970 */
    struct str seconds; /* that it took, as printed: 4.07 */
    int64_t exit;
    struct str result; /* ok, nothing-new, failed, stopped; by `exit` where the column is not */
    int64_t files, rows_read, kept, rejected, findings;
    struct str program;
};

struct run_list {
    struct run_line *line; /* the oldest first; in the arena */
    size_t n;
};

/* Reads <out>/runs.csv as it is. One that is not there, or empty as a crash before its first line
 * leaves it, has no columns. */
bool run_table_read(const char *out, struct arena *a, struct csvtable *t, struct err *e);

/* The same, read into lines. A line that a crash has torn off is left out. */
bool run_list_read(const char *out, struct arena *a, struct run_list *l, struct err *e);

/* Did it end well: ok or nothing-new? */
bool run_line_is_good(const struct run_line *r);

/* When it ended, rounded down to a second. */
int64_t run_line_ended(const struct run_line *r);

/* The last run, and the last good one; NULL: none. */
const struct run_line *run_list_last(const struct run_list *l);
const struct run_line *run_list_last_good(const struct run_list *l);

/* A file that run.json tells of. */
struct account_file {
    struct str path; /* of an input below raw, of an output below out; a NUL follows */
    int64_t bytes;
    struct str sha256;
};

/* run.json, as far as it is read here. */
struct account {
    int64_t number, rows_read, kept, rejected;
    struct str started, program, compiler, gzip, settings;
    struct account_file *input, *output;
    size_t n_inputs, n_outputs;
};

/* Is it a path that stays below its folder, and a SHA-256 (or none at all, where `bare`)? Nothing
 * else was written by a run. */
bool account_is_sound(struct str path, struct str sha256, bool bare);

/* Reads the run.json at `path`. False and *e: ST_DATA E-NIGHT-02 where there is none, or it is
 * damaged (E-JSON-01). */
bool account_read(const char *path, struct arena *a, struct account *r, struct err *e);

#endif
