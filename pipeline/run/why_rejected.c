/*
 * Rejected rows that would have counted.
 *
 * The rule: what a row must meet to count is a list of conditions joined by `and` (of the event
 * table, of the sets, of the indicator, of the call, and belonging to the organisation and month
 * asked for), and its value must not be missing. A condition is decided when no cell that it reads
 * was bad or missing where one is required. One that is decided and not met: the row would not have
 * counted, whatever the other cells are. All decided and met: it would have counted. Otherwise
 * nobody can say. Rows that could not be cut into cells are never decided. Wrong order or range of
 * dates makes no cell unknown: the row is judged as it stands.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/deadline.h"
#include "pipeline/io/csvout.h"
#include "pipeline/run/why_raw.h"

enum verdict { WOULD_NOT, UNDECIDED, WOULD_COUNT, VERDICTS };

struct rejected_row {
    struct str file, record;
    int64_t line;
    enum reason reason;
    struct strbuf reasons; /* the others too; owned */
    bool structure;        /* no cells */
    struct str taken;      /* file:line of a row with the same key that counts */
};

/* The rejected rows of a table that the figure is counted from. */
struct rejected {
    struct why *w;
    size_t t;
    const struct tschema *schema;
    struct rejected_row *row; /* owned */
    size_t n, cap;
    int64_t **number; /* [columns]: owned, grown with the rows */
    struct str **text;
    uint8_t **unknown; /* [columns]: 1 where the cell is not known */
    struct tblock block;
    struct arena arena;
    enum verdict *verdict; /* [n] */
    struct strbuf *parts;  /* [n]: where the row would have counted; owned */
};

/* --- collecting --- */

static void grow(struct rejected *x)
{
    if (x->n < x->cap)
        return;
    x->cap = x_grown(x->cap, x->n + 1);
    x->row = x_realloc(x->row, x->cap, sizeof *x->row);
    for (size_t c = 0; c < x->schema->n; c++) {
        x->number[c] = x_realloc(x->number[c], x->cap, sizeof *x->number[c]);
        x->text[c] = x_realloc(x->text[c], x->cap, sizeof *x->text[c]);
        x->unknown[c] = x_realloc(x->unknown[c], x->cap, sizeof *x->unknown[c]);
    }
}

static bool is_cell_reason(enum reason r)
{
    return r != REASON_DATE_ORDER && r != REASON_DATE_RANGE;
}

static void take_cells(struct rejected *x, const struct rawfile_seen *s)
{
    const struct conf_export *export = &x->w->conf->exports[s->file->export];
    for (size_t c = 0; c < x->schema->n; c++) {
        bool has = s->row && c < export->n;
        bool is_text = x->schema->col[c].type == TCOL_TEXT;
        x->number[c][x->n] = has && !is_text ? s->row[c].i : TABLE_MISSING;
        x->text[c][x->n] =
            has && is_text && s->row[c].s.p ? arena_str(&x->arena, s->row[c].s) : (struct str){0};
        x->unknown[c][x->n] = !s->row;
    }
    for (size_t i = 0; i < s->n_findings; i++)
        if (!s->finding[i].warning && is_cell_reason(s->finding[i].reason)) {
            x->unknown[s->finding[i].column][x->n] = 1;
            x->number[s->finding[i].column][x->n] = TABLE_MISSING;
        }
}

static void add_reason(struct strbuf *b, const char *reason, struct str column)
{
    strbuf_printf(b, "%s%s", b->n ? ", " : "", reason);
    if (column.n)
        strbuf_printf(b, " (%.*s)", STR_ARG(column));
}

static void collect(void *context, const struct rawfile_seen *s)
{
    struct rejected *x = context;
    const struct conf_export *export = &x->w->conf->exports[s->file->export];
    if (s->kept)
        return;
    grow(x);
    struct rejected_row *r = &x->row[x->n];
    *r = (struct rejected_row){.file = arena_str(&x->arena, s->file->file->path),
                               .line = (int64_t)s->rec->line,
                               .reason = s->reason,
                               .structure = !s->row};
    r->record = arena_str(&x->arena, x->w->r->unmask ? s->rec->raw : rawfile_shown(s));
    if (!s->row)
        add_reason(&r->reasons, reason_table[s->reason].name, STR(""));
    for (size_t i = 0; i < s->n_findings; i++)
        if (!s->finding[i].warning)
            add_reason(&r->reasons, reason_table[s->finding[i].reason].name,
                       export->column[s->finding[i].column].title);
    take_cells(x, s);
    x->n++;
}

