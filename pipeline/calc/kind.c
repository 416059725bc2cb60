#include "pipeline/calc/kind.h"

#include <string.h>

#include "pipeline/calc/cell.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/idcheck.h"
#include "pipeline/calc/num.h"

/* Could str_upper change s? Lower-case letters, or E2 85 B0..: small Roman numerals. */
static bool has_lower(struct str s)
{
    bool any = false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        any |= (unsigned char)(c - 'a') < 26 || c == 0xe2;
    }
    return any;
}

/* s in upper case; borrowed when it is that already, else in scratch. */
static struct str upper(struct str s, struct cell_context *x)
{
    if (!has_lower(s))
        return s;
    struct str u = str_upper(s, arena_raw(x->scratch, s.n));
    if (!str_eq(u, s))
        cell_note(x, CHANGE_CASE);
    return u;
}

static struct str no_space(struct str s, struct cell_context *x)
{
    struct str packed = cell_no_space(s, x->scratch);
    if (packed.n != s.n)
        cell_note(x, CHANGE_BLANKS);
    return packed;
}

/* --- text and codes --- */

static struct str replace_one(struct str s, struct str from, struct str to, struct cell_context *x)
{
    if (str_find_str(s, from) == s.n)
        return s;
    cell_note(x, CHANGE_REPLACE);
    size_t found = 0;
    for (size_t i = 0; i < s.n; i++)
        found += str_starts(str_from(s, i), from);
    char *out = arena_raw(x->scratch, s.n + found * to.n);
    size_t n = 0;
    while (s.n) {
        bool hit = str_starts(s, from);
        struct str put = hit ? to : (struct str){s.p, 1};
        memcpy(out + n, put.p, put.n);
        n += put.n;
        s = str_from(s, hit ? from.n : 1);
    }
    return (struct str){out, n};
}

static struct str strip(struct str s, const struct conf_type *t, struct cell_context *x)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < t->strip_prefix.n; i++) {
            struct str word = t->strip_prefix.word[i];
            if (word.n && word.p[0] == '$')
                word = refs_parameter(x->refs, str_from(word, 1));
            if (word.n && str_starts(s, word)) {
                s = str_from(s, word.n);
                cell_note(x, CHANGE_PREFIX);
                again = true;
            }
        }
    }
    return s;
}

static struct str upgrade_id(struct str s, struct cell_context *x)
{
    if (s.n != 15)
        return s;
    for (size_t i = 0; i < s.n; i++)
        if (!str_is_digit(s.p[i]))
            return s;
    char *out = arena_raw(x->scratch, 18);
    cell_note(x, CHANGE_ID15);
    memcpy(out, s.p, 6);
    out[6] = '1';
    out[7] = '9';
    memcpy(out + 8, s.p + 6, 9);
    out[17] = idcheck_gb11643(out);
    return (struct str){out, 18};
}

static struct str suffix(struct str s, struct str end, struct cell_context *x)
{
    if (!end.n || str_ends(s, end))
        return s;
    char *out = arena_raw(x->scratch, s.n + end.n);
    cell_note(x, CHANGE_SUFFIX);
    memcpy(out, s.p, s.n);
    memcpy(out + s.n, end.p, end.n);
    return (struct str){out, s.n + end.n};
}

static enum cell_result finish_text(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    const struct conf_type *t = c->type;
    for (size_t i = 0; i < t->n_replace; i++)
        s = replace_one(s, t->replace_from[i], t->replace_to[i], x);
    if (t->strip_prefix.n)
        s = strip(s, t, x);
    if (!s.n)
        return CELL_MISSING;
    s = suffix(s, t->suffix, x);
    out->s = t->upgrade_id ? upgrade_id(s, x) : s;
    return CELL_OK;
}

static enum cell_result clean_text(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    return finish_text(c, no_space(s, x), x, out);
}

static enum cell_result clean_verbatim(const struct conf_column *c, struct str s,
                                       struct cell_context *x, struct tvalue *out)
{
    if (s.n && memchr(s.p, '\0', s.n)) { /* no text has NUL bytes */
        char *out_text = arena_raw(x->scratch, s.n);
        size_t n = 0;
        for (size_t i = 0; i < s.n; i++)
            if (s.p[i])
                out_text[n++] = s.p[i];
        s = (struct str){out_text, n};
    }
    return finish_text(c, s, x, out);
}

