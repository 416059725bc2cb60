/*
 * What cleaning did to cells: the rules by name.
 *
 * A cell is altered when the clean table prints its value otherwise than it stood in the file. Two
 * things are no alteration: money that is printed with two decimals (500 -> 500.00), and the hash
 * that stands for a personal value. Each altered cell has one rule, the last in the order below of
 * those that changed it. Only rows that are kept count: those rejected are in rejects.csv.gz.
 */
#ifndef PIPELINE_CALC_CHANGE_H
#define PIPELINE_CALC_CHANGE_H

/* From what matters least to what decides. */
enum change {
    CHANGE_NONE,
    CHANGE_WIDTH,
    CHANGE_BLANKS,
    CHANGE_APOSTROPHE,
    CHANGE_CASE,
    CHANGE_REPLACE,
    CHANGE_PREFIX,
    CHANGE_SUFFIX,
    CHANGE_ID15,
    CHANGE_DATE,
    CHANGE_NUMBER,
    CHANGE_UNIT,
    CHANGE_ENUM,
    CHANGE_LEVEL,
    CHANGE_MAPPED,
    CHANGE_ALIAS,
    CHANGE_NULL,
    CHANGE_LOST,
    CHANGE_UNUSABLE,
    CHANGE_FILL_DOWN,
    CHANGE_FALLBACK,
    CHANGE_CORRECTED,
    CHANGES
};

struct change_rule {
    const char *name; /* stable: read by scripts */
    const char *meaning;
};
extern const struct change_rule change_rules[CHANGES];

#endif
