#include "pipeline/io/unitfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/io/hash.h"
#include "pipeline/base/sys.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"

enum { HEX = 64 };

void unitfile_put(struct strbuf *out, struct str s)
{
    strbuf_add_int(out, (int64_t)s.n);
    strbuf_addc(out, '\n');
    strbuf_add(out, s);
}

void unitfile_put_number(struct strbuf *out, int64_t v)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)v);
    unitfile_put(out, (struct str){digits, (size_t)n});
}

bool unitfile_write(const char *path, const struct strbuf *text, struct err *e)
{
    char hex[HEX + 1];
    sha256_hex(strbuf_str(text), hex);
    struct outfile *o = outfile_open(path, 0640, 0, e);
    bool ok = o && outfile_write(o, (struct str){hex, HEX}, e) &&
              outfile_write(o, strbuf_str(text), e) && outfile_close(o, e);
    outfile_free(o);
    return ok;
}

bool unitfile_open(struct unitfile *r, const char *path, struct err *e)
{
    char hex[HEX + 1];
    *r = (struct unitfile){0};
    *e = (struct err){0};
    if (sys_is_absent(path) || !infile_read(path, SIZE_MAX / 2, &r->text, NULL, NULL, e) ||
        r->text.n < HEX)
        return false;
    r->rest = str_from(strbuf_str(&r->text), HEX);
    sha256_hex(r->rest, hex);
    return memcmp(hex, r->text.p, HEX) == 0;
}

void unitfile_release(struct unitfile *r)
{
    strbuf_release(&r->text);
    *r = (struct unitfile){0};
}

/* A whole number at the beginning of s, ended by a line feed; *used: bytes taken. */
static bool parse(struct str s, int64_t *v, size_t *used)
{
    size_t i = s.n && s.p[0] == '-';
    int64_t n = 0;
    *used = str_find(s, '\n');
    if (*used == s.n || *used == i || *used > 19)
        return false;
    for (; i < *used; i++) {
        if (!str_is_digit(s.p[i]))
            return false;
        n = n * 10 + (s.p[i] - '0');
    }
    *v = s.p[0] == '-' ? -n : n;
    ++*used;
    return true;
}

struct str unitfile_get(struct unitfile *r)
{
    int64_t n;
    size_t used;
    r->bad = r->bad || !parse(r->rest, &n, &used) || n < 0 || (uint64_t)n > r->rest.n - used;
    if (r->bad)
        return STR("");
    struct str s = {r->rest.p + used, (size_t)n};
    r->rest = str_from(r->rest, used + s.n);
    return s;
}

int64_t unitfile_number(struct unitfile *r)
{
    int64_t v = 0;
    size_t used;
    char line[32];
    struct str s = unitfile_get(r);
    int n = snprintf(line, sizeof line, "%.*s\n", s.n < 20 ? (int)s.n : 20, s.p);
    r->bad = r->bad || !parse((struct str){line, (size_t)n}, &v, &used);
    return r->bad ? 0 : v;
}

size_t unitfile_count(struct unitfile *r)
{
    int64_t v = unitfile_number(r);
    r->bad = r->bad || v < 0 || (uint64_t)v > r->rest.n;
    return r->bad ? 0 : (size_t)v;
}

void unitfile_hex(struct unitfile *r, char hex[65])
{
    struct str s = unitfile_get(r);
    r->bad = r->bad || s.n != HEX;
    memset(hex, 0, HEX + 1);
    if (!r->bad)
        memcpy(hex, s.p, HEX);
}

bool unitfile_is_read(const struct unitfile *r)
{
    return !r->bad && r->rest.n == 0;
}
