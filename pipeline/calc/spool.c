#include "pipeline/calc/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
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
    struct tvalue **row; /* [workers] */
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
    s->row = x_calloc(workers, sizeof *s->row);
    for (size_t w = 0; w < workers; w++)
        s->row[w] = ARENA_ARRAY(&s->arena, struct tvalue, s->schema.n);
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
        struct str *key = rowkey_make(s->x, &b, &a);
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

bool spool_scatter(struct spool *s, size_t block, size_t worker, struct err *e)
{
    const struct unit *u = &s->unit[block];
    struct tvalue *row = s->row[worker];
    struct arena a = {0};
    struct tblock b;
    bool ok = tabin_read(u->in, u->block, NULL, &a, &b, e);
    struct str *key = ok ? rowkey_make(s->x, &b, &a) : NULL;
    for (size_t r = 0; ok && r < b.rows; r++) {
        for (size_t c = 0; c < b.n; c++) {
            if (b.col[c].v)
                row[c].i = b.col[c].v[r];
            else
                row[c].s = tvec_text(&b.col[c], r);
        }
        row[b.n].i = (int64_t)u->source;
        struct tabout *out = writer(s, worker, rowkey_range(s->splitter, s->parts, key[r]), e);
        ok = out && tabout_row(out, row, e);
    }
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
        if (access(path, F_OK) == 0)
            input[(*n)++] = (struct merge_input){arena_str(a, str_c(path)).p, SIZE_MAX};
    }
    return input;
}

void spool_drop(const struct spool *s, size_t part)
{
    for (size_t w = 0; w < s->workers; w++) {
        char path[4096];
        path_of(s, w, part, path, sizeof path);
        unlink(path);
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
    free(s->row);
    arena_release(&s->arena);
    free(s);
}
