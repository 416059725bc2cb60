/*
 * Workbooks for Excel and WPS: a thin layer over libxlsxwriter, whose sole user it is.
 *
 * What it adds: numbers are taken as decimal text and shown with as many decimals as they are
 * written with, so that a cell shows what the CSV beside it says; columns become as wide as their
 * texts (a Chinese character counts two) and rows as high, if written from left to right; a failure
 * is remembered and reported at the end. Equal content gives equal bytes: the creation date is the
 * caller's, and the members of the file have no time. Rows and columns count from 0; texts are
 * UTF-8.
 */
#ifndef PIPELINE_IO_XLSX_H
#define PIPELINE_IO_XLSX_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

enum { XLSX_ROWS = 1048576, XLSX_DIGITS = 15 };

struct xlsx;       /* a workbook that is being made */
struct xlsx_sheet; /* owned by its workbook */

struct xlsx_about {
    const char *title;
    const char *font; /* NULL: the program's own */
    int64_t created;  /* seconds since 1970-01-01T00:00:00Z */
};

/* What a cell looks like. */
enum xlsx_style { XLSX_PLAIN, XLSX_CELL, XLSX_HEADING, XLSX_TOTAL, XLSX_PART, XLSX_TITLE };

/* Begins a workbook; all that is given is copied. `path` is written by xlsx_close. */
struct xlsx *xlsx_new(const char *path, const struct xlsx_about *about);

/* A further sheet. Its name is cut to 31 characters, what a name may not contain becomes -, and a
 * name that there is already gets a number. */
struct xlsx_sheet *xlsx_sheet(struct xlsx *x, struct str name);

/* A text, whatever it looks like: it is never a formula, a number or a date. What is longer than a
 * cell can hold (32767 bytes) is cut at a character. */
void xlsx_text(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as);

/* A decimal number ("-12.50", "98.2%" is 0.982) with its decimals. False, and nothing is written,
 * when the text is none, has needless zeros in front, or has more than XLSX_DIGITS digits: those
 * would be rounded. The library writes 16 digits, so that the last of them may be off by one;
 * spreadsheets show and compare 15. */
bool xlsx_number(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as);

/* The one or the other. */
void xlsx_value(struct xlsx_sheet *s, size_t row, size_t col, struct str text, enum xlsx_style as);

/* =SUM() of the rows first to last of the column, with its value `sum`, a decimal number. */
void xlsx_sum(struct xlsx_sheet *s, size_t row, size_t col, size_t first, size_t last,
              struct str sum);

/* Makes the rows from `head` (the headings) to `last` of the first n columns a table: headings that
 * stay when one scrolls and are printed on each page, with filters. */
void xlsx_table(struct xlsx_sheet *s, size_t head, size_t last, size_t n);

/* Sets the width of a column, in digits, in place of that of its texts. */
void xlsx_width(struct xlsx_sheet *s, size_t col, size_t width);

/* A mark for the cells of a column that meet a condition. */
enum xlsx_when { XLSX_ABOVE_0, XLSX_BELOW_0, XLSX_IS, XLSX_IS_NOT };
enum xlsx_paint { XLSX_RED, XLSX_GREEN, XLSX_BOLD, XLSX_YELLOW, XLSX_PAINTS };
void xlsx_mark(struct xlsx_sheet *s, size_t col, size_t first, size_t last, enum xlsx_when when,
               const char *text, enum xlsx_paint paint);

/* Gives a cell a name for formulas and links: `name` with _ in front, since I105 alone is the
 * address of a cell, and _ for what a name may not contain. A name is given once. */
void xlsx_name(struct xlsx_sheet *s, size_t row, size_t col, struct str name);

/* Writes the file (mode 0644) and frees x. False, *e (ST_SYSTEM) and no file on failure. */
bool xlsx_close(struct xlsx *x, struct err *e);

#endif
