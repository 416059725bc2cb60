#include "pipeline/calc/rawfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/changelog.h"
#include "pipeline/calc/correct.h"
#include "pipeline/calc/othertable.h"
#include "pipeline/calc/ragged.h"
#include "pipeline/calc/record.h"
#include "pipeline/calc/schema.h"
#include "pipeline/calc/totals.h"
#include "pipeline/io/csvin.h"
#include "pipeline/io/csvout.h"

const char *const rawfile_state_name[RAWFILE_STATES] = {
    [RAWFILE_READ] = "read",     [RAWFILE_REPLACED] = "replaced",
    [RAWFILE_EMPTY] = "empty",   [RAWFILE_HEADER] = "header",
    [RAWFILE_MOVING] = "moving", [RAWFILE_UNREADABLE] = "unreadable",
};

struct rawfile_worker {
    const struct conf *conf;
    const struct refs *refs;
    const struct secret *secret;
    const char *raw;
    bool list_changes;
    struct decoded text;
    struct csvin *csv;
    struct arena arena;   /* of one file */
    struct arena scratch; /* of one record */
};

/* Another table of the file, while its records are passed over. */
struct aside {
    size_t records;     /* 0: there is none */
    size_t cells;       /* its width */
    size_t first, last; /* physical lines */
    struct str head;    /* its first record, borrowed from the text */
};

/* The file in hand. */
struct job {
    struct rawfile_worker *w;
    struct rawfile *f;
    const struct conf_export *x;
    struct conf_form form;
    struct header header;
    struct csvin_mark at; /* of the record in hand */
    bool gap;             /* the record before it is blank */
    struct aside aside;
    struct ragged *ragged; /* NULL: no record has been mended */
    size_t first;          /* offset of the first record behind the header */
    struct record *record;
    struct correct *correct;    /* NULL: no correction of this file */
    struct record *uncorrected; /* beside it: what rows would be without */
    struct tabout *table;
    bool has_bad;      /* a U+FFFD somewhere in the text, and such records are rejected */
    bool masks;        /* some column of this file is personal */
    bool fills;        /* some column is filled down */
    bool special[256]; /* first bytes with which a record may be no plain data */
    struct totals *totals;
    struct tvalue *row; /* the export's columns and src_line */
    struct tschema schema;
    struct changelog changes;
};

struct rawfile_worker *rawfile_worker_new(const struct conf *c, const struct refs *r,
                                          const struct secret *secret, const char *raw,
                                          bool list_changes)
{
    struct rawfile_worker *w = x_calloc(1, sizeof *w);
    *w = (struct rawfile_worker){
        .conf = c, .refs = r, .secret = secret, .raw = raw, .list_changes = list_changes};
    w->csv = csvin_new((struct str){"", 0}, ',');
    return w;
}

void rawfile_worker_free(struct rawfile_worker *w)
{
    if (!w)
        return;
    decode_release(&w->text);
    csvin_free(w->csv);
    arena_release(&w->arena);
    arena_release(&w->scratch);
    free(w);
}

void rawfile_release(struct rawfile *f)
{
    strbuf_release(&f->rejects);
    strbuf_release(&f->warnings);
    strbuf_release(&f->corrected);
    problems_release(&f->misfits);
    quality_release(&f->quality);
}

size_t rawfile_changed(const struct rawfile *f)
{
    size_t n = 0;
    for (size_t i = 0; i < CHANGES; i++)
        n += f->changed[i];
    return n;
}

const char *rawfile_changes_path(struct arena *a, const char *to)
{
    return arena_printf(a, "%s.changes", to).p;
}

/* --- findings --- */

static struct str cut(struct str s, size_t n)
{
    if (s.n <= n)
        return s;
    while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return (struct str){s.p, n};
}

