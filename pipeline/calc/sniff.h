/*
 * What a CSV text is, found out without being told: its dialect, where its tables begin and end,
 * how many rows their headers have, and what their columns hold.
 *
 * The dialect is the one under which the text looks most like a table: many records of one width,
 * and cells that look like something. The idea of weighing both is that of van den Burg, Nazabal
 * and Sutton ("Wrangling messy CSV files by detecting row and type patterns", 2019); the measure
 * is our own (sniff_dialect.c).
 */
#ifndef PIPELINE_CALC_SNIFF_H
#define PIPELINE_CALC_SNIFF_H

#include "pipeline/base/arena.h"
#include "pipeline/calc/guess.h"
#include "pipeline/io/dialect.h"

/* How well a dialect explains a text. */
struct sniff_fit {
    struct dialect dialect;
    size_t width;  /* cells of its commonest record */
    int64_t share; /* thousandths of the records that have this width */
    int64_t score; /* thousandths */
};

/* The dialect of a text, and the best one that reads it otherwise (score 0: none does). */
void sniff_dialect(struct str text, struct sniff_fit *best, struct sniff_fit *second);

/* 0 to 1000: how sure the best one is. */
int64_t sniff_confidence(const struct sniff_fit *best, const struct sniff_fit *second);

/* What is unusual about a text; each kind has a message. */
enum sniff_kind {
    SNIFF_EMPTY,     /* nothing in it */
    SNIFF_OPEN,      /* records with a quote that is never closed */
    SNIFF_AFTER,     /* text after a closing quote */
    SNIFF_ESCAPED,   /* the other way of escaping */
    SNIFF_INSIDE,    /* a quote inside an unquoted cell */
    SNIFF_FEW,       /* fewer cells than the table has columns */
    SNIFF_MANY,      /* more cells */
    SNIFF_MENDED,    /* records read under another dialect */
    SNIFF_REPEATED,  /* the header again */
    SNIFF_REORDERED, /* the header again, with its columns in another order */
    SNIFF_BLANK,     /* blank lines inside a table */
    SNIFF_TABLES,    /* further tables */
    SNIFF_BETWEEN,   /* lines between two tables */
    SNIFF_LINE_ENDS, /* line ends unlike most */
    SNIFF_NUL,       /* NUL bytes */
    SNIFF_BOM,       /* byte order marks inside the text */
    SNIFF_NAMELESS,  /* columns without a name */
    SNIFF_SAME_NAME, /* columns that share a name */
    SNIFF_NO_HEADER, /* the header given does not stand in the file */
    SNIFF_KINDS
};

struct sniff_finding {
    size_t n;    /* how often; 0: never */
    size_t line; /* physical line of the first; 0: the whole file */
};

struct sniff_record {
    size_t offset;
    uint32_t line, lines;   /* first physical line, how many */
    uint32_t cells, filled; /* filled: not empty and not only blanks */
    unsigned faults;        /* of enum dialect_fault */
};

struct sniff_table {
    size_t first, end;           /* its records, header included */
    size_t headers;              /* rows of its header: 0 to 3 */
    size_t repeats;              /* further rows at once after it that say the same */
    size_t cells;                /* columns */
    struct str *name;            /* [cells]; n = 0: none. All n = 0 without a header */
    struct guess_column *column; /* [cells]: of its first rows */
    size_t rows;                 /* records below the header, blank ones left out */
};

struct sniff {
    struct sniff_fit fit, second;
    int64_t confidence;  /* thousandths */
    size_t lf, crlf, cr; /* line ends of records */
    bool final_newline;
    struct sniff_record *record; /* owned */
    size_t n, cap;
    struct sniff_table *table; /* [tables]; in the arena */
    size_t tables, main;       /* main: the one with most rows */
    size_t preamble,
        footer; /* lines before the first table and after the last that are not blank */
    struct sniff_finding finding[SNIFF_KINDS];
    struct arena arena;
    struct dialect_reader reader;
    struct str text; /* borrowed */
};

/* Looks at a text. header: the names that its header should have, n_header = 0: not known. */
void sniff_text(struct sniff *s, struct str text, const struct str *header, size_t n_header);
void sniff_release(struct sniff *s);

/*
 * The rows of a table, one call each: exactly table->cells cells, quoting undone, records with too
 * few or too many cells mended as far as their cells show what belongs where (calc/mend.h). cell is
 * borrowed for the call. Blank lines and repeated headers are left out; below one that
 * has the columns in another order, cells are put where they belong. Counts findings in *s.
 */
typedef void sniff_row(void *context, const struct str *cell, size_t n, size_t line);
void sniff_rows(struct sniff *s, size_t table, sniff_row *row, void *context);

#endif
