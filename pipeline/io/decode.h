/*
 * Raw files to UTF-8: gzip, byte order marks, GB18030, UTF-16.
 *
 * The whole file is in memory while it is read (a ceiling from the configuration guards that); the
 * buffers belong to a worker and are used again for its next file.
 */
#ifndef PIPELINE_IO_DECODE_H
#define PIPELINE_IO_DECODE_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

enum encoding { ENC_UTF8, ENC_UTF8_BOM, ENC_GB18030, ENC_UTF16LE, ENC_UTF16BE, ENC_N };
extern const char *const encoding_name[ENC_N]; /* "UTF-8", "UTF-8-BOM", "GB18030", ... */

struct decoded {
    struct strbuf raw;  /* owned, reused: the file's bytes after gunzip */
    struct strbuf utf8; /* owned, reused: only filled when decoding was needed */
    struct str text;    /* the result, borrowed from one of the two; no BOM */
    enum encoding encoding;
    size_t bad;      /* undecodable bytes */
    uint64_t bytes;  /* size of the file as it stands on disk */
    char sha256[65]; /* of the file as it stands on disk, hexadecimal */
};

/*
 * Reads `path` (plain or gzip, told by its first two bytes, not by its name) and decodes it.
 * FF FE: UTF-16LE; FE FF: UTF-16BE; EF BB BF: UTF-8. Otherwise the text is cut at LF bytes and of
 * UTF-8 and GB18030 the one with fewer undecodable lines is taken (tie: UTF-8). Strict: no overlong
 * forms, no surrogates, nothing above U+10FFFF.
 *
 * What becomes one U+FFFD: in UTF-8 the longest beginning of a character that is cut short (at
 * least one byte), in GB18030 one byte (gb18030.h), in UTF-16 an unpaired surrogate or a last odd
 * byte. NUL, and U+FEFF after the beginning, are kept.
 *
 * False and *e: unreadable, or GB18030 is needed and the C library lacks it (ST_SYSTEM: E-SYS-01,
 * E-FILE-03); larger than max_bytes after gunzip, damaged gzip, or by its first bytes a workbook,
 * archive, web page or PDF document (ST_DATA: E-FILE-01, E-FILE-02, E-FILE-04 to 06).
 */
bool decode_file(const char *path, size_t max_bytes, struct decoded *d, struct err *e);

/* The same without looking: `encoding` is known (a byte order mark of it is dropped; ENC_N: it is
 * not, see above). */
bool decode_file_as(const char *path, size_t max_bytes, enum encoding encoding, struct decoded *d,
                    struct err *e);

/* The same for bytes already in memory: raw is borrowed, also by d->text. Where the C library lacks
 * GB18030, everything without a mark is read as UTF-8. */
void decode_bytes(struct str raw, struct decoded *d);

/* Is there a U+FFFD in the text, put there by decoding or by whoever wrote the file? */
bool decode_is_damaged(struct str text);

void decode_release(struct decoded *d);

#endif
