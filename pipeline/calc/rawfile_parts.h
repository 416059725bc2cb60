/*
 * What the files of rawfile share.
 */
#ifndef PIPELINE_CALC_RAWFILE_PARTS_H
#define PIPELINE_CALC_RAWFILE_PARTS_H

#include "pipeline/calc/changelog.h"
#include "pipeline/calc/correct.h"
#include "pipeline/calc/header.h"
#include "pipeline/calc/othertable.h"
#include "pipeline/calc/ragged.h"
#include "pipeline/calc/rawfile.h"
#include "pipeline/calc/reason.h"
#include "pipeline/calc/record.h"
#include "pipeline/calc/totals.h"
#include "pipeline/io/csvin.h"

struct rawfile_worker {
    const struct conf *conf;
    const struct refs *refs;
    const struct secret *secret;
    const char *raw;
    bool list_changes;
    struct decoded text;
    struct csvin *csv;
    struct arena arena;      /* of one file */
    struct arena scratch;    /* of one record */
    struct arena headers[2]; /* of the header in force and the one before, if not the first */
    rawfile_watcher *seen;   /* of rawfile_look; NULL: none */
    bool unread;             /* its cells are not read */
    void *context;
    struct progress *progress; /* NULL: nobody wants to know */
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
    struct arena *headers; /* where the header is; NULL: it is the first one */
    struct csvin_mark at;  /* of the record in hand */
    bool gap;              /* the record before it is blank */
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

/* What a record is, by its first cells. */
enum rawfile_class { CLASS_DATA, CLASS_BLANK, CLASS_HEADER, CLASS_NOTE, CLASS_TOTAL };

/* The first n bytes of s, without half a character. */
struct str rawfile_cut(struct str s, size_t n);

/* Makes what depends on the header in j: before the first row, and with each further header. */
void rawfile_begin_rows(struct job *j);

/* Counts a record as a row and rejects it for its structure. */
void rawfile_reject(struct job *j, const struct csvrec *rec, enum reason reason);

/* Rejects a record that is larger than the configuration lets one be, or has such a cell; false:
 * it is not. */
bool rawfile_refuse_large(struct job *j, const struct csvrec *rec);

/* A record with as many cells as the header, or read as such. */
bool rawfile_take_row(struct job *j, const struct csvrec *rec, struct err *e);

/* --- rawfile_class.c: records that are no rows --- */

/* Marks the first bytes with which a record may be no plain row; once for each header. */
void rawfile_mark_first_bytes(struct job *j);

enum rawfile_class rawfile_classify(struct job *j, const struct csvrec *rec);

/* Counts a record that is no row. */
void rawfile_take_other(struct job *j, const struct csvrec *rec, enum rawfile_class class);

/* --- rawfile_ragged.c --- */

/* A record that is broken or has another number of cells: pads, mends or rejects it. */
bool rawfile_take_ragged(struct job *j, const struct csvrec *rec, struct err *e);

/* --- rawfile_aside.c: other tables in the file --- */

/* Sets the tables above the header aside; the reader then stands where it stood. */
void rawfile_look_above(struct job *j);

/* Does another table begin with this record? Then it is set aside. rec is read again. */
bool rawfile_begin_aside(struct job *j, struct csvrec *rec, enum othertable_place place);

/* While a table is set aside (j->aside.records): is this record one of it, too? */
bool rawfile_stays_aside(struct job *j, struct csvrec *rec, enum rawfile_class class, bool gap);

/* Ends the table that is set aside, if there is one, with its warning. */
void rawfile_end_aside(struct job *j);

/* Do all cells of a record contradict their columns, as far as they can? */
bool rawfile_is_refused(struct job *j, const struct csvrec *rec);

/* --- rawfile_header.c: what is said about a header --- */

/* Warns of columns that are not read, and of those that are not there; below the header before it
 * (NULL: none) only of those that were. */
void rawfile_warn_columns(struct job *j, const struct header *before);

/* Is a record behind the header one that names the columns anew? Then the rows behind it are read
 * by it, and what it changes is said. */
bool rawfile_take_header(struct job *j, const struct csvrec *rec);

/* The file has no header: says what is missing, and what may be meant. */
void rawfile_no_header(struct job *j, const struct header_miss *miss);

#endif
