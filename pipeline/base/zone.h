/*
 * The local time zone: between moments and what the clock on the wall shows. Only here.
 *
 * A moment is seconds since 1970-01-01T00:00:00 UTC. The zone is the system's, or TZ's.
 */
#ifndef PIPELINE_BASE_ZONE_H
#define PIPELINE_BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

struct zone_time {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
};

/* The present moment. For tests alone: TONGJI_NOW in the environment, a number, is in its place. */
int64_t zone_now(void);

/* What the clock shows at a moment. */
struct zone_time zone_local(int64_t moment);

/* The moment when it shows t. The first of two where the clock is set back; where it is set forward
 * and never shows t: the moment it would have been without that, an hour later by the clock. Days
 * and months beyond their month and year are carried on. */
int64_t zone_moment(struct zone_time t);

/* Writes "2019-12-31 23:59" as the clock shows it; 17 bytes. */
void zone_print(int64_t moment, char *out, size_t size);

#endif
