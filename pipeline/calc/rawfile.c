#include "pipeline/calc/rawfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/stop.h"
#include "pipeline/calc/rawfile_parts.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/gzip.h"

const char *const rawfile_state_name[RAWFILE_STATES] = {
    [RAWFILE_READ] = "read",     [RAWFILE_REPLACED] = "replaced",
    [RAWFILE_EMPTY] = "empty",   [RAWFILE_HEADER] = "header",
    [RAWFILE_MOVING] = "moving", [RAWFILE_UNREADABLE] = "unreadable",
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
    for (size_t i = 0; i < 2; i++)
        arena_release(&w->headers[i]);
    free(w);
}

void rawfile_worker_count(struct rawfile_worker *w, struct progress *p)
{
    w->progress = p;
}

void rawfile_release(struct rawfile *f)
{
    strbuf_release(&f->rejects);
    strbuf_release(&f->warnings);
    strbuf_release(&f->corrected);
    problems_release(&f->misfits);
    strbuf_release(&f->packed);
    strbuf_release(&f->packed_rejects);
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

struct str rawfile_cut(struct str s, size_t n)
{
    if (s.n <= n)
        return s;
    while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return (struct str){s.p, n};
}

/* There may be something to say of every row: so much is kept as text, the rest is packed. */
enum { FINDINGS_TEXT = 4 * 1024 * 1024 };

static void pack(const struct conf *c, struct strbuf *text, struct strbuf *packed)
{
    if (text->n < FINDINGS_TEXT)
        return;
    gz_members(strbuf_str(text), (int)c->gzip_level, packed);
    text->n = 0;
}

void rawfile_warn(struct rawfile *f, const struct conf *c, size_t line, const char *code,
                  struct str column, struct str value, ...)
{
    const char *arg[MSG_ARGS];
    va_list ap;
    va_start(ap, value);
    msg_args(ap, arg);
    va_end(ap);
    char note[1024];
    msg_format(code, c->language, arg, note, sizeof note);
    struct csvout out = {.out = &f->warnings, .defuse = true};
    csvout_text(&out, f->file->path);
    csvout_int(&out, (int64_t)line);
    csvout_text(&out, str_c(code));
    csvout_text(&out, column);
    csvout_text(&out, rawfile_cut(value, 200));
    csvout_text(&out, str_c(note));
    csvout_end(&out);
    f->warned++;
    quality_add(&f->quality, code, column, line);
    pack(c, &f->warnings, &f->packed);
}

/*
 * The record as it is shown with a rejection. Personal cells are masked; in a record with more or
 * fewer cells than the header, so is every cell to which one may have been shifted; and of a record
 * that could not be split nothing is shown when the file has a personal column.
 */
static struct str shown_record(struct job *j, const struct csvrec *rec)
{
    size_t limit = (size_t)j->w->conf->limits.reject_bytes;
    if (!j->masks)
        return rawfile_cut(rec->raw, limit);
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
    struct str s = arena_str(&j->w->scratch, rawfile_cut(strbuf_str(&text), limit));
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
    csvout_text(&out, str_c(reason_table[reason].name));
    csvout_text(&out, has ? j->x->column[column].title : STR(""));
    if (has && j->x->column[column].personal && value.n)
        value = record_masked;
    csvout_text(&out, rawfile_cut(value, 200));
    csvout_text(&out, shown_record(j, rec));
    csvout_end(&out);
    pack(j->w->conf, &j->f->rejects, &j->f->packed_rejects);
}

/* Shows a row to who looks on; row = NULL: rejected for its structure. */
static void show(struct job *j, const struct csvrec *rec, const struct tvalue *row, bool kept,
                 enum reason reason)
{
    struct rawfile_seen s = {.file = j->f,
                             .header = &j->header,
                             .rec = rec,
                             .kept = kept,
                             .row = row,
                             .reason = reason,
                             .job = j};
    if (row)
        s.finding = record_findings(j->record, &s.n_findings);
    if (row && !kept)
        s.reason = s.finding[0].reason;
    j->w->seen(j->w->context, &s);
}

struct str rawfile_shown(const struct rawfile_seen *s)
{
    return shown_record(s->job, s->rec);
}

void rawfile_reject(struct job *j, const struct csvrec *rec, enum reason reason)
{
    if (j->w->seen)
        show(j, rec, NULL, false, reason);
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
    const struct correct_applied *applied = correct_applied(j->correct, &n);
    if (n == 0 && !j->fills)
        return;
    for (size_t i = 0; i < n; i++)
        record_corrected(j->record, applied[i].column);
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
    bool good = record_clean(j->record, cells, &row);
    if (!good && !rec->broken && rawfile_take_header(j, rec))
        return true;
    j->f->rows_read++;
    if (j->correct)
        list_corrections(j, rec, good);
    size_t n;
    record_findings(j->record, &n);
    if (n)
        write_findings(j, rec);
    if (j->w->seen)
        show(j, rec, row, good, REASON_N);
    totals_add(j->totals, row, good);
    if (!good) {
        j->f->rejected++;
        return true;
    }
    j->f->kept++;
    memcpy(j->row, row, j->x->n * sizeof *row);
    j->row[j->x->n].i = (int64_t)rec->line;
    return take_changes(j, rec, e) && (!j->table || tabout_row(j->table, j->row, e));
}

/* A record with as many cells as the header, or read as such. */
bool rawfile_take_row(struct job *j, const struct csvrec *rec, struct err *e)
{
    const struct csvrec *cells = rec;
    if (j->w->unread) {
        show(j, rec, NULL, true, REASON_N);
        return true;
    }
    if (j->correct)
        cells = correct_record(j->correct, rec, &j->w->scratch);
    if (j->has_bad && is_damaged(j, rec, cells)) {
        if (j->correct)
            list_corrections(j, rec, false);
        rawfile_reject(j, rec, REASON_ENCODING_BAD);
        return true;
    }
    return clean_row(j, rec, cells, e);
}

static bool take_record(struct job *j, struct csvrec *rec, struct err *e)
{
    bool gap = j->gap;
    j->gap = false;
    arena_reset(&j->w->scratch);
    if (rawfile_refuse_large(j, rec))
        return true;
    enum rawfile_class class = rec->broken ? CLASS_DATA : rawfile_classify(j, rec);
    if (j->aside.records && rawfile_stays_aside(j, rec, class, gap))
        return true;
    if (class == CLASS_HEADER && rawfile_take_header(j, rec))
        return true;
    if (class != CLASS_DATA) {
        rawfile_take_other(j, rec, class);
        return true;
    }
    bool fits = !rec->broken && csvin_cells(rec, j->header.cells) == j->header.cells;
    if (!fits && !rec->broken && rawfile_take_header(j, rec))
        return true;
    if (fits && !gap)
        return rawfile_take_row(j, rec, e);
    if (!rec->broken && (!fits || rawfile_is_refused(j, rec)) &&
        rawfile_begin_aside(j, rec, gap ? OTHERTABLE_GAP : OTHERTABLE_CLOSE))
        return true;
    return fits ? rawfile_take_row(j, rec, e) : rawfile_take_ragged(j, rec, e);
}

void rawfile_begin_rows(struct job *j)
{
    struct record_file file = {.conf = j->w->conf,
                               .refs = j->w->refs,
                               .export = j->x,
                               .header = &j->header,
                               .secret = j->w->secret,
                               .org = j->f->name.org,
                               .cutoff = j->f->cutoff};
    record_free(j->record);
    record_free(j->uncorrected);
    ragged_free(j->ragged);
    j->ragged = NULL;
    j->record = record_new(&file);
    j->uncorrected = j->correct ? record_new(&file) : NULL;
    j->first = csvin_tell(j->w->csv).offset;
    for (size_t c = 0; c < j->x->n; c++)
        j->masks |= j->x->column[c].personal && j->header.field[c] != SIZE_MAX;
    rawfile_mark_first_bytes(j);
}

static void prepare(struct job *j)
{
    struct arena *a = &j->w->arena;
    const struct correct_file corrections = {.refs = j->w->refs,
                                             .export = j->x,
                                             .header = &j->header,
                                             .file = j->f->file->path,
                                             .misfits = &j->f->misfits};
    j->correct = correct_new(&corrections, a);
    j->row = ARENA_ARRAY(a, struct tvalue, j->x->n + 1);
    j->totals = totals_new(j->x, j->header.field, a);
    for (size_t c = 0; c < j->x->n; c++)
        j->fills |= j->x->column[c].fill_down;
    j->has_bad = !j->w->conf->reading.keep_damaged && decode_is_damaged(j->w->text.text);
    rawfile_begin_rows(j);
    rawfile_warn_columns(j, NULL);
}

/* Says how far the file is, in bytes on disk. */
static void count_bytes(struct job *j)
{
    size_t all = j->w->text.text.n;
    int64_t now = (int64_t)((double)j->at.offset / (double)all * (double)j->f->bytes);
    if (j->w->progress && now > j->f->counted) {
        progress_add(&j->w->progress->bytes, now - j->f->counted);
        j->f->counted = now;
    }
}

/* All records behind the header. Every few of them it is asked whether to stop. */
static bool take_records(struct job *j, struct err *e)
{
    enum { AT_A_TIME = 2048 };
    size_t left = AT_A_TIME;
    struct csvrec rec;
    bool ok = true;
    for (j->at = csvin_tell(j->w->csv); ok && csvin_next(j->w->csv, &rec);
         j->at = csvin_tell(j->w->csv)) {
        ok = take_record(j, &rec, e);
        if (--left)
            continue;
        left = AT_A_TIME;
        count_bytes(j);
        ok = ok && stop_check(e);
    }
    return ok;
}

static bool clean_records(struct job *j, const char *to, struct err *e)
{
    j->schema = schema_clean(j->w->conf, (size_t)(j->x - j->w->conf->exports), &j->w->arena);
    changelog_init(&j->changes, rawfile_changes_path(&j->w->arena, to), j->f->file->path, j->x,
                   &j->schema);
    const struct tnote notes[] = {{STR("src_file"), j->f->file->path}};
    j->table = to ? tabout_open(to, &j->schema, notes, 1, e) : NULL;
    if (to && !j->table)
        return false;
    prepare(j);
    if (j->form.ragged == RAGGED_MEND)
        csvin_by_line(j->w->csv);
    rawfile_look_above(j);
    bool ok = take_records(j, e);
    rawfile_end_aside(j);
    if (j->correct)
        correct_end(j->correct);
    ok = ok && (!to || tabout_close(j->table, e)) && changelog_close(&j->changes, e);
    tabout_free(j->table);
    changelog_release(&j->changes);
    record_free(j->record);
    record_free(j->uncorrected);
    ragged_free(j->ragged);
    return ok;
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
    if (h.cells > (size_t)w->conf->limits.columns)
        return true; /* rawfile_clean says so */
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
    struct err why = {0};
    bool read = read_text(w, f, &j.form, e), unchanged;
    bool known = dirlist_compare(w->raw, f->file, &unchanged, &why);
    if (read && !known)
        *e = why;
    if (!known)
        return false;
    if (!unchanged) { /* whatever was read, or not, is none of its content */
        f->state = RAWFILE_MOVING;
        rawfile_warn(f, w->conf, 0, "W-FILE-02", STR(""), STR(""), NULL);
        return true;
    }
    if (!read) {
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
    if (str_trim(w->text.text).n == 0) {
        f->state = RAWFILE_EMPTY;
        rawfile_warn(f, w->conf, 0, "W-FILE-04", STR(""), STR(""), NULL);
        return true;
    }
    if (!header_find(j.x, &j.form, &w->conf->reading, w->text.text, w->csv, &w->arena, &j.header,
                     &miss)) {
        rawfile_no_header(&j, &miss);
        return true;
    }
    if (j.header.cells > (size_t)w->conf->limits.columns) {
        f->state = RAWFILE_UNREADABLE;
        rawfile_warn(f, w->conf, j.header.line, "W-FILE-10", STR(""), STR(""),
                     arena_printf(&w->arena, "%zu", j.header.cells).p,
                     arena_printf(&w->arena, "%lld", (long long)w->conf->limits.columns).p, NULL);
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

bool rawfile_look(struct rawfile_worker *w, struct rawfile *f, rawfile_watcher *seen, void *context,
                  struct err *e)
{
    w->seen = seen;
    w->context = context;
    bool ok = rawfile_clean(w, f, NULL, e);
    w->seen = NULL;
    return ok;
}

bool rawfile_look_at_records(struct rawfile_worker *w, struct rawfile *f, rawfile_watcher *seen,
                             void *context, struct err *e)
{
    w->unread = true;
    bool ok = rawfile_look(w, f, seen, context, e);
    w->unread = false;
    return ok;
}
