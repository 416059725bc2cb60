/*
 * Cells to values (calc/date.h, calc/num.h, calc/cell.h, calc/kind.h): no two forms of a date take
 * the same text; what a value is printed as is read as the same value; numbers are what arithmetic
 * done here a second time says; a cell costs memory in proportion to its length.
 *
 * Input: the text of a cell, as far as it is UTF-8.
 */
#include "pipeline/calc/cell.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"
#include "tests/every_kind.h"
#include "tests/fuzz/fuzz.h"

#define DAY_MIN INT64_C(-719162) /* 0001-01-01 */
#define DAY_MAX INT64_C(2932896) /* 9999-12-31 */

static const char settings[] = EVERY_KIND "column org = Q : org\n";

static struct conf conf;
static struct refs no_refs;
static struct arena scratch;

static void load(void)
{
    char path[64];
    struct problems problems = {0};
    int fd = fuzz_file((struct str){settings, sizeof settings - 1}, path);
    HOLDS(conf_load(path, &conf, &problems));
    close(fd);
}

static void check_dates(struct str s)
{
    size_t taken = 0;
    for (size_t i = 0; i < date_form_count; i++) {
        int64_t seconds, day, y, m, d;
        if (!date_forms[i].parse(s, &seconds))
            continue;
        taken++;
        day = date_of_moment(seconds);
        HOLDS(day >= DAY_MIN && day <= DAY_MAX);
        HOLDS(seconds - day * 86400 >= 0 && seconds - day * 86400 < 86400);
        date_civil(day, &y, &m, &d);
        int64_t again;
        HOLDS(date_day(y, m, d, &again) && again == day);
    }
    HOLDS(taken <= 1);
    int64_t v, day, seconds;
    if (date_parse_year(s, &v))
        HOLDS(v >= 1 && v <= 9999);
    if (date_parse_month(s, &v))
        HOLDS(v >= 12 && v < 10000 * 12);
    if (date_parse_iso(s, &day))
        HOLDS(date_form_find(STR("Y-M-D"))->parse(s, &seconds) && seconds == day * 86400);
}

__extension__ typedef __int128 wide;

/* Digits, perhaps with a point, as units of 10^-scale: the value by arithmetic of 128 bits; false
 * when s is anything else, or too long for it. */
static bool simple_number(struct str s, int scale, bool *exact, wide *out)
{
    size_t i = s.n && s.p[0] == '-', begin = i, point = SIZE_MAX;
    wide v = 0;
    if (s.n > 30)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && point == SIZE_MAX && i > begin && i + 1 < s.n) {
            point = i;
            continue;
        }
        if (!str_is_digit(s.p[i]))
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    if (i == begin)
        return false;
    int decimals = point == SIZE_MAX ? 0 : (int)(s.n - point - 1);
    for (*exact = true; decimals > scale; decimals--) {
        *exact &= v % 10 == 0;
        v /= 10;
    }
    for (; decimals < scale; decimals++)
        v *= 10;
    *out = begin ? -v : v;
    return true;
}

static void check_numbers(struct str s)
{
    int64_t got;
    for (int scale = 0; scale <= 2; scale += 2) {
        wide expected;
        bool exact;
        enum num_result r = num_parse(s, &conf.reading, 1, scale, &got);
        if (!simple_number(s, scale, &exact, &expected))
            continue;
        bool fits = exact && expected <= INT64_MAX && expected >= -(wide)INT64_MAX;
        HOLDS((r == NUM_OK) == fits);
        HOLDS(r != NUM_OK || got == expected);
    }
    wide expected;
    bool exact;
    if (num_parse_plain(s, &got) && simple_number(s, 0, &exact, &expected))
        HOLDS(got == expected);
    int64_t times;
    if (num_parse(s, &conf.reading, 1, 0, &got) == NUM_OK &&
        num_parse(s, &conf.reading, 10000, 0, &times) == NUM_OK)
        HOLDS((wide)times == (wide)got * 10000);
    if (num_parse_chinese(s, &got))
        HOLDS(got >= 0 && got <= INT64_C(1000000000000000));
    if (num_parse_places(s, &got))
        HOLDS(got >= 0 && got < INT64_C(1000000000000000));
}

static struct cell_context context(void)
{
    return (struct cell_context){.conf = &conf,
                                 .refs = &no_refs,
                                 .export = &conf.exports[0],
                                 .cutoff = 18261,
                                 .day = 18261,
                                 .unit = 1,
                                 .scratch = &scratch};
}

/* The printed form of the value must be a cell that means the same; but a year before 1000 is read
 * with its zeros only, and printed as the number that it is. */
static void check_printed(const struct conf_column *c, int64_t v)
{
    if (str_eq(c->name, STR("year")) && v < 1000)
        return;
    struct cell_context x = context();
    struct tvalue again;
    struct strbuf b = {0};
    struct tcolumn column = {.type = c->type->kind->type};
    if (c->e && !c->e->level) {
        HOLDS(v >= 0 && (size_t)v < c->e->n);
        column.label = c->e->label;
        column.n_label = c->e->n;
    }
    table_print(&column, v, &b);
    HOLDS(cell_clean(c, strbuf_str(&b), &x, &again) == CELL_OK && again.i == v);
    strbuf_release(&b);
}

static void check_cell(const struct conf_column *c, struct str s)
{
    struct cell_context x = context();
    struct tvalue v = {.i = 0};
    enum cell_result r = cell_clean(c, s, &x, &v);
    if (r != CELL_OK)
        return;
    if (c->type->kind->type == TCOL_TEXT) {
        HOLDS(v.s.p && v.s.n > 0 && !memchr(v.s.p, 0, v.s.n));
        HOLDS(v.s.n <= 3 * s.n + 18);
        HOLDS(utf8_is(v.s));
        if (!c->type->kind->as_written)
            HOLDS(cell_no_space(v.s, &scratch).n == v.s.n);
    } else if (!c->e || !c->e->level) {
        check_printed(c, v.i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!conf.n_exports)
        load();
    struct str s = {(const char *)data, size};
    s.n = utf8_good(s); /* as every text is that was decoded */
    arena_reset(&scratch);
    check_dates(s);
    check_numbers(s);
    struct str n = cell_normalise(s, &scratch), unit, name = cell_header(s, &unit, &scratch);
    HOLDS(n.n <= s.n && name.n + unit.n <= s.n);
    HOLDS(!n.n || n.p[0] == '\'' || str_eq(cell_normalise(n, &scratch), n));
    for (size_t i = 0; i < conf.exports[0].n; i++)
        check_cell(&conf.exports[0].column[i], s);
    return 0;
}
