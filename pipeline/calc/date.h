/*
 * Days, dates and the working-day calendar.
 *
 * A day is an int64_t: days since 1970-01-01, proleptic Gregorian. A moment is seconds since
 * 1970-01-01T00:00:00 without a zone (what the department's clock showed).
 */
#ifndef PIPELINE_CALC_DATE_H
#define PIPELINE_CALC_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/base/str.h"

/* The day of a real date; false for 31 April and the like. year 1 to 9999. */
bool date_day(int64_t year, int64_t month, int64_t day, int64_t *out);

/* Year, month (1-12), day (1-31) of a day. */
void date_civil(int64_t day, int64_t *year, int64_t *month, int64_t *mday);

/* The day of a moment (floor). */
int64_t date_of_moment(int64_t seconds);

/* A form in which dates are written: one row per form, tried in the order of the configuration.
 * parse() takes the whole of s or says no; *seconds is the moment, 00:00:00 of the day without a
 * time (fractions of a second are dropped). No text is taken by two of the forms. */
struct date_form {
    const char *name; /* as in the configuration: Y-M-D, YYYYMMDD, serial, ... */
    bool (*parse)(struct str s, int64_t *seconds);
    const char *example;
};
extern const struct date_form date_forms[];
extern const size_t date_form_count;
const struct date_form *date_form_find(struct str name);

/* Year ("2019", "2019年", "2019年度") and month ("2019-01", "2019/1", "2019.1", "2019年1月");
 * month is year * 12 + month - 1. */
bool date_parse_year(struct str s, int64_t *year);
bool date_parse_month(struct str s, int64_t *month);

/* ISO YYYY-MM-DD only: reference tables and settings. */
bool date_parse_iso(struct str s, int64_t *day);

/* Working days of a span of days, without a gap. */
struct calendar {
    int64_t first;    /* day of the first entry */
    size_t n;         /* days */
    uint32_t *before; /* n + 1: working days among the entries before this one; owned */
    int64_t *workday; /* the working days in order; owned */
};

/* Is it a working day? Days outside the calendar are not. */
bool calendar_is_workday(const struct calendar *c, int64_t day);

/* The k-th working day after `day`; k = 0: `day` itself, whatever the calendar holds. False when
 * the calendar does not reach that far or, for k > 0, does not hold `day`; also for k < 0. */
bool calendar_after(const struct calendar *c, int64_t day, int64_t k, int64_t *out);

/* Working days d with after < d <= last; days outside the calendar do not count. */
int64_t calendar_between(const struct calendar *c, int64_t after, int64_t last);

void calendar_release(struct calendar *c);

#endif
