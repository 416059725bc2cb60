/*
 * Most files are UTF-8 already: they are checked and lent out as they stand, without a copy. Only
 * what is not is written anew.
 */
#include "pipeline/io/decode.h"

#include <string.h>

#include "pipeline/io/gb18030.h"
#include "pipeline/io/infile.h"

const char *const encoding_name[ENC_N] = {
    [ENC_UTF8] = "UTF-8",       [ENC_UTF8_BOM] = "UTF-8-BOM", [ENC_GB18030] = "GB18030",
    [ENC_UTF16LE] = "UTF-16LE", [ENC_UTF16BE] = "UTF-16BE",
};

#define REPLACEMENT STR("\xef\xbf\xbd") /* U+FFFD */

static const struct bom {
    const char *bytes;
    enum encoding encoding;
} boms[] = {
    {"\xef\xbb\xbf", ENC_UTF8_BOM},
    {"\xff\xfe", ENC_UTF16LE},
    {"\xfe\xff", ENC_UTF16BE},
};

/* Well-formed multi-byte characters (Unicode, table 3-7): after a lead up to `upto` come `more`
 * bytes, the first in lo..hi, the others in 80..BF. */
static const struct utf8_form {
    unsigned char upto, more, lo, hi;
} utf8_forms[] = {
    {0xc1, 0, 0, 0},       {0xdf, 1, 0x80, 0xbf}, {0xe0, 2, 0xa0, 0xbf}, {0xec, 2, 0x80, 0xbf},
    {0xed, 2, 0x80, 0x9f}, {0xef, 2, 0x80, 0xbf}, {0xf0, 3, 0x90, 0xbf}, {0xf3, 3, 0x80, 0xbf},
    {0xf4, 3, 0x80, 0x8f}, {0xff, 0, 0, 0},
};

/* Bytes of the longest beginning of a character at p, a byte above 7F; *whole: it is a character.
 */
static size_t utf8_part(const unsigned char *p, const unsigned char *end, bool *whole)
{
    const struct utf8_form *f = utf8_forms;
    while (*p > f->upto)
        f++;
    size_t n = 1;
    if (f->more && p + 1 < end && p[1] >= f->lo && p[1] <= f->hi)
        for (n = 2; n <= f->more && p + n < end && (p[n] & 0xc0) == 0x80; n++)
            ;
    *whole = f->more && n == 1u + f->more;
    return n;
}