static bool collect_files(struct rejected *x, struct err *e)
{
    const struct ledger *l = why_raw_ledger(x->w);
    size_t export = schema_export(x->w->conf, x->t);
    for (size_t i = 0; i < l->n; i++)
        if (l->row[i].export == export && ledger_is_read(&l->row[i]) && l->row[i].rejected &&
            !why_raw_look(x->w, i, collect, x, e))
            return false;
    return true;
}

static void make_block(struct rejected *x)
{
    x->block =
        (struct tblock){x->n, x->schema->n, ARENA_ARRAY(&x->arena, struct tvec, x->schema->n)};
    for (size_t c = 0; c < x->schema->n; c++) {
        struct tvec *v = &x->block.col[c];
        if (x->schema->col[c].type == TCOL_TEXT)
            *v = (struct tvec){.dict = x->text[c], .n_dict = x->n};
        else
            *v = (struct tvec){.v = x->number[c]};
    }
}

/* --- due dates --- */

static bool read_pauses(struct why *w, const struct conf_deadline *d, struct pauses *p,
                        struct arena *a, struct err *e)
{
    struct str dir = arena_printf(a, "%s/merge", w->out);
    struct str path = schema_merged_path(a, dir.p, w->conf->exports[d->pause_export].id);
    struct tabin *in = tabin_open(path.p, e);
    bool ok = in != NULL;
    for (size_t b = 0; ok && b < tabin_blocks(in); b++) {
        struct tblock *block = ARENA_NEW(a, struct tblock);
        ok = tabin_read(in, b, NULL, a, block, e);
        if (ok)
            pauses_add(p, block);
    }
    tabin_free(in);
    return ok;
}

static void mark_inputs(const struct conf_deadline *d, const struct plan_deadline *conditions,
                        bool *reads)
{
    const size_t one[] = {d->start, d->given, d->extend, d->pause_on, d->pause_open};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++)
        if (one[i] != SIZE_MAX && (i < 3 || d->pause_export != SIZE_MAX))
            reads[one[i]] = true;
    for (size_t i = 0; i < d->n_limit; i++) {
        reads[d->limit[i].number] = true;
        if (d->limit[i].unit != SIZE_MAX)
            reads[d->limit[i].unit] = true;
    }
    expr_columns(conditions->same_day, reads);
    expr_columns(conditions->extend_when, reads);
}

/* Due dates of the rejected rows, unknown where something that they rest on is. */
static bool fill_deadlines(struct rejected *x, struct err *e)
{
    struct why *w = x->w;
    size_t export = schema_export(w->conf, x->t), column = w->conf->exports[export].n;
    bool ok = true;
    for (size_t i = 0; ok && i < w->conf->n_deadlines; i++) {
        const struct conf_deadline *d = &w->conf->deadlines[i];
        if (d->export != export)
            continue;
        bool *reads = ARENA_ARRAY(&x->arena, bool, x->schema->n);
        struct pauses *p = d->pause_export != SIZE_MAX ? pauses_new(d) : NULL;
        ok = !p || read_pauses(w, d, p, &x->arena, e);
        if (ok)
            deadline_fill(d, &w->plan.deadline[i], &w->refs, p, &x->block, x->schema,
                          x->number[column], &x->arena);
        mark_inputs(d, &w->plan.deadline[i], reads);
        for (size_t c = 0; c < x->schema->n; c++)
            for (size_t r = 0; reads[c] && r < x->n; r++)
                x->unknown[column][r] |= x->unknown[c][r];
        pauses_free(p);
        column++;
    }
    return ok;
}

/* --- judging --- */

static void lower(enum verdict *v, size_t r, enum verdict limit)
{
    if (v[r] > limit)
        v[r] = limit;
}

/* Which rows have a cell that is not known among the columns of e. */
static const uint8_t *unknown_of(struct rejected *x, const struct expr *e)
{
    bool *reads = ARENA_ARRAY(&x->arena, bool, x->schema->n);
    uint8_t *unknown = ARENA_ARRAY(&x->arena, uint8_t, x->n);
    expr_columns(e, reads);
    for (size_t c = 0; c < x->schema->n; c++)
        for (size_t r = 0; reads[c] && r < x->n; r++)
            unknown[r] |= x->unknown[c][r];
    return unknown;
}

