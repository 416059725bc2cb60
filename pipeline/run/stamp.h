/*
 * The stamp of a stage's result: what it was made from, so that a stale result is noticed.
 *
 * A stamp is the file .stage in the result's folder. `id` is the hash of all that the result rests
 * on (run/basis.h); `input` is the id of the result that was read, that of the first stage its own.
 */
#ifndef PIPELINE_RUN_STAMP_H
#define PIPELINE_RUN_STAMP_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct stamp {
    char id[65], input[65];
};

/* Reads the stamp of folder dir; false when there is none (no error is set). errno says why; 0: it
 * is none. */
bool stamp_try_read(const char *dir, struct stamp *s);

/* The same of stage number `stage`, for whom it must be there. False and *e: E-STAGE-01, or what
 * the system says. */
bool stamp_read(size_t stage, const char *dir, struct stamp *s, struct err *e);

bool stamp_write(const char *dir, const struct stamp *s, struct err *e);

/*
 * Is the result of stage number `stage` there (in `dir`) and made from what the stages before it
 * now hold? dir_of gives the folder of a stage by number. False and *e: E-STAGE-01, E-STAGE-02.
 */
bool stamp_check(size_t stage, const char *(*dir_of)(void *context, size_t stage), void *context,
                 struct err *e);

#endif