static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
    uint64_t w[4];
    while ((size_t)(end - p) >= sizeof w) {
        memcpy(w, p, sizeof w);
        if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)
            break;
        p += sizeof w;
    }
    while ((size_t)(end - p) >= sizeof w[0]) {
        memcpy(w, p, sizeof w[0]);
        if (w[0] & 0x8080808080808080u)
            break;
        p += sizeof w[0];
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

/* Chinese text is nearly all three-byte characters in E3..EC: whole runs of them at once. */
static const unsigned char *skip_chinese(const unsigned char *p, const unsigned char *end)
{
    while (end - p >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && (p[1] & 0xc0) == 0x80 &&
           (p[2] & 0xc0) == 0x80)
        p += 3;
    return p;
}

/* The first byte that begins no well-formed character, or end. */
static const unsigned char *utf8_skip(const unsigned char *p, const unsigned char *end)
{
    bool whole = true;
    while (whole) {
        p = skip_ascii(p, end);
        p = skip_chinese(p, end);
        if (p == end)
            break;
        if (*p < 0x80)
            continue;
        size_t n = utf8_part(p, end, &whole);
        p += whole ? n : 0;
    }
    return p;
}

static size_t utf8_bad_lines(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;
    size_t lines = 0;
    while (p && (p = utf8_skip(p, end)) < end) {
        lines++;
        p = memchr(p, '\n', (size_t)(end - p));
    }
    return lines;
}

/* s with replacements, appended to out; returns how many bytes were replaced. */
static size_t utf8_repair(struct str s, struct strbuf *out)
{
    const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;
    size_t bad = 0;
    while (p < end) {
        const unsigned char *q = utf8_skip(p, end);
        strbuf_add(out, (struct str){(const char *)p, (size_t)(q - p)});
        if (q < end) {
            bool whole;
            size_t n = utf8_part(q, end, &whole);
            strbuf_add(out, REPLACEMENT);
            bad += n;
            q += n;
        }
        p = q;
    }
    return bad;
}

static unsigned unit(const unsigned char *p, bool big)
{
    return big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

static char *put_bmp(char *o, unsigned c)
{
    if (c < 0x80) {
        *o++ = (char)c;
        return o;
    }
    if (c < 0x800) {
        *o++ = (char)(0xc0 | c >> 6);
    } else {
        *o++ = (char)(0xe0 | c >> 12);
        *o++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *o++ = (char)(0x80 | (c & 0x3f));
    return o;
}

/* high and low surrogate as one character */
static char *put_pair(char *o, unsigned high, unsigned low)
{
    unsigned c = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
    *o++ = (char)(0xf0 | c >> 18);
    *o++ = (char)(0x80 | (c >> 12 & 0x3f));
    *o++ = (char)(0x80 | (c >> 6 & 0x3f));
    *o++ = (char)(0x80 | (c & 0x3f));
    return o;
}

/* Appends s to out; a unit of two bytes makes at most three. Returns how many bytes
 * were replaced. */
static size_t utf16_decode(struct str s, bool big, struct strbuf *out)
{
    const unsigned char *p = (const unsigned char *)s.p, *end = p + (s.n & ~(size_t)1);
    size_t bad = s.n & 1;
    char *o = strbuf_room(out, s.n / 2 * 3 + 3);
    for (; p < end; p += 2) {
        unsigned c = unit(p, big);
        if (c < 0xd800 || c > 0xdfff) {
            o = put_bmp(o, c);
        } else if (c < 0xdc00 && end - p >= 4 && (unit(p + 2, big) & 0xfc00) == 0xdc00) {
            o = put_pair(o, c, unit(p + 2, big));
            p += 2;
        } else {
            o = put_bmp(o, 0xfffd);
            bad += 2;
        }
    }
    out->n = (size_t)(o - out->p);
    if (s.n & 1)
        strbuf_add(out, REPLACEMENT);
    return bad;
}

/* UTF-8 or GB18030, told from the text; false when GB18030 had to be tried and is not to be had. */
static bool decode_unmarked(struct str s, struct decoded *d)
{
    size_t bad_lines = utf8_bad_lines(s);
    if (!bad_lines)
        return true;
    bool ready = gb18030_ready();
    if (ready && gb18030_decode(s, bad_lines, &d->utf8, &d->bad) < bad_lines) {
        d->encoding = ENC_GB18030;
    } else {
        d->utf8.n = 0;
        d->bad = utf8_repair(s, &d->utf8);
    }
    d->text = strbuf_str(&d->utf8);
    return ready;
}

/* s as GB18030, whatever it looks like. */
static bool decode_gb18030(struct str s, struct decoded *d)
{
    if (!gb18030_ready())
        return false;
    gb18030_decode(s, SIZE_MAX, &d->utf8, &d->bad);
    d->text = strbuf_str(&d->utf8);
    return true;
}

/* The mark that s begins with, or NULL. */
static const struct bom *mark_of(struct str s)
{
    for (size_t i = 0; i < sizeof boms / sizeof boms[0]; i++)
        if (str_starts(s, str_c(boms[i].bytes)))
            return &boms[i];
    return NULL;
}

/* known: ENC_N when the text is to be looked at. */
static bool decode(struct str raw, enum encoding known, struct decoded *d)
{
    const struct bom *mark = mark_of(raw);
    d->utf8.n = 0;
    d->bad = 0;
    d->encoding = known != ENC_N ? known : mark ? mark->encoding : ENC_UTF8;
    if (mark && known == ENC_UTF8)
        d->encoding = mark->encoding == ENC_UTF8_BOM ? ENC_UTF8_BOM : known;
    if (mark && mark->encoding == d->encoding)
        raw = str_from(raw, strlen(mark->bytes));
    d->text = raw;
    if (d->encoding == ENC_UTF8 && known == ENC_N)
        return decode_unmarked(raw, d);
    if (d->encoding == ENC_GB18030)
        return decode_gb18030(raw, d);
    if (d->encoding == ENC_UTF16LE || d->encoding == ENC_UTF16BE)
        d->bad = utf16_decode(raw, d->encoding == ENC_UTF16BE, &d->utf8);
    else if (utf8_bad_lines(raw))
        d->bad = utf8_repair(raw, &d->utf8);
    else
        return true;
    d->text = strbuf_str(&d->utf8);
    return true;
}

/* Looks for the first byte alone, which is rare, and many times as fast as looking for three. */
bool decode_is_damaged(struct str text)
{
    const char *end = text.p + text.n;
    for (const char *p = text.p; text.n && (p = memchr(p, '\xef', (size_t)(end - p))); p++)
        if (str_starts((struct str){p, (size_t)(end - p)}, REPLACEMENT))
            return true;
    return false;
}

/* What is sent in place of a CSV, under its name: the message. Marks are compared in small letters.
 */
static const struct {
    const char *mark, *code;
} others[] = {
    {"pk\x03\x04", "E-FILE-04"},                       /* zip, and with it xlsx */
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "E-FILE-04"}, /* xls */
    {"rar!\x1a", "E-FILE-04"},
    {"7z\xbc\xaf\x27\x1c", "E-FILE-04"},
    {"<html", "E-FILE-05"},
    {"<!doctype html", "E-FILE-05"},
    {"<table", "E-FILE-05"},
    {"<?xml", "E-FILE-05"},
    {"%pdf-", "E-FILE-06"},
};

static bool begins_so(struct str s, struct str mark)
{
    bool same = s.n >= mark.n;
    for (size_t i = 0; same && i < mark.n; i++) {
        char c = s.p[i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == mark.p[i];
    }
    return same;
}

/* False and *e: the text is something else than CSV by its first bytes. */
static bool is_text(struct str s, const char *path, struct err *e)
{
    const struct bom *mark = mark_of(s);
    s = str_trim(str_from(s, mark ? strlen(mark->bytes) : 0));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (begins_so(s, str_c(others[i].mark)))
            return err_set(e, ST_DATA, path, others[i].code, NULL);
    return true;
}

void decode_bytes(struct str raw, struct decoded *d)
{
    (void)decode(raw, ENC_N, d);
}

bool decode_file_as(const char *path, size_t max_bytes, enum encoding encoding, struct decoded *d,
                    struct err *e)
{
    d->raw.n = 0;
    if (!infile_read(path, max_bytes, &d->raw, d->sha256, &d->bytes, e))
        return false;
    if (!is_text(strbuf_str(&d->raw), path, e))
        return false;
    if (!decode(strbuf_str(&d->raw), encoding, d))
        return err_set(e, ST_SYSTEM, path, "E-FILE-03", NULL);
    return true;
}

bool decode_file(const char *path, size_t max_bytes, struct decoded *d, struct err *e)
{
    return decode_file_as(path, max_bytes, ENC_N, d, e);
}

void decode_release(struct decoded *d)
{
    strbuf_release(&d->raw);
    strbuf_release(&d->utf8);
    d->text = (struct str){NULL, 0};
}
