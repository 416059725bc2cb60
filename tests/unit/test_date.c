/*
 * Dates in every accepted form, and the calendar of 2019 (domain.md C9: national holidays and
 * working weekends, with its test vectors). Days from python3: (date(y,m,d)-date(1970,1,1)).days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"

enum { D20190301 = 17956, D20190101 = 17897, D20191231 = 18261, D20200229 = 18321 };

#define BAD INT64_MIN
static const struct {
    const char *form, *text;
    int64_t day, seconds;
} dates[] = {
    {"Y-M-D", "2019-3-1", D20190301, 0},
    {"Y-M-D", "2019-03-01", D20190301, 0},
    {"Y-M-D", "2019-03-01 10:05:00.0", D20190301, 36300},
    {"Y-M-D", "2019-03-01T10:05", D20190301, 36300},
    {"Y-M-D", "2019-03-01 9:05:07", D20190301, 32707},
    {"Y-M-D", "2019-03-01 23:59:59", D20190301, 86399},
    {"Y-M-D", "2019-03-01  10:05:00.123456789012", D20190301, 36300},
    {"Y-M-D", "2019-03-01 10:05:00.", BAD, 0},
    {"Y-M-D", "2019-03-01T", BAD, 0},
    {"Y-M-D", "2019-03-01 T10:05", BAD, 0},
    {"Y-M-D", "0000-01-01", BAD, 0},
    {"Y-M-D", "2019-03-01 24:00:00", BAD, 0},
    {"Y-M-D", "2019-03-01 10:60", BAD, 0},
    {"Y-M-D", "2019-03-01 10", BAD, 0},
    {"Y-M-D", "2019-03-01 10:5", BAD, 0},
    {"Y-M-D", "2019-03-01x", BAD, 0},
    {"Y-M-D", "2019-02-29", BAD, 0},
    {"Y-M-D", "2020-02-29", D20200229, 0},
    {"Y-M-D", "1900-02-29", BAD, 0},
    {"Y-M-D", "2019-13-01", BAD, 0},
    {"Y-M-D", "2019-00-01", BAD, 0},
    {"Y-M-D", "2019-04-31", BAD, 0},
    {"Y-M-D", "19-03-01", BAD, 0},
    {"Y-M-D", "2019-3-001", BAD, 0},
    {"Y-M-D", "2019/3/1", BAD, 0},
    {"Y-M-D", "2019-3/1", BAD, 0},
    {"Y/M/D", "2019/3/1", D20190301, 0},
    {"Y/M/D", "2019/03/01 14:28:10", D20190301, 52090},
    {"Y.M.D", "2019.3.1", D20190301, 0},
    {"Y年M月D日", "2019年3月1日", D20190301, 0},
    {"Y年M月D日", "2019年03月01日 10:05:00", D20190301, 36300},
    {"Y年M月D日", "2019年3月1", BAD, 0},
    {"YYYYMMDD", "20190301", D20190301, 0},
    {"YYYYMMDD", "20190231", BAD, 0},
    {"YYYYMMDD", "2019031", BAD, 0},
    {"YYYYMMDDHHMMSS", "20190301100500", D20190301, 36300},
    {"YYYYMMDDHHMMSS", "20190301246000", BAD, 0},
    {"汉字", "二〇一九年三月一日", D20190301, 0},
    {"汉字", "二零一九年三月一日", D20190301, 0},
    {"汉字", "二○一九年十二月三十一日", D20191231, 0},
    {"汉字", "二〇二〇年二月二十九日", D20200229, 0},
    {"汉字", "二〇一九年二月二十九日", BAD, 0},
    {"汉字", "二〇一九年十三月一日", BAD, 0},
    {"汉字", "二〇一九年十月十日", 18179, 0},
    {"汉字", "二〇一九年三月三一日", BAD, 0},
    {"汉字", "二〇一九年〇三月一日", BAD, 0},
    {"汉字", "九千九百年三月一日", BAD, 0},
    {"汉字", "二〇一九年三月一", BAD, 0},
    {"serial", "43466", D20190101, 0},
    {"serial", "43830", D20191231, 0},
    {"serial", "18264", -7305, 0}, /* 1950-01-01 */
    {"serial", "18263", BAD, 0},
    {"serial", "55153", 29584, 0}, /* 2050-12-31 */
    {"serial", "55154", BAD, 0},
    {"serial", "043466", BAD, 0},
    {"M/D/YYYY", "03/01/2019", D20190301, 0},
    {"M/D/YYYY", "3/1/2019 10:05:00 AM", D20190301, 36300},
    {"M/D/YYYY", "03/01/2019 12:00:00 AM", D20190301, 0},
    {"M/D/YYYY", "03/01/2019 12:00:00 PM", D20190301, 43200},
    {"M/D/YYYY", "03/01/2019 01:00:00 PM", D20190301, 46800},
    {"M/D/YYYY", "03/01/2019 13:00:00 PM", BAD, 0},
    {"M/D/YYYY", "03/01/2019 0:30:00 AM", BAD, 0},
    {"M/D/YYYY", "3/1/2019 13:05", D20190301, 47100},
    {"M/D/YYYY", "3/1/2019 10:05:00 XM", BAD, 0},
    {"M/D/YYYY", "13/01/2019", BAD, 0},
};

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        const struct date_form *f = date_form_find(str_c(dates[i].form));
        assert_non_null(f);
        int64_t got = 0;
        bool ok = f->parse(str_c(dates[i].text), &got);
        if (ok != (dates[i].day != BAD) || (ok && got != dates[i].day * 86400 + dates[i].seconds))
            fail_msg("%s %s: %d, %lld", dates[i].form, dates[i].text, ok, (long long)got);
    }
}

