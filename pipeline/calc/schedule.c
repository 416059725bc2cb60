#include "pipeline/calc/schedule.h"

#include "pipeline/base/zone.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"

static const char *const weekday_name[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
enum { WEEKDAYS = 7, DAYS_AHEAD = 9 * 366 };

/* --- reading --- */

typedef bool reader(struct str word, int64_t *value);

/* A day of the week, short or in full: Mon, Monday. */
static bool read_weekday(struct str word, int64_t *value)
{
    static const char *const rest[] = {"day", "sday", "nesday", "rsday", "day", "urday", "day"};
    for (int64_t i = 0; i < WEEKDAYS; i++) {
        struct str more = str_from(word, 3);
        if (str_starts(word, str_c(weekday_name[i])) &&
            (more.n == 0 || str_eq(more, str_c(rest[i])))) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool read_number(struct str word, int64_t *value)
{
    return word.n > 0 && word.n <= 2 && str_is_digit(word.p[0]) && num_parse_plain(word, value);
}

/* Cuts at the first `sign`: what is before it, and *rest what is behind; false without one. */
static bool cut(struct str s, struct str sign, struct str *before, struct str *rest)
{
    size_t at = str_find_str(s, sign);
    *before = (struct str){s.p, at};
    *rest = at < s.n ? str_from(s, at + sign.n) : (struct str){NULL, 0};
    return at < s.n;
}

/* *, A, A..B, each with /STEP: adds the bits of [min, max]. */
static bool read_part(struct str part, reader *read, int64_t min, int64_t max, uint64_t *bits)
{
    struct str range, step_text, from_text, to_text;
    int64_t step = 1, from = min, to = max;
    bool has_step = cut(part, STR("/"), &range, &step_text);
    if (has_step && (read == read_weekday || !read_number(step_text, &step) || step < 1))
        return false;
    if (!str_eq(range, STR("*"))) {
        bool has_range = cut(range, STR(".."), &from_text, &to_text);
        if (!read(from_text, &from) || (has_range && !read(to_text, &to)))
            return false;
        to = has_range ? to : has_step ? max : from;
    } else if (read == read_weekday) {
        return false;
    }
    if (from < min || to > max || from > to)
        return false;
    for (int64_t v = from; v <= to; v += step)
        *bits |= (uint64_t)1 << v;
    return true;
}

static bool read_list(struct str list, reader *read, int64_t min, int64_t max, uint64_t *bits)
{
    struct str part;
    *bits = 0;
    while (str_split(&list, ',', &part))
        if (!read_part(part, read, min, max, bits))
            return false;
    return true;
}

static bool read_date(struct str word, struct schedule *s)
{
    struct str year, month, day, rest;
    return cut(word, STR("-"), &year, &rest) && str_eq(year, STR("*")) &&
           cut(rest, STR("-"), &month, &day) && read_list(month, read_number, 1, 12, &s->months) &&
           read_list(day, read_number, 1, 31, &s->days);
}

static bool read_time(struct str word, struct schedule *s)
{
    struct str hour, minute, second, rest;
    if (!cut(word, STR(":"), &hour, &rest))
        return false;
    if (cut(rest, STR(":"), &minute, &second) && !str_eq(second, STR("00")))
        return false;
    return read_list(hour, read_number, 0, 23, &s->hours) &&
           read_list(minute, read_number, 0, 59, &s->minutes);
}

static struct str long_form(struct str text)
{
    static const struct {
        const char *word, *means;
    } words[] = {{"hourly", "*:00"},
                 {"daily", "00:00"},
                 {"weekly", "Mon 00:00"},
                 {"monthly", "*-*-01 00:00"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq(text, str_c(words[i].word)))
            return str_c(words[i].means);
    return text;
}

static bool next_word(struct str *rest, struct str *word)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *word = (struct str){rest->p, n};
    *rest = str_from(*rest, n);
    return n > 0;
}

bool schedule_parse(struct str text, struct schedule *s)
{
    struct str rest = long_form(str_trim(text)), word;
    struct schedule out = {.weekdays = (1 << WEEKDAYS) - 1, .months = 0x1ffe, .days = 0xfffffffe};
    *s = (struct schedule){0};
    if (!next_word(&rest, &word))
        return false;
    if (word.p[0] >= 'A' && word.p[0] <= 'Z' &&
        !(read_list(word, read_weekday, 0, WEEKDAYS - 1, &out.weekdays) && next_word(&rest, &word)))
        return false;
    if (str_find(word, '-') < word.n && !(read_date(word, &out) && next_word(&rest, &word)))
        return false;
    if (!read_time(word, &out) || next_word(&rest, &word))
        return false;
    *s = out;
    return true;
}

/* --- times --- */

static bool has(uint64_t bits, int64_t n)
{
    return bits >> n & 1;
}

static bool on_day(const struct schedule *s, int64_t day, struct zone_time *t)
{
    int64_t year, month, mday, weekday = ((day + 3) % WEEKDAYS + WEEKDAYS) % WEEKDAYS;
    date_civil(day, &year, &month, &mday);
    *t = (struct zone_time){.year = (int)year, .month = (int)month, .day = (int)mday};
    return has(s->weekdays, weekday) && has(s->months, month) && has(s->days, mday);
}

/* Of the times of a day the earliest after `bound`, or the latest up to it; INT64_MAX, INT64_MIN
 * when there is none. A clock that is changed may put times into another order. */
static int64_t best_of_day(const struct schedule *s, int64_t day, int64_t bound, bool forward)
{
    int64_t none = forward ? INT64_MAX : INT64_MIN, best = none;
    struct zone_time t;
    if (!on_day(s, day, &t))
        return none;
    for (t.hour = 0; t.hour < 24; t.hour++)
        for (t.minute = 0; t.minute < 60 && has(s->hours, t.hour); t.minute++) {
            int64_t m = has(s->minutes, t.minute) ? zone_moment(t) : none;
            if (m == none || (forward ? m <= bound : m > bound))
                continue;
            if (best == none || (forward ? m < best : m > best))
                best = m;
        }
    return best;
}

static int64_t day_of(int64_t moment)
{
    struct zone_time t = zone_local(moment);
    int64_t day = 0;
    date_day(t.year, t.month, t.day, &day);
    return day;
}

int64_t schedule_next(const struct schedule *s, int64_t after)
{
    int64_t day = day_of(after), best = INT64_MAX;
    for (int64_t d = 0; s->minutes && best == INT64_MAX && d <= DAYS_AHEAD; d++)
        best = best_of_day(s, day + d, after, true);
    return best;
}

int64_t schedule_last(const struct schedule *s, int64_t at)
{
    int64_t day = day_of(at), best = INT64_MIN;
    for (int64_t d = 0; s->minutes && best == INT64_MIN && d <= DAYS_AHEAD; d++)
        best = best_of_day(s, day - d, at, false);
    return best;
}
