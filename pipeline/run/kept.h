/*
 * What is kept of the runs before: <out>/history/runs/<number>/
 *
 *     run.json           as the run wrote it: what it read and published, with size and SHA-256
 *     kept.json          how it was asked for, and the fingerprint of the key of personal values
 *     conf/...           the configuration's files, lying to each other as they did
 *     inputs.csv         file,bytes,sha256,state: every file below raw. read: its content mattered;
 *                        name: only that it was there; outside: a link that was not followed
 *     indicators.csv.gz  compute/indicators.csv
 *     same               numbers of later runs that have read and published the same, one a line
 *
 * and <out>/history/inputs/<2 digits>/<SHA-256>: contents of raw files and reference tables, each
 * once, as they were. They hold what the departments know of persons: mode 0600, in folders of mode
 * 0700. The key is not kept.
 */
#ifndef PIPELINE_RUN_KEPT_H
#define PIPELINE_RUN_KEPT_H

#include "pipeline/calc/conf.h"
#include "pipeline/run/account.h"

struct kept_file {
    struct str path, sha256, state; /* a NUL follows path and sha256 */
    int64_t bytes;
};

struct kept {
    int64_t number;
    const char *dir;
    const char *config; /* the configuration's first file, in dir */
    struct str key;     /* fingerprint; n = 0: no personal values */
    struct str state;   /* hash of all that the run read and published */
    int64_t year;       /* --year; 0: not given */
    bool changes;       /* were altered cells listed? */
    struct account record;
    struct kept_file *file;
    size_t n;
};

/* The folder of run `number`, and the file with a content, below `out`; in the arena. */
const char *kept_dir(struct arena *a, const char *out, int64_t number);
const char *kept_content(struct arena *a, const char *out, struct str sha256);

/* The numbers of the runs that are kept, ascending, in the arena. */
bool kept_list(const char *out, struct arena *a, int64_t **number, size_t *n, struct err *e);

/* What is kept of run `number`: of itself, or of the earlier run that was the same. False and *e:
 * E-KEPT-01 (ST_DATA) where there is nothing, or it is damaged. */
bool kept_read(const char *out, int64_t number, struct arena *a, struct kept *k, struct err *e);

/* Does run k have the number itself, or was run `number` the same? */
bool kept_covers(const struct kept *k, int64_t number);

/* The last run that the folder `dir` of run `number` stands for. */
int64_t kept_last(const char *dir, int64_t number);

/* How many of the contents that mattered are in the store, and their bytes; *all: of how many. */
void kept_contents(const char *out, const struct kept *k, size_t *stored, size_t *all,
                   int64_t *bytes);

/* Has the configuration personal columns, so that results depend on the key? */
bool kept_needs_key(const struct conf *c);

/* The fingerprint of the key in the file `path`: 32 digits and a NUL; "" where there is no key. It
 * tells nothing of the key. False and *e: the file is no key (E-KEY-...). */
bool kept_key(const char *path, char hex[33], struct err *e);

#endif
