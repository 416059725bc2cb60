/* Reference tables, on files written here. Days are those of Python's datetime.date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/calc/refs.h"

enum { DAY_2018_12_31 = 17896, DAY_2019_01_01 = 17897, DAY_2019_12_31 = 18261 };

/* The tables as they are when nothing is wrong; a test replaces one of them. */
static const struct {
    const char *file, *text, *column[REF_COLUMNS];
} good[REF_N] = {
    [REF_PARAMETERS] = {"config.csv",
                        "key,value\nyear,2019\ndistrict,米东区\ncutoff,2019-11-30\nempty,\n",
                        {"key", "value"}},
    /* a column that nobody asked for, CR LF, and a BOM */
    [REF_CALENDAR] = {"calendar.csv",
                      "\xef\xbb\xbf"
                      "date,name,is_workday\r\n2018-12-30,Sunday,0\r\n2018-12-31,元旦,0\r\n"
                      "2019-01-01,元旦,0\r\n2019-01-02,,1\r\n2019-01-03,,1\r\n",
                      {"date", "is_workday"}},
    [REF_ORGANISATIONS] = {"org.csv",
                           "alias,code,from,to\n"
                           "农业局,A,,2019-03-14\n"
                           "农业局,B,2019-03-15,\n"
                           "城管局,C,2019-01-01,2019-06-30\n"
                           "城管局,C,2019-07-02,\n"
                           "工商局,C,,2018-12-31\n"
                           "双挂局,A,,\n"
                           "双挂局,B,2019-01-01,\n"
                           "\"Ｍarket, Office\",C,,\n",
                           {"alias", "code", "from", "to"}},
    [REF_CODE_MAP] = {"code.csv",
                      "source,export,column,raw,canonical\n"
                      "sysA,E1,状态(说明),1,办结\n"
                      "sysA,E1,状态,Ok Ⅳ,受理\n"
                      "sysA,E1,状态,1,办结\n"
                      "sysB,E1,状态,1,接件\n"
                      "*,E1,状态,1,退件\n",
                      {"source", "export", "column", "raw", "canonical"}},
    [REF_SUBMITTERS] = {"sub.csv", "org,export\nA,E1\nb,E2\nA,E2\n", {"export", "org"}},
    [REF_BASELINE] = {"base.csv",
                      "indicator,year,value,source\nX1,2018,69,report\nX2,2018,-1.50,\n",
                      {"indicator", "year", "value"}},
    /* out of order, a day as a spreadsheet shows it, no column for what stood there before */
    [REF_CORRECTIONS] = {"cor.csv",
                         "file,line,column,value,reason,person,date\n"
                         "2019/b.csv,12,状态,办结,r1,王,2020-01-05\n"
                         "2019/a.csv.gz,7,状态,,r2,王,2020-01-05\n"
                         "2019/b.csv,3,at,\"=1,2\",r3,李,2020/1/6\n"
                         "2019/b.csv,12,at,2019-01-01,r4,李,2020-01-05\n",
                         {"file", "line", "column", "value", "reason", "person", "date", "before"}},
    [REF_WAIVERS] = {"waivers.csv",
                     "check,reason,person,expiry\nC1,\"late, but known\",Li,2020-01-31\nC2,,,x\n",
                     {"check", "reason", "person", "expiry"}},
    [REF_PUBLISHED] = {"published.csv",
                       "source,period,id,org,value\nsite,2019,X1,,98.2%\n",
                       {"period", "id", "org", "value", "source"}},
    [REF_REVISIONS] = {"revisions.csv",
                       "period,id,org,value,reason,person,date\n",
                       {"period", "id", "org", "value", "reason", "person", "date"}},
};

struct world {
    char folder[64];
    struct conf_export export[2];
    struct conf conf;
};

