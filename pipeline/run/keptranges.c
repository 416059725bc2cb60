#include "pipeline/run/keptranges.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/calc/rowkey.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/hash.h"
#include "pipeline/run/pool.h"

/* Where the rows of a range are in an earlier result. */
struct place {
    uint64_t csv_at;
    size_t block, loser;
};

struct earlier {
    struct mergeunit unit;
    const char *csv;
    struct tabin *table;
    size_t *source;      /* by its sources: the place of the file among ours; SIZE_MAX: gone */
    bool *same;          /* by its sources: it has the same clean table */
    struct place *place; /* by its ranges */
};

/* A clean table that was or is merged, and is not in both. */
struct changed {
    struct tabin *table;
    size_t source; /* among ours, or, when it is gone, those of the earlier result */
    bool gone;
};

struct block {
    const struct changed *of;
    size_t block;
};

/* The rows of a range: how many more there are now, and the sum of their hashes. */
struct sum {
    uint64_t rows, word[2];
};

struct keptranges {
    struct keptranges_of of;
    struct arena arena;
    struct earlier *earlier;
    size_t n_earlier, cap_earlier;
    struct changed *changed; /* against earlier[n_earlier - 1], the only one that may have any */
    size_t n_changed;
    struct block *block;
    size_t n_blocks;
    const struct str *first;
    size_t ranges;
    struct sum *sum; /* [jobs * ranges] */
    struct found {
        const struct earlier *in;
        size_t range;
    } * found; /* by range; in == NULL: it is to be made */
};

struct keptranges *keptranges_new(const struct keptranges_of *of)
{
    struct keptranges *k = x_calloc(1, sizeof *k);
    k->of = *of;
    return k;
}

/* --- an earlier result --- */

static void forget(struct earlier *p)
{
    mergeunit_release(&p->unit);
    tabin_free(p->table);
    *p = (struct earlier){0};
}

static size_t find_source(const struct mergeunit *now, struct str file)
{
    for (size_t i = 0; i < now->n_sources; i++)
        if (str_eq(now->source[i].file, file))
            return i;
    return SIZE_MAX;
}

/* Finds the files that are there now as then. False when no table is the same, or the files are in
 * another order, since the later one of two wins; where keys are places, they must be the same. */
static bool match_sources(struct keptranges *k, struct earlier *p)
{
    const struct mergeunit *then = &p->unit, *now = k->of.unit;
    bool has_key = k->of.units->conf->exports[k->of.export].n_key > 0;
    size_t next = 0, same = 0;
    p->source = ARENA_ARRAY(&k->arena, size_t, then->n_sources);
    p->same = ARENA_ARRAY(&k->arena, bool, then->n_sources);
    for (size_t i = 0; i < then->n_sources; i++) {
        size_t at = p->source[i] = find_source(now, then->source[i].file);
        if (at == SIZE_MAX)
            continue;
        if (at < next || (!has_key && at != i))
            return false;
        next = at + 1;
        p->same[i] = strcmp(now->source[at].key, then->source[i].key) == 0;
        same += p->same[i];
    }
    return same > 0;
}

static void add_changed(struct keptranges *k, struct tabin *table, size_t source, bool gone)
{
    k->changed[k->n_changed++] = (struct changed){table, source, gone};
    k->n_blocks += tabin_blocks(table);
}

/* Opens the tables that are there now and were not, or were other ones. */
static bool open_new(struct keptranges *k, const struct earlier *p)
{
    struct err ignored;
    bool *same = ARENA_ARRAY(&k->arena, bool, k->of.unit->n_sources);
    for (size_t i = 0; i < p->unit.n_sources; i++)
        if (p->same[i])
            same[p->source[i]] = true;
    for (size_t i = 0; i < k->of.unit->n_sources; i++) {
        struct tabin *t = same[i] ? NULL : tabin_open(k->of.table[i].path, &ignored);
        if (!same[i] && !t)
            return false;
        if (t)
            add_changed(k, t, i, false);
    }
    return true;
}

/* Opens the tables that were there and are not, or are other ones now: as they were. */
static bool open_gone(struct keptranges *k, const struct earlier *p, const char *clean)
{
    struct str export = k->of.units->conf->exports[k->of.export].id;
    for (size_t i = 0; i < p->unit.n_sources; i++) {
        if (p->same[i])
            continue;
        struct err ignored;
        char key[65];
        struct str path = schema_clean_path(&k->arena, clean, export, p->unit.source[i].file);
        if (!rawunit_read_key(rawunit_path(&k->arena, path.p), key, &ignored) ||
            strcmp(key, p->unit.source[i].key) != 0)
            return false;
        struct tabin *t = tabin_open(path.p, &ignored);
        if (!t)
            return false;
        add_changed(k, t, i, true);
    }
    return true;
}

