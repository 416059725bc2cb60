/*
 * Two-byte codes go through a table of ready-made UTF-8, about seven times as fast as iconv.
 *
 * The table is asked of iconv once. Four-byte codes need no source of their own: those up to
 * 8431A439 number, in order, the code points of the basic plane that one and two bytes leave over
 * (surrogates excluded), those from 90308130 on the other planes.
 */
#include "pipeline/io/gb18030.h"

#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

enum {
    LEADS = 126,  /* 81..FE */
    TRAILS = 190, /* 40..7E, 80..FE */
    PAIRS = LEADS * TRAILS,
    QUADS = 0x10000 - 0x80 - 0x800 - PAIRS, /* four-byte codes of the basic plane */
    PLANES = 0x100000,                      /* four-byte codes of the other planes */
    PLANES_AT = (0x90 - 0x81) * 12600,      /* number of 90308130, counted from 81308130 */
    BLOCK = 64 * 1024
};

/* Codes in which we keep the assignment of 2000. */
static const struct gb_private {
    uint16_t code, point;
} gb_private[] = {
    {0xa6d9, 0xe78d}, {0xa6da, 0xe78e}, {0xa6db, 0xe78f}, {0xa6dc, 0xe790}, {0xa6dd, 0xe791},
    {0xa6de, 0xe792}, {0xa6df, 0xe793}, {0xa6ec, 0xe794}, {0xa6ed, 0xe795}, {0xa6f3, 0xe796},
    {0xa8bc, 0xe7c7}, {0xfe51, 0xe816}, {0xfe52, 0xe817}, {0xfe53, 0xe818}, {0xfe59, 0xe81e},
    {0xfe61, 0xe826}, {0xfe66, 0xe82b}, {0xfe67, 0xe82c}, {0xfe6c, 0xe831}, {0xfe6d, 0xe832},
    {0xfe76, 0xe83b}, {0xfe7e, 0xe843}, {0xfe90, 0xe854}, {0xfe91, 0xe855}, {0xfea0, 0xe864},
};

/* Filled once, behind pthread_once, and only read after that. */
static struct gb_table {
    char pair[PAIRS][4]; /* UTF-8 of a two-byte code; [3] its length */
    uint16_t quad[QUADS];
    bool ready;
} gb;
static pthread_once_t gb_once = PTHREAD_ONCE_INIT;