static void write_table(const struct world *w, enum ref_id id, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", w->folder, good[id].file);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    snprintf(w->folder, sizeof w->folder, "/tmp/test_refs.XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    w->export[0].id = STR("E1");
    w->export[1].id = STR("E2");
    w->conf.exports = w->export;
    w->conf.n_exports = 2;
    w->conf.limits.reference_bytes = 1 << 20;
    w->conf.limits.record_bytes = 40;
    static const struct date_form *forms[1];
    forms[0] = date_form_find(STR("Y/M/D"));
    w->conf.reading.dates = forms;
    w->conf.reading.n_dates = 1;
    w->conf.path = STR("config.ini");
    for (enum ref_id id = 0; id < REF_N; id++) {
        w->conf.ref[id].file = str_c(good[id].file);
        for (size_t i = 0; i < REF_COLUMNS && good[id].column[i]; i++)
            w->conf.ref[id].column[i] = str_c(good[id].column[i]);
        write_table(w, id, good[id].text);
    }
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char path[128];
    for (enum ref_id id = 0; id < REF_N; id++) {
        snprintf(path, sizeof path, "%s/%s", w->folder, good[id].file);
        unlink(path);
    }
    rmdir(w->folder);
    free(w);
    return 0;
}

static void load(const struct world *w, int64_t year, struct refs *r)
{
    struct err e = {0};
    if (!refs_load(&w->conf, w->folder, year, r, &e))
        fail_msg("%s: %s %s", e.where, e.code, e.text[LANG_EN]);
}

