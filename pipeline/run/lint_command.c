#include "pipeline/run/lint_command.h"

#include <stdio.h>
#include <string.h>

#include "pipeline/base/sys.h"
#include "pipeline/calc/figure_words.h"
#include "pipeline/io/decode.h"
#include "pipeline/io/docx.h"
#include "pipeline/publish/proofread.h"
#include "pipeline/run/stage.h"

enum { DRAFT_BYTES = 50000000, AROUND = 10, TEXT = 2048 };

struct linting {
    const struct lint_request *r;
    const struct conf *conf;
    const char *path;
    struct known known;
    struct proofread proof;
    struct strbuf draft;
    struct arena a;
};

/* --- words --- */

/* One line; what could steer a terminal or break it is shown. */
static void print_line(const char *before, const char *text)
{
    struct strbuf line = {0};
    strbuf_add_visible(&line, str_c(before), false);
    strbuf_add_visible(&line, str_c(text), false);
    printf("%s\n", strbuf_c(&line));
    strbuf_release(&line);
}

static void say(const struct linting *x, const char *code, const char *const arg[MSG_ARGS])
{
    char text[TEXT];
    msg_format(code, x->conf->language, arg, text, sizeof text);
    print_line("", text);
}

/* Where AROUND characters in front of, or behind, a place begin or end; not beyond the line. */
static size_t back(struct str text, size_t at)
{
    for (int n = 0; n < AROUND && at > 0; n++)
        do
            at--;
        while (at > 0 && ((unsigned char)text.p[at] & 0xc0) == 0x80);
    return at;
}

static size_t ahead(struct str text, size_t at)
{
    for (int n = 0; n < AROUND && at < text.n; n++)
        do
            at++;
        while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80);
    return at;
}

/* "…累计受理业务【76392件】,时限内办结率…" */
static const char *words_around(struct linting *x, const struct judged *j)
{
    struct str text = x->proof.line[j->line].text;
    size_t at = j->mention->at, end = j->mention->end;
    size_t from = back(text, at), to = ahead(text, end);
    return arena_printf(&x->a, "%s%.*s【%.*s】%.*s%s", from ? "…" : "", (int)(at - from),
                        text.p + from, (int)(end - at), text.p + at, (int)(to - end), text.p + end,
                        to < text.n ? "…" : "")
        .p;
}

/* The printed figure with its unit, and what it is exactly where that is something else. */
static const char *value_of(struct linting *x, size_t figure)
{
    const struct conf_indicator *i = &x->conf->indicators[figure];
    const struct known_figure *f = &x->known.figure[figure];
    struct strbuf exact = {0};
    figure_print(&f->figure, &exact);
    bool percent = str_eq(i->unit, STR("%"));
    bool same = str_eq(strbuf_str(&exact), f->printed);
    struct str value =
        arena_printf(&x->a, "%.*s%.*s%s%.*s%s", STR_ARG(f->printed),
                     STR_ARG(percent ? STR("") : i->unit), same ? "" : " = ",
                     STR_ARG(same ? STR("") : strbuf_str(&exact)), percent && !same ? "%" : "");
    strbuf_release(&exact);
    return value.p;
}

static const char *status_of(struct linting *x, size_t figure)
{
    struct str word = figure_word(x->known.figure[figure].status, x->conf->language);
    return arena_str(&x->a, word.n ? word : x->conf->missing).p;
}

/* --- what is printed --- */

static const char *const codes[VERDICTS] = {
    [VERDICT_EQUAL] = "I-LINT-03",     [VERDICT_ROUNDED] = "W-LINT-02",
    [VERDICT_OLDER] = "W-LINT-03",     [VERDICT_LAST_YEAR] = "W-LINT-04",
    [VERDICT_OTHERS] = "W-LINT-05",    [VERDICT_DIFFERENT] = "W-LINT-01",
    [VERDICT_DIRECTION] = "W-LINT-06", [VERDICT_POINTS] = "W-LINT-07",
    [VERDICT_UNSURE] = "W-LINT-08",    [VERDICT_PARTS] = "W-LINT-09",
    [VERDICT_ELSEWHERE] = "I-LINT-01", [VERDICT_NO_SOURCE] = "I-LINT-02",
};

