/*
 * How long something takes: a clock that nobody sets. Moments are base/zone.h's.
 */
#ifndef PIPELINE_BASE_CLOCK_H
#define PIPELINE_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds, and seconds, since some moment in the past. */
int64_t clock_ms(void);
double clock_seconds(void);

#endif
