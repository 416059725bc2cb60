/*
 * Failures of a run, and the list of them that a check of the configuration makes.
 *
 * A function that can fail returns false and has filled its struct err at the place that knows
 * file, line and reason; callers only pass it up, and run/stage_main.c alone prints it and exits.
 * The words come from the message table (base/msg.h) by their stable code, in both languages at
 * once, so that nothing below the main needs to know which one is wanted.
 */
#ifndef PIPELINE_BASE_ERR_H
#define PIPELINE_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "pipeline/base/msg.h"

/* Exit codes of every program here (contract.md, 3). */
enum status {
    ST_OK = 0,
    ST_DATA = 1,     /* the data broke a rule that the configuration calls fatal */
    ST_CONFIG = 2,   /* usage or configuration */
    ST_SYSTEM = 3,   /* disk, memory, I/O: a retry may help */
    ST_BUSY = 75,    /* another run holds the lock */
    ST_STOPPED = 128 /* and the number of the signal that asked to stop (base/stop.h) */
};

struct err {
    enum status status;
    const char *code;           /* borrowed from the message table; NULL while nothing failed */
    char where[512];            /* "file:line", "file" or "" */
    char text[MSG_LANGS][1024]; /* complete sentence, by language */
};

/* Fills *e and returns false, so that `return err_set(...)` reads well. `where` may be NULL; the
 * arguments fill %1, %2 ... of the message and end with a NULL. Signs in any of them that would
 * move the cursor or begin a line are replaced (str_tame). */
bool err_set(struct err *e, enum status status, const char *where, const char *code, ...)
    __attribute__((sentinel));

/* The same for a failed system call on `path`: E-SYS-01 with errno's words. */
bool err_sys(struct err *e, const char *path);

/* The same line without its end, cut to size bytes with a NUL. */
void err_words(const struct err *e, enum lang lang, char *out, size_t size);

/* One line: "where: CODE sentence. what to do", with its priority for the journal (base/journal.h).
 * What could steer a terminal or break the line is shown, not sent (strbuf_add_visible). */
void err_print(const struct err *e, enum lang lang, FILE *to);

/* Mistakes collected where the first one should not hide the others; so many and no more, since a
 * file that is no configuration at all has one in every line. */
enum { PROBLEMS_MOST = 5000 };
struct problems {
    struct err *e; /* owned */
    size_t n, cap;
};

/* Adds a mistake at file:line (line 0: the whole file). Arguments as for err_set. */
void problems_add(struct problems *p, const char *file, int line, const char *code, ...)
    __attribute__((sentinel));

/* Adds copies of those in `more`. */
void problems_join(struct problems *p, const struct problems *more);

/* Orders them by file and line; those of one line stay in the order they were found in. */
void problems_sort(struct problems *p);
void problems_release(struct problems *p);

/* For who wants to know why a run did not begin: prints the first ones to `to`, but for one, which
 * *e becomes: the last, or how many more there are. Its status is the gravest of all. At least one
 * problem. */
enum { PROBLEMS_TOLD = 15 };
void problems_tell(const struct problems *p, enum lang lang, FILE *to, struct err *e);

#endif
