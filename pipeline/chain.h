/*
 * THE table: which stages exist, in what order, reading and writing what.
 *
 * A new stage is one file stages/<name>.c and one row here.
 */
#ifndef PIPELINE_CHAIN_H
#define PIPELINE_CHAIN_H

#include <stdbool.h>

#include "pipeline/base/msg.h"

struct chain_row {
    const char *name; /* of the executable, and of its folder below out */
    const char *in;   /* the stage whose folder it reads; "raw": the raw files */
    const char *help[MSG_LANGS];
    /* Its work can be shared out (--unit I/N): down to single raw files; or to ranges of keys,
     * which pays for large tables. */
    bool by_file, by_key;
};

extern const struct chain_row chain[];
extern const size_t chain_length;

/* Index of the stage called name, or SIZE_MAX. */
size_t chain_find(const char *name);

#endif
