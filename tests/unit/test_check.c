/*
 * Checks of every kind over a table of nine rows, figures that are plain numbers, last year's
 * values and a ledger made by hand. Verdicts worked out by hand from the rules of docs/config.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/check.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/stats.h"
#include "pipeline/io/table.h"
#include "tests/unit/scratch.h"

enum { Y19 = 17897, NONE_DAY = -1 }; /* 2019-01-01 as a day */
#define S(literal)                                                                                 \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* A figure called Aa_Bb: Aa this year, Bb last year (baseline_rows). */
static const char config[] =
    "[tongji]\nlanguage = en\n[parameters]\nyear = 2019\n"
    "[export E]\ncolumn id = ID : code, key\ncolumn org = Org : text\ncolumn at = At : date\n"
    "column n = N : count\ncolumn case = Case : text\ncolumn start = Start : date\n"
    "column end = End : date\n"
    "[export F]\ncolumn id = ID : code, key\n"
    "[set year]\nfrom = E\nwhere = at in period\n"
    "[indicator R]\nfrom = year\nvalue = rows()\nby_org = org\nby_month = at\n"
    "[indicator D]\nfrom = year\nvalue = distinct(case)\nby_org = org\nby_month = at\n"
    "[indicator L]\nfrom = E\nwhere = at in period\nperiod = last_year\nvalue = rows()\n"
    "by_org = org\n"
    "[indicator P]\nfrom = year\nvalue = rows()\nby_org = org\nprior = L\n"
    "[indicator V]\nfrom = F\nvalue = rows()\n"
    "[indicator V2]\nunit = %\nfrom = F\nvalue = rows() / rows()\n"
    "[indicator S130]\nvalue = 130\n[indicator S131]\nvalue = 131\n[indicator S76]\nvalue = 76\n"
    "[indicator S75]\nvalue = 75\n[indicator S30]\nvalue = 30\n[indicator S31]\nvalue = 31\n"
    "[indicator S0]\nvalue = 11\n[indicator G50]\nunit = %\nvalue = 50 / 100\nprint = pct1\n"
    "[indicator G49]\nunit = %\nvalue = 499 / 1000\nprint = pct1\n[indicator U1]\nvalue = 12000\n"
    "[indicator U2]\nvalue = 13000\n[indicator U3]\nvalue = 2\n"
    "[indicator K1]\nunit = %\nvalue = 100 / 100\n[indicator K2]\nunit = %\nvalue = 99 / 99\n"
    "[indicator K3]\nunit = %\nvalue = 0 / 100\n[indicator K4]\nunit = %\nvalue = 1 / 100\n"
    "[indicator B]\nvalue = 76932\nprint = yu\n[indicator W]\nvalue = 28612\nunit = 户\nprint = "
    "wan\n"
    "[style wan]\nkind = scaled\ndecimals = 2\ntrim = yes\nunit 万 = 10000\n"
    "[style yu]\nkind = hedge_down\nsuffix = 余\n"
    "[style pct1]\nkind = percent\ndecimals = 1\n";

/* id, org, day of 2019 (-100: 2018), n, case, first and last day of a span (-1: missing) */
static const struct row {
    const char *id, *org;
    int at, n;
    const char *who;
    int start, end;
} rows[] = {
    {"a1", "O1", 9, 10, "p", 0, 10},   {"a2", "O1", 10, 20, "p", 10, 12},
    {"a3", "O1", 31, 30, "q", 0, -1},  {"a4", "O2", 338, 15, "q", 5, 6},
    {"a5", "O2", 339, 7, "p", 11, 20}, {"a6", "O2", 340, 25, NULL, 0, 5},
    {"a7", "O2", 341, 11, "r", 0, 5},  {"a8", "O1", -100, 12, "s", 0, 5},
    {"a9", "O2", 342, 11, "t", 0, 5},
};

#define LAST(id, y, v)                                                                             \
    {                                                                                              \
        .indicator = S(id), .year = (y), .value = S(v)                                             \
    }