static bool is_all(const struct keptranges *k, const struct earlier *p)
{
    if (p->unit.n_sources != k->of.unit->n_sources)
        return false;
    for (size_t i = 0; i < p->unit.n_sources; i++)
        if (!p->same[i])
            return false;
    return true;
}

static void drop_changed(struct keptranges *k)
{
    for (size_t i = 0; i < k->n_changed; i++)
        tabin_free(k->changed[i].table);
    k->n_changed = k->n_blocks = 0;
}

static bool open_changed(struct keptranges *k, const struct earlier *p, const char *clean)
{
    k->changed = ARENA_ARRAY(&k->arena, struct changed, p->unit.n_sources + k->of.unit->n_sources);
    if (is_all(k, p) || (clean && open_new(k, p) && open_gone(k, p, clean)))
        return true;
    drop_changed(k);
    return false;
}

/* Is what the unit says of its ranges what the table has? */
static bool find_places(struct keptranges *k, struct earlier *p)
{
    struct place at = {.csv_at = p->unit.csv_head_bytes};
    size_t rows = 0;
    p->place = ARENA_ARRAY(&k->arena, struct place, p->unit.n_ranges);
    for (size_t i = 0; i < p->unit.n_ranges; i++) {
        const struct mergeunit_range *g = &p->unit.range[i];
        p->place[i] = at;
        at.csv_at += g->csv_bytes;
        at.block += g->blocks;
        at.loser += g->losers;
        rows += g->rows;
    }
    return at.block == tabin_blocks(p->table) && at.loser == p->unit.n_losers &&
           rows == tabin_rows(p->table);
}

static bool open_earlier(struct keptranges *k, struct earlier *p, const char *dir)
{
    struct err ignored;
    struct str name = k->of.units->conf->exports[k->of.export].id;
    if (!mergeunit_try_read(k->of.units, dir, k->of.export, &k->arena, &p->unit) ||
        strcmp(p->unit.ground, k->of.unit->ground) != 0 || !match_sources(k, p))
        return false;
    p->csv = arena_printf(&k->arena, "%s/%.*s.csv.gz", dir, STR_ARG(name)).p;
    p->table = tabin_open(schema_merged_path(&k->arena, dir, name).p, &ignored);
    return p->table && tschema_same(tabin_schema(p->table), k->of.schema) && find_places(k, p);
}

void keptranges_look_into(struct keptranges *k, const char *dir, const char *clean)
{
    struct earlier p = {0};
    if (k->n_changed)
        return; /* one difference is what the sums can hold */
    if (!open_earlier(k, &p, dir) || !open_changed(k, &p, clean)) {
        forget(&p);
        return;
    }
    X_GROW(k->earlier, k->n_earlier, k->cap_earlier);
    k->earlier[k->n_earlier++] = p;
}

bool keptranges_any(const struct keptranges *k)
{
    return k->n_earlier > 0;
}

/* --- what has changed --- */

static void put_row(const struct conf_export *x, const struct tblock *b, size_t r,
                    struct strbuf *row)
{
    for (size_t c = 0; c <= x->n; c++) { /* with its line */
        const struct tvec *v = &b->col[c];
        struct str s =
            v->v ? (struct str){(const char *)&v->v[r], sizeof v->v[r]} : tvec_text(v, r);
        strbuf_add_int(row, s.p ? (int64_t)s.n : -1);
        strbuf_addc(row, ':');
        strbuf_add(row, s);
    }
}

static void add_row(struct sum *sum, struct str row, bool gone)
{
    union {
        unsigned char byte[SHA256_BYTES];
        uint64_t word[SHA256_BYTES / sizeof(uint64_t)];
    } digest;
    sha256_bytes(row, digest.byte);
    sum->rows += gone ? UINT64_MAX : 1;
    for (size_t w = 0; w < 2; w++)
        sum->word[w] += gone ? -digest.word[w] : digest.word[w];
}

static bool add_block(void *context, size_t i, size_t worker, struct err *e)
{
    struct keptranges *k = context;
    const struct changed *ch = k->block[i].of;
    const struct conf_export *x = &k->of.units->conf->exports[k->of.export];
    const struct mergeunit *unit = ch->gone ? &k->earlier[k->n_earlier - 1].unit : k->of.unit;
    struct sum *sum = k->sum + worker * k->ranges;
    struct arena a = {0};
    struct strbuf row = {0};
    struct tblock b;
    bool ok = tabin_read(ch->table, k->block[i].block, NULL, &a, &b, e);
    struct str *key = ok ? rowkey_make(x, &b, ch->source, &a) : NULL;
    size_t range = 0;
    for (size_t r = 0; ok && r < b.rows; r++) {
        row.n = 0;
        strbuf_add(&row, unit->source[ch->source].file);
        strbuf_addc(&row, '\0');
        put_row(x, &b, r, &row);
        range = rowkey_range(k->first, k->ranges, key[r], range);
        add_row(&sum[range], strbuf_str(&row), ch->gone);
    }
    strbuf_release(&row);
    arena_release(&a);
    return ok;
}

