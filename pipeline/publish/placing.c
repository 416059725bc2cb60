#include "pipeline/publish/placing.h"

/* What a character that fits is worth: in the number's clause, in front of it, in brackets. */
enum { CHARACTER = 100, ELSEWHERE = 30, AROUND = 50, FAR = 99 };

/* `near` and `around` of one alternative. */
struct alternative {
    struct conf_words near, around;
};
struct placing_words {
    struct alternative *alternative;
    size_t n;
};

/* --- the words of the configuration --- */

static struct alternative alternative_of(struct str text, struct arena *a)
{
    struct alternative x = {{ARENA_ARRAY(a, struct str, text.n + 1), 0},
                            {ARENA_ARRAY(a, struct str, text.n + 1), 0}};
    struct str rest = mention_fold(text, a), word;
    while (str_split(&rest, ' ', &word)) {
        bool around = str_starts(word, STR("(")) && str_ends(word, STR(")"));
        if (around)
            word = (struct str){word.p + 1, word.n - 2};
        if (word.n && around)
            x.around.word[x.around.n++] = word;
        else if (word.n)
            x.near.word[x.near.n++] = word;
    }
    return x;
}

void placing_make(const struct conf *c, struct arena *a, struct placing *p)
{
    *p = (struct placing){c, ARENA_ARRAY(a, struct placing_words, c->n_indicators)};
    for (size_t i = 0; i < c->n_indicators; i++) {
        const struct conf_indicator *x = &c->indicators[i];
        struct placing_words *w = &p->words[i];
        size_t n = x->words.n ? x->words.n : 1;
        w->alternative = ARENA_ARRAY(a, struct alternative, n);
        for (w->n = 0; w->n < n; w->n++)
            w->alternative[w->n] = alternative_of(x->words.n ? x->words.word[w->n] : x->name, a);
    }
}

/* --- the words of the text --- */

static struct str part(struct str s, size_t from, size_t to)
{
    return (struct str){s.p + from, to - from};
}

size_t placing_sentence_start(const struct mention_line *l, size_t i)
{
    size_t start = 0;
    for (size_t k = 0; k < l->mention[i].at; k++) {
        size_t n = mention_sentence_end(l->text, k);
        start = n ? k + n : start;
    }
    return start;
}

static size_t sentence_stop(const struct mention_line *l, size_t from)
{
    while (from < l->text.n && !mention_sentence_end(l->text, from))
        from++;
    return from;
}

struct str placing_clause_before(const struct mention_line *l, size_t i)
{
    size_t start = placing_sentence_start(l, i), at = l->mention[i].at;
    for (size_t k = start; k < at; k++) {
        size_t n = mention_clause_end(l->text, k);
        start = n ? k + n : start;
    }
    return part(l->words, start, at);
}

/* What is nearest to a number, and its sentence. */
struct surroundings {
    struct str before, after, sentence;
};

static struct surroundings around(const struct mention_line *l, size_t i)
{
    const struct mention *m = &l->mention[i];
    size_t start = placing_sentence_start(l, i), stop = m->end;
    size_t before = i > 0 && l->mention[i - 1].end > start ? l->mention[i - 1].end : start;
    size_t limit = i + 1 < l->n ? l->mention[i + 1].at : l->text.n;
    while (stop < limit && !mention_clause_end(l->text, stop))
        stop++;
    return (struct surroundings){part(l->words, before, m->at), part(l->words, m->end, stop),
                                 part(l->words, start, sentence_stop(l, m->end))};
}

/* Where a word stands. */
struct found {
    bool here;      /* at all */
    bool in_clause; /* of the number */
    int distance;   /* characters between it and the number; FAR at most */
};

static bool has_clause_end(struct str s)
{
    for (size_t k = 0; k < s.n; k++)
        if (mention_clause_end(s, k))
            return true;
    return false;
}

static int capped(size_t n)
{
    return n < FAR ? (int)n : FAR;
}

/* In front as near as it can be, else behind; in front of a sign only where it is nowhere else. */
static struct found find(const struct surroundings *s, struct str word)
{
    struct found x = {.distance = FAR};
    for (size_t k = 0; k + word.n <= s->before.n; k++) {
        if (!str_starts(str_from(s->before, k), word))
            continue;
        struct str between = str_from(s->before, k + word.n);
        x = (struct found){true, !has_clause_end(between), capped(mention_characters(between))};
    }
    size_t behind = str_find_str(s->after, word);
    if (behind >= s->after.n)
        return x;
    int n = capped(mention_characters((struct str){s->after.p, behind}));
    return x.in_clause && x.distance <= n ? x : (struct found){true, true, n};
}

/* How well an alternative fits; 0: not at all. */
static int fit(const struct surroundings *s, const struct alternative *x, const struct mention *m)
{
    int score = 0, nearest = FAR;
    if (!x->near.n && !m->measure.n)
        return 0;
    for (size_t i = 0; i < x->near.n; i++) {
        struct found f = find(s, x->near.word[i]);
        if (!f.here)
            return 0;
        nearest = f.distance < nearest ? f.distance : nearest;
        score += (f.in_clause ? CHARACTER : ELSEWHERE) * (int)mention_characters(x->near.word[i]);
    }
    for (size_t i = 0; i < x->around.n; i++) {
        if (str_find_str(s->sentence, x->around.word[i]) == s->sentence.n)
            return 0;
        score += AROUND * (int)mention_characters(x->around.word[i]);
    }
    return score ? score - nearest : 0;
}

bool placing_measures(const struct conf_indicator *x, const struct mention *m)
{
    bool percent = str_eq(x->unit, STR("%"));
    if (m->form != SAID_PLAIN || percent)
        return percent && m->form != SAID_PLAIN;
    if (!m->measure.n || str_eq(m->measure, x->unit))
        return true;
    for (size_t i = 0; i < x->measures.n; i++)
        if (str_eq(m->measure, x->measures.word[i]))
            return true;
    return false;
}

/* Puts a candidate at its place among n; returns how many there are. */
static size_t insert(struct placing_candidate *out, size_t n, struct placing_candidate x)
{
    size_t at = n < PLACING_CANDIDATES ? n : PLACING_CANDIDATES - 1;
    if (n == PLACING_CANDIDATES && out[at].score >= x.score)
        return n;
    for (; at > 0 && out[at - 1].score < x.score; at--)
        out[at] = out[at - 1];
    out[at] = x;
    return n < PLACING_CANDIDATES ? n + 1 : n;
}

size_t placing_find(const struct placing *p, const struct mention_line *l, size_t i,
                    struct placing_candidate *out)
{
    const struct mention *m = &l->mention[i];
    struct surroundings s = around(l, i);
    size_t n = 0;
    for (size_t f = 0; f < p->conf->n_indicators; f++) {
        struct placing_candidate x = {.figure = f};
        if (!placing_measures(&p->conf->indicators[f], m))
            continue;
        for (size_t k = 0; k < p->words[f].n; k++) {
            int score = fit(&s, &p->words[f].alternative[k], m);
            x.score = score > x.score ? score : x.score;
        }
        if (x.score > 0)
            n = insert(out, n, x);
    }
    return n;
}
