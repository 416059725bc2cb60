#include "pipeline/io/hash.h"

#include <errno.h>
#include <fcntl.h>
#ifdef HAVE_NETTLE
#include <nettle/sha2.h>
#endif
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/arena.h"
#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"

/*
 * libsodium's SHA-256 knows nothing of the processor's instructions for it; nettle's does and is
 * four to five times as fast, which is a tenth of all time on large files. Where nettle is not to
 * be had, libsodium does it.
 */
#ifdef HAVE_NETTLE
const char *const sha256_library = "nettle";
struct sha256 {
    struct sha256_ctx state;
};
#else
const char *const sha256_library = "libsodium";
struct sha256 {
    crypto_hash_sha256_state state;
};
#endif

static void sha_start(struct sha256 *h)
{
#ifdef HAVE_NETTLE
    sha256_init(&h->state);
#else
    crypto_hash_sha256_init(&h->state);
#endif
}

static void sha_add(struct sha256 *h, struct str s)
{
#ifdef HAVE_NETTLE
    sha256_update(&h->state, s.n, (const uint8_t *)s.p);
#else
    crypto_hash_sha256_update(&h->state, (const unsigned char *)s.p, s.n);
#endif
}

static void sha_end(struct sha256 *h, unsigned char digest[SHA256_BYTES])
{
#ifdef HAVE_NETTLE
    sha256_digest(&h->state, SHA256_BYTES, digest);
#else
    crypto_hash_sha256_final(&h->state, digest);
#endif
}

struct sha256 *sha256_new(void)
{
    struct sha256 *h = x_malloc(sizeof *h);
    sha_start(h);
    return h;
}

void sha256_add(struct sha256 *h, struct str s)
{
    if (s.n)
        sha_add(h, s);
}

void sha256_end(struct sha256 *h, char hex[65])
{
    unsigned char digest[SHA256_BYTES];
    sha_end(h, digest);
    sodium_bin2hex(hex, 65, digest, sizeof digest);
    free(h);
}

void sha256_hex(struct str s, char hex[65])
{
    struct sha256 *h = sha256_new();
    sha256_add(h, s);
    sha256_end(h, hex);
}

void sha256_bytes(struct str s, unsigned char digest[SHA256_BYTES])
{
    struct sha256 h;
    sha_start(&h);
    sha256_add(&h, s);
    sha_end(&h, digest);
}

/* Half a key would be the end of all later runs: the file gets its name when it is whole. Where the
 * file system has no files without a name (*named then), it is made with it. */
static int open_key(const char *path, bool *named)
{
    struct arena a = {0};
    const char *slash = strrchr(path, '/');
    const char *folder =
        slash ? arena_str(&a, (struct str){path, (size_t)(slash - path) + 1}).p : ".";
    int fd = sys_open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    *named = fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR);
    if (*named)
        fd = sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    arena_release(&a);
    return fd;
}

static int link_key(int fd, const char *path)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static bool make_key(const char *path, struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ST_SYSTEM, path, "E-KEY-02", NULL);
    unsigned char key[SECRET_BYTES];
    randombytes_buf(key, sizeof key);
    char line[SECRET_HEX + 2];
    sodium_bin2hex(line, sizeof line, key, sizeof key);
    memcpy(line + SECRET_HEX, "\n", 2);
    bool named;
    int fd = open_key(path, &named);
    if (fd < 0)
        return errno == EEXIST || err_sys(e, path); /* somebody else was first: read his */
    bool ok = (sys_write(fd, line, SECRET_HEX + 1) && sys_fsync(fd) == 0 &&
               (named || link_key(fd, path) == 0 || errno == EEXIST)) ||
              err_sys(e, path);
    if (sys_close(fd) != 0 && ok)
        ok = err_sys(e, path);
    if (!ok && named)
        sys_unlink(path);
    return ok;
}

static bool read_key(int fd, const char *path, struct secret *k, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, path);
    if (st.st_mode & 077)
        return err_set(e, ST_CONFIG, path, "E-KEY-01", NULL);
    char hex[SECRET_HEX];
    size_t got = 0;
    ssize_t n = sys_read(fd, hex, sizeof hex);
    if (n < 0)
        return err_sys(e, path);
    if (n != (ssize_t)sizeof hex ||
        sodium_hex2bin(k->key, sizeof k->key, hex, sizeof hex, NULL, &got, NULL) != 0 ||
        got != sizeof k->key)
        return err_set(e, ST_CONFIG, path, "E-KEY-03", NULL);
    return true;
}

bool secret_read(const char *path, struct secret *k, struct err *e)
{
    int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0 && errno == ENOENT)
        return err_set(e, ST_CONFIG, path, "E-KEY-04", NULL);
    if (fd < 0)
        return err_sys(e, path);
    bool ok = read_key(fd, path, k, e);
    sys_close(fd);
    return ok;
}

bool secret_load(const char *path, struct secret *k, struct err *e)
{
    if (sys_is_absent(path) && !make_key(path, e))
        return false;
    return secret_read(path, k, e);
}

void secret_hash(const struct secret *k, struct str s, char hex[SECRET_HEX])
{
    unsigned char digest[crypto_shorthash_siphashx24_BYTES];
    crypto_shorthash_siphashx24(digest, (const unsigned char *)(s.n ? s.p : ""), s.n, k->key);
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = digit[digest[i] >> 4];
        hex[2 * i + 1] = digit[digest[i] & 15];
    }
}
