/*
 * Is a workbook that was just written whole?
 *
 * libxlsxwriter writes its parts to temporary files, and does not look whether the disk took them
 * or memory was there: what was refused is missing from the workbook, which it says was written. So
 * it is read back. Every part must be well-formed XML whose elements have as many children as their
 * `count` says, and the sheets as many cells as were written: bytes that are missing somewhere
 * break one of the two, since they are lost by the block of 4 KB and a cell has less than 100 of
 * them.
 */
#ifndef PIPELINE_IO_XLSX_CHECK_H
#define PIPELINE_IO_XLSX_CHECK_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

/* False and *e (ST_SYSTEM, E-XLSX-01) when the workbook at path is not whole, or has not just
 * `cells` cells. */
bool xlsx_check(const char *path, size_t cells, struct err *e);

/* Is a part well-formed, each `count` (or `uniqueCount`) as it says, no <pane> without a
 * <selection> (which is left out without a word where memory is missing)? *cells grows by its
 * elements <c>. */
bool xlsx_check_xml(struct str xml, size_t *cells);

#endif
