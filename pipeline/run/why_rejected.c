/*
 * Rejected rows that would have counted, or may have: why_verdict.c has the rule.
 */
#include "pipeline/run/why_rejected.h"

#include <stdlib.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"
#include "pipeline/run/why_raw.h"

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
            !why_raw_look(x->w, i, rawfile_look, collect, x, e))
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
    if (!why_verdict(x, e) || !mark_taken(x, e))
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
