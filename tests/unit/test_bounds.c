/* Bounds of figures given by hand, while organisations are absent; worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/bounds.h"
#include "tests/unit/small_conf.h"

#define RATE "rows(where status = 办结) / rows(where status != 作废)"

static const struct small_indicator indicators[] = {
    {.id = "COUNT", .from = "E", .value = "rows()"},
    {.id = "DIFFERENT", .from = "E", .value = "distinct(person) + COUNT"},
    {.id = "PEOPLE", .from = "E", .value = "sum(n)"},
    {.id = "MONEY", .from = "E", .value = "sum(fee)"},
    {.id = "LESS", .from = "E", .value = "sum(n - 1)"},
    {.id = "GAP", .value = "COUNT - PEOPLE"},
    {.id = "RATE", .unit = "%", .from = "E", .value = RATE},
    {.id = "SAME", .unit = "%", .value = "RATE"},
    {.id = "PARTS", .unit = "%", .value = "numerator(RATE) / COUNT"},
    {.id = "EACH", .from = "E", .value = "sum(n) / rows()"},
    {.id = "OVER", .unit = "%", .from = "E", .value = RATE},
    {.id = "BOTH", .from = "F", .value = "COUNT + rows()"},
    {.id = "OTHER", .from = "F", .value = "rows()"},
    {.id = "UNKNOWN", .from = "E", .value = "rows()"},
    {.id = "NOTHING", .unit = "%", .from = "E", .value = RATE},
};

/* A sends E and F, B sends E, C sends F. */
static struct submitter submitters[] = {{0, S("A")}, {0, S("B")}, {1, S("A")}, {1, S("C")}};

#define BEFORE(id, org_, value_, den)                                                              \
    {                                                                                              \
        .indicator = S(id), .year = 2018, .org = S(org_), .value = S(value_),                      \
        .denominator = S(den)                                                                      \
    }
static struct baseline_row baseline[] = {
    BEFORE("COUNT", "", "9", ""),
    BEFORE("COUNT", "A", "10", ""),
    BEFORE("COUNT", "B", "3", ""),
    BEFORE("DIFFERENT", "A", "7", ""),
    BEFORE("DIFFERENT", "B", "0", ""),
    BEFORE("PEOPLE", "A", "100", ""),
    BEFORE("PEOPLE", "B", "20", ""),
    BEFORE("MONEY", "A", "5", ""),
    BEFORE("MONEY", "B", "5", ""),
    BEFORE("LESS", "A", "5", ""),
    BEFORE("LESS", "B", "5", ""),
    BEFORE("GAP", "A", "5", ""),
    BEFORE("GAP", "B", "5", ""),
    BEFORE("RATE", "A", "90.0", "10"),
    BEFORE("RATE", "B", "50.0", "5"),
    BEFORE("SAME", "A", "90.0", "10"),
    BEFORE("SAME", "B", "50.0", "5"),
    BEFORE("PARTS", "A", "1", "4"),
    BEFORE("PARTS", "B", "1", "4"),
    BEFORE("EACH", "A", "1", "4"),
    BEFORE("EACH", "B", "1", "4"),
    BEFORE("OVER", "A", "1", "4"),
    BEFORE("OVER", "B", "1", "4"),
    BEFORE("BOTH", "A", "30", ""),
    BEFORE("BOTH", "B", "20", ""),
    BEFORE("BOTH", "C", "10", ""),
    BEFORE("OTHER", "A", "1", ""),
    BEFORE("OTHER", "C", "2", ""),
    BEFORE("UNKNOWN", "A", "2", ""),
    BEFORE("NOTHING", "A", "1", "4"),
    BEFORE("NOTHING", "B", "1", "4"),
    {.indicator = S("COUNT"), .year = 2017, .org = S("C"), .value = S("1000")},
};

