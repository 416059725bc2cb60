/*
 * A finished table in its two forms: CSV for people, an internal table for the next stage.
 *
 * Pieces are encoded side by side by the workers and added in their order; the bytes depend on the
 * pieces alone.
 */
#ifndef PIPELINE_CALC_TABLEOUT_H
#define PIPELINE_CALC_TABLEOUT_H

#include "pipeline/base/err.h"
#include "pipeline/io/table.h"

struct tableout_piece {
    struct strbuf members; /* the CSV as gzip members; owned */
    struct tabpart part;   /* owned */
    size_t rows;
};

/* How the CSV form is made. */
struct tableout_form {
    int gzip_level;
    size_t hidden; /* so many columns at the end of the schema are left out */
};

/* Encodes the rows of b. Thread-safe; `text` is a buffer of the caller's to be reused. */
void tableout_encode(const struct tschema *s, const struct tblock *b, struct tableout_form form,
                     struct strbuf *text, struct tableout_piece *p);
void tableout_piece_release(struct tableout_piece *p);

struct tableout;

/* Begins <dir>/<table>.csv.gz and <dir>/<table>.tjt. NULL and *e on failure. */
struct tableout *tableout_open(const char *dir, struct str table, const struct tschema *s,
                               struct tableout_form form, struct err *e);
bool tableout_add(struct tableout *t, const struct tableout_piece *p, struct err *e);

/* Bytes of the CSV that are written: after tableout_open those of its header. */
uint64_t tableout_csv_bytes(const struct tableout *t);

/* Rows that are in another table of the same schema and form already. */
struct tableout_kept {
    const char *csv; /* path */
    uint64_t csv_at, csv_bytes;
    const struct tabin *table;
    size_t block, blocks;
};
bool tableout_copy(struct tableout *t, const struct tableout_kept *k, struct err *e);
bool tableout_close(struct tableout *t, struct err *e);
void tableout_free(struct tableout *t); /* NULL is fine */

#endif
