/*
 * HTML text: markup with places for texts, which are always escaped.
 *
 * There is no way to put a text in unescaped but to make it part of the markup, which is a literal
 * of the program.
 */
#ifndef PIPELINE_PUBLISH_HTML_H
#define PIPELINE_PUBLISH_HTML_H

#include "pipeline/base/str.h"

/* Appends a literal. */
#define HTML_RAW(out, markup) strbuf_add((out), STR(markup))

/* Appends the markup, each % in it replaced by the next of the texts (struct str), escaped for
 * content and for attributes in double quotes. HTML(&b, "<td>%</td>", cell) */
#define HTML(out, markup, ...)                                                                     \
    html_put((out), (markup), (const struct str[]){__VA_ARGS__},                                   \
             sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
void html_put(struct strbuf *out, const char *markup, const struct str *text, size_t n);

/* Appends s escaped: & < > " ' as references, control characters as U+FFFD. */
void html_text(struct strbuf *out, struct str s);

#endif
