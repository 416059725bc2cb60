#include "pipeline/run/sniff_report.h"

#include <string.h>

#include "pipeline/base/map.h"
#include "pipeline/calc/cell.h"

/* --- findings --- */

static const char *const codes[SNIFF_KINDS] = {
    [SNIFF_EMPTY] = "W-SNIFF-01",     [SNIFF_OPEN] = "W-SNIFF-02",
    [SNIFF_AFTER] = "W-SNIFF-03",     [SNIFF_ESCAPED] = "W-SNIFF-04",
    [SNIFF_INSIDE] = "W-SNIFF-05",    [SNIFF_FEW] = "W-SNIFF-06",
    [SNIFF_MANY] = "W-SNIFF-07",      [SNIFF_MENDED] = "W-SNIFF-08",
    [SNIFF_REPEATED] = "W-SNIFF-09",  [SNIFF_BLANK] = "W-SNIFF-10",
    [SNIFF_TABLES] = "W-SNIFF-11",    [SNIFF_LINE_ENDS] = "W-SNIFF-12",
    [SNIFF_NUL] = "W-SNIFF-13",       [SNIFF_BOM] = "W-SNIFF-14",
    [SNIFF_NAMELESS] = "W-SNIFF-15",  [SNIFF_SAME_NAME] = "W-SNIFF-16",
    [SNIFF_REORDERED] = "W-SNIFF-20", [SNIFF_NO_HEADER] = "W-SNIFF-17",
    [SNIFF_BETWEEN] = "W-SNIFF-19",
};

static void print_finding(const struct sniffed *x, const char *code, size_t n, size_t line,
                          FILE *to)
{
    char number[24], text[1024];
    const char *arg[MSG_ARGS] = {number};
    snprintf(number, sizeof number, "%zu", n);
    msg_format(code, x->lang, arg, text, sizeof text);
    if (line)
        fprintf(to, "%s:%zu: %s %s\n", x->path, line, code, text);
    else
        fprintf(to, "%s: %s %s\n", x->path, code, text);
}

size_t sniff_report_findings(const struct sniffed *x, FILE *to)
{
    size_t found = x->text->bad > 0;
    for (size_t k = 0; k < SNIFF_KINDS; k++) {
        const struct sniff_finding *f = &x->sniff->finding[k];
        found += f->n > 0;
        if (f->n && to)
            print_finding(x, codes[k], f->n, f->line, to);
    }
    if (x->text->bad && to)
        print_finding(x, "W-SNIFF-18", x->text->bad, 0, to);
    return found;
}

/* --- words --- */

enum label {
    L_ENCODING,
    L_LINES,
    L_DELIMITER,
    L_QUOTE,
    L_PREAMBLE,
    L_HEADER,
    L_DATA,
    L_FOOTER,
    L_TABLE,
    L_COLUMN,
    LABELS
};
static const char *const labels[LABELS][MSG_LANGS] = {
    [L_ENCODING] = {"编码", "encoding"},
    [L_LINES] = {"行尾", "line ends"},
    [L_DELIMITER] = {"分隔符", "delimiter"},
    [L_QUOTE] = {"引号", "quote"},
    [L_PREAMBLE] = {"前言", "preamble"},
    [L_HEADER] = {"表头", "header"},
    [L_DATA] = {"数据", "data"},
    [L_FOOTER] = {"尾注", "footer"},
    [L_TABLE] = {"另有一表", "another table"},
    [L_COLUMN] = {"列", "column"},
};

static const char *const type_words[GUESSES][MSG_LANGS] = {
    [GUESS_EMPTY] = {"空", "empty"},
    [GUESS_INTEGER] = {"整数", "integer"},
    [GUESS_DECIMAL] = {"小数", "decimal"},
    [GUESS_MONEY] = {"金额", "money"},
    [GUESS_PERCENT] = {"百分比", "percent"},
    [GUESS_DATE] = {"日期", "date"},
    [GUESS_DATETIME] = {"日期时间", "datetime"},
    [GUESS_MONTH] = {"月份", "month"},
    [GUESS_TIME] = {"时刻", "time"},
    [GUESS_CODE] = {"代码", "code"},
    [GUESS_TEXT] = {"文字", "text"},
};

