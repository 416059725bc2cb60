/*
 * What the tables of settings say, for pages and for new configurations: nobody types it twice.
 */
#ifndef PIPELINE_CALC_CONF_SETTINGS_H
#define PIPELINE_CALC_CONF_SETTINGS_H

#include "pipeline/calc/conf.h"

/*
 * Adds one line for each setting of each kind of section, cells separated by tabs:
 *   section (name), "named" where such sections have names, key, "word" (written "key WORD"), "any"
 *   (any key) or nothing, "required" or nothing, "local" (no part of the results) or nothing,
 *   default, smallest and largest number (both empty: no number, or unlimited), choices by blanks,
 *   meaning in English
 */
void conf_settings_list(struct strbuf *out);

/*
 * Adds what may be put behind the text of the configuration *c: every setting of the sections
 * without a name that it does not give, as a comment with meaning and default. The text alone
 * changes nothing; taking the mark away in front of a setting sets it.
 */
void conf_settings_comment(const struct conf *c, struct strbuf *out);

#endif
