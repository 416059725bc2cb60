#include "pipeline/calc/date.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/calc/num.h"

/* Days since 1970-01-01 of a civil date, by Howard Hinnant's days_from_civil: years begin in March,
 * eras of 400 years. */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool date_day(int64_t year, int64_t month, int64_t day, int64_t *out)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days[month - 1] + (month == 2 && leap))
        return false;
    *out = days_from_civil(year, month, day);
    return true;
}

void date_civil(int64_t day, int64_t *year, int64_t *month, int64_t *mday)
{
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *mday = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int64_t date_of_moment(int64_t seconds)
{
    int64_t day = seconds / 86400;
    return day - (seconds % 86400 < 0);
}

/* --- small scanners: each takes what it wants from the front of *s --- */

static bool digit(struct str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static void skip(struct str *s, size_t n)
{
    s->p += n;
    s->n -= n;
}

/* least to most digits; no further digit follows. */
static bool take_digits(struct str *s, size_t least, size_t most, int64_t *out)
{
    size_t n = 0;
    int64_t v = 0;
    for (; n < most && digit(*s, n); n++)
        v = v * 10 + (s->p[n] - '0');
    *out = v;
    if (n < least || digit(*s, n))
        return false;
    skip(s, n);
    return true;
}

static bool take(struct str *s, struct str word)
{
    if (s->n < word.n)
        return false;
    for (size_t i = 0; i < word.n; i++) /* 0 to 3 bytes: cheaper than a call */
        if (s->p[i] != word.p[i])
            return false;
    skip(s, word.n);
    return true;
}

/* H:MM[:SS[.f]]; hours 0-23. */
static bool take_clock(struct str *s, int64_t *seconds)
{
    int64_t h, m, sec = 0;
    if (!take_digits(s, 1, 2, &h) || !take(s, STR(":")) || !take_digits(s, 2, 2, &m))
        return false;
    if (take(s, STR(":"))) {
        if (!take_digits(s, 2, 2, &sec))
            return false;
        if (take(s, STR("."))) {
            if (!digit(*s, 0))
                return false;
            while (digit(*s, 0)) /* of any length; dropped */
                skip(s, 1);
        }
    }
    *seconds = h * 3600 + m * 60 + sec;
    return h < 24 && m < 60 && sec < 60;
}

/* Nothing, or a blank or T and a time of day. */
static bool take_time(struct str s, int64_t *seconds)
{
    *seconds = 0;
    if (s.n == 0)
        return true;
    if (!take(&s, STR("T"))) {
        if (s.p[0] != ' ')
            return false;
        while (take(&s, STR(" ")))
            ;
    }
    return take_clock(&s, seconds) && s.n == 0;
}

static bool moment(int64_t y, int64_t m, int64_t d, int64_t seconds, int64_t *out)
{
    int64_t day;
    if (!date_day(y, m, d, &day))
        return false;
    *out = day * 86400 + seconds;
    return true;
}

/* --- the forms --- */

static bool separated(struct str s, struct str after_year, struct str after_month,
                      struct str after_day, int64_t *out)
{
    int64_t y, m, d, seconds;
    if (s.n < 8 || s.p[4] != after_year.p[0]) /* most often it is another form */
        return false;
    return take_digits(&s, 4, 4, &y) && take(&s, after_year) && take_digits(&s, 1, 2, &m) &&
           take(&s, after_month) && take_digits(&s, 1, 2, &d) && take(&s, after_day) &&
           take_time(s, &seconds) && moment(y, m, d, seconds, out);
}

static bool parse_dashes(struct str s, int64_t *out)
{
    return separated(s, STR("-"), STR("-"), STR(""), out);
}

static bool parse_slashes(struct str s, int64_t *out)
{
    return separated(s, STR("/"), STR("/"), STR(""), out);
}

static bool parse_dots(struct str s, int64_t *out)
{
    return separated(s, STR("."), STR("."), STR(""), out);
}

static bool parse_units(struct str s, int64_t *out)
{
    return separated(s, STR("年"), STR("月"), STR("日"), out);
}

static int64_t number(struct str s, size_t from, size_t n)
{
    int64_t v = 0;
    for (size_t i = from; i < from + n; i++)
        v = v * 10 + (s.p[i] - '0');
    return v;
}

static bool all_digits(struct str s, size_t n)
{
    if (s.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!digit(s, i))
            return false;
    return true;
}

static bool parse_compact_day(struct str s, int64_t *out)
{
    return all_digits(s, 8) && moment(number(s, 0, 4), number(s, 4, 2), number(s, 6, 2), 0, out);
}

static bool parse_compact_moment(struct str s, int64_t *out)
{
    if (!all_digits(s, 14))
        return false;
    int64_t h = number(s, 8, 2), m = number(s, 10, 2), sec = number(s, 12, 2);
    return h < 24 && m < 60 && sec < 60 &&
           moment(number(s, 0, 4), number(s, 4, 2), number(s, 6, 2), h * 3600 + m * 60 + sec, out);
}

/* What stands before `end`, which is taken too. */
static bool take_until(struct str *s, struct str end, struct str *part)
{
    size_t at = str_find_str(*s, end);
    if (at == s->n)
        return false;
    *part = (struct str){s->p, at};
    *s = str_from(*s, at + end.n);
    return true;
}

enum { SIGN_BYTES = 3 }; /* of each Chinese digit */

/* A month or a day of the month: 三, 十, 三十一; by place (三一) it is not written. */
static bool numeral(struct str s, int64_t *out)
{
    return num_parse_chinese(s, out) && (s.n == SIGN_BYTES || str_find_str(s, STR("十")) < s.n);
}

/* 二〇一九年三月三十一日: four digits by place, then numerals. */
static bool parse_chinese(struct str s, int64_t *out)
{
    if (s.n < 4 * SIGN_BYTES || (unsigned char)s.p[0] < 0xe0)
        return false;
    struct str year, month, mday;
    int64_t y, m, d;
    return take_until(&s, STR("年"), &year) && take_until(&s, STR("月"), &month) &&
           take_until(&s, STR("日"), &mday) && s.n == 0 && year.n == 4 * SIGN_BYTES &&
           num_parse_places(year, &y) && numeral(month, &m) && numeral(mday, &d) &&
           moment(y, m, d, 0, out);
}

/* Excel's serial day: 43466 is 2019-01-01; 25569 is 1970-01-01. Only 1950 to 2050, so that a plain
 * five-digit number is rarely taken for a date. */
static bool parse_serial(struct str s, int64_t *out)
{
    if (!all_digits(s, 5))
        return false;
    int64_t serial = number(s, 0, 5);
    *out = (serial - 25569) * 86400;
    return serial >= 18264 && serial <= 55153;
}

/* " AM" or " PM" at the end of s changes a clock of twelve into *seconds of a day. */
static bool take_half(struct str s, int64_t *seconds)
{
    static const struct {
        struct str word;
        int64_t noon;
    } halves[] = {{{" AM", 3}, 0}, {{" am", 3}, 0}, {{" PM", 3}, 12}, {{" pm", 3}, 12}};
    int64_t hour = *seconds / 3600;
    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++)
        if (str_eq(s, halves[i].word)) {
            *seconds += (hour % 12 + halves[i].noon - hour) * 3600;
            return hour >= 1 && hour <= 12;
        }
    return s.n == 0;
}

/* 01/26/2015, 1/26/2015 10:20:40 PM, 1/26/2015 22:20 */
static bool parse_american(struct str s, int64_t *out)
{
    int64_t y, m, d, seconds = 0;
    if (!take_digits(&s, 1, 2, &m) || !take(&s, STR("/")) || !take_digits(&s, 1, 2, &d) ||
        !take(&s, STR("/")) || !take_digits(&s, 4, 4, &y))
        return false;
    if (s.n && !(take(&s, STR(" ")) && take_clock(&s, &seconds) && take_half(s, &seconds)))
        return false;
    return moment(y, m, d, seconds, out);
}

const struct date_form date_forms[] = {
    {"Y-M-D", parse_dashes, "2019-3-1 10:05:00"},
    {"Y/M/D", parse_slashes, "2019/03/01"},
    {"Y.M.D", parse_dots, "2019.3.1"},
    {"Y年M月D日", parse_units, "2019年3月1日"},
    {"YYYYMMDD", parse_compact_day, "20190301"},
    {"YYYYMMDDHHMMSS", parse_compact_moment, "20190301100500"},
    {"汉字", parse_chinese, "二〇一九年三月一日"},
    {"serial", parse_serial, "43525"},
    {"M/D/YYYY", parse_american, "03/01/2019 10:05:00 AM"},
};
const size_t date_form_count = sizeof date_forms / sizeof date_forms[0];

const struct date_form *date_form_find(struct str name)
{
    for (size_t i = 0; i < date_form_count; i++)
        if (str_eq(str_c(date_forms[i].name), name))
            return &date_forms[i];
    return NULL;
}

bool date_parse_year(struct str s, int64_t *year)
{
    if (!take_digits(&s, 4, 4, year) || *year < 1)
        return false;
    return s.n == 0 || str_eq(s, STR("年")) || str_eq(s, STR("年度"));
}

bool date_parse_month(struct str s, int64_t *month)
{
    int64_t y, m;
    if (!take_digits(&s, 4, 4, &y) || y < 1)
        return false;
    if (take(&s, STR("年"))) {
        if (!take_digits(&s, 1, 2, &m) || !take(&s, STR("月")))
            return false;
    } else if (!(take(&s, STR("-")) || take(&s, STR("/")) || take(&s, STR("."))) ||
               !take_digits(&s, 1, 2, &m)) {
        return false;
    }
    *month = y * 12 + m - 1;
    return s.n == 0 && m >= 1 && m <= 12;
}

bool date_parse_iso(struct str s, int64_t *day)
{
    int64_t y, m, d;
    return take_digits(&s, 4, 4, &y) && take(&s, STR("-")) && take_digits(&s, 2, 2, &m) &&
           take(&s, STR("-")) && take_digits(&s, 2, 2, &d) && s.n == 0 && date_day(y, m, d, day);
}

/* --- the working-day calendar --- */

static bool holds(const struct calendar *c, int64_t day)
{
    return day >= c->first && (uint64_t)(day - c->first) < c->n;
}

bool calendar_is_workday(const struct calendar *c, int64_t day)
{
    if (!holds(c, day))
        return false;
    size_t i = (size_t)(day - c->first);
    return c->before[i + 1] > c->before[i];
}

bool calendar_after(const struct calendar *c, int64_t day, int64_t k, int64_t *out)
{
    if (k < 0 || (k > 0 && !holds(c, day)))
        return false;
    *out = day;
    if (k == 0)
        return true;
    int64_t at = (int64_t)c->before[day - c->first + 1] + k - 1;
    if (at >= (int64_t)c->before[c->n])
        return false;
    *out = c->workday[at];
    return true;
}

int64_t calendar_between(const struct calendar *c, int64_t after, int64_t last)
{
    if (c->n == 0)
        return 0;
    int64_t end = c->first + (int64_t)c->n - 1;
    if (after < c->first - 1)
        after = c->first - 1;
    if (last > end)
        last = end;
    if (last <= after)
        return 0;
    return (int64_t)c->before[last - c->first + 1] - (int64_t)c->before[after - c->first + 1];
}

void calendar_release(struct calendar *c)
{
    free(c->before);
    free(c->workday);
    *c = (struct calendar){0};
}