static struct baseline_row baseline_rows[] = {
    LAST("S130", 2018, "100"), LAST("S131", 2018, "100"), LAST("S76", 2018, "50"),
    LAST("S75", 2018, "50"),   LAST("S30", 2018, "20"),   LAST("S31", 2018, "20"),
    LAST("S0", 2018, "0"),     LAST("G50", 2018, "44.9"), LAST("G49", 2018, "44.9"),
    LAST("U1", 2018, "1"),     LAST("U2", 2018, "1"),     LAST("U3", 2018, "24999"),
    LAST("V", 2018, "5"),
};
static struct submitter submitters[] = {{0, S("O1")}, {0, S("O2")}, {0, S("O3")}, {1, S("O1")}};

static struct kept_row published[] = {
    {{S("2019"), S("B"), S(""), S("76000余"), S("site")}, 2},
    {{S("2019"), S("B"), S(""), S("76932"), S("book")}, 3},
    {{S("2019"), S("W"), S(""), S("2.86万"), S("site")}, 4},
    {{S("2019"), S("W"), S(""), S("28,612"), S("site")}, 5},
    {{S("2019"), S("W"), S(""), S("2.86万 户"), S("report")}, 5},
    {{S("2019"), S("G50"), S(""), S("50.0"), S("site")}, 6},
    {{S("2019"), S("R"), S("O1"), S("3"), S("site")}, 7},
    {{S("2017"), S("R"), S(""), S("1"), S("another year")}, 8},
    {{S("2019"), S("W"), S(""), S("2.85万"), S("site")}, 9},
    {{S("2019"), S("B"), S(""), S("77000余"), S("site")}, 10},
    {{S("2019"), S("X"), S(""), S("1"), S("site")}, 11},
    {{S("2019"), S("R"), S("O9"), S("4"), S("site")}, 12},
    {{S("2019"), S("G50"), S(""), S("50"), S("site")}, 13},
    {{S("2019"), S("G49"), S(""), S("50.0%"), S("site")}, 14},
};
static struct kept_row revisions[] = {
    {{S("2019"), S("S31"), S(""), S("30"), S("typo"), S("Li"), S("2020-03-01")}, 2},
    {{S("2019"), S("S31"), S(""), S("31"), S("late file"), S("Li"), S("2020/3/1")}, 3},
    {{S("2019"), S("S31"), S(""), S("29"), S("typo"), S("Li"), S("2020-01-03")}, 4},
    {{S("2019"), S("S75"), S(""), S("74"), S("late file"), S("Li"), S("2020-03-01")}, 5},
    {{S("2019"), S("S76"), S(""), S("76"), S(""), S("Li"), S("2020-03-01")}, 6},
    {{S("2019"), S("S30"), S(""), S(""), S("late file"), S("Li"), S("2020-03-01")}, 7},
};
static struct kept_row waivers[] = {
    {{S("W1"), S("known"), S("Li"), S("2019年12月31日")}, 2},
    {{S("W2"), S("known"), S("Li"), S("2019-12-30")}, 3},
    {{S("W3"), S("known"), S(""), S("2020-12-31")}, 4},
    {{S("W9"), S("known"), S("Li"), S("2020-12-31")}, 5},
    {{S("W4"), S("known"), S("Li"), S("2020-12-31")}, 6},
};

static struct ledger_row delivered[] = {
    {.file = S("e1"),
     .org = S("O1"),
     .state = S("read"),
     .cutoff = Y19 + 364,
     .rows_read = 4,
     .sha256 = S("aa")},
    {.file = S("e1old"),
     .org = S("O1"),
     .state = S("read"),
     .cutoff = Y19 - 1,
     .rows_read = 4,
     .sha256 = S("aa")},
    {.file = S("e2"),
     .org = S("O2"),
     .state = S("read"),
     .cutoff = Y19 + 300,
     .rows_read = 2,
     .total_rows = 2,
     .sha256 = S("bb")},
    {.file = S("f1"), .org = S("O1"), .export = 1, .state = S("empty"), .cutoff = Y19 + 364},
};

