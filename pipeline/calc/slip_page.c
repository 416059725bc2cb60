#include "pipeline/calc/slip_page.h"

#include <stdarg.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"

enum { PAGE_LINES = 40 };

/* Excel and older editors take a file for UTF-8 only when it begins so. */
static const struct str bom = {"\xef\xbb\xbf", 3};

/* What both forms are made from. */
struct page {
    const struct slips *s;
    const struct slip *slip;
    enum lang lang;
    struct arena arena;
    bool *touched; /* [indicators], scratch */
};

static struct str words(struct page *p, const char *code, ...) __attribute__((sentinel));

/* The message with its arguments (texts, ended by NULL), in the arena. */
static struct str words(struct page *p, const char *code, ...)
{
    va_list ap;
    va_start(ap, code);
    struct str said = msg_words(&p->arena, p->lang, code, ap);
    va_end(ap);
    return said;
}

static const char *number(struct page *p, int64_t v)
{
    return arena_printf(&p->arena, "%lld", (long long)v).p;
}

/* Findings are read from files: a code that this build does not know has no words. */
static const struct msg *message(struct str code)
{
    for (size_t i = 0; i < msg_count; i++)
        if (str_eq(code, str_c(msg_table[i].code)))
            return &msg_table[i];
    return NULL;
}

static struct str own_fix(struct page *p, const struct slip_line *l)
{
    const struct msg *m = message(l->code);
    return m ? str_c(m->fix[p->lang]) : STR("");
}

static struct str what_to_do(struct page *p, const struct slip_line *l)
{
    const char *advice = slip_advice(l);
    return advice ? words(p, advice, NULL) : own_fix(p, l);
}

/* What is wrong: the words of the code; of a message with arguments the note, whose end is what to
 * do. */
static struct str problem(struct page *p, const struct slip_line *l)
{
    const struct msg *m = message(l->code);
    if (m && !strchr(m->text[p->lang], '%'))
        return str_c(m->text[p->lang]);
    struct str note = l->note, fix = own_fix(p, l);
    if (fix.n && str_ends(note, fix)) {
        note.n -= fix.n;
        struct str stop = p->lang == LANG_ZH ? STR("。") : STR(". ");
        note.n -= str_ends(note, stop) ? stop.n : 0;
    }
    return note;
}

static struct str value(struct page *p, const struct slip_line *l)
{
    return l->rest ? words(p, "I-SLIP-11", NULL) : l->value;
}

