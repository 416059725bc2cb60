/*
 * The configuration: expected values are those of docs/config.md and of hand counting.
 */
#include "pipeline/calc/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/conf_parse.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/style.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define assert_str(s, z) assert_str_at((s), (z), __LINE__)

static void assert_str_at(struct str s, const char *z, int line)
{
    if (!str_eq(s, str_c(z)))
        fail_msg("line %d: \"%.*s\", not \"%s\"", line, STR_ARG(s), z);
}

static char origin[4096]; /* where the tests were started; docs/ is there */

/* Every test runs in an empty folder of its own. */
static int folder_new(void **state)
{
    char *dir = x_malloc(64);
    snprintf(dir, 64, "/tmp/test_conf.XXXXXX");
    *state = dir;
    return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int folder_free(void **state)
{
    char command[96];
    snprintf(command, sizeof command, "rm -r '%s'", (char *)*state);
    int rc = system(command);
    free(*state);
    return rc || chdir(origin);
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* One line of the list of problems: place, code and a part of its English text, which ends the text
 * when it is "known: ...". */
struct expected {
    const char *where, *code, *part;
};

static bool says(const char *text, const char *part)
{
    const char *at = strstr(text, part);
    return at && (!strstr(part, "known: ") || strcmp(at, part) == 0);
}

static void assert_problems(struct problems *p, const struct expected *want, size_t n)
{
    problems_sort(p);
    for (size_t i = 0; i < p->n || i < n; i++) {
        const struct err *e = i < p->n ? &p->e[i] : NULL;
        const struct expected *w = i < n ? &want[i] : &(struct expected){"-", "-", ""};
        if (!e || strcmp(e->where, w->where) || strcmp(e->code, w->code) ||
            !says(e->text[LANG_EN], w->part))
            fail_msg("problem %zu: want %s: %s ...%s...; got %s: %s %s", i, w->where, w->code,
                     w->part, e ? e->where : "-", e ? e->code : "-", e ? e->text[LANG_EN] : "");
    }
}

/* Loads `text` as config.ini and expects no mistake. */
static void load(const char *text, struct conf *c)
{
    struct problems p = {0};
    put("config.ini", text);
    bool ok = conf_load("config.ini", c, &p);
    assert_problems(&p, NULL, 0);
    assert_true(ok);
    problems_release(&p);
}

static void words_are(const struct conf_words *w, const char *joined)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < w->n; i++)
        strbuf_printf(&b, "%s%.*s", i ? "|" : "", STR_ARG(w->word[i]));
    assert_string_equal(strbuf_c(&b), joined);
    strbuf_release(&b);
}

static void test_defaults(void **state)
{
    (void)state;
    struct conf c;
    load("", &c);
    const struct conf_reading *r = &c.reading;
    assert_int_equal(c.language, LANG_ZH);
    assert_str(c.raw, "data/raw");
    assert_str(c.out, "data/out");
    assert_str(c.key_file, "data/tongji.key");
    assert_int_equal(c.jobs, 0);
    assert_int_equal(c.gzip_level, 6);
    assert_false(c.half_even);
    assert_str(c.missing, "—");
    words_are(&c.ignore, ".part|.tmp|~");
    assert_int_equal(c.limits.file_bytes, 2000000000);
    assert_int_equal(c.limits.record_bytes, 16000000);
    assert_int_equal(c.limits.reject_bytes, 65536);
    assert_str(c.files.text, "{year}/{export}_{name}_{org}_{cutoff}[_r{version}].csv[.gz]");
    words_are(&r->delimiters, ",|;|\t");
    assert_int_equal(r->header_records, 30);
    words_are(&r->null_tokens, "/|-|--|—|——|无|暂无|空|NULL|#N/A|0000-00-00|1900-01-00|1753-01-01");
    words_are(&r->notes, "注:|注意:|填报人|填报单位|审核人|制表|联系电话|说明:|备注:");
    words_are(&r->totals, "合计|小计|总计");
    words_are(&r->hedge_before, "约|近|大约|超|超过|达");
    words_are(&r->hedge_anywhere, "余|多|左右|以上|几|若干|数十|数百|数千");
    words_are(&r->measures, "个工作日|工作日|人次|场次|分钟|人|次|件|册|份|张|块|场|条|天|个|名|户|"
                            "项|分|元|日");
    words_are(&(struct conf_words){r->multiplier, r->n_multiplier}, "千|万|亿");
    assert_int_equal(r->multiplier_value[0], 1000);
    assert_int_equal(r->multiplier_value[2], 100000000);
    words_are(&(struct conf_words){r->header_unit, r->n_header_unit}, "千元|万|亿");
    assert_int_equal(r->header_unit_value[0], 1000);
    assert_int_equal(r->header_unit_value[1], 10000);
    assert_int_equal(r->n_dates, 8);
    assert_string_equal(r->dates[3]->name, "Y年M月D日");
    assert_int_equal(r->earliest, 10957); /* 2000-01-01: date -d 2000-01-01 +%s / 86400 */
    assert_int_equal(r->latest_after_cutoff, 1);
    assert_str(c.canonical, "");
    assert_int_equal(c.n_enums, 1);
    assert_str(c.enums[0].name, "yesno");
    assert_int_equal(map_get(&c.enums[0].lookup, STR("√")), 0);
    assert_int_equal(map_get(&c.enums[0].lookup, STR("没有")), 1);
    assert_int_equal(c.n_types, kind_count);
    conf_release(&c);
}