/* 9.16501E+17: what a spreadsheet leaves of a long code. It cannot be had back. */
static bool is_lost(struct str s)
{
    size_t i = 1;
    if (s.n < 4 || !str_is_digit(s.p[0]))
        return false;
    if (s.p[i] == '.')
        for (i++; i < s.n && str_is_digit(s.p[i]); i++)
            ;
    if (i == 2 || i + 2 >= s.n || s.p[i] != 'E' || s.p[i + 1] != '+')
        return false;
    for (i += 2; i < s.n; i++)
        if (!str_is_digit(s.p[i]))
            return false;
    return true;
}

static enum cell_result clean_code(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    s = upper(no_space(s, x), x);
    if (is_lost(s)) {
        cell_note(x, CHANGE_LOST);
        x->remarks.damage = DAMAGE_EXPONENT;
        return CELL_MISSING;
    }
    enum cell_result r = finish_text(c, s, x, out);
    if (r == CELL_OK && !x->remarks.damage)
        x->remarks.damage = (uint8_t)damage_of_code(c->type, out->s);
    return r;
}

static enum cell_result clean_org(const struct conf_column *c, struct str s, struct cell_context *x,
                                  struct tvalue *out)
{
    (void)c;
    enum org_result r = refs_org(x->refs, s, x->day, &out->s);
    x->remarks.guessed = r == ORG_GUESSED;
    if (r == ORG_UNKNOWN)
        return CELL_ENUM_UNKNOWN;
    if (!str_eq(out->s, s))
        cell_note(x, CHANGE_ALIAS);
    return CELL_OK;
}

/* --- dates --- */

static bool moment_of(const struct cell_context *x, struct str s, int64_t *seconds)
{
    const struct conf_reading *r = &x->conf->reading;
    for (size_t i = 0; i < r->n_dates; i++)
        if (r->dates[i]->parse(s, seconds))
            return true;
    return false;
}

/* Is s, which was read as a moment, written as it is printed? 2019-03-01, 2019-03-01 10:05:00 */
static bool is_iso_day(struct str s)
{
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-';
}

static bool is_iso_moment(struct str s)
{
    return s.n == 19 && s.p[4] == '-' && s.p[7] == '-' && str_is_digit(s.p[9]) && s.p[10] == ' ' &&
           str_is_digit(s.p[11]) && s.p[13] == ':' && s.p[16] == ':';
}

static enum cell_result clean_datetime(const struct conf_column *c, struct str s,
                                       struct cell_context *x, struct tvalue *out)
{
    (void)c;
    if (!moment_of(x, s, &out->i))
        return CELL_DATE_BAD;
    if (!is_iso_moment(s))
        cell_note(x, CHANGE_DATE);
    return CELL_OK;
}

static enum cell_result clean_date(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    (void)c;
    if (!moment_of(x, s, &out->i))
        return CELL_DATE_BAD;
    out->i = date_of_moment(out->i);
    if (!is_iso_day(s))
        cell_note(x, CHANGE_DATE);
    return CELL_OK;
}

static enum cell_result clean_year(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    (void)c;
    if (!date_parse_year(s, &out->i))
        return CELL_DATE_BAD;
    if (s.n != 4 || s.p[0] == '0')
        cell_note(x, CHANGE_DATE);
    return CELL_OK;
}

static enum cell_result clean_month(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    (void)c;
    if (!date_parse_month(s, &out->i))
        return CELL_DATE_BAD;
    if (s.n != 7 || s.p[4] != '-')
        cell_note(x, CHANGE_DATE);
    return CELL_OK;
}

/* --- numbers --- */

/* -120, and with a scale 0.5 too: no zeros in front. Decimals may be more or fewer than printed. */
static bool is_plain_number(struct str s, int scale)
{
    size_t at = s.n && s.p[0] == '-', whole = 0, decimals = 0;
    while (at + whole < s.n && str_is_digit(s.p[at + whole]))
        whole++;
    if (whole == 0 || (whole > 1 && s.p[at] == '0'))
        return false;
    at += whole;
    if (at == s.n)
        return true;
    if (scale == 0 || s.p[at++] != '.')
        return false;
    while (at + decimals < s.n && str_is_digit(s.p[at + decimals]))
        decimals++;
    return decimals && at + decimals == s.n;
}

