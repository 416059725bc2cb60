/*
 * Internal to page*.c: what its sections share.
 */
#ifndef PIPELINE_PUBLISH_PAGE_PARTS_H
#define PIPELINE_PUBLISH_PAGE_PARTS_H

#include "pipeline/base/map.h"
#include "pipeline/publish/html.h"
#include "pipeline/publish/page.h"
#include "pipeline/publish/svg_chart.h"

/* Columns of the figures that the page shows. */
enum page_column {
    FIG_ID,
    FIG_ORG,
    FIG_MONTH,
    FIG_VALUE,
    FIG_OVER, /* numerator */
    FIG_UNDER,
    FIG_UNIT,
    FIG_PRINTED,
    FIG_PRIOR,
    FIG_CHANGE,
    FIG_CHANGE_UNIT,
    FIG_LOW,
    FIG_HIGH,
    FIG_FLAG,
    FIG_STATUS,
    FIG_NOTE,
    FIG_COLUMNS
};

struct page {
    const struct page_input *in;
    const struct conf *conf;
    enum lang lang;
    struct arena arena;
    struct strbuf *out;
    size_t column[FIG_COLUMNS]; /* of the figures; SIZE_MAX: there is none */
    size_t *indicator;          /* by row of the figures: of the configuration */
    struct map row;             /* figure NUL org NUL month -> row of the figures */
    struct str *org;            /* the organisations of the figures, in their order ... */
    size_t n_orgs;
    struct str *month; /* ... and their months, ascending */
    size_t n_months;
    struct csvtable checks, distributions, missing;
};

/* --- page_text.c --- */

/* Reads the tables and makes the lookups. */
bool page_read(struct page *p, struct err *e);
void page_release(struct page *p);

/* A message with its arguments (const char *, ended by NULL). */
struct str page_words(struct page *p, const char *code, ...) __attribute__((sentinel));

/* A cell of the figures; empty when there is no such column. */
struct str page_cell(const struct page *p, size_t row, enum page_column c);

/* The row of a figure (by indicators) of an organisation and month, each n = 0 for all; SIZE_MAX:
 * there is none. */
size_t page_row(struct page *p, size_t indicator, struct str org, struct str month);

/* Names in the language of the page. */
struct str page_figure_name(const struct page *p, size_t indicator);
struct str page_org_name(const struct page *p, struct str code);
struct str page_month_name(struct page *p, struct str month); /* without the year */

struct str page_int(struct page *p, int64_t v);
const char *page_z(struct page *p, struct str s); /* with a NUL after it */

/* A decimal number with at most so many decimals; any other text as it is. */
struct str page_rounded(struct page *p, struct str number, int decimals);

/* The unit where it is not part of the figure as printed; else empty. */
struct str page_unit(const struct page *p, size_t row);
bool page_is_rate(const struct page *p, size_t row); /* in percent */

/* Last year's value as text and what changed, in words; empty where there is none. */
struct str page_prior(struct page *p, size_t row);
struct str page_change(struct page *p, size_t row);
struct str page_interval(struct page *p, size_t row); /* "98.1–98.3%" */

/* --- tables: page_table.c --- */

struct page_heading {
    const char *text[MSG_LANGS];
    bool is_number;
};

/* Begins a table that can be sorted, in a box of its own that scrolls; its name is for who cannot
 * see it, its look a class of the style sheet or "". Ends it. */
void page_table_begin(struct page *p, struct str name, const char *look,
                      const struct page_heading *h, size_t n);
void page_table_end(struct page *p);

/* --- sections --- */

void page_headlines(struct page *p); /* page_figures.c */
void page_figures(struct page *p);
void page_orgs(struct page *p);
void page_months(struct page *p);
void page_charts(struct page *p);  /* page_chart.c */
void page_quality(struct page *p); /* page_quality.c */
void page_checks(struct page *p);

/* What the head says of the data: missing deliveries, failed checks. */
struct ledger_row page_sum(const struct page *p, struct str org); /* org.n = 0: of all */
size_t page_check_count(const struct page *p, const char *result);

#endif
