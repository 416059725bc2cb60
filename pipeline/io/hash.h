/*
 * Hashes: SHA-256 for files and settings, a keyed hash for personal values. Only user of libsodium
 * and of nettle.
 */
#ifndef PIPELINE_IO_HASH_H
#define PIPELINE_IO_HASH_H

#include "pipeline/base/err.h"
#include "pipeline/base/str.h"

struct sha256; /* a running hash */

/* Which library computes it: decided when the program was built. */
extern const char *const sha256_library;

struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *h, struct str s);

/* Ends the hash: 64 hexadecimal digits and a NUL; frees h. */
void sha256_end(struct sha256 *h, char hex[65]);

/* SHA-256 of s at once: as hexadecimal digits, or its bytes as they are. */
enum { SHA256_BYTES = 32 };
void sha256_hex(struct str s, char hex[65]);
void sha256_bytes(struct str s, unsigned char digest[SHA256_BYTES]);

/* The secret that personal values are hashed with. */
enum { SECRET_BYTES = 16, SECRET_HEX = 32 };
struct secret {
    unsigned char key[SECRET_BYTES];
};

/* Reads the key from `path`, 32 hexadecimal digits, mode 0600; makes it with fresh random bytes
 * when it is not there. False and *e: unreadable, malformed, or readable by others (E-KEY-..). */
bool secret_load(const char *path, struct secret *k, struct err *e);

/* The same, but a key that is not there is not made: E-KEY-04, ST_CONFIG. */
bool secret_read(const char *path, struct secret *k, struct err *e);

/* SipHash-2-4 (128 bits) of s under k as SECRET_HEX hexadecimal digits, no NUL. Equal values give
 * equal digits; without the key nothing can be told of the value. */
void secret_hash(const struct secret *k, struct str s, char hex[SECRET_HEX]);

#endif