static enum cell_result number(struct str s, struct cell_context *x, int scale, int64_t *out)
{
    static const enum cell_result result[] = {
        [NUM_OK] = CELL_OK, [NUM_BAD] = CELL_NUMBER_BAD, [NUM_HEDGED] = CELL_HEDGED};
    s = no_space(s, x);
    enum num_result r = num_parse(s, &x->conf->reading, x->unit, scale, out);
    if (r == NUM_OK && x->unit != 1 && *out != 0)
        cell_note(x, CHANGE_UNIT);
    else if (r == NUM_OK && !is_plain_number(s, scale))
        cell_note(x, CHANGE_NUMBER);
    return result[r];
}

static enum cell_result clean_count(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    (void)c;
    enum cell_result r = number(s, x, 0, &out->i);
    return r == CELL_OK && (out->i < 0 || s.p[0] == '-') ? CELL_NUMBER_BAD : r;
}

static enum cell_result clean_money(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    (void)c;
    return number(s, x, 2, &out->i);
}

/* --- words --- */

static enum cell_result clean_enum(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    struct str written = no_space(s, x), canonical;
    uint8_t spelling = x->remarks.change;
    enum change how = CHANGE_ENUM;
    s = upper(written, x);
    if (c->mapped &&
        refs_code(x->refs, x->source, x->export->id, c->header.word[0], s, &canonical)) {
        s = upper(cell_no_space(canonical, x->scratch), x);
        how = CHANGE_MAPPED;
    }
    size_t i = map_get(&c->e->lookup, s);
    out->i = (int64_t)i;
    if (i == MAP_NONE)
        return CELL_ENUM_UNKNOWN;
    x->remarks.change = spelling; /* capitals are for looking up: the word has its own */
    if (!str_eq(c->e->label[i], written))
        cell_note(x, how);
    return CELL_OK;
}

/* Several codes in one cell: the highest level counts. */
static enum cell_result clean_level(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    s = upper(no_space(s, x), x);
    struct str rest = s, part;
    int64_t most = INT64_MIN;
    while (c->e->split ? str_split(&rest, c->e->split, &part) : (part = rest).p != NULL) {
        size_t i = map_get(&c->e->lookup, part);
        if (i == MAP_NONE)
            return CELL_ENUM_UNKNOWN;
        if (c->e->level[i] > most)
            most = c->e->level[i];
        if (!c->e->split)
            break;
    }
    out->i = most;
    int64_t written;
    if (!is_plain_number(s, 0) || !num_parse_plain(s, &written) || written != most)
        cell_note(x, CHANGE_LEVEL);
    return CELL_OK;
}

const struct kind kind_table[] = {
    {"text", TCOL_TEXT, CELL_MISSING, false, clean_text, "text, white space deleted"},
    {"verbatim", TCOL_TEXT, CELL_MISSING, true, clean_verbatim, "text as it is written, trimmed"},
    {"code", TCOL_TEXT, CELL_MISSING, false, clean_code, "a code: no white space, capitals"},
    {"org", TCOL_TEXT, CELL_ENUM_UNKNOWN, false, clean_org,
     "an organisation's name, kept as its code"},
    {"date", TCOL_DATE, CELL_DATE_BAD, false, clean_date, "a day"},
    {"datetime", TCOL_DATETIME, CELL_DATE_BAD, false, clean_datetime, "a day and a time of day"},
    {"year", TCOL_INT, CELL_DATE_BAD, false, clean_year, "a year"},
    {"month", TCOL_MONTH, CELL_DATE_BAD, false, clean_month, "a month of a year"},
    {"count", TCOL_INT, CELL_NUMBER_BAD, false, clean_count, "a whole number, not negative"},
    {"money", TCOL_MONEY, CELL_NUMBER_BAD, false, clean_money, "an amount, exact in hundredths"},
    {"enum", TCOL_ENUM, CELL_ENUM_UNKNOWN, false, clean_enum, "one of the words of an [enum]"},
    {"level", TCOL_INT, CELL_ENUM_UNKNOWN, false, clean_level, "the number of a word of [levels]"},
    {"yesno", TCOL_ENUM, CELL_ENUM_UNKNOWN, false, clean_enum, "yes or no"},
};
const size_t kind_count = sizeof kind_table / sizeof kind_table[0];

const struct kind *kind_find(struct str name)
{
    for (size_t i = 0; i < kind_count; i++)
        if (str_eq(str_c(kind_table[i].name), name))
            return &kind_table[i];
    return NULL;
}
