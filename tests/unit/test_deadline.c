/*
 * Due dates against hand counting on the calendar of January 2024 (a Monday is the 1st): 1 January
 * is off, and so are the weekends 6-7, 13-14, 20-21, 27-28.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/deadline.h"

enum { JAN1 = 19723 }; /* python3: (date(2024,1,1) - date(1970,1,1)).days */
enum { NONE = -1 };
#define M TABLE_MISSING

static const char off[] = "1000011000001100000110000011000"; /* by day of the month */

static void make_calendar(struct calendar *c)
{
    c->first = JAN1;
    c->n = 31;
    c->before = x_calloc(32, sizeof *c->before);
    c->workday = x_calloc(31, sizeof *c->workday);
    uint32_t n = 0;
    for (int d = 0; d < 31; d++) {
        c->before[d] = n;
        if (off[d] == '0')
            c->workday[n++] = JAN1 + d;
    }
    c->before[31] = n;
}

/* Columns of the table: start, given, limit, unit, extension, case, closed. */
enum { START, GIVEN, LIMIT, UNIT, EXTENSION, CASE, CLOSED, COLUMNS };
static const struct str unit_label[] = {{"work", 4}, {"day", 3}, {"month", 5}};
static struct tcolumn columns[COLUMNS] = {
    {{"start", 5}, TCOL_DATE, NULL, 0},    {{"given", 5}, TCOL_DATE, NULL, 0},
    {{"limit", 5}, TCOL_INT, NULL, 0},     {{"unit", 4}, TCOL_ENUM, unit_label, 3},
    {{"extension", 9}, TCOL_INT, NULL, 0}, {{"case", 4}, TCOL_TEXT, NULL, 0},
    {{"closed", 6}, TCOL_DATE, NULL, 0},
};

static const struct row {
    int start, given, limit, unit; /* days of January; NONE: missing */
    int pause[3][2];               /* start, end; end 0: open; start 0: no more */
    int closed, due;
} rows[] = {
    {2, NONE, 3, 0, {{0, 0}}, NONE, 5}, /* 3 4 5 */
    {2, NONE, 4, 0, {{0, 0}}, NONE, 8}, /* over the weekend */
    {2, NONE, 0, 0, {{0, 0}}, NONE, 2}, /* 0: the day itself */
    {6, NONE, 0, 0, {{0, 0}}, NONE, 6}, /* even when it is no working day */
    {6, NONE, 1, 0, {{0, 0}}, NONE, 8}, /* accepted on a Saturday */
    {2, 20, 3, 0, {{0, 0}}, NONE, 20},  /* given: as it is */
    {2, NONE, 3, 1, {{0, 0}}, NONE, 5}, /* calendar days */
    {2, NONE, 6, 1, {{0, 0}}, NONE, 8},
    {2, NONE, 3, NONE, {{0, 0}}, NONE, 5},    /* unit missing: working days */
    {2, NONE, NONE, 0, {{0, 0}}, NONE, NONE}, /* no limit */
    {2, NONE, 3, 0, {{3, 5}}, NONE, 9},       /* pause 4 5: 2 more -> 5 working days: 3 4 5 8 9 */
    {2, NONE, 3, 0, {{3, 5}, {4, 8}}, NONE, 10}, /* union 4 5 8: 3 more */
    {2, NONE, 3, 0, {{4, 8}, {3, 5}}, NONE, 10}, /* in any order */
    {2, NONE, 3, 0, {{3, 5}, {3, 5}}, NONE, 9},  /* twice the same counts once */
    {2, NONE, 3, 0, {{3, 0}}, 5, 9},             /* open: until closed */
    {2, NONE, 3, 0, {{3, 0}}, NONE, 5},          /* open and not closed: no pause yet */
    {2, NONE, 3, 1, {{5, 8}}, NONE, 8},          /* calendar days: 6 7 8 -> 3 more */
    {2, NONE, 3, 0, {{5, 7}}, NONE, 5},          /* a pause over a weekend holds no working day */
    {2, NONE, 40, 0, {{0, 0}}, NONE, NONE},      /* the calendar does not reach */
    {2, NONE, 1, 2, {{0, 0}}, NONE, NONE},       /* a month is 22 working days: beyond the 31st */
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static int64_t day(int d)
{
    return d == NONE ? M : JAN1 + d - 1;
}

static void due_dates(void **state)
{
    (void)state;
    struct refs refs = {0};
    make_calendar(&refs.calendar);
    struct conf_limit limit = {LIMIT, UNIT};
    struct conf_unit unit[] = {
        {STR("work"), 1, true}, {STR("day"), 1, false}, {STR("month"), 22, true}};
    struct conf_deadline d = {.start = START,
                              .given = GIVEN,
                              .limit = &limit,
                              .n_limit = 1,
                              .unit = unit,
                              .n_unit = 3,
                              .default_unit = 0,
                              .extend = SIZE_MAX,
                              .pause_export = 1,
                              .pause_join = 0,
                              .pause_on = CASE,
                              .pause_start = 1,
                              .pause_end = 2,
                              .pause_open = CLOSED};
    int64_t v[COLUMNS][ROWS], from[3 * ROWS], to[3 * ROWS], due[ROWS];
    struct str name[ROWS], on[3 * ROWS];
    char text[ROWS][8];
    size_t n = 0;
    for (size_t r = 0; r < ROWS; r++) {
        v[START][r] = day(rows[r].start);
        v[GIVEN][r] = day(rows[r].given);
        v[LIMIT][r] = rows[r].limit == NONE ? M : rows[r].limit;
        v[UNIT][r] = rows[r].unit == NONE ? M : rows[r].unit;
        v[EXTENSION][r] = M;
        v[CLOSED][r] = day(rows[r].closed);
        text[r][0] = 'c';
        text[r][1] = (char)('A' + r);
        name[r] = (struct str){text[r], 2};
        for (int p = 0; p < 3 && rows[r].pause[p][0]; p++) {
            on[n] = name[r];
            from[n] = day(rows[r].pause[p][0]);
            to[n++] = rows[r].pause[p][1] ? day(rows[r].pause[p][1]) : M;
        }
    }
    struct tvec pause_col[] = {{.dict = on, .n_dict = n}, {.v = from}, {.v = to}};
    struct tblock pause_block = {n, 3, pause_col};
    struct pauses *pauses = pauses_new(&d);
    pauses_add(pauses, &pause_block);
    struct tvec col[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        col[c] = c == CASE ? (struct tvec){.dict = name, .n_dict = ROWS} : (struct tvec){.v = v[c]};
    struct tblock block = {ROWS, COLUMNS, col};
    struct tschema schema = {columns, COLUMNS};
    struct plan_deadline conditions = {NULL, NULL};
    struct arena a = {0};
    deadline_fill(&d, &conditions, &refs, pauses, &block, &schema, due, &a);
    for (size_t r = 0; r < ROWS; r++)
        if (due[r] != day(rows[r].due))
            fail_msg("row %zu: due on day %lld, expected %d", r, (long long)(due[r] - JAN1 + 1),
                     rows[r].due);
    pauses_free(pauses);
    arena_release(&a);
    free(refs.calendar.before);
    free(refs.calendar.workday);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(due_dates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