/* "12 40 77 ...": the first places. */
static struct str places(struct page *p, const struct slip_line *l)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < l->n_places; i++) {
        const char *line = number(p, l->place[i].line);
        if (i)
            strbuf_addc(&b, ' ');
        if (l->place[i].other)
            strbuf_add(&b, words(p, "I-SLIP-18", line, number(p, l->place[i].other), NULL));
        else
            strbuf_add(&b, str_c(line));
    }
    if (l->n_places && l->rows > l->n_places)
        strbuf_add(&b, STR(" ..."));
    struct str s = arena_str(&p->arena, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

static void forget(struct page *p)
{
    for (size_t i = 0; i < p->s->effect->figures; i++)
        p->touched[i] = false;
}

/* --- the CSV file --- */

typedef struct str make_cell(struct page *p, const struct slip_line *l);

static struct str cell_code(struct page *p, const struct slip_line *l)
{
    (void)p;
    return l->code;
}

static struct str cell_export(struct page *p, const struct slip_line *l)
{
    return l->export == SIZE_MAX ? STR("") : p->s->conf->exports[l->export].id;
}

static struct str cell_title(struct page *p, const struct slip_line *l)
{
    return l->export == SIZE_MAX ? STR("") : p->s->conf->exports[l->export].title;
}

static struct str cell_file(struct page *p, const struct slip_line *l)
{
    (void)p;
    return l->file;
}

static struct str cell_column(struct page *p, const struct slip_line *l)
{
    (void)p;
    return l->column;
}

static struct str cell_rows(struct page *p, const struct slip_line *l)
{
    return str_c(number(p, (int64_t)l->rows));
}

static struct str cell_fix(struct page *p, const struct slip_line *l)
{
    return what_to_do(p, l);
}

static struct str cell_figures(struct page *p, const struct slip_line *l)
{
    return str_c(number(p, (int64_t)l->figures));
}

static struct str cell_which(struct page *p, const struct slip_line *l)
{
    struct strbuf b = {0};
    forget(p);
    slip_touch(p->s->effect, l, p->touched);
    for (size_t i = 0; i < p->s->effect->figures; i++)
        if (p->touched[i]) {
            if (b.n)
                strbuf_addc(&b, ' ');
            strbuf_add(&b, p->s->conf->indicators[i].id);
        }
    struct str s = arena_str(&p->arena, strbuf_str(&b));
    strbuf_release(&b);
    return s;
}

/* One row per column of the CSV; columns may be added at the end. */
static const struct {
    const char *heading[MSG_LANGS];
    make_cell *make;
    bool is_number;
} columns[] = {
    [SLIP_CODE] = {{"编号", "code"}, cell_code, false},
    [SLIP_EXPORT] = {{"报表", "export"}, cell_export, false},
    {{"报表名称", "title"}, cell_title, false},
    {{"文件", "file"}, cell_file, false},
    {{"行", "line"}, places, false},
    [SLIP_COLUMN] = {{"列", "column"}, cell_column, false},
    [SLIP_VALUE] = {{"原值", "value"}, value, false},
    [SLIP_ROWS] = {{"处数", "times"}, cell_rows, true},
    {{"问题", "problem"}, problem, false},
    {{"改正办法", "what to do"}, cell_fix, false},
    {{"影响指标数", "figures touched"}, cell_figures, true},
    {{"影响指标", "figures"}, cell_which, false},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static struct page begin(const struct slips *s, const struct slip *slip)
{
    struct page p = {.s = s, .slip = slip, .lang = s->conf->language};
    p.touched = x_calloc(s->effect->figures, sizeof *p.touched);
    return p;
}

static void end(struct page *p)
{
    free(p->touched);
    arena_release(&p->arena);
}

void slip_csv(const struct slips *s, const struct slip *slip, struct strbuf *text)
{
    struct page p = begin(s, slip);
    struct csvout out = {.out = text, .crlf = true, .defuse = true};
    strbuf_add(text, bom);
    for (size_t c = 0; c < COLUMNS; c++)
        csvout_text(&out, str_c(columns[c].heading[p.lang]));
    csvout_end(&out);
    for (size_t i = 0; i < slip->n; i++) {
        arena_reset(&p.arena);
        for (size_t c = 0; c < COLUMNS; c++) {
            struct str cell = columns[c].make(&p, &slip->line[i]);
            if (columns[c].is_number)
                csvout_raw(&out, cell);
            else
                csvout_text(&out, cell);
        }
        csvout_end(&out);
    }
    end(&p);
}

/* --- the page --- */

static struct str named(struct page *p, const struct refs *refs)
{
    struct str code = p->slip->org;
    if (!code.n)
        return words(p, "I-SLIP-13", NULL);
    struct str name = refs_org_name(refs, code, refs->cutoff);
    return name.p ? arena_printf(&p->arena, "%.*s (%.*s)", STR_ARG(name), STR_ARG(code)) : code;
}

static void add_line(struct strbuf *out, const char *indent, struct str s)
{
    strbuf_add(out, str_c(indent));
    strbuf_add(out, s);
    strbuf_add(out, STR("\r\n"));
}

static struct ledger_row sum_up(const struct page *p, const struct ledger *ledger, int64_t *files)
{
    struct ledger_row sum = {0};
    for (size_t i = 0; i < ledger->n; i++) {
        const struct ledger_row *r = &ledger->row[i];
        if (!str_eq(r->org, p->slip->org))
            continue;
        sum.rows_read += r->rows_read;
        sum.kept += r->kept;
        sum.rejected += r->rejected;
        sum.duplicate += r->duplicate;
        sum.superseded += r->superseded;
        sum.total_rows += r->total_rows;
        ++*files;
    }
    return sum;
}

static void add_figures(struct page *p, struct strbuf *out)
{
    const struct conf *c = p->s->conf;
    size_t n = 0;
    forget(p);
    for (size_t i = 0; i < p->slip->n; i++)
        slip_touch(p->s->effect, &p->slip->line[i], p->touched);
    for (size_t i = 0; i < c->n_indicators; i++)
        n += p->touched[i];
    if (!n) {
        add_line(out, "", words(p, "I-SLIP-04", NULL));
        return;
    }
    add_line(out, "", words(p, "I-SLIP-03", number(p, (int64_t)n), NULL));
    for (size_t i = 0; i < c->n_indicators; i++) {
        const struct conf_indicator *x = &c->indicators[i];
        struct str name = p->lang == LANG_EN && x->name_en.n ? x->name_en : x->name;
        if (p->touched[i])
            add_line(out, "  ",
                     arena_printf(&p->arena, "%.*s %.*s", STR_ARG(x->id), STR_ARG(name)));
    }
}

static void add_files(struct page *p, const struct ledger *ledger, struct strbuf *out)
{
    add_line(out, "", STR(""));
    add_line(out, "", words(p, "I-SLIP-05", NULL));
    for (size_t i = 0; i < ledger->n; i++) {
        const struct ledger_row *r = &ledger->row[i];
        if (!str_eq(r->org, p->slip->org))
            continue;
        struct str rows = words(p, "I-SLIP-07", NULL);
        if (ledger_is_read(r))
            rows = words(p, "I-SLIP-06", number(p, r->rows_read), number(p, r->kept),
                         number(p, r->rejected), number(p, r->duplicate), number(p, r->superseded),
                         number(p, r->total_rows), NULL);
        add_line(out, "  ", arena_printf(&p->arena, "%.*s  %.*s", STR_ARG(r->file), STR_ARG(rows)));
    }
}

/* All lines of a code as one: the first of them says what to do. */
struct rule {
    const struct slip_line *line;
    size_t rows, figures;
};

static int by_weight(const void *a, const void *b)
{
    const struct rule *x = a, *y = b;
    if (x->figures != y->figures)
        return x->figures < y->figures ? 1 : -1;
    if (x->rows != y->rows)
        return x->rows < y->rows ? 1 : -1;
    return str_cmp(x->line->code, y->line->code);
}

static size_t collect_rules(struct page *p, struct rule *rule)
{
    size_t n = 0;
    for (size_t i = 0; i < p->slip->n; i++) {
        size_t k = 0;
        while (k < n && !str_eq(rule[k].line->code, p->slip->line[i].code))
            k++;
        if (k == n)
            rule[n++] = (struct rule){.line = &p->slip->line[i]};
        rule[k].rows += p->slip->line[i].rows;
    }
    for (size_t k = 0; k < n; k++) {
        forget(p);
        for (size_t i = 0; i < p->slip->n; i++)
            if (str_eq(p->slip->line[i].code, rule[k].line->code))
                slip_touch(p->s->effect, &p->slip->line[i], p->touched);
        for (size_t i = 0; i < p->s->effect->figures; i++)
            rule[k].figures += p->touched[i];
    }
    qsort(rule, n, sizeof *rule, by_weight);
    return n;
}

static void add_rules(struct page *p, struct strbuf *out)
{
    struct rule *rule = x_calloc(p->slip->n, sizeof *rule);
    size_t n = collect_rules(p, rule);
    add_line(out, "", STR(""));
    add_line(out, "", words(p, "I-SLIP-08", NULL));
    for (size_t i = 0; i < n; i++) {
        const struct slip_line *l = rule[i].line;
        struct str count = words(p, "I-SLIP-09", number(p, (int64_t)rule[i].rows),
                                 number(p, (int64_t)rule[i].figures), NULL);
        struct str fix = what_to_do(p, l);
        add_line(out, "  ",
                 arena_printf(&p->arena, "%.*s  %.*s", STR_ARG(l->code), STR_ARG(problem(p, l))));
        add_line(out, "      ", count);
        if (fix.n)
            add_line(out, "      ", fix);
    }
    free(rule);
}

static void add_finding(struct page *p, const struct slip_line *l, struct strbuf *out)
{
    struct str file = l->file.n ? l->file : words(p, "I-SLIP-19", NULL), at = places(p, l);
    struct str shown = value(p, l);
    strbuf_printf(out, "  %.*s  %.*s", STR_ARG(l->code), STR_ARG(file));
    if (!l->file.n)
        strbuf_printf(out, " %.*s %.*s", STR_ARG(cell_export(p, l)), STR_ARG(cell_title(p, l)));
    struct str part[4] = {{0}};
    size_t n = 0;
    if (at.n)
        part[n++] = words(p, "I-SLIP-14", at.p, NULL);
    if (l->column.n)
        part[n++] = words(p, "I-SLIP-15", arena_str(&p->arena, l->column).p, NULL);
    if (shown.n)
        part[n++] = words(p, "I-SLIP-16", arena_str(&p->arena, shown).p, NULL);
    if (l->rows > 1)
        part[n++] = words(p, "I-SLIP-17", number(p, (int64_t)l->rows), NULL);
    for (size_t i = 0; i < n; i++) {
        strbuf_add(out, p->lang == LANG_ZH ? STR(",") : STR(", "));
        strbuf_add(out, part[i]);
    }
    add_line(out, "", STR(""));
    add_line(out, "      ", problem(p, l));
}

static void add_findings(struct page *p, struct strbuf *out)
{
    size_t n = p->slip->n < PAGE_LINES ? p->slip->n : PAGE_LINES;
    add_line(out, "", STR(""));
    add_line(out, "", words(p, "I-SLIP-10", NULL));
    for (size_t i = 0; i < n; i++)
        add_finding(p, &p->slip->line[i], out);
    if (n < p->slip->n)
        add_line(out, "  ", words(p, "I-SLIP-12", number(p, (int64_t)(p->slip->n - n)), NULL));
}

void slip_page(const struct slips *s, const struct slip *slip, const struct ledger *ledger,
               const struct refs *refs, struct strbuf *out)
{
    struct page p = begin(s, slip);
    int64_t files = 0;
    strbuf_add(out, bom);
    struct ledger_row sum = sum_up(&p, ledger, &files);
    add_line(out, "", words(&p, "I-SLIP-01", named(&p, refs).p, number(&p, refs->year), NULL));
    add_line(out, "", STR(""));
    add_line(out, "",
             words(&p, "I-SLIP-02", number(&p, files), number(&p, sum.rows_read),
                   number(&p, sum.kept), number(&p, sum.rejected), number(&p, sum.duplicate),
                   number(&p, sum.superseded), number(&p, sum.total_rows), NULL));
    add_figures(&p, out);
    add_rules(&p, out);
    if (files)
        add_files(&p, ledger, out);
    add_findings(&p, out);
    end(&p);
}