static void test_reading(void **state)
{
    (void)state;
    struct conf c;
    load("[reading]\ndelimiters = tab |\nnull = n/a \"not known\" \"\"\"\"\n"
         "multiplier 万 = 20000\nmultiplier 百万 = 1000000\ndates = M/D/YYYY Y-M-D\n"
         "earliest = 2015-01-01\nmeasures = 日 工作日 个\n"
         "[tongji]\nlanguage = en\nrounding = half_even\nmissing = \"\"\n"
         "[parameters]\nyear = 2019\ncity = \"Boston, MA\"\n"
         "[reference calendar]\nfile = ref/c.csv\ncolumns = date, is_workday\n"
         "[reference baseline]\nfile = ref/b.csv\n",
         &c);
    words_are(&c.reading.delimiters, "\t||");
    words_are(&c.reading.null_tokens, "N/A|NOT KNOWN|\"");
    words_are(&(struct conf_words){c.reading.multiplier, c.reading.n_multiplier}, "百万|千|万|亿");
    assert_int_equal(c.reading.multiplier_value[0], 1000000);
    assert_int_equal(c.reading.multiplier_value[2], 20000);
    words_are(&c.reading.measures, "工作日|日|个");
    assert_int_equal(c.reading.n_dates, 2);
    assert_string_equal(c.reading.dates[0]->name, "M/D/YYYY");
    assert_int_equal(c.reading.earliest, 16436);
    assert_int_equal(c.language, LANG_EN);
    assert_true(c.half_even);
    assert_str(c.missing, "");
    assert_int_equal(c.parameters.n, 2);
    assert_str(c.parameters.value[1], "Boston, MA");
    assert_str(c.ref[REF_CALENDAR].file, "ref/c.csv");
    assert_str(c.ref[REF_CALENDAR].column[1], "is_workday");
    assert_str(c.ref[REF_BASELINE].column[2], "value");
    assert_int_equal(c.ref[REF_CODE_MAP].file.n, 0);
    conf_release(&c);
}

static const char example[] =
    "[export E01a]\n"
    "title = 政务服务办件\n"
    "column case_no   = 办件编号 | 业务编号 | \"受理:编号\" : code, key\n"
    "column org       = 受理部门 : org, required, day accept_at, or org_code\n"
    "column org_code  = 受理部门编码 : code\n"
    "column accept_at = 受理时间 | 受 理 日期 : datetime, required, in_range\n"
    "column finish_at = 办结时间 : datetime\n"
    "column status    = 办件状态* : enum 办件状态, required, mapped\n"
    "column limit     = 承诺时限(天) : count\n"
    "column unit      = 单位 : enum 单位\n"
    "column ext       = 延期天数 : count\n"
    "column extended  = 是否延期 : yesno\n"
    "column depth     = 深度 : level 深度, fill_down\n"
    "column doc       = 文号 : 文号, personal\n"
    "order = accept_at <= finish_at\n"
    "[export E01b]\n"
    "files = *.csv\n"
    "column case_no = 办件编号 : code, key\n"
    "column start = 开始 : date, key\n"
    "column end = 结束 : date\n"
    "[enum 办件状态]\n"
    "办结 = 已办结, 准 予, \"出证, 发证\"\n"
    "接件 =\n"
    "[enum 单位]\n工作日 = W\n月 =\n"
    "[levels 深度]\n0 = 9, 不可网办\n2 = 网上预审, 网上预审(ⅱ级)\nsplit = ^\n"
    "[type 文号]\nkind = text\nreplace 〔 = [ ( 【\nreplace 〕 = ] ) 】\nsuffix = 号\n"
    "strip_prefix = $city, $district\n"
    "[deadline due]\n"
    "start = accept_at\ntable = E01a\nsame_day = status = 接件\nlimit = limit unit\n"
    "unit 工作日 = 1 workday\nunit 月 = 22 workday\ndefault_unit = 月\nextend = ext\n"
    "extend_when = extended = 是\npauses = E01b\npause_on = case_no = case_no\n"
    "pause_span = start, end\npause_open = finish_at\n"
    "[event 活动]\ntable = E01a\nwhere = status = 办结\nsame = org, accept_at\nkeep = org = "
    "org_code\n"
    "largest = case_no\nmaximum = limit\n"
    "[set 受理件]\nfrom = E01a\nwhere = accept_at in period\n"
    "    and status not in (接件)\n"
    "[style pct1*]\nkind = percent\ndecimals = 1\nclamp = yes\n"
    "[style 亿]\nkind = scaled\nunit 万 = 10000\nunit 亿 = 100000000 from 50000000\ntrim = yes\n"
    "[style yu]\nkind = hedge_down\nsuffix = 余\n"
    "[style jin]\nkind = hedge_up\nstep = 10\nwithin = 3\nprefix = 近\nfallback = yu\n"
    "[indicator I105]\nname = 时限内办结率\nunit = %\nfrom = 受理件\n"
    "value = distinct(case_no where x)\n  / distinct(case_no)\nby_org = org\n"
    "print = pct1*, whole 全部, decimals 0, zero \"a, b\", unsigned\n"
    "[indicator I106]\nvalue = rows()\nperiod = last_year\ndivide = 100\n"
    "print = 亿, unit 亿 = 200000000, unit 千 = 1000, unit 万 = 20000\n"
    "[indicator I107]\nvalue = rows()\n"
    "[check T01]\nrule = I105 = I106\nseverity = fatal\n";

static void check_export(const struct conf *c)
{
    const struct conf_export *x = &c->exports[0];
    assert_int_equal(c->n_exports, 2);
    assert_str(x->title, "政务服务办件");
    assert_int_equal(x->n, 12);
    words_are(&x->column[0].header, "办件编号|业务编号|受理:编号");
    assert_str(x->column[0].title, "办件编号");
    assert_true(x->column[0].key && x->column[0].required); /* a key column is required */
    assert_int_equal(x->column[1].day, 3);
    assert_int_equal(x->column[1].fallback, 2);
    assert_int_equal(x->column[3].day, SIZE_MAX);
    assert_true(x->column[3].in_range && x->column[3].required);
    words_are(&x->column[3].header, "受理时间|受理日期");
    assert_str(x->column[5].e->name, "办件状态");
    assert_true(x->column[5].mapped);
    words_are(&x->column[6].header, "承诺时限");
    assert_str(x->column[6].title, "承诺时限(天)");
    assert_str(x->column[9].e->name, "yesno");
    assert_true(x->column[10].fill_down);
    assert_int_equal(conf_column_type(&x->column[3]), TCOL_DATETIME);
    assert_str(x->column[11].type->name, "文号");
    assert_true(x->column[11].personal);
    assert_int_equal(x->n_order, 1);
    assert_int_equal(x->order[0].first, 3);
    assert_int_equal(x->order[0].second, 4);
    assert_int_equal(x->n_key, 1);
    assert_int_equal(c->exports[1].n_key, 2);
    assert_str(c->exports[1].files.text, "*.csv");
    assert_str(c->exports[1].title, "E01b");
    assert_int_equal(c->exports[1].column[1].line, 19);
}

