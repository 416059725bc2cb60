/*
 * Making the results of an earlier run once more, in a folder of their own, from what is kept of
 * it.
 */
#ifndef PIPELINE_RUN_REPLAY_H
#define PIPELINE_RUN_REPLAY_H

#include "pipeline/run/kept.h"

struct replay {
    const char *out; /* folder of the results, with history/ in it */
    const char *raw; /* where contents are taken from that are not kept, if they are still there */
    const char *libexec; /* folder of the stage executables */
    const char *key;     /* file of the key of personal values */
    int64_t jobs;        /* 0: as configured */
    struct arena arena;
    const char *temp;   /* <out>/history/.replay.<process>; NULL: not made yet */
    const char *config; /* the configuration in it; NULL: not laid out yet */
};

/* Makes the folder that everything is made in; replay_end removes it. */
bool replay_begin(struct replay *p, struct err *e);
bool replay_end(struct replay *p, struct err *e);

/* Lays out the raw files of k as they were, in temp/<name>; returns that folder. Files that were
 * not read are there by name and size only. NULL and *e: E-KEPT-03 for a content that is nowhere
 * left. */
const char *replay_raw(struct replay *p, const struct kept *k, const char *name, struct err *e);

/* Reads the configuration of k and makes sure that it is what the run had, that it includes nothing
 * but what is kept, and that the key is the same; then lays it out in temp, where it may write what
 * it writes beside itself. *c is to be released in any case. False and *e: E-KEPT-04 to -06. */
bool replay_conf(struct replay *p, const struct kept *k, struct conf *c, struct err *e);

/* Runs the first `stages` stages of the chain with the configuration that is laid out, and the
 * options of k, on the folder `raw` into the folder `to`. False and *e: E-KEPT-07, after what the
 * stage has said itself. */
bool replay_stages(struct replay *p, const struct kept *k, const char *raw, const char *to,
                   size_t stages, struct err *e);

#endif
