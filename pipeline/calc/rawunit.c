#include "pipeline/calc/rawunit.h"

#include <string.h>
#include <unistd.h>

#include "pipeline/calc/num.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"

/*
 * A unit is a row of texts, each "LENGTH\n" and so many bytes, in the order of `put_all`: first the
 * SHA-256 of all behind it.
 */

static const char head[] = "tongji unit 1";

const char *rawunit_path(struct arena *a, const char *to)
{
    return arena_printf(a, "%s.unit", to).p;
}

bool rawunit_is_internal(struct str path)
{
    return str_ends(path, STR(".tjt")) || str_ends(path, STR(".unit"));
}

/* The counts. */
static const size_t counts[] = {
    offsetof(struct rawfile, bad),        offsetof(struct rawfile, header_line),
    offsetof(struct rawfile, columns),    offsetof(struct rawfile, rows_read),
    offsetof(struct rawfile, kept),       offsetof(struct rawfile, rejected),
    offsetof(struct rawfile, total_rows), offsetof(struct rawfile, blank),
    offsetof(struct rawfile, notes),      offsetof(struct rawfile, repeated),
    offsetof(struct rawfile, set_aside),  offsetof(struct rawfile, mended),
    offsetof(struct rawfile, warned),
};
enum { COUNTS = sizeof counts / sizeof counts[0] };

