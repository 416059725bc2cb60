/*
 * Standard output for people and for programs.
 */
#ifndef PIPELINE_RUN_SHOWN_H
#define PIPELINE_RUN_SHOWN_H

#include <stdio.h>

#include "pipeline/base/str.h"

/* Writes a text of lines for people: what could steer a terminal is shown, not sent
 * (strbuf_add_visible). False when it could not be written. */
bool shown_write(FILE *to, struct str text);

/* Writes data, byte for byte; but to a terminal like a text for people. */
bool shown_write_data(FILE *to, struct str data);

#endif