static void check_str(struct str got, const char *expected)
{
    if (!str_eq(got, str_c(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(got), expected);
}

static void test_tables(void **state)
{
    struct refs r;
    load(*state, 0, &r);
    check_str(refs_parameter(&r, STR("district")), "米东区");
    check_str(refs_parameter(&r, STR("empty")), "");
    assert_null(refs_parameter(&r, STR("nothing")).p);

    assert_int_equal(r.calendar.n, 5);
    assert_int_equal(r.calendar.first, DAY_2018_12_31 - 1);
    static const uint32_t before[] = {0, 0, 0, 0, 1, 2};
    assert_memory_equal(r.calendar.before, before, sizeof before);
    assert_int_equal(r.calendar.workday[0], DAY_2019_01_01 + 1);
    assert_int_equal(r.calendar.workday[1], DAY_2019_01_01 + 2);
    assert_true(calendar_is_workday(&r.calendar, DAY_2019_01_01 + 1));
    assert_false(calendar_is_workday(&r.calendar, DAY_2019_01_01));

    assert_int_equal(r.n_submitters, 3);
    assert_int_equal(r.submitter[0].export, 0);
    check_str(r.submitter[0].org, "A");
    assert_int_equal(r.submitter[1].export, 1);
    check_str(r.submitter[1].org, "B");

    assert_int_equal(r.n_baseline, 2);
    check_str(r.baseline[0].indicator, "X1");
    assert_int_equal(r.baseline[0].year, 2018);
    check_str(r.baseline[1].value, "-1.50");
    refs_release(&r);
}

/* The baseline's further columns: there when the file has them, needed when they were named. */
static void test_baseline(void **state)
{
    struct world *w = *state;
    struct conf_ref *ref = &w->conf.ref[REF_BASELINE];
    struct refs r;
    struct err e = {0};
    for (size_t i = 0; i < ref_table[REF_BASELINE].n; i++)
        ref->column[i] = str_c(ref_table[REF_BASELINE].column[i]);
    write_table(w, REF_BASELINE,
                "indicator,year,value,reading,org,denominator\n"
                "X1,2018,69,old way,,\nX1,2018,30, , 甲 b ,44.5\n");
    load(w, 0, &r);
    assert_int_equal(r.n_baseline, 2);
    check_str(r.baseline[0].reading, "old way");
    check_str(r.baseline[1].org, "甲B");
    check_str(r.baseline[1].denominator, "44.5");
    assert_int_equal(r.baseline[1].numerator.n + r.baseline[1].reading.n, 0);
    assert_ptr_equal(refs_baseline(&r, STR("X1"), 2018, STR("")), &r.baseline[0]);
    assert_ptr_equal(refs_baseline(&r, STR("X1"), 2018, STR("甲B")), &r.baseline[1]);
    assert_null(refs_baseline(&r, STR("X1"), 2017, STR("")));
    assert_null(refs_baseline(&r, STR("X1"), 2018, STR("丙")));
    refs_release(&r);
    ref->named = true; /* now `numerator` must be there */
    assert_false(refs_load(&w->conf, w->folder, 0, &r, &e));
    assert_string_equal(e.code, "E-REF-02");
    refs_release(&r);
    ref->named = false;
    e = (struct err){0};
    write_table(w, REF_BASELINE, "indicator,year,value,denominator\nX1,2018,69,many\n");
    assert_false(refs_load(&w->conf, w->folder, 0, &r, &e));
    assert_string_equal(e.code, "E-REF-04");
    refs_release(&r);
}

static void test_organisations(void **state)
{
    static const struct {
        const char *name;
        int64_t day;
        enum org_result result;
        const char *code;
    } rows[] = {
        {"农业局", 17969, ORG_OK, "A"}, /* 2019-03-14, the last day of the old name */
        {"农业局", 17970, ORG_OK, "B"}, /* 2019-03-15 */
        {"农业局", 0, ORG_OK, "A"},     /* open at the beginning */
        {"农业局", 40000, ORG_OK, "B"}, /* open at the end */
        {"农 业\xe3\x80\x80局", 40000, ORG_OK, "B"},
        {"城管局", 17897, ORG_OK, "C"},
        {"城管局", 18078, ORG_GUESSED, "C"}, /* 2019-07-01, between two names of one office */
        {"工商局", 17897, ORG_GUESSED, "C"}, /* no longer valid, but of one code */
        {"双挂局", 17896, ORG_OK, "A"},
        {"双挂局", 17897, ORG_UNKNOWN, ""}, /* two valid rows with different codes */
        {"market,office", 0, ORG_OK, "C"},
        {"MARKET, Office", 0, ORG_OK, "C"},
        {"无此局", 0, ORG_UNKNOWN, ""},
        {"", 0, ORG_UNKNOWN, ""},
    };
    struct refs r;
    load(*state, 0, &r);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str code = STR("");
        enum org_result result = refs_org(&r, str_c(rows[i].name), rows[i].day, &code);
        if (result != rows[i].result)
            fail_msg("%s on day %d: result %d", rows[i].name, (int)rows[i].day, (int)result);
        if (result != ORG_UNKNOWN)
            check_str(code, rows[i].code);
    }
    char *longest = calloc(1, 2 * REFS_KEY_BYTES + 1);
    memset(longest, 'a', 2 * REFS_KEY_BYTES);
    struct str code;
    assert_int_equal(refs_org(&r, str_c(longest), 0, &code), ORG_UNKNOWN);
    free(longest);
    refs_release(&r);
}

/* The official name: valid on the day, the longest; the code's own row is no name. */
static void test_org_name(void **state)
{
    static const struct {
        const char *code;
        int64_t day;
        const char *name; /* NULL: none */
    } rows[] = {
        {"C", DAY_2019_01_01, "MARKET,OFFICE"},
        {"A", DAY_2019_01_01, "农业局"}, /* as long as 双挂局, and before it */
        {"A", 40000, "双挂局"},          /* the other one is no longer valid */
        {"B", 17000, "农业局"},          /* none is valid yet */
        {"D", DAY_2019_01_01, NULL},
    };
    struct refs r;
    load(*state, 0, &r);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str name = refs_org_name(&r, str_c(rows[i].code), rows[i].day);
        if (!rows[i].name)
            assert_null(name.p);
        else
            check_str(name, rows[i].name);
    }
    refs_release(&r);
}

static void test_codes(void **state)
{
    static const struct {
        const char *source, *export, *header, *raw, *canonical; /* NULL: no row */
    } rows[] = {
        {"sysA", "E1", "状态", "1", "办结"}, {"SYSA", "E1", "状态", "okⅳ", "受理"},
        {"sysB", "E1", "状态", "1", "接件"}, {"*", "E1", "状态", "1", "退件"},
        {"sysC", "E1", "状态", "1", NULL},   {"sysB", "E1", "状态", "OKⅣ", NULL},
        {"sysA", "E2", "状态", "1", NULL},   {"sysA", "E1", "状态(说明)", "1", NULL},
        {"sysAE1", "", "状态", "1", NULL},   {"sysA", "E1", "状态1", "", NULL},
    };
    struct refs r;
    load(*state, 0, &r);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str word;
        bool found = refs_code(&r, str_c(rows[i].source), str_c(rows[i].export),
                               str_c(rows[i].header), str_c(rows[i].raw), &word);
        if (found != (rows[i].canonical != NULL))
            fail_msg("%s %s %s", rows[i].source, rows[i].header, rows[i].raw);
        if (found)
            check_str(word, rows[i].canonical);
    }
    refs_release(&r);
}

