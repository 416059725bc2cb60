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
enum { SPOOL_ROWS = 2048, SAMPLE_EVERY = 256 };

struct unit {
    struct tabin *in;
    size_t block, source;
    struct arena arena; /* owns the sample */
    struct str *sample;
    size_t n;
};

struct spool {
    const struct conf_export *x;
    struct arena arena;
    struct tschema schema; /* the clean one and the source */
    struct tabin **in;
    size_t n_in;
    struct unit *unit;
    size_t n_units, parts, workers;
    struct str *splitter;
    struct tabout **out; /* [workers * parts]; NULL: no row yet */
    const char *dir;
};

struct spool *spool_open(const struct conf *c, size_t export, const struct merge_input *input,
                         size_t n_inputs, size_t parts, size_t workers, const char *dir,
                         struct err *e)
{
    struct spool *s = x_calloc(1, sizeof *s);
    *s = (struct spool){.x = &c->exports[export], .parts = parts, .workers = workers, .dir = dir};
    struct tschema clean = schema_clean(c, export, &s->arena);
    s->schema = (struct tschema){ARENA_ARRAY(&s->arena, struct tcolumn, clean.n + 1), clean.n + 1};
    memcpy(s->schema.col, clean.col, clean.n * sizeof *clean.col);
    s->schema.col[clean.n] = (struct tcolumn){.name = STR("source"), .type = TCOL_INT};
    s->splitter = ARENA_ARRAY(&s->arena, struct str, parts);
    s->out = x_calloc(workers * parts, sizeof *s->out);
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

bool spool_sample(struct spool *s, size_t block, struct err *e)
{
    struct unit *u = &s->unit[block];
    struct arena a = {0};
    bool *want = ARENA_ARRAY(&a, bool, s->schema.n);
    struct tblock b;
    rowkey_columns(s->x, want);
    bool ok = tabin_read(u->in, u->block, want, &a, &b, e);
    if (ok) {
        struct str *key = rowkey_make(s->x, &b, u->source, &a);
        u->sample = ARENA_ARRAY(&u->arena, struct str, b.rows / SAMPLE_EVERY + 1);
        for (size_t r = 0; r < b.rows; r += SAMPLE_EVERY)
            u->sample[u->n++] = arena_str(&u->arena, key[r]);
    }
    arena_release(&a);
    return ok;
}

void spool_split(struct spool *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_units; i++)
        n += s->unit[i].n;
    struct str *sample = x_calloc(n, sizeof *sample);
    n = 0;
    for (size_t i = 0; i < s->n_units; i++) {
        memcpy(sample + n, s->unit[i].sample, s->unit[i].n * sizeof *sample);
        n += s->unit[i].n;
    }
    rowkey_split(sample, n, s->parts, s->splitter);
    free(sample);
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
    uint32_t *part = ARENA_ARRAY(a, uint32_t, n);
    for (size_t r = 0; r < n; r++) {
        part[r] = (uint32_t)rowkey_range(s->splitter, s->parts, key[r]);
        by.start[part[r] + 2]++;
    }
    for (size_t p = 2; p < s->parts + 2; p++)
        by.start[p] += by.start[p - 1];
    for (size_t r = 0; r < n; r++)
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

bool spool_scatter(struct spool *s, size_t block, size_t worker, struct err *e)
{
    const struct unit *u = &s->unit[block];
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
    for (size_t i = 0; i < s->workers * s->parts; i++)
        tabout_free(s->out[i]);
    for (size_t i = 0; s->unit && i < s->n_units; i++)
        arena_release(&s->unit[i].arena);
    for (size_t i = 0; i < s->n_in; i++)
        tabin_free(s->in[i]);
    free(s->in);
    free(s->unit);
    free(s->out);
    arena_release(&s->arena);
    free(s);
}