void rawfile_warn(struct rawfile *f, const struct conf *c, size_t line, const char *code,
                  struct str column, struct str value, ...)
{
    const char *arg[MSG_ARGS] = {0};
    va_list ap;
    va_start(ap, value);
    for (size_t i = 0; i < MSG_ARGS && (arg[i] = va_arg(ap, const char *)); i++)
        ;
    va_end(ap);
    char note[1024];
    msg_format(code, c->language, arg, note, sizeof note);
    struct csvout out = {.out = &f->warnings, .defuse = true};
    csvout_text(&out, f->file->path);
    csvout_int(&out, (int64_t)line);
    csvout_text(&out, str_c(code));
    csvout_text(&out, column);
    csvout_text(&out, cut(value, 200));
    csvout_text(&out, str_c(note));
    csvout_end(&out);
    f->warned++;
    quality_add(&f->quality, code, column, line);
}

/*
 * The record as it is shown with a rejection. Personal cells are record_masked; in a record with
 * more or fewer cells than the header, so is every cell to which one may have been shifted; and of
 * a record that could not be split nothing is shown when the file has a personal column.
 */
static struct str shown_record(struct job *j, const struct csvrec *rec)
{
    size_t limit = (size_t)j->w->conf->limits.reject_bytes;
    if (!j->masks)
        return cut(rec->raw, limit);
    if (rec->broken)
        return record_masked;
    size_t cells = csvin_cells(rec, j->header.cells), h = j->header.cells;
    size_t shift = cells > h ? cells - h : h - cells;
    struct strbuf text = {0};
    struct csvout out = {.out = &text};
    for (size_t i = 0; i < rec->n; i++) {
        bool hide = false;
        for (size_t c = 0; c < j->x->n && !hide; c++) {
            size_t at = j->header.field[c];
            hide = j->x->column[c].personal && at != SIZE_MAX && at <= i + shift &&
                   i <= at + shift && rec->field[i].n;
        }
        csvout_text(&out, hide ? record_masked : rec->field[i]);
    }
    struct str s = arena_str(&j->w->scratch, cut(strbuf_str(&text), limit));
    strbuf_release(&text);
    return s;
}

static void reject(struct job *j, const struct csvrec *rec, enum reason reason, size_t column,
                   struct str value)
{
    bool has = column != SIZE_MAX;
    struct csvout out = {.out = &j->f->rejects, .defuse = true};
    csvout_text(&out, j->f->file->path);
    csvout_int(&out, (int64_t)rec->line);
    csvout_text(&out, str_c(reason_name[reason]));
    csvout_text(&out, has ? j->x->column[column].title : STR(""));
    if (has && j->x->column[column].personal && value.n)
        value = record_masked;
    csvout_text(&out, cut(value, 200));
    csvout_text(&out, shown_record(j, rec));
    csvout_end(&out);
}

static void reject_structure(struct job *j, const struct csvrec *rec, enum reason reason)
{
    j->f->rows_read++;
    j->f->rejected++;
    reject(j, rec, reason, SIZE_MAX, STR(""));
}

static void write_findings(struct job *j, const struct csvrec *rec)
{
    size_t n;
    const struct finding *f = record_findings(j->record, &n);
    for (size_t i = 0; i < n; i++) {
        const struct conf_column *c = &j->x->column[f[i].column];
        if (!f[i].warning)
            reject(j, rec, f[i].reason, f[i].column, f[i].value);
        else
            rawfile_warn(j->f, j->w->conf, rec->line, f[i].warning, c->title,
                         c->personal ? record_masked : f[i].value, NULL);
    }
}

/* --- records that are no rows --- */

static bool begins(struct str s, const struct conf_words *words)
{
    for (size_t i = 0; i < words->n; i++)
        if (str_starts(s, words->word[i]))
            return true;
    return false;
}