static void check_words(const struct conf *c)
{
    const struct conf_enum *e = &c->enums[0], *levels = &c->enums[2];
    assert_int_equal(e->n, 2);
    assert_null(e->level);
    assert_int_equal(map_get(&e->lookup, STR("准予")), 0);
    assert_int_equal(map_get(&e->lookup, STR("出证,发证")), 0);
    assert_int_equal(map_get(&e->lookup, STR("接件")), 1);
    /* in UTF-8, 办 is E5 8A 9E and 接 is E6 8E A5 */
    assert_int_equal(e->rank[0], 0);
    assert_int_equal(e->rank[1], 1);
    assert_int_equal(levels->level[0], 0);
    assert_int_equal(levels->level[1], 2);
    assert_int_equal(levels->split, '^');
    assert_int_equal(map_get(&levels->lookup, STR("网上预审(Ⅱ级)")), 1);
    assert_int_equal(map_get(&levels->lookup, STR("9")), 0);
    assert_int_equal(map_get(&levels->lookup, STR("2")), 1);
    const struct conf_type *t = &c->types[kind_count];
    assert_int_equal(t->n_replace, 6);
    assert_str(t->replace_from[1], "(");
    assert_str(t->replace_from[5], "】");
    assert_str(t->replace_to[5], "〕");
    assert_str(t->suffix, "号");
    words_are(&t->strip_prefix, "$city|$district");
}

static void check_merge(const struct conf *c)
{
    const struct conf_deadline *d = &c->deadlines[0];
    assert_int_equal(d->export, 0);
    assert_int_equal(d->start, 3);
    assert_int_equal(d->given, SIZE_MAX);
    assert_str(d->same_day.text, "status = 接件");
    assert_int_equal(d->n_limit, 1);
    assert_int_equal(d->limit[0].number, 6);
    assert_int_equal(d->limit[0].unit, 7);
    assert_int_equal(d->unit[1].factor, 22);
    assert_true(d->unit[1].workdays);
    assert_int_equal(d->default_unit, 1);
    assert_int_equal(d->extend, 8);
    assert_int_equal(d->pause_export, 1);
    assert_int_equal(d->pause_join, 0);
    assert_int_equal(d->pause_on, 0);
    assert_int_equal(d->pause_start, 1);
    assert_int_equal(d->pause_end, 2);
    assert_int_equal(d->pause_open, 4);
    const struct conf_event *e = &c->events[0];
    assert_int_equal(e->n_same, 2);
    assert_int_equal(e->same[1], 3);
    assert_int_equal(e->largest, 0);
    assert_int_equal(e->maximum, 6);
    assert_str(e->keep.text, "org = org_code");
}

static void check_figures(const struct conf *c)
{
    assert_str(c->sets[0].where.text, "accept_at in period and status not in (接件)");
    const struct conf_indicator *x = &c->indicators[0];
    assert_str(x->value.text, "distinct(case_no where x) / distinct(case_no)");
    assert_string_equal(x->value.file, "config.ini");
    assert_string_equal(x->style.kind->name, "percent");
    assert_int_equal(x->style.decimals, 0);
    assert_true(x->style.clamp && x->style.unsigned_ && !x->style.trim);
    assert_str(x->style.whole, "全部");
    assert_str(x->style.zero, "a, b");
    assert_str(x->by_org.text, "org");
    assert_int_equal(x->divide, 1);
    assert_int_equal(c->styles[0].decimals, 1); /* the change is the indicator's own */
    assert_int_equal(c->styles[0].whole.n, 0);
    const struct conf_style *s = &c->styles[1];
    assert_int_equal(s->n_unit, 2);
    assert_str(s->unit[0].name, "亿");
    assert_int_equal(s->unit[0].from, 50000000);
    assert_int_equal(s->unit[1].from, 10000);
    x = &c->indicators[1];
    assert_true(x->last_year);
    assert_int_equal(x->divide, 100);
    assert_int_equal(x->style.n_unit, 3);
    assert_str(x->style.unit[2].name, "千");
    assert_int_equal(x->style.unit[1].size, 20000);
    assert_int_equal(x->style.unit[0].size, 200000000);
    assert_str(s->unit[0].name, "亿"); /* the style itself is as it was */
    assert_int_equal(s->unit[0].size, 100000000);
    assert_int_equal(s->unit[1].size, 10000);
    assert_string_equal(c->indicators[2].style.kind->name, "integer");
    assert_str(c->indicators[2].name, "I107");
    assert_int_equal(c->styles[2].n_step, 4);
    assert_int_equal(c->styles[2].step[2].below, 10000);
    assert_int_equal(c->styles[2].step[2].step, 100);
    assert_int_equal(c->styles[2].step[3].below, INT64_MAX);
    assert_int_equal(c->styles[3].n_step, 1);
    assert_int_equal(c->styles[3].step[0].step, 10);
    assert_ptr_equal(c->styles[3].fallback, &c->styles[2]);
    assert_int_equal(c->checks[0].severity, SEV_FATAL);
    assert_str(c->checks[0].title, "T01");
}

static void test_example(void **state)
{
    (void)state;
    struct conf c;
    load(example, &c);
    check_export(&c);
    check_words(&c);
    check_merge(&c);
    check_figures(&c);
    assert_int_equal(conf_find_export(&c, STR("E01b")), 1);
    assert_int_equal(conf_find_export(&c, STR("E01")), SIZE_MAX);
    assert_int_equal(conf_find_indicator(&c, STR("I106")), 1);
    conf_release(&c);
}

/* A yesno of the configuration's own replaces the built-in one. */
static void test_yesno(void **state)
{
    (void)state;
    struct conf c;
    load("[enum yesno]\nyes = Y\nno = N\n[export A]\ncolumn a = A : yesno, key\n", &c);
    assert_int_equal(c.n_enums, 1);
    assert_str(c.exports[0].column[0].e->label[0], "yes");
    assert_int_equal(map_get(&c.enums[0].lookup, STR("是")), MAP_NONE);
    conf_release(&c);
}

