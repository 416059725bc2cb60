/*
 * The results of one raw file beside its clean table, so that they need not be made again.
 *
 *     clean/<export>/<raw file>.tjt        the table (calc/schema.h)
 *     clean/<export>/<raw file>.tjt.unit   everything else that cleaning it has given
 *
 * A unit carries two keys, made by run/cleanunit.h of all that it rests on: `base` without the
 * columns that other files of its export have (calc/allcolumns.h), `key` with them. A unit whose
 * bytes are not those that were written counts as none.
 */
#ifndef PIPELINE_CALC_RAWUNIT_H
#define PIPELINE_CALC_RAWUNIT_H

#include "pipeline/calc/rawfile.h"

struct rawunit {
    char base[65], key[65];
    uint64_t table_bytes;   /* of the table; 0: there is none */
    uint64_t changes_bytes; /* of the gzip members that list its altered cells */
    struct str *name;       /* columns that its export does not declare; in an arena */
    size_t n_names;
};

/* Where the unit of the table `to` lies; in the arena. */
const char *rawunit_path(struct arena *a, const char *to);

/* Is it a file that only the program itself reads: an internal table or a unit? */
bool rawunit_is_internal(struct str path);

/* Writes the results of f. */
bool rawunit_write(const char *path, const struct rawunit *u, const struct rawfile *f,
                   struct err *e);

/* Reads them into f, whose `file`, `export`, `name` and `cutoff` stay; false when there is none
 * that can be read, and then f is as it was. */
bool rawunit_try_read(const char *path, struct arena *a, struct rawunit *u, struct rawfile *f);

/* Reads its key alone: empty when there is no unit, or a damaged one. False and *e: the system
 * fails.
 */
bool rawunit_read_key(const char *path, char key[65], struct err *e);

#endif