static void print_judged(struct linting *x, const struct judged *j)
{
    const char *arg[MSG_ARGS] = {words_around(x, j)};
    const char *detail = arena_str(&x->a, j->detail).p;
    if (j->verdict == VERDICT_PARTS) {
        arg[1] = arena_str(&x->a, x->conf->checks[j->check].title).p;
        arg[2] = detail;
    } else if (j->figure == SIZE_MAX) {
        arg[1] = detail;
    } else {
        const struct conf_indicator *i = &x->conf->indicators[j->figure];
        bool english = x->conf->language == LANG_EN && i->name_en.n;
        arg[1] = arena_str(&x->a, i->id).p;
        arg[2] = arena_str(&x->a, english ? i->name_en : i->name).p;
        arg[3] = j->verdict == VERDICT_UNSURE ? status_of(x, j->figure) : value_of(x, j->figure);
        arg[4] = detail;
    }
    char text[TEXT];
    msg_format(codes[j->verdict], x->conf->language, arg, text, sizeof text);
    print_line(arena_printf(&x->a, "%s:%zu:%zu: %s ", x->path, j->line + 1, j->mention->column,
                            codes[j->verdict])
                   .p,
               text);
}

static bool is_apart(enum verdict v)
{
    return v == VERDICT_ELSEWHERE || v == VERDICT_NO_SOURCE;
}

static const char *number(struct linting *x, size_t n)
{
    return arena_printf(&x->a, "%zu", n).p;
}

/* Prints all; are there findings? */
static bool print_all(struct linting *x)
{
    const struct proofread *o = &x->proof;
    size_t findings = 0, apart = 0, parts = o->count[VERDICT_PARTS];
    for (size_t i = 0; i < o->n; i++) {
        const struct judged *j = &o->judged[i];
        findings += proofread_is_finding(j->verdict);
        apart += is_apart(j->verdict);
        if (!is_apart(j->verdict) && (x->r->all || j->verdict != VERDICT_EQUAL))
            print_judged(x, j);
    }
    if (x->r->quiet)
        return findings > 0;
    const char *arg[MSG_ARGS] = {number(x, o->n - apart - parts),
                                 number(x, o->count[VERDICT_EQUAL]), number(x, findings),
                                 number(x, apart)};
    if (apart)
        say(x, "I-LINT-04", (const char *const[MSG_ARGS]){NULL});
    for (size_t i = 0; i < o->n; i++)
        if (is_apart(o->judged[i].verdict))
            print_judged(x, &o->judged[i]);
    say(x, "I-LINT-05", arg);
    return findings > 0;
}

/* --- what is read --- */

static bool read_draft(struct linting *x, struct err *e)
{
    if (str_ends(str_c(x->path), STR(".docx")))
        return docx_read(x->path, DRAFT_BYTES, &x->draft, e);
    struct decoded d = {0};
    bool ok = decode_file(x->path, DRAFT_BYTES, &d, e);
    if (ok)
        strbuf_add(&x->draft, d.text);
    decode_release(&d);
    return ok;
}

/* Figures of this run, and of those before where they are kept. */
static bool read_figures(struct linting *x, const char *out, struct csvtable *history,
                         struct err *e)
{
    struct csvtable table;
    const char *path = stage_path(&x->a, out, "compute/indicators.csv");
    const char *past = stage_path(&x->a, out, "history/vintages.csv.gz");
    if (sys_is_absent(path))
        return err_set(e, ST_CONFIG, NULL, "E-LINT-01", path, NULL);
    return csvtable_read(path, &x->a, &table, e) &&
           known_read(x->conf, &table, path, &x->a, &x->known, e) &&
           (sys_is_absent(past) || csvtable_read(past, &x->a, history, e));
}

enum status lint_command_run(const struct lint_request *r, const struct conf *c, const char *out,
                             const char *path, struct err *e)
{
    struct linting x = {.r = r, .conf = c, .path = path};
    struct csvtable history = {0};
    bool ok = read_draft(&x, e) && read_figures(&x, out, &history, e), findings = false;
    if (ok) {
        proofread_text(&x.known, &history, strbuf_str(&x.draft), &x.a, &x.proof);
        findings = print_all(&x);
    }
    strbuf_release(&x.draft);
    arena_release(&x.a);
    if (!ok) /* 1 means findings here */
        e->status = e->status == ST_DATA ? ST_CONFIG : e->status;
    return !ok ? e->status : findings ? ST_DATA : ST_OK;
}
