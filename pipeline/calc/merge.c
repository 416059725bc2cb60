#include "pipeline/calc/merge.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/rowkey.h"
#include "pipeline/calc/schema.h"

struct part {
    struct tabin *in;
    size_t block;       /* of the source */
    size_t source;      /* SIZE_MAX: by row */
    struct arena arena; /* owns what follows */
    struct tblock data;
    struct str *key;
    struct str *first; /* of the keys those that begin a range; owned */
    size_t n_first, cap_first;
    uint32_t *range; /* of each row, after merge_assign */
    size_t *count;   /* [ranges]: rows in each; after merge_place: where they go */
};

/* The texts of a column whose blocks hold few different ones: the dictionaries of all blocks, one
 * behind the other, so that a range needs codes only. dict == NULL: the column has no such. */
struct shared_texts {
    struct str *dict;
    size_t n;
    uint32_t *offset; /* of each part's dictionary */
};

/* A row on its way: the head of its key decides most comparisons without a look at the row. */
struct item {
    uint64_t head[2];
    uint32_t part, row;
};

struct merge {
    const struct conf *conf;
    size_t export;
    const struct conf_export *x;
    size_t line_column; /* src_line in the clean schema */
    struct tabin **in;
    size_t n_in;
    const struct merge_source *source;
    size_t n_sources;
    struct part *part;
    size_t n_parts, rows;
    struct str *first; /* [ranges]: their first keys; borrowed from the parts */
    size_t ranges;
    struct shared_texts *shared; /* by column */
    size_t *range_start;         /* [ranges + 1] */
    struct item *item;
    struct merge_range *result;
};

struct merge *merge_open(const struct conf *c, size_t export, const struct merge_source *source,
                         size_t n_sources, const struct merge_input *input, size_t n_inputs,
                         struct err *e)
{
    struct merge *m = x_calloc(1, sizeof *m);
    *m = (struct merge){.conf = c,
                        .export = export,
                        .x = &c->exports[export],
                        .source = source,
                        .n_sources = n_sources};
    m->line_column = m->x->n;
    m->in = x_calloc(n_inputs, sizeof *m->in);
    for (size_t i = 0; i < n_inputs; i++) {
        m->in[m->n_in] = tabin_open(input[i].path, e);
        if (!m->in[m->n_in]) {
            merge_free(m);
            return NULL;
        }
        m->n_parts += tabin_blocks(m->in[m->n_in]);
        m->rows += tabin_rows(m->in[m->n_in++]);
    }
    m->part = x_calloc(m->n_parts, sizeof *m->part);
    size_t at = 0;
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t b = 0; b < tabin_blocks(m->in[i]); b++)
            m->part[at++] = (struct part){.in = m->in[i], .block = b, .source = input[i].source};
    return m;
}

size_t merge_blocks(const struct merge *m)
{
    return m->n_parts;
}

size_t merge_rows(const struct merge *m)
{
    return m->rows;
}

bool merge_load(struct merge *m, size_t block, struct err *e)
{
    struct part *p = &m->part[block];
    if (!tabin_read(p->in, p->block, NULL, &p->arena, &p->data, e))
        return false;
    p->key = rowkey_make(m->x, &p->data, p->source, &p->arena);
    for (size_t r = 0; r < p->data.rows; r++) {
        if (!rowkey_is_first(rowkey_draw(m->x, p->key[r])))
            continue;
        X_GROW(p->first, p->n_first, p->cap_first);
        p->first[p->n_first++] = p->key[r];
    }
    return true;
}

/* --- ranges --- */

void merge_split(struct merge *m)
{
    size_t n = 1;
    for (size_t p = 0; p < m->n_parts; p++)
        n += m->part[p].n_first;
    m->first = x_calloc(n, sizeof *m->first);
    m->first[0] = STR("");
    n = 1;
    for (size_t p = 0; p < m->n_parts; p++)
        for (size_t i = 0; i < m->part[p].n_first; i++)
            m->first[n++] = m->part[p].first[i];
    m->ranges = rowkey_sort(m->first, n);
    m->result = x_calloc(m->ranges, sizeof *m->result);
    for (size_t p = 0; p < m->n_parts; p++)
        m->part[p].count = x_calloc(m->ranges, sizeof *m->part[p].count);
}

void merge_assign(struct merge *m, size_t block)
{
    struct part *p = &m->part[block];
    p->range = ARENA_ARRAY(&p->arena, uint32_t, p->data.rows);
    size_t range = 0;
    for (size_t r = 0; r < p->data.rows; r++) {
        range = rowkey_range(m->first, m->ranges, p->key[r], range);
        p->range[r] = (uint32_t)range;
        p->count[range]++;
    }
}