/* Many mistakes over two files: all are named, each once, in order. */
static void test_many_mistakes(void **state)
{
    (void)state;
    put("config.ini", "[tongji]\n"
                      "titl = x\n"           /* 2: title */
                      "gzip_level = 10\n"    /* 3: 1 to 9 */
                      "language = cn\n"      /* 4 */
                      "include = more.ini\n" /* 5 */
                      "[reeding]\n"          /* 6: reading */
                      "[limits]\n"
                      "file_bytes = many\n" /* 8 */
                      "file_bytes = 1\n"    /* 9: twice */
                      "[enum]\n"            /* 10: no name */
                      "[limits x]\n"        /* 11: a name */
                      "[enum 状态]\n"
                      "办结 = 完, 好\n"
                      "接件 = 好\n"      /* 14: a spelling of two words */
                      "办结 = 已\n"      /* 15: twice */
                      "no equals sign\n" /* 16 */
                      "[export E2]\n"    /* 17: no column */
                      "titl = x\n"       /* 18 */
                      "[reading]\n"
                      "earliest = 2019-13-01\n" /* 20 */
                      "delimiters = , ab\n"     /* 21 */
                      "dates = Y-M-D Y-M-E\n"   /* 22 */
                      "null = \"open\n");       /* 23 */
    put("more.ini", "[export E1]\n"
                    "column a = 甲 : code, key\n"
                    "column b = 乙 | 甲 : dates\n"           /* 3: date; the header of a */
                    "column c = 丙 : enum 状太\n"            /* 4: 状态 */
                    "column a = 丁 : text\n"                 /* 5: twice */
                    "column d = 戊 : date, requird, day x\n" /* 6: required; no x */
                    "column e = 己\n"                        /* 7: no kind */
                    "column f(g) = 庚 : text\n"              /* 8: sign in a name */
                    "order = b <= dd, a <= b\n"              /* 9: d; a is no date */
                    "[export E3]\n"                          /* 10: no key */
                    "column a = 甲 : texts\n"                /* 11: text */
                    "[set E1]\n"                             /* 12: name taken */
                    "from = E1\n"
                    "[indicator I1]\n"       /* 14: no value */
                    "print = pct2, hole x\n" /* 15: pct1; whole */
                    "[style pct1]\n"
                    "kind = percents\n" /* 17: percent */
                    "[indicator I2]\n"
                    "value =\n"    /* 19: empty */
                    "[check I1]\n" /* 20: name taken */
                    "rule = I1 = I2\n"
                    "severity = bad\n" /* 22 */
                    "[deadline due]\n"
                    "table = E9\n" /* 24: E1, the first as near */
                    "start = x\n"  /* 25 */
                    "[event ev]\n" /* 26: no same */
                    "table = E1\n"
                    "largest = bb\n"         /* 28: b */
                    "[reference calender]\n" /* 29: calendar */
                    "file = x\n");
    static const struct expected want[] = {
        {"config.ini:2", "E-CONF-15", "\"titl\" in [tongji]. known: title"},
        {"config.ini:3", "E-CONF-20", "\"10\" is not a whole number from 1 to 9"},
        {"config.ini:4", "E-CONF-21", "\"cn\""},
        {"config.ini:6", "E-CONF-10", "[reeding]. known: reading"},
        {"config.ini:8", "E-CONF-20", "\"many\""},
        {"config.ini:9", "E-CONF-16", "first at config.ini:8"},
        {"config.ini:10", "E-CONF-11", "[enum]"},
        {"config.ini:11", "E-CONF-12", "\"x\""},
        {"config.ini:14", "E-CONF-42", "\"好\" is a spelling of both 办结 and 接件"},
        {"config.ini:15", "E-CONF-16", "first at config.ini:13"},
        {"config.ini:16", "E-CONF-02", "no equals sign"},
        {"config.ini:17", "E-CONF-17", "[export E2] lacks \"column ...\""},
        {"config.ini:18", "E-CONF-15", "in [export E2]. known: title"},
        {"config.ini:20", "E-CONF-22", "2019-13-01"},
        {"config.ini:21", "E-CONF-25", "\"ab\""},
        {"config.ini:22", "E-CONF-21", "known: Y-M-D"},
        {"config.ini:23", "E-CONF-23", "\"open"},
        {"more.ini:3", "E-CONF-32", "dates. known: date"},
        {"more.ini:3", "E-CONF-41", "\"甲\" belongs to both a and b"},
        {"more.ini:4", "E-CONF-31", "状太. known: 状态"},
        {"more.ini:5", "E-CONF-16", "first at more.ini:2"},
        {"more.ini:6", "E-CONF-35", "requird\". known: required"},
        {"more.ini:6", "E-CONF-30", "no column x in E1"},
        {"more.ini:7", "E-CONF-26", "己"},
        {"more.ini:8", "E-CONF-13", "f(g)"},
        {"more.ini:9", "E-CONF-30", "no column dd in E1. known: d"},
        {"more.ini:9", "E-CONF-43", "column a is of kind code; date"},
        {"more.ini:10", "E-CONF-40", "E3"},
        {"more.ini:11", "E-CONF-32", "texts. known: text"},
        {"more.ini:12", "E-CONF-14", "see more.ini:1"},
        {"more.ini:14", "E-CONF-17", "\"value\""},
        {"more.ini:15", "E-CONF-33", "pct2. known: pct1"},
        {"more.ini:15", "E-CONF-15", "\"hole\" in [style]. known: whole"},
        {"more.ini:17", "E-CONF-21", "known: percent"},
        {"more.ini:19", "E-CONF-28", "value"},
        {"more.ini:20", "E-CONF-14", "see more.ini:14"},
        {"more.ini:22", "E-CONF-21", "known: fatal, warn, note"},
        {"more.ini:24", "E-CONF-34", "E9. known: E1"},
        {"more.ini:25", "E-CONF-30", "no column x in E1"},
        {"more.ini:26", "E-CONF-17", "[event ev] lacks \"same\""},
        {"more.ini:28", "E-CONF-30", "bb in E1. known: b"},
        {"more.ini:29", "E-CONF-36", "calender. known: calendar"},
    };
    struct conf c;
    struct problems p = {0};
    assert_false(conf_load("config.ini", &c, &p));
    assert_problems(&p, want, COUNT(want));
    /* what could be understood is there */
    assert_int_equal(c.n_exports, 3);
    size_t e1 = conf_find_export(&c, STR("E1"));
    assert_int_equal(c.exports[e1].n, 6);
    assert_int_equal(conf_column_type(&c.exports[e1].column[1]), TCOL_DATE);
    assert_str(c.exports[e1].column[2].e->name, "状态");
    assert_int_equal(c.n_indicators, 2);
    assert_non_null(c.indicators[0].style.kind);
    problems_release(&p);
    conf_release(&c);
}