static const char *pick(const struct sniffed *x, const char *zh, const char *en)
{
    return x->lang == LANG_ZH ? zh : en;
}

/* A delimiter as people see it. */
static const char *shown_delimiter(const struct dialect *d, char out[16])
{
    static const char *const tabs[] = {"TAB", "TAB TAB"};
    if (d->delimiter[0] == '\t')
        return tabs[d->n > 1];
    snprintf(out, 16, "\"%.*s\"", (int)d->n, d->delimiter);
    return out;
}

/* A text on one line, cut after `most` bytes. */
static void print_text(struct str s, size_t most, FILE *to)
{
    size_t n = s.n < most ? s.n : most;
    while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        fputc((unsigned char)s.p[i] < ' ' ? ' ' : s.p[i], to);
    if (n < s.n)
        fputs("...", to);
}

static size_t count_quoted(const struct sniff_table *t)
{
    size_t n = 0;
    for (size_t k = 0; k < t->cells; k++)
        n += t->column[k].quoted;
    return n;
}

/* --- the report --- */

static void print_label(const struct sniffed *x, enum label l, FILE *to)
{
    fprintf(to, "%s%s: ", x->indent, labels[l][x->lang]);
}

static void print_line_ends(const struct sniffed *x, FILE *to)
{
    const struct sniff *s = x->sniff;
    const struct {
        const char *name;
        size_t n;
    } ends[] = {{"LF", s->lf}, {"CRLF", s->crlf}, {"CR", s->cr}};
    int kinds = (s->lf > 0) + (s->crlf > 0) + (s->cr > 0);
    print_label(x, L_LINES, to);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].n && kinds == 1)
            fprintf(to, "%s ", ends[i].name);
        else if (ends[i].n)
            fprintf(to, "%s x %zu ", ends[i].name, ends[i].n);
    fprintf(to, "%s\n", s->final_newline ? "" : pick(x, "(最后一行没有)", "(none at the end)"));
}

static void print_dialect(const struct sniffed *x, FILE *to)
{
    const struct sniff *s = x->sniff;
    const struct dialect *d = &s->fit.dialect;
    char a[16], b[16];
    print_label(x, L_DELIMITER, to);
    fprintf(to, "%s  %s %lld.%02lld", shown_delimiter(d, a), pick(x, "把握", "confidence"),
            (long long)(s->confidence / 1000), (long long)(s->confidence % 1000 / 10));
    if (s->second.score)
        fprintf(to, "  %s %s (%lld : %lld)", pick(x, "其次", "runner-up"),
                shown_delimiter(&s->second.dialect, b), (long long)s->fit.score,
                (long long)s->second.score);
    fputc('\n', to);
    print_label(x, L_QUOTE, to);
    if (s->tables == 0 || !d->quote || count_quoted(&s->table[s->main]) == 0)
        fprintf(to, "%s\n", pick(x, "没有用到", "none"));
    else
        fprintf(to, "%c  %s\n", d->quote,
                d->escape == '\\' ? pick(x, "里面的引号前加反斜杠", "escaped with a backslash")
                                  : pick(x, "里面的引号写两个", "doubled inside"));
}

static void print_column(const struct sniffed *x, const struct sniff_table *t, size_t k, FILE *to)
{
    const struct guess_column *c = &t->column[k];
    const char *form = guess_form(c);
    fprintf(to, "%s  %zu  ", x->indent, k + 1);
    print_text(t->name[k], 60, to);
    fprintf(to, "  [%s", type_words[guess_type(c)][x->lang]);
    enum guess g = guess_type(c);
    if (form && (g == GUESS_DATE || g == GUESS_DATETIME))
        fprintf(to, " %s", form);
    struct str unit = {"", 0};
    struct arena scratch = {0};
    cell_header(t->name[k], &unit, &scratch);
    if (unit.n) {
        fprintf(to, ", %s ", pick(x, "单位", "unit"));
        print_text(unit, 20, to);
    }
    arena_release(&scratch);
    if (c->cells) {
        size_t missing = c->empty * 1000 / c->cells;
        fprintf(to, ", %s %zu.%zu%%", pick(x, "空缺", "missing"), missing / 10, missing % 10);
    }
    fputc(']', to);
    for (size_t i = 0; i < c->examples; i++) {
        fputs(i ? " | " : "  ", to);
        print_text(c->example[i], 40, to);
    }
    fputc('\n', to);
}

