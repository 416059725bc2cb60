/*
 * datapackage.json: what the files of a folder are, after the Data Package standard, version 2
 * (datapackage.org): for each file path, bytes and SHA-256, for each table its columns (Table
 * Schema), its number of rows and, for the summary, the sums of its columns: the receipt.
 *
 * A path of a package may not lead out of its folder, so that each folder describes itself. `rows`
 * and `sums` are ours; the standard allows further properties.
 */
#ifndef PIPELINE_PUBLISH_PACKAGE_H
#define PIPELINE_PUBLISH_PACKAGE_H

#include "pipeline/calc/refs.h"
#include "pipeline/publish/summary.h"

/* The folder that is described. */
struct package_folder {
    const struct conf *conf; /* all borrowed */
    const struct refs *refs;
    const char *dir;               /* the folder, in which everything else is written */
    const char *stage;             /* whose folder it is: part of the package's name */
    const struct summary *summary; /* of summary.csv in it; NULL: it has none */
};

/* Writes <dir>/datapackage.json over the files that are there, the internal tables left out; not
 * when there is one already. False and *e when a file cannot be read or the result cannot be
 * written. */
bool package_write(const struct package_folder *f, struct err *e);

#endif
