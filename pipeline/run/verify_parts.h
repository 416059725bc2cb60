/*
 * Internal to `tongji verify`: the parts of the comparison.
 */
#ifndef PIPELINE_RUN_VERIFY_PARTS_H
#define PIPELINE_RUN_VERIFY_PARTS_H

#include "pipeline/run/account.h"

struct verify {
    const char *raw, *out;
    struct arena arena;
    struct account record;
    struct problems found;
    size_t ledger_files;
};

/* Balances the ledgers of clean and merge; adds to v->found. False and *e: something that belongs
 * to them cannot be read. */
bool verify_ledgers(struct verify *v, struct err *e);

#endif
