/*
 * Partial results: two files, one of each block of small_rows.h, add up to the figures of all eight
 * rows; a file that is cut or says what makes no sense is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/calc/partial_parts.h"
#include "pipeline/calc/rollup.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_rows.h"

static const struct small_indicator indicators[] = {
    {.id = "C1",
     .from = "E",
     .value = "rows(where at in period)",
     .by_org = "org",
     .by_month = "at"},
    {.id = "P",
     .from = "E",
     .value = "distinct(person)",
     .by_org = "org",
     .by_month = "at",
     .cross = true},
    {.id = "W", .from = "E", .value = "distinct(status)"},
    {.id = "S", .from = "E", .value = "sum(fee)", .by_org = "org"},
    {.id = "M", .from = "E", .value = "median(n)", .by_org = "org"},
    {.id = "R", .unit = "%", .from = "E", .value = "rows(where status = 办结) / rows()"},
    {.id = "B", .from = "E", .value = "rows()", .by_org = "person"},
};

struct run {
    struct conf conf;
    struct refs refs;
    struct plan plan;
};

static void begin(struct run *r, bool personal)
{
    struct problems problems = {0};
    *r = (struct run){0};
    rollup_refs(&r->refs, 2019);
    small_cases[CASE_PERSON].personal = personal;
    small_conf(&r->conf, &(struct small_case){NULL, 0, indicators, ROWS(indicators), NULL, 0});
    assert_true(plan_build(&r->conf, &r->refs, &r->plan, &problems));
}

static void end(struct run *r)
{
    plan_release(&r->plan);
    refs_release(&r->refs);
    arena_release(&r->conf.arena);
    small_cases[CASE_PERSON].personal = false;
}

/* The file of one block, as text. */
static void write_one(struct run *r, size_t block, const struct secret *shared, struct strbuf *out)
{
    struct compute *c = compute_new(&r->plan, 1);
    struct partial p;
    partial_init(&p, &r->conf);
    partial_add_fact(&p, FACT_SENDER, STR(""), block ? STR("second") : STR("first"), STR(""));
    compute_block(c, 0, 0, &blocks[block]);
    compute_finish(c);
    out->n = 0;
    partial_write(&r->plan, c, &p, shared, out);
    partial_release(&p);
    compute_free(c);
}

static const char *name(void *context, size_t input)
{
    return ((const char **)context)[input];
}

/* Adds the files up; the figures, and the file of the sum. */
static bool add_up(struct run *r, const char **path, size_t n, struct figures *f,
                   struct strbuf *sum, struct err *e)
{
    static const enum delivery all[PERIODS * 2];
    struct compute *c = compute_new(&r->plan, 1);
    struct partial p;
    bool ok = true;
    partial_init(&p, &r->conf);
    for (size_t i = 0; ok && i < n; i++) {
        struct partial_file file;
        ok = partial_open(path[i], &file, e) && partial_load(&file, &r->plan, c, &p, e);
        partial_close(&file);
    }
    ok = ok && partial_settle(c, &p, name, path, e);
    if (ok && f)
        figures_make(&r->plan, c, all, f);
    if (ok && sum)
        partial_write(&r->plan, c, &p, NULL, sum);
    partial_release(&p);
    compute_free(c);
    return ok;
}

static void same_figures(const struct figures *a, const struct figures *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct figure_row *x = &a->row[i], *y = &b->row[i];
        assert_int_equal(x->indicator, y->indicator);
        assert_true(str_eq(x->org, y->org) && str_eq(x->month, y->month));
        assert_int_equal(x->f.num, y->f.num);
        assert_int_equal(x->f.den, y->f.den);
        assert_int_equal(x->f.scale, y->f.scale);
    }
}

static void figures_of_rows(struct run *r, struct figures *f)
{
    static const enum delivery all[PERIODS * 2];
    struct compute *c = compute_new(&r->plan, 1);
    compute_block(c, 0, 0, &blocks[0]);
    compute_block(c, 0, 0, &blocks[1]);
    compute_finish(c);
    figures_make(&r->plan, c, all, f);
    compute_free(c);
}

static void test_sum(void **state)
{
    (void)state;
    static const struct secret key = {{1, 2, 3}};
    const struct secret *const keys[] = {NULL, &key};
    struct scratch s;
    struct run r;
    struct err e;
    begin(&r, false);
    scratch_make(&s);
    for (size_t k = 0; k < ROWS(keys); k++) {
        struct strbuf text = {0}, ab = {0}, ba = {0};
        struct figures rows, sum;
        char one[256], two[256];
        write_one(&r, 0, keys[k], &text);
        memcpy(one, scratch_write(&s, "one", strbuf_c(&text)), sizeof one);
        write_one(&r, 1, keys[k], &text);
        memcpy(two, scratch_write(&s, "two", strbuf_c(&text)), sizeof two);
        const char *forth[] = {one, two}, *back[] = {two, one};
        figures_of_rows(&r, &rows);
        assert_true(add_up(&r, forth, 2, &sum, &ab, &e));
        assert_true(add_up(&r, back, 2, NULL, &ba, &e));
        same_figures(&rows, &sum);
        assert_true(str_eq(strbuf_str(&ab), strbuf_str(&ba)));
        const char *twice[] = {one, two, one};
        assert_false(add_up(&r, twice, 3, NULL, NULL, &e));
        assert_string_equal(e.code, "E-ROLL-06");
        assert_non_null(strstr(e.text[LANG_EN], "first is in"));
        figures_release(&rows);
        figures_release(&sum);
        strbuf_release(&text);
        strbuf_release(&ab);
        strbuf_release(&ba);
    }
    scratch_remove(&s);
    end(&r);
}