static void judge_condition(struct rejected *x, const struct expr *e, int period, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, period);
    const uint8_t *unknown = unknown_of(x, e);
    uint8_t *mask = ARENA_ARRAY(&x->arena, uint8_t, x->n);
    expr_test(e, &x->block, &p, &x->arena, mask);
    for (size_t r = 0; r < x->n; r++)
        if (unknown[r] || !mask[r])
            lower(v, r, unknown[r] ? UNDECIDED : WOULD_NOT);
}

static void judge_value(struct rejected *x, const struct plan_value *value, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, value->period);
    const uint8_t *unknown = unknown_of(x, value->e);
    struct tvec t = expr_eval(value->e, &x->block, &p, &x->arena);
    for (size_t r = 0; r < x->n; r++) {
        bool missing = t.v ? t.v[r] == TABLE_MISSING : !tvec_text(&t, r).p;
        if (unknown[r] || missing)
            lower(v, r, unknown[r] ? UNDECIDED : WOULD_NOT);
    }
}

static void judge_org(struct rejected *x, const struct plan_axis *axis, enum verdict *v)
{
    const struct str *s = x->text[axis->column];
    for (size_t r = 0; r < x->n; r++)
        if (x->unknown[axis->column][r])
            lower(v, r, UNDECIDED);
        else if (!s[r].p || !str_eq(s[r], x->w->trace->cell.org))
            lower(v, r, WOULD_NOT);
}

static void judge_month(struct rejected *x, const struct plan_axis *axis, enum verdict *v)
{
    const struct expr_period p = compute_period(&x->w->refs, axis->period);
    bool moment = x->schema->col[axis->column].type == TCOL_DATETIME;
    for (size_t r = 0; r < x->n; r++) {
        int64_t day = x->number[axis->column][r], year, month, d;
        if (x->unknown[axis->column][r]) {
            lower(v, r, UNDECIDED);
            continue;
        }
        if (day != TABLE_MISSING && moment)
            day = date_of_moment(day);
        bool in = day >= p.start && day <= p.end; /* missing is below every day */
        if (in)
            date_civil(day, &year, &month, &d);
        if (!in || month - 1 != x->w->trace->cell.month)
            lower(v, r, WOULD_NOT);
    }
}

/* What each row would have been for one call. */
static enum verdict *judge_call(struct rejected *x, const struct trace_call *k)
{
    const struct plan_table *t = &x->w->plan.figures->table[x->t];
    const struct plan_aggregate *a = &t->aggregate[k->f->aggregate];
    const struct conf *c = x->w->conf;
    enum verdict *v = ARENA_ARRAY(&x->arena, enum verdict, x->n);
    for (size_t r = 0; r < x->n; r++)
        v[r] = WOULD_COUNT;
    if (x->t >= c->n_exports && x->w->plan.event[x->t - c->n_exports].where)
        judge_condition(x, x->w->plan.event[x->t - c->n_exports].where, PERIOD_THIS, v);
    for (size_t i = a->filter; i != PLAN_NONE; i = t->filter[i].parent)
        if (t->filter[i].condition != PLAN_NONE) {
            const struct plan_condition *q = &t->condition[t->filter[i].condition];
            judge_condition(x, q->e, q->period, v);
        }
    if (a->value != PLAN_NONE)
        judge_value(x, &t->value[a->value], v);
    if (x->w->trace->cell.org.n && a->axis[AXIS_ORG] != PLAN_NONE)
        judge_org(x, &t->axis[a->axis[AXIS_ORG]], v);
    if (x->w->trace->cell.month != COMPUTE_NO_MONTH && a->axis[AXIS_MONTH] != PLAN_NONE)
        judge_month(x, &t->axis[a->axis[AXIS_MONTH]], v);
    for (size_t r = 0; r < x->n; r++)
        if (x->row[r].structure)
            v[r] = UNDECIDED;
    return v;
}

