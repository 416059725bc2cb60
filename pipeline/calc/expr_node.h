/*
 * Internal to calc: compiled expressions and their evaluation over one block.
 *
 * A node carries the function that evaluates it, so that evaluation has no dispatch beyond one call
 * per node and block; inside are plain loops over the rows. expr.c builds nodes, expr_eval.c
 * has the functions.
 */
#ifndef PIPELINE_CALC_EXPR_NODE_H
#define PIPELINE_CALC_EXPR_NODE_H

#include "pipeline/calc/expr_ast.h"

/* What an evaluation reads. */
struct expr_eval_ctx {
    const struct tblock *b;
    const struct expr_period *p;
    struct arena *a;
};

/* The values of a node: one for all rows, or one each. */
struct expr_vec {
    bool constant;
    int64_t c;     /* constant number */
    struct str s;  /* constant text */
    struct tvec t; /* otherwise */
};

struct expr {
    /* exactly one of the two is set */
    void (*test)(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
    struct expr_vec (*value)(const struct expr *e, const struct expr_eval_ctx *x);
    enum tcol_type type; /* of a value */
    const struct str *label;
    size_t n_label; /* type TCOL_ENUM: its words */
    const struct expr **kid;
    size_t n;
    size_t column;        /* expr_value_column */
    enum compare compare; /* expr_test_compare */
    int64_t num, more;    /* constants; part(): from, length */
    struct str text;
    const struct str *word; /* texts of in, contains, starts; contains: in capitals */
    size_t n_word;
    uint8_t *table; /* expr_test_enum_in: by index of the word */
    size_t n_table;
};

/* conditions */
void expr_test_and(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_or(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_not(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_compare(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_enum_in(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_text_equal(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_text_in(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_contains(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_starts(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_present(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);
void expr_test_in_period(const struct expr *e, const struct expr_eval_ctx *x, uint8_t *out);

/* values */
struct expr_vec expr_value_column(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_constant(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_cutoff(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_period_start(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_period_end(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_period_year(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_add(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_sub(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_mul(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_neg(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_day(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_month(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_year(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_coalesce(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_coalesce_text(const struct expr *e, const struct expr_eval_ctx *x);
struct expr_vec expr_value_part(const struct expr *e, const struct expr_eval_ctx *x);

#endif
