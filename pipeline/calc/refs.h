/*
 * The reference tables: parameters, calendar, organisations, code maps, submitters, baseline,
 * corrections.
 *
 * They are clean UTF-8 CSV files below raw (a BOM is skipped), named by [reference ...] of the
 * configuration; a table that is not configured is empty, and so are corrections without a file. A
 * mistake in one of them (no such column, a bad date, a gap in the calendar) stops the run:
 * E-REF-..., with file:line and ST_CONFIG, since these tables say what figures mean and no retry
 * mends them.
 */
#ifndef PIPELINE_CALC_REFS_H
#define PIPELINE_CALC_REFS_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/date.h"

struct org_row {
    struct str code;
    int64_t from, to; /* days, both included; INT64_MIN / INT64_MAX when open */
};
struct org_alias {
    struct org_row *row;
    size_t n;
    bool one_code; /* all rows have the same code */
};

enum org_result {
    ORG_OK,
    ORG_GUESSED, /* none or several rows are valid on the day, but all have one code: a warning */
    ORG_UNKNOWN
};

/* Decimal numbers as text; n = 0: not given. */
struct baseline_row {
    struct str indicator;
    int64_t year;
    struct str value;
    struct str org; /* n = 0: the whole */
    struct str numerator, denominator;
    struct str reading; /* in which of its readings the value was made; n = 0: not said */
};

/* A clerk's new text for one cell of a raw file; calc/correct.h puts it in. */
struct correction {
    struct str file;   /* path below raw */
    size_t line;       /* physical line on which the record begins */
    struct str column; /* a header as it stands in the file, or a name of the configuration */
    struct str value;
    struct str before;               /* what the cell must hold; n = 0: not said */
    struct str reason, person, date; /* the date as YYYY-MM-DD */
    size_t place;                    /* line in the table of corrections */
};

struct submitter {
    size_t export; /* index into conf.exports */
    struct str org;
};

/* A line of a table that the clerk keeps (waivers, published, revisions), as it stands: who uses it
 * judges it, and a mistake in it is a finding. */
struct kept_row {
    struct str cell[REF_COLUMNS]; /* in the order of ref_table; n = 0: empty */
    size_t line;
};
struct kept_table {
    struct kept_row *row;
    size_t n, cap;
};

struct refs {
    struct arena arena;
    struct map parameters; /* name -> index into parameter_value; year and cutoff as they count */
    struct str *parameter_value;
    struct str *parameter_name;
    size_t n_parameters;
    int64_t year;                     /* of the period */
    int64_t period_start, period_end; /* days, both included */
    int64_t cutoff;                   /* day: parameter `cutoff`, else period_end */
    struct calendar calendar;         /* n = 0: none */
    struct map alias;                 /* upper-case alias -> index into org_alias */
    struct org_alias *org_alias;
    size_t n_alias;
    /* source NUL export NUL header NUL raw (upper case) -> index into canonical */
    struct map code_map;
    struct str *canonical;
    size_t n_canonical;
    struct submitter *submitter;
    size_t n_submitters;
    struct baseline_row *baseline;
    size_t n_baseline;
    struct correction *correction; /* by file, line and place */
    size_t n_corrections;
    struct str corrections_path;   /* of the table, for messages */
    struct kept_table kept[REF_N]; /* empty for the tables above */
    char sha256[REF_N][65];        /* of the file of each table; "" where there is none */
};

/* Ceiling of an alias, and of the key of a code map, in bytes; longer ones are a mistake. */
enum { REFS_KEY_BYTES = 1024 };

/*
 * Loads what `c` names from the folder raw. `year` > 0 replaces the parameter year; the cut-off is
 * then the end of that year unless the parameters' own year is the same. One of the two years is
 * required. False and *e on failure (ST_CONFIG, or what reading a file gave); refs_release in any
 * case.
 */
bool refs_load(const struct conf *c, const char *raw, int64_t year, struct refs *r, struct err *e);
void refs_release(struct refs *r);

/* The code of an organisation's name (normalised; white space and case do not matter) on a day. */
enum org_result refs_org(const struct refs *r, struct str name, int64_t day, struct str *code);

/* The name of the organisation with this code, for people: of the aliases that are valid on the
 * day the longest, which is the official one (of equals the first); else of all others; p == NULL
 * when there is none but the code. Borrowed. */
struct str refs_org_name(const struct refs *r, struct str code, int64_t day);

/*
 * The canonical word of a raw code in a source's own system; false when the source has no row for
 * it (rows of the source `*` are stored like any other, and found only when asked for by that
 * name). header: the column's first header as conf_column has it; raw: without white space. The
 * case of source and raw does not matter.
 */
bool refs_code(const struct refs *r, struct str source, struct str export, struct str header,
               struct str raw, struct str *canonical);

/* The key that such a row is kept under, written to `out`, which holds REFS_KEY_BYTES; false when
 * it is longer. */
bool refs_code_key(struct str source, struct str export, struct str header, struct str raw,
                   char *out, struct str *key);

/* The corrections of a raw file (its path below raw), by line, or NULL; *n receives how many. */
const struct correction *refs_corrections(const struct refs *r, struct str file, size_t *n);
/* Last year's or an earlier value of an indicator, of an organisation (org.n = 0: of the whole);
 * NULL: none. */
const struct baseline_row *refs_baseline(const struct refs *r, struct str indicator, int64_t year,
                                         struct str org);

/* The value of parameter `name`, p == NULL when there is none. */
struct str refs_parameter(const struct refs *r, struct str name);

#endif
