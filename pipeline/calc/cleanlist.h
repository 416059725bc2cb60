/*
 * The lists that clean writes over all raw files: what it altered, and how often it warned.
 */
#ifndef PIPELINE_CALC_CLEANLIST_H
#define PIPELINE_CALC_CLEANLIST_H

#include "pipeline/calc/rawfile.h"

/* Where the gzip members are that list what was altered in a file. */
struct cleanlist_part {
    const char *path;
    uint64_t offset, length; /* length = 0: nothing was altered */
    bool temporary; /* they are the whole of `path`, which is removed when they are joined */
};

/* Which part of a changes.csv.gz is of which raw file; {0} is empty. */
struct cleanlist_index {
    struct strbuf path; /* of changes.csv.gz */
    struct strbuf text; /* of its index, NULs for line ends */
    struct map file;    /* path of the raw file -> where its line begins */
};

/* <dir>/changes.csv.gz: joins the lists of the files in their order, without unpacking them; and
 * beside it .parts, its index. */
bool cleanlist_changes(const char *dir, const struct rawfile *file, size_t n,
                       const struct cleanlist_part *part, struct err *e);

/* Reads the index below dir; none, or one that is not of the file beside it, is empty. */
void cleanlist_index_read(const char *dir, struct cleanlist_index *x);
void cleanlist_index_release(struct cleanlist_index *x);

/* The part of the raw file at `path`, borrowed from the index; false when it has none. */
bool cleanlist_index_find(const struct cleanlist_index *x, struct str path,
                          struct cleanlist_part *part);

/* <dir>/rules.csv: file,rule,count - how many cells of a file each rule altered. */
bool cleanlist_rules(const char *dir, const struct rawfile *file, size_t n, struct err *e);

/* <dir>/quality.csv: org,export,file,rule,column,count,first_line,advice - the lines of
 * warnings.csv.gz counted, with what the sender may do. */
bool cleanlist_quality(const char *dir, const struct conf *c, const struct rawfile *file, size_t n,
                       struct err *e);

#endif
