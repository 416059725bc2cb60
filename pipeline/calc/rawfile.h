/*
 * One raw file from bytes to a clean table: the unit of work of clean.
 */
#ifndef PIPELINE_CALC_RAWFILE_H
#define PIPELINE_CALC_RAWFILE_H

#include "pipeline/base/progress.h"
#include "pipeline/calc/change.h"
#include "pipeline/calc/conf.h"
#include "pipeline/calc/filename.h"
#include "pipeline/calc/quality.h"
#include "pipeline/calc/record.h"
#include "pipeline/calc/refs.h"
#include "pipeline/io/decode.h"
#include "pipeline/io/dialect.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/hash.h"

/* What happened to a raw file; the words stand in the ledgers. */
enum rawfile_state {
    RAWFILE_READ,       /* "read" */
    RAWFILE_REPLACED,   /* "replaced": a higher version of the same delivery was read */
    RAWFILE_EMPTY,      /* "empty": nothing in it */
    RAWFILE_HEADER,     /* "header": no record names all required columns */
    RAWFILE_UNREADABLE, /* "unreadable": damaged or too large */
    RAWFILE_MOVING,     /* "moving": it changed while it was read; left for the next run */
    RAWFILE_STATES
};
extern const char *const rawfile_state_name[RAWFILE_STATES];

struct rawfile {
    const struct dirlist_file *file;
    size_t export;
    struct filename name;
    int64_t cutoff; /* day: of the file name, else of the run */
    enum rawfile_state state;

    /* Results. */
    char sha256[65];
    uint64_t bytes; /* on disk */
    enum encoding encoding;
    size_t bad; /* undecodable bytes */
    struct dialect dialect;
    bool said;          /* a [file] section says how it is written */
    bool sniffed;       /* the dialect was found out ... */
    int64_t confidence; /* ... thousandths */
    size_t header_line, columns;
    size_t rows_read, kept, rejected, total_rows;
    size_t blank, notes, repeated;   /* records that are no rows */
    size_t set_aside;                /* records of other tables in the file */
    size_t mended;                   /* records read otherwise than they are written */
    int64_t counted;                 /* bytes told to rawfile_worker_count */
    size_t warned;                   /* lines of warnings */
    struct quality quality;          /* the same, counted by code */
    size_t changed[CHANGES];         /* altered cells of the rows kept, by rule */
    struct strbuf rejects, warnings; /* finished CSV lines; owned */
    struct strbuf corrected;         /* the same, of corrected.csv */
    struct problems misfits;         /* corrections that do not fit the file; owned */
    struct strbuf packed;            /* gzip members: the lines of warnings before those; owned */
    struct strbuf packed_rejects;    /* the same of rejects */
};

/* Buffers of a worker, used again for its next file. */
struct rawfile_worker;
struct rawfile_worker *rawfile_worker_new(const struct conf *c, const struct refs *r,
                                          const struct secret *secret, const char *raw,
                                          bool list_changes);
void rawfile_worker_free(struct rawfile_worker *w);

/* While the worker reads a file, its bytes are added to those of p (borrowed): f->counted of them,
 * the rest is the caller's to add. */
void rawfile_worker_count(struct rawfile_worker *w, struct progress *p);

/* How many cells were altered. */
size_t rawfile_changed(const struct rawfile *f);

/* Where the altered cells of a file are listed whose table is `to`, until the lists of all files
 * are joined. There is no such file when there are none. */
const char *rawfile_changes_path(struct arena *a, const char *to);

/*
 * Cleans f->file into the table file `to` (made only when the state becomes RAWFILE_READ). Findings
 * about the data are counted and written down in *f; false and *e only when the system failed.
 */
bool rawfile_clean(struct rawfile_worker *w, struct rawfile *f, const char *to, struct err *e);

/* The names of the columns in f->file that its export does not declare, in their order; in the
 * arena. None where the file cannot be read: rawfile_clean says why. */
bool rawfile_columns(struct rawfile_worker *w, const struct rawfile *f, struct arena *a,
                     struct str **name, size_t *n, struct err *e);
/* A row of a raw file as rawfile_look shows it. */
struct rawfile_seen {
    const struct rawfile *file;
    const struct header *header;
    const struct csvrec *rec;
    bool kept;
    const struct tvalue *row;      /* its values; NULL: rejected for its structure, or not read */
    const struct finding *finding; /* of the values, the deciding one first */
    size_t n_findings;
    enum reason reason; /* of a rejected row: the deciding one */
    void *job;          /* for rawfile_shown */
};
typedef void rawfile_watcher(void *context, const struct rawfile_seen *s);

/*
 * Goes through f->file as rawfile_clean does, row by row, and makes no table. What is shown is
 * valid during the call alone. *f is filled as by rawfile_clean.
 */
bool rawfile_look(struct rawfile_worker *w, struct rawfile *f, rawfile_watcher *seen, void *context,
                  struct err *e);

/* Shows the records of all rows, whose cells it does not read: of *s only `file`, `header` and
 * `rec` say something, and of *f what is known of the file and its header. */
bool rawfile_look_at_records(struct rawfile_worker *w, struct rawfile *f, rawfile_watcher *seen,
                             void *context, struct err *e);

/* The record as it stands in the file, personal cells masked: as it is shown with a rejection.
 * Borrowed until the next record. */
struct str rawfile_shown(const struct rawfile_seen *s);

/* Appends a line to the warnings of f; column and value may be empty. Arguments fill the message of
 * `code`, end with a NULL. */
void rawfile_warn(struct rawfile *f, const struct conf *c, size_t line, const char *code,
                  struct str column, struct str value, ...) __attribute__((sentinel));

void rawfile_release(struct rawfile *f);

#endif
