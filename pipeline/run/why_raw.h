/*
 * Internal to run/why_*.c: going through the raw files again.
 */
#ifndef PIPELINE_RUN_WHY_RAW_H
#define PIPELINE_RUN_WHY_RAW_H

#include "pipeline/calc/rawfile.h"
#include "pipeline/run/why.h"

/* Makes ready for looking at raw files: the ledger, the list of files, the key. */
bool why_raw_open(struct why *w, struct err *e);

/* The ledger of clean; after why_raw_open. */
const struct ledger *why_raw_ledger(const struct why *w);

/* Shows every row of the file in ledger row i, by `look`. False and *e: unreadable, or no longer
 * the file that was cleaned (E-WHY-04). */
typedef bool rawfile_looker(struct rawfile_worker *w, struct rawfile *f, rawfile_watcher *seen,
                            void *context, struct err *e);
bool why_raw_look(struct why *w, size_t i, rawfile_looker *look, rawfile_watcher *seen,
                  void *context, struct err *e);

#endif
