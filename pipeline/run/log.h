/*
 * The log: one line for each event of a run, for an operator and the programs that watch.
 *
 *     2019-12-31T23:59:59.123Z info run=12 stage=clean I-LOG-01 began: clean
 *
 * The file is opened for every line and written with one call at its end, so that it may be renamed
 * at any time (logrotate needs no signal) and lines of several programs never mix. What a line says
 * is one message of base/msg.h; file names cannot begin a line of their own (str_tame). The level
 * of a line is the severity of its message.
 */
#ifndef PIPELINE_RUN_LOG_H
#define PIPELINE_RUN_LOG_H

#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"

struct log {
    const struct conf *conf; /* says where, and from which level on */
    int64_t run;             /* number of the run; 0: a stage by hand */
    const char *stage;       /* NULL: the run as a whole */
    bool quiet, verbose;     /* what is said on standard error beside the file */
    bool failed;             /* to write the file: said once */
};

/*
 * Writes an event; the arguments fill the message and end with a NULL. Warnings are said on
 * standard error too, notes only with --verbose or where it is the journal, errors never: they end
 * the program, which says them itself. A log that cannot be written is a warning, never a failure.
 */
void log_event(struct log *l, const char *code, ...) __attribute__((sentinel));

/* The same of an error that ended a run or stage; nothing when e->code is NULL. */
void log_error(struct log *l, const struct err *e);

#endif
