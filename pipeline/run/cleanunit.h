/*
 * Units of clean: what one raw file gives is kept (calc/rawunit.h), and taken again as long as all
 * that it rests on is the same.
 *
 * It rests on the program, the bytes of the file, its path and what its name says, the settings of
 * run/uses.h, the tables of organisations and codes, the key for personal values, its corrections,
 * whether changes are listed, and the columns found in other files of its export. The hash of all
 * this is its key. A file is taken by a hard link to the old one, so that a unit, once written, is
 * never written to again; where links cannot be had it is copied.
 */
#ifndef PIPELINE_RUN_CLEANUNIT_H
#define PIPELINE_RUN_CLEANUNIT_H

#include "pipeline/calc/cleanlist.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/run/rawset.h"

struct cleanunits;

/* Where the runner hands over the hashes, below its working folder. */
#define CLEANUNIT_HASHES ".raw"

struct cleanunits_of {
    struct conf *conf; /* gets the columns that are found */
    const struct refs *refs;
    struct rawset *files;
    const struct secret *secret;
    const char *program;       /* SHA-256 of the executable of clean */
    struct progress *progress; /* NULL: nobody looks */
    bool list_changes;
    size_t jobs;
};

/* *of is copied, what it points to borrowed. */
struct cleanunits *cleanunits_new(const struct cleanunits_of *of);
void cleanunits_free(struct cleanunits *u); /* NULL is fine */

/* Adds a folder with the results of clean or a share of them, to be looked into after those that
 * were added before; one that is not there is fine. */
void cleanunits_look_into(struct cleanunits *u, const char *dir);

/* Takes the hashes of raw files from a file of cleanunits_hand_over; they count as long as size and
 * time of a file are the same. No file is fine. */
void cleanunits_take_hashes(struct cleanunits *u, const char *path);

/* Takes those that the set knows itself. */
void cleanunits_know_hashes(struct cleanunits *u);

/* Writes the hashes that are known of the files. */
bool cleanunits_hand_over(const struct rawset *files, const char *path, struct err *e);

/* Finds the columns of the exports that take all of them. */
bool cleanunits_columns(struct cleanunits *u, struct err *e);

/* Is there a unit of file i of the set? Its results are then in the set. To be called when the
 * columns are known; for different files at the same time. */
bool cleanunits_find(struct cleanunits *u, size_t i);

/* Puts the table of a unit that was found, and the unit, beside `to`. *taken: it could be. */
bool cleanunits_take(struct cleanunits *u, size_t i, const char *to, bool *taken, struct err *e);

/* Cleans file i into the table `to` and keeps the unit; worker: as pool.h has it. */
bool cleanunits_make(struct cleanunits *u, size_t i, const char *to, size_t worker, struct err *e);

/* Where the list of changes of each file of the set is. */
const struct cleanlist_part *cleanunits_parts(const struct cleanunits *u);

#endif
