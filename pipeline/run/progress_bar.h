/*
 * One line on a terminal that says how far a stage has come; it is erased at the end.
 *
 * A thread draws it, at most five times a second, from the counters of base/progress.h. Where
 * standard error is no terminal there is neither thread nor line.
 */
#ifndef PIPELINE_RUN_PROGRESS_BAR_H
#define PIPELINE_RUN_PROGRESS_BAR_H

#include "pipeline/base/msg.h"
#include "pipeline/base/progress.h"
#include "pipeline/base/str.h"

struct progress_bar;

/* Begins to draw; NULL: nothing is drawn. `stage` and `of` are borrowed until the end. */
struct progress_bar *progress_bar_begin(const char *stage, struct progress *of, enum lang language);

/* Erases and frees; NULL is fine. */
void progress_bar_end(struct progress_bar *b);

/* Appends the line as it stands after `seconds`: files, bytes or else rows with their speed, and
 * the time that is left when they go on so. Nothing is appended of what is not known. */
void progress_bar_text(const char *stage, struct progress *of, double seconds, enum lang language,
                       struct strbuf *out);

/* Erases a line that a killed program has left on the terminal of standard error. */
void progress_bar_erase(void);

#endif
