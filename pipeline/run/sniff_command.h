/*
 * tongji sniff: what raw CSV files are, without any configuration.
 */
#ifndef PIPELINE_RUN_SNIFF_COMMAND_H
#define PIPELINE_RUN_SNIFF_COMMAND_H

#include "pipeline/run/opts.h"

struct sniff_request {
    bool ini, cat, quiet;
    const char *header; /* names separated by commas; NULL: none given */
    int64_t table;      /* from 1; 0: the one with most rows */
    enum lang language;
};
enum { SNIFF_OPTIONS = 4 };

/* Fills rows[SNIFF_OPTIONS] with the options of the command, pointing into *r. */
void sniff_command_rows(struct sniff_request *r, struct opt rows[SNIFF_OPTIONS]);

/* Was one of them given? */
bool sniff_command_asked(const struct sniff_request *r);

/*
 * Prints what the files are (a report, a section for config.ini, or one table as CSV) to standard
 * output. ST_OK when nothing is unusual about any, ST_DATA when there are findings; a file that
 * cannot be read is named on standard error and raises the status. *e for usage.
 */
enum status sniff_command_run(const struct sniff_request *r, const char *const *file, size_t n,
                              struct err *e);

#endif
