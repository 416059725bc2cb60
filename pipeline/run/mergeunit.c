#include "pipeline/run/mergeunit.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/unitfile.h"
#include "pipeline/run/uses.h"

static const char head[] = "tongji merge unit 2";

/* --- keys --- */

static void add_settings(struct strbuf *b, const struct mergeunit_of *of, size_t export)
{
    const struct refs *r = of->refs;
    struct arena a = {0};
    unitfile_put(b, str_c(of->program));
    unitfile_put(b, of->conf->exports[export].id);
    unitfile_put(b, uses_of_table(of->conf, export, &a));
    unitfile_put(b, str_c(r->sha256[REF_CALENDAR]));
    for (size_t i = 0; i < r->n_parameters; i++) { /* year and cut-off among them */
        unitfile_put(b, r->parameter_name[i]);
        unitfile_put(b, r->parameter_value[i]);
    }
    for (size_t i = 0; i < of->conf->exports[export].n; i++)
        unitfile_put(b, of->conf->exports[export].column[i].name);
    arena_release(&a);
}

bool mergeunit_sources(struct mergeunit *u, const struct merge_source *source,
                       const struct merge_input *table, size_t n, struct arena *a, bool *known,
                       struct err *e)
{
    *known = true;
    u->n_sources = n;
    u->source = ARENA_ARRAY(a, struct mergeunit_source, n);
    for (size_t i = 0; i < n; i++) {
        u->source[i].file = source[i].file;
        if (!rawunit_read_key(rawunit_path(a, table[i].path), u->source[i].key, e))
            return false;
        *known &= u->source[i].key[0] != '\0';
    }
    return true;
}

void mergeunit_base(const struct mergeunit_of *of, size_t export, struct mergeunit *u,
                    char base[65])
{
    struct strbuf b = {0};
    add_settings(&b, of, export);
    sha256_hex(strbuf_str(&b), u->ground);
    for (size_t i = 0; i < u->n_sources; i++)
        unitfile_put(&b, str_c(u->source[i].key));
    sha256_hex(strbuf_str(&b), base);
    strbuf_release(&b);
}

void mergeunit_key(const struct mergeunit_of *of, size_t export, const char (*base)[65],
                   char key[65])
{
    const struct conf *c = of->conf;
    struct strbuf b = {0};
    bool good = base[export][0];
    unitfile_put(&b, str_c(base[export]));
    for (size_t d = 0; d < c->n_deadlines; d++) {
        size_t from = c->deadlines[d].pause_export;
        if (c->deadlines[d].export != export || from == SIZE_MAX)
            continue;
        good = good && base[from][0];
        unitfile_put(&b, str_c(base[from]));
    }
    key[0] = '\0';
    if (good)
        sha256_hex(strbuf_str(&b), key);
    strbuf_release(&b);
}

/* --- the files of a unit --- */

/* Calls visit(name below a folder) for all files that an export gives but the unit itself. */
static bool each_file(const struct conf *c, size_t export,
                      bool (*visit)(void *context, const char *name), void *context)
{
    static const char *const endings[] = {".tjt", ".csv.gz"};
    struct arena a = {0};
    bool ok = true;
    for (size_t t = 0; ok && t < schema_tables(c); t++)
        for (size_t i = 0; ok && schema_export(c, t) == export && i < 2; i++)
            ok = visit(context,
                       arena_printf(&a, "%.*s%s", STR_ARG(schema_name(c, t)), endings[i]).p);
    arena_release(&a);
    return ok;
}

struct sizes {
    const char *dir;
    struct strbuf *text;
    struct err *e;
};

static bool put_size(void *context, const char *name)
{
    struct sizes *s = context;
    struct arena a = {0};
    uint64_t bytes;
    bool ok = sys_size(arena_printf(&a, "%s/%s", s->dir, name).p, &bytes, s->e);
    unitfile_put_number(s->text, (int64_t)bytes);
    arena_release(&a);
    return ok;
}

static const char *unit_path(const struct mergeunit_of *of, const char *dir, size_t export,
                             struct arena *a)
{
    return rawunit_path(a, schema_merged_path(a, dir, of->conf->exports[export].id).p);
}

/* --- writing and reading --- */

static void put_losers(struct strbuf *text, const struct mergeunit *u)
{
    unitfile_put_number(text, (int64_t)u->n_losers);
    for (size_t i = 0; i < u->n_losers; i++) {
        const struct merge_loser *l = &u->loser[i];
        const size_t v[] = {l->file, l->line, l->to_file, l->to_line, l->duplicate};
        for (size_t k = 0; k < sizeof v / sizeof v[0]; k++)
            unitfile_put_number(text, (int64_t)v[k]);
    }
}

static void put_ranges(struct strbuf *text, const struct mergeunit *u)
{
    unitfile_put_number(text, (int64_t)u->csv_head_bytes);
    unitfile_put_number(text, (int64_t)u->n_ranges);
    for (size_t i = 0; i < u->n_ranges; i++) {
        const struct mergeunit_range *g = &u->range[i];
        unitfile_put(text, g->first);
        unitfile_put(text, g->end);
        const uint64_t v[] = {g->rows, g->losers, g->csv_bytes, g->blocks};
        for (size_t k = 0; k < sizeof v / sizeof v[0]; k++)
            unitfile_put_number(text, (int64_t)v[k]);
    }
}