static void mark_first_bytes(struct job *j)
{
    /* What folding, trimming or deleting could turn into something else. */
    static const unsigned char folded[] = {0,    ' ',  '\t', '\n', '\v', '\f', '\r', '\'', '*', '(',
                                           0x1c, 0x1d, 0x1e, 0x1f, 0xc2, 0xe1, 0xe2, 0xe3, 0xef};
    for (size_t i = 0; i < sizeof folded; i++)
        j->special[folded[i]] = true;
    const struct conf_reading *r = &j->w->conf->reading;
    for (size_t i = 0; i < r->notes.n; i++)
        j->special[(unsigned char)r->notes.word[i].p[0]] = true;
    for (size_t i = 0; i < r->totals.n; i++)
        j->special[(unsigned char)r->totals.word[i].p[0]] = true;
    for (size_t k = 0; k < j->header.n_rows; k++)
        if (j->header.row_cells[k] && j->header.row[k][0].n)
            j->special[(unsigned char)j->header.row[k][0].p[0]] = true;
}

enum class { CLASS_DATA, CLASS_BLANK, CLASS_HEADER, CLASS_NOTE, CLASS_TOTAL };

static enum class classify(struct job *j, const struct csvrec *rec) {
    if (rec->field[0].n && !j->special[(unsigned char)rec->field[0].p[0]]) return CLASS_DATA;
    struct arena *a = &j->w->scratch;
    struct str first = {"", 0};
    for (size_t i = 0; i < rec->n && first.n == 0; i++) first = cell_normalise(rec->field[i], a);
    if (first.n == 0) return CLASS_BLANK;
    if (header_is_repeated(&j->header, rec, a)) return CLASS_HEADER;
    const struct conf_reading *r = &j->w->conf->reading;
    if (begins(first, &r->notes)) return CLASS_NOTE;
    return begins(cell_no_space(first, a), &r->totals) ? CLASS_TOTAL : CLASS_DATA;
}

static void check_total(struct job *j, const struct csvrec *rec)
{
    for (size_t i = 0; i < totals_columns(j->totals); i++) {
        size_t c = totals_column(j->totals, i);
        const struct conf_column *column = &j->x->column[c];
        struct tvalue v;
        if (record_cell(j->record, rec, c, &v) != CELL_OK || totals_agree(j->totals, i, v.i))
            continue;
        struct strbuf sum = {0};
        struct tcolumn shape = {.type = column->type->kind->type};
        table_print(&shape, totals_kept(j->totals, i), &sum);
        rawfile_warn(j->f, j->w->conf, rec->line, "W-TOTAL-01", column->title,
                     rec->field[j->header.field[c]], strbuf_c(&sum), NULL);
        strbuf_release(&sum);
    }
    totals_since(j->totals);
}

/* --- rows --- */

/* Has a record an undecodable character that is left in its cells? */
static bool is_damaged(const struct job *j, const struct csvrec *rec, const struct csvrec *cells)
{
    bool damaged = j->has_bad && decode_is_damaged(rec->raw);
    if (!damaged || cells == rec)
        return damaged;
    damaged = false;
    for (size_t i = 0; i < cells->n && !damaged; i++)
        damaged = decode_is_damaged(cells->field[i]);
    return damaged;
}

/* Writes down the corrections of a row, and what they did to it. A column that is filled down needs
 * all rows to know what this one would be without them. */
static void list_corrections(struct job *j, const struct csvrec *rec, bool good)
{
    size_t n;
    const struct tvalue *ignored;
    correct_applied(j->correct, &n);
    if (n == 0 && !j->fills)
        return;
    bool was = !is_damaged(j, rec, rec) && record_clean(j->uncorrected, rec, &ignored);
    enum correct_row row =
        good ? (was ? CORRECT_KEPT : CORRECT_RESCUED) : (was ? CORRECT_LOST : CORRECT_REJECTED);
    correct_list(j->correct, row, (size_t)j->w->conf->limits.reject_bytes, &j->f->corrected);
}

