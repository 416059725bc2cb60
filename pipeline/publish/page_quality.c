/*
 * How good the data is: where the rows went, what did not come, what was found, which checks
 * failed.
 */
#include <stdlib.h>

#include "pipeline/publish/page_parts.h"
#include "pipeline/publish/svg_flow.h"

static const struct str everybody = {"", 0};

/* --- the ledger --- */

static void add_to(struct ledger_row *sum, const struct ledger_row *r)
{
    sum->rows_read += r->rows_read;
    sum->kept += r->kept;
    sum->rejected += r->rejected;
    sum->duplicate += r->duplicate;
    sum->superseded += r->superseded;
    sum->total_rows += r->total_rows;
}

struct ledger_row page_sum(const struct page *p, struct str org)
{
    struct ledger_row sum = {0};
    for (size_t i = 0; i < p->in->ledger->n; i++)
        if (!org.n || str_eq(p->in->ledger->row[i].org, org))
            add_to(&sum, &p->in->ledger->row[i]);
    return sum;
}

/* What becomes of rows; these add up to what was read. */
static const struct {
    const char *word;
    size_t rows; /* of a struct ledger_row */
    bool main;
} fates[] = {
    {"I-PAGE-19", offsetof(struct ledger_row, kept), true},
    {"I-PAGE-20", offsetof(struct ledger_row, rejected), false},
    {"I-PAGE-21", offsetof(struct ledger_row, duplicate), false},
    {"I-PAGE-22", offsetof(struct ledger_row, superseded), false},
    {"I-PAGE-23", offsetof(struct ledger_row, total_rows), false},
};
enum { FATES = sizeof fates / sizeof fates[0] };

static int64_t fate_rows(const struct ledger_row *r, size_t fate)
{
    int64_t rows;
    memcpy(&rows, (const char *)r + fates[fate].rows, sizeof rows);
    return rows;
}

static void flow_figure(struct page *p)
{
    struct ledger_row sum = page_sum(p, everybody);
    struct flow_part part[FATES];
    const char *n[FATES];
    for (size_t i = 0; i < FATES; i++) {
        part[i] = (struct flow_part){page_words(p, fates[i].word, NULL), fate_rows(&sum, i),
                                     fates[i].main};
        n[i] = page_int(p, part[i].rows).p;
    }
    struct str balance = page_words(p, "I-PAGE-25", page_int(p, sum.rows_read).p, n[0], n[1], n[2],
                                    n[3], n[4], NULL);
    const struct flow f = {.id = STR("flow"),
                           .title = page_words(p, "I-PAGE-24", NULL),
                           .desc = balance,
                           .source = page_words(p, "I-PAGE-18", NULL),
                           .rows = sum.rows_read,
                           .part = part,
                           .n = FATES};
    HTML(p->out, "<figure>\n<h3>%</h3>\n", f.title);
    svg_flow(&f, &p->arena, p->out);
    HTML(p->out, "<figcaption>%</figcaption>\n</figure>\n", balance);
}

static void number_cell(struct page *p, int64_t v)
{
    struct str n = page_int(p, v);
    HTML(p->out, "<td class=\"n\" data-v=\"%\">%</td>", n, n);
}

static void ledger_cells(struct page *p, const struct ledger_row *sum)
{
    number_cell(p, sum->rows_read);
    for (size_t i = 0; i < FATES; i++)
        number_cell(p, fate_rows(sum, i));
}

/* clang-format off */
#define LEDGER_HEADINGS \
    { { "文件", "files" }, true }, { { "读入", "read" }, true }, { { "采用", "kept" }, true }, \
    { { "未采用", "rejected" }, true }, { { "重复", "duplicate" }, true }, \
    { { "已有较新", "superseded" }, true }, { { "合计行", "totals" }, true }
/* clang-format on */

static void export_table(struct page *p)
{
    static const struct page_heading h[] = {
        {{"报表", "export"}, false}, {{"名称", "title"}, false}, LEDGER_HEADINGS};
    HTML(p->out, "<h3>%</h3>\n", page_words(p, "I-PAGE-26", NULL));
    page_table_begin(p, page_words(p, "I-PAGE-26", NULL), "", h, sizeof h / sizeof h[0]);
    for (size_t x = 0; x < p->conf->n_exports; x++) {
        struct ledger_row sum = {0};
        int64_t files = 0;
        for (size_t i = 0; i < p->in->ledger->n; i++) {
            if (p->in->ledger->row[i].export != x)
                continue;
            add_to(&sum, &p->in->ledger->row[i]);
            files++;
        }
        HTML(p->out, "<tr><td class=\"id\">%</td><th scope=\"row\">%</th>", p->conf->exports[x].id,
             p->conf->exports[x].title);
        number_cell(p, files);
        ledger_cells(p, &sum);
        HTML_RAW(p->out, "</tr>\n");
    }
    page_table_end(p);
}

