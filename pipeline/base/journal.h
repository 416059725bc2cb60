/*
 * The journal of systemd: it takes a "<3>" in front of a line for the line's priority.
 */
#ifndef PIPELINE_BASE_JOURNAL_H
#define PIPELINE_BASE_JOURNAL_H

#include <stdbool.h>
#include <stdio.h>

/* Does what is written to `to` go to the journal (JOURNAL_STREAM names its device and inode)? */
bool journal_is(FILE *to);

/* Writes the priority of a message with this code, where `to` is the journal: <3> of an error, <4>
 * of a warning, <6> of a note. */
void journal_mark(FILE *to, const char *code);

#endif
