/*
 * Internal to calc: the syntax tree that expressions, figures and checks share.
 *
 * expr_parse() knows the form of a text and no name in it; expr.c gives it a meaning over the
 * columns of a table, plan_figure.c over the figures of the configuration.
 */
#ifndef PIPELINE_CALC_EXPR_AST_H
#define PIPELINE_CALC_EXPR_AST_H

#include "pipeline/calc/expr.h"

enum ast_op {
    AST_NUMBER, /* number / 10^decimals */
    AST_TEXT,   /* "text" */
    AST_DATE,   /* number = day */
    AST_MONTH,  /* number = year * 12 + month - 1 */
    AST_NAME,
    AST_PARAM, /* text = its name without $ */
    AST_CALL,  /* text = function, kid = arguments, where */
    AST_OR,
    AST_AND,
    AST_NOT,
    AST_CHAIN, /* kid[0] compare[0] kid[1] compare[1] kid[2] ... */
    AST_IN,    /* kid[0] in (kid[1], ...); negated: not in */
    AST_IN_PERIOD,
    AST_MISSING, /* kid[0] is missing; negated: is present */
    AST_ADD,
    AST_SUB,
    AST_MUL,
    AST_DIV,
    AST_NEG,
    AST_OPS
};

enum compare { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_N };

struct ast {
    enum ast_op op;
    struct str text; /* as written, NUL-terminated: for names and messages */
    struct str call; /* AST_CALL: all of it as written, to its closing bracket; borrowed */
    int64_t number;
    int decimals;
    bool negated;
    struct ast **kid; /* in the arena */
    enum compare *compare;
    size_t n, cap;
    int height;        /* levels of nodes below this one: what follows the tree goes so deep */
    struct ast *where; /* AST_CALL: rows(where CONDITION), sum(x where CONDITION) */
};

/* Names of the operators by enum compare: "=", "!=", ... */
extern const char *const compare_name[CMP_N];

/* The tree of text; NULL after adding to problems. */
struct ast *expr_parse(struct conf_text text, struct arena *a, struct problems *problems);

/* The comparison with its sides exchanged: < becomes >. */
enum compare compare_flip(enum compare op);

/* Does `op` hold for a comparison that came out as c (< 0, 0, > 0)? */
bool compare_holds(enum compare op, int c);

/* For "no X: known are ...": the name nearest to `name`, else the first dozen. In the arena. */
const char *expr_hint(struct arena *a, struct str name, const struct str *names, size_t n);

/* A condition / a value over s->schema from a tree; `place` says where it stands. NULL after adding
 * to s->problems. */
struct expr *expr_condition_of(const struct expr_scope *s, struct conf_text place,
                               const struct ast *t);
struct expr *expr_value_of(const struct expr_scope *s, struct conf_text place, const struct ast *t);

#endif
