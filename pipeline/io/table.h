/*
 * Internal tables: typed, compressed, block-wise files between the stages.
 *
 * Text is parsed once, by clean. From then on a table is a file of blocks of at most TABLE_BLOCK
 * rows, each column stored on its own: numbers as offsets from the block's minimum in as few bytes
 * as they need, text as a block-local dictionary with codes (or plainly when most values differ),
 * and what is large enough goes through LZ4. Missing is TABLE_MISSING for numbers and a slice with
 * p == NULL for text; it is never zero and never "".
 *
 * The file describes itself (names, types, words of enumerations, key/value notes), so that
 * `tongji cat FILE` needs no configuration. A damaged or truncated file is an error, never a crash.
 */
#ifndef PIPELINE_IO_TABLE_H
#define PIPELINE_IO_TABLE_H

#include <stdint.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

#define TABLE_MISSING INT64_MIN
enum { TABLE_BLOCK = 32768 }; /* rows at most: a block of very long texts ends earlier */

/* What a column holds; all but TCOL_TEXT are int64_t. */
enum tcol_type {
    TCOL_TEXT,
    TCOL_INT,      /* a whole number */
    TCOL_MONEY,    /* hundredths (fen): printed with two decimals */
    TCOL_DATE,     /* days since 1970-01-01: printed YYYY-MM-DD */
    TCOL_DATETIME, /* seconds since 1970-01-01T00:00:00, no zone: YYYY-MM-DD HH:MM:SS */
    TCOL_MONTH,    /* year * 12 + month - 1: printed YYYY-MM */
    TCOL_ENUM,     /* index into the column's labels: printed as the label */
    TCOL_TYPES
};

struct tcolumn {
    struct str name;
    enum tcol_type type;
    const struct str *label; /* TCOL_ENUM: words by index; borrowed */
    size_t n_label;
};

struct tschema {
    struct tcolumn *col; /* borrowed */
    size_t n;
};

/* Index of the column called name, or SIZE_MAX. */
size_t tschema_find(const struct tschema *s, struct str name);

/* One value, of either kind; which of the two counts is the column's type. */
struct tvalue {
    int64_t i;
    struct str s;
};

/* A note of the file: free key/value pairs in its head (src_file, cutoff, ...). */
struct tnote {
    struct str key, value;
};

/* One column of a decoded block; borrowed from its reader until the next block. */
struct tvec {
    const int64_t *v;       /* numbers: one per row; NULL for text */
    const struct str *dict; /* text: the different values (perhaps one of them missing) */
    size_t n_dict;
    const uint32_t *code; /* text: row r is dict[code[r]]; NULL: row r is dict[r] */
};

struct tblock {
    size_t rows;
    size_t n; /* columns */
    struct tvec *col;
};

/* The text of row r (p == NULL: missing). */
static inline struct str tvec_text(const struct tvec *v, size_t r)
{
    return v->dict[v->code ? v->code[r] : r];
}

/* --- writing --- */

struct tabout;

/* Begins the table file `path` (made or truncated, mode 0640; a stage writes into its temporary
 * folder, so there is no rename here). Schema and notes are copied (a missing note value becomes
 * ""). NULL and *e on failure. Equal calls make equal bytes. */
struct tabout *tabout_open(const char *path, const struct tschema *schema,
                           const struct tnote *notes, size_t n_notes, struct err *e);

/* Appends one row of schema.n values; text is copied. False and *e when a full block could not be
 * written, or for a text of more than 1 GB (E-TAB-02); the table is then of no further use. */
bool tabout_row(struct tabout *t, const struct tvalue *row, struct err *e);

/* Appends all rows of b, whose columns are those of the schema: the same as row by row, but a text
 * that b holds once is looked up once. */
bool tabout_block(struct tabout *t, const struct tblock *b, struct err *e);

/* Writes what is left and the index, checks every write, closes. */
bool tabout_close(struct tabout *t, struct err *e);

/* Frees; a file that was not closed well is removed. NULL is fine. */
void tabout_free(struct tabout *t);

/* Ends blocks after at most `rows` rows (1 to TABLE_BLOCK): many writers that are open at the same
 * time then need less memory. Before the first row. */
void tabout_limit(struct tabout *t, size_t rows);

/*
 * Units of work that are done side by side each encode their rows into a part in memory; the parts
 * are then joined to a file in their order. A writer made by tabout_memory takes rows as usual (its
 * tabout_row fails only for a text beyond the ceiling); tabout_take ends its open block, moves what
 * was encoded to *part and leaves the writer empty, to be used again. The file must have the same
 * schema, and no row of its own in an open block.
 */
struct tabpart {
    struct strbuf bytes, index; /* owned */
    uint64_t rows, blocks;
};
struct tabout *tabout_memory(const struct tschema *schema);
void tabout_take(struct tabout *memory, struct tabpart *part);
bool tabout_join(struct tabout *t, const struct tabpart *part, struct err *e);
void tabpart_release(struct tabpart *p);

/* --- reading --- */

struct tabin;

/* Opens `path`; NULL and *e when it cannot be read or is no complete table file (E-TAB-01). The
 * file is opened again for each block, so that any number of tables may be in use at a time. */
struct tabin *tabin_open(const char *path, struct err *e);
const struct tschema *tabin_schema(const struct tabin *t);
struct str tabin_note(const struct tabin *t, struct str key); /* p == NULL: no such note */
size_t tabin_rows(const struct tabin *t);                     /* in all blocks */
size_t tabin_blocks(const struct tabin *t);
size_t tabin_block_rows(const struct tabin *t, size_t block);

/*
 * Decodes the wanted columns of block b into *out (out->n = schema.n; a column not wanted has both
 * v and dict NULL). want == NULL: all. Memory comes from `a`, which the caller resets or releases;
 * text points into it too. False and *e: unreadable or damaged (E-TAB-01).
 * Different blocks may be read by different threads at the same time, each with its own arena.
 */
bool tabin_read(const struct tabin *t, size_t b, const bool *want, struct arena *a,
                struct tblock *out, struct err *e);
void tabin_free(struct tabin *t);

/* Blocks `block` to block + n - 1 as a part to be joined to another file of the same schema: bytes
 * as they are, compared with their checksums. To be released in any case. */
bool tabin_part(const struct tabin *t, size_t block, size_t n, struct tabpart *part, struct err *e);

/* Have two tables the same columns: names, types, words? */
bool tschema_same(const struct tschema *a, const struct tschema *b);

/* --- showing --- */

/* Appends the printed form of a number of this column (missing: nothing; an index without a label:
 * the index). Calendar arithmetic is proleptic Gregorian. Not for text columns. */
void table_print(const struct tcolumn *c, int64_t v, struct strbuf *out);

#endif