/* What is said of a file: the later section goes first, then the export. */
static void test_forms(void **state)
{
    (void)state;
    struct conf c;
    bool said;
    load("[file 2019/E*_[12].csv]\ndelimiter = tab\nencoding = GB18030\nheader = 3\n"
         "[file *_2.csv]\ndelimiter = \", \"\nragged = mend\n[file *_3.csv]\nragged = reject\n"
         "[export E]\nquote = single\nragged = pad\ncolumns = *\nkey = Case No, k\n"
         "column k = K : code\ncolumn n = N : count\n",
         &c);
    struct conf_form f = conf_form_of(&c, 0, STR("2019/E/sub_1.csv"), &said);
    assert_true(said);
    assert_str(f.delimiter, "\t");
    assert_int_equal(f.encoding, ENCODING_GB18030);
    assert_int_equal(f.header, 3);
    assert_int_equal(f.quote, QUOTE_SINGLE);
    assert_int_equal(f.ragged, RAGGED_PAD);
    f = conf_form_of(&c, 0, STR("2019/E_2.csv"), &said);
    assert_str(f.delimiter, ", ");
    assert_int_equal(f.encoding, ENCODING_GB18030);
    assert_int_equal(f.ragged, RAGGED_MEND);
    f = conf_form_of(&c, 0, STR("2019/E_3.csv"), &said);
    assert_false(said); /* not how it is written */
    assert_int_equal(f.delimiter.n, 0);
    assert_int_equal(f.ragged, RAGGED_REJECT);
    conf_form_of(&c, 0, STR("2018/E_1.csv"), &said);
    assert_false(said);
    /* The key: a column of its own, and a declared one. */
    const struct conf_export *x = &c.exports[0];
    assert_int_equal(x->n, 3);
    assert_int_equal(x->n_key, 2);
    assert_str(x->column[0].name, "k");
    assert_true(x->column[0].key && x->column[0].required && !x->column[1].key);
    assert_str(x->column[2].name, "Case No");
    assert_str(x->column[2].header.word[0], "CaseNo");
    assert_true(x->column[2].key && !x->column[2].found);
    assert_string_equal(x->column[2].type->kind->name, "verbatim");
    conf_release(&c);
}

/* Single mistakes behind what the big test has. `base` is put in front, its lines are not counted.
 */
