/*
 * Return slips: what each organisation must mend, folded and in order of its effect.
 *
 * Findings that repeat - same file, rule, column and value - are one line with a count and the
 * first places. A slip has at most `ceiling` such lines; what comes after them is folded without
 * its value, so that every finding is counted in exactly one line.
 *
 * The effect of a line, the larger first:
 *   1. figures: how many figures are computed from what was lost - with a cell, those that read its
 *      column; with a row or a file, those that read its export; none where nothing was lost (a
 *      name that was understood all the same, an unknown column, a repeated row);
 *   2. whole files before rows;
 *   3. rows: how many findings the line stands for.
 * What is equal so far is in order of export, rule, column, value and file.
 */
#ifndef PIPELINE_CALC_SLIP_H
#define PIPELINE_CALC_SLIP_H

#include "pipeline/calc/effect.h"

enum { SLIP_PLACES = 5 };

struct slip_place {
    int64_t line;  /* physical line of the file; 0: the file as a whole */
    int64_t other; /* line that the row is compared with; 0: none */
};

/* One finding, everything borrowed. Texts are as clean wrote them: personal values are masked. */
struct slip_finding {
    struct str file;   /* below raw; n = 0: a file that did not come */
    size_t export;     /* SIZE_MAX: of none */
    struct str code;   /* of its message */
    struct str column; /* as the file calls it; n = 0: the row or file as a whole */
    struct str value;  /* what stood there */
    struct str note;   /* the message with its arguments; n = 0: there are none */
    struct slip_place place;
};

/* What was lost. */
enum slip_loss { SLIP_NOTHING, SLIP_CELL, SLIP_ROW, SLIP_FILE };

struct slip_line {
    struct str file, code, column, value, note; /* owned by the slips */
    size_t export, column_index;                /* SIZE_MAX: none, or unknown */
    enum slip_loss loss;
    bool rest;                            /* stands for different values, past the ceiling */
    size_t figures;                       /* effect_mark() of it */
    size_t rows;                          /* findings */
    struct slip_place place[SLIP_PLACES]; /* the first of them */
    size_t n_places;
};

struct slip {
    struct str org; /* n = 0: files of which no organisation is known */
    struct slip_line *line;
    size_t n, cap;
    size_t findings; /* the sum of rows */
};

struct slips {
    const struct conf *conf;
    const struct effect *effect;
    size_t ceiling;
    struct arena arena;
    struct slip *slip;
    size_t n, cap;
    struct map orgs, lines;   /* -> slip; file, rule ... -> line of its slip */
    struct strbuf key, value; /* scratch */
};

/* Empty slips; conf and effect are borrowed. Released with slips_release. */
void slips_init(struct slips *s, const struct conf *c, const struct effect *e, size_t ceiling);
void slips_release(struct slips *s);

void slips_add(struct slips *s, struct str org, const struct slip_finding *finding);

/* Does a finding of this rule mean that a file was not read, or did not come? */
bool slip_loses_file(struct str code);

/* Puts slips in order of their organisations and the lines of each in order of effect. Nothing may
 * be added afterwards. */
void slips_sort(struct slips *s);

/* The figures that a line touches, marked in touched[conf->n_indicators] (NULL: only counted). */
size_t slip_touch(const struct effect *e, const struct slip_line *line, bool *touched);

/* The code of the message that says how to mend the line, where that of line->code does not say it
 * to an organisation; else NULL. */
const char *slip_advice(const struct slip_line *line);

#endif
