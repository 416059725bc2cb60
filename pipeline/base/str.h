/*
 * Strings: a borrowed slice (struct str) and a growing buffer (struct strbuf).
 *
 * A slice is passed by value, is not NUL-terminated and owns nothing; print it with "%.*s" and
 * STR_ARG(). A slice whose p is NULL means "missing" wherever a module says that it can be; the
 * empty string has n = 0 and p non-NULL.
 */
#ifndef PIPELINE_BASE_STR_H
#define PIPELINE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p; /* borrowed */
    size_t n;      /* bytes */
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : ""

/* The slice of a NUL-terminated string. */
struct str str_c(const char *z);

bool str_eq(struct str a, struct str b);

/* Byte order, shorter first on a common prefix: < 0, 0, > 0. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* The bytes from `from` on; the empty end of s when from > s.n. */
struct str str_from(struct str s, size_t from);

/* s without ASCII blanks (space, TAB, CR, LF, VT, FF) at both ends. */
struct str str_trim(struct str s);

/* 0 to 9, whatever the locale. */
static inline bool str_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Makes one line of a text from outside that no terminal obeys: control characters (C0, DEL, C1)
 * and those that end a line or turn its direction (U+2028 to 202E, U+2066 to 2069) become one ? for
 * each byte, TAB a blank. */
void str_tame(char *z);

/* Index of the first c in s, or s.n. */
size_t str_find(struct str s, char c);

/* Index of the first occurrence of word in s, or s.n; an empty word is found at 0. */
size_t str_find_str(struct str s, struct str word);

/* Takes from *rest the part up to the next c, trimmed; false when *rest is used up. "a,,b" has
 * three parts, "" has one. *rest becomes {NULL, 0} after the last. */
bool str_split(struct str *rest, char c, struct str *part);

/* Edit distance in code points of two UTF-8 strings, at most `limit` + 1: insertions, deletions,
 * replacements and swaps of neighbours (optimal string alignment). Only the first 64 count. */
size_t str_distance(struct str a, struct str b, size_t limit);

/* s with ASCII letters in upper case and U+2170..217F (small Roman numerals) as capitals, written
 * to out, which must hold s.n bytes. */
struct str str_upper(struct str s, char *out);

struct strbuf {
    char *p; /* owned; NULL when nothing was ever added */
    size_t n, cap;
};

void strbuf_printf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Decimal digits of v, with '-' when negative: much faster than strbuf_printf. */
void strbuf_add_int(struct strbuf *b, int64_t v);

/* Makes room for at least n more bytes: the slow half of strbuf_room. */
void strbuf_grow(struct strbuf *b, size_t n);

/* Room for at least n more bytes; returns where they begin. The caller then raises b->n. */
static inline char *strbuf_room(struct strbuf *b, size_t n)
{
    if (b->cap - b->n < n)
        strbuf_grow(b, n);
    return b->p + b->n;
}

static inline void strbuf_add(struct strbuf *b, struct str s)
{
    if (!s.n)
        return;
    memcpy(strbuf_room(b, s.n), s.p, s.n);
    b->n += s.n;
}

static inline void strbuf_addc(struct strbuf *b, char c)
{
    *strbuf_room(b, 1) = c;
    b->n++;
}

/* Its content, borrowed until the next change. */
struct str strbuf_str(const struct strbuf *b);

/* Its content with a NUL after it, borrowed until the next change. */
const char *strbuf_c(struct strbuf *b);

/*
 * Appends s as it may be shown to people: what steers a terminal, breaks a line of a log or turns
 * the direction of writing (control characters, U+2028, U+2029, U+200E, U+200F, U+202A to U+202E,
 * U+2066 to U+2069) and bytes that are no UTF-8 as \xHH, byte by byte. `lines`: LF and TAB stay,
 * for a text that has several lines by itself.
 */
void strbuf_add_visible(struct strbuf *b, struct str s, bool lines);

/* Frees the buffer; it may be used again. */
void strbuf_release(struct strbuf *b);

#endif