static void test_mistakes(void **state)
{
    (void)state;
    static const char base[] = "[enum u]\nday = d\nweek = w\n"
                               "[export A]\ncolumn k = K : code, key\ncolumn d = D : date\n"
                               "column n = N : count\ncolumn u = U : enum u\n"
                               "column t = T : datetime\n";
    enum { BASE_LINES = 9 };
    /* clang-format off */
    static const struct { const char *text; int line; const char *code, *part; } rows[] = {
        { "[deadline x]\ntable = A\nstart = n", 3, "E-CONF-43", "n is of kind count; date, dat" },
        { "[deadline x]\nstart = d", 1, "E-CONF-17", "[deadline x] lacks \"table\"" },
        { "[deadline x]\ntable = A\nstart = d\nlimit = n\nunit day = 1 day", 1, "E-CONF-17",
          "default_unit" },
        { "[deadline x]\ntable = A\nstart = d\nlimit = n u\nunit day = 1 day", 1, "E-CONF-46",
          "\"unit week = ...\" for this word of u" },
        { "[deadline x]\ntable = A\nstart = d\nlimit = d\nunit q = 1 day\ndefault_unit = q", 4,
          "E-CONF-43", "d is of kind date; count" },
        { "[deadline x]\ntable = A\nstart = d\nunit day = 1 dy", 4, "E-CONF-21", "known: day" },
        { "[deadline x]\ntable = A\nstart = d\nunit day = 1 day\ndefault_unit = dai", 5,
          "E-CONF-37", "known: day" },
        { "[deadline x]\ntable = A\nstart = d\nextend = n", 1, "E-CONF-17", "extend_when" },
        { "[deadline x]\ntable = A\nstart = d\npauses = A\npause_span = d, d", 1, "E-CONF-17",
          "pause_on" },
        { "[deadline x]\ntable = A\nstart = d\npauses = A\npause_on = k\npause_span = d, d", 5,
          "E-CONF-26", "COLUMN = COLUMN" },
        { "[deadline x]\ntable = A\nstart = d\npauses = A\npause_on = k = k\npause_span = d", 6,
          "E-CONF-26", "FIRST, LAST" },
        { "[deadline x]\ntable = A\nstart = d\npauses = A\npause_on = k = k\npause_span = t, d", 6,
          "E-CONF-43", "t is of kind datetime; date" },
        { "[deadline d]\ntable = A\nstart = d", 1, "E-CONF-14", "d is taken: see config.ini:6" },
        { "[event x]\ntable = A\nsame = k,,d", 3, "E-CONF-24", "list of same" },
        { "[event x]\ntable = A\nsame = k\nmaximum = k", 4, "E-CONF-43", "k is of kind code" },
        { "[style s]\nkind = scaled", 1, "E-CONF-17", "unit ..." },
        { "[style s]\nkind = hedge_up", 1, "E-CONF-17", "\"step\"" },
        { "[style s]\ndecimals = 1", 1, "E-CONF-17", "\"kind\"" },
        { "[style s]\nkind = integer\ntrim = maybe", 3, "E-CONF-21", "yes, no" },
        { "[style s]\nkind = hedge_down\nsteps = 1 below 10", 3, "E-CONF-26", "1 below 10, 10" },
        { "[style s]\nkind = hedge_down\nsteps = 1 below 10, 5 below 9, 1", 3, "E-CONF-26", "9" },
        { "[style s]\nkind = hedge_down\nsteps = 1 over 10, 10", 3, "E-CONF-26", "over" },
        { "[style s]\nkind = hedge_down\nsteps = 0", 3, "E-CONF-20", "from 1 to" },
        { "[style s]\nkind = integer\nunit = 10", 3, "E-CONF-18", "unit X" },
        { "[style s]\nkind = scaled\nunit x = 10 form 5", 3, "E-CONF-26", "SIZE from VALUE" },
        { "[style s]\nkind = integer\nprefix x = 1", 3, "E-CONF-19", "\"x\"" },
        { "[style a]\nkind = hedge_up\nstep = 9\nfallback = b\n"
          "[style b]\nkind = hedge_up\nstep = 9\nfallback = a", 1, "E-CONF-44", "style a" },
        { "[type code]\nkind = text", 1, "E-CONF-14", "built-in" },
        { "[type x]\nkind = enum", 2, "E-CONF-32", "no kind of column enum" },
        { "[type x]\nkind = text\nwidth = 6", 1, "E-CONF-60", "type x is built on text" },
        { "[type x]\nkind = verbatim\ncheck = gb11643", 1, "E-CONF-60", "x is built on verbatim" },
        { "[type x]\nkind = code\ncheck = gb32100, gb1164", 3, "E-CONF-61", "known: gb11643" },
        { "[type x]\nkind = code\nwidth = -1", 3, "E-CONF-20", "width" },
        { "[type x]\nkind = text\nreplace a = bc", 3, "E-CONF-25", "\"bc\"" },
        { "[levels l]\nhigh = x", 2, "E-CONF-20", "\"high\"" },
        { "[levels l]\nsplit = ab", 2, "E-CONF-25", "\"ab\"" },
        { "[levels u]\n1 = x", 1, "E-CONF-14", "config.ini:1" },
        { "[enum u]\nx =", 1, "E-CONF-14", "config.ini:1" },
        { "[export A]\ncolumn k = K : code, key", 1, "E-CONF-14", "config.ini:4" },
        { "[event A]\ntable = A\nsame = k", 1, "E-CONF-14", "config.ini:4" },
        { "[export B]\ncolumn k = K : code, key 1", 2, "E-CONF-26", "key 1" },
        { "[export B]\ncolumn k = K : code, kye", 2, "E-CONF-35", "\"kye\"" },
        { "[export B]\ncolumn k = K : code, key, day", 2, "E-CONF-26", "day COLUMN" },
        { "[export B]\ncolumn k = K : code, key, in_range", 2, "E-CONF-43", "k is of kind code" },
        { "[export B]\ncolumn k = K : enum, key", 2, "E-CONF-31", "no enumeration . known: u, yesno" },
        { "[export B]\ncolumn k = K : level u, key", 2, "E-CONF-31", "no enumeration u" },
        { "[export B]\ncolumn k = K | : code, key", 2, "E-CONF-24", "column k" },
        { "[export B]\ncolumn k = \"K : code, key", 2, "E-CONF-23", "\"K" },
        { "[export B]\ncolumn = K : code, key", 2, "E-CONF-18", "column X" },
        { "[export B]\ncolumn src_line = K : code, key", 2, "E-CONF-14", "built-in" },
        { "[export B]\ncolumn k = K : code, key\norder = k < k", 3, "E-CONF-26", "A <= B" },
        { "[export B]\ncolumn k = K : org, key, day n\ncolumn n = N : count", 2, "E-CONF-43",
          "n is of kind count; date" },
        { "[export B]\ncolumn k = K : code, key, or t\ncolumn t = T : text", 2, "E-CONF-43",
          "k is of kind code; org" },
        { "[reference calendar]\nfile = x\ncolumns = a", 3, "E-CONF-45", "2 names of columns: day" },
        { "[reference corrections]\nfile = x\ncolumns = a, b, c, d, e, f", 3, "E-CONF-45", "7-8 names of columns: file" },
        { "[reference corrections]\nfile = x\ncolumns = a, b, c, d, e, f, g, h, i", 3, "E-CONF-45", "7-8 names of columns: file" },
        { "[reference baseline]\nfile = x\ncolumns = a, b", 3, "E-CONF-45",
          "3-7 names of columns: indicator, year, value, org" },
        { "[reference calendar]\ncolumns = a, b", 1, "E-CONF-17", "\"file\"" },
        { "[files]\npattern = {exprot}.csv", 2, "E-CONF-27", "{exprot}" },
        { "[set s]\nwhere = x", 1, "E-CONF-17", "\"from\"" },
        { "[indicator i]\nvalue = 1\nperiod = lastyear", 3, "E-CONF-21", "known: last_year" },
        { "[indicator i]\nvalue = 1\nprint = integer, decimals 12", 3, "E-CONF-20", "0 to 9" },
        { "[indicator i]\nvalue = 1\nreading a = 2", 3, "E-READ-01", "chosen = NAME" },
        { "[indicator i]\nvalue = 1\nchosen = a\nreading a = 2", 4, "E-READ-02", "has chosen" },
        { "[indicator i]\nvalue = 1\nchosen = a\nreading b = 2 | form E", 4, "E-READ-03", "from" },
        { "[indicator i]\nvalue = 1\nchosen = a\nreading b = 2 | where", 4, "E-READ-03", "known" },
        { "[indicator i]\nvalue = 1\nchosen = a\nreading b = | from E", 4, "E-CONF-28", "reading b" },
        { "[indicator i]\nvalue = 1\nchosen = a\nreading = 2", 4, "E-CONF-18", "reading" },
        { "[parameters]\na(b = 1", 2, "E-CONF-13", "a(b" },
        { "[]\nx = y", 1, "E-CONF-10", "[]" },
        { "[export X]\ncolumns = all", 2, "E-CONF-26", "columns = *" },
        { "[export X]\ncolumns = *\nragged = drop", 3, "E-CONF-21", "reject, pad, mend" },
        { "[export X]\ncolumn k = K : code\nkey = q", 3, "E-CONF-30", "q" },
        { "[export X]\ntitle = x", 1, "E-CONF-17", "[export X] lacks \"column ...\"" },
        { "[file a*]\nskip = -1", 2, "E-CONF-20", "skip" },
        { "[file a*]\nheader = 0", 2, "E-CONF-20", "header" },
        { "[file a*]\nencoding = latin", 2, "E-CONF-21", "UTF-8, GB18030, UTF-16LE, UTF-16BE" },
        { "[file a*]\ncolumn x = X : text", 2, "E-CONF-15", "column x" },
        { "[file a*]\n[file a*]", 2, "E-CONF-14", "a*" },
        { "[file]", 1, "E-CONF-11", "file" },
        { "[slurm]\noptions = --qos=n -p", 2, "E-SLURM-05", "-p" },
        { "[slurm]\noptions = --qos=n main", 2, "E-SLURM-05", "main" },
        { "[slurm]\noptions = --qos=n --", 2, "E-SLURM-05", "--" },
        { "[slurm]\ntasks = 0", 2, "E-CONF-20", "tasks" },
        { "[tongji]\nengine = pbs", 2, "E-CONF-21", "local, slurm" },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct strbuf text = {0};
        strbuf_add(&text, str_c(base));
        strbuf_add(&text, str_c(rows[i].text));
        put("config.ini", strbuf_c(&text));
        char where[32];
        snprintf(where, sizeof where, "config.ini:%d", BASE_LINES + rows[i].line);
        struct conf c;
        struct problems p = {0};
        assert_false(conf_load("config.ini", &c, &p));
        assert_problems(&p, &(struct expected){where, rows[i].code, rows[i].part}, 1);
        problems_release(&p);
        conf_release(&c);
        strbuf_release(&text);
    }
}

