/*
 * Command-line options as a table: parsing, help and "did you mean" all come from its rows.
 */
#ifndef PIPELINE_RUN_OPTS_H
#define PIPELINE_RUN_OPTS_H

#include <stdint.h>

#include "pipeline/base/err.h"

enum opt_type { OPT_FLAG, OPT_TEXT, OPT_NUMBER };

struct opt {
    char letter; /* 0: none */
    const char *name;
    enum opt_type type;
    void *value;          /* bool *, const char ** or int64_t * */
    const char *argument; /* its name in the help; NULL for a flag */
    const char *help[MSG_LANGS];
};

/* The options that the runner and every stage share. */
struct opts_shared {
    const char *config; /* default config.ini */
    const char *raw, *out;
    const char *work; /* hand-over of the runner: results of this run are written and sought here */
    const char *key;  /* in place of the configuration's file of the key */
    int64_t jobs, year;
    int64_t wait;             /* seconds, for the lock */
    bool changes, no_changes; /* in place of `changes` of the configuration */
    bool quiet, verbose, version, help;
};
enum { OPTS_SHARED = 14 };

/* Fills rows[OPTS_SHARED] with the shared options, pointing into *s. */
void opts_shared_rows(struct opts_shared *s, struct opt rows[OPTS_SHARED]);

/*
 * Parses argv[1..] by the n rows, the first of those with a name counting. What is no option goes
 * to operand[max] in order, *n_operand of them; "--" ends the options; something like -28% or a
 * lone - is an operand. False and *e (usage) for an unknown option (with the nearest name), a
 * missing or bad value, or too many operands.
 */
bool opts_parse(int argc, char **argv, const struct opt *rows, size_t n, const char **operand,
                size_t max, size_t *n_operand, struct err *e);

/* The first of argv[1..] that is no option by the n rows and no value of one, or NULL. */
const char *opts_first_operand(int argc, char **argv, const struct opt *rows, size_t n);

/* Prints one line per option. */
void opts_help(const struct opt *rows, size_t n, enum lang lang, FILE *to);

#endif
