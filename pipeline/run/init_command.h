/*
 * `tongji init DIR`: a folder in which a new site can begin to work.
 *
 * What belongs to a site is read from the configuration that is its template, not from a list: the
 * files that it consists of, its reference tables, its folders and its key. Paths of it that lead
 * out of the template's folder are not a site's own and stay where they are.
 */
#ifndef PIPELINE_RUN_INIT_COMMAND_H
#define PIPELINE_RUN_INIT_COMMAND_H

#include "pipeline/base/err.h"

/*
 * Makes DIR (or fills it, when it is there and empty) from the configuration at `from`: config.ini,
 * with the settings that it does not give as comments behind it; the files that it includes; the
 * reference tables, empty ones with their columns for those that are kept by hand; the folder of
 * the raw files (for owner and group only), that of the results, the key of personal values. Prints
 * what to do next unless quiet. ST_CONFIG when DIR holds anything (E-INIT-01) or is no folder;
 * after any failure DIR is as it was.
 */
enum status init_command_run(const char *from, const char *dir, bool quiet, struct err *e);

#endif
