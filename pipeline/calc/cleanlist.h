/*
 * The lists that clean writes over all raw files: what it altered, and how often it warned.
 */
#ifndef PIPELINE_CALC_CLEANLIST_H
#define PIPELINE_CALC_CLEANLIST_H

#include "pipeline/calc/rawfile.h"

/* <dir>/changes.csv.gz: joins the lists that the files have left beside their tables below `dir`,
 * in the order of the files and without unpacking them, and removes these. */
bool cleanlist_changes(const char *dir, const struct conf *c, const struct rawfile *file, size_t n,
                       struct err *e);

/* <dir>/rules.csv: file,rule,count - how many cells of a file each rule altered. */
bool cleanlist_rules(const char *dir, const struct rawfile *file, size_t n, struct err *e);

/* <dir>/quality.csv: org,export,file,rule,column,count,first_line,advice - the lines of
 * warnings.csv.gz counted, with what the sender may do. */
bool cleanlist_quality(const char *dir, const struct conf *c, const struct rawfile *file, size_t n,
                       struct err *e);

#endif
