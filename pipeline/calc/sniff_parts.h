/*
 * What the files of sniff share.
 */
#ifndef PIPELINE_CALC_SNIFF_PARTS_H
#define PIPELINE_CALC_SNIFF_PARTS_H

#include "pipeline/calc/sniff.h"

/* Counts a finding; line 0: the whole file. */
void sniff_found(struct sniff *s, enum sniff_kind k, size_t line);

/* Reads record i again; valid until the next call. */
struct dialect_record sniff_load(struct sniff *s, size_t i);

/* Are the cells of record i these names, but for blanks around them? */
bool sniff_is_names(struct sniff *s, size_t i, const struct str *name, size_t n);

/* Can the cells of a record be taken as they are? Not when there are too few or too many, a quote
 * is not closed, or single cells are written otherwise than their columns. */
bool sniff_fits(const struct dialect_record *rec, const struct guess_column *column, size_t n);

/* Finds the tables among the records, and which lines are none. */
void sniff_layout(struct sniff *s, const struct str *header, size_t n_header);

/* Lets the main table begin at the header that was given, where that is found. Rows of another
 * width than the header may have become a table of their own below it: tables that the main one
 * then reaches over are parts of it. There is at least one table. */
void sniff_begin_at(struct sniff *s, const struct str *header, size_t n_header);

/* The usual cells of records first..end that have `cells` cells, the first `skip` left out where
 * others remain, and without repetitions of the record `header`. In the arena. */
struct guess_column *sniff_columns(struct sniff *s, size_t first, size_t end, size_t cells,
                                   size_t skip, size_t header);

/*
 * How much record i looks like a header above such columns: > 0 like one (text above numbers), < 0
 * like a row, 0 cannot be told. *filled: its cells that are not empty.
 */
int64_t sniff_header_vote(struct sniff *s, size_t i, const struct guess_column *column, size_t n,
                          size_t *filled);

/* Finds the header of a table, its names and its columns. */
void sniff_header(struct sniff *s, struct sniff_table *t, const struct str *header,
                  size_t n_header);

#endif