/* Counts what was altered in the row in hand, and lists it where that is wanted. */
static bool take_changes(struct job *j, const struct csvrec *rec, struct err *e)
{
    size_t n;
    const struct alteration *a = record_alterations(j->record, &n);
    for (size_t i = 0; i < n; i++)
        j->f->changed[a[i].rule]++;
    return n == 0 || !j->w->list_changes || changelog_add(&j->changes, j->record, rec, j->row, e);
}

/* cells: what is read of the record, with its corrections. */
static bool clean_row(struct job *j, const struct csvrec *rec, const struct csvrec *cells,
                      struct err *e)
{
    const struct tvalue *row;
    j->f->rows_read++;
    bool good = record_clean(j->record, cells, &row);
    if (j->correct)
        list_corrections(j, rec, good);
    size_t n;
    record_findings(j->record, &n);
    if (n)
        write_findings(j, rec);
    totals_add(j->totals, row, good);
    if (!good) {
        j->f->rejected++;
        return true;
    }
    j->f->kept++;
    memcpy(j->row, row, j->x->n * sizeof *row);
    j->row[j->x->n].i = (int64_t)rec->line;
    return take_changes(j, rec, e) && tabout_row(j->table, j->row, e);
}

/* A record with as many cells as the header, or read as such. */
static bool take_row(struct job *j, const struct csvrec *rec, struct err *e)
{
    const struct csvrec *cells = rec;
    if (j->correct)
        cells = correct_record(j->correct, rec, &j->w->scratch);
    if (j->has_bad && is_damaged(j, rec, cells)) {
        if (j->correct)
            list_corrections(j, rec, false);
        reject_structure(j, rec, REASON_ENCODING_BAD);
        return true;
    }
    return clean_row(j, rec, cells, e);
}

/* Counts a record that is no row. */
static void take_other(struct job *j, const struct csvrec *rec, enum class class)
{
    j->f->blank += class == CLASS_BLANK;
    j->f->repeated += class == CLASS_HEADER;
    j->f->notes += class == CLASS_NOTE;
    j->gap = class == CLASS_BLANK;
    if (class != CLASS_TOTAL)
        return;
    j->f->rows_read++;
    j->f->total_rows++;
    check_total(j, rec);
}

/* --- records that do not fit --- */

static void warn_row(struct job *j, const struct csvrec *rec, const char *code, const char *read_as)
{
    j->f->mended++;
    rawfile_warn(j->f, j->w->conf, rec->line, code, STR(""), j->masks ? record_masked : rec->raw, read_as,
                 NULL);
}

/* The cells of a mended record in one line. */
static const char *read_as(struct job *j, const struct ragged_row *row)
{
    struct strbuf b = {0};
    for (size_t i = 0; i < j->header.cells; i++) {
        size_t c = j->header.column[i];
        bool hide = c != SIZE_MAX && j->x->column[c].personal && row->cell[i].n;
        strbuf_add(&b, i ? STR(" | ") : STR(""));
        strbuf_add(&b, hide ? record_masked : row->cell[i]);
    }
    const char *text = arena_str(&j->w->scratch, strbuf_str(&b)).p;
    strbuf_release(&b);
    return text;
}

static struct csvrec as_record(const struct job *j, const struct csvrec *rec,
                               const struct ragged_row *row)
{
    struct csvrec r = {.line = rec->line, .lines = 1, .raw = row->raw, .field = row->cell};
    r.n = j->header.cells;
    r.broken = true; /* nobody knows in which of its cells something personal stands */
    return r;
}

/* Several records in one line, or one whose cells can be guessed. *took: it was. */
static bool mend(struct job *j, const struct csvrec *rec, bool *took, struct err *e)
{
    struct arena *a = &j->w->scratch;
    struct ragged_row *part, one;
    bool ok = true;
    if (!j->ragged)
        j->ragged = ragged_new(&j->header.dialect, j->w->text.text, j->first, j->header.cells);
    size_t n = ragged_split(j->ragged, rec->raw, a, &part);
    *took = n || ragged_mend(j->ragged, rec->raw, a, &one);
    if (!*took)
        return true;
    if (!n)
        part = &one;
    warn_row(j, rec, n ? "W-ROW-03" : "W-ROW-02", n ? "" : read_as(j, part));
    for (size_t i = 0; ok && i < (n ? n : 1); i++) {
        struct csvrec r = as_record(j, rec, &part[i]);
        enum class class = n ? classify(j, &r) : CLASS_DATA;
        if (class == CLASS_DATA)
            ok = take_row(j, &r, e);
        else
            take_other(j, &r, class);
    }
    return ok;
}

