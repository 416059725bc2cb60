/*
 * Keys of rows as byte strings: equal keys are equal strings, and their byte order is that of the
 * printed key (numbers and dates by value, words of an enumeration by their spelling).
 */
#ifndef PIPELINE_CALC_ROWKEY_H
#define PIPELINE_CALC_ROWKEY_H

#include "pipeline/calc/conf.h"
#include "pipeline/io/table.h"

/* Marks the columns that keys are made of in want[]: x's key, or all and src_line. */
void rowkey_columns(const struct conf_export *x, bool *want);

/*
 * The key of each row of b, whose columns are those of x; in the arena or borrowed from b. An
 * export without a key has the places of its rows in place of one: source (SIZE_MAX: in the column
 * behind src_line), line, and, of rows that stand in one line, a hash of their cells.
 */
struct str *rowkey_make(const struct conf_export *x, const struct tblock *b, size_t source,
                        struct arena *a);

/*
 * A table is cut into ranges of keys, which are merged, packed and kept one by one. Where it is cut
 * depends on the keys alone, and on each of them alone: some keys, drawn by their hash, are the
 * first of a range wherever they occur. A row more or less thus changes the range it is in, and no
 * other, unless it is a first key itself.
 */
enum {
    ROWKEY_CUT = 8192,  /* one key in so many is a first one: a range of rows fits the cache, and
                         * there are enough of them for all cores */
    ROWKEY_SAMPLE = 256 /* one in so many belongs to the sample, the first ones among them */
};

/* The number drawn for a key. Keys that are places of rows are told apart by the line and the
 * cells, so that files coming and going do not move the cuts. */
uint64_t rowkey_draw(const struct conf_export *x, struct str key);

static inline bool rowkey_in_sample(uint64_t draw)
{
    return draw % ROWKEY_SAMPLE == 0;
}

static inline bool rowkey_is_first(uint64_t draw)
{
    return draw % ROWKEY_CUT == 0;
}

/* Sorts keys and drops those that are there twice; returns how many are left. */
size_t rowkey_sort(struct str *key, size_t n);

/* The range of a key, first[0] being less than all keys. hint: a range, which is looked at first:
 * neighbouring rows are mostly neighbours by their keys. */
size_t rowkey_range(const struct str *first, size_t ranges, struct str key, size_t hint);

#endif
