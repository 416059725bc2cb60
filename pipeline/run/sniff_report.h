/*
 * What sniff prints about one file.
 */
#ifndef PIPELINE_RUN_SNIFF_REPORT_H
#define PIPELINE_RUN_SNIFF_REPORT_H

#include <stdio.h>

#include "pipeline/calc/sniff.h"
#include "pipeline/io/decode.h"

struct sniffed {
    const char *path;
    const struct decoded *text;
    struct sniff *sniff;
    enum lang lang;
    const char *indent; /* before each line: blanks, or a comment's sign */
};

/* For people: dialect, layout, columns. */
void sniff_report(const struct sniffed *x, FILE *to);

/* One line per finding, "path:line: CODE what"; returns how many. */
size_t sniff_report_findings(const struct sniffed *x, FILE *to);

/* A section to begin a configuration with, below the report as comments. */
void sniff_report_ini(const struct sniffed *x, FILE *to);

#endif
