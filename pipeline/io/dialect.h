/*
 * Records of a CSV text in any dialect: delimiters of several bytes, other quotes, backslashes.
 *
 * csvin.h is the reader of the pipeline: fast, and strict about quoting. This one reads what that
 * one does not know, and reads on where quoting is broken: it says what was wrong with a record and
 * gives the likeliest cells.
 */
#ifndef PIPELINE_IO_DIALECT_H
#define PIPELINE_IO_DIALECT_H

#include "pipeline/base/str.h"

enum { DELIMITER_BYTES = 4 };

struct dialect {
    char delimiter[DELIMITER_BYTES];
    size_t n;    /* bytes of the delimiter, 1 to DELIMITER_BYTES */
    char quote;  /* 0: none */
    char escape; /* of a quote in a quoted cell: the quote itself (doubled), or a backslash */
    bool cr;     /* a CR without LF ends a record too */
};

bool dialect_equal(const struct dialect *a, const struct dialect *b);

/* What was wrong with the quoting of a record. */
enum dialect_fault {
    DIALECT_OPEN = 1,    /* a quote is not closed: the cell ends with its line, as if unquoted */
    DIALECT_AFTER = 2,   /* text after a closing quote: that quote is taken as text */
    DIALECT_ESCAPED = 4, /* the other way of escaping was used in one cell */
    DIALECT_INSIDE = 8,  /* a quote inside an unquoted cell: it is taken as text */
};

struct dialect_cell {
    struct str text; /* quotes taken off, escapes undone */
    bool quoted;
    bool escapes; /* there were some in it */
};

struct dialect_record {
    size_t offset, line;             /* of its first byte; physical line from 1 */
    size_t lines;                    /* physical lines, at least 1 */
    struct str raw;                  /* its bytes without the line end */
    unsigned faults;                 /* of enum dialect_fault */
    const struct dialect_cell *cell; /* borrowed until the next record */
    size_t n;                        /* cells, at least 1 */
};

struct dialect_reader {
    struct dialect d;
    struct str text; /* borrowed */
    size_t at, line;
    size_t
        wasted; /* bytes that open quotes have cost: past a budget they must close on their line */
    struct dialect_cell *cell; /* owned */
    size_t n, cap;
    struct strbuf unescaped;
};

/* A reader of `text`; {0} before the first call. It may be started again with another text. */
void dialect_start(struct dialect_reader *r, const struct dialect *d, struct str text);

/* Continues at a byte of the text that is on the given physical line. */
void dialect_seek(struct dialect_reader *r, size_t offset, size_t line);

/* The next record; false at the end of the text. U+FEFF at its beginning are dropped. */
bool dialect_next(struct dialect_reader *r, struct dialect_record *rec);

/* Length of the line end at `at`: LF, CR LF, several CR and LF, with cr also CR; else 0. */
size_t dialect_line_end(const struct dialect *d, struct str text, size_t at);

void dialect_release(struct dialect_reader *r);

#endif
