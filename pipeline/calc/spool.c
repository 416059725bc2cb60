#include "pipeline/calc/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/rowkey.h"
#include "pipeline/calc/schema.h"

/* Rows of a block of a part: small, since many writers are open. */
enum { SPOOL_ROWS = 2048 };

struct unit {
    struct tabin *in;
    size_t block, source;
    struct arena arena; /* owns the sample */
    struct str *sample;
    size_t n, cap;
};

struct spool {
    const struct conf_export *x;
    struct arena arena;
    struct tschema schema; /* the clean one and the source */
    struct tabin **in;
    size_t n_in;
    struct unit *unit;
    size_t n_units, workers;
    struct str *first; /* [ranges] */
    size_t *sampled;   /* [ranges]: keys of the sample in it */
    size_t ranges;
    const size_t *part; /* [ranges]; SIZE_MAX: not wanted */
    size_t parts;
    struct tabout **out; /* [workers * parts]; NULL: no row yet */
    const char *dir;
};

struct spool *spool_open(const struct conf *c, size_t export, const struct merge_input *input,
                         size_t n_inputs, size_t workers, const char *dir, struct err *e)
{
    struct spool *s = x_calloc(1, sizeof *s);
    *s = (struct spool){.x = &c->exports[export], .workers = workers, .dir = dir};
    struct tschema clean = schema_clean(c, export, &s->arena);
    s->schema = (struct tschema){ARENA_ARRAY(&s->arena, struct tcolumn, clean.n + 1), clean.n + 1};
    memcpy(s->schema.col, clean.col, clean.n * sizeof *clean.col);
    s->schema.col[clean.n] = (struct tcolumn){.name = STR("source"), .type = TCOL_INT};
    s->in = x_calloc(n_inputs, sizeof *s->in);
    for (size_t i = 0; i < n_inputs; i++) {
        s->in[i] = tabin_open(input[i].path, e);
        if (!s->in[i]) {
            spool_free(s);
            return NULL;
        }
        s->n_in++;
        s->n_units += tabin_blocks(s->in[i]);
    }
    s->unit = x_calloc(s->n_units, sizeof *s->unit);
    size_t at = 0;
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t b = 0; b < tabin_blocks(s->in[i]); b++)
            s->unit[at++] = (struct unit){.in = s->in[i], .block = b, .source = input[i].source};
    return s;
}

size_t spool_blocks(const struct spool *s)
{
    return s->n_units;
}

bool spool_scan(struct spool *s, size_t block, struct err *e)
{
    struct unit *u = &s->unit[block];
    struct arena a = {0};
    bool *want = ARENA_ARRAY(&a, bool, s->schema.n);
    struct tblock b;
    rowkey_columns(s->x, want);
    bool ok = tabin_read(u->in, u->block, want, &a, &b, e);
    if (ok) {
        struct str *key = rowkey_make(s->x, &b, u->source, &a);
        for (size_t r = 0; r < b.rows; r++) {
            if (!rowkey_in_sample(rowkey_draw(s->x, key[r])))
                continue;
            X_GROW(u->sample, u->n, u->cap);
            u->sample[u->n++] = arena_str(&u->arena, key[r]);
        }
    }
    arena_release(&a);
    return ok;
}

/* The sample of all units, in their order. */
static struct str *join_samples(const struct spool *s, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s->n_units; i++)
        *n += s->unit[i].n;
    struct str *sample = x_calloc(*n, sizeof *sample);
    size_t at = 0;
    for (size_t i = 0; i < s->n_units; i++) {
        if (s->unit[i].n)
            memcpy(sample + at, s->unit[i].sample, s->unit[i].n * sizeof *sample);
        at += s->unit[i].n;
    }
    return sample;
}