static void share_texts(struct merge *m, size_t c)
{
    struct shared_texts *s = &m->shared[c];
    for (size_t p = 0; p < m->n_parts; p++) {
        if (!m->part[p].data.col[c].code)
            return;
        s->n += m->part[p].data.col[c].n_dict;
    }
    if (!s->n || s->n > m->rows / 8)
        return;
    s->dict = x_calloc(s->n, sizeof *s->dict);
    s->offset = x_calloc(m->n_parts, sizeof *s->offset);
    size_t at = 0;
    for (size_t p = 0; p < m->n_parts; p++) {
        const struct tvec *v = &m->part[p].data.col[c];
        memcpy(s->dict + at, v->dict, v->n_dict * sizeof *s->dict);
        s->offset[p] = (uint32_t)at;
        at += v->n_dict;
    }
}

void merge_place(struct merge *m)
{
    m->shared = x_calloc(m->x->n, sizeof *m->shared);
    for (size_t c = 0; c < m->x->n; c++)
        share_texts(m, c);
    m->range_start = x_calloc(m->ranges + 1, sizeof *m->range_start);
    m->item = x_calloc(m->rows, sizeof *m->item);
    size_t at = 0;
    for (size_t k = 0; k < m->ranges; k++) {
        m->range_start[k] = at;
        for (size_t p = 0; p < m->n_parts; p++) {
            size_t n = m->part[p].count[k];
            m->part[p].count[k] = at;
            at += n;
        }
    }
    m->range_start[m->ranges] = at;
}

static uint64_t head_of(struct str s)
{
    uint64_t w = 0;
    for (size_t i = 0; i < 8; i++)
        w = w << 8 | (i < s.n ? (unsigned char)s.p[i] : 0u);
    return w;
}

void merge_scatter(struct merge *m, size_t block)
{
    struct part *p = &m->part[block];
    for (size_t r = 0; r < p->data.rows; r++)
        m->item[p->count[p->range[r]]++] = (struct item){
            {head_of(p->key[r]), head_of(str_from(p->key[r], 8))}, (uint32_t)block, (uint32_t)r};
}

size_t merge_ranges(const struct merge *m)
{
    return m->ranges;
}

size_t merge_range_rows(const struct merge *m, size_t range)
{
    return m->range_start[range + 1] - m->range_start[range];
}

struct str merge_first(const struct merge *m, size_t range)
{
    return m->first[range];
}

/* --- one range --- */

static struct str key_of(const struct merge *m, const struct item *i)
{
    return m->part[i->part].key[i->row];
}

static int64_t line_of(const struct merge *m, const struct item *i)
{
    return m->part[i->part].data.col[m->line_column].v[i->row];
}

static size_t source_index(const struct merge *m, const struct item *i)
{
    const struct part *p = &m->part[i->part];
    return p->source != SIZE_MAX ? p->source : (size_t)p->data.col[m->line_column + 1].v[i->row];
}

/* By key; within a key the winner first. */
static int by_key(const void *a, const void *b, void *context)
{
    const struct merge *m = context;
    const struct item *x = a, *y = b;
    for (int h = 0; h < 2; h++)
        if (x->head[h] != y->head[h])
            return x->head[h] < y->head[h] ? -1 : 1;
    int c = str_cmp(key_of(m, x), key_of(m, y));
    if (c)
        return c;
    size_t rx = m->source[source_index(m, x)].rank, ry = m->source[source_index(m, y)].rank;
    if (rx != ry)
        return rx > ry ? -1 : 1;
    int64_t lx = line_of(m, x), ly = line_of(m, y);
    return (lx < ly) - (lx > ly);
}

static bool same_content(const struct merge *m, const struct item *x, const struct item *y)
{
    const struct tblock *a = &m->part[x->part].data, *b = &m->part[y->part].data;
    for (size_t c = 0; c < m->x->n; c++) {
        if (a->col[c].v) {
            if (a->col[c].v[x->row] != b->col[c].v[y->row])
                return false;
            continue;
        }
        struct str s = tvec_text(&a->col[c], x->row), t = tvec_text(&b->col[c], y->row);
        if ((s.p == NULL) != (t.p == NULL) || !str_eq(s, t))
            return false;
    }
    return true;
}

static void add_loser(struct merge *m, struct merge_range *g, const struct item *loser,
                      const struct item *winner)
{
    X_GROW(g->loser, g->n_losers, g->cap_losers);
    g->loser[g->n_losers++] =
        (struct merge_loser){.file = m->source[source_index(m, loser)].file_index,
                             .line = (size_t)line_of(m, loser),
                             .to_file = m->source[source_index(m, winner)].file_index,
                             .to_line = (size_t)line_of(m, winner),
                             .duplicate = same_content(m, loser, winner)};
}