static void test_period(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *table; /* NULL: none */
        int64_t argument, year;
        const char *cutoff, *shown_year;
    } rows[] = {
        {"key,value\nyear,2019\ncutoff,2019-11-30\n", 0, 2019, "2019-11-30", "2019"},
        {"key,value\nyear,2019\ncutoff,2019-11-30\n", 2019, 2019, "2019-11-30", "2019"},
        {"key,value\nyear,2019\ncutoff,2019-11-30\n", 2018, 2018, "2018-12-31", "2018"},
        {"key,value\nyear,2019\n", 0, 2019, "2019-12-31", "2019"},
        {"key,value\ndistrict,x\n", 2020, 2020, "2020-12-31", "2020"},
        /* [parameters] alone, and overridden by the table */
        {NULL, 0, 2017, "2017-06-30", "2017"},
        {"key,value\nyear,2019\ncutoff,\n", 0, 2019, "2019-12-31", "2019"},
    };
    struct str key[] = {STR("year"), STR("cutoff")}, value[] = {STR("2017"), STR("2017-06-30")};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool own = !rows[i].table || strstr(rows[i].table, "cutoff,\n");
        w->conf.parameters = (struct tnote_list){key, value, own ? 2 : 0};
        w->conf.ref[REF_PARAMETERS].file = rows[i].table ? STR("config.csv") : STR("");
        if (rows[i].table)
            write_table(w, REF_PARAMETERS, rows[i].table);
        struct refs r;
        load(w, rows[i].argument, &r);
        int64_t day;
        assert_true(date_parse_iso(str_c(rows[i].cutoff), &day));
        assert_true(r.cutoff == day);
        assert_int_equal(r.year, rows[i].year);
        if (r.year == 2019) {
            assert_int_equal(r.period_start, DAY_2019_01_01);
            assert_int_equal(r.period_end, DAY_2019_12_31);
        }
        check_str(refs_parameter(&r, STR("year")), rows[i].shown_year);
        check_str(refs_parameter(&r, STR("cutoff")), rows[i].cutoff);
        refs_release(&r);
    }
}

static void test_corrections(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *file;
        size_t line;
        const char *column, *value, *before, *reason, *person, *date;
        size_t place;
    } rows[] = {
        {"2019/a.csv.gz", 7, "状态", "", "", "r2", "王", "2020-01-05", 3},
        {"2019/b.csv", 3, "at", "=1,2", "", "r3", "李", "2020-01-06", 4},
        {"2019/b.csv", 12, "状态", "办结", "", "r1", "王", "2020-01-05", 2},
        {"2019/b.csv", 12, "at", "2019-01-01", "", "r4", "李", "2020-01-05", 5},
    };
    struct refs r;
    size_t n;
    load(w, 0, &r);
    assert_int_equal(r.n_corrections, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct correction *c = &r.correction[i];
        check_str(c->file, rows[i].file);
        assert_int_equal(c->line, rows[i].line);
        check_str(c->column, rows[i].column);
        check_str(c->value, rows[i].value);
        check_str(c->before, rows[i].before);
        check_str(c->reason, rows[i].reason);
        check_str(c->person, rows[i].person);
        check_str(c->date, rows[i].date);
        assert_int_equal(c->place, rows[i].place);
    }
    assert_ptr_equal(refs_corrections(&r, STR("2019/b.csv"), &n), r.correction + 1);
    assert_int_equal(n, 3);
    assert_ptr_equal(refs_corrections(&r, STR("2019/a.csv.gz"), &n), r.correction);
    assert_int_equal(n, 1);
    static const char *const none[] = {"", "2019/a.csv", "2019/b.cs", "2019/b.csv.gz", "z"};
    for (size_t i = 0; i < 5; i++) {
        refs_corrections(&r, str_c(none[i]), &n);
        assert_int_equal(n, 0);
    }
    refs_release(&r);
    write_table(w, REF_CORRECTIONS,
                "before,file,line,column,value,reason,person,date\n"
                "旧 值,f,2,c,v,r,p,2020-01-01\n");
    load(w, 0, &r);
    check_str(r.correction[0].before, "旧 值");
    assert_int_equal(strlen(r.sha256[REF_CORRECTIONS]), 64);
    /* results depend on the table; one that is not there is empty */
    char path[128];
    snprintf(path, sizeof path, "%s/%s", w->folder, good[REF_CORRECTIONS].file);
    unlink(path);
    struct refs without;
    load(w, 0, &without);
    assert_int_equal(without.n_corrections, 0);
    assert_string_equal(without.sha256[REF_CORRECTIONS], "");
    refs_corrections(&without, STR("f"), &n);
    assert_int_equal(n, 0);
    refs_release(&without);
    refs_release(&r);
    write_table(w, REF_CORRECTIONS, good[REF_CORRECTIONS].text);
}

