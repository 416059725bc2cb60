/*
 * What cells look like: their type, their shape, and what is usual in a column.
 *
 * For reading files of which nothing is known (calc/sniff.h). Nothing here decides a figure: the
 * kinds of the configuration (calc/kind.h) do that.
 */
#ifndef PIPELINE_CALC_GUESS_H
#define PIPELINE_CALC_GUESS_H

#include "pipeline/base/str.h"
#include "pipeline/calc/date.h"

enum guess {
    GUESS_EMPTY,
    GUESS_INTEGER, /* -12, 1,234 */
    GUESS_DECIMAL, /* 12.50 */
    GUESS_MONEY,   /* $12.50, ¥12, 12.50元 */
    GUESS_PERCENT,
    GUESS_DATE, /* by a form of calc/date.h, or D/M/YYYY */
    GUESS_DATETIME,
    GUESS_MONTH,
    GUESS_TIME, /* 10:15, 10:15:30 */
    GUESS_CODE, /* one word with digits in it: AB-1234 */
    GUESS_TEXT,
    GUESSES
};
extern const char *const guess_name[GUESSES];

/* The type of a cell, blanks around it ignored. *form, where not NULL: the date form's name, NULL
 * for others. */
enum guess guess_cell(struct str s, const char **form);

/* A number for how a cell is built: runs of digits, letters and other characters, and signs. Equal
 * for "AB-12" and "X-9876". */
uint32_t guess_shape(struct str s);

enum { GUESS_SHAPES = 8, GUESS_FORMS = 12, GUESS_EXAMPLES = 3 };

/* What a column holds. {0}: nothing seen. */
struct guess_column {
    size_t cells, empty, quoted, negative;
    size_t type[GUESSES];
    uint32_t shape[GUESS_SHAPES];
    size_t shape_cells[GUESS_SHAPES];
    size_t shapes;                 /* kept; more than that: `various` */
    bool various;                  /* more shapes than are kept */
    size_t least, most;            /* bytes of its cells that are not empty */
    const char *form[GUESS_FORMS]; /* date forms seen, and how often */
    size_t form_cells[GUESS_FORMS];
    size_t forms;
    struct str example[GUESS_EXAMPLES]; /* different values, borrowed */
    size_t examples;
};

/* Adds a cell; the text must stay where it is as long as examples are looked at. */
void guess_add(struct guess_column *c, struct str text, bool quoted);

/* The type of the column: of nine in ten of its cells (integers are decimals too, dates datetimes);
 * TEXT when mixed, EMPTY when nothing is in it. */
enum guess guess_type(const struct guess_column *c);

/* Has it a type that most texts would not have? */
bool guess_is_typed(const struct guess_column *c);

/* Its commonest date form, NULL without one. */
const char *guess_form(const struct guess_column *c);

/* How badly a cell fits into the column, in thousandths: 0 well, 4000 not at all. */
int64_t guess_misfit(const struct guess_column *c, struct str text);

#endif
