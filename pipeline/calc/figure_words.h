/*
 * The fixed words of figures (status, flag) for who reads English: they are Chinese in the machine
 * form too.
 */
#ifndef PIPELINE_CALC_FIGURE_WORDS_H
#define PIPELINE_CALC_FIGURE_WORDS_H

#include "pipeline/base/msg.h"
#include "pipeline/base/str.h"

/* The word in the language; any other text as it is. */
struct str figure_word(struct str word, enum lang lang);

#endif