#define COR "file,line,column,value,reason,person,date\n"

static const struct mistake {
    enum ref_id id;
    const char *text; /* NULL: the file is not there */
    const char *code;
    size_t line; /* 0: the whole file */
} mistakes[] = {
    {REF_PARAMETERS, NULL, "E-REF-01", 0},
    {REF_PARAMETERS, "", "E-REF-02", 1},
    {REF_PARAMETERS, "key;value\n", "E-REF-02", 1},
    {REF_PARAMETERS, "key,value\nyear,2019\nyear,2018\n", "E-REF-07", 3},
    {REF_PARAMETERS, "key,value\n,2019\n", "E-REF-06", 2},
    {REF_PARAMETERS, "key,value\ndistrict,x\n", "E-REF-10", 0},
    {REF_PARAMETERS, "key,value\nyear,二〇一九\n", "E-REF-10", 0},
    {REF_PARAMETERS, "key,value\nyear,0\n", "E-REF-10", 0},
    {REF_PARAMETERS, "key,value\nyear,10000\n", "E-REF-10", 0},
    {REF_PARAMETERS, "key,value\nyear,2019\ncutoff,2019/12/31\n", "E-REF-10", 0},
    {REF_PARAMETERS, "key,value\nyear,2019\ndistrict,\xc3\xd7\xb6\xab\n", "E-REF-09", 0}, /* GBK */
    {REF_CALENDAR, "date,workday\n2019-01-01,1\n", "E-REF-02", 1},
    {REF_CALENDAR, "date,is_workday\n2019-01-01,1\n2019-01-03,1\n", "E-REF-05", 3},
    {REF_CALENDAR, "date,is_workday\n2019-01-01,1\n2019-01-01,1\n", "E-REF-05", 3},
    {REF_CALENDAR, "date,is_workday\n2019-01-02,1\n2019-01-01,1\n", "E-REF-05", 3},
    {REF_CALENDAR, "date,is_workday\n2019-02-29,1\n", "E-REF-04", 2},
    {REF_CALENDAR, "date,is_workday\n2019/1/1,1\n", "E-REF-04", 2},
    {REF_CALENDAR, "date,is_workday\n2019-01-01,是\n", "E-REF-04", 2},
    {REF_CALENDAR, "date,is_workday\n2019-01-01,2\n", "E-REF-04", 2},
    {REF_CALENDAR, "date,is_workday\n\n2019-01-01,\n", "E-REF-06", 3},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A,,2019-13-01\n", "E-REF-04", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A,2019,\n", "E-REF-04", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A,2019-02-01,2019-01-31\n", "E-REF-04", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,,,\n", "E-REF-06", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A,,\nb,B,\n", "E-REF-03", 3},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A,,,\n", "E-REF-03", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\n\"a,A,,\n", "E-REF-03", 2},
    {REF_CODE_MAP, "source,export,column,raw,canonical\ns,E,c,1,x\ns,E,c,1,y\n", "E-REF-07", 3},
    {REF_CODE_MAP, "source,export,column,raw,canonical\ns,E,c,,y\n", "E-REF-06", 2},
    {REF_SUBMITTERS, "export,org\nE1,A\nE3,A\n", "E-REF-08", 3},
    {REF_SUBMITTERS, "export,org\nE1,../../A\n", "E-REF-04", 2},
    {REF_SUBMITTERS, "export,org\nE1,/A\n", "E-REF-04", 2},
    {REF_SUBMITTERS, "export,org\nE1,..\n", "E-REF-04", 2},
    {REF_SUBMITTERS, "export,org\nE1,_unknown\n", "E-REF-04", 2},
    {REF_SUBMITTERS, "export,org\nE1,A\x1b[31m\n", "E-REF-04", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,A/../../B,,\n", "E-REF-04", 2},
    {REF_ORGANISATIONS, "alias,code,from,to\na,.A,,\n", "E-REF-04", 2},
    {REF_BASELINE, "indicator,year,value\nX,二〇,1\n", "E-REF-04", 2},
    {REF_BASELINE, "indicator,year,value\nX,2018,about 70\n", "E-REF-04", 2},
    {REF_BASELINE, "indicator,year,value\nX,2018,1.\n", "E-REF-04", 2},
    {REF_BASELINE, "indicator,year,value\nX,2018,1.2.3\n", "E-REF-04", 2},
    {REF_CORRECTIONS, "", "E-REF-02", 1},
    {REF_CORRECTIONS, "file,line,column,value,reason,person\n", "E-REF-02", 1},
    {REF_CORRECTIONS, COR ",2,c,v,r,p,2020-01-01\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,,c,v,r,p,2020-01-01\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,2,,v,r,p,2020-01-01\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,,p,2020-01-01\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,r,,2020-01-01\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,r,p,\n", "E-REF-06", 2},
    {REF_CORRECTIONS, COR "f,0,c,v,r,p,2020-01-01\n", "E-REF-04", 2},
    {REF_CORRECTIONS, COR "f,2 行,c,v,r,p,2020-01-01\n", "E-REF-04", 2},
    {REF_CORRECTIONS, COR "f,-2,c,v,r,p,2020-01-01\n", "E-REF-04", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,r,p,昨天\n", "E-REF-04", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,r,p,2020-02-30\n", "E-REF-04", 2},
    {REF_CORRECTIONS, COR "f,2,c,v,r,p\n", "E-REF-03", 2},
    {REF_CORRECTIONS, COR "f,2,c,12345678901234567890123456789012345678901,r,p,2020-01-01\n",
     "E-REF-04", 2},
};

