/*
 * A return slip as people get it: a CSV file for the spreadsheet and a page of text.
 *
 * The CSV has one line for each line of the slip, all of them; the page has a summary - rows
 * delivered, kept, left out; figures touched; rules with the way to export properly - and the first
 * lines. The columns of the CSV have a fixed order (docs/config.md), whatever the language; history
 * reads them again by their place (calc/slip_compare.h).
 */
#ifndef PIPELINE_CALC_SLIP_PAGE_H
#define PIPELINE_CALC_SLIP_PAGE_H

#include "pipeline/calc/ledger.h"
#include "pipeline/calc/slip.h"

/* Places of columns in the CSV that others read. */
enum { SLIP_CODE = 0, SLIP_EXPORT = 1, SLIP_COLUMN = 5, SLIP_VALUE = 6, SLIP_ROWS = 7 };

/* Appends the CSV file: BOM, CR LF, headings in the language of the configuration, formulas
 * defused. */
void slip_csv(const struct slips *s, const struct slip *slip, struct strbuf *out);

/* Appends the page (BOM and CR LF too). ledger: of merge; refs: for the organisation's name and the
 * year. */
void slip_page(const struct slips *s, const struct slip *slip, const struct ledger *ledger,
               const struct refs *refs, struct strbuf *out);

#endif
