/*
 * Records of a decoded CSV text: our framing scanner in front of libcsv.
 *
 * The scanner cuts records, counts physical lines, judges the quoting and finds where reading
 * resumes after a broken record, none of which libcsv can do. An accepted record with a quote in it
 * is split by libcsv; one without is split here (a test proves that both agree).
 *
 * Quoting: a cell that starts with `"` is quoted, `""` in it is a quote, newlines are allowed.
 * After the closing quote only the delimiter, CR, LF or the end may follow. A quote inside an
 * unquoted cell is plain text. Nothing is trimmed here, but for a U+FEFF before a record's first
 * quote. A record ends with LF or the end of the text, either with a CR before it (after a closing
 * quote, any number of them); a CR elsewhere is part of its cell.
 *
 * Any text is read in time proportional to its length: see csvin.c for the budget that ensures it.
 */
#ifndef PIPELINE_IO_CSVIN_H
#define PIPELINE_IO_CSVIN_H

#include "pipeline/base/str.h"
#include "pipeline/io/dialect.h"

enum { CSVIN_FIELDS = 4096 }; /* ceiling of fields in one record: more make it broken */

struct csvrec {
    size_t line;             /* physical line of its first byte, from 1 */
    size_t lines;            /* physical lines from it to the next record, at least 1 */
    bool broken;             /* QUOTE_OPEN: fields are not given */
    struct str raw;          /* its bytes without the final CR LF; broken: its first line */
    const struct str *field; /* borrowed until the next call; quotes taken off, "" folded */
    size_t n;                /* fields, at least 1: a blank line is one empty field */
};

struct csvin; /* opaque: scanner state, libcsv parser, field array */

/* A reader of `text` (borrowed). delim: one byte. */
struct csvin *csvin_new(struct str text, char delim);

/* Starts again at the beginning of another text (reuses all buffers). */
void csvin_reset(struct csvin *c, struct str text, char delim);

/*
 * The same in another dialect than "one byte, double quotes, doubled inside", to the next reset;
 * what is said above about broken records holds there too. Such texts are read by dialect.h, more
 * slowly.
 */
void csvin_dialect(struct csvin *c, struct str text, const struct dialect *d);

/*
 * How many cells a data record must have (H), 0 while the header is not known. With H known, a
 * record that spans several lines and has not H cells (empty cells beyond H at its end do not
 * count) is broken too, and reading resumes at the next physical line from which a record with H
 * cells can be parsed. With H = 0 a broken record costs its first physical line.
 */
void csvin_expect(struct csvin *c, size_t cells);

/* A broken record costs its first line only, even with H known; to the next reset. For readers that
 * can make something of the lines below it. */
void csvin_by_line(struct csvin *c);

/* The next record; false at the end of the text. */
bool csvin_next(struct csvin *c, struct csvrec *rec);

/* The cells of rec that count: those beyond `expected` at its end that are empty do not (nothing
 * but white space, signs without width, and at most one apostrophe). */
size_t csvin_cells(const struct csvrec *rec, size_t expected);

/* Where the next record begins, to go back to later: a record is then read again from there. */
struct csvin_mark {
    size_t offset, line;
};
struct csvin_mark csvin_tell(const struct csvin *c);
void csvin_seek(struct csvin *c, struct csvin_mark m);

void csvin_free(struct csvin *c);

#endif
