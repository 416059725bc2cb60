/*
 * The raw files of a run: which there are, whose each is, and which of them are read.
 */
#ifndef PIPELINE_RUN_RAWSET_H
#define PIPELINE_RUN_RAWSET_H

#include "pipeline/calc/rawfile.h"

struct rawset {
    const struct conf *conf;
    const struct refs *refs;
    const char *raw; /* the folder */
    struct arena arena;
    struct rawfile *file; /* every file below raw, in byte order of the paths */
    size_t n;
    size_t *todo; /* those to be read, the largest first */
    size_t n_todo;
};

/* Lists the folder `raw`, tells the export of each file and which version of a delivery counts.
 * What makes a file be left alone is a warning of it. *s must be released in any case. */
bool rawset_find(struct rawset *s, const struct conf *c, const struct refs *r, const char *raw,
                 struct err *e);
void rawset_release(struct rawset *s);

/* The file at `path` below raw, or NULL. */
const struct rawfile *rawset_called(const struct rawset *s, struct str path);

/* Appends a line for each file, "raw BYTES SHA256 PATH" with what is known of it: all that the
 * result of the first stage rests on, beside settings. Reference tables are left out; a file that
 * is not read has a word in place of its hash; so has one that changed while it was read, whose
 * line is like that of no later run. */
void rawset_print(const struct rawset *s, struct strbuf *text);

/* The path of a file as it stands there: on one line whatever it holds. */
void rawset_print_path(const struct rawfile *f, struct strbuf *text);

/* The SHA-256 of the raw file f below `raw`, in hex; empty, and false, when it is gone, or is not
 * what it was when it was listed: that is for the stage to say. */
bool rawset_hash(const char *raw, const struct dirlist_file *f, char hex[65]);

/* Hashes the files of which nobody has kept the hash, since they could not be read as a table. */
void rawset_complete(struct rawset *s);

#endif
