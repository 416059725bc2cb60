#include "pipeline/calc/rowkey.h"

#include <stdlib.h>

#include "pipeline/base/strhash.h"

void rowkey_columns(const struct conf_export *x, bool *want)
{
    for (size_t i = 0; i < x->n_key; i++)
        want[x->key[i]] = true;
    for (size_t c = 0; !x->n_key && c <= x->n; c++)
        want[c] = true;
}

static void put_big_endian(struct strbuf *b, uint64_t v)
{
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(v >> (56 - 8 * i));
    strbuf_add(b, (struct str){bytes, 8});
}

static void make_one(const struct conf_export *x, const struct tblock *b, size_t r,
                     struct strbuf *key)
{
    for (size_t i = 0; i < x->n_key; i++) {
        const struct conf_column *c = &x->column[x->key[i]];
        const struct tvec *v = &b->col[x->key[i]];
        if (!v->v) {
            strbuf_add(key, tvec_text(v, r));
            strbuf_addc(key, '\0'); /* text has no NUL: a shorter one sorts first */
        } else if (conf_column_type(c) == TCOL_ENUM) {
            put_big_endian(key, c->e->rank[v->v[r]]);
        } else {
            put_big_endian(key, (uint64_t)v->v[r] ^ (1ull << 63));
        }
    }
}

/* The place of a row without a key. */
static void make_place(const struct conf_export *x, const struct tblock *b, size_t r, size_t source,
                       struct strbuf *key)
{
    uint64_t hash = 0;
    for (size_t c = 0; c < x->n; c++) {
        const struct tvec *v = &b->col[c];
        hash = hash * 31 + (v->v ? (uint64_t)v->v[r] : str_hash(tvec_text(v, r)));
    }
    put_big_endian(key, source != SIZE_MAX ? source : (uint64_t)b->col[x->n + 1].v[r]);
    put_big_endian(key, (uint64_t)b->col[x->n].v[r]);
    put_big_endian(key, hash);
}

struct str *rowkey_make(const struct conf_export *x, const struct tblock *b, size_t source,
                        struct arena *a)
{
    struct str *key = ARENA_ARRAY(a, struct str, b->rows);
    const struct tvec *only = x->n_key == 1 ? &b->col[x->key[0]] : NULL;
    if (only && !only->v) {
        for (size_t r = 0; r < b->rows; r++)
            key[r] = tvec_text(only, r);
        return key;
    }
    struct strbuf one = {0};
    for (size_t r = 0; r < b->rows; r++) {
        one.n = 0;
        if (x->n_key)
            make_one(x, b, r, &one);
        else
            make_place(x, b, r, source, &one);
        key[r] = arena_str(a, strbuf_str(&one));
    }
    strbuf_release(&one);
    return key;
}

static int by_str(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

uint64_t rowkey_draw(const struct conf_export *x, struct str key)
{
    return str_hash(x->n_key ? key : str_from(key, sizeof(uint64_t)));
}

size_t rowkey_sort(struct str *key, size_t n)
{
    if (!n)
        return 0;
    qsort(key, n, sizeof *key, by_str);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (!str_eq(key[i], key[kept - 1]))
            key[kept++] = key[i];
    return kept;
}

size_t rowkey_range(const struct str *first, size_t ranges, struct str key, size_t hint)
{
    size_t low = 0, high = ranges - 1;
    if (str_cmp(key, first[hint]) < 0) {
        high = hint ? hint - 1 : 0;
    } else {
        low = hint;
        if (hint == high || str_cmp(key, first[hint + 1]) < 0)
            return hint;
    }
    while (low < high) {
        size_t middle = high - (high - low) / 2;
        if (str_cmp(key, first[middle]) < 0)
            high = middle - 1;
        else
            low = middle;
    }
    return low;
}