static const struct want {
    const char *check; /* its settings, "; " between two */
    enum check_result result;
    const char *left, *right, *said;
} wants[] = {
    /* sums: rows of organisations add up, cases of two organisations do not */
    {"kind = sum; figures = R; over = org", CHECK_PASS, "8", "8", ""},
    {"kind = sum; figures = R; over = month", CHECK_PASS, "8", "8", ""},
    {"kind = sum; figures = R, D; over = org", CHECK_FAIL, "6", "4",
     "D: the parts add up to 6, the whole is 4"},
    /* swings: by size, and what is at the limit is no swing */
    {"kind = swing; figures = S130, S75, S30, G49", CHECK_PASS, "130", "100", ""},
    {"kind = swing; figures = S131", CHECK_FAIL, "131", "100",
     "S131: 131, last year 100, change +31.0%, beyond 30%"},
    {"kind = swing; figures = S76", CHECK_FAIL, "76", "50",
     "S76: 76, last year 50, change +52.0%, beyond 50%"},
    {"kind = swing; figures = S31", CHECK_FAIL, "31", "20",
     "S31: 31, last year 20, change +11, beyond 10"},
    {"kind = swing; figures = S0", CHECK_FAIL, "11", "0",
     "S0: 11, last year 0, change +11, beyond 10"},
    {"kind = swing; figures = G50", CHECK_FAIL, "50.000000", "44.9",
     "G50: 50.000000, last year 44.9, change +5.1 percentage points, beyond 5"},
    {"kind = swing; figures = S131; class 100 = 31%", CHECK_PASS, "131", "100", ""},
    {"kind = swing; figures = R", CHECK_NOT_APPLICABLE, "", "", ""},
    {"kind = swing; figures = V", CHECK_NOT_RUN, "", "", "V: no value to check"},
    {"kind = swing; figures = V, S31", CHECK_FAIL, "31", "20",
     "V: no value to check; S31: 31, last year 20, change +11, beyond 10"},
    /* O1 had one row last year, 3 this year: within ten */
    {"kind = swing; figures = P; over = org", CHECK_PASS, "3", "1", ""},
    {"kind = swing; figures = P; over = org; class 0 = 1", CHECK_FAIL, "3", "1",
     "P O1: 3, last year 1, change +2, beyond 1"},
    /* 12000 / 10000 is 1.2: within 20 % of 1; 1.3 is not; 2 * 10000 is within 20 % of 24999 */
    {"kind = unit_slip; figures = U1", CHECK_FAIL, "12000", "1",
     "U1: 12000 divided by 10000 is near last year's 1: a wrong unit?"},
    {"kind = unit_slip; figures = U2", CHECK_PASS, "13000", "1", ""},
    {"kind = unit_slip; figures = U2; limit = 30%", CHECK_FAIL, "13000", "1",
     "U2: 13000 divided by 10000 is near last year's 1: a wrong unit?"},
    {"kind = unit_slip; figures = U3", CHECK_FAIL, "2", "24999",
     "U3: 2 times 10000 is near last year's 24999: a wrong unit?"},
    {"kind = unit_slip; figures = S130, G50", CHECK_PASS, "130", "100", ""},
    /* eight rows: two in January, one in February, five in December, 62.5 % */
    {"kind = profile; figures = R", CHECK_NOT_APPLICABLE, "", "", ""},
    {"kind = profile; figures = R; base = 8", CHECK_FAIL, "5", "8",
     "R 2019-12: 5 is 62.5% of the year, beyond 40%"},
    {"kind = profile; figures = R; base = 8; limit = 63%", CHECK_FAIL, "5", "8",
     "R 2019-12: 5 is beyond 3 times the mean month"},
    {"kind = profile; figures = R; base = 8; limit = 63%; times = 8", CHECK_PASS, "2", "8", ""},
    /* rates */
    {"kind = certain; figures = K2, K4", CHECK_PASS, "1.000000", "100", ""},
    {"kind = certain; figures = K1, K3", CHECK_FAIL, "100.000000", "100",
     "K1: exactly 100% of 100; K3: exactly 0% of 100"},
    {"kind = certain; figures = K2; base = 99", CHECK_FAIL, "100.000000", "99",
     "K2: exactly 100% of 99"},
    {"kind = certain; figures = *", CHECK_FAIL, "100.000000", "100",
     "V2: no value to check; K1: exactly 100% of 100; K3: exactly 0% of 100"},
    {"kind = certain; figures = V2, K4", CHECK_NOT_RUN, "1.000000", "100", "V2: no value to check"},
    /* months 2 1 0 0 0 0 0 0 0 0 0 5: more than half are equal, so that none is far */
    {"kind = outlier; figures = R; over = month", CHECK_PASS, "", "", ""},
    {"kind = outlier; figures = R; over = org", CHECK_NOT_APPLICABLE, "", "", ""},
    /* rows: a1, a2, a6 of n 10, 20, 25; a3 of 30 */
    {"kind = rows; from = E; where = n > 30", CHECK_PASS, "0", "9", ""},
    {"kind = rows; from = year; where = n >= 20; by_org = org", CHECK_FAIL, "3", "8",
     "3 of 8 rows: O1 2, O2 1 (x.csv:2, x.csv:3, x.csv:6)"},
    {"kind = rows; from = year; where = n >= 20; limit = 3", CHECK_PASS, "3", "8", ""},
    {"kind = rows; from = year; where = n >= 11", CHECK_FAIL, "6", "8",
     "6 of 8 rows (x.csv:2, x.csv:3, x.csv:4, …)"},
    {"kind = rows; from = year; where = n >= 20; by_org = org; limit = 60%", CHECK_FAIL, "2", "3",
     "O1 2 of 3 rows (x.csv:2, x.csv:3)"},
    {"kind = rows; from = year; where = n >= 20; by_org = org; limit = 60%; base = 4", CHECK_PASS,
     "1", "5", ""},
    {"kind = rows; from = year; where = n >= 20; by_org = org; limit = 60%; base = 9",
     CHECK_NOT_APPLICABLE, "", "", ""},
    /* of 10 20 30 15 7 25 11 11 five end in 0 or 5, three in 0; 7 is below ten */
    {"kind = heaping; from = year; value = n; base = 8", CHECK_FAIL, "5", "8",
     "5 of 8 values end in round digits"},
    {"kind = heaping; from = year; value = n; base = 8; digits = 0", CHECK_PASS, "3", "8", ""},
    {"kind = heaping; from = year; value = n; base = 8; limit = 63%", CHECK_PASS, "5", "8", ""},
    {"kind = heaping; from = year; value = n", CHECK_NOT_APPLICABLE, "", "", ""},
    {"kind = heaping; from = year; value = n; by_org = org; base = 3", CHECK_FAIL, "3", "3",
     "O1 3 of 3 values end in round digits"},
    {"kind = mode; from = year; value = n; base = 8", CHECK_FAIL, "2", "8",
     "2 of 8 rows have the value 11"},
    {"kind = mode; from = year; value = n; base = 9", CHECK_NOT_APPLICABLE, "", "", ""},
    {"kind = mode; from = year; value = start; base = 8; limit = 62%", CHECK_FAIL, "5", "8",
     "5 of 8 rows have the value 2019-01-01"},
    {"kind = mode; from = year; value = start; base = 8; limit = 63%", CHECK_PASS, "", "", ""},
    {"kind = mode; from = year; value = start; base = 3; limit = 60%; by_org = org", CHECK_FAIL,
     "2", "3", "O1 2 of 3 rows have the value 2019-01-01"},
    {"kind = mode; from = year; value = end; base = 1; limit = 40%; by_org = org", CHECK_FAIL, "1",
     "2", "O1 1 of 2 rows have the value 2019-01-11; O2 3 of 5 rows have the value 2019-01-06"},
    /* p: a1, a2 of O1, a5 of O2; q: a3 of O1, a4 of O2; a row without a case is like no other */
    {"kind = duplicates; from = year; same = case; different = org", CHECK_FAIL, "x.csv:1",
     "x.csv:5", "x.csv:1 and x.csv:5 tell of the same; x.csv:3 and x.csv:4 tell of the same"},
    {"kind = duplicates; from = year; same = case, org", CHECK_FAIL, "x.csv:1", "x.csv:2",
     "x.csv:1 and x.csv:2 tell of the same"},
    {"kind = duplicates; from = year; same = id", CHECK_PASS, "", "", ""},
    /* p: 0-10, 10-12, 11-20: the first two only touch; q: 0-open, 5-6 */
    {"kind = overlap; from = year; same = case; start = start; end = end", CHECK_FAIL, "x.csv:2",
     "x.csv:5", "x.csv:2 and x.csv:5 overlap; x.csv:3 and x.csv:4 overlap"},
    {"kind = overlap; from = year; where = n < 15; same = case; start = start; end = end",
     CHECK_PASS, "", "", ""},
    /* deliveries */
    {"kind = roster", CHECK_FAIL, "", "", "E: nothing came from O3"},
    {"kind = roster; exports = F", CHECK_PASS, "", "", ""},
    {"kind = late", CHECK_FAIL, "2019-10-28", "2019-12-31",
     "e2: its cut-off 2019-10-28 is before 2019-12-31"},
    {"kind = late; limit = 64", CHECK_PASS, "2019-12-31", "2019-12-31", ""},
    {"kind = unchanged", CHECK_FAIL, "e1old", "e1", "e1old is the same as e1, byte for byte"},
    {"kind = empty", CHECK_FAIL, "0", "", "e2: no row; f1: no row"},
    {"kind = published", CHECK_FAIL, "2.86万", "2.85万",
     "W 2019: published 2.85万, is now 2.86万 (source: site); "
     "B 2019: published 77000余, is now 76000余 (source: site); "
     "published figures, line 11 (X 2019) makes no sense; "
     "R O9 2019: published 4, is no more (source: site); "
     "G49 2019: published 50.0%, is now 49.9% (source: site); "
     "revisions, line 6: lacks the reason, person or date"},
    /* a comparison, as ever */
    {"rule = S130 < S131", CHECK_PASS, "130", "131", "S130 < S131"},
    {"rule = V = 1", CHECK_NOT_RUN, "", "1", "V = 1"},
};

