#include "pipeline/io/decode.h"

#include <string.h>

#include "pipeline/io/gb18030.h"
#include "pipeline/io/infile.h"

const char *const encoding_name[ENC_N] = {
    [ENC_UTF8] = "UTF-8",       [ENC_UTF8_BOM] = "UTF-8-BOM", [ENC_GB18030] = "GB18030",
    [ENC_UTF16LE] = "UTF-16LE", [ENC_UTF16BE] = "UTF-16BE",
};

/* --- UTF-8 --- */

/* Length of the ASCII run at the front. */
static size_t ascii_run(const char *p, size_t n)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t w;
        memcpy(&w, p + i, 8);
        if (w & 0x8080808080808080u)
            break;
    }
    while (i < n && (unsigned char)p[i] < 0x80)
        i++;
    return i;
}

/* Length of the character at the front of p, which is not ASCII; *bad: it is none, and so many
 * bytes stand for one U+FFFD (the longest beginning of a valid character, at least one byte). */
static size_t character(const unsigned char *p, size_t n, bool *bad)
{
    unsigned char c = p[0], low = 0x80, high = 0xbf;
    size_t length = c >= 0xc2 && c <= 0xdf   ? 2
                    : c >= 0xe0 && c <= 0xef ? 3
                    : c >= 0xf0 && c <= 0xf4 ? 4
                                             : 0;
    if (c == 0xe0)
        low = 0xa0;
    if (c == 0xed)
        high = 0x9f;
    if (c == 0xf0)
        low = 0x90;
    if (c == 0xf4)
        high = 0x8f;
    size_t i = 1;
    for (; i < length && i < n; i++) {
        if (p[i] < low || p[i] > high)
            break;
        low = 0x80;
        high = 0xbf;
    }
    *bad = length == 0 || i < length;
    return i;
}

/* Undecodable lines of raw; *first_bad: offset of the first undecodable byte, raw.n: none. */
static size_t bad_lines(struct str raw, size_t *first_bad)
{
    size_t lines = 0;
    *first_bad = raw.n;
    for (size_t i = 0; i < raw.n;) {
        i += ascii_run(raw.p + i, raw.n - i);
        if (i == raw.n)
            break;
        bool bad;
        size_t length = character((const unsigned char *)raw.p + i, raw.n - i, &bad);
        if (bad) {
            if (*first_bad == raw.n)
                *first_bad = i;
            lines++;
            i += str_find(str_from(raw, i), '\n'); /* the rest of the line counts no more */
        } else {
            i += length;
        }
    }
    return lines;
}

static const struct str replacement = {"\xef\xbf\xbd", 3};

static void repair(struct str raw, struct decoded *d)
{
    for (size_t i = 0; i < raw.n;) {
        size_t run = ascii_run(raw.p + i, raw.n - i);
        strbuf_add(&d->utf8, (struct str){raw.p + i, run});
        i += run;
        if (i == raw.n)
            break;
        bool bad;
        size_t length = character((const unsigned char *)raw.p + i, raw.n - i, &bad);
        strbuf_add(&d->utf8, bad ? replacement : (struct str){raw.p + i, length});
        d->bad += bad ? length : 0;
        i += length;
    }
}

/* --- UTF-16 --- */

static void put_code_point(struct strbuf *out, uint32_t c)
{
    char b[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; c >>= 6)
        b[i] = (char)(0x80 | (c & 0x3f));
    b[0] = (char)(lead[n] | c);
    strbuf_add(out, (struct str){b, n});
}

static uint32_t unit(struct str raw, size_t i, bool little)
{
    unsigned char a = (unsigned char)raw.p[i], b = (unsigned char)raw.p[i + 1];
    return little ? (uint32_t)(b << 8 | a) : (uint32_t)(a << 8 | b);
}

static void decode_utf16(struct str raw, bool little, struct decoded *d)
{
    size_t i = 0;
    for (; i + 2 <= raw.n; i += 2) {
        uint32_t c = unit(raw, i, little);
        if (c >= 0xd800 && c <= 0xdbff && i + 4 <= raw.n) {
            uint32_t low = unit(raw, i + 2, little);
            if (low >= 0xdc00 && low <= 0xdfff) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        if (c >= 0xd800 && c <= 0xdfff) {
            strbuf_add(&d->utf8, replacement);
            d->bad += 2;
        } else {
            put_code_point(&d->utf8, c);
        }
    }
    if (i < raw.n) {
        strbuf_add(&d->utf8, replacement);
        d->bad++;
    }
}

/* --- */

static void decode_unmarked(struct str raw, struct decoded *d)
{
    size_t first_bad, lines = bad_lines(raw, &first_bad), bad = 0;
    d->encoding = ENC_UTF8;
    d->text = raw;
    if (!lines)
        return;
    if (gb18030_ready() && gb18030_decode(raw, lines, &d->utf8, &bad) < lines) {
        d->encoding = ENC_GB18030;
        d->bad = bad;
    } else {
        d->utf8.n = 0;
        repair(raw, d);
    }
    d->text = strbuf_str(&d->utf8);
}

void decode_bytes(struct str raw, struct decoded *d)
{
    d->utf8.n = 0;
    d->bad = 0;
    bool little = str_starts(raw, STR("\xff\xfe")), big = str_starts(raw, STR("\xfe\xff"));
    if (little || big) {
        d->encoding = little ? ENC_UTF16LE : ENC_UTF16BE;
        decode_utf16(str_from(raw, 2), little, d);
        d->text = strbuf_str(&d->utf8);
        return;
    }
    if (!str_starts(raw, replacement) && str_starts(raw, STR("\xef\xbb\xbf"))) {
        size_t first_bad;
        d->encoding = ENC_UTF8_BOM;
        d->text = str_from(raw, 3);
        if (bad_lines(d->text, &first_bad)) {
            repair(d->text, d);
            d->text = strbuf_str(&d->utf8);
        }
        return;
    }
    decode_unmarked(raw, d);
}

bool decode_file(const char *path, size_t max_bytes, struct decoded *d, struct err *e)
{
    d->raw.n = 0;
    if (!infile_read(path, max_bytes, &d->raw, d->sha256, &d->bytes, e))
        return false;
    decode_bytes(strbuf_str(&d->raw), d);
    return true;
}

void decode_release(struct decoded *d)
{
    strbuf_release(&d->raw);
    strbuf_release(&d->utf8);
}
