/*
 * Making gzip members: the same bytes for the same input, level and build.
 *
 * Text is cut into independent members of GZ_MEMBER bytes, which any gzip reader takes as one file,
 * and which can be made and read in parallel. libdeflate does it where the build found it (level 6
 * takes about half of zlib's time and is smaller), zlib otherwise.
 */
#ifndef PIPELINE_IO_GZIP_H
#define PIPELINE_IO_GZIP_H

#include "pipeline/base/str.h"

enum { GZ_MEMBER = 512 * 1024 };

/* The library that compresses in this build, with its version. */
extern const char gz_library[];

/* Appends s to `out` as gzip members of at most GZ_MEMBER input bytes each, the empty text as none.
 * level 1 (fast) to 9 (small). mtime 0, no name. Thread-safe. */
void gz_members(struct str s, int level, struct strbuf *out);

/* One member of at most GZ_MEMBER bytes; the empty text too. */
void gz_member(struct str s, int level, struct strbuf *out);

#endif
