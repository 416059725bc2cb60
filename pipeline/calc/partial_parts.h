/*
 * Internal to calc/partial_*.c: the parts of a plan, and the words of the format.
 */
#ifndef PIPELINE_CALC_PARTIAL_PARTS_H
#define PIPELINE_CALC_PARTIAL_PARTS_H

#include "pipeline/calc/compute_parts.h"
#include "pipeline/calc/partial.h"

/* The columns of the file; the first is called PARTIAL_HEAD and the version. */
#define PARTIAL_HEAD "tongji-partials-"
enum { REC_RECORD, REC_PART, REC_ORG, REC_MONTH, REC_KEY, REC_VALUE, REC_COUNT, REC_CELLS };

/* Words of raw files may stand in these: they are defused for spreadsheets (io/csvout.h). */
static inline bool partial_is_foreign(size_t cell)
{
    return cell == REC_ORG || cell == REC_KEY;
}

/* What a hash was made with: nothing secret, else the beginning of the key's own hash. */
#define PARTIAL_PLAIN "plain"
/* Of a hash 80 bits are kept: among 10^8 different values two are equal with a chance of 4 in 10^9.
 */
enum { PARTIAL_KEY_HEX = 16, PARTIAL_HEX = 20, PARTIAL_TOGETHER = 100 /* in a record */ };
extern const struct secret partial_no_secret;

/* Of a text: against damage, not against forgery. */
void partial_checksum(struct str text, char hex[SECRET_HEX]);

extern const char *const partial_fact_name[PARTIAL_FACTS];
extern const char *const partial_kind_name[]; /* by enum aggregate_kind */
extern const char *const partial_period_name[PERIODS];

struct partial_part {
    struct str label, call; /* `I105/2`, the call as it is written */
    size_t table, aggregate;
    size_t first;     /* the part with the same aggregate that comes first: that one is written */
    struct str salt;  /* of the first one: the smallest label, whatever the order of figures */
    bool split[AXES]; /* the same: as some figure needs it */
    bool personal;    /* its values are: without a secret they are not told, not even as hashes */
};

struct partial_parts {
    struct partial_part *part; /* owned; in order of the configuration */
    size_t n, cap;
    struct map by_label;
    struct arena arena;
};
void partial_parts_make(struct partial_parts *p, const struct plan *plan);
void partial_parts_release(struct partial_parts *p);

static inline const struct plan_aggregate *partial_aggregate(const struct plan *plan,
                                                             const struct partial_part *x)
{
    return &plan->figures->table[x->table].aggregate[x->aggregate];
}

/* Adds last year's value of a figure, as one more district has it, to that of those before: kept
 * when it is the only one; a sum where the figure is a total; a rate of two totals where its parts
 * are given; otherwise, and as soon as one district has none, there is none. prior: an index into
 * struct partial.prior. */
void partial_add_prior(const struct plan *plan, size_t prior, bool is_first,
                       const struct baseline_row *b, struct arena *a, struct baseline_row *sum);

/* Puts the facts of all inputs in order; false and E-ROLL-06 as of partial_settle(). */
bool partial_unite(struct partial *p, const char *(*name)(void *context, size_t input),
                   void *context, struct err *e);

/* Is the formula a total of rows and sums, so that its values of several districts add up? */
bool partial_is_linear(const struct plan *plan, const struct formula *f);

#endif