/* A broken record was given up with the lines below it; mended, it is its first line alone. */
static void resume_below(struct job *j, const struct csvrec *rec)
{
    struct str text = j->w->text.text;
    size_t end = (size_t)(rec->raw.p - text.p) + rec->raw.n;
    end += dialect_line_end(&j->header.dialect, text, end);
    if (rec->broken && rec->lines > 1)
        csvin_seek(j->w->csv, (struct csvin_mark){end, rec->line + 1});
}

static bool take_ragged(struct job *j, const struct csvrec *rec, struct err *e)
{
    bool took = false, ok = true;
    if (j->form.ragged == RAGGED_PAD && !rec->broken && rec->n < j->header.cells) {
        warn_row(j, rec, "W-ROW-01", "");
        return take_row(j, rec, e);
    }
    if (j->form.ragged == RAGGED_MEND)
        ok = mend(j, rec, &took, e);
    if (took)
        resume_below(j, rec);
    else
        reject_structure(j, rec, rec->broken ? REASON_QUOTE_OPEN : REASON_FIELD_COUNT);
    return ok;
}

/* --- other tables in the file --- */

static void end_aside(struct job *j)
{
    const struct aside *s = &j->aside;
    if (!s->records)
        return;
    struct arena *a = &j->w->scratch;
    rawfile_warn(j->f, j->w->conf, s->first, "W-TABLE-01", STR(""), j->masks ? record_masked : s->head,
                 arena_printf(a, "%zu", s->first).p, arena_printf(a, "%zu", s->last).p,
                 arena_printf(a, "%zu", s->records).p, NULL);
    j->aside = (struct aside){0};
}

static void add_aside(struct job *j, const struct csvrec *rec)
{
    j->f->set_aside++;
    j->aside.records++;
    j->aside.last = rec->line + rec->lines - 1;
}

/* Does another table begin with this record? Then it is set aside. */
static bool begin_aside(struct job *j, struct csvrec *rec, enum othertable_place place)
{
    size_t cells, own = place == OTHERTABLE_ABOVE ? 0 : j->header.cells;
    bool begins = othertable_begins(j->w->csv, rec, place, j->header.cells, &j->w->scratch, &cells);
    csvin_expect(j->w->csv, own);
    csvin_seek(j->w->csv, j->at);
    csvin_next(j->w->csv, rec);
    if (!begins)
        return false;
    end_aside(j);
    j->aside = (struct aside){.cells = cells, .first = rec->line, .head = rec->raw};
    add_aside(j, rec);
    return true;
}

/* Has it all that a row needs? */
static bool is_row(struct job *j, const struct csvrec *rec)
{
    struct tvalue v;
    for (size_t c = 0; c < j->x->n; c++) {
        const struct conf_column *column = &j->x->column[c];
        bool own = column->required && !column->fill_down && column->fallback == SIZE_MAX;
        if (own && record_cell(j->record, rec, c, &v) != CELL_OK)
            return false;
    }
    return true;
}

/* Do all of its cells contradict their columns, as far as they can? */
static bool is_refused(struct job *j, const struct csvrec *rec)
{
    struct tvalue v;
    size_t refused = 0;
    for (size_t c = 0; c < j->x->n; c++) {
        if (j->header.field[c] == SIZE_MAX || conf_column_type(&j->x->column[c]) == TCOL_TEXT)
            continue;
        enum cell_result r = record_cell(j->record, rec, c, &v);
        if (r == CELL_OK)
            return false;
        refused += r != CELL_MISSING;
    }
    return refused > 0;
}

