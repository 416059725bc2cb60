#include "pipeline/run/uses.h"

#include "pipeline/chain.h"

/* Of the settings that clean uses: which files is one about? */
enum whose { EVERY_FILE, NO_FILE, ITS_EXPORT, ITS_PATTERN, ITS_TYPES, ITS_ENUMS };

/* NULL: any name, any key. The first row that fits counts. */
static const struct use {
    const char *kind, *name, *key, *stage;
    enum whose whose;
} uses[] = {
    {"tongji", NULL, "title", "clean", NO_FILE}, /* it stands in each data package */
    {"tongji", NULL, "title_en", "clean", NO_FILE},
    {"tongji", NULL, "ignore", "clean", NO_FILE},
    {"tongji", NULL, "key_file", NULL, NO_FILE}, /* the key counts, not where it lies */
    {"tongji", NULL, "origin", "merge", NO_FILE},
    {"tongji", NULL, "rounding", "compute", NO_FILE},
    {"tongji", NULL, "missing", "compute", NO_FILE},
    {"publish", NULL, NULL, "publish", NO_FILE},
    {"limits", NULL, "rows_in_memory", "merge", NO_FILE},
    {"limits", NULL, "slip_lines", "publish", NO_FILE},
    {"files", NULL, NULL, "clean", NO_FILE},
    {"file", NULL, NULL, "clean", ITS_PATTERN},
    {"parameters", NULL, NULL, "clean", NO_FILE},
    {"reference", NULL, "file", "clean", NO_FILE}, /* such a file is no delivery */
    {"reference", "parameters", NULL, "clean", NO_FILE},
    {"reference", "calendar", NULL, "merge", NO_FILE},
    {"reference", "submitters", NULL, "clean", NO_FILE},
    {"reference", "corrections", NULL, "clean", NO_FILE},
    {"reference", "baseline", NULL, "compute", NO_FILE},
    {"reference", "published", NULL, "compute", NO_FILE},
    {"reference", "revisions", NULL, "compute", NO_FILE},
    {"reference", "waivers", NULL, "compute", NO_FILE},
    {"enum", NULL, NULL, "clean", ITS_ENUMS},
    {"levels", NULL, NULL, "clean", ITS_ENUMS},
    {"type", NULL, NULL, "clean", ITS_TYPES},
    {"export", NULL, "files", "clean", NO_FILE},
    {"export", NULL, NULL, "clean", ITS_EXPORT},
    {"deadline", NULL, NULL, "merge", NO_FILE},
    {"event", NULL, NULL, "merge", NO_FILE},
    {"set", NULL, NULL, "compute", NO_FILE},
    {"style", NULL, NULL, "compute", NO_FILE},
    {"statistics", NULL, NULL, "compute", NO_FILE},
    {"indicator", NULL, NULL, "compute", NO_FILE},
    {"check", NULL, NULL, "compute", NO_FILE},
    {"chart", NULL, NULL, "compute", NO_FILE},
    {"page", NULL, NULL, "publish", NO_FILE},
    {"sentence", NULL, NULL, "publish", NO_FILE},
    {"paragraph", NULL, NULL, "publish", NO_FILE},
    {"draft", NULL, NULL, "publish", NO_FILE},
    {"proofread", NULL, NULL, NULL, NO_FILE}, /* lint-draft reads it */
    {"slurm", NULL, NULL, NULL, NO_FILE},     /* says how to run */
};

static const struct use *find(struct str kind, struct str name, struct str key)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        const struct use *u = &uses[i];
        if (str_eq(kind, str_c(u->kind)) && (!u->name || str_eq(name, str_c(u->name))) &&
            (!u->key || str_eq(key, str_c(u->key))))
            return u;
    }
    return NULL;
}

const char *uses_stage(struct str kind, struct str name, struct str key)
{
    const struct use *u = find(kind, name, key);
    return u ? u->stage : chain[0].name;
}

/* --- of a stage --- */

static bool belongs(void *context, struct str kind, struct str name, struct str key)
{
    const char *stage = uses_stage(kind, name, key);
    return stage && str_eq(str_c(stage), str_c(context));
}

struct str uses_of_stage(const struct conf *c, const char *stage, struct arena *a)
{
    return conf_part(c, belongs, (void *)(uintptr_t)stage, a);
}

/* --- of a file --- */

struct file {
    const struct conf *conf;
    const struct conf_export *export;
    struct str path;
};

static bool matches(const struct file *f, struct str pattern)
{
    for (size_t i = 0; i < f->conf->n_files_said; i++)
        if (str_eq(f->conf->files_said[i].pattern, pattern))
            return f->path.n && conf_file_matches(&f->conf->files_said[i], f->path);
    return true;
}

static bool has_type(const struct conf_export *x, struct str name)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->column[i].type->name, name))
            return true;
    return false;
}

static bool has_enum(const struct conf_export *x, struct str name)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->column[i].e && str_eq(x->column[i].e->name, name))
            return true;
    return false;
}

static bool concerns(void *context, struct str kind, struct str name, struct str key)
{
    const struct file *f = context;
    const struct use *u = find(kind, name, key);
    if (!u)
        return true;
    if (!u->stage || !str_eq(str_c(u->stage), str_c(chain[0].name)))
        return false;
    return u->whose == EVERY_FILE || (u->whose == ITS_EXPORT && str_eq(f->export->id, name)) ||
           (u->whose == ITS_PATTERN && matches(f, name)) ||
           (u->whose == ITS_TYPES && has_type(f->export, name)) ||
           (u->whose == ITS_ENUMS && has_enum(f->export, name));
}

bool uses_reference_of_files(struct str name)
{
    const struct use *u = find(STR("reference"), name, STR(""));
    return !u || u->whose == EVERY_FILE;
}

bool uses_of_file_has(const struct conf *c, size_t export, struct str path, struct str section,
                      struct str key)
{
    struct file f = {c, &c->exports[export], path};
    size_t blank = str_find(section, ' ');
    return concerns(&f, (struct str){section.p, blank}, str_from(section, blank + 1), key);
}

struct str uses_of_file(const struct conf *c, size_t export, struct str path, struct arena *a)
{
    struct file f = {c, &c->exports[export], path};
    return conf_part(c, concerns, &f, a);
}

/* --- of a merged table --- */

static bool is_about(const struct file *f, struct str kind, struct str name)
{
    const struct conf *c = f->conf;
    size_t own = (size_t)(f->export - c->exports);
    if (str_eq(kind, STR("deadline"))) {
        for (size_t i = 0; i < c->n_deadlines; i++)
            if (str_eq(c->deadlines[i].name, name))
                return c->deadlines[i].export == own;
    } else if (str_eq(kind, STR("event"))) {
        for (size_t i = 0; i < c->n_events; i++)
            if (str_eq(c->events[i].name, name))
                return c->events[i].export == own;
    }
    return true;
}

/* Of the settings of clean those that say what its columns are. */
static bool shapes(void *context, struct str kind, struct str name, struct str key)
{
    const struct file *f = context;
    const struct use *u = find(kind, name, key);
    if (u && (u->whose == ITS_EXPORT || u->whose == ITS_TYPES || u->whose == ITS_ENUMS))
        return concerns(context, kind, name, key);
    if (u && u->stage && str_eq(str_c(u->stage), STR("merge")))
        return is_about(f, kind, name);
    return !u;
}

struct str uses_of_table(const struct conf *c, size_t export, struct arena *a)
{
    struct file f = {c, &c->exports[export], STR("")};
    return conf_part(c, shapes, &f, a);
}