/* By indicator: the figure; then what is said with A and B absent, with A absent, with C. */
static const struct {
    int64_t num, den;
    bool is_ratio;
    const char *ab[2], *a[2];
    size_t missing_ab, missing_a, missing_c;
} rows[] = {
    {50, 1, false, {"50", "63"}, {"50", "60"}, 2, 1, 0},
    {70, 1, false, {"70", "77"}, {"70", "77"}, 2, 1, 0},
    {400, 1, false, {"400", "520"}, {"400", "500"}, 2, 1, 0},
    {400, 1, false, {"", ""}, {"", ""}, 2, 1, 0},
    {400, 1, false, {"", ""}, {"", ""}, 2, 1, 0},
    {10, 1, false, {"", ""}, {"", ""}, 2, 1, 0},
    /* 45/65 and 60/65; 45/60 and 55/60 */
    {45, 50, true, {"69.230769", "92.307693"}, {"75.000000", "91.666667"}, 2, 1, 0},
    {45, 50, true, {"69.230769", "92.307693"}, {"75.000000", "91.666667"}, 2, 1, 0},
    /* 1/16 and 9/16; 1/12 and 5/12 */
    {1, 8, true, {"6.250000", "56.250000"}, {"8.333333", "41.666667"}, 2, 1, 0},
    {400, 50, true, {"", ""}, {"", ""}, 2, 1, 0},
    {60, 50, true, {"", ""}, {"", ""}, 2, 1, 0},
    {80, 1, false, {"80", "130"}, {"80", "110"}, 2, 1, 1},
    {8, 1, false, {"8", "9"}, {"8", "9"}, 1, 1, 1},
    {5, 1, false, {"", ""}, {"5", "7"}, 2, 1, 0},
    {0, 0, true, {"", ""}, {"", ""}, 2, 1, 0},
};

static const struct ledger no_files;

struct run {
    struct conf conf;
    struct refs refs;
    struct plan plan;
    struct figures figures;
    struct arena arena;
};

static struct figure_row *add(struct run *r)
{
    struct figures *f = &r->figures;
    X_GROW(f->row, f->n, f->cap);
    f->row[f->n] = (struct figure_row){.period = 2019, .f = {.present = true, .divide = 1}};
    return &f->row[f->n++];
}

static void begin(struct run *r, int64_t factor, enum lang language)
{
    struct problems problems = {0};
    *r = (struct run){.refs = {.year = 2019,
                               .submitter = submitters,
                               .n_submitters = ROWS(submitters),
                               .baseline = baseline,
                               .n_baseline = ROWS(baseline)}};
    small_conf(&r->conf, &(struct small_case){NULL, 0, indicators, ROWS(indicators), NULL, 0});
    r->conf.statistics.missing_factor = factor;
    r->conf.language = language;
    assert_true(plan_build(&r->conf, &r->refs, &r->plan, &problems));
    for (size_t i = 0; i < ROWS(indicators); i++) {
        bool ratio = rows[i].is_ratio;
        r->conf.indicators[i].style =
            (struct conf_style){.kind = style_kind_find(ratio ? STR("percent") : STR("integer")),
                                .decimals = ratio ? 1 : 0};
        struct figure_row *x = add(r);
        x->indicator = i;
        x->f.num = rows[i].num;
        x->f.den = rows[i].den;
        x->f.is_ratio = ratio;
        x->f.percent = ratio;
    }
    struct figure_row *part = add(r); /* an organisation's own count has no bounds */
    part->org = STR("B");
    part->f.num = 3;
    part->f.den = 1;
}

static void end(struct run *r)
{
    figures_release(&r->figures);
    plan_release(&r->plan);
    arena_release(&r->arena);
    arena_release(&r->conf.arena);
}

static struct bound *bounds_of(struct run *r, const bool *absent, const struct ledger *files)
{
    return bounds_make(&r->plan, &r->figures, bounds_shortfall(&r->plan, absent, files, &r->arena),
                       &r->arena);
}

static void expect(size_t row, struct str got, const char *expected)
{
    if (!str_eq(got, str_c(expected)))
        fail_msg("%s: \"%.*s\" is not \"%s\"", indicators[row].id, STR_ARG(got), expected);
}

