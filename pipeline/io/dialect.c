/*
 * One pass over a record notes where its cells are; only cells with an escape in them are copied.
 */
#include "pipeline/io/dialect.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

enum { BUDGET_TIMES = 4, BUDGET_LEAST = 1 << 20 };

static const struct str bom = {"\xef\xbb\xbf", 3};

bool dialect_equal(const struct dialect *a, const struct dialect *b)
{
    return a->n == b->n && memcmp(a->delimiter, b->delimiter, a->n) == 0 && a->quote == b->quote &&
           a->escape == b->escape && a->cr == b->cr;
}

void dialect_start(struct dialect_reader *r, const struct dialect *d, struct str text)
{
    r->d = *d;
    r->text = text;
    r->wasted = 0;
    dialect_seek(r, 0, 1);
}

void dialect_seek(struct dialect_reader *r, size_t offset, size_t line)
{
    r->at = offset;
    r->line = line;
}

void dialect_release(struct dialect_reader *r)
{
    free(r->cell);
    strbuf_release(&r->unescaped);
    *r = (struct dialect_reader){0};
}

size_t dialect_line_end(const struct dialect *d, struct str text, size_t at)
{
    size_t i = at;
    if (i < text.n && text.p[i] == '\n')
        return 1;
    while (i < text.n && text.p[i] == '\r')
        i++;
    if (i > at && i < text.n && text.p[i] == '\n')
        return i + 1 - at;
    return i > at && (d->cr || i == text.n) ? (d->cr ? 1 : i - at) : 0;
}

static bool is_delimiter(const struct dialect_reader *r, size_t at)
{
    const struct dialect *d = &r->d;
    return at + d->n <= r->text.n && r->text.p[at] == d->delimiter[0] &&
           (d->n == 1 || memcmp(r->text.p + at, d->delimiter, d->n) == 0);
}

/* A cell as it stands in the text. */
struct span {
    size_t begin, end; /* of its content, without quotes */
    size_t next;       /* where the delimiter, the line end or the end of the text stands */
    bool quoted, escapes;
};

static struct span unquoted_span(const struct dialect_reader *r, size_t at, unsigned *faults)
{
    const char *p = r->text.p;
    char quote = r->d.quote;
    size_t i = at;
    for (; i < r->text.n; i++) {
        char c = p[i];
        if (c == r->d.delimiter[0] && is_delimiter(r, i))
            break;
        if ((c == '\n' || c == '\r') && dialect_line_end(&r->d, r->text, i))
            break;
        if (c == quote && quote)
            *faults |= DIALECT_INSIDE;
    }
    return (struct span){.begin = at, .end = i, .next = i};
}

/* What follows a quote inside a quoted cell. */
enum after { AFTER_END, AFTER_ESCAPE, AFTER_TEXT };

static enum after after_quote(const struct dialect_reader *r, size_t at)
{
    if (at == r->text.n || is_delimiter(r, at) || dialect_line_end(&r->d, r->text, at))
        return AFTER_END;
    return r->d.escape == r->d.quote && r->text.p[at] == r->d.quote ? AFTER_ESCAPE : AFTER_TEXT;
}

/* The quoted cell at `at`; false when it does not end, or is too broken to go beyond its line. */
static bool quoted_span(struct dialect_reader *r, size_t at, struct span *s, unsigned *faults)
{
    const char *p = r->text.p;
    char quote = r->d.quote;
    bool backslash = r->d.escape == '\\', odd = false, lines = false;
    bool spent = r->wasted / BUDGET_TIMES > r->text.n + BUDGET_LEAST;
    *s = (struct span){.begin = at + 1, .quoted = true};
    size_t i = at + 1;
    for (; i < r->text.n; i++) {
        if (p[i] == '\n' || p[i] == '\r') {
            lines = true;
            if (odd || spent)
                break;
        } else if (backslash && p[i] == '\\') {
            s->escapes = true;
            i++;
        } else if (p[i] == quote) {
            enum after a = after_quote(r, i + 1);
            if (a == AFTER_END) {
                s->end = i;
                s->next = i + 1;
                *faults |= odd ? DIALECT_AFTER : 0;
                return true;
            }
            s->escapes |= a == AFTER_ESCAPE || p[i - 1] == '\\';
            i += a == AFTER_ESCAPE;
            odd |= a == AFTER_TEXT;
            if (a == AFTER_TEXT && lines)
                break;
        }
    }
    r->wasted += i - at;
    *faults |= DIALECT_OPEN;
    return false;
}

/* Undoes the escapes of a quoted cell. A quote after a backslash is one even where quotes are
 * doubled elsewhere: there it would be a fault otherwise. */
static struct str unescape(struct dialect_reader *r, struct str s, unsigned *faults)
{
    char quote = r->d.quote;
    bool backslash = r->d.escape == '\\';
    char *out = r->unescaped.p + r->unescaped.n, *o = out;
    for (size_t i = 0; i < s.n; i++) {
        bool last = i + 1 == s.n;
        if (backslash && s.p[i] == '\\' && !last && (s.p[i + 1] == quote || s.p[i + 1] == '\\')) {
            i++;
        } else if (!backslash && s.p[i] == quote && !last && s.p[i + 1] == quote) {
            i++;
        } else if (!backslash && s.p[i] == '\\' && !last && s.p[i + 1] == quote &&
                   (i + 2 == s.n || s.p[i + 2] != quote)) {
            *faults |= DIALECT_ESCAPED;
            i++;
        }
        *o++ = s.p[i];
    }
    r->unescaped.n += (size_t)(o - out);
    return (struct str){out, (size_t)(o - out)};
}

static size_t count_lines(const struct dialect *d, struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n' || (d->cr && s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
    return n;
}

static void add_cell(struct dialect_reader *r, const struct span *s)
{
    X_GROW(r->cell, r->n, r->cap);
    r->cell[r->n++] =
        (struct dialect_cell){{r->text.p + s->begin, s->end - s->begin}, s->quoted, s->escapes};
}

bool dialect_next(struct dialect_reader *r, struct dialect_record *rec)
{
    while (str_starts(str_from(r->text, r->at), bom)) /* all: it may be read again from there */
        r->at += bom.n;
    if (r->at >= r->text.n)
        return false;
    size_t at = r->at;
    unsigned faults = 0;
    bool escapes = false;
    r->n = 0;
    for (;;) {
        struct span s;
        if (!r->d.quote || at >= r->text.n || r->text.p[at] != r->d.quote ||
            !quoted_span(r, at, &s, &faults))
            s = unquoted_span(r, at, &faults);
        escapes |= s.escapes;
        add_cell(r, &s);
        at = s.next;
        if (at >= r->text.n || !is_delimiter(r, at))
            break;
        at += r->d.n;
    }
    struct str raw = {r->text.p + r->at, at - r->at};
    r->unescaped.n = 0;
    if (escapes)
        strbuf_room(&r->unescaped, raw.n);
    for (size_t i = 0; escapes && i < r->n; i++)
        if (r->cell[i].escapes)
            r->cell[i].text = unescape(r, r->cell[i].text, &faults);
    size_t end = at < r->text.n ? dialect_line_end(&r->d, r->text, at) : 0;
    *rec = (struct dialect_record){
        .offset = r->at, .line = r->line, .raw = raw, .faults = faults, .cell = r->cell, .n = r->n};
    /* Every CR of a line end counts as one where a CR ends a line, but none before its LF. */
    rec->lines = 1 + count_lines(&r->d, raw);
    r->at = at + end;
    r->line += rec->lines;
    return true;
}
