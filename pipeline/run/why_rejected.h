/*
 * Internal to run/why_rejected.c and why_verdict.c: the rejected rows of a table that a figure is
 * counted from.
 */
#ifndef PIPELINE_RUN_WHY_REJECTED_H
#define PIPELINE_RUN_WHY_REJECTED_H

#include "pipeline/calc/reason.h"
#include "pipeline/run/why.h"

enum verdict { WOULD_NOT, UNDECIDED, WOULD_COUNT, VERDICTS };

struct rejected_row {
    struct str file, record;
    int64_t line;
    enum reason reason;
    struct strbuf reasons; /* the others too; owned */
    bool structure;        /* no cells */
    struct str taken;      /* file:line of a row with the same key that counts */
};

/* The rejected rows of a table that the figure is counted from. */
struct rejected {
    struct why *w;
    size_t t;
    const struct tschema *schema;
    struct rejected_row *row; /* owned */
    size_t n, cap;
    int64_t **number; /* [columns]: owned, grown with the rows */
    struct str **text;
    uint8_t **unknown; /* [columns]: 1 where the cell is not known */
    struct tblock block;
    struct arena arena;
    enum verdict *verdict; /* [n] */
    struct strbuf *parts;  /* [n]: where the row would have counted; owned */
};

/* Fills verdict and parts of all rows. False and *e: a table cannot be read. */
bool why_verdict(struct rejected *x, struct err *e);

#endif
