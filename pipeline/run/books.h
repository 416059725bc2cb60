/*
 * Do run.json, runs.csv and history/ tell of the results that are there?
 *
 * A run ends with writing the ids of all results into <out>/.committed. If it was killed between
 * putting results in their place and that, or a stage was run by hand, the file differs from what
 * is there, and the next run writes the books even when no stage is due.
 */
#ifndef PIPELINE_RUN_BOOKS_H
#define PIPELINE_RUN_BOOKS_H

#include "pipeline/base/err.h"

bool books_are_right(const char *out);
bool books_write(const char *out, struct err *e);

/* The first stage that rests on another result than the one that is there, or has none itself;
 * chain_length: all fit together. */
size_t books_first_stale(const char *out);

#endif
