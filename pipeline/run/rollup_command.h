/*
 * `tongji rollup --out DIR OUT ...`: the results of several districts as one.
 */
#ifndef PIPELINE_RUN_ROLLUP_COMMAND_H
#define PIPELINE_RUN_ROLLUP_COMMAND_H

#include "pipeline/calc/conf.h"

struct rollup_request {
    const char *const *input; /* folders of results, or files of partial results; at least one */
    size_t n;
    const char *out; /* a folder of its own; NULL: not given, which is a mistake */
    bool verbose;
};

/*
 * Writes <out>/compute and <out>/publish, made of the partial results of the inputs by the figures
 * of the configuration, and <out>/compute/partials.csv.gz, so that it can be rolled up again. The
 * folders of an earlier roll-up are replaced when everything has been written. ST_OK; else *e is
 * filled: ST_DATA for inputs that are damaged, of another program's format, of another year or of
 * the same organisations, and where a fatal check of figures failed; ST_CONFIG for another
 * definition and for a folder that may not be written; ST_SYSTEM, ST_BUSY.
 */
enum status rollup_command_run(const struct rollup_request *r, const struct conf *c, struct err *e);

#endif