/* While records are set aside: is this one, too? Our table goes on with its header, with a row
 * behind a blank line, or with a row of another width than the other table's. */
static bool stays_aside(struct job *j, struct csvrec *rec, enum class class, bool gap)
{
    size_t own = j->header.cells;
    bool fits = !rec->broken && csvin_cells(rec, own) == own;
    if (class == CLASS_BLANK || class == CLASS_NOTE)
        return false;
    if (class == CLASS_HEADER || (fits && (gap || j->aside.cells != own) && is_row(j, rec))) {
        end_aside(j);
        return false;
    }
    if (!gap || rec->broken || !begin_aside(j, rec, OTHERTABLE_GAP))
        add_aside(j, rec);
    return true;
}

/* The tables above the header. */
static void look_above(struct job *j)
{
    struct csvin *c = j->w->csv;
    struct csvin_mark behind = csvin_tell(c);
    struct csvrec rec;
    bool gap = true;
    if (j->form.header || j->form.skip)
        return;
    csvin_expect(c, 0);
    csvin_seek(c, (struct csvin_mark){0, 1});
    for (j->at = csvin_tell(c); csvin_next(c, &rec) && rec.line < j->header.line;
         j->at = csvin_tell(c)) {
        arena_reset(&j->w->scratch);
        bool blank = !rec.broken && csvin_cells(&rec, 0) == 0;
        if (blank)
            end_aside(j);
        else if (j->aside.records)
            add_aside(j, &rec);
        else if (gap)
            begin_aside(j, &rec, OTHERTABLE_ABOVE);
        gap = blank;
    }
    end_aside(j);
    csvin_seek(c, behind);
    csvin_expect(c, j->header.cells);
}

static bool take_record(struct job *j, struct csvrec *rec, struct err *e)
{
    bool gap = j->gap;
    j->gap = false;
    arena_reset(&j->w->scratch);
    enum class class = rec->broken ? CLASS_DATA : classify(j, rec);
    if (j->aside.records && stays_aside(j, rec, class, gap))
        return true;
    if (class != CLASS_DATA) {
        take_other(j, rec, class);
        return true;
    }
    bool fits = !rec->broken && csvin_cells(rec, j->header.cells) == j->header.cells;
    if (fits && !gap)
        return take_row(j, rec, e);
    if (!rec->broken && (!fits || is_refused(j, rec)) &&
        begin_aside(j, rec, gap ? OTHERTABLE_GAP : OTHERTABLE_CLOSE))
        return true;
    return fits ? take_row(j, rec, e) : take_ragged(j, rec, e);
}

/* Why the column of cell i is not read. */
static const char *ignored_column(const struct header *h, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (h->column[k] != SIZE_MAX && str_eq(h->name[k], h->name[i]))
            return "W-COL-03";
    return h->name[i].n ? "W-COL-01" : "W-COL-04";
}

static void warn_about_columns(struct job *j)
{
    const struct header *h = &j->header;
    for (size_t i = 0; i < h->cells; i++)
        if (h->column[i] == SIZE_MAX)
            rawfile_warn(j->f, j->w->conf, h->line, ignored_column(h, i), h->name[i], STR(""),
                         arena_printf(&j->w->scratch, "%zu", i + 1).p, NULL);
    for (size_t c = 0; c < j->x->n; c++)
        if (h->field[c] == SIZE_MAX)
            rawfile_warn(j->f, j->w->conf, h->line, "W-COL-02", j->x->column[c].title, STR(""),
                         NULL);
}

