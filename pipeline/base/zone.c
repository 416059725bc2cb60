#include "pipeline/base/zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t zone_now(void)
{
    const char *fixed = getenv("TONGJI_NOW");
    char *end;
    long long t = fixed && *fixed ? strtoll(fixed, &end, 10) : 0;
    return fixed && *fixed && *end == '\0' ? (int64_t)t : (int64_t)time(NULL);
}

struct zone_time zone_local(int64_t moment)
{
    time_t t = (time_t)moment;
    struct tm tm = {0};
    tzset();
    localtime_r(&t, &tm);
    return (struct zone_time){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                              tm.tm_hour,        tm.tm_min,     tm.tm_sec};
}

static time_t moment_with(struct zone_time t, int is_dst, struct tm *tm)
{
    *tm = (struct tm){.tm_year = t.year - 1900,
                      .tm_mon = t.month - 1,
                      .tm_mday = t.day,
                      .tm_hour = t.hour,
                      .tm_min = t.minute,
                      .tm_sec = t.second,
                      .tm_isdst = is_dst};
    return mktime(tm);
}

int64_t zone_moment(struct zone_time t)
{
    /* mktime takes one of the two readings by chance when it may choose; so both are asked for. One
     * that the zone does not have at that time is moved, and shows another hour. */
    struct tm summer, winter;
    time_t s = moment_with(t, 1, &summer), w = moment_with(t, 0, &winter);
    bool has_summer = summer.tm_hour == t.hour && summer.tm_min == t.minute;
    bool has_winter = winter.tm_hour == t.hour && winter.tm_min == t.minute;
    if (has_summer && has_winter)
        return s < w ? s : w;
    return has_summer ? s : w;
}

void zone_print(int64_t moment, char *out, size_t size)
{
    struct zone_time t = zone_local(moment);
    snprintf(out, size, "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day, t.hour, t.minute);
}