/* --- findings --- */

struct rule {
    struct str code;
    int64_t findings;
    size_t orgs;
};

struct rules {
    struct rule *rule; /* the most frequent first */
    size_t n;
};

static size_t find_rule(const struct rules *r, struct str code)
{
    size_t i = 0;
    while (i < r->n && !str_eq(r->rule[i].code, code))
        i++;
    return i;
}

static int by_weight(const void *a, const void *b)
{
    const struct rule *x = a, *y = b;
    if (x->findings != y->findings)
        return x->findings < y->findings ? 1 : -1;
    return str_cmp(x->code, y->code);
}

static int64_t findings_of(const struct slip *slip, struct str code)
{
    int64_t n = 0;
    for (size_t i = 0; i < slip->n; i++)
        if (str_eq(slip->line[i].code, code))
            n += (int64_t)slip->line[i].rows;
    return n;
}

static struct rules collect_rules(struct page *p)
{
    struct rules r = {.rule = ARENA_ARRAY(&p->arena, struct rule, msg_count)};
    for (size_t s = 0; s < p->in->slips->n; s++) {
        const struct slip *slip = &p->in->slips->slip[s];
        for (size_t i = 0; i < slip->n; i++) {
            size_t at = find_rule(&r, slip->line[i].code);
            if (at == msg_count)
                continue; /* a code that this build does not know */
            if (at == r.n)
                r.rule[r.n++].code = slip->line[i].code;
            r.rule[at].findings += (int64_t)slip->line[i].rows;
        }
        for (size_t i = 0; i < r.n; i++)
            r.rule[i].orgs += findings_of(slip, r.rule[i].code) > 0;
    }
    if (r.n)
        qsort(r.rule, r.n, sizeof *r.rule, by_weight);
    return r;
}

/* The words of a rule, with an ellipsis for what differs from finding to finding. */
static struct str rule_text(struct page *p, struct str code)
{
    for (size_t i = 0; i < msg_count; i++)
        if (str_eq(code, str_c(msg_table[i].code)))
            return page_words(p, msg_table[i].code, "…", "…", "…", "…", "…", "…", "…", "…", "…",
                              NULL);
    return STR("");
}

static void rule_table(struct page *p, const struct rules *r)
{
    static const struct page_heading h[] = {
        {{"代码", "code"}, false},
        {{"问题与改正办法", "what is wrong, and what to do"}, false},
        {{"处数", "findings"}, true},
        {{"部门数", "departments"}, true}};
    HTML(p->out, "<h3>%</h3>\n", page_words(p, "I-PAGE-28", NULL));
    page_table_begin(p, page_words(p, "I-PAGE-28", NULL), "", h, sizeof h / sizeof h[0]);
    for (size_t i = 0; i < r->n; i++) {
        HTML(p->out, "<tr><td class=\"id\">%</td><td class=\"text\">%</td>", r->rule[i].code,
             rule_text(p, r->rule[i].code));
        number_cell(p, r->rule[i].findings);
        number_cell(p, (int64_t)r->rule[i].orgs);
        HTML_RAW(p->out, "</tr>\n");
    }
    page_table_end(p);
}

/* Files of nobody known are named so. */
static void org_cell(struct page *p, struct str org)
{
    HTML(p->out, "<tr><th scope=\"row\" class=\"tight\" title=\"%\">%</th>", org,
         org.n ? page_org_name(p, org) : page_words(p, "I-SLIP-13", NULL));
}

static int64_t files_of(const struct page *p, struct str org)
{
    int64_t n = 0;
    for (size_t i = 0; i < p->in->ledger->n; i++)
        n += str_eq(p->in->ledger->row[i].org, org);
    return n;
}