/* Without its file the configuration is the defaults; folders follow the path all the same. */
static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path, *raw;
    } rows[] = {
        {"none.ini", "data/raw"},
        {"./none.ini", "data/raw"},
        {"a/b/none.ini", "a/b/data/raw"},
        {"../none.ini", "../data/raw"},
        {"/etc//x/none.ini", "/etc/x/data/raw"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf c;
        struct problems p = {0};
        assert_false(conf_load(rows[i].path, &c, &p));
        assert_str(c.raw, rows[i].raw);
        assert_problems(&p, &(struct expected){rows[i].path, "E-CONF-01", ""}, 1);
        problems_release(&p);
        conf_release(&c);
    }
    struct conf c;
    load("[tongji]\nraw = ./in//x/./y/\nout = /abs/out\nkey_file = .\n", &c);
    assert_str(c.raw, "in/x/y");
    assert_str(c.out, "/abs/out");
    assert_str(c.key_file, ".");
    conf_release(&c);
    assert_int_equal(mkdir("sub", 0777), 0);
    put("sub/c.ini", "[tongji]\nraw = in\nout = /abs/out\n");
    struct problems p = {0};
    assert_true(conf_load("sub/c.ini", &c, &p));
    assert_str(c.raw, "sub/in");
    assert_str(c.out, "/abs/out");
    problems_release(&p);
    conf_release(&c);
}

static void test_canonical(void **state)
{
    (void)state;
    put("x.ini", "[set s]\nfrom = A\nwhere = a   =\n    \"b  c\"\n[tongji]\ntitle = t\n");
#define A_ "[export A]\ncolumn k = K : code, key\n"
#define B_ "[export B]\ncolumn k = K : code, key\n"
    /* clang-format off */
    static const struct { const char *a, *b; bool same; } rows[] = {
        { A_ "[tongji]\ninclude = x.ini\n",
          "[set s]\n# c\nwhere = a = \"b  c\"\nfrom =  A\n[tongji]\ntitle=t\n" A_, true },
        { "[tongji]\ntitle = t\ngzip_level = 6\n", "[tongji]\ntitle = t\n", true },
        { "[tongji]\nraw = a\nout = b\njobs = 3\n", "", false /* the empty section stays */ },
        { "[tongji]\nraw = a\nout = b\njobs = 3\n", "[tongji]\nraw = z\n", true },
        { "[tongji]\ngzip_level = 5\n", "[tongji]\n", false },
        { A_ "[set s]\nfrom = A\nwhere = k = \"b  c\"\n",
          A_ "[set s]\nfrom = A\nwhere = k = \"b c\"\n", false },
        { A_ "[set s]\nfrom = A\n[set r]\nfrom = A\n", A_ "[set r]\nfrom = A\n[set s]\nfrom = A\n",
          true },
        { A_ B_, B_ A_, false },
        { "[enum e]\na = 1\nb = 2\n", "[enum e]\nb = 2\na = 1\n", false },
        { "[indicator i]\nvalue = 1\nunit = %\n", "[indicator i]\nunit = %\nvalue = 1\n", true },
        { "[indicator i]\nvalue = 1\n", "[indicator i]\nvalue = 2\n", false },
        { "[slurm]\ntasks = 4\n", "", true }, /* a section that says nothing of what comes out */
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf a, b;
        load(rows[i].a, &a);
        load(rows[i].b, &b);
        if (str_eq(a.canonical, b.canonical) != rows[i].same)
            fail_msg("row %zu:\n%.*s---\n%.*s", i, STR_ARG(a.canonical), STR_ARG(b.canonical));
        conf_release(&a);
        conf_release(&b);
    }
}

