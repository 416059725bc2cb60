/*
 * clean/changes.csv.gz: what cleaning changed, by file and line.
 *
 * The file may have more records than there are rows, and a figure asks for few of them: the text
 * is cut at its record ends once, and a record is split into cells when it is asked for.
 */
#ifndef PIPELINE_RUN_WHY_CHANGES_H
#define PIPELINE_RUN_WHY_CHANGES_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct why_changes;

/* Reads `path`; NULL when there is no such file, and *e is then not set (e->code == NULL), or when
 * it cannot be read. */
struct why_changes *why_changes_open(const char *path, struct err *e);
void why_changes_free(struct why_changes *x);

/* What was changed in a cell: texts as they stand in the file, valid until the next call. */
struct why_change {
    struct str column, before, after, rule;
};

/* The number of the first change of a row, SIZE_MAX for none; x may be NULL. */
size_t why_changes_find(const struct why_changes *x, struct str file, int64_t line);

/* Change number i, when it is one of the row whose first is number `first` (SIZE_MAX: none); the
 * next one is i + 1. */
bool why_changes_get(struct why_changes *x, size_t first, size_t i, struct why_change *out);

#endif
