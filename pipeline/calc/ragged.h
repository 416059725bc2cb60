/*
 * Records of a raw file that have not as many cells as its header, read all the same: two records
 * in one line, and cells cut where they most likely end (calc/mend.h).
 *
 * What is usual in the columns is looked up in the file's first good records, when the first record
 * needs it: files without such records cost nothing.
 */
#ifndef PIPELINE_CALC_RAGGED_H
#define PIPELINE_CALC_RAGGED_H

#include "pipeline/base/arena.h"
#include "pipeline/io/csvin.h"

struct ragged; /* of one file */

/* text, borrowed: its records from offset `first` on have `cells` cells. */
struct ragged *ragged_new(const struct dialect *d, struct str text, size_t first, size_t cells);
void ragged_free(struct ragged *r);

/* One record: its bytes and its cells, as many as the header has. */
struct ragged_row {
    struct str raw;
    struct str *cell;
};

/* The records in `raw` when it is several, each with the right number of cells and a CR alone
 * between them; 0: it is not. *row and all of it is in the arena, or borrowed from raw. */
size_t ragged_split(struct ragged *r, struct str raw, struct arena *a, struct ragged_row **row);

/* The likeliest cells of one record; false when none are likely. Ownership as above. */
bool ragged_mend(struct ragged *r, struct str raw, struct arena *a, struct ragged_row *row);

#endif
