/*
 * Numbers for values, and sets of such numbers: what counting different values rests on.
 *
 * Each different text or number gets an id from 0 in order of appearance; keys are compared, not
 * only their hashes, so counts are exact. Sets of ids are bits; ids with a group (an organisation,
 * a month) are pairs in a hash set.
 */
#ifndef PIPELINE_CALC_INTERN_H
#define PIPELINE_CALC_INTERN_H

#include "pipeline/base/arena.h"
#include "pipeline/base/map.h"

#define INTERN_NONE UINT32_MAX

struct intern {
    struct map map;     /* texts */
    struct arena arena; /* owns the texts */
    struct str *text;   /* by id; owned */
    int64_t *number;    /* by id; owned */
    uint32_t *slot;     /* numbers: open addressing, id or INTERN_NONE; owned */
    size_t n, cap, slots;
};

/* The id of a text (copied when new) or of a number; an intern holds either texts or numbers. */
uint32_t intern_text(struct intern *in, struct str s);
uint32_t intern_number(struct intern *in, int64_t v);

/* The id of a text, INTERN_NONE when it is not there. */
uint32_t intern_find(const struct intern *in, struct str s);
void intern_release(struct intern *in);

/* A set of ids. {0} is empty. */
struct idset {
    uint64_t *word; /* owned */
    size_t words;
};
void idset_reserve(struct idset *s, size_t ids); /* room for ids 0 .. ids - 1 */
static inline void idset_add(struct idset *s, uint32_t id)
{
    s->word[id / 64] |= 1ull << (id % 64); /* reserved before */
}
size_t idset_count(const struct idset *s);
void idset_release(struct idset *s);

/* A set of pairs (group, id). {0} is empty. */
struct pairset {
    uint64_t *slot; /* group << 32 | id, plus 1; 0: free; owned */
    size_t n, slots;
};
void pairset_add(struct pairset *s, uint32_t group, uint32_t id);
void pairset_release(struct pairset *s);

#endif
