#include "pipeline/calc/schema.h"

#include <string.h>

size_t schema_tables(const struct conf *c)
{
    return c->n_exports + c->n_events;
}

struct str schema_name(const struct conf *c, size_t t)
{
    return t < c->n_exports ? c->exports[t].id : c->events[t - c->n_exports].name;
}

size_t schema_export(const struct conf *c, size_t t)
{
    return t < c->n_exports ? t : c->events[t - c->n_exports].export;
}

size_t schema_find(const struct conf *c, struct str name)
{
    for (size_t t = 0; t < schema_tables(c); t++)
        if (str_eq(schema_name(c, t), name))
            return t;
    return SIZE_MAX;
}

/* The columns of export x with room for `more` behind them. */
static struct tschema columns(const struct conf_export *x, size_t more, struct arena *a)
{
    struct tschema s = {ARENA_ARRAY(a, struct tcolumn, x->n + more), x->n};
    for (size_t i = 0; i < x->n; i++) {
        const struct conf_column *c = &x->column[i];
        s.col[i] = (struct tcolumn){.name = c->name, .type = conf_column_type(c)};
        if (s.col[i].type == TCOL_ENUM) {
            s.col[i].label = c->e->label;
            s.col[i].n_label = c->e->n;
        }
    }
    return s;
}

struct tschema schema_clean(const struct conf *c, size_t export, struct arena *a)
{
    struct tschema s = columns(&c->exports[export], 1, a);
    s.col[s.n++] = (struct tcolumn){.name = STR("src_line"), .type = TCOL_INT};
    return s;
}

struct tschema schema_merged(const struct conf *c, size_t t, struct arena *a)
{
    size_t export = schema_export(c, t);
    struct tschema s = columns(&c->exports[export], c->n_deadlines + 2, a);
    for (size_t i = 0; i < c->n_deadlines; i++)
        if (c->deadlines[i].export == export)
            s.col[s.n++] = (struct tcolumn){.name = c->deadlines[i].name, .type = TCOL_DATE};
    s.col[s.n++] = (struct tcolumn){.name = STR("src_file"), .type = TCOL_TEXT};
    s.col[s.n++] = (struct tcolumn){.name = STR("src_line"), .type = TCOL_INT};
    return s;
}

struct str schema_clean_path(struct arena *a, const char *dir, struct str export, struct str file)
{
    return arena_printf(a, "%s/%.*s/%.*s.tjt", dir, STR_ARG(export), STR_ARG(file));
}

struct str schema_merged_path(struct arena *a, const char *dir, struct str table)
{
    return arena_printf(a, "%s/%.*s.tjt", dir, STR_ARG(table));
}
