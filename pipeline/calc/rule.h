/*
 * Conditions over figures: I311 > 0 and I501 = I502 + I503 + I504.
 *
 * The same syntax as everywhere (calc/expr_ast.h), over the values that somebody has of figures:
 * those of a run, or those that stand in a draft. A rate counts in % here, as in checks. What rests
 * on a value that is not there is neither true nor false; `is missing` alone asks for that.
 */
#ifndef PIPELINE_CALC_RULE_H
#define PIPELINE_CALC_RULE_H

#include "pipeline/calc/exact.h"
#include "pipeline/calc/expr_ast.h"

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/* What of a figure is asked for. */
enum rule_side { RULE_VALUE, RULE_NUMERATOR, RULE_DENOMINATOR, RULE_BASELINE };

/* Where the values come from. */
struct rule_source {
    /* The value of figure `indicator` (by conf->indicators); false: there is none. */
    bool (*value)(void *ctx, size_t indicator, enum rule_side side, struct exact *out);
    void *ctx;
};

/* Is t a condition over figures of c? False after adding its mistakes to problems, at `place`. */
bool rule_check(const struct conf *c, struct conf_text place, const struct ast *t, struct arena *a,
                struct problems *problems);

/* Does t, which rule_check() has found good, hold? Arithmetic beyond 128 bits is unknown. */
enum truth rule_holds(const struct conf *c, const struct ast *t, const struct rule_source *s);

#endif
