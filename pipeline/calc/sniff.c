#include "pipeline/calc/sniff.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/sniff_parts.h"

void sniff_found(struct sniff *s, enum sniff_kind k, size_t line)
{
    struct sniff_finding *f = &s->finding[k];
    if (f->n++ == 0)
        f->line = line;
}

struct dialect_record sniff_load(struct sniff *s, size_t i)
{
    struct dialect_record rec;
    dialect_seek(&s->reader, s->record[i].offset, s->record[i].line);
    if (!dialect_next(&s->reader, &rec))
        BUG("a record that is gone");
    return rec;
}

static size_t count_filled(const struct dialect_record *rec)
{
    size_t n = 0;
    for (size_t i = 0; i < rec->n; i++)
        n += str_trim(rec->cell[i].text).n > 0;
    return n;
}

static void read_records(struct sniff *s)
{
    struct dialect_record rec;
    s->n = s->lf = s->crlf = s->cr = 0;
    s->final_newline = true;
    dialect_start(&s->reader, &s->fit.dialect, s->text);
    while (dialect_next(&s->reader, &rec)) {
        X_GROW(s->record, s->n, s->cap);
        s->record[s->n++] = (struct sniff_record){.offset = rec.offset,
                                                  .line = (uint32_t)rec.line,
                                                  .lines = (uint32_t)rec.lines,
                                                  .cells = (uint32_t)rec.n,
                                                  .filled = (uint32_t)count_filled(&rec),
                                                  .faults = rec.faults};
        size_t end = rec.offset + rec.raw.n, next = s->reader.at;
        s->lf += next == end + 1 && s->text.p[end] == '\n';
        s->cr += next == end + 1 && s->text.p[end] == '\r';
        s->crlf += next > end + 1;
        s->final_newline = next > end;
    }
}

static size_t count_width(const struct sniff *s, size_t width)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += s->record[i].cells == width;
    return n;
}

/* Does a CR without LF end records too? Yes, when more of them then have the usual width. */
static void decide_cr(struct sniff *s)
{
    bool alone = false;
    for (size_t i = 0; i + 1 < s->text.n && !alone; i++)
        alone = s->text.p[i] == '\r' && s->text.p[i + 1] != '\n' && s->text.p[i + 1] != '\r';
    if (!alone || s->fit.dialect.cr || s->fit.width == 1)
        return;
    size_t without = count_width(s, s->fit.width);
    s->fit.dialect.cr = true;
    read_records(s);
    if (count_width(s, s->fit.width) > without)
        return;
    s->fit.dialect.cr = false;
    read_records(s);
}

/* --- findings --- */

static void judge_bytes(struct sniff *s)
{
    size_t line = 1;
    struct str t = s->text;
    for (size_t i = 0; i < t.n; i++) {
        line += t.p[i] == '\n';
        if (t.p[i] == '\0')
            sniff_found(s, SNIFF_NUL, line);
        if (i && t.p[i] == '\xef' && str_starts(str_from(t, i), STR("\xef\xbb\xbf")))
            sniff_found(s, SNIFF_BOM, line);
    }
}

static void judge_line_ends(struct sniff *s)
{
    size_t all = s->lf + s->crlf + s->cr, most = s->lf > s->crlf ? s->lf : s->crlf;
    most = s->cr > most ? s->cr : most;
    s->finding[SNIFF_LINE_ENDS].n = all - most;
}

static void judge_faults(struct sniff *s)
{
    static const struct {
        unsigned fault;
        enum sniff_kind kind;
    } faults[] = {{DIALECT_OPEN, SNIFF_OPEN},
                  {DIALECT_AFTER, SNIFF_AFTER},
                  {DIALECT_ESCAPED, SNIFF_ESCAPED},
                  {DIALECT_INSIDE, SNIFF_INSIDE}};
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++)
            if (s->record[i].faults & faults[k].fault)
                sniff_found(s, faults[k].kind, s->record[i].line);
}

static void judge_rows(struct sniff *s, const struct sniff_table *t)
{
    size_t last = t->first;
    for (size_t i = t->first; i < t->end; i++) {
        const struct sniff_record *r = &s->record[i];
        if (t->cells == 1 && r->cells == 1)
            continue;
        if (r->filled == 0)
            continue;
        for (size_t k = last + 1; k < i; k++)
            sniff_found(s, SNIFF_BLANK, s->record[k].line);
        last = i;
        if (r->cells != t->cells)
            sniff_found(s, r->cells < t->cells ? SNIFF_FEW : SNIFF_MANY, r->line);
    }
    for (size_t i = 0; i < t->repeats; i++)
        sniff_found(s, SNIFF_REPEATED, s->record[t->first + t->headers + i].line);
}

void sniff_text(struct sniff *s, struct str text, const struct str *header, size_t n_header)
{
    *s = (struct sniff){.text = text};
    sniff_dialect(text, &s->fit, &s->second);
    s->confidence = sniff_confidence(&s->fit, &s->second);
    read_records(s);
    decide_cr(s);
    judge_bytes(s);
    judge_line_ends(s);
    judge_faults(s);
    if (str_trim(text).n == 0)
        sniff_found(s, SNIFF_EMPTY, 0);
    sniff_layout(s, header, n_header);
    if (n_header && s->tables)
        sniff_begin_at(s, header, n_header);
    for (size_t k = 0; k < s->tables; k++)
        sniff_header(s, &s->table[k], k == s->main ? header : NULL, k == s->main ? n_header : 0);
    if (n_header && s->n == 0)
        sniff_found(s, SNIFF_NO_HEADER, 0);
    if (s->tables)
        judge_rows(s, &s->table[s->main]);
    for (size_t k = 0; k < s->tables; k++)
        if (k != s->main)
            sniff_found(s, SNIFF_TABLES, s->record[s->table[k].first].line);
}

void sniff_release(struct sniff *s)
{
    free(s->record);
    dialect_release(&s->reader);
    arena_release(&s->arena);
    *s = (struct sniff){0};
}
