#include "pipeline/calc/filename.h"

#include <string.h>

#include "pipeline/calc/date.h"

/*
 * Matching goes back: an optional part is tried first with, then without, and a field of open
 * length is tried from its shortest possible text on. A ']' that is met belongs to a part that was
 * taken and stands for nothing. filename_check() lets every field occur once only, so the work is
 * at most the product of three lengths of one path; each optional part doubles it, so that there
 * may be only a few.
 */

enum { YEAR_DIGITS = 4, CUTOFF_DIGITS = 8, VERSION_DIGITS = 18, MOST_PARTS = 8 };

struct field {
    const char *name;
    bool (*is)(char c); /* bytes that it may consist of */
    size_t min, max;    /* length in bytes */
    /* Puts the text into *out; false when it is none of its kind. NULL: nothing to keep. */
    bool (*keep)(struct str text, struct filename *out);
};

static bool is_alnum(char c)
{
    return str_is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_no_slash(char c)
{
    return c != '/';
}

static int64_t digits(struct str s, size_t from, size_t n)
{
    int64_t v = 0;
    for (size_t i = from; i < from + n; i++)
        v = v * 10 + (s.p[i] - '0');
    return v;
}

static bool keep_year(struct str text, struct filename *out)
{
    out->year = text;
    return true;
}

static bool keep_name(struct str text, struct filename *out)
{
    out->name = text;
    return true;
}

static bool keep_org(struct str text, struct filename *out)
{
    out->org = text;
    return true;
}

static bool keep_cutoff(struct str text, struct filename *out)
{
    return date_day(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2), &out->cutoff);
}

static bool keep_version(struct str text, struct filename *out)
{
    out->version = digits(text, 0, text.n);
    return true;
}

/* {export} has no bytes of its own: it is the id in hand. */
static const struct field fields[] = {
    {"year", str_is_digit, YEAR_DIGITS, YEAR_DIGITS, keep_year},
    {"cutoff", str_is_digit, CUTOFF_DIGITS, CUTOFF_DIGITS, keep_cutoff},
    {"version", str_is_digit, 1, VERSION_DIGITS, keep_version},
    {"org", is_alnum, 1, SIZE_MAX, keep_org},
    {"name", is_no_slash, 1, SIZE_MAX, keep_name},
    {"export", NULL, 0, 0, NULL},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static size_t field_find(struct str name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (str_eq(name, str_c(fields[i].name)))
            return i;
    return FIELDS;
}

/* The name in pattern, which begins with '{'; its end is behind the '}'. */
static struct str field_name(struct str pattern, struct str *rest)
{
    size_t end = str_find(pattern, '}');
    *rest = str_from(pattern, end + 1);
    return (struct str){pattern.p + 1, end - 1};
}

/* What follows the ']' of the part that pattern begins with. */
static struct str behind_part(struct str pattern)
{
    size_t depth = 0, i = 0;
    for (; i < pattern.n; i++) {
        depth += pattern.p[i] == '[';
        if (pattern.p[i] == ']' && --depth == 0)
            break;
    }
    return str_from(pattern, i + 1);
}

static bool match(struct str pattern, struct str export, struct str path, struct filename *out);

static bool match_part(struct str pattern, struct str export, struct str path, struct filename *out)
{
    struct filename before = *out;
    if (match(str_from(pattern, 1), export, path, out))
        return true;
    *out = before;
    return match(behind_part(pattern), export, path, out);
}

static bool match_field(struct str pattern, struct str export, struct str path,
                        struct filename *out)
{
    struct str rest;
    if (str_find(pattern, '}') == pattern.n)
        return false;
    size_t id = field_find(field_name(pattern, &rest));
    if (id == FIELDS)
        return false;
    const struct field *f = &fields[id];
    if (!f->is)
        return str_starts(path, export) && match(rest, export, str_from(path, export.n), out);
    struct filename before = *out;
    for (size_t n = 1; n <= path.n && n <= f->max && f->is(path.p[n - 1]); n++) {
        if (n < f->min || !f->keep((struct str){path.p, n}, out))
            continue;
        if (match(rest, export, str_from(path, n), out))
            return true;
        *out = before;
    }
    return false;
}

static bool match(struct str pattern, struct str export, struct str path, struct filename *out)
{
    for (; pattern.n; pattern = str_from(pattern, 1)) {
        switch (pattern.p[0]) {
        case '[':
            return match_part(pattern, export, path, out);
        case '{':
            return match_field(pattern, export, path, out);
        case ']':
            continue;
        }
        if (!path.n || path.p[0] != pattern.p[0])
            return false;
        path = str_from(path, 1);
    }
    return path.n == 0;
}

bool filename_match(struct str pattern, struct str export, struct str path, struct filename *out)
{
    *out = (struct filename){.cutoff = INT64_MIN};
    if (match(pattern, export, path, out))
        return true;
    *out = (struct filename){.cutoff = INT64_MIN};
    return false;
}

static const char *check_field(struct str *pattern, bool seen[FIELDS])
{
    if (str_find(*pattern, '}') == pattern->n)
        return "a { is not closed";
    struct str rest;
    size_t id = field_find(field_name(*pattern, &rest));
    if (id == FIELDS)
        return "unknown field: year, export, name, org, cutoff and version are known";
    if (seen[id])
        return "a field occurs twice";
    seen[id] = true;
    *pattern = rest;
    return NULL;
}

static const char *check_folders(struct str pattern)
{
    struct str part, rest = pattern;
    if (pattern.p[0] == '/')
        return "it must be relative to the folder of raw files";
    while (str_split(&rest, '/', &part))
        if (str_eq(part, STR("..")))
            return "it must not lead out of the folder of raw files";
    return NULL;
}

const char *filename_check(struct str pattern)
{
    bool seen[FIELDS] = {0};
    size_t depth = 0, parts = 0;
    if (!pattern.n)
        return "it is empty";
    struct str rest = pattern;
    while (rest.n) {
        if (rest.p[0] == '{') {
            const char *mistake = check_field(&rest, seen);
            if (mistake)
                return mistake;
            continue;
        }
        if (rest.p[0] == '}')
            return "a } without a {";
        if (rest.p[0] == ']' && depth-- == 0)
            return "a ] without a [";
        depth += rest.p[0] == '[';
        parts += rest.p[0] == '[';
        if (parts > MOST_PARTS)
            return "more than 8 parts in [ ]";
        rest = str_from(rest, 1);
    }
    return depth ? "a [ is not closed" : check_folders(pattern);
}