struct world {
    struct scratch scratch;
    struct conf conf;
    struct refs refs;
    struct plan plan;
    struct compute *compute;
    struct figures figures;
    struct ledger ledger;
    struct tabin *table[2];
    struct arena arena;
};

/* One section [check NAME] for each row of `wants`. */
static void add_section(struct strbuf *out, const char *name, const char *settings)
{
    struct str rest = str_c(settings), one;
    strbuf_printf(out, "[check %s]\ntitle = \"\"\n", name);
    while (str_split(&rest, ';', &one))
        strbuf_printf(out, "%.*s\n", STR_ARG(one));
}

static void load(struct world *w, const char *checks)
{
    struct problems problems = {0};
    struct strbuf text = {0};
    strbuf_add(&text, str_c(config));
    strbuf_add(&text, str_c(checks));
    const char *path = scratch_write(&w->scratch, "config.ini", strbuf_c(&text));
    bool ok = conf_load(path, &w->conf, &problems);
    w->refs.parameters = (struct map){0};
    w->refs.year = 2019;
    w->refs.period_start = Y19;
    w->refs.period_end = w->refs.cutoff = Y19 + 364;
    w->refs.baseline = baseline_rows;
    w->refs.n_baseline = ROWS(baseline_rows);
    w->refs.submitter = submitters;
    w->refs.n_submitters = ROWS(submitters);
    if (!ok || !plan_build(&w->conf, &w->refs, &w->plan, &problems))
        fail_msg("%s %s", problems.e[0].where, problems.e[0].text[LANG_EN]);
    problems_release(&problems);
    strbuf_release(&text);
}