/* What must be equal where results are added up. */
static void test_definition(void **state)
{
    (void)state;
#define I_ "[indicator i]\nfrom = A\nvalue = rows()\n"
    /* clang-format off */
    static const struct { const char *a, *b; bool same; } rows[] = {
        { A_ I_, I_ A_, true },
        { A_ B_ I_, B_ A_ I_, true },
        { A_ I_, "[tongji]\ntitle = t\nlanguage = en\nrounding = half_even\n" A_ I_, true },
        { A_ I_, A_ "title = a\nfiles = {export}.csv\n" I_, true },
        { A_ I_, A_ I_ "name = n\nname_en = m\nchapter = c\nnote = x\nprint = percent\n"
                       "words = w\nmeasures = m\ninterval = none\ntest = none\n", true },
        { A_ I_, A_ I_ "[check c]\nrule = i = 1\n[style s]\nkind = decimal\n", true },
        { A_ I_, "[limits]\nslip_lines = 5\n[files]\npattern = {export}.csv\n"
                 "[parameters]\nyear = 2019\nplace = p\n" A_ I_, true },
        { A_ I_, "[reference calendar]\nfile = c.csv\n[statistics]\nconfidence = 90\n" A_ I_, true },
        { A_ I_, "[reading]\nheader_records = 30\n" A_ I_, true },
        { A_ I_, "[reading]\nheader_records = 3\n" A_ I_, false },
        { A_ I_, A_ I_ "where = k = \"1\"\n", false },
        { A_ I_, A_ I_ "unit = x\n", false },
        { A_ I_, A_ I_ "by_org = k\n", false },
        { A_ I_, A_ I_ "period = last_year\n", false },
        { A_ I_, A_ I_ "chosen = c\nreading o = 1\n", false },
        { A_ I_, A_ "column l = L : text\n" I_, false },
        { A_ I_, A_ I_ "[set s]\nfrom = A\n", false },
        { A_ I_, A_ I_ "[enum e]\na = 1\n", false },
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct conf a, b;
        load(rows[i].a, &a);
        load(rows[i].b, &b);
        if (str_eq(a.definition, b.definition) != rows[i].same)
            fail_msg("row %zu:\n%.*s---\n%.*s", i, STR_ARG(a.definition), STR_ARG(b.definition));
        conf_release(&a);
        conf_release(&b);
    }
}

static void test_nearest(void **state)
{
    (void)state;
    static const struct str names[] = {{"title", 5}, {"language", 8}, {"状态", 6}, {"jobs", 4}};
    static const struct {
        const char *name, *near;
    } rows[] = {
        {"titel", "title"}, /* a swap is one change */
        {"itlet", ""},      /* two; a third of five is one */
        {"title", "title"},
        {"tittle", "title"},
        {"lenguaje", "language"},
        {"lenguajes", "language"},
        {"状太", "状态"},
        {"状", "状态"},
        {"job", "jobs"},
        {"x", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_str(conf_nearest(str_c(rows[i].name), names, COUNT(names)), rows[i].near);
}

/* [statistics], its defaults, and what an indicator says for itself. */
static void test_statistics(void **state)
{
    (void)state;
    put("none.ini", "[indicator A]\nvalue = 1\n");
    put("some.ini", "[statistics]\ninterval = none\noutliers = mad( 2.5 )\nconfidence = 99\n"
                    "[indicator A]\nvalue = 1\ninterval = clopper_pearson\ntest = none\n"
                    "[indicator B]\nvalue = 1\noutliers = none\n");
    put("bad.ini", "[statistics]\noutliers = hampel\n[indicator A]\nvalue = 1\n"
                   "outliers = mad(0)\n[indicator B]\nvalue = 1\noutliers = mad(3) x\n"
                   "[indicator C]\nvalue = 1\noutliers = mat(3)\ntest = exakt\n"
                   "[indicator D]\nvalue = 1\noutliers = hampel(100.1)\n");
    static const struct expected want[] = {
        {"bad.ini:2", "E-CONF-47", "outliers = hampel is not"},
        {"bad.ini:5", "E-CONF-47", "mad(0)"},
        {"bad.ini:8", "E-CONF-47", "mad(3) x"},
        {"bad.ini:11", "E-CONF-21", "known: mad"},
        {"bad.ini:12", "E-CONF-21", "known: exact"},
        {"bad.ini:15", "E-CONF-47", "hampel(100.1)"},
    };
    struct conf c;
    struct problems p = {0};
    assert_true(conf_load("none.ini", &c, &p));
    struct conf_methods m = conf_methods(&c, &c.indicators[0]);
    assert_true(m.interval == INTERVAL_WILSON && m.test == TEST_EXACT);
    assert_true(m.outliers == OUTLIERS_HAMPEL && m.outlier_times == 3);
    assert_int_equal(c.statistics.confidence, 95);
    assert_int_equal(c.statistics.significance, 5);
    assert_int_equal(c.statistics.small_count, 10);
    assert_int_equal(c.statistics.small_base, 30);
    conf_release(&c);
    assert_true(conf_load("some.ini", &c, &p));
    m = conf_methods(&c, &c.indicators[0]);
    assert_true(m.interval == INTERVAL_CLOPPER_PEARSON && m.test == TEST_NONE);
    assert_true(m.outliers == OUTLIERS_MAD && m.outlier_times == 2.5);
    m = conf_methods(&c, &c.indicators[1]);
    assert_true(m.interval == INTERVAL_NONE && m.test == TEST_EXACT);
    assert_true(m.outliers == OUTLIERS_NONE);
    assert_int_equal(c.statistics.confidence, 99);
    conf_release(&c);
    assert_false(conf_load("bad.ini", &c, &p));
    assert_problems(&p, want, COUNT(want));
    conf_release(&c);
    problems_release(&p);
}

/* Every kind of section and every key stands in the documentation. */
static void test_documented(void **state)
{
    (void)state;
    char path[4200];
    snprintf(path, sizeof path, "%s/docs/config.md", origin);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    struct strbuf text = {0};
    text.n = fread(strbuf_room(&text, 200000), 1, 200000, f);
    fclose(f);
    for (size_t i = 0; i < conf_kind_count; i++) {
        const struct conf_kind *k = conf_kinds[i];
        char heading[64];
        snprintf(heading, sizeof heading, "[%s", k->name);
        if (str_find_str(strbuf_str(&text), str_c(heading)) == text.n)
            fail_msg("docs/config.md does not have %s", heading);
        for (size_t s = 0; s < k->n; s++)
            if (k->setting[s].key &&
                str_find_str(strbuf_str(&text), str_c(k->setting[s].key)) == text.n)
                fail_msg("docs/config.md does not have [%s] %s", k->name, k->setting[s].key);
    }
    strbuf_release(&text);
}

int main(void)
{
    if (!getcwd(origin, sizeof origin))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_reading, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_example, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_yesno, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_many_mistakes, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_mistakes, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_forms, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_paths, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_canonical, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_definition, folder_new, folder_free),
        cmocka_unit_test_setup_teardown(test_statistics, folder_new, folder_free),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
