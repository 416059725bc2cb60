/*
 * Check digits of national codes: one row of the table per standard.
 *
 * A wrong check digit is a warning and never changes a figure. Adding a standard is one function
 * and one row; `check` of a [type] names it.
 */
#ifndef PIPELINE_CALC_IDCHECK_H
#define PIPELINE_CALC_IDCHECK_H

#include "pipeline/calc/damage.h"

struct idcheck {
    const char *name; /* as in the configuration */
    /* Is the cleaned value (no white space, capitals) a code of this standard, its check digit
     * included? */
    bool (*is_valid)(struct str s);
    enum damage damage;  /* when it is not */
    const char *meaning; /* one line of English */
};
extern const struct idcheck idcheck_table[];
extern const size_t idcheck_count;

/* The check character of GB 11643-1999 (ISO 7064 MOD 11-2) of 17 digits. */
char idcheck_gb11643(const char *digits);

#endif
