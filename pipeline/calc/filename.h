/*
 * File-name patterns: {export}, {org}, {cutoff}, {version}, {year}, {name}; [...] is optional.
 *
 *     {year}/{export}_{name}_{org}_{cutoff}[_r{version}].csv[.gz]
 *
 * {year} is four digits, {cutoff} eight (a real date), {version} digits, {org} letters and digits,
 * {export} the id of the export in hand, {name} anything but '/' (at least one byte, as little as
 * fits). Each may occur once; [...] may be nested. Everything else stands for itself. A path that
 * has the shape but no real date at {cutoff} does not match.
 */
#ifndef PIPELINE_CALC_FILENAME_H
#define PIPELINE_CALC_FILENAME_H

#include <stdbool.h>
#include <stdint.h>

#include "pipeline/base/str.h"

struct filename {
    struct str year, name, org; /* borrowed from the path; n = 0: not in the pattern */
    int64_t cutoff;             /* day; INT64_MIN: not given */
    int64_t version;            /* 0 without {version} */
};

/* Does the whole of path match pattern? Fills *out. */
bool filename_match(struct str pattern, struct str export, struct str path, struct filename *out);

/* A mistake in a pattern, in English, or NULL. */
const char *filename_check(struct str pattern);

#endif
