/*
 * The fixed words of figures (status, flag) for who reads English: they are Chinese in the machine
 * form too.
 */
#ifndef PIPELINE_CALC_FIGURE_WORDS_H
#define PIPELINE_CALC_FIGURE_WORDS_H

#include "pipeline/base/msg.h"
#include "pipeline/base/str.h"

/* All of them, for a legend: word and meaning in one line. */
struct figure_legend {
    const char *word, *english;
    const char *meaning[MSG_LANGS];
    bool is_status; /* else a judgement of a change */
};
extern const struct figure_legend figure_legend[];
extern const size_t figure_legend_length;

/* The word in the language; any other text as it is. */
struct str figure_word(struct str word, enum lang lang);

#endif
