/*
 * When a run is expected: a part of systemd's calendar expressions (systemd.time(7)), so that the
 * same text may stand in a timer's OnCalendar.
 *
 *     [WEEKDAYS] [YEAR-MONTH-DAY] HOUR:MINUTE[:00]         02:30    Mon..Fri 02:30    *-*-01 06:00
 *     hourly, daily, weekly, monthly                       weekly: Mon *-*-* 00:00
 *
 * WEEKDAYS: Mon Tue Wed Thu Fri Sat Sun, ranges and lists of them (Mon..Wed,Sat). YEAR is *; MONTH,
 * DAY, HOUR and MINUTE are *, numbers, ranges and lists of them (8..18), each with a step (0/15).
 * The clock is that of the local time zone (base/zone.h).
 */
#ifndef PIPELINE_CALC_SCHEDULE_H
#define PIPELINE_CALC_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/base/str.h"

/* Bit n of each: at n. All of weekdays 0 (Monday) to 6, months and days from 1. */
struct schedule {
    uint64_t weekdays, months, days, hours, minutes; /* minutes = 0: there is no schedule */
};

/* Reads all of text; false when it is none of that. */
bool schedule_parse(struct str text, struct schedule *s);

/* The first time after the moment `after`, and the last one that is not after `at`. INT64_MAX and
 * INT64_MIN when there is none within nine years (30 February). */
int64_t schedule_next(const struct schedule *s, int64_t after);
int64_t schedule_last(const struct schedule *s, int64_t at);

#endif
