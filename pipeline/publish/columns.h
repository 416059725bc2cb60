/*
 * The columns and fixed words of the tables that the stages leave: what they mean to people.
 */
#ifndef PIPELINE_PUBLISH_COLUMNS_H
#define PIPELINE_PUBLISH_COLUMNS_H

#include "pipeline/base/msg.h"
#include "pipeline/base/str.h"

/* COLUMN_ANY: a number or a text. */
enum column_type { COLUMN_TEXT, COLUMN_INTEGER, COLUMN_NUMBER, COLUMN_ANY };

struct column {
    const char *name; /* as the machine form has it */
    enum column_type type;
    const char *title[MSG_LANGS];
};

/* The column called name, or NULL. */
const struct column *column_find(struct str name);

/* A word of the machine form (fail, replaced ...) in a language; any other text stays. */
struct str column_word(struct str word, enum lang lang);

#endif
