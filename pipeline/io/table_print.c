#include "pipeline/io/table.h"

#include "pipeline/base/mem.h"

size_t tschema_find(const struct tschema *s, struct str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->col[i].name, name))
            return i;
    return SIZE_MAX;
}

static bool same_column(const struct tcolumn *a, const struct tcolumn *b)
{
    if (a->type != b->type || a->n_label != b->n_label || !str_eq(a->name, b->name))
        return false;
    for (size_t i = 0; i < a->n_label; i++)
        if (!str_eq(a->label[i], b->label[i]))
            return false;
    return true;
}

bool tschema_same(const struct tschema *a, const struct tschema *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!same_column(&a->col[i], &b->col[i]))
            return false;
    return true;
}

enum { PRINTED = 48 }; /* room for a printed date and time of any int64_t */

static char *put2(char *p, uint32_t v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
    return p + 2;
}

/* Decimal digits, at least four when not negative, so that the forms sort and line up. */
static char *put_year(char *p, int64_t year)
{
    if (year >= 0 && year <= 9999) {
        uint32_t y = (uint32_t)year;
        return put2(put2(p, y / 100), y % 100);
    }
    uint64_t u = year < 0 ? 0 - (uint64_t)year : (uint64_t)year;
    char digits[20];
    size_t k = 0;
    for (; u; u /= 10)
        digits[k++] = (char)('0' + u % 10);
    if (year < 0)
        *p++ = '-';
    while (k)
        *p++ = digits[--k];
    return p;
}

/* Floor division: the remainder, which is never negative, goes to *rest. */
static int64_t divide(int64_t v, int32_t by, uint32_t *rest)
{
    int64_t q = v / by;
    int64_t r = v % by;
    if (r < 0) {
        r += by;
        q--;
    }
    *rest = (uint32_t)r;
    return q;
}

/* How many whole parts of `size` days are in *day, at most `most`; *day keeps the rest. */
static uint32_t take_days(uint32_t *day, uint32_t size, uint32_t most)
{
    uint32_t n = *day / size;
    n = n < most ? n : most;
    *day -= n * size;
    return n;
}

/*
 * A day as YYYY-MM-DD, proleptic Gregorian. Years are taken to begin on 1 March, so that a leap day
 * ends its year, its four years, and its 400 years of 146097 days; only the last part of a whole is
 * longer than the others. 1970-01-01 is day 719468 from 1 March of year 0, or 135080 in the fifth
 * 400 years. The months from March have 31 30 31 30 31, 31 30 31 30 31, 31 .. days: month m (from
 * 0) begins at day (153 * m + 2) / 5.
 */
static char *put_date(char *p, int64_t v)
{
    uint32_t day;
    int64_t era = divide(v, 146097, &day) + 4;
    day += 135080;
    uint32_t year = 400 * take_days(&day, 146097, 1);
    year += 100 * take_days(&day, 36524, 3);
    year += 4 * take_days(&day, 1461, 24);
    year += take_days(&day, 365, 3);
    uint32_t month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    year += month >= 10;
    month = month < 10 ? month + 3 : month - 9;
    p = put_year(p, era * 400 + year);
    *p = '-';
    p = put2(p + 1, month);
    *p = '-';
    return put2(p + 1, day + 1);
}

static char *put_time(char *p, uint32_t second)
{
    p = put2(p, second / 3600);
    *p = ':';
    p = put2(p + 1, second / 60 % 60);
    *p = ':';
    return put2(p + 1, second % 60);
}

static void print_int(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    (void)c;
    strbuf_add_int(out, v);
}

static void print_money(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    (void)c;
    if (v < 0)
        strbuf_addc(out, '-');
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    strbuf_add_int(out, (int64_t)(u / 100));
    char *p = strbuf_room(out, 3);
    *p = '.';
    put2(p + 1, (uint32_t)(u % 100));
    out->n += 3;
}

static void print_date(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    (void)c;
    char *p = strbuf_room(out, PRINTED);
    out->n += (size_t)(put_date(p, v) - p);
}

static void print_datetime(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    (void)c;
    uint32_t second;
    char *p = strbuf_room(out, PRINTED);
    char *end = put_date(p, divide(v, 86400, &second));
    *end = ' ';
    out->n += (size_t)(put_time(end + 1, second) - p);
}

static void print_month(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    (void)c;
    uint32_t month;
    char *p = strbuf_room(out, PRINTED);
    char *end = put_year(p, divide(v, 12, &month));
    *end = '-';
    out->n += (size_t)(put2(end + 1, month + 1) - p);
}

static void print_enum(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    if (v >= 0 && (uint64_t)v < c->n_label)
        strbuf_add(out, c->label[v]);
    else
        strbuf_add_int(out, v);
}

static void (*const printers[TCOL_TYPES])(const struct tcolumn *c, int64_t v,
                                          struct strbuf *out) = {
    [TCOL_INT] = print_int,           [TCOL_MONEY] = print_money, [TCOL_DATE] = print_date,
    [TCOL_DATETIME] = print_datetime, [TCOL_MONTH] = print_month, [TCOL_ENUM] = print_enum,
};

void table_print(const struct tcolumn *c, int64_t v, struct strbuf *out)
{
    if (!printers[c->type])
        BUG("a text column has no numbers");
    if (v != TABLE_MISSING)
        printers[c->type](c, v, out);
}