static void test_mistakes(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const struct mistake *m = &mistakes[i];
        char path[128], where[160];
        snprintf(path, sizeof path, "%s/%s", w->folder, good[m->id].file);
        if (m->text)
            write_table(w, m->id, m->text);
        else
            unlink(path);
        if (m->line)
            snprintf(where, sizeof where, "%s:%zu", path, m->line);
        else
            snprintf(where, sizeof where, "%s",
                     strcmp(m->code, "E-REF-10") == 0 ? good[m->id].file : path);
        struct refs r;
        struct err e = {0};
        if (refs_load(&w->conf, w->folder, 0, &r, &e))
            fail_msg("accepted: %s", m->text);
        if (strcmp(e.code, m->code) != 0 || strcmp(e.where, where) != 0)
            fail_msg("%s at %s instead of %s at %s: %s", e.code, e.where, m->code, where, m->text);
        assert_int_equal(e.status, ST_CONFIG);
        refs_release(&r);
        write_table(w, m->id, good[m->id].text);
    }
}

/* A table that is no file below the folder, or too large. */
static void test_refused(void **state)
{
    struct world *w = *state;
    struct refs r;
    struct err e = {0};
    char path[128], other[128];
    snprintf(path, sizeof path, "%s/%s", w->folder, good[REF_CALENDAR].file);
    snprintf(other, sizeof other, "%s.outside", w->folder);
    assert_int_equal(rename(path, other), 0);
    assert_int_equal(symlink(other, path), 0);
    assert_false(refs_load(&w->conf, w->folder, 0, &r, &e));
    assert_string_equal(e.code, "E-REF-11");
    refs_release(&r);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(refs_load(&w->conf, w->folder, 0, &r, &e));
    assert_string_equal(e.code, "E-FILE-08");
    refs_release(&r);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rename(other, path), 0);
    w->conf.limits.reference_bytes = 20;
    assert_false(refs_load(&w->conf, w->folder, 0, &r, &e));
    assert_string_equal(e.code, "E-REF-12");
    assert_int_equal(e.status, ST_CONFIG);
    refs_release(&r);
    w->conf.limits.reference_bytes = 1 << 20;
}

