/*
 * One record of a raw file to one row of its table: cells, order and range of dates, organisations.
 *
 * What a cell becomes depends on its column and its text alone (and, for an organisation with a
 * reference day, on that day). Most columns repeat few texts, so each column remembers what became
 * of a text before; a column whose texts hardly ever repeat stops remembering.
 */
#ifndef PIPELINE_CALC_RECORD_H
#define PIPELINE_CALC_RECORD_H

#include "pipeline/calc/cell.h"
#include "pipeline/calc/header.h"
#include "pipeline/calc/reason.h"
#include "pipeline/io/hash.h"

/* A cell that could not be used as it stands. */
struct finding {
    enum reason reason;  /* rejected rows */
    const char *warning; /* code of a warning; NULL: the finding rejects the row */
    size_t column;       /* of the export */
    struct str value;    /* the raw cell, borrowed from the record */
};

/* A cell whose value stands otherwise in the clean table (calc/change.h). */
struct alteration {
    size_t column; /* of the export */
    enum change rule;
};

extern const struct str record_masked; /* what stands in findings for a personal value */

struct record; /* state of one file */

struct record_file {
    const struct conf *conf;
    const struct refs *refs;
    const struct conf_export *export;
    const struct header *header;
    const struct secret *secret;
    struct str org; /* of the file name; n = 0: none */
    int64_t cutoff; /* day */
};

struct record *record_new(const struct record_file *f);

/*
 * Cleans the cells of a record with header->cells cells. The row (export->n values, missing ones as
 * such) and the findings are valid until the next call. False: the row is rejected, and
 * record_findings tells why, the deciding reason first.
 */
bool record_clean(struct record *k, const struct csvrec *rec, const struct tvalue **row);
const struct finding *record_findings(const struct record *k, size_t *n);

/* What was altered in the record in hand, in order of columns; of no interest when its row is
 * rejected. The raw cell of a column is record_raw. */
const struct alteration *record_alterations(struct record *k, size_t *n);
struct str record_raw(const struct record *k, const struct csvrec *rec, size_t c);

/* Notes that the cell of column c in the record in hand was corrected before it was cleaned: that
 * decides, whatever else was done to it. */
void record_corrected(struct record *k, size_t c);

/* The value of one cell of column c in this record, without any memory of it (totals). */
enum cell_result record_cell(struct record *k, const struct csvrec *rec, size_t c,
                             struct tvalue *out);

void record_free(struct record *k);

#endif
