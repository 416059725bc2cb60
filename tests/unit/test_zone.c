/*
 * The local time zone. Moments worked out by hand from UTC (date -u -d ... +%s), in zones written
 * out as POSIX has them, so that no table of zones is needed: central Europe, whose clock goes from
 * 02:00 to 03:00 on 31 March 2019 and from 03:00 back to 02:00 on 27 October, and China.
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

#define EUROPE "CET-1CEST,M3.5.0,M10.5.0/3"
#define CHINA "CST-8"

static const struct {
    const char *zone;
    struct zone_time shown;
    int64_t moment;
    bool back; /* does the moment show this? */
} moments[] = {
    {CHINA, {2019, 12, 31, 2, 30, 0}, 1577730600, true}, /* 2019-12-30T18:30:00Z */
    {CHINA, {2019, 12, 32, 2, 30, 0}, 1577817000, false},
    {EUROPE, {2019, 1, 15, 2, 30, 0}, 1547515800, true},  /* 01:30Z */
    {EUROPE, {2019, 7, 15, 2, 30, 0}, 1563150600, true},  /* 00:30Z */
    {EUROPE, {2019, 3, 31, 1, 30, 0}, 1553992200, true},  /* 00:30Z */
    {EUROPE, {2019, 3, 31, 2, 30, 0}, 1553995800, false}, /* never shown: 01:30Z, shown as 03:30 */
    {EUROPE, {2019, 3, 31, 3, 30, 0}, 1553995800, true},
    {EUROPE, {2019, 10, 27, 2, 30, 0}, 1572136200, true}, /* twice: at 00:30Z and 01:30Z */
    {EUROPE, {2019, 10, 27, 3, 30, 0}, 1572143400, true}, /* 02:30Z */
};

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void test_moments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        use_zone(moments[i].zone);
        assert_int_equal(zone_moment(moments[i].shown), moments[i].moment);
        struct zone_time t = zone_local(moments[i].moment);
        bool same = t.year == moments[i].shown.year && t.month == moments[i].shown.month &&
                    t.day == moments[i].shown.day && t.hour == moments[i].shown.hour &&
                    t.minute == moments[i].shown.minute && t.second == moments[i].shown.second;
        assert_int_equal(same, moments[i].back);
    }
}

static void test_print(void **state)
{
    (void)state;
    char text[32];
    use_zone(CHINA);
    zone_print(1577730600, text, sizeof text);
    assert_string_equal(text, "2019-12-31 02:30");
}

static void test_now(void **state)
{
    (void)state;
    setenv("TONGJI_NOW", "1577730600", 1);
    assert_int_equal(zone_now(), 1577730600);
    setenv("TONGJI_NOW", "soon", 1);
    assert_true(zone_now() > 1577730600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