/* A cell is one form's at most, so that the order of the forms does not matter. */
static void one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        int64_t seconds;
        size_t takers = 0;
        for (size_t f = 0; f < date_form_count; f++)
            takers += date_forms[f].parse(str_c(dates[i].text), &seconds);
        if (takers > 1 || (takers == 0 && dates[i].day != BAD))
            fail_msg("%s: %zu forms", dates[i].text, takers);
    }
    /* Beginnings of every example must end before the buffer does (seen by ASan). */
    for (size_t f = 0; f < date_form_count; f++)
        for (size_t n = 0; n <= strlen(date_forms[f].example); n++) {
            char *piece = x_malloc(n);
            memcpy(piece, date_forms[f].example, n);
            int64_t seconds;
            bool ok = date_forms[f].parse((struct str){piece, n}, &seconds);
            free(piece);
            assert_true(ok || n < strlen(date_forms[f].example));
        }
}

/* Every day of 400 years there and back. */
static void civil(void **state)
{
    (void)state;
    int64_t day, next;
    assert_true(date_day(1800, 1, 1, &day));
    assert_int_equal(day, -62091);
    next = day;
    for (int64_t y = 1800; y < 2200; y++)
        for (int64_t m = 1; m <= 12; m++)
            for (int64_t d = 1; d <= 31; d++) {
                if (!date_day(y, m, d, &day))
                    continue;
                int64_t yy, mm, dd;
                assert_int_equal(day, next++);
                date_civil(day, &yy, &mm, &dd);
                assert_true(yy == y && mm == m && dd == d);
            }
    assert_int_equal(next - day, 1);
    assert_int_equal(next, 84006); /* 2200-01-01 */
    assert_int_equal(date_of_moment(-1), -1);
    assert_int_equal(date_of_moment(86400), 1);
}

static void year_and_month(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t year, month; /* of year or of month; BAD */
    } rows[] = {{"2019", 2019, BAD},        {"2019年", 2019, BAD},     {"2019年度", 2019, BAD},
                {"19", BAD, BAD},           {"2019-01", BAD, 24228},   {"2019/1", BAD, 24228},
                {"2019.1", BAD, 24228},     {"2019年1月", BAD, 24228}, {"2019-13", BAD, BAD},
                {"2019年12月", BAD, 24239}, {"2019-1-1", BAD, BAD},    {"2019年1", BAD, BAD}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t v;
        assert_int_equal(date_parse_year(str_c(rows[i].text), &v), rows[i].year != BAD);
        if (rows[i].year != BAD)
            assert_int_equal(v, rows[i].year);
        assert_int_equal(date_parse_month(str_c(rows[i].text), &v), rows[i].month != BAD);
        if (rows[i].month != BAD)
            assert_int_equal(v, rows[i].month);
    }
}