bool mergeunit_write(const struct mergeunit_of *of, size_t export, const struct mergeunit *u,
                     struct err *e)
{
    struct arena a = {0};
    struct strbuf text = {0}, sizes = {0};
    struct sizes s = {of->to, &sizes, e};
    bool ok = each_file(of->conf, export, put_size, &s);
    unitfile_put(&text, str_c(head));
    unitfile_put(&text, str_c(u->key));
    unitfile_put(&text, str_c(u->ground));
    unitfile_put(&text, strbuf_str(&sizes));
    unitfile_put_number(&text, (int64_t)u->n_sources);
    for (size_t i = 0; i < u->n_sources; i++) {
        unitfile_put(&text, u->source[i].file);
        unitfile_put(&text, str_c(u->source[i].key));
    }
    unitfile_put_number(&text, (int64_t)u->rows);
    put_ranges(&text, u);
    put_losers(&text, u);
    for (size_t v = 0; v < of->conf->n_events; v++)
        unitfile_put(&text, u->folded[v]);
    ok = ok && unitfile_write(unit_path(of, of->to, export, &a), &text, e);
    strbuf_release(&text);
    strbuf_release(&sizes);
    arena_release(&a);
    return ok;
}

static void get_sources(struct unitfile *r, struct arena *a, struct mergeunit *u)
{
    u->n_sources = unitfile_count(r);
    u->source = ARENA_ARRAY(a, struct mergeunit_source, u->n_sources);
    for (size_t i = 0; i < u->n_sources; i++) {
        u->source[i].file = arena_str(a, unitfile_get(r));
        unitfile_hex(r, u->source[i].key);
    }
}

static void get_ranges(struct unitfile *r, struct arena *a, struct mergeunit *u)
{
    u->csv_head_bytes = (uint64_t)unitfile_number(r);
    u->n_ranges = u->cap_ranges = unitfile_count(r);
    u->range = x_calloc(u->n_ranges, sizeof *u->range);
    for (size_t i = 0; i < u->n_ranges; i++) {
        struct mergeunit_range *g = &u->range[i];
        g->first = arena_str(a, unitfile_get(r));
        g->end = arena_str(a, unitfile_get(r));
        g->rows = (size_t)unitfile_number(r);
        g->losers = (size_t)unitfile_number(r);
        g->csv_bytes = (uint64_t)unitfile_number(r);
        g->blocks = (uint64_t)unitfile_number(r);
    }
}

static void get_losers(struct unitfile *r, struct mergeunit *u)
{
    u->n_losers = unitfile_count(r);
    u->loser = x_calloc(u->n_losers, sizeof *u->loser);
    for (size_t i = 0; i < u->n_losers; i++) {
        struct merge_loser *l = &u->loser[i];
        l->file = (size_t)unitfile_number(r);
        l->line = (size_t)unitfile_number(r);
        l->to_file = (size_t)unitfile_number(r);
        l->to_line = (size_t)unitfile_number(r);
        l->duplicate = unitfile_number(r);
        r->bad |= l->file >= u->n_sources || l->to_file >= u->n_sources;
    }
}

static void get_all(struct unitfile *r, const struct conf *c, struct arena *a, struct mergeunit *u)
{
    get_sources(r, a, u);
    u->rows = (size_t)unitfile_number(r);
    get_ranges(r, a, u);
    get_losers(r, u);
    u->folded = ARENA_ARRAY(a, struct str, c->n_events);
    for (size_t v = 0; v < c->n_events; v++)
        u->folded[v] = arena_str(a, unitfile_get(r));
}

bool mergeunit_try_read(const struct mergeunit_of *of, const char *dir, size_t export,
                        struct arena *a, struct mergeunit *u)
{
    struct unitfile r;
    struct strbuf sizes = {0};
    struct err ignored; /* then the export is merged again */
    struct sizes s = {dir, &sizes, &ignored};
    *u = (struct mergeunit){0};
    bool ok = unitfile_open(&r, unit_path(of, dir, export, a), &ignored) &&
              str_eq(unitfile_get(&r), str_c(head));
    if (ok) {
        unitfile_hex(&r, u->key);
        unitfile_hex(&r, u->ground);
    }
    ok = ok && each_file(of->conf, export, put_size, &s) &&
         str_eq(unitfile_get(&r), strbuf_str(&sizes));
    if (ok)
        get_all(&r, of->conf, a, u);
    ok = ok && unitfile_is_read(&r);
    unitfile_release(&r);
    strbuf_release(&sizes);
    if (!ok)
        mergeunit_release(u);
    return ok;
}

void mergeunit_add(struct mergeunit *u, const struct mergeunit_range *range)
{
    X_GROW(u->range, u->n_ranges, u->cap_ranges);
    u->range[u->n_ranges++] = *range;
    u->rows += range->rows;
}

void mergeunit_release(struct mergeunit *u)
{
    free(u->range);
    free(u->loser);
    *u = (struct mergeunit){0};
}

/* --- taking --- */

struct taking {
    const struct mergeunit_of *of;
    const char *from;
    struct arena arena;
    struct err *e;
};

static bool take_one(void *context, const char *name)
{
    struct taking *t = context;
    return outfile_link(arena_printf(&t->arena, "%s/%s", t->from, name).p,
                        arena_printf(&t->arena, "%s/%s", t->of->to, name).p, t->e);
}

bool mergeunit_take(const struct mergeunit_of *of, const char *dir, size_t export, struct err *e)
{
    struct taking t = {.of = of, .from = dir, .e = e};
    bool ok = each_file(of->conf, export, take_one, &t) &&
              outfile_link(unit_path(of, dir, export, &t.arena),
                           unit_path(of, of->to, export, &t.arena), e);
    arena_release(&t.arena);
    return ok;
}
