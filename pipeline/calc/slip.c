#include "pipeline/calc/slip.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"

enum { VALUE_BYTES = 200 };

/* clang-format off */
/* What a rule takes away, and the advice where that of its message is not for the organisation. The
 * first row whose code begins the rule's counts; without one it is the cell that is lost. */
static const struct rule {
    const char *code;
    enum slip_loss loss;
    const char *advice;
} rules[] = {
    {"E-ROW-", SLIP_ROW, NULL},
    {"E-SUB-01", SLIP_FILE, NULL},
    {"W-FILE-01", SLIP_NOTHING, NULL},
    {"W-FILE-03", SLIP_NOTHING, NULL},
    {"W-FILE-07", SLIP_NOTHING, NULL},
    {"W-FILE-08", SLIP_NOTHING, NULL},
    {"W-FILE-09", SLIP_NOTHING, NULL},
    {"W-FILE-11", SLIP_NOTHING, NULL},
    {"W-FILE-", SLIP_FILE, NULL},
    {"W-COL-02", SLIP_CELL, "I-MEND-02"},
    {"W-COL-", SLIP_NOTHING, NULL},
    {"W-ROW-01", SLIP_ROW, NULL},
    {"W-ROW-", SLIP_NOTHING, NULL},
    {"W-TABLE-", SLIP_NOTHING, NULL},
    {"W-ORG-", SLIP_NOTHING, "I-MEND-01"},
    {"W-TOTAL-", SLIP_NOTHING, NULL},
    {"W-DUP-01", SLIP_NOTHING, NULL},
    {"W-DUP-02", SLIP_ROW, NULL},
    {"", SLIP_CELL, NULL},
};
/* clang-format on */

static const struct rule *rule_of(struct str code)
{
    size_t i = 0;
    while (!str_starts(code, str_c(rules[i].code)))
        i++;
    return &rules[i];
}

const char *slip_advice(const struct slip_line *line)
{
    return rule_of(line->code)->advice;
}

bool slip_loses_file(struct str code)
{
    return rule_of(code)->loss == SLIP_FILE;
}

void slips_init(struct slips *s, const struct conf *c, const struct effect *e, size_t ceiling)
{
    *s = (struct slips){.conf = c, .effect = e, .ceiling = ceiling};
}

void slips_release(struct slips *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->slip[i].line);
    free(s->slip);
    map_release(&s->orgs);
    map_release(&s->lines);
    strbuf_release(&s->key);
    strbuf_release(&s->value);
    arena_release(&s->arena);
}

static size_t slip_of(struct slips *s, struct str org)
{
    size_t at = map_get(&s->orgs, org);
    if (at != MAP_NONE)
        return at;
    X_GROW(s->slip, s->n, s->cap);
    s->slip[s->n] = (struct slip){.org = arena_str(&s->arena, org)};
    map_put(&s->orgs, s->slip[s->n].org, s->n);
    return s->n++;
}

static struct str key_of(struct slips *s, size_t org, const struct slip_finding *f, bool rest)
{
    const struct str part[] = {f->file, f->code, f->column, f->value};
    s->key.n = 0;
    strbuf_printf(&s->key, "%zu %zu %d", org, f->export, rest);
    for (size_t i = 0; i < sizeof part / sizeof part[0] - rest; i++) {
        strbuf_addc(&s->key, '\0');
        strbuf_add(&s->key, part[i]);
    }
    return strbuf_str(&s->key);
}

static size_t column_of(const struct conf *c, const struct slip_finding *f)
{
    for (size_t i = 0; f->export != SIZE_MAX && i < c->exports[f->export].n; i++)
        if (str_eq(c->exports[f->export].column[i].title, f->column))
            return i;
    return SIZE_MAX;
}

size_t slip_touch(const struct effect *e, const struct slip_line *line, bool *touched)
{
    if (line->loss == SLIP_NOTHING || line->export == SIZE_MAX)
        return 0;
    size_t column = line->loss == SLIP_CELL ? line->column_index : SIZE_MAX;
    return effect_mark(e, line->export, column, touched);
}

/* A value as it can stand on one line: at most VALUE_BYTES, control characters as blanks. */
static struct str one_line(struct strbuf *b, struct str s)
{
    size_t n = s.n < VALUE_BYTES ? s.n : VALUE_BYTES;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    b->n = 0;
    for (size_t i = 0; i < n; i++)
        strbuf_addc(b, (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f ? ' ' : s.p[i]);
    return strbuf_str(b);
}

static size_t new_line(struct slips *s, struct slip *slip, const struct slip_finding *f, bool rest)
{
    struct arena *a = &s->arena;
    X_GROW(slip->line, slip->n, slip->cap);
    struct slip_line *line = &slip->line[slip->n];
    *line = (struct slip_line){.file = arena_str(a, f->file),
                               .code = arena_str(a, f->code),
                               .column = arena_str(a, f->column),
                               .value = rest ? STR("") : arena_str(a, f->value),
                               .note = rest ? STR("") : arena_str(a, f->note),
                               .export = f->export,
                               .column_index = column_of(s->conf, f),
                               .loss = rule_of(f->code)->loss,
                               .rest = rest};
    line->figures = slip_touch(s->effect, line, NULL);
    return slip->n++;
}

void slips_add(struct slips *s, struct str org, const struct slip_finding *finding)
{
    struct slip_finding shown = *finding, *f = &shown;
    f->value = one_line(&s->value, f->value);
    size_t at = slip_of(s, org);
    struct slip *slip = &s->slip[at];
    size_t i = map_get(&s->lines, key_of(s, at, f, false));
    if (i == MAP_NONE) {
        bool rest = slip->n >= s->ceiling && f->value.n; /* else there is nothing to fold */
        struct str key = key_of(s, at, f, rest);
        i = map_get(&s->lines, key);
        if (i == MAP_NONE) {
            i = new_line(s, slip, f, rest);
            map_put(&s->lines, arena_str(&s->arena, key), i);
        }
    }
    struct slip_line *line = &slip->line[i];
    line->rows++;
    slip->findings++;
    if (line->n_places < SLIP_PLACES && f->place.line)
        line->place[line->n_places++] = f->place;
}

static int by_org(const void *a, const void *b)
{
    const struct slip *x = a, *y = b;
    return str_cmp(x->org, y->org);
}

static int larger_first(size_t x, size_t y)
{
    return (x < y) - (x > y);
}

static int by_effect(const void *a, const void *b)
{
    const struct slip_line *x = a, *y = b;
    const int order[] = {
        larger_first(x->figures, y->figures),
        larger_first(x->loss == SLIP_FILE, y->loss == SLIP_FILE),
        larger_first(x->rows, y->rows),
        larger_first(y->export, x->export),
        str_cmp(x->code, y->code),
        str_cmp(x->column, y->column),
        str_cmp(x->value, y->value),
        str_cmp(x->file, y->file),
        larger_first(y->rest, x->rest),
    };
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (order[i])
            return order[i];
    return 0;
}

void slips_sort(struct slips *s)
{
    if (s->n)
        qsort(s->slip, s->n, sizeof *s->slip, by_org);
    for (size_t i = 0; i < s->n; i++)
        qsort(s->slip[i].line, s->slip[i].n, sizeof *s->slip[i].line, by_effect);
}