/* The texts. */
static const size_t texts[] = {
    offsetof(struct rawfile, rejects),
    offsetof(struct rawfile, warnings),
    offsetof(struct rawfile, corrected),
    offsetof(struct rawfile, packed),
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* --- writing --- */

static void put(struct strbuf *out, struct str s)
{
    strbuf_add_int(out, (int64_t)s.n);
    strbuf_addc(out, '\n');
    strbuf_add(out, s);
}

static void put_number(struct strbuf *out, uint64_t v)
{
    struct strbuf digits = {0};
    strbuf_add_int(&digits, (int64_t)v);
    put(out, strbuf_str(&digits));
    strbuf_release(&digits);
}

static void put_scalars(struct strbuf *out, const struct rawfile *f)
{
    const int64_t v[] = {f->state,         (int64_t)f->bytes, f->encoding,
                         f->dialect.quote, f->dialect.escape, f->dialect.cr,
                         f->said,          f->sniffed,        f->confidence};
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        put_number(out, (uint64_t)v[i]);
    put(out, str_c(f->sha256));
    put(out, (struct str){f->dialect.delimiter, f->dialect.n});
    for (size_t i = 0; i < COUNTS; i++)
        put_number(out, *(const size_t *)((const char *)f + counts[i]));
    for (size_t i = 0; i < CHANGES; i++)
        put_number(out, f->changed[i]);
}

static void put_all(struct strbuf *out, const struct rawunit *u, const struct rawfile *f)
{
    put(out, str_c(head));
    put(out, str_c(u->base));
    put(out, str_c(u->key));
    put_number(out, u->table_bytes);
    put_number(out, u->changes_bytes);
    put_number(out, u->n_names);
    for (size_t i = 0; i < u->n_names; i++)
        put(out, u->name[i]);
    put_scalars(out, f);
    for (size_t i = 0; i < TEXTS; i++)
        put(out, strbuf_str((const struct strbuf *)((const char *)f + texts[i])));
    put_number(out, f->quality.n);
    for (size_t i = 0; i < f->quality.n; i++) {
        const struct quality_row *r = &f->quality.row[i];
        put(out, str_c(r->code));
        put(out, r->column);
        put_number(out, r->count);
        put_number(out, r->first_line);
    }
}

bool rawunit_write(const char *path, const struct rawunit *u, const struct rawfile *f,
                   struct err *e)
{
    struct strbuf text = {0};
    char hex[65];
    put_all(&text, u, f);
    sha256_hex(strbuf_str(&text), hex);
    struct outfile *o = outfile_open(path, 0640, 0, e);
    bool ok = o && outfile_write(o, (struct str){hex, 64}, e) &&
              outfile_write(o, strbuf_str(&text), e) && outfile_close(o, e);
    outfile_free(o);
    strbuf_release(&text);
    return ok;
}

/* --- reading --- */

/* Its bytes are known to be those that were written: by some program, perhaps another one. */
struct reading {
    struct str rest;
    bool bad;
};

static struct str get(struct reading *r)
{
    int64_t n;
    size_t end = str_find(r->rest, '\n');
    r->bad = r->bad || end == r->rest.n || !num_parse_plain((struct str){r->rest.p, end}, &n) ||
             n < 0 || (uint64_t)n > r->rest.n - end - 1;
    if (r->bad)
        return STR("");
    struct str s = {r->rest.p + end + 1, (size_t)n};
    r->rest = str_from(r->rest, end + 1 + s.n);
    return s;
}

static int64_t get_number(struct reading *r)
{
    int64_t v = 0;
    r->bad = !num_parse_plain(get(r), &v) || r->bad;
    return v;
}

static void get_hex(struct reading *r, char hex[65])
{
    struct str s = get(r);
    r->bad = r->bad || s.n != 64;
    if (!r->bad)
        memcpy(hex, s.p, 64);
    hex[64] = '\0';
}

static size_t get_count(struct reading *r)
{
    int64_t v = get_number(r);
    r->bad = r->bad || v < 0 || (uint64_t)v > r->rest.n;
    return r->bad ? 0 : (size_t)v;
}

static void get_scalars(struct reading *r, struct rawfile *f)
{
    f->state = (enum rawfile_state)get_number(r);
    f->bytes = (uint64_t)get_number(r);
    f->encoding = (enum encoding)get_number(r);
    f->dialect.quote = (char)get_number(r);
    f->dialect.escape = (char)get_number(r);
    f->dialect.cr = get_number(r);
    f->said = get_number(r);
    f->sniffed = get_number(r);
    f->confidence = get_number(r);
    get_hex(r, f->sha256);
    struct str delimiter = get(r);
    r->bad = r->bad || delimiter.n > sizeof f->dialect.delimiter;
    if (!r->bad)
        memcpy(f->dialect.delimiter, delimiter.p, f->dialect.n = delimiter.n);
    for (size_t i = 0; i < COUNTS; i++)
        *(size_t *)((char *)f + counts[i]) = (size_t)get_number(r);
    for (size_t i = 0; i < CHANGES; i++)
        f->changed[i] = (size_t)get_number(r);
}

static void get_quality(struct reading *r, struct quality *q)
{
    for (size_t n = get_count(r); n && !r->bad; n--) {
        struct str code = get(r), column = get(r);
        int64_t count = get_number(r), first = get_number(r);
        if (!r->bad)
            quality_put(q, code, column, (size_t)count, (size_t)first);
    }
}

static void get_all(struct reading *r, struct arena *a, struct rawunit *u, struct rawfile *f)
{
    r->bad = !str_eq(get(r), str_c(head)) || r->bad;
    get_hex(r, u->base);
    get_hex(r, u->key);
    u->table_bytes = (uint64_t)get_number(r);
    u->changes_bytes = (uint64_t)get_number(r);
    u->n_names = get_count(r);
    u->name = ARENA_ARRAY(a, struct str, u->n_names);
    for (size_t i = 0; i < u->n_names; i++)
        u->name[i] = arena_str(a, get(r));
    get_scalars(r, f);
    for (size_t i = 0; i < TEXTS; i++)
        strbuf_add((struct strbuf *)((char *)f + texts[i]), get(r));
    get_quality(r, &f->quality);
}

bool rawunit_try_read(const char *path, struct arena *a, struct rawunit *u, struct rawfile *f)
{
    struct err ignored;
    struct strbuf text = {0};
    struct rawfile made = {
        .file = f->file, .export = f->export, .name = f->name, .cutoff = f->cutoff};
    char hex[65];
    bool ok = access(path, F_OK) == 0 &&
              infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &ignored) && text.n > 64;
    if (ok) {
        struct reading r = {.rest = str_from(strbuf_str(&text), 64)};
        sha256_hex(r.rest, hex);
        ok = memcmp(hex, text.p, 64) == 0;
        if (ok)
            get_all(&r, a, u, &made);
        ok = ok && !r.bad && r.rest.n == 0;
    }
    strbuf_release(&text);
    if (!ok) {
        rawfile_release(&made);
        return false;
    }
    rawfile_release(f);
    *f = made;
    return true;
}
