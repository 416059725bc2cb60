/*
 * Writing JSON: run.json, datapackage.json.
 *
 * The writer knows what is open, so that commas, line breaks and brackets are its business. What is
 * not flat stands on lines of its own, two blanks deeper than what it is in; a flat object or array
 * stands on one line with all that is in it. The text ends without a line break.
 */
#ifndef PIPELINE_IO_JSON_H
#define PIPELINE_IO_JSON_H

#include "pipeline/base/str.h"

enum { JSON_DEPTH = 16 };

struct json {
    struct strbuf *out;     /* borrowed: the text so far */
    char close[JSON_DEPTH]; /* brackets of what is open */
    int depth;
    int flat;  /* what is deeper stands on one line; 0: nothing does */
    bool some; /* has the innermost one a member already? */
};

/* Begins and ends an object or array. `key` is NULL in an array and for the outermost one. More
 * than JSON_DEPTH open at once are a BUG. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_flat_object(struct json *j, const char *key);
void json_flat_array(struct json *j, const char *key);
void json_end(struct json *j);

/* Members. Text is UTF-8; bytes that are none become U+FFFD, so that the result can be read. */
void json_text(struct json *j, const char *key, struct str s);
void json_int(struct json *j, const char *key, int64_t v);
void json_bool(struct json *j, const char *key, bool v);

/* A number that is printed already: decimal digits, as JSON has them. */
void json_number(struct json *j, const char *key, struct str digits);

#endif
