/*
 * Partial results: what the figures are made of, as far as it adds up, in one file without any row.
 *
 * The figures of a plan ask for aggregates: rows, sums, different values, values and how often each
 * occurs. A part is one of them, called by the figure that asks for it: `I105/2` is the second
 * aggregate in the formula of I105, `I105/0` the rows that its splits are made of. The file holds
 * every part - of the whole, by organisation, by month, by both - and the facts about the run that
 * made it. Parts of several files add up to those of all their rows together, in any order, and the
 * figures are then made by the code that makes them everywhere (calc/figure.h).
 *
 * docs/rollup.md has the format. Its version is raised with every change that an older program
 * would read wrongly, and with every change of what a part means.
 */
#ifndef PIPELINE_CALC_PARTIAL_H
#define PIPELINE_CALC_PARTIAL_H

#include "pipeline/calc/bounds.h"
#include "pipeline/calc/compute.h"
#include "pipeline/calc/ledger.h"
#include "pipeline/io/hash.h"

#define PARTIAL_FILE "partials.csv.gz"
enum {
    PARTIAL_VERSION = 1,
    PARTIAL_GZIP = 1 /* its level: the file is hashes for the most part, which no effort shortens */
};

enum { PARTIAL_PRIORS = 2 };

/* What is true of a run beside its numbers; sets, so that those of several runs unite. */
enum partial_fact_kind {
    FACT_CUTOFF, /* key: the cut-off day, YYYY-MM-DD */
    FACT_SOURCE, /* key: SHA-256 over the hashes of the raw files that were read */
    FACT_SENDER, /* org: an organisation whose files were read */
    FACT_SENT,   /* part: an export of which some file came; key: for which period */
    FACT_ABSENT, /* part, org: a submitter who sent none of it; key: for which period */
    PARTIAL_FACTS
};
struct partial_fact {
    enum partial_fact_kind kind;
    struct str part, org, key;
    size_t input; /* which file it came from */
};

struct partial {
    struct arena arena;        /* of all texts and of what is not said to be owned */
    struct partial_fact *fact; /* owned; in order after partial_settle() */
    size_t n, cap;
    struct shortfall *shortfall; /* by conf->indicators that are shown: absent organisations */
    struct baseline_row *prior;  /* PARTIAL_PRIORS for each of them: its values of the year before
                                    the period, and of the year before that; value.n = 0: none */
    size_t inputs;               /* files that were added */
};

/* An empty one. Release in any case. */
void partial_init(struct partial *p, const struct conf *c);
void partial_release(struct partial *p);

void partial_add_fact(struct partial *p, enum partial_fact_kind kind, struct str part,
                      struct str org, struct str key);

/* The facts of a run of its own: from the ledgers of clean and merge, the reference tables of the
 * plan (which outlive p), and what bounds_shortfall() gave. */
void partial_of_run(struct partial *p, const struct plan *plan, const struct ledger *clean,
                    const struct ledger *merged, const struct shortfall *shortfall);

/*
 * Appends the file as text. c: finished, filled from rows or from such files. shared: the key that
 * other districts have, too, which different values are hashed with. NULL: there is none; then of
 * personal values only how many different ones there are is written, and others are hashed without
 * a secret: who has the file can find out whether a value that he knows is among them. Nothing
 * else of a row is written: a total or a median of a personal column does not exist, and a split by
 * a personal column is left out.
 */
void partial_write(const struct plan *plan, const struct compute *c, const struct partial *p,
                   const struct secret *shared, struct strbuf *out);

/* --- reading them back --- */

/* A file that is whole and of this format. */
struct partial_file {
    const char *path; /* borrowed */
    struct strbuf text;
    struct str records; /* without heading and end */
    int64_t year;
    char definition[65];
};

/* False and *e: unreadable; E-ROLL-01 (no such file), 02 (another version), 03 (damaged). Close in
 * any case. */
bool partial_open(const char *path, struct partial_file *f, struct err *e);
void partial_close(struct partial_file *f);

/* Adds it to c (made by compute_new() for one worker, not finished) and p, as input number
 * p->inputs. False and *e: E-ROLL-03, or E-ROLL-04 where the file was made by another definition.
 */
bool partial_load(const struct partial_file *f, const struct plan *plan, struct compute *c,
                  struct partial *p, struct err *e);

/*
 * After the last one: puts the facts in order and finishes c. False and E-ROLL-06 when two inputs
 * are of the same organisation or run; name(context, input) is what an input is called.
 */
bool partial_settle(struct compute *c, struct partial *p,
                    const char *(*name)(void *context, size_t input), void *context, struct err *e);

/* What was delivered, as calc/delivery.h says it: d[PERIODS * exports]. */
void partial_delivery(const struct partial *p, const struct conf *c, enum delivery *d);

#endif