static void judge(struct rejected *x)
{
    const struct why *w = x->w;
    x->verdict = ARENA_ARRAY(&x->arena, enum verdict, x->n);
    x->parts = ARENA_ARRAY(&x->arena, struct strbuf, x->n);
    for (size_t i = 0; i < w->trace->n_calls; i++) {
        const struct trace_call *k = &w->trace->call[i];
        if (k->f->table != x->t)
            continue;
        const enum verdict *v = judge_call(x, k);
        for (size_t r = 0; r < x->n; r++) {
            if (v[r] > x->verdict[r])
                x->verdict[r] = v[r];
            if (v[r] == WOULD_COUNT)
                strbuf_printf(&x->parts[r], "%s%.*s %s", x->parts[r].n ? ", " : "",
                              STR_ARG(w->conf->indicators[k->figure].id), why_side(w, k->side));
        }
    }
}

/* --- rows of the same key --- */

static bool add_key(const struct rejected *x, const struct tblock *b, size_t r, struct strbuf *key)
{
    const struct conf_export *export = &x->w->conf->exports[schema_export(x->w->conf, x->t)];
    key->n = 0;
    for (size_t i = 0; i < export->n_key; i++) {
        const struct tvec *v = &b->col[export->key[i]];
        if (v->v) {
            strbuf_add_int(key, v->v[r]);
        } else {
            struct str s = tvec_text(v, r);
            if (!s.p)
                return false;
            strbuf_add(key, s);
        }
        strbuf_addc(key, '\0');
    }
    return true;
}

static void find_taken(struct rejected *x, const struct map *keys, const struct tblock *b)
{
    struct strbuf key = {0};
    for (size_t r = 0; r < b->rows; r++) {
        size_t at = add_key(x, b, r, &key) ? map_get(keys, strbuf_str(&key)) : MAP_NONE;
        if (at != MAP_NONE)
            x->row[at].taken =
                arena_printf(&x->arena, "%.*s:%lld", STR_ARG(tvec_text(&b->col[b->n - 2], r)),
                             (long long)b->col[b->n - 1].v[r]);
    }
    strbuf_release(&key);
}

/* Marks rows whose key another row of the export has, which was accepted. */
static bool mark_taken(struct rejected *x, struct err *e)
{
    struct why *w = x->w;
    const struct conf_export *export = &w->conf->exports[schema_export(w->conf, x->t)];
    struct map keys = {0};
    struct strbuf key = {0};
    for (size_t r = 0; r < x->n; r++) {
        bool known = x->verdict[r] != WOULD_NOT && !x->row[r].structure;
        for (size_t i = 0; i < export->n_key; i++)
            known = known && !x->unknown[export->key[i]][r];
        if (known && add_key(x, &x->block, r, &key))
            map_put(&keys, arena_str(&x->arena, strbuf_str(&key)), r);
    }
    strbuf_release(&key);
    bool *want = ARENA_ARRAY(&x->arena, bool, x->schema->n);
    want[x->schema->n - 1] = want[x->schema->n - 2] = true;
    for (size_t i = 0; i < export->n_key; i++)
        want[export->key[i]] = true;
    struct str dir = arena_printf(&x->arena, "%s/merge", w->out);
    struct tabin *in =
        keys.n ? tabin_open(schema_merged_path(&x->arena, dir.p, export->id).p, e) : NULL;
    bool ok = in || !keys.n;
    for (size_t b = 0; in && ok && b < tabin_blocks(in); b++) {
        struct arena a = {0};
        struct tblock block;
        ok = tabin_read(in, b, want, &a, &block, e);
        if (ok)
            find_taken(x, &keys, &block);
        arena_release(&a);
    }
    tabin_free(in);
    map_release(&keys);
    return ok;
}

/* --- printing --- */

/* Column c of row r as it may be shown; "?" where it is not known. */
static struct str shown(struct rejected *x, size_t c, size_t r)
{
    if (x->unknown[c][r])
        return STR("?");
    if (x->schema->col[c].type == TCOL_TEXT) {
        struct str s = x->text[c][r];
        return s.p && why_is_personal(x->w, x->t, c) ? STR("***") : s;
    }
    x->w->cell.n = 0;
    table_print(&x->schema->col[c], x->number[c][r], &x->w->cell);
    return strbuf_str(&x->w->cell);
}