static int64_t day(int d)
{
    return d == NONE_DAY ? TABLE_MISSING : Y19 + d;
}

/* Writes the rows, as merge would, in two blocks. */
static void write_table(struct world *w)
{
    struct err e = {0};
    const char *path = scratch_path(&w->scratch, "e.tjt");
    struct tabout *t = tabout_open(path, &w->plan.table[0], NULL, 0, &e);
    assert_non_null(t);
    tabout_limit(t, 5);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct row *r = &rows[i];
        const struct tvalue v[] = {
            {.s = str_c(r->id)},
            {.s = str_c(r->org)},
            {.i = Y19 + r->at},
            {.i = r->n},
            {.s = r->who ? str_c(r->who) : (struct str){NULL, 0}},
            {.i = day(r->start)},
            {.i = day(r->end)},
            {.s = STR("x.csv")},
            {.i = (int64_t)i + 1},
        };
        assert_int_equal(ROWS(v), w->plan.table[0].n);
        assert_true(tabout_row(t, v, &e));
    }
    assert_true(tabout_close(t, &e));
    tabout_free(t);
    w->table[0] = tabin_open(path, &e);
    assert_non_null(w->table[0]);
}

static void begin(struct world *w, const char *checks)
{
    static const enum delivery sent[PERIODS * 2] = {DELIVERED_PART, DELIVERED_NONE};
    struct err e = {0};
    *w = (struct world){0};
    scratch_make(&w->scratch);
    stats_begin();
    load(w, checks);
    write_table(w);
    w->ledger = (struct ledger){delivered, ROWS(delivered)};
    w->compute = compute_new(&w->plan, 1);
    for (size_t b = 0; b < tabin_blocks(w->table[0]); b++) {
        struct tblock block;
        assert_true(tabin_read(w->table[0], b, NULL, &w->arena, &block, &e));
        compute_block(w->compute, 0, 0, &block);
    }
    compute_finish(w->compute);
    figures_make(&w->plan, w->compute, sent, &w->figures);
}

