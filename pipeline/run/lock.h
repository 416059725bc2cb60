/*
 * The lock of an output folder: <out>/.lock, held by a run and by a stage that is run by hand, so
 * that no two of them meet.
 *
 * It is a flock, which the kernel lets go of when its holder and the stages that it started have
 * ended, however they did. While it is held the file says by whom: the process on a line of its
 * own, then since when and the command. After that it is empty.
 */
#ifndef PIPELINE_RUN_LOCK_H
#define PIPELINE_RUN_LOCK_H

#include <stdint.h>

#include "pipeline/base/err.h"

struct lock_holder {
    int64_t pid;       /* 0: not known */
    char since[32];    /* UTC, 2019-12-31T23:59:59Z */
    char command[200]; /* as it was called, one line */
};

/*
 * Takes the lock of the folder out, which exists; waits for it at most `seconds`. *fd is then what
 * holds it, closed in programs that are started from here. False and *e: E-SYS-02 (ST_BUSY, names
 * the holder), E-SYS-04 (asked to stop while waiting), E-SYS-01. A holder that is dead already has
 * stages that are about to end: they are waited for, some seconds, in any case.
 */
bool lock_take(const char *out, int64_t seconds, int *fd, struct err *e);

/* Lets go of it. fd -1: nothing to do. */
void lock_release(int fd);

enum lock_state {
    LOCK_FREE,
    LOCK_HELD,
    LOCK_LEFT /* nobody holds it, but who did has not let go of it: a run was killed */
};
struct lock_facts {
    enum lock_state state;
    struct lock_holder who;
    char process[24]; /* who.pid in decimal; ? when it is not known */
    int64_t since;    /* seconds since 1970; LOCK_FREE: 0 */
};

/* Looks at the lock of out. A run that begins at the same moment is not disturbed: the lock is only
 * asked for when somebody says that he holds it. */
void lock_look(const char *out, struct lock_facts *f);

#endif
