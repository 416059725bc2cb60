/*
 * The list of the altered cells of a raw file (calc/change.h says what is one).
 *
 * Lines go on to a gzip file bit by bit: memory is bounded, however many cells there are. The files
 * of all raw files are joined in the end (outfile_append).
 */
#ifndef PIPELINE_CALC_CHANGELOG_H
#define PIPELINE_CALC_CHANGELOG_H

#include "pipeline/calc/record.h"

/* There may be more of these lines than rows, and few are ever looked up: the fastest level. */
enum { CHANGELOG_GZIP = 1 };

enum { CHANGELOG_DAYS = 1024 };
struct printed_day {
    int64_t day;
    char text[10];   /* YYYY-MM-DD */
    unsigned char n; /* 0: nothing is kept here */
};

extern const char changelog_header[]; /* the first line of the joined list */

struct outfile;
struct changelog {
    const char *path;                       /* borrowed; the file is made with the first lines */
    const struct conf_export *x;            /* borrowed */
    const struct tschema *schema;           /* borrowed */
    struct str file, *title;                /* as cells: "file", and of each column ",title" */
    struct str ending[CHANGES];             /* ",rule" and the end of the line */
    struct strbuf text;                     /* lines on their way */
    struct printed_day day[CHANGELOG_DAYS]; /* by day % CHANGELOG_DAYS */
    struct outfile *out;                    /* NULL: nothing was written yet */
    struct arena arena;
};

/* `file` is the raw file as it stands in the lines, `schema` that of its clean table. */
void changelog_init(struct changelog *l, const char *path, struct str file,
                    const struct conf_export *x, const struct tschema *schema);

/* Adds what was altered in the record in hand, whose row is kept. Personal values are masked. False
 * and *e when the file could not be written. */
bool changelog_add(struct changelog *l, struct record *k, const struct csvrec *rec,
                   const struct tvalue *row, struct err *e);

/* Writes the rest and closes the file. */
bool changelog_close(struct changelog *l, struct err *e);

/* Frees; a file that was not closed well is removed. */
void changelog_release(struct changelog *l);

#endif
