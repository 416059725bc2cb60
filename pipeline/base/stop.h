/*
 * Being asked to stop: SIGTERM, SIGINT and SIGHUP.
 *
 * A program that watches them has them blocked, and looks now and then whether one is waiting: no
 * handler, no variable that a handler writes, and every thread sees the same. A signal that was
 * ignored when the program began (nohup, a job in the background) stays ignored. Once asked, always
 * asked: the signal is never taken out but by stop_hold.
 */
#ifndef PIPELINE_BASE_STOP_H
#define PIPELINE_BASE_STOP_H

#include <signal.h>

#include "pipeline/base/err.h"

/* Watches from now on; before the first thread is made. before: the mask as it was, for programs
 * that are started from here. May be NULL. */
void stop_watch(sigset_t *before);

/* The number of the signal that asks to stop; 0: none. About a tenth of a microsecond. */
int stop_asked(void);

/* True: go on. False and *e (E-SYS-04, status 128 + number of the signal): a signal asks to stop.
 */
bool stop_check(struct err *e);

/* From here on nothing may be left half done: signals that ask to stop are ignored, also one that
 * waits already. `held` is for stop_resume, which watches them again. */
void stop_hold(sigset_t *held);
void stop_resume(const sigset_t *held);

/* False and *e: what stop_check says of this signal. */
bool stop_say(int signal, struct err *e);

/* Is it the status of a program that was asked to stop? */
bool stop_is(enum status status);

#endif
