#include "pipeline/calc/slip_compare.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/num.h"
#include "pipeline/calc/slip.h"
#include "pipeline/calc/slip_page.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"

struct comparing {
    struct arena *arena;
    struct slip_changes *c;
    struct map rows;   /* what a finding is known by -> row */
    struct map unread; /* exports of which a file could not be read this time */
    size_t cap;
};

static struct slip_change *row_of(struct comparing *g, const struct str *cell)
{
    struct slip_changes *c = g->c;
    struct str key = arena_printf(g->arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(cell[SLIP_EXPORT]),
                                  STR_ARG(cell[SLIP_CODE]), STR_ARG(cell[SLIP_COLUMN]),
                                  STR_ARG(cell[SLIP_VALUE]));
    size_t at = map_put(&g->rows, key, c->n);
    if (at == c->n) {
        X_GROW(c->row, c->n, g->cap);
        c->row[c->n++] = (struct slip_change){.code = cell[SLIP_CODE],
                                              .export = cell[SLIP_EXPORT],
                                              .column = cell[SLIP_COLUMN],
                                              .value = cell[SLIP_VALUE]};
    }
    return &c->row[at];
}

static bool add_slip(struct comparing *g, const char *path, bool is_last, struct err *e)
{
    struct csvtable t;
    if (!path)
        return true;
    if (!csvtable_read(path, g->arena, &t, e))
        return false;
    for (size_t r = 0; r < t.rows; r++) {
        int64_t rows;
        if (t.columns <= SLIP_ROWS || !num_parse_plain(t.row[r][SLIP_ROWS], &rows))
            return err_set(e, ST_DATA, arena_printf(g->arena, "%s:%zu", path, t.line[r]).p,
                           "E-STAGE-03", NULL);
        struct slip_change *row = row_of(g, t.row[r]);
        *(is_last ? &row->last : &row->now) += rows;
        if (!is_last && slip_loses_file(row->code))
            map_put(&g->unread, row->export, 0);
    }
    return true;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t gone(const struct slip_change *r)
{
    return r->last - smaller(r->last, r->now);
}

bool slip_compare(const char *last, const char *now, struct arena *a, struct slip_changes *c,
                  struct err *e)
{
    *c = (struct slip_changes){0};
    struct comparing g = {.arena = a, .c = c};
    bool ok = add_slip(&g, now, false, e) && add_slip(&g, last, true, e);
    struct slip_change *row = ARENA_ARRAY(a, struct slip_change, c->n);
    for (size_t i = 0; i < c->n; i++) {
        row[i] = c->row[i];
        row[i].unread = map_get(&g.unread, row[i].export) != MAP_NONE;
        c->last += row[i].last;
        c->now += row[i].now;
        c->same += smaller(row[i].last, row[i].now);
        c->unknown += row[i].unread ? gone(&row[i]) : 0;
    }
    c->mended = c->last - c->same - c->unknown;
    c->fresh = c->now - c->same;
    free(c->row);
    c->row = row;
    map_release(&g.rows);
    map_release(&g.unread);
    return ok;
}

void slip_compare_csv(const struct slip_changes *c, enum lang lang, struct strbuf *text)
{
    static const char *const heading[][MSG_LANGS] = {
        {"编号", "code"}, {"报表", "export"},      {"列", "column"},     {"原值", "value"},
        {"上次", "last"}, {"本次", "now"},         {"已改正", "mended"}, {"仍有", "same"},
        {"新增", "new"},  {"未能核对", "unknown"},
    };
    struct csvout out = {.out = text, .crlf = true, .defuse = true};
    strbuf_add(text, STR("\xef\xbb\xbf"));
    for (size_t i = 0; i < sizeof heading / sizeof heading[0]; i++)
        csvout_text(&out, str_c(heading[i][lang]));
    csvout_end(&out);
    for (size_t i = 0; i < c->n; i++) {
        const struct slip_change *r = &c->row[i];
        int64_t same = smaller(r->last, r->now);
        const struct str word[] = {r->code, r->export, r->column, r->value};
        int64_t missing = gone(r);
        const int64_t count[] = {r->last, r->now,        r->unread ? 0 : missing,
                                 same,    r->now - same, r->unread ? missing : 0};
        for (size_t k = 0; k < sizeof word / sizeof word[0]; k++)
            csvout_text(&out, word[k]);
        for (size_t k = 0; k < sizeof count / sizeof count[0]; k++)
            csvout_int(&out, count[k]);
        csvout_end(&out);
    }
}
