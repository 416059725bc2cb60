#include "pipeline/calc/kind.h"

#include <string.h>

#include "pipeline/calc/cell.h"
#include "pipeline/calc/date.h"
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
static struct str upper(struct str s, struct arena *scratch)
{
    return has_lower(s) ? str_upper(s, arena_raw(scratch, s.n)) : s;
}

/* --- text and codes --- */

static struct str replace_one(struct str s, struct str from, struct str to, struct arena *scratch)
{
    if (str_find_str(s, from) == s.n)
        return s;
    size_t found = 0;
    for (size_t i = 0; i < s.n; i++)
        found += str_starts(str_from(s, i), from);
    char *out = arena_raw(scratch, s.n + found * to.n);
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

static struct str strip(struct str s, const struct conf_type *t, const struct refs *refs)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < t->strip_prefix.n; i++) {
            struct str word = t->strip_prefix.word[i];
            if (word.n && word.p[0] == '$')
                word = refs_parameter(refs, str_from(word, 1));
            if (word.n && str_starts(s, word)) {
                s = str_from(s, word.n);
                again = true;
            }
        }
    }
    return s;
}

/* The check character of GB 11643 (ISO 7064 MOD 11-2) of 17 digits. */
static char check_character(const char *digits)
{
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weight[i] * (digits[i] - '0');
    return "10X98765432"[sum % 11];
}

static struct str upgrade_id(struct str s, struct arena *scratch)
{
    if (s.n != 15)
        return s;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return s;
    char *out = arena_raw(scratch, 18);
    memcpy(out, s.p, 6);
    out[6] = '1';
    out[7] = '9';
    memcpy(out + 8, s.p + 6, 9);
    out[17] = check_character(out);
    return (struct str){out, 18};
}

static struct str suffix(struct str s, struct str end, struct arena *scratch)
{
    if (!end.n || str_ends(s, end))
        return s;
    char *out = arena_raw(scratch, s.n + end.n);
    memcpy(out, s.p, s.n);
    memcpy(out + s.n, end.p, end.n);
    return (struct str){out, s.n + end.n};
}

static enum cell_result finish_text(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    const struct conf_type *t = c->type;
    for (size_t i = 0; i < t->n_replace; i++)
        s = replace_one(s, t->replace_from[i], t->replace_to[i], x->scratch);
    if (t->strip_prefix.n)
        s = strip(s, t, x->refs);
    if (!s.n)
        return CELL_MISSING;
    s = suffix(s, t->suffix, x->scratch);
    out->s = t->upgrade_id ? upgrade_id(s, x->scratch) : s;
    return CELL_OK;
}

static enum cell_result clean_text(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    return finish_text(c, cell_no_space(s, x->scratch), x, out);
}

static enum cell_result clean_verbatim(const struct conf_column *c, struct str s,
                                       struct cell_context *x, struct tvalue *out)
{
    return finish_text(c, s, x, out);
}

/* 9.16501E+17: what a spreadsheet leaves of a long code. It cannot be had back. */
static bool is_lost(struct str s)
{
    size_t i = 1;
    if (s.n < 4 || s.p[0] < '0' || s.p[0] > '9')
        return false;
    if (s.p[i] == '.')
        for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
            ;
    if (i == 2 || i + 2 >= s.n || s.p[i] != 'E' || s.p[i + 1] != '+')
        return false;
    for (i += 2; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static enum cell_result clean_code(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    s = upper(cell_no_space(s, x->scratch), x->scratch);
    if (is_lost(s))
        return CELL_MISSING;
    return finish_text(c, s, x, out);
}

static enum cell_result clean_org(const struct conf_column *c, struct str s, struct cell_context *x,
                                  struct tvalue *out)
{
    (void)c;
    enum org_result r = refs_org(x->refs, s, x->day, &out->s);
    x->guessed = r == ORG_GUESSED;
    return r == ORG_UNKNOWN ? CELL_ENUM_UNKNOWN : CELL_OK;
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

static enum cell_result clean_datetime(const struct conf_column *c, struct str s,
                                       struct cell_context *x, struct tvalue *out)
{
    (void)c;
    return moment_of(x, s, &out->i) ? CELL_OK : CELL_DATE_BAD;
}

static enum cell_result clean_date(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    enum cell_result r = clean_datetime(c, s, x, out);
    if (r == CELL_OK)
        out->i = date_of_moment(out->i);
    return r;
}

static enum cell_result clean_year(const struct conf_column *c, struct str s,
                                   struct cell_context *x, struct tvalue *out)
{
    (void)c;
    return date_parse_year(cell_no_space(s, x->scratch), &out->i) ? CELL_OK : CELL_DATE_BAD;
}

static enum cell_result clean_month(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    (void)c;
    return date_parse_month(cell_no_space(s, x->scratch), &out->i) ? CELL_OK : CELL_DATE_BAD;
}

/* --- numbers --- */

static enum cell_result number(struct str s, const struct cell_context *x, int scale, int64_t *out)
{
    static const enum cell_result result[] = {
        [NUM_OK] = CELL_OK, [NUM_BAD] = CELL_NUMBER_BAD, [NUM_HEDGED] = CELL_HEDGED};
    return result[num_parse(cell_no_space(s, x->scratch), &x->conf->reading, x->unit, scale, out)];
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
    s = upper(cell_no_space(s, x->scratch), x->scratch);
    struct str canonical;
    if (c->mapped && refs_code(x->refs, x->source, x->export->id, c->header.word[0], s, &canonical))
        s = upper(cell_no_space(canonical, x->scratch), x->scratch);
    size_t i = map_get(&c->e->lookup, s);
    out->i = (int64_t)i;
    return i == MAP_NONE ? CELL_ENUM_UNKNOWN : CELL_OK;
}

/* Several codes in one cell: the highest level counts. */
static enum cell_result clean_level(const struct conf_column *c, struct str s,
                                    struct cell_context *x, struct tvalue *out)
{
    s = upper(cell_no_space(s, x->scratch), x->scratch);
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
