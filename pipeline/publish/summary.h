/*
 * The summary: one row a figure, as people read it. summary.csv, the sheets of the workbook and the
 * schema in datapackage.json are made of it.
 */
#ifndef PIPELINE_PUBLISH_SUMMARY_H
#define PIPELINE_PUBLISH_SUMMARY_H

#include "pipeline/calc/conf.h"
#include "pipeline/io/csvtable.h"

/* The columns; their order is fixed. */
enum {
    SUM_ID,
    SUM_CHAPTER,
    SUM_NAME,
    SUM_PERIOD,
    SUM_SCOPE,
    SUM_PRINTED,
    SUM_UNIT,
    SUM_VALUE,
    SUM_NUMERATOR,
    SUM_DENOMINATOR,
    SUM_PRIOR,
    SUM_CHANGE,
    SUM_CHANGE_UNIT,
    SUM_LOW,
    SUM_HIGH,
    SUM_JUDGEMENT,
    SUM_STATUS,
    SUM_NOTE,
    SUMMARY_COLUMNS
};

/* What a column holds. SUMMARY_PRINTED is a number or words, as the report prints it. */
enum summary_type { SUMMARY_TEXT, SUMMARY_YEAR, SUMMARY_PRINTED, SUMMARY_NUMBER };

struct summary_column {
    const char *heading[MSG_LANGS];
    const char *meaning[MSG_LANGS]; /* one line */
    enum summary_type type;
};
extern const struct summary_column summary_columns[SUMMARY_COLUMNS];

struct summary_row {
    struct str cell[SUMMARY_COLUMNS];
    struct str org, month; /* n = 0: all */
    const struct conf_indicator *indicator;
};

struct summary {
    const struct conf *conf; /* borrowed */
    struct summary_row *row; /* in the order of the figures; in the arena, as all texts */
    size_t rows;
    struct str sum[SUMMARY_COLUMNS]; /* receipt: exact sums of the columns of numbers, without the
                                        empty cells; n = 0: no such column, or beyond 18 digits */
};

/* Makes the summary of compute/indicators.csv. False and E-STAGE-03 when a figure is not one of the
 * configuration. */
bool summary_make(const struct conf *c, const struct csvtable *figures, struct arena *a,
                  struct summary *out, struct err *e);

/* Writes it to `path` (mode 0644), CRLF and safe in a spreadsheet: UTF-8 with a BOM, or GB18030
 * without (`encoding` of [publish]). False and *e when it cannot be written. */
bool summary_write(const struct summary *s, const char *path, struct err *e);

#endif