static int64_t findings_in(const struct page *p, struct str org)
{
    for (size_t s = 0; s < p->in->slips->n; s++)
        if (str_eq(p->in->slips->slip[s].org, org))
            return (int64_t)p->in->slips->slip[s].findings;
    return 0;
}

static void org_line(struct page *p, struct str org)
{
    struct ledger_row sum = {0};
    for (size_t i = 0; i < p->in->ledger->n; i++)
        if (str_eq(p->in->ledger->row[i].org, org))
            add_to(&sum, &p->in->ledger->row[i]);
    org_cell(p, org);
    number_cell(p, files_of(p, org));
    ledger_cells(p, &sum);
    number_cell(p, findings_in(p, org));
    HTML_RAW(p->out, "</tr>\n");
}

/* Who sent a file or has a finding. */
static void org_table(struct page *p)
{
    static const struct page_heading h[] = {
        {{"部门", "department"}, false}, LEDGER_HEADINGS, {{"问题处数", "findings"}, true}};
    struct map seen = {0};
    HTML(p->out, "<h3>%</h3>\n", page_words(p, "I-PAGE-29", NULL));
    page_table_begin(p, page_words(p, "I-PAGE-29", NULL), "", h, sizeof h / sizeof h[0]);
    for (size_t i = 0; i < p->in->ledger->n; i++) {
        struct str org = p->in->ledger->row[i].org;
        if (map_put(&seen, org.n ? org : STR(""), i) == i)
            org_line(p, org);
    }
    for (size_t s = 0; s < p->in->slips->n; s++) {
        struct str org = p->in->slips->slip[s].org;
        if (map_put(&seen, org.n ? org : STR(""), SIZE_MAX - 1) == SIZE_MAX - 1)
            org_line(p, org);
    }
    page_table_end(p);
    map_release(&seen);
}

static void cross_table(struct page *p, const struct rules *r)
{
    struct page_heading *h = ARENA_ARRAY(&p->arena, struct page_heading, r->n + 1);
    h[0] = (struct page_heading){{"部门", "department"}, false};
    for (size_t i = 0; i < r->n; i++) {
        const char *code = page_z(p, r->rule[i].code);
        h[i + 1] = (struct page_heading){{code, code}, true};
    }
    HTML(p->out, "<h3>%</h3>\n", page_words(p, "I-PAGE-30", NULL));
    page_table_begin(p, page_words(p, "I-PAGE-30", NULL), "", h, r->n + 1);
    for (size_t s = 0; s < p->in->slips->n; s++) {
        const struct slip *slip = &p->in->slips->slip[s];
        org_cell(p, slip->org);
        for (size_t i = 0; i < r->n; i++) {
            int64_t n = findings_of(slip, r->rule[i].code);
            struct str text = page_int(p, n);
            HTML(p->out, "<td class=\"n\" data-v=\"%\">%</td>", text, n ? text : STR("·"));
        }
        HTML_RAW(p->out, "</tr>\n");
    }
    page_table_end(p);
}

/* --- what did not come --- */

static void missing_table(struct page *p)
{
    static const struct page_heading h[] = {
        {{"部门", "department"}, false}, {{"报表", "export"}, false}, {{"名称", "title"}, false}};
    HTML(p->out, "<div>\n<h3>%</h3>\n", page_words(p, "I-PAGE-31", NULL));
    if (p->missing.rows == 0)
        HTML(p->out, "<p>%</p>\n", page_words(p, "I-PAGE-27", NULL));
    else
        page_table_begin(p, page_words(p, "I-PAGE-31", NULL), "", h, sizeof h / sizeof h[0]);
    for (size_t r = 0; r < p->missing.rows; r++) {
        struct str id = p->missing.row[r][0], org = p->missing.row[r][p->missing.columns - 1];
        size_t x = conf_find_export(p->conf, id);
        HTML(p->out,
             "<tr><th scope=\"row\" title=\"%\">%</th><td class=\"id\">%</td><td>%</td></tr>\n",
             org, page_org_name(p, org), id, x == SIZE_MAX ? STR("") : p->conf->exports[x].title);
    }
    if (p->missing.rows)
        page_table_end(p);
    HTML_RAW(p->out, "</div>\n");
}