/* p1, p2 and p1, p2, p3, p4 in the two blocks: 4 persons, of which 2 and 4 are told. */
static void test_personal(void **state)
{
    (void)state;
    struct scratch s;
    struct run r;
    struct err e;
    struct strbuf text = {0};
    struct figures f;
    char one[256], two[256];
    begin(&r, true);
    scratch_make(&s);
    write_one(&r, 0, NULL, &text);
    memcpy(one, scratch_write(&s, "one", strbuf_c(&text)), sizeof one);
    assert_non_null(strstr(strbuf_c(&text), "\napart,P/1,,,,2,2\n"));
    assert_null(strstr(strbuf_c(&text), "hash,P/1"));
    assert_non_null(strstr(strbuf_c(&text), "hash,W/1,,,plain,"));
    assert_null(strstr(strbuf_c(&text), "p1")); /* no split by persons */
    assert_non_null(strstr(strbuf_c(&text), "\nnumber,B/0,,,,4,\n"));
    write_one(&r, 1, NULL, &text);
    memcpy(two, scratch_write(&s, "two", strbuf_c(&text)), sizeof two);
    const char *both[] = {one, two};
    text.n = 0;
    assert_true(add_up(&r, both, 2, &f, &text, &e));
    assert_non_null(strstr(strbuf_c(&text), "\napart,P/1,,,,6,4\n"));
    assert_non_null(strstr(strbuf_c(&text), "\napart,P/1,O1,,,3,2\n")); /* p2 p1, p1 */
    figures_release(&f);
    strbuf_release(&text);
    scratch_remove(&s);
    end(&r);
}

/* The text with a record more, whole as far as its own checksum says. */
static const char *sealed(struct scratch *s, const struct strbuf *text, const char *record)
{
    struct strbuf b = {0};
    char sum[SECRET_HEX];
    const char *last = strstr(text->p, "\nend,") + 1;
    strbuf_add(&b, (struct str){text->p, (size_t)(last - text->p)});
    strbuf_printf(&b, "%s\n", record);
    partial_checksum(strbuf_str(&b), sum);
    strbuf_printf(&b, "end,,,,,%.*s,1\n", SECRET_HEX, sum);
    const char *path = scratch_write(s, "sealed", strbuf_c(&b));
    strbuf_release(&b);
    return path;
}

static void test_records(void **state)
{
    (void)state;
#define H20 "0123456789abcdef0123"
    static const struct {
        const char *record;
        bool good;
    } rows[] = {
        {"number,C1/1,,,,5,", true},
        {"number,C1/1,O9,,,5,", true},
        {"number,C1/1,,12,,5,", true},
        {"number,P/0,O9,12,,5,", true},
        {"number,S/1,,,,-170141183460469231731687303715884105727,", true},
        {"hash,P/1,O9,01,plain," H20 H20 ",2", true},
        {"apart,P/1,O9,01,,7,4", true},
        {"value,M/1,O1,,,-3,2", true},
        {"short,C1,,,,,1", true},
        {"short,C1,,,,12,1", true},
        {"prior,C1,,,,12,2018", true},
        {"cutoff,,,,2019-12-31,,", true},
        {"", false},
        {"number", false},
        {"nonsense,C1/1,,,,5,", false},
        {"number,C1/1,,,,5", false},
        {"number,C1/1,,,,5,,", false},
        {"number,C1/9,,,,5,", false},
        {"number,X,,,,5,", false},
        {"number,C1/1,,,,,", false},
        {"number,C1/1,,,,5.0,", false},
        {"number,C1/1,,,,+5,", false},
        {"number,S/1,,,,170141183460469231731687303715884105728,", false},
        {"number,C1/1,,0,,5,", false},
        {"number,C1/1,,13,,5,", false},
        {"number,C1/1,,-1,,5,", false},
        {"number,C1/1,O1,01,,5,", false},
        {"number,W/1,O1,,,5,", false},
        {"number,P/1,,,,5,", false},
        {"number,M/1,,,,5,", false},
        {"value,C1/1,,,,1,1", false},
        {"value,M/1,,,,1,0", false},
        {"value,M/1,,,,1,-1", false},
        {"value,M/1,,,,1,9223372036854775807", false},
        {"value,M/1,,,,99999999999999999999,1", false},
        {"hash,C1/1,,,plain," H20 ",1", false},
        {"hash,P/1,,,plain,0123,1", false},
        {"hash,P/1,,,plain,0123456789ABCDEF0123,1", false},
        {"hash,P/1,,,," H20 ",1", false},
        {"hash,P/1,,,a:b," H20 ",1", false},
        {"apart,P/1,,,,3,4", false},
        {"apart,P/1,,,,0,0", false},
        {"apart,C1/1,,,,4,4", false},
        {"part,P/1,,,rows,x,", false},
        {"part,P/7,,,distinct,x,", false},
        {"short,C1,,,,-1,1", false},
        {"short,C1,,,,1,0", false},
        {"short,NO,,,,1,1", false},
        {"prior,C1,,,,12,2016", false},
        {"prior,C1,,,,x,2018", false},
        {"prior-parts,C1,,,2018,1,", false},
        {"definition,,,,,00,", false},
        {"end,,,,,00,1", false},
        {"number,\"C1/1,,,,5,", false},
    };
    struct scratch s;
    struct run r;
    struct strbuf text = {0};
    begin(&r, false);
    scratch_make(&s);
    write_one(&r, 0, NULL, &text);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct err e = {0};
        strbuf_c(&text);
        const char *path[] = {sealed(&s, &text, rows[i].record)};
        bool good = add_up(&r, path, 1, NULL, NULL, &e);
        if (good != rows[i].good || (!good && strcmp(e.code, "E-ROLL-03") != 0))
            fail_msg("%s: %s %s", rows[i].record, good ? "taken" : "refused", e.code);
    }
    strbuf_release(&text);
    scratch_remove(&s);
    end(&r);
}

