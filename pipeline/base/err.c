#include "pipeline/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/journal.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/str.h"

static void fill(struct err *e, enum status status, const char *where, const char *code, va_list ap)
{
    const char *arg[MSG_ARGS];
    msg_args(ap, arg);
    e->status = status;
    e->code = msg_find(code)->code;
    snprintf(e->where, sizeof e->where, "%s", where ? where : "");
    str_tame(e->where);
    for (int l = 0; l < MSG_LANGS; l++) {
        msg_format(code, (enum lang)l, arg, e->text[l], sizeof e->text[l]);
        str_tame(e->text[l]);
    }
}

bool err_set(struct err *e, enum status status, const char *where, const char *code, ...)
{
    va_list ap;
    va_start(ap, code);
    fill(e, status, where, code, ap);
    va_end(ap);
    return false;
}

bool err_sys(struct err *e, const char *path)
{
    return err_set(e, ST_SYSTEM, path, "E-SYS-01", strerror(errno), NULL);
}

void err_words(const struct err *e, enum lang lang, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s %s", e->where, e->where[0] ? ": " : "", e->code, e->text[lang]);
}

void err_print(const struct err *e, enum lang lang, FILE *to)
{
    struct strbuf line = {0};
    journal_mark(to, e->code);
    if (e->where[0]) {
        strbuf_add_visible(&line, str_c(e->where), false);
        strbuf_add(&line, STR(": "));
    }
    strbuf_printf(&line, "%s ", e->code);
    strbuf_add_visible(&line, str_c(e->text[lang]), false);
    strbuf_addc(&line, '\n');
    fwrite(line.p, 1, line.n, to);
    strbuf_release(&line);
}

void problems_add(struct problems *p, const char *file, int line, const char *code, ...)
{
    char where[512];
    if (line > 0)
        snprintf(where, sizeof where, "%s:%d", file, line);
    else
        snprintf(where, sizeof where, "%s", file);
    if (p->n >= PROBLEMS_MOST)
        return;
    X_GROW(p->e, p->n, p->cap);
    va_list ap;
    va_start(ap, code);
    fill(&p->e[p->n++], ST_CONFIG, where, code, ap);
    va_end(ap);
}

void problems_join(struct problems *p, const struct problems *more)
{
    for (size_t i = 0; i < more->n && p->n < PROBLEMS_MOST; i++) {
        X_GROW(p->e, p->n, p->cap);
        p->e[p->n++] = more->e[i];
    }
}

/* Where a mistake is, cut in two, and when it was found. */
struct problem_key {
    struct str file;
    int64_t line; /* 0: the whole file */
    size_t at;
};

static struct problem_key key_of(const struct err *e, size_t at)
{
    struct str where = str_c(e->where);
    const char *colon = memrchr(where.p, ':', where.n);
    struct problem_key k = {where, 0, at};
    for (const char *d = colon ? colon + 1 : ""; *d; d++) {
        if (*d < '0' || *d > '9')
            return (struct problem_key){where, 0, at};
        k.file.n = (size_t)(colon - where.p);
        k.line = k.line * 10 + (*d - '0');
    }
    return k;
}

static int by_place(const void *a, const void *b)
{
    const struct problem_key *x = a, *y = b;
    int order = str_cmp(x->file, y->file);
    if (order == 0)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

void problems_sort(struct problems *p)
{
    struct problem_key *key = x_calloc(p->n, sizeof *key);
    struct err *sorted = x_calloc(p->n, sizeof *sorted);
    for (size_t i = 0; i < p->n; i++)
        key[i] = key_of(&p->e[i], i);
    qsort(key, p->n, sizeof *key, by_place);
    for (size_t i = 0; i < p->n; i++)
        sorted[i] = p->e[key[i].at];
    free(key);
    free(p->e);
    p->e = sorted;
    p->cap = p->n;
}

void problems_release(struct problems *p)
{
    free(p->e);
    *p = (struct problems){0};
}

void problems_tell(const struct problems *p, enum lang lang, FILE *to, struct err *e)
{
    size_t told = p->n <= PROBLEMS_TOLD ? p->n - 1 : PROBLEMS_TOLD - 1;
    for (size_t i = 0; i < told; i++)
        err_print(&p->e[i], lang, to);
    enum status status = p->e[0].status;
    for (size_t i = 1; i < p->n; i++)
        status = p->e[i].status > status ? p->e[i].status : status;
    *e = p->e[told];
    e->status = status;
    if (told + 1 == p->n)
        return;
    char more[24];
    snprintf(more, sizeof more, "%zu", p->n - told);
    err_set(e, status, NULL, "E-CONF-62", more, NULL);
}