/* What results depend on: the same for the same tables and year, another for any change. */
/* What results depend on: the hash of each table, and none of one that is not there. */
static void test_sha256(void **state)
{
    struct world *w = *state;
    struct refs r, again;
    load(w, 0, &r);
    load(w, 2018, &again);
    for (enum ref_id id = 0; id < REF_N; id++)
        assert_string_equal(r.sha256[id], again.sha256[id]);
    refs_release(&again);
    /* sha256sum of the table that is written here */
    write_table(w, REF_BASELINE, "indicator,year,value,source\nX1,2018,70,report\n");
    load(w, 0, &again);
    assert_string_equal(again.sha256[REF_BASELINE],
                        "f0542a6f09c915ddd8913dafbfce9145fff29ff5106e3ec14514b2fd944140dd");
    for (enum ref_id id = 0; id < REF_N; id++)
        assert_true(id == REF_BASELINE || strcmp(r.sha256[id], again.sha256[id]) == 0);
    assert_string_not_equal(r.sha256[REF_BASELINE], again.sha256[REF_BASELINE]);
    refs_release(&again);
    refs_release(&r);
}

/* The clerk's tables are kept as they stand, in the order of the meanings; they need not be there.
 */
static void test_kept(void **state)
{
    struct world *w = *state;
    struct refs r;
    load(w, 0, &r);
    const struct kept_table *t = &r.kept[REF_WAIVERS];
    assert_int_equal(t->n, 2);
    check_str(t->row[0].cell[1], "late, but known");
    check_str(t->row[1].cell[1], "");
    check_str(t->row[1].cell[3], "x");
    assert_int_equal(t->row[1].line, 3);
    assert_int_equal(r.kept[REF_PUBLISHED].n, 1);
    check_str(r.kept[REF_PUBLISHED].row[0].cell[0], "2019");
    check_str(r.kept[REF_PUBLISHED].row[0].cell[3], "98.2%");
    check_str(r.kept[REF_PUBLISHED].row[0].cell[4], "site");
    assert_int_equal(r.kept[REF_REVISIONS].n, 0);
    struct refs without;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", w->folder, good[REF_PUBLISHED].file);
    assert_int_equal(unlink(path), 0);
    load(w, 0, &without);
    assert_int_equal(without.kept[REF_PUBLISHED].n, 0);
    assert_string_equal(without.sha256[REF_PUBLISHED], "");
    refs_release(&without);
    /* a column that it lacks is empty, and so is a table without a line */
    write_table(w, REF_REVISIONS, "id,reason\nX1,late\n");
    write_table(w, REF_PUBLISHED, "");
    load(w, 0, &without);
    assert_int_equal(without.kept[REF_REVISIONS].n, 1);
    check_str(without.kept[REF_REVISIONS].row[0].cell[1], "X1");
    check_str(without.kept[REF_REVISIONS].row[0].cell[3], "");
    check_str(without.kept[REF_REVISIONS].row[0].cell[4], "late");
    assert_int_equal(without.kept[REF_PUBLISHED].n, 0);
    refs_release(&without);
    refs_release(&r);
}

/* A table that is not configured is empty. */
static void test_nothing_configured(void **state)
{
    struct world *w = *state;
    memset(w->conf.ref, 0, sizeof w->conf.ref);
    struct refs r;
    struct str word;
    load(w, 2019, &r);
    assert_int_equal(r.calendar.n, 0);
    assert_int_equal(refs_org(&r, STR("农业局"), 0, &word), ORG_UNKNOWN);
    assert_false(refs_code(&r, STR("sysA"), STR("E1"), STR("状态"), STR("1"), &word));
    assert_int_equal(r.n_submitters + r.n_baseline, 0);
    refs_release(&r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tables),      TEST(test_baseline), TEST(test_organisations),
        TEST(test_org_name),    TEST(test_codes),    TEST(test_period),
        TEST(test_corrections), TEST(test_kept),     TEST(test_mistakes),
        TEST(test_sha256),      TEST(test_refused),  TEST(test_nothing_configured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