void page_quality(struct page *p)
{
    struct rules rules = collect_rules(p);
    HTML(p->out,
         "<section aria-labelledby=\"quality\">\n<h2 id=\"quality\">%</h2>\n"
         "<div class=\"charts\">\n",
         page_words(p, "I-PAGE-08", NULL));
    flow_figure(p);
    missing_table(p);
    HTML_RAW(p->out, "</div>\n");
    rule_table(p, &rules);
    org_table(p);
    if (rules.n) {
        HTML_RAW(p->out, "<div class=\"screen\">\n");
        cross_table(p, &rules);
        HTML_RAW(p->out, "</div>\n");
    }
    export_table(p);
    HTML_RAW(p->out, "</section>\n");
}

/* --- checks --- */

static struct str check_cell(const struct page *p, size_t row, const char *name)
{
    return csvtable_cell(&p->checks, row, name);
}

size_t page_check_count(const struct page *p, const char *result)
{
    size_t n = 0;
    for (size_t r = 0; r < p->checks.rows; r++)
        n += str_eq(check_cell(p, r, "result"), str_c(result));
    return n;
}

/* The words of checks.csv for people. */
static const struct {
    const char *word, *text[MSG_LANGS];
} check_words[] = {
    {"fatal", {"强制", "fatal"}},     {"warn", {"核实", "warn"}},
    {"note", {"提示", "note"}},       {"fail", {"不通过", "failed"}},
    {"waived", {"已豁免", "waived"}}, {"not-run", {"未核对", "not run"}},
};

static struct str check_word(const struct page *p, struct str word)
{
    for (size_t i = 0; i < sizeof check_words / sizeof check_words[0]; i++)
        if (str_eq(word, str_c(check_words[i].word)))
            return str_c(check_words[i].text[p->lang]);
    return word;
}

/* Those that have something to say. */
static bool is_shown(struct str result)
{
    return !str_eq(result, STR("pass")) && !str_eq(result, STR("not-applicable"));
}

static struct str check_title(const struct page *p, struct str id)
{
    for (size_t i = 0; i < p->conf->n_checks; i++)
        if (str_eq(p->conf->checks[i].id, id))
            return p->conf->checks[i].title;
    return STR("");
}

/* The detail without the title, or its beginning where it lists very many places. */
static struct str check_detail(struct page *p, struct str title, struct str s)
{
    enum { DETAIL_BYTES = 240 };
    if (title.n && str_starts(s, title))
        s = str_from(s, title.n + (str_starts(str_from(s, title.n), STR(": ")) ? 2 : 0));
    if (s.n <= DETAIL_BYTES)
        return s;
    size_t n = DETAIL_BYTES;
    while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return arena_printf(&p->arena, "%.*s …", (int)n, s.p);
}

void page_checks(struct page *p)
{
    static const struct page_heading h[] = {{{"核对", "check"}, false},
                                            {{"名称", "title"}, false},
                                            {{"级别", "severity"}, false},
                                            {{"结果", "result"}, false},
                                            {{"内容", "what was found"}, false}};
    size_t shown = 0;
    HTML(p->out, "<section aria-labelledby=\"checks\">\n<h2 id=\"checks\">%</h2>\n<p>%</p>\n",
         page_words(p, "I-PAGE-09", NULL),
         page_words(p, "I-PAGE-32", page_int(p, (int64_t)page_check_count(p, "pass")).p,
                    page_int(p, (int64_t)page_check_count(p, "fail")).p,
                    page_int(p, (int64_t)page_check_count(p, "waived")).p,
                    page_int(p, (int64_t)page_check_count(p, "not-run")).p,
                    page_int(p, (int64_t)page_check_count(p, "not-applicable")).p, NULL));
    for (size_t r = 0; r < p->checks.rows; r++) {
        struct str result = check_cell(p, r, "result");
        struct str id = check_cell(p, r, "check"), title = check_title(p, id);
        if (!is_shown(result))
            continue;
        if (!shown++)
            page_table_begin(p, page_words(p, "I-PAGE-09", NULL), "", h, sizeof h / sizeof h[0]);
        HTML(p->out,
             "<tr><td class=\"id\">%</td><th scope=\"row\" class=\"name\">%</th><td "
             "class=\"tight\">%</td><td class=\"tight\">%</td><td class=\"text\">%</td></tr>\n",
             id, title, check_word(p, check_cell(p, r, "severity")), check_word(p, result),
             check_detail(p, title, check_cell(p, r, "detail")));
    }
    if (shown)
        page_table_end(p);
    HTML_RAW(p->out, "</section>\n");
}
