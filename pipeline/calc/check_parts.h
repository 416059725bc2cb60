/*
 * Internal to calc/check*.c: what a kind of check works with.
 */
#ifndef PIPELINE_CALC_CHECK_PARTS_H
#define PIPELINE_CALC_CHECK_PARTS_H

#include "pipeline/calc/check.h"

/* The check in hand. */
struct checker {
    const struct check_input *in;
    const struct conf *conf;
    const struct refs *refs;
    const struct conf_check *x;
    const struct plan_check *plan;
    size_t index;                /* of the check */
    struct arena *arena;         /* of all text; outlives the check */
    const size_t *first, *lines; /* by indicator: its lines in in->figures, how many */
    struct strbuf items;         /* owned by checks_run */
    size_t n_items, n_shown, n_judged, n_blind;
    struct str left, right; /* of the first item; where there is none, of the first cell */
    bool is_set;            /* `result` says it all */
    enum check_result result;
};

/* A message in the language of the configuration; the arguments are C strings, NULL at the end. */
struct str check_say(struct checker *k, const char *code, ...) __attribute__((sentinel));

/* A text of the arena by printf, as an argument for check_say. */
#define CHECK_TEXT(k, ...) arena_printf((k)->arena, __VA_ARGS__).p

/* The cell in hand was looked at and is as it should be. */
void check_good(struct checker *k, struct str left, struct str right);

/* ... breaks the rule: `item` names it and says how. */
void check_bad(struct checker *k, struct str left, struct str right, struct str item);

/* ... has no value to judge. */
void check_blind(struct checker *k, struct str name);

/* "ID", "ID ORG", "ID 2019-03": how a line of a figure is called. */
struct str check_line_name(struct checker *k, const struct figure_row *r);

/* The value of a line as its column `value` shows it (in % where the figure is); false: none. */
bool check_line_value(const struct figure_row *r, struct exact *v);
struct str check_line_text(struct checker *k, const struct figure_row *r);

/* v with so many decimals, or "". */
struct str check_number(struct checker *k, struct exact v, int decimals);

typedef bool check_run(struct checker *k, struct err *e);
check_run check_sum, check_swing, check_unit_slip, check_profile, check_certain, check_outlier;
check_run check_rows, check_heaping, check_mode, check_duplicates, check_overlap;
check_run check_roster, check_late, check_unchanged, check_empty;
check_run check_published, check_waivers, check_possible, check_claims;

/* The waiver that excuses the check in hand now, or NULL. */
const struct kept_row *check_waiver(const struct checker *k);
enum { WAIVER_CHECK, WAIVER_REASON, WAIVER_PERSON, WAIVER_EXPIRY };

/* --- published figures (check_published.c) --- */

enum { PUB_PERIOD, PUB_ID, PUB_ORG, PUB_VALUE, PUB_SOURCE };

/* The line of a figure for an organisation, or (n = 0) the whole; NULL: there is none. */
const struct figure_row *check_published_line(const struct checker *k, size_t indicator,
                                              struct str org);

/* What is held for published: that of the latest complete revision, else of the line itself. */
struct str check_published_value(const struct checker *k, const struct kept_row *p);

/* "ID ORG 2019" */
const char *check_published_name(struct checker *k, const struct kept_row *p);

/* --- reading rows again (check_group.c) --- */

/* A row of the check's table that meets its condition. */
struct check_row_of {
    const struct tblock *block;
    size_t number; /* of the block */
    size_t row;
};
/* Calls `take` for each of them in order until it says false. want: columns beside those of the
 * conditions, and of the origin. keep: the blocks last as long as the arena `a`; else each as long
 * as its rows are taken. */
bool check_scan(struct checker *k, const bool *want, struct arena *a, bool keep,
                bool (*take)(void *context, struct checker *k, struct check_row_of r),
                void *context, struct err *e);

/* "file:line" of a row. */
struct str check_place(struct checker *k, struct check_row_of r);

#endif
