/*
 * Reading JSON: what this program has written of itself (io/json.h), back into a tree.
 *
 * All of RFC 8259 but numbers with a fraction or exponent, which are kept as text only. A text is
 * refused as a whole when anything is wrong with it.
 */
#ifndef PIPELINE_IO_JSONIN_H
#define PIPELINE_IO_JSONIN_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"

enum jsonin_type {
    JSONIN_NULL,
    JSONIN_BOOL,
    JSONIN_NUMBER,
    JSONIN_TEXT,
    JSONIN_ARRAY,
    JSONIN_OBJECT
};

struct jsonin {
    enum jsonin_type type;
    struct str key;            /* of a member of an object */
    struct str text;           /* a text; of a number its digits, of a bool "true" or "false" */
    int64_t number;            /* of a whole number that fits; else 0 */
    struct jsonin *kid, *next; /* the first member; the next one beside it */
};

/* The value that text holds; NULL when it is no JSON, or nested deeper than 64. In the arena. */
struct jsonin *jsonin_parse(struct str text, struct arena *a);

/* The same of a file. NULL and *e: ST_SYSTEM unreadable, ST_DATA E-JSON-01 no JSON. */
struct jsonin *jsonin_read(const char *path, struct arena *a, struct err *e);

/* The member called key, or NULL; j == NULL is fine. */
const struct jsonin *jsonin_get(const struct jsonin *j, const char *key);

/* The text (p == NULL) or number (0) of a member; nothing of that kind there: that. */
struct str jsonin_text(const struct jsonin *j, const char *key);
int64_t jsonin_int(const struct jsonin *j, const char *key);

#endif
