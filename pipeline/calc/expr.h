/*
 * Expressions over the columns of a table: filters and derived values.
 *
 * Grammar (docs/config.md has it for the clerk): or, and, not, comparisons (= != < <= > >= in
 * (...), not in (...), is missing, is present, in period), + - *, functions, column names, words of
 * enumerations, "quoted text", numbers, 2019-01-01, $parameter, cutoff, period_start, period_end,
 * period_year. Types are checked when an expression is compiled; a name that is no column, no word
 * of the enumeration it is compared with, no function and no parameter is a mistake with file:line
 * and the nearest name. Missing equals nothing: =, <, <=, >, >= and in are false with a missing
 * side, != and not in are their negations; arithmetic and functions of missing are missing
 * (coalesce apart).
 *
 * What a literal means is said by what it is compared with: a bare word is a word of the
 * enumeration on the other side, $name is read as a number, a date, a word or a text. A column goes
 * before a word of the same name. A datetime compared with a date is compared by its day; money
 * compared with a number is compared in whole units. Arithmetic that leaves the range of int64_t is
 * missing.
 *
 * Evaluation is by block: a text predicate is computed once per dictionary entry, everything else
 * in plain loops over int64_t.
 */
#ifndef PIPELINE_CALC_EXPR_H
#define PIPELINE_CALC_EXPR_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"
#include "pipeline/calc/refs.h"
#include "pipeline/io/table.h"

struct expr;

/* What names can mean. */
struct expr_scope {
    const struct tschema *schema;
    const struct refs *refs;   /* parameters; NULL while only checking: any $name is accepted */
    struct problems *problems; /* mistakes go here */
    struct arena *arena;       /* owns the compiled expression */
};

/* Days of the period that `in period` and its names mean; a set can be used for two of them. */
struct expr_period {
    int64_t start, end, year, cutoff;
};

/* Compiles a condition / a value; NULL after adding to problems. */
struct expr *expr_condition(const struct expr_scope *s, struct conf_text text);
struct expr *expr_value(const struct expr_scope *s, struct conf_text text);

/* The type of a value expression. */
enum tcol_type expr_type(const struct expr *e);

/* Marks the columns that e reads in want[schema.n]. e may be NULL. */
void expr_columns(const struct expr *e, bool *want);

/* The column that e is, SIZE_MAX when it is anything else. */
size_t expr_column(const struct expr *e);

/* Does e mean something else in another period? */
bool expr_uses_period(const struct expr *e);

/* Do both read the same and give the same? Both over one schema. */
bool expr_same(const struct expr *a, const struct expr *b);

/* Part 0 or 1 of a condition that is `part and part`, else NULL. */
const struct expr *expr_and_part(const struct expr *e, size_t i);

/* out[r] = 1 where the condition holds, for the rows of b. Scratch from `a`. */
void expr_test(const struct expr *e, const struct tblock *b, const struct expr_period *p,
               struct arena *a, uint8_t *out);

/* The values of e for the rows of b, in memory of `a` or borrowed from b. */
struct tvec expr_eval(const struct expr *e, const struct tblock *b, const struct expr_period *p,
                      struct arena *a);

#endif