static void prepare(struct job *j)
{
    struct arena *a = &j->w->arena;
    size_t n = j->x->n;
    const struct record_file file = {.conf = j->w->conf,
                                     .refs = j->w->refs,
                                     .export = j->x,
                                     .header = &j->header,
                                     .secret = j->w->secret,
                                     .org = j->f->name.org,
                                     .cutoff = j->f->cutoff};
    j->record = record_new(&file);
    const struct correct_file corrections = {.refs = j->w->refs,
                                             .export = j->x,
                                             .header = &j->header,
                                             .file = j->f->file->path,
                                             .misfits = &j->f->misfits};
    j->correct = correct_new(&corrections, a);
    if (j->correct)
        j->uncorrected = record_new(&file);
    j->row = ARENA_ARRAY(a, struct tvalue, n + 1);
    j->totals = totals_new(j->x, j->header.field, a);
    for (size_t c = 0; c < n; c++) {
        j->fills |= j->x->column[c].fill_down;
        j->masks |= j->x->column[c].personal && j->header.field[c] != SIZE_MAX;
    }
    j->has_bad = !j->w->conf->reading.keep_damaged && decode_is_damaged(j->w->text.text);
    mark_first_bytes(j);
}

static bool clean_records(struct job *j, const char *to, struct err *e)
{
    j->schema = schema_clean(j->w->conf, (size_t)(j->x - j->w->conf->exports), &j->w->arena);
    changelog_init(&j->changes, rawfile_changes_path(&j->w->arena, to), j->f->file->path, j->x,
                   &j->schema);
    const struct tnote notes[] = {{STR("src_file"), j->f->file->path}};
    j->table = tabout_open(to, &j->schema, notes, 1, e);
    if (!j->table)
        return false;
    prepare(j);
    warn_about_columns(j);
    bool ok = true;
    j->first = csvin_tell(j->w->csv).offset;
    look_above(j);
    struct csvrec rec;
    for (j->at = csvin_tell(j->w->csv); ok && csvin_next(j->w->csv, &rec);
         j->at = csvin_tell(j->w->csv))
        ok = take_record(j, &rec, e);
    end_aside(j);
    if (j->correct)
        correct_end(j->correct);
    ok = ok && tabout_close(j->table, e) && changelog_close(&j->changes, e);
    tabout_free(j->table);
    changelog_release(&j->changes);
    record_free(j->record);
    record_free(j->uncorrected);
    ragged_free(j->ragged);
    return ok;
}

/* The names in the file that are none of the export's columns. */
static size_t unused_names(const struct job *j, const struct header_miss *miss, struct str *name)
{
    size_t n = 0;
    for (size_t i = 0; i < miss->n; i++) {
        bool used = miss->name[i].n == 0;
        for (size_t c = 0; c < j->x->n && !used; c++)
            for (size_t k = 0; k < j->x->column[c].header.n && !used; k++)
                used = str_eq(j->x->column[c].header.word[k], miss->name[i]);
        if (!used)
            name[n++] = miss->name[i];
    }
    return n;
}

/* What a column that is missing may be called in the file: the nearest name to any of its own, else
 * all that are left over. */
static struct str likely_names(struct job *j, const struct conf_column *c,
                               const struct header_miss *miss)
{
    struct arena *a = &j->w->arena;
    struct str *name = ARENA_ARRAY(a, struct str, miss->n);
    size_t n = unused_names(j, miss, name);
    for (size_t k = 0; k < c->header.n; k++) {
        struct str nearest = conf_nearest(c->header.word[k], name, n);
        if (nearest.n)
            return nearest;
    }
    struct strbuf all = {0};
    for (size_t i = 0; i < n; i++) {
        strbuf_add(&all, i ? STR(", ") : STR(""));
        strbuf_add(&all, name[i]);
    }
    struct str s = arena_str(a, strbuf_str(&all));
    strbuf_release(&all);
    return s;
}

