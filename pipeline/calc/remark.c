#include "pipeline/calc/remark.h"

#include <string.h>

#include "pipeline/io/csvout.h"

/* A note between others. */
static void add_part(const struct conf *c, struct strbuf *out, size_t begin, struct str part)
{
    if (out->n > begin && part.n)
        strbuf_add(out, str_c(msg_between(c->language)));
    strbuf_add(out, part);
}

static void add_message(const struct conf *c, struct strbuf *out, size_t begin, const char *code,
                        const char *a, const char *b)
{
    const char *const arg[MSG_ARGS] = {a, b};
    char text[512];
    msg_format(code, c->language, arg, text, sizeof text);
    add_part(c, out, begin, str_c(text));
}

/* How many corrected cells touch the line, and the first different reasons. */
static void add_corrections(const struct remarks *r, const struct figure_row *row,
                            struct strbuf *out, size_t begin)
{
    enum { REASONS = 3 };
    struct str said[REASONS];
    struct strbuf reasons = {0}, number = {0};
    const struct touch_cell *x;
    size_t count = 0, n = 0, i = 0;
    bool more = false;
    while (r->touch && (x = touch_next(r->touch, row, &i))) {
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = str_eq(said[k], x->reason);
        count++;
        more |= !known && n == REASONS;
        if (known || n == REASONS)
            continue;
        said[n++] = x->reason;
        strbuf_add(&reasons, n > 1 ? STR(", ") : STR(""));
        strbuf_add(&reasons, x->reason);
    }
    strbuf_add(&reasons, more ? STR(", ...") : STR(""));
    strbuf_add_int(&number, (int64_t)count);
    if (count)
        add_message(r->plan->conf, out, begin, "I-COR-01", strbuf_c(&number), strbuf_c(&reasons));
    strbuf_release(&reasons);
    strbuf_release(&number);
}

void remark_add(const struct remarks *r, const struct figure_row *row, const struct str *also,
                size_t n, struct strbuf *out)
{
    const struct conf *c = r->plan->conf;
    size_t begin = out->n;
    add_part(c, out, begin, c->indicators[row->indicator].note);
    for (size_t i = 0; i < n; i++)
        add_part(c, out, begin, also[i]);
    if (row->status == FIGURE_BEYOND)
        add_message(c, out, begin, "W-FIG-01", NULL, NULL);
    add_corrections(r, row, out, begin);
}

/* --- findings --- */

/* The path of a configuration file below the folder of the first one, wherever that lies. */
static struct str below(const struct conf *c, const char *file)
{
    struct str path = str_c(file ? file : "");
    const char *slash = c->path.n ? memrchr(c->path.p, '/', c->path.n) : NULL;
    struct str folder = {c->path.p, slash ? (size_t)(slash - c->path.p) + 1 : 0};
    return folder.n && str_starts(path, folder) ? str_from(path, folder.n) : path;
}

static void warn(const struct conf *c, struct csvout *out, const char *file, int line,
                 const char *code, struct str id, const struct figure_row *row)
{
    struct strbuf text = {0};
    csvout_text(out, below(c, file));
    csvout_int(out, line);
    csvout_text(out, str_c(code));
    csvout_text(out, id);
    if (row)
        strbuf_printf(&text, "%.*s%s%.*s", STR_ARG(row->org), row->org.n && row->month.n ? " " : "",
                      STR_ARG(row->month));
    csvout_text(out, strbuf_str(&text));
    text.n = 0;
    add_message(c, &text, 0, code, NULL, NULL);
    csvout_text(out, strbuf_str(&text));
    csvout_end(out);
    strbuf_release(&text);
}

void remark_warnings(const struct conf *c, const struct figures *f, struct strbuf *out)
{
    struct csvout o = {.out = out, .defuse = true};
    strbuf_add(out, STR("file,line,rule,column,value,note\n"));
    for (size_t i = 0; i < f->n; i++) {
        const struct conf_indicator *x = &c->indicators[f->row[i].indicator];
        if (f->row[i].status == FIGURE_BEYOND)
            warn(c, &o, x->file, x->line, "W-FIG-01", x->id, &f->row[i]);
    }
    for (size_t i = 0; i < c->n_checks; i++)
        if (f->check[i].beyond)
            warn(c, &o, c->checks[i].file, c->checks[i].line, "W-FIG-02", c->checks[i].id, NULL);
}