static struct verdict *run(struct world *w)
{
    struct err e = {0};
    struct verdict *v = ARENA_ARRAY(&w->arena, struct verdict, w->conf.n_checks);
    const struct check_input in = {&w->plan, w->compute, &w->figures, &w->ledger, w->table};
    assert_true(checks_run(&in, &w->arena, v, &e));
    return v;
}

static void end(struct world *w)
{
    tabin_free(w->table[0]);
    figures_release(&w->figures);
    compute_free(w->compute);
    plan_release(&w->plan);
    conf_release(&w->conf);
    arena_release(&w->arena);
    scratch_remove(&w->scratch);
}

static void expect(const char *what, struct str got, const char *want)
{
    if (!str_eq(got, str_c(want)))
        fail_msg("%s: \"%.*s\" is not \"%s\"", what, STR_ARG(got), want);
}

static void test_kinds(void **state)
{
    (void)state;
    struct world w;
    struct strbuf text = {0};
    for (size_t i = 0; i < ROWS(wants); i++) {
        char name[16];
        snprintf(name, sizeof name, "T%zu", i);
        add_section(&text, name, wants[i].check);
    }
    begin(&w, strbuf_c(&text));
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){published, ROWS(published), 0};
    w.refs.kept[REF_REVISIONS] = (struct kept_table){revisions, ROWS(revisions), 0};
    struct verdict *v = run(&w);
    for (size_t i = 0; i < ROWS(wants); i++) {
        if (v[i].result != wants[i].result)
            fail_msg("%s: %s (%.*s)", wants[i].check, check_result_name[v[i].result],
                     STR_ARG(v[i].said));
        expect(wants[i].check, v[i].said, wants[i].said);
        expect(wants[i].check, v[i].left, wants[i].left);
        expect(wants[i].check, v[i].right, wants[i].right);
    }
    strbuf_release(&text);
    end(&w);
}

/*
 * Of 219 things no share prints as 50.1%: 109 are 49.772%, 110 are 50.228%. 335 is the smallest
 * base that has one. A mean of rates and an amount have no base in whole numbers.
 */
static void test_possible(void **state)
{
    (void)state;
    static struct kept_row figures[] = {
        {{S("2019"), S("Q1"), S(""), S("50.2%"), S("site")}, 2},
        {{S("2019"), S("Q1"), S(""), S("50.1%"), S("site")}, 3},
        {{S("2019"), S("Q1"), S(""), S("about 50%"), S("site")}, 4},
        {{S("2019"), S("Q1"), S(""), S("-49.8\357\274\205"), S("site")}, 5},
        {{S("2018"), S("Q1"), S(""), S("50.1%"), S("another year")}, 6},
        {{S("2019"), S("Q1"), S(""), S("51.1%"), S("cut off: 112 are 51.142%")}, 7},
        {{S("2019"), S("Q1"), S(""), S("51.5%"), S("cut off: 113 are 51.598%")}, 8},
        {{S("2019"), S("Q2"), S(""), S("50.1%"), S("site")}, 9},
        {{S("2019"), S("N"), S(""), S("335"), S("site")}, 10},
        {{S("2019"), S("MEAN"), S(""), S("50.13%"), S("site")}, 11},
        {{S("2019"), S("V2"), S(""), S("50%"), S("site")}, 12},
        {{S("2019"), S("B"), S(""), S("50.1%"), S("no rate")}, 13},
    };
    static const char more[] =
        "[indicator N]\nvalue = 219\n[indicator Q1]\nunit = %\nvalue = 110 / 219\n"
        "[indicator Q2]\nunit = %\nvalue = 110 / N\n"
        "[indicator MEAN]\nunit = %\nvalue = mean(Q1, G50)\n"
        "[check C]\nkind = possible\ntitle = \"\"\n";
    struct world w;
    begin(&w, more);
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){figures, ROWS(figures), 0};
    struct verdict *v = run(&w);
    assert_int_equal(v[0].result, CHECK_FAIL);
    expect("possible", v[0].said,
           "published figures, line 3 (Q1 2019): 50.1% of 219: no such numerator; the nearest are "
           "109 (49.772%) and 110 (50.228%); "
           "published figures, line 8 (Q1 2019): 51.5% of 219: possible only when cut off; "
           "published figures, line 12 (V2 2019): no value to check");
    expect("possible", v[0].left, "50.1%");
    expect("possible", v[0].right, "219");
    /* without 335 the base is the computed one; revised, the line is right */
    static struct kept_row revised[] = {
        {{S("2019"), S("Q2"), S(""), S("50.2%"), S("typo"), S("Li"), S("2020-03-01")}, 2},
    };
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){figures + 7, 1, 0};
    assert_int_equal(run(&w)[0].result, CHECK_FAIL);
    w.refs.kept[REF_REVISIONS] = (struct kept_table){revised, ROWS(revised), 0};
    assert_int_equal(run(&w)[0].result, CHECK_PASS);
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){0};
    assert_int_equal(run(&w)[0].result, CHECK_NOT_APPLICABLE);
    end(&w);
}