/* 2018-12-24 to 2020-01-05: weekdays but for holidays, and the working weekends. */
static void make_calendar(struct calendar *c)
{
    static const char *const off[] = {"2019-01-01", "2019-02-04", "2019-02-05", "2019-02-06",
                                      "2019-02-07", "2019-02-08", "2019-04-05", "2019-05-01",
                                      "2019-05-02", "2019-05-03", "2019-06-07", "2019-09-13",
                                      "2019-10-01", "2019-10-02", "2019-10-03", "2019-10-04",
                                      "2019-10-07", "2018-12-31", "2020-01-01"};
    static const char *const on[] = {"2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05",
                                     "2019-09-29", "2019-10-12", "2018-12-29"};
    enum { FIRST = 17889, DAYS = 378 };
    c->first = FIRST;
    c->n = DAYS;
    c->before = x_calloc(DAYS + 1, sizeof *c->before);
    c->workday = x_calloc(DAYS, sizeof *c->workday);
    uint32_t n = 0;
    for (int64_t d = 0; d < DAYS; d++) {
        bool work = (FIRST + d + 3) % 7 < 5; /* 1970-01-01 was a Thursday */
        int64_t day;
        for (size_t i = 0; i < sizeof off / sizeof off[0]; i++)
            work = work && !(date_parse_iso(str_c(off[i]), &day) && day == FIRST + d);
        for (size_t i = 0; i < sizeof on / sizeof on[0]; i++)
            work = work || (date_parse_iso(str_c(on[i]), &day) && day == FIRST + d);
        c->before[d] = n;
        if (work)
            c->workday[n++] = FIRST + d;
    }
    c->before[DAYS] = n;
}

static void working_days(void **state)
{
    (void)state;
    struct calendar c;
    make_calendar(&c);
    static const struct {
        const char *accept;
        int64_t k;
        const char *due;
    } rows[] = {{"2019-04-26", 4, "2019-05-05"}, {"2019-02-01", 3, "2019-02-11"},
                {"2019-09-30", 5, "2019-10-12"}, {"2019-12-30", 2, "2020-01-02"},
                {"2018-12-28", 3, "2019-01-03"}, {"2019-06-03", 3, "2019-06-06"},
                {"2019-08-09", 3, "2019-08-14"}, {"2019-05-04", 0, "2019-05-04"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t accept, due, got;
        assert_true(date_parse_iso(str_c(rows[i].accept), &accept));
        assert_true(date_parse_iso(str_c(rows[i].due), &due));
        assert_true(calendar_after(&c, accept, rows[i].k, &got));
        assert_int_equal(got, due);
        assert_int_equal(calendar_between(&c, accept, due), rows[i].k);
    }
    static const int64_t month[] = {22, 17, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22};
    int64_t year = 0;
    for (int64_t m = 1; m <= 12; m++) {
        int64_t from, to;
        assert_true(date_day(2019, m, 1, &from));
        assert_true(date_day(m == 12 ? 2020 : 2019, m % 12 + 1, 1, &to));
        assert_int_equal(calendar_between(&c, from - 1, to - 1), month[m - 1]);
        year += month[m - 1];
    }
    assert_int_equal(year, 250);
    int64_t got;
    assert_false(calendar_after(&c, c.first + (int64_t)c.n - 1, 1, &got)); /* beyond its end */
    assert_false(calendar_after(&c, c.first - 1, 1, &got));
    assert_int_equal(calendar_between(&c, 0, 100000), c.before[c.n]);
    assert_false(calendar_is_workday(&c, D20190101));
    assert_true(calendar_is_workday(&c, D20191231));
    calendar_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(one_form),
                                       cmocka_unit_test(civil), cmocka_unit_test(year_and_month),
                                       cmocka_unit_test(working_days)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
