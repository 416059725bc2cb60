/*
 * Messages: one table of what the program can say to a person, in two languages.
 *
 * Every message has a stable code (E-CONF-02: E error, W warning, I note; the group; a number) that
 * scripts and letters may quote; the words may be improved at any time. %1 to %9 stand for the
 * arguments. The severity is the first letter of the code and stands nowhere else. docs/messages.md
 * is made from this table.
 */
#ifndef PIPELINE_BASE_MSG_H
#define PIPELINE_BASE_MSG_H

#include <stdarg.h>
#include <stddef.h>

#include "pipeline/base/arena.h"

enum lang { LANG_ZH, LANG_EN, MSG_LANGS };
enum { MSG_ARGS = 9 };

struct msg {
    const char *code;
    const char *text[MSG_LANGS]; /* what is wrong */
    const char *fix[MSG_LANGS];  /* what to do next; "" when nothing need be done */
};

extern const struct msg msg_table[];
extern const size_t msg_count;

/* The row of code; an unknown code is a BUG. */
const struct msg *msg_find(const char *code);

/* The severity of a code in English: "error", "warning" or "note". */
const char *msg_severity(const char *code);

/* Text and fix of `code` with the arguments put in, cut to size bytes (at a character) with a NUL.
 * A missing argument prints as nothing. */
void msg_format(const char *code, enum lang lang, const char *const arg[MSG_ARGS], char *out,
                size_t size);

/* Takes the arguments of a message, texts ended by NULL, from the end of a function's own. */
void msg_args(va_list ap, const char *arg[MSG_ARGS]);

/* The same in the arena, at most 2 KB; the arguments are the end of a function's own. */
struct str msg_words(struct arena *a, enum lang lang, const char *code, va_list ap);

/* What stands between two parts of the note of a figure. */
const char *msg_between(enum lang lang);

#endif
