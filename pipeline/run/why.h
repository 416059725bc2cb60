/*
 * Internal to run/why_*.c: what is known while a figure is explained.
 */
#ifndef PIPELINE_RUN_WHY_H
#define PIPELINE_RUN_WHY_H

#include "pipeline/calc/figure.h"
#include "pipeline/calc/trace.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/run/opts.h"
#include "pipeline/run/why_changes.h"
#include "pipeline/run/why_command.h"

/* A table of an earlier stage in which a row can be looked up by file and line. */
struct why_list {
    bool there; /* the file is there */
    struct csvtable t;
    size_t *column;   /* of the names asked for */
    struct map first; /* "file:line" -> row, the others through next */
    size_t *next;
};

/* What happened to rows before they counted. */
struct why_past {
    struct arena arena;
    struct why_changes *changes; /* NULL: not there */
    struct why_list duplicates;  /* file, line, kind */
    struct why_list events;      /* file, line */
};

struct why_raw;

struct why {
    const struct why_request *r;
    const struct opts_shared *opts;
    const struct conf *conf;
    enum lang lang;
    struct refs refs;
    struct plan plan;
    const char *raw, *out;
    enum delivery *delivery;
    struct arena arena;
    struct csvtable line; /* compute/indicators.csv */
    struct why_past past;
    struct why_raw *raws; /* records of the raw files, when they were asked for */
    struct strbuf text;   /* what is to be printed */
    struct strbuf cell;   /* scratch of one cell */

    /* The figure in hand. */
    size_t row;                      /* of `line`; SIZE_MAX: no row of the cell counted */
    struct str org, month;           /* of the cell */
    struct trace *trace;             /* finished */
    struct figures made;             /* computed once more */
    const struct figure_row *figure; /* its line in `made` */
};

/* Column `name` of the figure's line, "" when there is none. */
struct str why_line(const struct why *w, const char *name);

/* Writes what is to be printed once there is enough of it (least bytes). */
bool why_flush(struct why *w, size_t least, struct err *e);

/* --- why_words.c --- */

enum why_word {
    WORD_SCOPE,
    WORD_WHOLE,
    WORD_VALUE,
    WORD_NUMERATOR,
    WORD_DENOMINATOR,
    WORD_ROUNDING,
    WORD_HALF_UP,
    WORD_HALF_EVEN,
    WORD_PRINTED,
    WORD_PRIOR,
    WORD_BASELINE,
    WORD_CHANGE,
    WORD_STATUS,
    WORD_DEFINITION,
    WORD_SOURCE,
    WORD_ROWS,
    WORD_REPORTS,
    WORD_CHANGED,
    WORD_LOST,
    WORD_RECORD,
    WORD_DUPLICATE,
    WORD_SUPERSEDED,
    WORD_WOULD_COUNT,
    WORD_UNDECIDED,
    WORD_TAKEN,
    WORD_SAME,
    WORDS
};
const char *why_word(const struct why *w, enum why_word word);
const char *why_side(const struct why *w, enum trace_side side);

/* --- why_past.c --- */

/* Reads what merge and clean wrote about rows; what is not there is empty. */
bool why_past_read(struct why *w, struct err *e);
void why_past_release(struct why_past *p);

/* The first row of a list about file:line, SIZE_MAX: none; the others follow in l->next. */
size_t why_past_find(const struct why_list *l, struct str file, int64_t line);

/* --- columns --- */

/* Is column c of table t personal? Of the value of a call? */
bool why_is_personal(const struct why *w, size_t t, size_t column);
bool why_value_is_personal(const struct why *w, const struct trace_call *k);

/* Kept column k of a row as it may be shown: masked, or as it stands in the raw file. */
struct str why_cell(struct why *w, size_t t, size_t at, size_t k);

/* Appends text of a raw file on one line, without what a terminal would obey. */
void why_plain(struct why *w, struct str s);

/* The same for a record, on a line of its own. */
void why_record(struct why *w, struct str record);

/* --- why_text.c, why_csv.c --- */

void why_head(struct why *w);
bool why_text_rows(struct why *w, struct err *e);
bool why_csv_rows(struct why *w, struct err *e);
void why_text_counts(struct why *w);
void why_csv_counts_head(struct why *w);
void why_csv_counts(struct why *w);

/* --- why_raw.c --- */

/* Reads again, from the raw files, the records of all rows that the trace lists. */
bool why_raw_read(struct why *w, struct err *e);
void why_raw_free(struct why_raw *x);

/* Cell of column c of row `at` of the trace's table t as it stands in its file; p == NULL: not
 * known. */
struct str why_raw_cell(const struct why *w, size_t t, size_t at, size_t column);

/* The record as one line, personal cells masked unless they are asked for. */
struct str why_raw_record(const struct why *w, size_t t, size_t at);

/* --- why_rejected.c --- */

/* Lists the rejected rows that would have counted; *n: how many lines. */
bool why_rejected(struct why *w, size_t *n, struct err *e);

#endif