/* A figure is held against its latest complete revision. */
static void test_revisions(void **state)
{
    (void)state;
    static struct kept_row figures[] = {
        {{S("2019"), S("S31"), S(""), S("32"), S("site")}, 2},
        {{S("2019"), S("S75"), S(""), S("75"), S("site")}, 3},
        {{S("2019"), S("S76"), S(""), S("70"), S("site")}, 4},
        {{S("2019"), S("S30"), S(""), S("3"), S("site")}, 5},
    };
    struct world w;
    begin(&w, "[check C]\nkind = published\ntitle = locked\n");
    assert_int_equal(w.conf.checks[0].severity, SEV_FATAL);
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){figures, ROWS(figures), 0};
    w.refs.kept[REF_REVISIONS] = (struct kept_table){revisions, ROWS(revisions), 0};
    struct verdict *v = run(&w);
    expect("revisions", v[0].detail,
           "locked: S75 2019: published 75, revised to 74, is now 75 (source: site); "
           "S76 2019: published 70, is now 76 (source: site); "
           "revisions, line 6: lacks the reason, person or date");
    struct err e = {0};
    assert_false(checks_judge(&w.conf, v, &e));
    assert_string_equal(e.code, "E-CHECK-01");
    assert_int_equal(e.status, ST_DATA);
    assert_non_null(strstr(e.text[LANG_EN], "S76 2019: published 70, is now 76 (source: site)"));
    end(&w);
}

static void test_waivers(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "[check W1]\nrule = S130 > S131\nseverity = fatal\n"
              "[check W2]\nrule = S130 > S131\n"
              "[check W3]\nrule = S130 > S131\n[check W4]\nrule = S130 < S131\n"
              "[check W5]\nkind = waivers\ntitle = \"\"\n");
    w.refs.kept[REF_WAIVERS] = (struct kept_table){waivers, ROWS(waivers), 0};
    struct verdict *v = run(&w);
    static const enum check_result results[] = {CHECK_WAIVED, CHECK_FAIL, CHECK_FAIL, CHECK_PASS,
                                                CHECK_FAIL};
    for (size_t i = 0; i < ROWS(results); i++)
        assert_int_equal(v[i].result, results[i]);
    expect("waived", v[0].detail, "W1: S130 > S131 [waived until 2019年12月31日: known (Li)]");
    expect("waivers", v[4].said,
           "waivers, line 3 (W2): expired on 2019-12-30; "
           "waivers, line 4 (W3): lacks the reason, the person or a valid expiry; "
           "waivers, line 5: no check W9");
    struct err e = {0};
    assert_true(checks_judge(&w.conf, v, &e));
    struct strbuf csv = {0};
    checks_csv(&w.conf, v, &csv);
    assert_non_null(strstr(strbuf_c(&csv), "\nW1,fatal,waived,130,131,W1: S130 > S131 [waived"));
    strbuf_release(&csv);
    end(&w);
}

