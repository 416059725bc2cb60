/*
 * The form of a table file: what its writer (table_out.c) and its reader (table_in.c) share. Not
 * for others.
 *
 * The file, all numbers little-endian: magic; head (columns with name, type and labels, then
 * notes); the chunks, block by block and column by column, without gaps; index (struct table_index,
 * then for each block a struct table_block and one struct table_chunk per column); struct
 * table_footer.
 *
 * A chunk is one column of one block. Numbers: struct table_numbers, then a code of `width` bytes
 * per row: 0 missing, else v - base. Width 0: every row is base. Width 8: the values as they are,
 * where the span is too large to leave a code for missing.
 *
 * Text: struct table_text, then `entries` lengths (0 missing, else bytes + 1), then a code per row
 * unless the chunk is plain (entry r is row r), then the bytes of the entries, one after the other.
 *
 * A chunk is stored through LZ4 where that saves at least an eighth (stored < raw). Offsets are not
 * kept: they are the running sum of the sizes, so no two chunks can overlap and nothing can hide
 * between them. Every byte is under a checksum (magic and footer check each other by the sizes), so
 * a reader trusts nothing that it has not compared; the bounds are checked all the same, because a
 * checksum is no proof against a file made on purpose.
 */
#ifndef PIPELINE_IO_TABLE_FILE_H
#define PIPELINE_IO_TABLE_FILE_H

#include <stdint.h>

#include "pipeline/base/str.h"

#define TABLE_MAGIC "TJTABLE1"
enum { TABLE_MAGIC_N = sizeof TABLE_MAGIC - 1 };

struct table_chunk {
    uint64_t sum;     /* checksum of the stored bytes */
    uint32_t stored;  /* bytes in the file */
    uint32_t raw;     /* bytes after LZ4; equal: no LZ4 */
    uint32_t entries; /* text: lengths in it; numbers: 0 */
    uint32_t spare;   /* 0 */
};
struct table_numbers {
    int64_t base;
    uint64_t width; /* bytes: 0, 1, 2, 4, 8 */
};
struct table_text {
    uint32_t plain; /* 1: no codes */
    uint32_t length_width, code_width;
    uint32_t spare; /* 0 */
};
struct table_index {
    uint64_t rows, blocks;
};
struct table_block {
    uint64_t rows;
};
struct table_footer {
    uint64_t head, index; /* bytes */
    uint64_t head_sum, index_sum;
    char magic[TABLE_MAGIC_N];
};

/* The file's checksum of s. It finds damage, not intent. */
uint64_t table_sum(struct str s);

/* A width of codes, and how values become codes of it and back. `out` and `in` hold n * bytes. */
struct table_width {
    uint32_t bytes;
    uint64_t max; /* largest code */
    /* numbers: 0 stands for TABLE_MISSING, any other code for code + base; see struct table_numbers
     * for widths 0 and 8 */
    void (*narrow)(const int64_t *v, size_t n, int64_t base, char *out);
    void (*widen)(const char *in, size_t n, int64_t base, int64_t *v);
    /* small numbers of any meaning; NULL: wider than a uint32_t */
    void (*pack)(const uint32_t *v, size_t n, char *out);
    void (*unpack)(const char *in, size_t n, uint32_t *v);
};

/* The narrowest width whose codes reach max. */
const struct table_width *table_width_for(uint64_t max);

/* The width of so many bytes, or NULL. */
const struct table_width *table_width_of(uint64_t bytes);

/* LZ4 of raw into *packed (replaced); false when it does not save an eighth: store raw then. */
bool table_pack(struct str raw, struct strbuf *packed);

/* The other way: exactly n bytes into `raw`; false for anything else. */
bool table_unpack(struct str packed, char *raw, size_t n);

/* Could `packed` bytes be LZ4 of n bytes? */
bool table_pack_possible(size_t packed, size_t n);

#endif
