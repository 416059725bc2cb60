/*
 * The INI reader: sections, keys, values, with file and line of each, and include.
 *
 *     # comment (# or ; as the first character of a line that is no continuation)
 *     [kind name]            kind is one word; name is the rest, may hold blanks, may be absent
 *     key = value            cut at the first '='; both trimmed; keys may hold blanks
 *         more value         an indented line continues the value above, joined by one blank
 *     include = config/x.ini   (only in the section [tongji]) reads further files at that point:
 *                            a list by commas of paths or globs, each glob in byte order; paths are
 *                            relative to the including file
 *
 * A line may be of any length, a file of 16 MB, and a thousand files be included. A key may occur
 * several times in a section: who reads it decides. A section without a name may be opened again:
 * its keys are appended to the first. One with a name that is opened again is another section of
 * the same kind and name: who reads it decides. UTF-8; a BOM is skipped.
 */
#ifndef PIPELINE_IO_INI_H
#define PIPELINE_IO_INI_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct ini_entry {
    struct str key, value;
    const char *file; /* as it was opened; borrowed from the ini */
    int line;         /* of the key */
};

struct ini_section {
    struct str kind, name; /* name.n = 0 when absent */
    const char *file;      /* borrowed from the ini */
    int line;
    struct ini_entry *entry; /* owned by the ini */
    size_t n, cap;
};

struct ini {
    struct ini_section *section; /* in order of first appearance; owned */
    size_t n, cap;
    const char **file; /* all files that were read, each once per reading; borrowed from the ini */
    size_t n_files, cap_files;
    struct arena arena; /* owns all text */
};

/* Reads `path` and what it includes. Every mistake (unreadable file, line without '=', key before
 * the first section, include loop or depth beyond 8, include of nothing, too much: E-CONF-01 to
 * -07, -63, -64) is added  * to *problems; what could be read is in *ini in any case. */
void ini_read(const char *path, struct ini *ini, struct problems *problems);

/* The first section [kind name], or NULL. */
const struct ini_section *ini_find(const struct ini *ini, struct str kind, struct str name);

void ini_release(struct ini *ini);

#endif