static void no_header(struct job *j, const struct header_miss *miss)
{
    j->f->state = RAWFILE_HEADER;
    for (size_t c = 0; c < j->x->n; c++) {
        const struct conf_column *column = &j->x->column[c];
        if (!column->required || (miss->n && miss->has[c]))
            continue;
        struct str names = likely_names(j, column, miss);
        rawfile_warn(j->f, j->w->conf, 0, "W-FILE-05", column->title, cut(names, 200),
                     arena_str(&j->w->arena, column->title).p,
                     names.n ? arena_str(&j->w->arena, cut(names, 500)).p : "-", NULL);
    }
}

/* The encoding that the configuration says; ENC_N: none. */
static const enum encoding encodings[] = {
    [ENCODING_UNSET] = ENC_N,         [ENCODING_UTF8] = ENC_UTF8,
    [ENCODING_GB18030] = ENC_GB18030, [ENCODING_UTF16LE] = ENC_UTF16LE,
    [ENCODING_UTF16BE] = ENC_UTF16BE,
};

static bool read_text(struct rawfile_worker *w, const struct rawfile *f,
                      const struct conf_form *form, struct err *e)
{
    const char *path = arena_printf(&w->arena, "%s/%.*s", w->raw, STR_ARG(f->file->path)).p;
    return decode_file_as(path, (size_t)w->conf->limits.file_bytes, encodings[form->encoding],
                          &w->text, e);
}

bool rawfile_columns(struct rawfile_worker *w, const struct rawfile *f, struct arena *a,
                     struct str **name, size_t *n, struct err *e)
{
    bool said;
    struct header h;
    struct header_miss miss;
    const struct conf_export *x = &w->conf->exports[f->export];
    struct conf_form form = conf_form_of(w->conf, f->export, f->file->path, &said);
    *n = 0;
    arena_reset(&w->arena);
    if (!read_text(w, f, &form, e))
        return e->status == ST_DATA;
    if (str_trim(w->text.text).n == 0 ||
        !header_find(x, &form, &w->conf->reading, w->text.text, w->csv, &w->arena, &h, &miss))
        return true;
    *name = ARENA_ARRAY(a, struct str, h.cells);
    for (size_t i = 0; i < h.cells; i++)
        if (h.column[i] == SIZE_MAX)
            (*name)[(*n)++] = arena_str(a, h.own[i]);
    return true;
}

bool rawfile_clean(struct rawfile_worker *w, struct rawfile *f, const char *to, struct err *e)
{
    arena_reset(&w->arena);
    struct job j = {.w = w, .f = f, .x = &w->conf->exports[f->export]};
    j.form = conf_form_of(w->conf, f->export, f->file->path, &f->said);
    if (!read_text(w, f, &j.form, e)) {
        if (e->status != ST_DATA)
            return false;
        f->state = RAWFILE_UNREADABLE;
        rawfile_warn(f, w->conf, 0, "W-FILE-06", STR(""), STR(""), e->text[w->conf->language],
                     NULL);
        return true;
    }
    f->encoding = w->text.encoding;
    f->bad = w->text.bad;
    f->bytes = w->text.bytes;
    memcpy(f->sha256, w->text.sha256, sizeof f->sha256);
    struct header_miss miss;
    if (!dirlist_is_unchanged(w->raw, f->file)) {
        f->state = RAWFILE_MOVING;
        rawfile_warn(f, w->conf, 0, "W-FILE-02", STR(""), STR(""), NULL);
        return true;
    }
    if (str_trim(w->text.text).n == 0) {
        f->state = RAWFILE_EMPTY;
        rawfile_warn(f, w->conf, 0, "W-FILE-04", STR(""), STR(""), NULL);
        return true;
    }
    if (!header_find(j.x, &j.form, &w->conf->reading, w->text.text, w->csv, &w->arena, &j.header,
                     &miss)) {
        no_header(&j, &miss);
        return true;
    }
    f->state = RAWFILE_READ;
    f->dialect = j.header.dialect;
    f->sniffed = j.header.sniffed;
    f->confidence = j.header.confidence;
    f->header_line = j.header.line;
    f->columns = j.header.cells;
    return clean_records(&j, to, e);
}
