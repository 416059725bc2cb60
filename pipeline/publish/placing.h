/*
 * Which figure does a number in a text mean? By the words around it.
 *
 * An indicator's `words` are alternatives, each of one or more words by blanks: those without
 * brackets stand between the number and its neighbours (before it up to the number or sentence
 * before, behind it up to the next sign), those in brackets anywhere in its sentence. All of them
 * must be there, and the measure word must be the figure's; the more characters that fit, the
 * nearer and with no sign between, the better. The value has no part in it, or no wrong number
 * could be found.
 */
#ifndef PIPELINE_PUBLISH_PLACING_H
#define PIPELINE_PUBLISH_PLACING_H

#include "pipeline/publish/mention.h"

enum { PLACING_CANDIDATES = 8 };

struct placing_candidate {
    size_t figure; /* by conf->indicators */
    int score;
};

struct placing_words; /* of an indicator */
struct placing {
    const struct conf *conf; /* borrowed */
    struct placing_words *words;
};

/* In the arena. */
void placing_make(const struct conf *c, struct arena *a, struct placing *p);

/* The figures that mention i of a line may mean, the best first; at most PLACING_CANDIDATES. */
size_t placing_find(const struct placing *p, const struct mention_line *l, size_t i,
                    struct placing_candidate *out);

/* What stands in front of mention i of its clause. */
struct str placing_clause_before(const struct mention_line *l, size_t i);

/* Where the sentence of mention i begins. */
size_t placing_sentence_start(const struct mention_line *l, size_t i);

/* May a number that is said so be the figure x at all? */
bool placing_measures(const struct conf_indicator *x, const struct mention *m);

#endif