void spool_cut(struct spool *s)
{
    size_t n;
    struct str *sample = join_samples(s, &n);
    s->first = x_calloc(n + 1, sizeof *s->first);
    s->first[0] = STR("");
    s->ranges = 1;
    for (size_t i = 0; i < n; i++)
        if (rowkey_is_first(rowkey_draw(s->x, sample[i])))
            s->first[s->ranges++] = sample[i];
    s->ranges = rowkey_sort(s->first, s->ranges);
    s->sampled = x_calloc(s->ranges, sizeof *s->sampled);
    size_t range = 0;
    for (size_t i = 0; i < n; i++) {
        range = rowkey_range(s->first, s->ranges, sample[i], range);
        s->sampled[range]++;
    }
    free(sample);
}

size_t spool_ranges(const struct spool *s)
{
    return s->ranges;
}

const struct str *spool_first(const struct spool *s)
{
    return s->first;
}

size_t spool_rows(const struct spool *s, size_t range)
{
    return (s->sampled[range] + 1) * ROWKEY_SAMPLE;
}

void spool_assign(struct spool *s, const size_t *part, size_t parts)
{
    s->part = part;
    s->parts = parts;
    s->out = x_calloc(s->workers * parts, sizeof *s->out);
}

static void path_of(const struct spool *s, size_t worker, size_t part, char *out, size_t size)
{
    snprintf(out, size, "%s/%zu-%zu.tjt", s->dir, part, worker);
}

static struct tabout *writer(struct spool *s, size_t worker, size_t part, struct err *e)
{
    struct tabout **out = &s->out[worker * s->parts + part];
    if (!*out) {
        char path[4096];
        path_of(s, worker, part, path, sizeof path);
        *out = tabout_open(path, &s->schema, NULL, 0, e);
        if (*out)
            tabout_limit(*out, SPOOL_ROWS);
    }
    return *out;
}

/* The rows of a block by part: those of part p are row[start[p]] to row[start[p + 1] - 1]. */
struct sorted_rows {
    uint32_t *row;
    size_t *start;
};

static struct sorted_rows sort_rows(const struct spool *s, const struct str *key, size_t n,
                                    struct arena *a)
{
    struct sorted_rows by = {ARENA_ARRAY(a, uint32_t, n), ARENA_ARRAY(a, size_t, s->parts + 2)};
    size_t *part = arena_raw(a, arena_size(n, sizeof *part)), range = 0;
    for (size_t r = 0; r < n; r++) {
        range = rowkey_range(s->first, s->ranges, key[r], range);
        part[r] = s->part[range];
        if (part[r] != SIZE_MAX)
            by.start[part[r] + 2]++;
    }
    for (size_t p = 2; p < s->parts + 2; p++)
        by.start[p] += by.start[p - 1];
    for (size_t r = 0; r < n; r++)
        if (part[r] != SIZE_MAX)
            by.row[by.start[part[r] + 1]++] = (uint32_t)r;
    return by;
}

static struct tvec pick(const struct tvec *v, const uint32_t *row, size_t n, struct arena *a)
{
    if (v->v) {
        int64_t *to = arena_raw(a, arena_size(n, sizeof *to));
        for (size_t i = 0; i < n; i++)
            to[i] = v->v[row[i]];
        return (struct tvec){.v = to};
    }
    if (v->code) {
        uint32_t *to = arena_raw(a, arena_size(n, sizeof *to));
        for (size_t i = 0; i < n; i++)
            to[i] = v->code[row[i]];
        return (struct tvec){.dict = v->dict, .n_dict = v->n_dict, .code = to};
    }
    struct str *to = arena_raw(a, arena_size(n, sizeof *to));
    for (size_t i = 0; i < n; i++)
        to[i] = v->dict[row[i]];
    return (struct tvec){.dict = to, .n_dict = n};
}

/* Some rows of b as a block of the spool's schema. Column by column, since a text that b holds once
 * is then looked up once. */