static bool add_changes(struct keptranges *k, struct err *e)
{
    k->block = ARENA_ARRAY(&k->arena, struct block, k->n_blocks);
    k->sum = x_calloc(k->of.jobs * k->ranges, sizeof *k->sum);
    size_t n = 0;
    for (size_t c = 0; c < k->n_changed; c++)
        for (size_t b = 0; b < tabin_blocks(k->changed[c].table); b++)
            k->block[n++] = (struct block){&k->changed[c], b};
    if (!pool_run(k->of.jobs, n, add_block, k, e))
        return false;
    for (size_t w = 1; w < k->of.jobs; w++)
        for (size_t i = 0; i < k->ranges; i++) {
            const struct sum *s = &k->sum[w * k->ranges + i];
            k->sum[i].rows += s->rows;
            k->sum[i].word[0] += s->word[0];
            k->sum[i].word[1] += s->word[1];
        }
    return true;
}

static bool is_changed(const struct keptranges *k, size_t range)
{
    const struct sum *s = &k->sum[range];
    return s->rows || s->word[0] || s->word[1];
}

/* The range of p with this first key and this end, or SIZE_MAX. Both are in order. */
static size_t find_range(const struct earlier *p, struct str first, struct str end, size_t *hint)
{
    const struct mergeunit *u = &p->unit;
    while (*hint < u->n_ranges && str_cmp(u->range[*hint].first, first) < 0)
        ++*hint;
    bool same = *hint < u->n_ranges && str_eq(u->range[*hint].first, first) &&
                str_eq(u->range[*hint].end, end);
    return same ? *hint : SIZE_MAX;
}

bool keptranges_compare(struct keptranges *k, const struct str *first, size_t n, struct err *e)
{
    k->first = first;
    k->ranges = n;
    k->found = ARENA_ARRAY(&k->arena, struct found, n);
    if (k->n_changed && !add_changes(k, e))
        return false;
    for (size_t p = 0; p < k->n_earlier; p++) {
        const struct earlier *in = &k->earlier[p];
        bool sums = k->n_changed && p == k->n_earlier - 1;
        for (size_t i = 0, hint = 0; i < n; i++) {
            size_t at = find_range(in, first[i], i + 1 < n ? first[i + 1] : STR(""), &hint);
            if (at != SIZE_MAX && !k->found[i].in && (!sums || !is_changed(k, i)))
                k->found[i] = (struct found){in, at};
        }
    }
    return true;
}

bool keptranges_has(const struct keptranges *k, size_t range)
{
    return k->found[range].in != NULL;
}

/* --- taking --- */

static void take_losers(const struct earlier *p, size_t range, struct mergeunit *unit)
{
    size_t n = p->unit.range[range].losers;
    unit->loser = x_realloc(unit->loser, unit->n_losers + n, sizeof *unit->loser);
    for (size_t i = 0; i < n; i++) {
        struct merge_loser l = p->unit.loser[p->place[range].loser + i];
        l.file = p->source[l.file];
        l.to_file = p->source[l.to_file];
        if (l.file == SIZE_MAX || l.to_file == SIZE_MAX)
            BUG("a row of a file that is gone, in a range that has not changed");
        unit->loser[unit->n_losers++] = l;
    }
}

bool keptranges_take(const struct keptranges *k, size_t range, struct tableout *out,
                     struct mergeunit *unit, struct err *e)
{
    const struct earlier *p = k->found[range].in;
    size_t i = k->found[range].range;
    const struct mergeunit_range *g = &p->unit.range[i];
    const struct tableout_kept rows = {p->csv,   p->place[i].csv_at, g->csv_bytes,
                                       p->table, p->place[i].block,  g->blocks};
    take_losers(p, i, unit);
    mergeunit_add(unit, g);
    return tableout_copy(out, &rows, e);
}

void keptranges_free(struct keptranges *k)
{
    if (!k)
        return;
    drop_changed(k);
    for (size_t p = 0; p < k->n_earlier; p++)
        forget(&k->earlier[p]);
    free(k->earlier);
    free(k->sum);
    arena_release(&k->arena);
    free(k);
}