static void print_tables(const struct sniffed *x, FILE *to)
{
    const struct sniff *s = x->sniff;
    for (size_t k = 0; k < s->tables; k++) {
        const struct sniff_table *t = &s->table[k];
        if (k == s->main)
            continue;
        print_label(x, L_TABLE, to);
        /* Two literal calls, so that the compiler checks both formats. */
        if (x->lang == LANG_ZH)
            fprintf(to, "第 %zu 个,第 %u 行起,%zu 行 %zu 列\n", k + 1, s->record[t->first].line,
                    t->rows, t->cells);
        else
            fprintf(to, "number %zu, from line %u on, %zu rows of %zu columns\n", k + 1,
                    s->record[t->first].line, t->rows, t->cells);
    }
}

void sniff_report(const struct sniffed *x, FILE *to)
{
    const struct sniff *s = x->sniff;
    fprintf(to, "%s%s\n", x->indent[0] == '#' ? x->indent : "", x->path);
    print_label(x, L_ENCODING, to);
    fprintf(to, "%s\n", encoding_name[x->text->encoding]);
    if (s->tables == 0)
        return;
    const struct sniff_table *t = &s->table[s->main];
    print_line_ends(x, to);
    print_dialect(x, to);
    print_label(x, L_PREAMBLE, to);
    fprintf(to, "%zu\n", s->preamble);
    print_label(x, L_HEADER, to);
    fprintf(to, "%zu", t->headers);
    if (t->headers)
        fprintf(to, " (%s %u)", pick(x, "行", "line"), s->record[t->first].line);
    fputc('\n', to);
    print_label(x, L_DATA, to);
    fprintf(to, "%zu x %zu\n", t->rows, t->cells);
    print_label(x, L_FOOTER, to);
    fprintf(to, "%zu\n", s->footer);
    print_tables(x, to);
    print_label(x, L_COLUMN, to);
    fputc('\n', to);
    for (size_t k = 0; k < t->cells; k++)
        print_column(x, t, k, to);
}

/* --- a section of the configuration --- */

static const char *kind_of(const struct guess_column *c)
{
    static const struct {
        enum guess type;
        const char *kind;
    } kinds[] = {{GUESS_INTEGER, "count"}, {GUESS_DECIMAL, "money"},     {GUESS_DATE, "date"},
                 {GUESS_MONTH, "month"},   {GUESS_DATETIME, "datetime"}, {GUESS_CODE, "code"}};
    enum guess g = guess_type(c);
    const char *form = guess_form(c);
    /* A form that the configuration does not know. */
    if ((g == GUESS_DATE || g == GUESS_DATETIME) && (!form || !date_form_find(str_c(form))))
        return "text";
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].type == g)
            return g == GUESS_INTEGER && c->negative ? "money" : kinds[i].kind;
    return "text";
}

struct uniqueness {
    struct map *seen; /* [n]: values of each column */
    bool *unique;
    size_t n, row;
    struct arena *a;
};

static void look_for_repeats(void *context, const struct str *cell, size_t n, size_t line)
{
    struct uniqueness *u = context;
    (void)line;
    u->row++;
    for (size_t k = 0; k < n && k < u->n; k++)
        if (u->unique[k])
            u->unique[k] = str_trim(cell[k]).n &&
                           map_put(&u->seen[k], arena_str(u->a, cell[k]), u->row) == u->row;
}

/* The first column that could be a key: all its values are different. SIZE_MAX: there is none. */
static size_t find_key(struct sniff *s, struct arena *a)
{
    const struct sniff_table *t = &s->table[s->main];
    struct uniqueness u = {.n = t->cells, .a = a};
    u.seen = ARENA_ARRAY(a, struct map, t->cells);
    u.unique = ARENA_ARRAY(a, bool, t->cells);
    for (size_t k = 0; k < t->cells; k++) {
        enum guess g = guess_type(&t->column[k]);
        u.unique[k] = t->rows > 1 && (g == GUESS_CODE || g == GUESS_INTEGER || g == GUESS_TEXT);
    }
    sniff_rows(s, s->main, look_for_repeats, &u);
    size_t key = SIZE_MAX;
    for (size_t k = t->cells; k-- > 0;) {
        key = u.unique[k] ? k : key;
        map_release(&u.seen[k]);
    }
    return key;
}