static struct tblock pick_rows(const struct spool *s, const struct tblock *b, size_t source,
                               const uint32_t *row, size_t n, struct arena *a)
{
    struct tblock some = {n, s->schema.n, ARENA_ARRAY(a, struct tvec, s->schema.n)};
    int64_t *of = arena_raw(a, arena_size(n, sizeof *of));
    for (size_t i = 0; i < n; i++)
        of[i] = (int64_t)source;
    for (size_t c = 0; c < b->n; c++)
        some.col[c] = pick(&b->col[c], row, n, a);
    some.col[b->n] = (struct tvec){.v = of};
    return some;
}

/* Is any row of the block in a part? A look at its keys, which are few of its bytes. */
static bool has_wanted(const struct spool *s, const struct unit *u, bool *has, struct err *e)
{
    struct arena a = {0};
    bool *want = ARENA_ARRAY(&a, bool, s->schema.n);
    struct tblock b;
    rowkey_columns(s->x, want);
    bool ok = tabin_read(u->in, u->block, want, &a, &b, e);
    *has = ok && sort_rows(s, rowkey_make(s->x, &b, u->source, &a), b.rows, &a).start[s->parts];
    arena_release(&a);
    return ok;
}

static bool wants_all(const struct spool *s)
{
    for (size_t k = 0; k < s->ranges; k++)
        if (s->part[k] == SIZE_MAX)
            return false;
    return true;
}

static bool scatter(struct spool *s, const struct unit *u, size_t worker, struct err *e)
{
    struct arena a = {0}, picked = {0};
    struct tblock b;
    bool ok = tabin_read(u->in, u->block, NULL, &a, &b, e);
    struct sorted_rows by = {0};
    if (ok)
        by = sort_rows(s, rowkey_make(s->x, &b, u->source, &a), b.rows, &a);
    for (size_t p = 0; ok && p < s->parts; p++) {
        size_t n = by.start[p + 1] - by.start[p];
        if (!n)
            continue;
        arena_reset(&picked);
        struct tblock some = pick_rows(s, &b, u->source, by.row + by.start[p], n, &picked);
        struct tabout *out = writer(s, worker, p, e);
        ok = out && tabout_block(out, &some, e);
    }
    arena_release(&picked);
    arena_release(&a);
    return ok;
}

bool spool_scatter(struct spool *s, size_t block, size_t worker, struct err *e)
{
    const struct unit *u = &s->unit[block];
    bool has = true;
    if (!wants_all(s) && !has_wanted(s, u, &has, e))
        return false;
    return !has || scatter(s, u, worker, e);
}

bool spool_finish(struct spool *s, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < s->workers * s->parts; i++) {
        ok = ok && (!s->out[i] || tabout_close(s->out[i], e));
        tabout_free(s->out[i]);
        s->out[i] = NULL;
    }
    return ok;
}

struct merge_input *spool_part(const struct spool *s, size_t part, struct arena *a, size_t *n)
{
    struct merge_input *input = ARENA_ARRAY(a, struct merge_input, s->workers);
    *n = 0;
    for (size_t w = 0; w < s->workers; w++) {
        char path[4096];
        path_of(s, w, part, path, sizeof path);
        if (!sys_is_absent(path))
            input[(*n)++] = (struct merge_input){arena_str(a, str_c(path)).p, SIZE_MAX};
    }
    return input;
}

void spool_drop(const struct spool *s, size_t part)
{
    for (size_t w = 0; w < s->workers; w++) {
        char path[4096];
        path_of(s, w, part, path, sizeof path);
        sys_unlink(path);
    }
}

void spool_free(struct spool *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->out && i < s->workers * s->parts; i++)
        tabout_free(s->out[i]);
    for (size_t i = 0; s->unit && i < s->n_units; i++) {
        arena_release(&s->unit[i].arena);
        free(s->unit[i].sample);
    }
    for (size_t i = 0; i < s->n_in; i++)
        tabin_free(s->in[i]);
    free(s->in);
    free(s->unit);
    free(s->out);
    free(s->first);
    free(s->sampled);
    arena_release(&s->arena);
    free(s);
}