static void test_rows(void **state)
{
    (void)state;
    static const bool ab[] = {true, true, true, false}, only_a[] = {true, false, true, false},
                      only_c[] = {false, false, false, true}, none[4] = {false};
    struct run r;
    begin(&r, 100, LANG_ZH);
    const struct bound *two = bounds_of(&r, ab, &no_files);
    const struct bound *one = bounds_of(&r, only_a, &no_files);
    const struct bound *c = bounds_of(&r, only_c, &no_files);
    const struct bound *all = bounds_of(&r, none, &no_files);
    for (size_t i = 0; i < ROWS(rows); i++) {
        expect(i, two[i].low, rows[i].ab[0]);
        expect(i, two[i].high, rows[i].ab[1]);
        expect(i, one[i].low, rows[i].a[0]);
        expect(i, one[i].high, rows[i].a[1]);
        assert_int_equal(two[i].missing, rows[i].missing_ab);
        assert_int_equal(one[i].missing, rows[i].missing_a);
        assert_int_equal(c[i].missing, rows[i].missing_c);
        assert_int_equal(all[i].missing + all[i].low.n + all[i].note.n, 0);
    }
    expect(6, two[6].note, "90.0%(69.2–92.4,2 部门缺报)");
    expect(0, one[0].note, "50(50–60,1 部门缺报)");
    assert_int_equal(two[ROWS(rows)].missing + two[ROWS(rows)].low.n, 0);
    end(&r);
}

/* With 150 %: 50 + 15 + 5 (4.5 rounded up) rows; 15 + 8 (7.5) more of the rate. */
static void test_factor(void **state)
{
    (void)state;
    static const bool ab[] = {true, true, true, false};
    struct run r;
    begin(&r, 150, LANG_EN);
    const struct bound *b = bounds_of(&r, ab, &no_files);
    expect(0, b[0].high, "70");
    expect(6, b[6].low, "61.643835");  /* 45/73 = 0.61643835.. */
    expect(6, b[6].high, "93.150685"); /* 68/73 = 0.931506849.. */
    expect(6, b[6].note, "90.0% (61.6–93.2, 2 departments missing)");
    end(&r);
}

/* B is not in the baseline for UNKNOWN: 5 + 2 of A + 3 + 1 rows that B's files of 2018 have. Files
 * of another year, organisation or export say nothing, nor is a total of people one of rows. */
static void test_last_year(void **state)
{
    (void)state;
    enum { Y18 = 17532 }; /* 2018-01-01 as a day */
    static const bool ab[] = {true, true, true, false};
    static struct ledger_row file[] = {
        {.org = S("B"), .export = 0, .cutoff = Y18, .kept = 3},
        {.org = S("B"), .export = 0, .cutoff = Y18 + 364, .kept = 1},
        {.org = S("B"), .export = 0, .cutoff = Y18 - 1, .kept = 1000},
        {.org = S("B"), .export = 0, .cutoff = Y18 + 365, .kept = 1000},
        {.org = S("C"), .export = 0, .cutoff = Y18, .kept = 1000},
        {.org = S("B"), .export = 1, .cutoff = Y18, .kept = 1000},
    };
    const struct ledger files = {file, ROWS(file)}, others = {file + 2, ROWS(file) - 2};
    enum { COUNT = 0, PEOPLE = 2, UNKNOWN = 13 };
    struct run r;
    begin(&r, 100, LANG_ZH);
    const struct bound *b = bounds_of(&r, ab, &files);
    expect(UNKNOWN, b[UNKNOWN].low, "5");
    expect(UNKNOWN, b[UNKNOWN].high, "11");
    expect(COUNT, b[COUNT].high, "63"); /* the baseline goes first */
    b = bounds_of(&r, ab, &others);
    expect(UNKNOWN, b[UNKNOWN].high, "");
    r.refs.n_baseline = 0;
    file[4].org = file[5].org = STR("A");
    file[5].export = 0;
    b = bounds_of(&r, ab, &files);
    expect(COUNT, b[COUNT].high, "2054");
    expect(PEOPLE, b[PEOPLE].high, "");
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_factor),
                                       cmocka_unit_test(test_last_year)};
    return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