/* A name that the configuration takes: without blanks and signs that mean something there. */
static void print_name(struct str header, size_t k, struct map *taken, struct arena *a, FILE *to)
{
    struct str unit;
    struct str s = cell_header(header, &unit, a);
    char *out = arena_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < 60; i++)
        out[n++] = strchr(",()|:=\"$#;[] \t", s.p[i]) ? '_' : s.p[i];
    while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--; /* cut at a character */
    struct str name = n ? (struct str){out, n} : arena_printf(a, "column_%zu", k + 1);
    if (map_put(taken, name, k) != k)
        name = arena_printf(a, "%.*s_%zu", STR_ARG(name), k + 1);
    fprintf(to, "%.*s", STR_ARG(name));
}

static void print_header(struct str s, FILE *to)
{
    bool quotes = str_find(s, '|') < s.n || str_find(s, ':') < s.n || str_find(s, '"') < s.n ||
                  str_find(s, '\n') < s.n;
    if (!quotes) {
        print_text(s, s.n, to);
        return;
    }
    fputc('"', to);
    for (size_t i = 0; i < s.n; i++)
        fprintf(to, "%s%c", s.p[i] == '"' ? "\"" : "", s.p[i] < ' ' && s.p[i] >= 0 ? ' ' : s.p[i]);
    fputc('"', to);
}

static bool is_named_before(const struct sniff_table *t, size_t k)
{
    struct arena a = {0};
    struct str unit, name = cell_header(t->name[k], &unit, &a);
    bool found = false;
    for (size_t i = 0; i < k && !found; i++)
        found = str_eq(cell_header(t->name[i], &unit, &a), name);
    arena_release(&a);
    return found;
}

/* What clean would not try by itself, or would have to find out. */
static void ini_dialect(const struct dialect *d, FILE *to)
{
    bool tried = d->n == 1 && strchr(",;\t", d->delimiter[0]);
    if (!tried)
        fprintf(to, "delimiter = \"%.*s\"\n", (int)d->n, d->delimiter);
    if (d->quote == '\'')
        fputs("quote = single\n", to);
    if (d->quote && d->escape == '\\')
        fputs("escape = backslash\n", to);
}

void sniff_report_ini(const struct sniffed *x, FILE *to)
{
    struct sniff *s = x->sniff;
    struct arena a = {0};
    struct map taken = {0};
    struct sniffed comment = *x;
    const char *slash = strrchr(x->path, '/');
    struct str base = str_c(slash ? slash + 1 : x->path);
    struct str id = {base.p, str_find(base, '.')};
    comment.indent = "# ";
    sniff_report(&comment, to);
    fputs("[export ", to);
    print_name(id, 0, &taken, &a, to);
    fprintf(to, "]\ntitle = %.*s\n", STR_ARG(id));
    if (s->tables)
        ini_dialect(&s->fit.dialect, to);
    map_reset(&taken);
    size_t key = s->tables ? find_key(s, &a) : SIZE_MAX;
    const struct sniff_table *t = s->tables ? &s->table[s->main] : NULL;
    for (size_t k = 0; t && k < t->cells; k++) {
        if (str_trim(t->name[k]).n == 0) {
            fprintf(to, "# %s: %zu\n", pick(x, "没有名称的列", "a column without a name"), k + 1);
            continue;
        }
        /* No header may belong to two columns: the first one is read. */
        if (is_named_before(t, k))
            fputs(pick(x, "# 与前面的列同名: ", "# has the name of an earlier one: "), to);
        fputs("column ", to);
        print_name(t->name[k], k, &taken, &a, to);
        fputs(" = ", to);
        print_header(t->name[k], to);
        fprintf(to, " : %s%s\n", kind_of(&t->column[k]), k == key ? ", key" : "");
    }
    if (t && key == SIZE_MAX)
        fputs(pick(x, "# 没有一列的值全不相同:请给主键列加上 key\n",
                   "# no column has only different values: mark the key columns with key\n"),
              to);
    map_release(&taken);
    arena_release(&a);
}
