/*
 * What spreadsheets do to cells before they are exported, and codes with a wrong check digit:
 * recognised, so that the sender can be told how to export properly. A recognised damage is a
 * warning and never changes a value.
 */
#ifndef PIPELINE_CALC_DAMAGE_H
#define PIPELINE_CALC_DAMAGE_H

#include "pipeline/base/str.h"

struct conf_type;

enum damage {
    DAMAGE_NONE,
    DAMAGE_EXPONENT, /* 9.16501E+17 */
    DAMAGE_CUT_OFF,  /* 15 digits and 000 */
    DAMAGE_ZEROS,    /* zeros lost in front */
    DAMAGE_DAY,      /* 1月2日, Jan-02, 2-Jan */
    DAMAGE_NARROW,   /* #### */
    DAMAGE_FORMULA,  /* #N/A, #REF! ... */
    DAMAGE_EQUALS,   /* ="00123" */
    DAMAGE_IDENTITY, /* no identity number */
    DAMAGE_CREDIT,   /* no unified social credit code */
    DAMAGES
};
extern const char *const damage_warning[DAMAGES]; /* codes of the message table */

/* ####, #N/A, #REF! and the like, ="00123", in a column of any kind. `s` is normalised
 * (calc/cell.h). */
enum damage damage_of_cell(struct str s);

/* Of a code (no white space, capitals). One that a check of the type proves right has none; a
 * failed check is the last thing to say of one. */
enum damage damage_of_code(const struct conf_type *t, struct str s);

#endif
