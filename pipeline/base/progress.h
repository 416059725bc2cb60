/*
 * How far a stage has come: counters that its threads add to and that others read.
 *
 * A part of which the whole is 0 is not known. What is shown of it is run/progress_bar.h; the
 * counts at the end go into the log.
 */
#ifndef PIPELINE_BASE_PROGRESS_H
#define PIPELINE_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdint.h>

struct progress_part {
    _Atomic int64_t whole, done;
};

struct progress {
    struct progress_part files, bytes, rows;
    _Atomic int64_t findings;
};

/* Adds to what is done. */
static inline void progress_add(struct progress_part *part, int64_t n)
{
    atomic_fetch_add_explicit(&part->done, n, memory_order_relaxed);
}

#endif
