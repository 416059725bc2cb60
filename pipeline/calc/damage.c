#include "pipeline/calc/damage.h"

#include "pipeline/calc/conf.h"
#include "pipeline/calc/idcheck.h"

const char *const damage_warning[DAMAGES] = {
    [DAMAGE_EXPONENT] = "W-XLS-01", [DAMAGE_CUT_OFF] = "W-XLS-02", [DAMAGE_ZEROS] = "W-XLS-03",
    [DAMAGE_DAY] = "W-XLS-04",      [DAMAGE_NARROW] = "W-XLS-05",  [DAMAGE_FORMULA] = "W-XLS-06",
    [DAMAGE_EQUALS] = "W-XLS-07",   [DAMAGE_IDENTITY] = "W-ID-01", [DAMAGE_CREDIT] = "W-ID-02",
};

static size_t digits_at(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && str_is_digit(s.p[at + n]))
        n++;
    return n;
}

/* --- cells of any kind --- */

static bool is_too_narrow(struct str s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == '#')
        n++;
    return n == s.n && n >= 2;
}

static bool is_formula_error(struct str s)
{
    static const struct str errors[] = {{"#N/A", 4},    {"#REF!", 5}, {"#VALUE!", 7}, {"#NAME?", 6},
                                        {"#DIV/0!", 7}, {"#NUM!", 5}, {"#NULL!", 6}};
    char upper[8];
    if (s.n > sizeof upper)
        return false;
    s = str_upper(s, upper);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (str_eq(s, errors[i]))
            return true;
    return false;
}

/* ="00123": what makes a spreadsheet show text as it is, and means nothing to others. */
static bool is_text_formula(struct str s)
{
    return s.n >= 4 && str_starts(s, STR("=\"")) && s.p[s.n - 1] == '"';
}

enum damage damage_of_cell(struct str s)
{
    if (is_text_formula(s))
        return DAMAGE_EQUALS;
    if (s.n < 2 || s.p[0] != '#')
        return DAMAGE_NONE;
    return is_too_narrow(s) ? DAMAGE_NARROW : is_formula_error(s) ? DAMAGE_FORMULA : DAMAGE_NONE;
}

/* --- codes --- */

/* Numbers are kept to 15 digits: an 18-digit code ends in three zeros. */
static bool is_cut_off(struct str s)
{
    return s.n == 18 && s.p[17] == '0' && str_ends(s, STR("000")) && digits_at(s, 0) == s.n;
}

static bool has_lost_zeros(const struct conf_type *t, struct str s)
{
    return (int64_t)s.n < t->width && digits_at(s, 0) == s.n;
}

/* 1月2日 */
static bool is_chinese_day(struct str s)
{
    size_t month = digits_at(s, 0);
    struct str rest = str_from(s, month);
    if (month < 1 || month > 2 || !str_starts(rest, STR("月")))
        return false;
    rest = str_from(rest, STR("月").n);
    size_t day = digits_at(rest, 0);
    return day >= 1 && day <= 2 && str_eq(str_from(rest, day), STR("日"));
}

static bool is_month_name(struct str s)
{
    static const char names[] = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC ";
    if (s.n != 3)
        return false;
    for (size_t i = 0; i + 4 < sizeof names; i += 4)
        if (str_eq(s, (struct str){names + i, 3}))
            return true;
    return false;
}

/* JAN-02, 2-JAN, 2-JAN-19: two or three parts, one of them the name of a month. */
static bool is_english_day(struct str s)
{
    size_t parts = 0, names = 0;
    struct str rest = s, part;
    if (str_find(s, '-') == s.n)
        return false;
    while (str_split(&rest, '-', &part)) {
        bool name = is_month_name(part);
        if (!name && (part.n < 1 || part.n > 4 || part.n == 3 || digits_at(part, 0) != part.n))
            return false;
        names += name;
        parts++;
    }
    return names == 1 && (parts == 2 || parts == 3);
}

static bool is_day(struct str s)
{
    enum { SHORTEST = 5, LONGEST = 11 }; /* 2-JAN, 31-DEC-2019 */
    return s.n >= SHORTEST && s.n <= LONGEST && (is_chinese_day(s) || is_english_day(s));
}

enum damage damage_of_code(const struct conf_type *t, struct str s)
{
    for (size_t i = 0; i < t->n_check; i++)
        if (t->check[i]->is_valid(s))
            return DAMAGE_NONE;
    if (is_cut_off(s))
        return DAMAGE_CUT_OFF;
    if (has_lost_zeros(t, s))
        return DAMAGE_ZEROS;
    if (is_day(s))
        return DAMAGE_DAY;
    return t->n_check ? t->check[0]->damage : DAMAGE_NONE;
}
