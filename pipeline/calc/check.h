/*
 * Checks: does what was computed agree with itself, with last year, with what was delivered and
 * with what was published?
 *
 * A check is a section of the configuration; its kind is one row of check_kinds[]: which settings
 * it takes, how it is planned (names resolved, aggregates asked for) and how it is run. A kind is
 * one function or two in a file check_*.c and that row.
 *
 *     compare                                  a comparison of figures             (calc/figure.c)
 *     sum swing unit_slip profile certain outlier    of figures and their splits (check_figures.c)
 *     rows heaping                             of rows: conditions and values      (check_rows.c)
 *     mode                                     of rows: one value too often        (check_mode.c)
 *     duplicates overlap                       of rows with each other             (check_group.c)
 *     roster late unchanged empty              of what was delivered               (check_files.c)
 *     published waivers                        of the clerk's own tables       (check_published.c)
 *     possible claims                          of printed percentages           (check_possible.c)
 *
 * A kind looks at any number of cells (a figure for the whole, for an organisation, a file ...). A
 * cell that breaks the rule becomes an item of the detail: its name and what is wrong. The verdict:
 * fail with an item; else not-run when a cell had no value to judge; else pass when there was a
 * cell at all; else not-applicable. So a check that could not run is never a pass. A fail that
 * waivers.csv excuses is waived; a fatal check that failed ends the run.
 *
 * `left` and `right` are what was found and what it was held against: of the first cell that fails,
 * or of the only cell. All words come from base/msg.c; no clock is asked: days are compared with
 * the cut-off of the period.
 */
#ifndef PIPELINE_CALC_CHECK_H
#define PIPELINE_CALC_CHECK_H

#include "pipeline/calc/figure.h"
#include "pipeline/calc/ledger.h"

struct checker;

struct check_kind {
    const char *name;
    const char *needs, *takes; /* settings beside title, severity and kind, separated by blanks */
    enum severity severity;    /* where the check does not say */
    struct conf_bound limit;   /* defaults of the settings of these names */
    int64_t base, times;
    bool has_rule;                                 /* its rule is its detail */
    bool of_figures;                               /* it looks at nothing but figures */
    void (*plan)(struct planner *b, size_t check); /* resolves names */
    bool (*run)(struct checker *k, struct err *e);
    const char *meaning;
};
extern const struct check_kind check_kinds[];
extern const size_t check_kind_count;
const struct check_kind *check_kind_find(struct str name);

/* What checks look at; all borrowed. */
struct check_input {
    const struct plan *plan;
    const struct compute *compute;
    const struct figures *figures;
    const struct ledger *ledger; /* of clean, with cut-offs and hashes */
    struct tabin *const *table;  /* by table: those that compute reads; NULL: there are no rows nor
                                    files, and checks that look at them are not run */
};

struct verdict {
    enum check_result result;
    struct str left, right;
    struct str said;   /* what a message quotes: the rule, or the items */
    struct str detail; /* the whole cell of checks.csv */
};

/*
 * Runs all checks of the configuration, in its order, into v[conf->n_checks]; text lives in the
 * arena. False and *e when a table could not be read again, or a comparison is beyond 128 bits.
 */
bool checks_run(const struct check_input *in, struct arena *a, struct verdict *v, struct err *e);

/* checks.csv. */
void checks_csv(const struct conf *c, const struct verdict *v, struct strbuf *out);

/* False and *e (E-CHECK-01, which quotes them) when a fatal check failed. */
bool checks_judge(const struct conf *c, const struct verdict *v, struct err *e);

#endif
