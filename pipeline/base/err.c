#include "pipeline/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

static void fill(struct err *e, enum status status, const char *where, const char *code, va_list ap)
{
    const char *arg[MSG_ARGS] = {0};
    for (size_t i = 0; i < MSG_ARGS && (arg[i] = va_arg(ap, const char *)); i++)
        ;
    e->status = status;
    e->code = msg_find(code)->code;
    snprintf(e->where, sizeof e->where, "%s", where ? where : "");
    for (int l = 0; l < MSG_LANGS; l++)
        msg_format(code, (enum lang)l, arg, e->text[l], sizeof e->text[l]);
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

void err_print(const struct err *e, enum lang lang, FILE *to)
{
    if (e->where[0])
        fprintf(to, "%s: ", e->where);
    fprintf(to, "%s %s\n", e->code, e->text[lang]);
}

void problems_add(struct problems *p, const char *file, int line, const char *code, ...)
{
    char where[512];
    if (line > 0)
        snprintf(where, sizeof where, "%s:%d", file, line);
    else
        snprintf(where, sizeof where, "%s", file);
    X_GROW(p->e, p->n, p->cap);
    va_list ap;
    va_start(ap, code);
    fill(&p->e[p->n++], ST_CONFIG, where, code, ap);
    va_end(ap);
}

void problems_release(struct problems *p)
{
    free(p->e);
    *p = (struct problems){0};
}