/* Drops the losers from item[n], leaving the winners in front; returns how many they are. */
static size_t drop_losers(struct merge *m, struct merge_range *g, struct item *item, size_t n)
{
    size_t winners = 0;
    for (size_t i = 0; i < n; i++) {
        struct item *last = winners ? &item[winners - 1] : NULL;
        if (last && last->head[0] == item[i].head[0] && last->head[1] == item[i].head[1] &&
            str_eq(key_of(m, last), key_of(m, &item[i])))
            add_loser(m, g, &item[i], last);
        else
            item[winners++] = item[i];
    }
    return winners;
}

static void gather_column(const struct merge *m, const struct item *item, size_t n, size_t c,
                          struct arena *a, struct tvec *out)
{
    bool text = m->n_parts && !m->part[0].data.col[c].v;
    if (text && c < m->x->n && m->shared[c].dict) {
        const struct shared_texts *s = &m->shared[c];
        uint32_t *code = ARENA_ARRAY(a, uint32_t, n);
        for (size_t i = 0; i < n; i++)
            code[i] = s->offset[item[i].part] + m->part[item[i].part].data.col[c].code[item[i].row];
        *out = (struct tvec){.dict = s->dict, .n_dict = s->n, .code = code};
        return;
    }
    if (text) {
        struct str *s = ARENA_ARRAY(a, struct str, n);
        for (size_t i = 0; i < n; i++)
            s[i] = tvec_text(&m->part[item[i].part].data.col[c], item[i].row);
        *out = (struct tvec){.dict = s, .n_dict = n};
        return;
    }
    int64_t *v = ARENA_ARRAY(a, int64_t, n);
    for (size_t i = 0; i < n; i++)
        v[i] = m->part[item[i].part].data.col[c].v[item[i].row];
    *out = (struct tvec){.v = v};
}

/* The winners as a block of the merged schema: the export's columns, deadlines, file and line. */
static void gather(const struct merge *m, const struct item *item, size_t n, struct merge_range *g)
{
    struct arena *a = &g->arena;
    struct tschema schema = schema_merged(m->conf, m->export, a);
    g->block = (struct tblock){n, schema.n, ARENA_ARRAY(a, struct tvec, schema.n)};
    for (size_t c = 0; c < m->x->n; c++)
        gather_column(m, item, n, c, a, &g->block.col[c]);
    for (size_t c = m->x->n; c + 2 < schema.n; c++) {
        int64_t *v = ARENA_ARRAY(a, int64_t, n);
        for (size_t i = 0; i < n; i++)
            v[i] = TABLE_MISSING;
        g->block.col[c].v = v;
    }
    struct str *file = ARENA_ARRAY(a, struct str, m->n_sources);
    for (size_t s = 0; s < m->n_sources; s++)
        file[s] = m->source[s].file;
    uint32_t *code = ARENA_ARRAY(a, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        code[i] = (uint32_t)source_index(m, &item[i]);
    g->block.col[schema.n - 2] = (struct tvec){.dict = file, .n_dict = m->n_sources, .code = code};
    gather_column(m, item, n, m->line_column, a, &g->block.col[schema.n - 1]);
}

struct merge_range *merge_range(struct merge *m, size_t range)
{
    struct merge_range *g = &m->result[range];
    struct item *item = m->item + m->range_start[range];
    size_t n = m->range_start[range + 1] - m->range_start[range];
    qsort_r(item, n, sizeof *item, by_key, m);
    n = drop_losers(m, g, item, n);
    gather(m, item, n, g);
    return g;
}

void merge_own(struct merge_range *g)
{
    for (size_t c = 0; c < g->block.n; c++) {
        struct tvec *v = &g->block.col[c];
        if (v->v)
            continue;
        struct str *dict = ARENA_ARRAY(&g->arena, struct str, v->n_dict);
        for (size_t i = 0; i < v->n_dict; i++)
            dict[i] = v->dict[i].p ? arena_str(&g->arena, v->dict[i]) : v->dict[i];
        v->dict = dict;
    }
}

void merge_range_release(struct merge_range *g)
{
    arena_release(&g->arena);
    free(g->loser);
    *g = (struct merge_range){0};
}

struct merge_range *merge_result(const struct merge *m, size_t range)
{
    return &m->result[range];
}

void merge_free(struct merge *m)
{
    if (!m)
        return;
    for (size_t p = 0; m->part && p < m->n_parts; p++) {
        arena_release(&m->part[p].arena);
        free(m->part[p].first);
        free(m->part[p].count);
    }
    for (size_t i = 0; i < m->n_in; i++)
        tabin_free(m->in[i]);
    for (size_t c = 0; m->shared && c < m->x->n; c++) {
        free(m->shared[c].dict);
        free(m->shared[c].offset);
    }
    free(m->shared);
    for (size_t k = 0; m->result && k < m->ranges; k++)
        merge_range_release(&m->result[k]);
    free(m->part);
    free(m->in);
    free(m->first);
    free(m->range_start);
    free(m->item);
    free(m->result);
    free(m);
}
