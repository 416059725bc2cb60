/*
 * When runs are expected, by the calendar: 2019-12-31 is a Tuesday.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "pipeline/base/zone.h"
#include "pipeline/calc/schedule.h"

#define EUROPE "CET-1CEST,M3.5.0,M10.5.0/3"
#define CHINA "CST-8"

static const struct {
    const char *text, *zone;
    struct zone_time at, next, last; /* as the clock shows them */
} times[] = {
    {"02:30", CHINA, {2019, 12, 31, 1, 0, 0}, {2019, 12, 31, 2, 30, 0}, {2019, 12, 30, 2, 30, 0}},
    {"02:30", CHINA, {2019, 12, 31, 2, 30, 0}, {2020, 1, 1, 2, 30, 0}, {2019, 12, 31, 2, 30, 0}},
    {"2:30:00", CHINA, {2019, 12, 31, 3, 0, 0}, {2020, 1, 1, 2, 30, 0}, {2019, 12, 31, 2, 30, 0}},
    {"daily", CHINA, {2019, 12, 31, 3, 0, 0}, {2020, 1, 1, 0, 0, 0}, {2019, 12, 31, 0, 0, 0}},
    {"hourly", CHINA, {2019, 12, 31, 23, 1, 0}, {2020, 1, 1, 0, 0, 0}, {2019, 12, 31, 23, 0, 0}},
    {"weekly", CHINA, {2019, 12, 31, 3, 0, 0}, {2020, 1, 6, 0, 0, 0}, {2019, 12, 30, 0, 0, 0}},
    {"monthly", CHINA, {2019, 12, 31, 3, 0, 0}, {2020, 1, 1, 0, 0, 0}, {2019, 12, 1, 0, 0, 0}},
    /* Friday 2020-01-03 and Monday 2020-01-06 */
    {"Mon..Fri 02:30",
     CHINA,
     {2020, 1, 3, 3, 0, 0},
     {2020, 1, 6, 2, 30, 0},
     {2020, 1, 3, 2, 30, 0}},
    {"Sat,Sunday 06:00",
     CHINA,
     {2020, 1, 3, 3, 0, 0},
     {2020, 1, 4, 6, 0, 0},
     {2019, 12, 29, 6, 0, 0}},
    {"*-*-01,15 06:05",
     CHINA,
     {2020, 1, 3, 3, 0, 0},
     {2020, 1, 15, 6, 5, 0},
     {2020, 1, 1, 6, 5, 0}},
    {"*-1/3-01 06:00", CHINA, {2020, 1, 3, 3, 0, 0}, {2020, 4, 1, 6, 0, 0}, {2020, 1, 1, 6, 0, 0}},
    {"*-*-* 8..18:0/20",
     CHINA,
     {2020, 1, 3, 18, 41, 0},
     {2020, 1, 4, 8, 0, 0},
     {2020, 1, 3, 18, 40, 0}},
    {"*-02-29 00:00", CHINA, {2020, 3, 1, 0, 0, 0}, {2024, 2, 29, 0, 0, 0}, {2020, 2, 29, 0, 0, 0}},
    /* The clock leaps over 02:30 on 31 March, and shows it twice on 27 October. */
    {"02:30", EUROPE, {2019, 3, 31, 1, 0, 0}, {2019, 3, 31, 3, 30, 0}, {2019, 3, 30, 2, 30, 0}},
    {"02:30", EUROPE, {2019, 3, 31, 4, 0, 0}, {2019, 4, 1, 2, 30, 0}, {2019, 3, 31, 3, 30, 0}},
    {"02:30", EUROPE, {2019, 10, 27, 1, 0, 0}, {2019, 10, 27, 2, 30, 0}, {2019, 10, 26, 2, 30, 0}},
    {"02:30", EUROPE, {2019, 10, 27, 3, 0, 0}, {2019, 10, 28, 2, 30, 0}, {2019, 10, 27, 2, 30, 0}},
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct schedule s;
        setenv("TZ", times[i].zone, 1);
        tzset();
        assert_true(schedule_parse(str_c(times[i].text), &s));
        int64_t at = zone_moment(times[i].at);
        assert_int_equal(schedule_next(&s, at), zone_moment(times[i].next));
        assert_int_equal(schedule_last(&s, at), zone_moment(times[i].last));
    }
}

static const char *const wrong[] = {
    "",
    "2",
    "24:00",
    "02:60",
    "02:3x",
    "Mon",
    "Mox 02:30",
    "Fri..Mon 02:30",
    "mon 02:30",
    "*-13-01 02:30",
    "2019-*-* 02:30",
    "*-*-32 02:30",
    "02:30:15",
    "02:30 daily",
    "*:0/0",
    "1..:00",
    "02:30 +8",
    "Mon,,Tue 02:30",
    "-1:00",
    "*-*-00 02:30",
    "Monda 02:30",
    "Mon/2 02:30",
    "002:30",
};

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct schedule s = {.minutes = 1};
        assert_false(schedule_parse(str_c(wrong[i]), &s));
        assert_int_equal(s.minutes, 0);
    }
}

static void test_never(void **state)
{
    (void)state;
    struct schedule s;
    assert_true(schedule_parse(str_c("*-02-30 00:00"), &s));
    assert_int_equal(schedule_next(&s, 1577730600), INT64_MAX);
    assert_int_equal(schedule_last(&s, 1577730600), INT64_MIN);
    s = (struct schedule){0};
    assert_int_equal(schedule_next(&s, 1577730600), INT64_MAX);
    assert_int_equal(schedule_last(&s, 1577730600), INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
