/*
 * Files as they come (io/infile.h): plain, gzip, several members, damaged. Whole and piece by piece
 * they are the same or both refused; a ceiling holds, exactly; what failed leaves nothing behind.
 *
 * Input: how to make a file of the rest (as it is; packed; packed and then changed at a place).
 */
#include "pipeline/io/gzip.h"
#include "pipeline/io/infile.h"
#include "tests/fuzz/fuzz.h"

enum { MANY = 1 << 20, BEFORE = 3 };

/* Reads it with this ceiling; *text is empty and the result false on failure. */
static bool whole(const char *path, size_t max, struct strbuf *text, struct err *e)
{
    char hex[65];
    uint64_t bytes;
    *e = (struct err){0};
    text->n = 0;
    strbuf_add(text, STR("old"));
    bool ok = infile_read(path, max, text, hex, &bytes, e);
    HOLDS(ok || (e->code && text->n == BEFORE));
    HOLDS(text->n - BEFORE <= max && memcmp(text->p, "old", BEFORE) == 0);
    if (ok) {
        char again[65];
        uint64_t size;
        HOLDS(infile_hash(path, again, &size, e) && strcmp(again, hex) == 0 && size == bytes);
    }
    return ok;
}

static bool pieces(const char *path, size_t piece, struct strbuf *text)
{
    struct err e = {0};
    struct instream *s = instream_open(path, &e);
    HOLDS(s);
    bool ok = true;
    text->n = 0;
    for (size_t before = SIZE_MAX; ok && before != text->n && text->n <= MANY;) {
        before = text->n;
        ok = instream_read(s, piece, text, &e);
        HOLDS(text->n - before <= piece);
    }
    HOLDS(ok || e.code);
    instream_close(s);
    return ok;
}

static void check(struct str content, size_t piece)
{
    char path[64];
    int fd = fuzz_file(content, path);
    struct strbuf one = {0}, other = {0};
    struct err e;
    bool ok = whole(path, MANY, &one, &e);
    bool gzip = str_starts(content, STR("\x1f\x8b"));
    HOLDS(gzip || ok);
    if (!gzip)
        HOLDS(str_eq(str_from(strbuf_str(&one), BEFORE), content));
    bool too_large = !ok && strcmp(e.code, "E-FILE-01") == 0;
    bool read = pieces(path, piece, &other);
    HOLDS(too_large || read == ok);
    if (ok)
        HOLDS(str_eq(str_from(strbuf_str(&one), BEFORE), strbuf_str(&other)));
    size_t n = one.n - BEFORE;
    if (ok && n) {
        HOLDS(whole(path, n, &other, &e));
        HOLDS(!whole(path, n - 1, &other, &e) && strcmp(e.code, "E-FILE-01") == 0);
    }
    strbuf_release(&one);
    strbuf_release(&other);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct feed f = {data, size};
    unsigned how = feed_byte(&f);
    size_t piece = 1 + (size_t)feed_byte(&f) * 16;
    struct strbuf content = {0};
    if (how % 4 == 0) {
        strbuf_add(&content, feed_rest(&f));
    } else {
        unsigned at = feed_byte(&f) << 8 | feed_byte(&f), change = feed_byte(&f);
        struct str rest = feed_rest(&f);
        size_t cut = how % 4 == 3 ? rest.n / 2 : rest.n; /* 3: two members */
        gz_members((struct str){rest.p, cut}, 1 + (int)(how >> 2) % 9, &content);
        gz_members(str_from(rest, cut), 6, &content);
        if (how % 4 == 2 && content.n)
            content.p[at % content.n] ^= (char)change;
    }
    check(strbuf_str(&content), piece);
    strbuf_release(&content);
    return 0;
}
