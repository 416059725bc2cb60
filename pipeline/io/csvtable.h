/*
 * A small, clean CSV file in memory: our own ledgers and the like. First record = names. What was
 * defused for spreadsheets (csvout.h) is as it was before.
 */
#ifndef PIPELINE_IO_CSVTABLE_H
#define PIPELINE_IO_CSVTABLE_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"

struct csvtable {
    struct str *name; /* of the columns; all in the arena given */
    size_t columns;
    struct str **row; /* row[r][c]; short records are filled up with empty cells */
    size_t *line;     /* physical line of each row */
    size_t rows;
};

/* Reads `path` (UTF-8, a BOM is skipped, gzip-transparent). False and *e: unreadable, no header
 * (E-FILE-11), or a record whose quoting is broken (E-FILE-12). */
bool csvtable_read(const char *path, struct arena *a, struct csvtable *t, struct err *e);

/* Column called name, or SIZE_MAX. */
size_t csvtable_column(const struct csvtable *t, struct str name);

/* Cell of row r in the column called name; empty where there is no such column. */
struct str csvtable_cell(const struct csvtable *t, size_t r, const char *name);

/* csvtable_column where it must be there: false and E-FILE-13 naming `path`. */
bool csvtable_need(const struct csvtable *t, const char *path, struct str name, size_t *column,
                   struct err *e);

#endif