/* A table that nobody keeps: nothing to check, and no pass. */
static void test_nothing_kept(void **state)
{
    (void)state;
    struct world w;
    begin(&w, "[check C]\nkind = published\n[check C2]\nkind = waivers\n");
    struct verdict *v = run(&w);
    assert_int_equal(v[0].result, CHECK_NOT_APPLICABLE);
    assert_int_equal(v[1].result, CHECK_NOT_APPLICABLE);
    end(&w);
}

/* A long list is cut, and says how long it is. */
static void test_bounded(void **state)
{
    (void)state;
    enum { MANY = 200 };
    static struct kept_row many[MANY];
    struct world w;
    begin(&w, "[check C]\nkind = published\n");
    for (size_t i = 0; i < MANY; i++)
        many[i] = (struct kept_row){{S("2019"), S("S75"), S(""), S("1"), S("site")}, i + 2};
    w.refs.kept[REF_PUBLISHED] = (struct kept_table){many, MANY, 0};
    struct verdict *v = run(&w);
    assert_true(v[0].detail.n < 1300);
    assert_true(str_ends(v[0].detail, STR("200 in all")));
    end(&w);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(check_kinds[0].name, "compare"); /* what a check is that does not say */
    for (size_t i = 0; i < check_kind_count; i++) {
        assert_ptr_equal(check_kind_find(str_c(check_kinds[i].name)), &check_kinds[i]);
        assert_true(check_kinds[i].run && check_kinds[i].plan && check_kinds[i].meaning[0]);
    }
    assert_null(check_kind_find(STR("nothing")));
}

/* What each mistake in a check is called. */
static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *check, *code;
    } mistakes[] = {
        {"kind = swings; figures = R", "E-CONF-50"},
        {"kind = swing", "E-CONF-17"},
        {"kind = swing; figures = R; limit = 3", "E-CONF-51"},
        {"kind = compare", "E-CONF-17"},
        {"kind = late; limit = x", "E-CONF-20"},
        {"kind = swing; figures = R; class a = 3", "E-CONF-20"},
        {"kind = swing; figures = Q", "E-PLAN-03"},
        {"kind = swing; figures = V; over = org", "E-PLAN-16"},
        {"kind = sum; figures = L; over = month", "E-PLAN-16"},
        {"kind = rows; from = G", "E-PLAN-01"},
        {"kind = rows; from = E; where = m > 1", "E-EXPR-03"},
        {"kind = rows; from = E; by_org = n", "E-PLAN-08"},
        {"kind = heaping; from = E; value = at", "E-PLAN-14"},
        {"kind = mode; from = E; value = org", "E-PLAN-14"},
        {"kind = duplicates; from = E; same = id, idd", "E-EXPR-03"},
        {"kind = overlap; from = E; same = id; start = n; end = end", "E-PLAN-08"},
        {"kind = roster; exports = E, G", "E-CONF-34"},
        {"kind = claims; from = E; value = org", "E-PLAN-17"},
        {"kind = claims; from = E; value = org; of = n; now = n", "E-PLAN-17"},
        {"kind = claims; from = E; value = at; of = n", "E-PLAN-08"},
        {"kind = claims; from = E; value = org; of = case", "E-PLAN-08"},
        {"kind = claims; from = E; of = n", "E-CONF-17"},
        {"kind = possible; from = E", "E-CONF-51"},
    };
    for (size_t i = 0; i < ROWS(mistakes); i++) {
        struct world w = {0};
        struct problems problems = {0};
        struct strbuf text = {0};
        scratch_make(&w.scratch);
        strbuf_add(&text, str_c(config));
        add_section(&text, "T", mistakes[i].check);
        const char *path = scratch_write(&w.scratch, "config.ini", strbuf_c(&text));
        conf_load(path, &w.conf, &problems);
        plan_build(&w.conf, NULL, &w.plan, &problems);
        if (problems.n == 0 || strcmp(problems.e[0].code, mistakes[i].code) != 0)
            fail_msg("%s: %s", mistakes[i].check, problems.n ? problems.e[0].code : "no mistake");
        problems_release(&problems);
        strbuf_release(&text);
        plan_release(&w.plan);
        conf_release(&w.conf);
        scratch_remove(&w.scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),        cmocka_unit_test(test_possible),
        cmocka_unit_test(test_revisions),    cmocka_unit_test(test_waivers),
        cmocka_unit_test(test_nothing_kept), cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