static size_t put_utf8(char *o, uint32_t c)
{
    if (c < 0x80) {
        o[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        o[0] = (char)(0xc0 | c >> 6);
        o[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        o[0] = (char)(0xe0 | c >> 12);
        o[1] = (char)(0x80 | (c >> 6 & 0x3f));
        o[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    o[0] = (char)(0xf0 | c >> 18);
    o[1] = (char)(0x80 | (c >> 12 & 0x3f));
    o[2] = (char)(0x80 | (c >> 6 & 0x3f));
    o[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Index of a two-byte code, which must be one. */
static size_t pair_index(unsigned lead, unsigned trail)
{
    return (size_t)(lead - 0x81) * TRAILS + trail - 0x40 - (trail > 0x7f);
}

static bool is_pair(unsigned lead, unsigned trail)
{
    return lead >= 0x81 && lead <= 0xfe && trail >= 0x40 && trail <= 0xfe && trail != 0x7f;
}

/* What making the table needs for a moment. */
struct gb_scratch {
    char code[2 * PAIRS];
    uint32_t point[PAIRS];
    bool taken[0x10000];
};

/* Code points of all two-byte codes, in order, as iconv sees them. */
static bool ask_iconv(struct gb_scratch *s)
{
    char *in = s->code, *out = (char *)s->point;
    size_t n = 0, in_left = sizeof s->code, out_left = sizeof s->point;
    for (unsigned lead = 0x81; lead <= 0xfe; lead++)
        for (unsigned trail = 0x40; trail <= 0xfe; trail++)
            if (is_pair(lead, trail)) {
                s->code[n++] = (char)lead;
                s->code[n++] = (char)trail;
            }
    const uint16_t probe = 1;
    bool little = *(const unsigned char *)&probe == 1;
    iconv_t cd = iconv_open(little ? "UCS-4LE" : "UCS-4BE", "GB18030");
    if (cd == (iconv_t)-1)
        return false;
    size_t r = iconv(cd, &in, &in_left, &out, &out_left);
    iconv_close(cd);
    return r == 0 && in_left == 0 && out_left == 0;
}

static bool fill_table(struct gb_scratch *s)
{
    if (!ask_iconv(s))
        return false;
    for (size_t i = 0; i < sizeof gb_private / sizeof gb_private[0]; i++) {
        const struct gb_private *g = &gb_private[i];
        s->point[pair_index(g->code >> 8, g->code & 0xff)] = g->point;
    }
    for (size_t i = 0; i < PAIRS; i++) {
        uint32_t c = s->point[i];
        if (c < 0x80 || c > 0xffff || s->taken[c])
            return false;
        s->taken[c] = true;
        gb.pair[i][3] = (char)put_utf8(gb.pair[i], c);
    }
    size_t n = 0;
    for (uint32_t c = 0x80; c < 0x10000; c++)
        if (!s->taken[c] && (c < 0xd800 || c > 0xdfff) && n < QUADS)
            gb.quad[n++] = (uint16_t)c;
    return n == QUADS;
}

static void make_table(void)
{
    struct gb_scratch *s = x_calloc(1, sizeof *s);
    gb.ready = fill_table(s);
    free(s);
}

bool gb18030_ready(void)
{
    pthread_once(&gb_once, make_table);
    return gb.ready;
}

/* The code point of the four-byte code at p, or 0. */
static uint32_t four(const unsigned char *p, const unsigned char *end)
{
    if (end - p < 4 || p[0] < 0x81 || p[0] > 0xfe || p[1] < 0x30 || p[1] > 0x39 || p[2] < 0x81 ||
        p[2] > 0xfe || p[3] < 0x30 || p[3] > 0x39)
        return 0;
    uint32_t k =
        (p[0] - 0x81u) * 12600 + (p[1] - 0x30u) * 1260 + (p[2] - 0x81u) * 10 + p[3] - 0x30u;
    if (k < QUADS)
        return gb.quad[k];
    return k >= PLANES_AT && k - PLANES_AT < PLANES ? 0x10000 + k - PLANES_AT : 0;
}

/* Copies ASCII from p on, in words while they last; returns the first other byte. */
static const unsigned char *copy_ascii(const unsigned char *p, const unsigned char *end, char **out)
{
    char *o = *out;
    uint64_t w;
    while ((size_t)(end - p) >= sizeof w) {
        memcpy(&w, p, sizeof w);
        if (w & 0x8080808080808080u)
            break;
        memcpy(o, &w, sizeof w);
        p += sizeof w;
        o += sizeof w;
    }
    while (p < end && *p < 0x80)
        *o++ = (char)*p++;
    *out = o;
    return p;
}

struct gb_run {
    const unsigned char *end;      /* of the whole text: codes may cross a block */
    const unsigned char *last_bad; /* NULL: none so far */
    size_t lines, max_lines, bad;
};

/* Notes the undecodable byte at p; false when that makes max_lines. */
static bool note_bad(struct gb_run *r, const unsigned char *p)
{
    r->bad++;
    if (!r->last_bad || memchr(r->last_bad, '\n', (size_t)(p - r->last_bad)))
        r->lines++;
    r->last_bad = p;
    return r->lines < r->max_lines;
}

/* Decodes from p on until stop is reached; NULL when there are max_lines of bad lines. At most
 * three bytes are written for one read, and up to eight bytes of room beyond them are touched. */
static const unsigned char *decode_block(struct gb_run *r, const unsigned char *p,
                                         const unsigned char *stop, char **out)
{
    char *o = *out;
    while (p < stop) {
        if (*p < 0x80) {
            p = copy_ascii(p, stop, &o);
        } else if (r->end - p >= 2 && is_pair(p[0], p[1])) {
            const char *u = gb.pair[pair_index(p[0], p[1])];
            memcpy(o, u, 4);
            o += u[3];
            p += 2;
        } else {
            uint32_t c = four(p, r->end);
            if (!c && !note_bad(r, p))
                return NULL;
            o += put_utf8(o, c ? c : 0xfffd);
            p += c ? 4 : 1;
        }
    }
    *out = o;
    return p;
}

size_t gb18030_decode(struct str raw, size_t max_lines, struct strbuf *out, size_t *bad)
{
    const unsigned char *p = (const unsigned char *)raw.p;
    struct gb_run r = {.end = p + raw.n, .max_lines = max_lines};
    while (p && p < r.end) {
        const unsigned char *stop = r.end - p > BLOCK ? p + BLOCK : r.end;
        char *o = strbuf_room(out, 3 * (BLOCK + 4) + 8);
        p = decode_block(&r, p, stop, &o);
        out->n = (size_t)(o - out->p);
    }
    *bad += r.bad;
    return r.lines;
}

/* --- encoding --- */

/* The character at the beginning of s, which is not empty, as UTF-8 has it; *n its bytes. U+FFFD
 * and 1 where there is none. */
static uint32_t take_utf8(struct str s, size_t *n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)s.p;
    size_t want = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t c = want == 1 ? p[0] : want ? p[0] & (0x7fu >> want) : 0;
    size_t i = 1;
    while (i < want && i < s.n && (p[i] & 0xc0) == 0x80)
        c = c << 6 | (p[i++] & 0x3f);
    bool bad = !want || p[0] > 0xf7 || i < want || c < least[want] || c > 0x10ffff ||
               (c >= 0xd800 && c <= 0xdfff);
    *n = bad ? 1 : want;
    return bad ? 0xfffd : c;
}

/* Codes of the basic plane by code point: two bytes, or QUAD + number of a four-byte code. */
enum { QUAD = 0x10000 };

static uint32_t *make_reverse(void)
{
    uint32_t *code = x_calloc(0x10000, sizeof *code);
    for (unsigned lead = 0x81; lead <= 0xfe; lead++)
        for (unsigned trail = 0x40; trail <= 0xfe; trail++)
            if (is_pair(lead, trail)) {
                size_t n;
                const char *u = gb.pair[pair_index(lead, trail)];
                code[take_utf8((struct str){u, (size_t)u[3]}, &n)] = lead << 8 | trail;
            }
    for (uint32_t k = 0; k < QUADS; k++)
        code[gb.quad[k]] = QUAD + k;
    return code;
}

static void put_four(struct strbuf *out, uint32_t k)
{
    strbuf_addc(out, (char)(0x81 + k / 12600));
    strbuf_addc(out, (char)(0x30 + k / 1260 % 10));
    strbuf_addc(out, (char)(0x81 + k / 10 % 126));
    strbuf_addc(out, (char)(0x30 + k % 10));
}

void gb18030_encode(struct str text, struct strbuf *out)
{
    uint32_t *code = make_reverse();
    size_t n;
    for (; text.n; text = str_from(text, n)) {
        uint32_t c = take_utf8(text, &n);
        if (c < 0x80) {
            strbuf_addc(out, (char)c);
        } else if (c > 0xffff) {
            put_four(out, PLANES_AT + c - 0x10000);
        } else if (code[c] >= QUAD) {
            put_four(out, code[c] - QUAD);
        } else {
            strbuf_addc(out, (char)(code[c] >> 8));
            strbuf_addc(out, (char)code[c]);
        }
    }
    free(code);
}
