/*
 * The numbers that a text mentions, and how it says them: 76932件, 2.86万户, 约8亿元, 140余场次,
 * 近30家, 98.2%, 2.2个百分点, 一期, 百分之四十.
 *
 * What is no number is said by [proofread]: words with numerals in them, titles in brackets, dates
 * and ordinals. Of digits that are part of a code (GB2312, 2015-2020, 16:52, 1.) nothing is taken.
 * Chinese numerals count only in front of a measure word, or as 百分之.
 */
#ifndef PIPELINE_PUBLISH_MENTION_H
#define PIPELINE_PUBLISH_MENTION_H

#include "pipeline/calc/conf.h"
#include "pipeline/calc/exact.h"

enum hedge {
    HEDGE_NONE,
    HEDGE_REACH, /* 达: the number itself */
    HEDGE_ABOUT, /* 约 */
    HEDGE_NEAR,  /* 近: a little less */
    HEDGE_ABOVE, /* 余: a little more */
    HEDGES
};

struct mention {
    size_t at, end;     /* bytes of the line: from the number or its hedge to its last measure */
    size_t column;      /* of `at`, in characters from 1 */
    struct exact value; /* as said: 98.2 for 98.2%, 28600 for 2.86万 */
    struct exact digit; /* what its last written digit counts: 0.1, 100 */
    struct exact round; /* the same of the last digit that is not 0: 10 for 140 */
    enum hedge hedge;
    enum { SAID_PLAIN, SAID_PERCENT, SAID_POINTS } form;
    struct str measure; /* n = 0: none */
    bool chinese;       /* in Chinese numerals */
    int64_t year;       /* the last year named before it in its sentence; 0: none */
};

/* A line of the text: of the same length in bytes are `text` (full-width forms folded) and `words`
 * (with what is in brackets blanked out). */
struct mention_line {
    struct str text, words;
    struct mention *mention; /* from left to right */
    size_t n, cap;
};

/* What to know of the configuration. */
struct mention_reader {
    const struct conf *conf;
    struct str *measure; /* longest first */
    size_t n_measures;
};

/* A reader in the arena. */
void mention_reader_make(const struct conf *c, struct arena *a, struct mention_reader *r);

/* Full-width forms as ASCII: a character stays a character. In the arena. */
struct str mention_fold(struct str s, struct arena *a);

/* Reads a line; all of it in the arena. */
void mention_read(const struct mention_reader *r, struct str line, struct arena *a,
                  struct mention_line *out);

/* The first number of a text, such as a printed figure; false: none. */
bool mention_first(const struct mention_reader *r, struct str text, struct arena *a,
                   struct mention *out);

/* Is it the end of a sentence, or of a clause, that stands at `at`? The length of the sign, else 0.
 */
size_t mention_sentence_end(struct str text, size_t at);
size_t mention_clause_end(struct str text, size_t at);

/* Characters in s. */
size_t mention_characters(struct str s);

#endif
