/*
 * Writing CSV: RFC 4180, quotes only where needed, and safe in a spreadsheet.
 *
 * A text stands in quotes when it has a comma, a quote, CR or LF in it, or a blank (space, TAB) at
 * either end, which some readers would drop. An empty text prints as nothing, like a missing one; a
 * record of one empty cell is therefore a blank line.
 *
 * A text cell that a spreadsheet would run as a formula (first character = + - @ TAB CR) is defused
 * by a leading apostrophe when `defuse` is set, and so is one that has such apostrophes before it
 * already, which makes it possible to undo; numbers never are.
 */
#ifndef PIPELINE_IO_CSVOUT_H
#define PIPELINE_IO_CSVOUT_H

#include "pipeline/base/str.h"

struct csvout {
    struct strbuf *out; /* borrowed: the text so far */
    bool crlf;          /* lines end with CR LF instead of LF */
    bool defuse;        /* make text cells safe */
    bool begun;         /* a cell of the current record has been written */
};

void csvout_text(struct csvout *c, struct str s);    /* p == NULL: an empty cell */
void csvout_foreign(struct csvout *c, struct str s); /* a text that is defused in any case */
void csvout_int(struct csvout *c, int64_t v);
void csvout_raw(struct csvout *c, struct str s); /* as it is: a printed number or date */
void csvout_end(struct csvout *c);               /* ends the record */

/* The text of a cell that was defused, or was not: what csvtable.h and csvstream.h give. */
struct str csvout_undo(struct str s);

/* A whole record of text cells. */
void csvout_record(struct csvout *c, const struct str *cell, size_t n);

#endif