static const char *verdict_word(const struct rejected *x, size_t r)
{
    return why_word(x->w, x->verdict[r] == WOULD_COUNT ? WORD_WOULD_COUNT : WORD_UNDECIDED);
}

static void print_text(struct rejected *x, size_t r)
{
    struct strbuf *out = &x->w->text;
    const struct rejected_row *row = &x->row[r];
    const struct trace_table *s = &x->w->trace->table[x->t];
    strbuf_printf(out, "  %.*s:%lld  %s  %s", STR_ARG(row->file), (long long)row->line,
                  strbuf_c(&x->row[r].reasons), verdict_word(x, r));
    if (x->parts[r].n)
        strbuf_printf(out, ": %s", strbuf_c(&x->parts[r]));
    for (size_t k = 0; !row->structure && k + 2 < s->n_columns; k++) {
        struct str v = shown(x, s->column[k], r);
        strbuf_printf(out, "  %.*s=", STR_ARG(x->schema->col[s->column[k]].name));
        why_plain(x->w, v);
    }
    strbuf_addc(out, '\n');
    if (row->taken.n)
        strbuf_printf(out, "      %s: %.*s\n", why_word(x->w, WORD_TAKEN), STR_ARG(row->taken));
    if (x->w->opts->verbose || row->structure)
        why_record(x->w, row->record);
}

static void print_csv(struct rejected *x, size_t r)
{
    const struct rejected_row *row = &x->row[r];
    struct csvout out = {.out = &x->w->text, .crlf = true, .defuse = true};
    csvout_text(&out, row->file);
    csvout_int(&out, row->line);
    csvout_text(&out, str_c(reason_table[row->reason].name));
    csvout_text(&out, strbuf_str(&row->reasons));
    csvout_text(&out, x->verdict[r] == WOULD_COUNT ? STR("would count") : STR("undecided"));
    csvout_text(&out, strbuf_str(&x->parts[r]));
    csvout_text(&out, row->taken);
    csvout_text(&out, row->record);
    csvout_end(&out);
}

static bool list_table(struct rejected *x, size_t *listed, struct err *e)
{
    if (!collect_files(x, e))
        return false;
    make_block(x);
    if (!fill_deadlines(x, e))
        return false;
    judge(x);
    if (!mark_taken(x, e))
        return false;
    for (size_t r = 0; r < x->n; r++) {
        if (x->verdict[r] == WOULD_NOT)
            continue;
        ++*listed;
        if (x->w->r->count)
            continue;
        if (x->w->r->csv)
            print_csv(x, r);
        else
            print_text(x, r);
    }
    return true;
}

static bool one_table(struct why *w, size_t t, size_t *listed, struct err *e)
{
    struct rejected x = {.w = w, .t = t, .schema = &w->plan.table[t]};
    x.number = x_calloc(x.schema->n, sizeof *x.number);
    x.text = x_calloc(x.schema->n, sizeof *x.text);
    x.unknown = x_calloc(x.schema->n, sizeof *x.unknown);
    bool ok = list_table(&x, listed, e);
    for (size_t c = 0; c < x.schema->n; c++) {
        free(x.number[c]);
        free(x.text[c]);
        free(x.unknown[c]);
    }
    for (size_t r = 0; r < x.n; r++) {
        strbuf_release(&x.row[r].reasons);
        if (x.parts)
            strbuf_release(&x.parts[r]);
    }
    free(x.number);
    free(x.text);
    free(x.unknown);
    free(x.row);
    arena_release(&x.arena);
    return ok;
}

bool why_rejected(struct why *w, size_t *n, struct err *e)
{
    static const struct str name[] = {{"file", 4},    {"line", 4},  {"reason", 6},   {"reasons", 7},
                                      {"verdict", 7}, {"parts", 5}, {"same_key", 8}, {"record", 6}};
    struct csvout head = {.out = &w->text, .crlf = true};
    *n = 0;
    if (!why_raw_open(w, e))
        return false;
    if (w->r->csv && !w->r->count) {
        strbuf_add(&w->text, STR("\xef\xbb\xbf"));
        csvout_record(&head, name, sizeof name / sizeof name[0]);
    }
    for (size_t t = 0; t < schema_tables(w->conf); t++)
        if (w->trace->table[t].used && !one_table(w, t, n, e))
            return false;
    return true;
}
