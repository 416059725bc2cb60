/*
 * What `tongji list` prints: one line an item, cells separated by tabs, for people and for scripts.
 */
#ifndef PIPELINE_RUN_LISTS_H
#define PIPELINE_RUN_LISTS_H

#include "pipeline/calc/conf.h"
#include "pipeline/run/opts.h"

/* name, what it reads, what it does (in the language of c, and in English) */
void list_stages(const struct conf *c);

/* id, title */
void list_exports(const struct conf *c);

/* id, name (in the language of c), unit */
void list_indicators(const struct conf *c);

/* code, severity, text in Chinese and English, what to do in Chinese and English */
void list_messages(const struct conf *c);

/* see calc/conf_settings.h */
void list_settings(const struct conf *c);

/* exit status, what it means in Chinese and English */
void list_exits(const struct conf *c);

/* Of n options of a command ("*": of all commands and stages): the command, letter or nothing,
 * name, its argument or nothing, help in Chinese and English. */
void list_options_of(const char *command, const struct opt *rows, size_t n);

#endif