/* Cut off at every byte it is never taken for a whole one; nor with a byte changed. */
static void test_cut(void **state)
{
    (void)state;
    struct scratch s;
    struct run r;
    struct strbuf text = {0};
    begin(&r, false);
    scratch_make(&s);
    write_one(&r, 0, NULL, &text);
    size_t whole = text.n;
    for (size_t n = 0; n < whole; n++) {
        struct strbuf part = {0};
        struct partial_file f;
        struct err e = {0};
        strbuf_add(&part, (struct str){text.p, n});
        bool ok = partial_open(scratch_write(&s, "cut", strbuf_c(&part)), &f, &e);
        assert_false(ok);
        partial_close(&f);
        part.n = 0;
        strbuf_add(&part, strbuf_str(&text));
        part.p[n] = (char)(part.p[n] ^ 1);
        ok = partial_open(scratch_write(&s, "cut", strbuf_c(&part)), &f, &e);
        partial_close(&f);
        strbuf_release(&part);
        /* The number of records behind the checksum is for people. */
        assert_true(!ok || n > whole - 8);
    }
    strbuf_release(&text);
    scratch_remove(&s);
    end(&r);
}

/* What is a total, so that last year's values may be added. */
static void test_prior(void **state)
{
    (void)state;
    static const struct {
        const char *id; /* of `indicators` */
        struct baseline_row a, b;
        const char *sum;
    } rows[] = {
        {"C1", {.value = S("12")}, {.value = S("30")}, "42"},
        {"S", {.value = S("1.50")}, {.value = S("0.5")}, "2"},
        {"S", {.value = S("1.25")}, {.value = S("0.5")}, "1.75"},
        {"C1", {.value = S("12")}, {.value = S("")}, ""},
        {"P", {.value = S("12")}, {.value = S("30")}, ""},
        {"M", {.value = S("12")}, {.value = S("30")}, ""},
        {"R", {.value = S("50")}, {.value = S("50")}, ""},
        {"R",
         {.value = S("50"), .numerator = S("1"), .denominator = S("2")},
         {.value = S("100"), .numerator = S("4"), .denominator = S("4")},
         "83.333333"},
        {"C1", {.value = S("1"), .reading = S("a")}, {.value = S("1"), .reading = S("b")}, ""},
    };
    struct run r;
    begin(&r, false);
    for (size_t i = 0; i < ROWS(rows); i++) {
        size_t at = conf_find_indicator(&r.conf, str_c(rows[i].id)) * PARTIAL_PRIORS;
        struct arena a = {0};
        struct baseline_row sum = {0};
        partial_add_prior(&r.plan, at, true, &rows[i].a, &a, &sum);
        partial_add_prior(&r.plan, at, false, &rows[i].b, &a, &sum);
        if (!str_eq(sum.value, str_c(rows[i].sum)))
            fail_msg("row %zu: %.*s", i, STR_ARG(sum.value));
        arena_release(&a);
    }
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum), cmocka_unit_test(test_personal), cmocka_unit_test(test_records),
        cmocka_unit_test(test_cut), cmocka_unit_test(test_prior),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
