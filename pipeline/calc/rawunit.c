#include "pipeline/calc/rawunit.h"

#include <string.h>

#include "pipeline/io/unitfile.h"

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
    offsetof(struct rawfile, rejects),        offsetof(struct rawfile, warnings),
    offsetof(struct rawfile, corrected),      offsetof(struct rawfile, packed),
    offsetof(struct rawfile, packed_rejects),
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* --- writing --- */

static void put_scalars(struct strbuf *out, const struct rawfile *f)
{
    const int64_t v[] = {f->state,         (int64_t)f->bytes, f->encoding,
                         f->dialect.quote, f->dialect.escape, f->dialect.cr,
                         f->said,          f->sniffed,        f->confidence};
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
        unitfile_put_number(out, v[i]);
    unitfile_put(out, str_c(f->sha256));
    unitfile_put(out, (struct str){f->dialect.delimiter, f->dialect.n});
    for (size_t i = 0; i < COUNTS; i++)
        unitfile_put_number(out, (int64_t) * (const size_t *)((const char *)f + counts[i]));
    for (size_t i = 0; i < CHANGES; i++)
        unitfile_put_number(out, (int64_t)f->changed[i]);
}

static void put_all(struct strbuf *out, const struct rawunit *u, const struct rawfile *f)
{
    unitfile_put(out, str_c(head));
    unitfile_put(out, str_c(u->base));
    unitfile_put(out, str_c(u->key));
    unitfile_put_number(out, (int64_t)u->table_bytes);
    unitfile_put_number(out, (int64_t)u->changes_bytes);
    unitfile_put_number(out, (int64_t)u->n_names);
    for (size_t i = 0; i < u->n_names; i++)
        unitfile_put(out, u->name[i]);
    put_scalars(out, f);
    for (size_t i = 0; i < TEXTS; i++)
        unitfile_put(out, strbuf_str((const struct strbuf *)((const char *)f + texts[i])));
    unitfile_put_number(out, (int64_t)f->quality.n);
    for (size_t i = 0; i < f->quality.n; i++) {
        const struct quality_row *r = &f->quality.row[i];
        unitfile_put(out, str_c(r->code));
        unitfile_put(out, r->column);
        unitfile_put_number(out, (int64_t)r->count);
        unitfile_put_number(out, (int64_t)r->first_line);
    }
}

bool rawunit_write(const char *path, const struct rawunit *u, const struct rawfile *f,
                   struct err *e)
{
    struct strbuf text = {0};
    put_all(&text, u, f);
    bool ok = unitfile_write(path, &text, e);
    strbuf_release(&text);
    return ok;
}

/* --- reading --- */

static void get_scalars(struct unitfile *r, struct rawfile *f)
{
    f->state = (enum rawfile_state)unitfile_number(r);
    f->bytes = (uint64_t)unitfile_number(r);
    f->encoding = (enum encoding)unitfile_number(r);
    f->dialect.quote = (char)unitfile_number(r);
    f->dialect.escape = (char)unitfile_number(r);
    f->dialect.cr = unitfile_number(r);
    f->said = unitfile_number(r);
    f->sniffed = unitfile_number(r);
    f->confidence = unitfile_number(r);
    unitfile_hex(r, f->sha256);
    struct str delimiter = unitfile_get(r);
    r->bad = r->bad || delimiter.n > sizeof f->dialect.delimiter;
    if (!r->bad)
        memcpy(f->dialect.delimiter, delimiter.p, f->dialect.n = delimiter.n);
    for (size_t i = 0; i < COUNTS; i++)
        *(size_t *)((char *)f + counts[i]) = (size_t)unitfile_number(r);
    for (size_t i = 0; i < CHANGES; i++)
        f->changed[i] = (size_t)unitfile_number(r);
}

static void get_quality(struct unitfile *r, struct quality *q)
{
    for (size_t n = unitfile_count(r); n && !r->bad; n--) {
        struct str code = unitfile_get(r), column = unitfile_get(r);
        int64_t count = unitfile_number(r), first = unitfile_number(r);
        if (!r->bad)
            quality_put(q, code, column, (size_t)count, (size_t)first);
    }
}

static void get_all(struct unitfile *r, struct arena *a, struct rawunit *u, struct rawfile *f)
{
    r->bad = !str_eq(unitfile_get(r), str_c(head)) || r->bad;
    unitfile_hex(r, u->base);
    unitfile_hex(r, u->key);
    u->table_bytes = (uint64_t)unitfile_number(r);
    u->changes_bytes = (uint64_t)unitfile_number(r);
    u->n_names = unitfile_count(r);
    u->name = ARENA_ARRAY(a, struct str, u->n_names);
    for (size_t i = 0; i < u->n_names; i++)
        u->name[i] = arena_str(a, unitfile_get(r));
    get_scalars(r, f);
    for (size_t i = 0; i < TEXTS; i++)
        strbuf_add((struct strbuf *)((char *)f + texts[i]), unitfile_get(r));
    get_quality(r, &f->quality);
}

bool rawunit_try_read(const char *path, struct arena *a, struct rawunit *u, struct rawfile *f)
{
    struct unitfile r;
    struct rawfile made = {
        .file = f->file, .export = f->export, .name = f->name, .cutoff = f->cutoff};
    struct err ignored; /* then the file is cleaned again */
    bool ok = unitfile_open(&r, path, &ignored);
    if (ok)
        get_all(&r, a, u, &made);
    ok = ok && unitfile_is_read(&r);
    unitfile_release(&r);
    struct rawfile old = ok ? *f : made;
    if (ok)
        *f = made;
    rawfile_release(&old);
    return ok;
}

bool rawunit_read_key(const char *path, char key[65], struct err *e)
{
    struct unitfile r;
    char base[65];
    key[0] = '\0';
    if (unitfile_open(&r, path, e) && str_eq(unitfile_get(&r), str_c(head))) {
        unitfile_hex(&r, base);
        unitfile_hex(&r, key);
        if (r.bad)
            key[0] = '\0';
    }
    unitfile_release(&r);
    return e->status == ST_OK;
}
