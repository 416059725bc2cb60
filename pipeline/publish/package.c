#include "pipeline/publish/package.h"

#include "pipeline/base/sys.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/json.h"
#include "pipeline/io/outfile.h"
#include "pipeline/io/table.h"
#include "pipeline/publish/columns.h"

#define PROFILE "https://datapackage.org/profiles/2.0/"
#define SUMMARY_FILE "summary.csv"
#define MERGED ".csv.gz"

struct package {
    const struct package_folder *folder;
    struct arena arena;
    struct strbuf text;
    struct json json; /* in text */
};

/* What a file is, by the end of its name. */
static const struct {
    const char *ending, *format, *mediatype;
} formats[] = {
    {".csv", "csv", "text/csv"},
    {".csv.gz", "csv", "application/gzip"},
    {".xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".html", "html", "text/html"},
    {".md", "md", "text/markdown"},
    {".txt", "txt", "text/plain"},
};

static void add_format(struct json *j, struct str path)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (str_ends(path, str_c(formats[i].ending))) {
            json_text(j, "format", str_c(formats[i].format));
            json_text(j, "mediatype", str_c(formats[i].mediatype));
        }
}

/* --- tables --- */

static void add_field(struct json *j, struct str name, const char *type, const char *description)
{
    json_flat_object(j, NULL);
    json_text(j, "name", name);
    json_text(j, "type", str_c(type));
    if (description)
        json_text(j, "description", str_c(description));
    json_end(j);
}

static void begin_table(struct json *j, const char *encoding, size_t rows, const char *line_end)
{
    json_text(j, "encoding", str_c(encoding));
    json_int(j, "rows", (int64_t)rows);
    json_flat_object(j, "dialect");
    json_text(j, "delimiter", STR(","));
    json_text(j, "lineTerminator", str_c(line_end));
    json_text(j, "quoteChar", STR("\""));
    json_bool(j, "doubleQuote", true);
    json_bool(j, "header", true);
    json_end(j);
}

static void add_sums(struct json *j, const struct summary *s)
{
    json_flat_object(j, "sums");
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        if (s->sum[c].n)
            json_text(j, summary_columns[c].heading[s->conf->language], s->sum[c]);
    json_end(j);
}

/* The summary may be in GB18030, and its columns are named in the language of the configuration. */
static void add_summary(struct package *p)
{
    static const char *const types[] = {[SUMMARY_TEXT] = "string",
                                        [SUMMARY_YEAR] = "integer",
                                        [SUMMARY_PRINTED] = "string",
                                        [SUMMARY_NUMBER] = "number"};
    static const int key[] = {SUM_ID, SUM_PERIOD, SUM_SCOPE};
    const struct summary *s = p->folder->summary;
    enum lang lang = s->conf->language;
    struct json *j = &p->json;
    begin_table(j, s->conf->publish_gb18030 ? "gb18030" : "utf-8", s->rows, "\r\n");
    add_sums(j, s);
    json_object(j, "schema");
    json_text(j, "$schema", STR(PROFILE "tableschema.json"));
    json_array(j, "fields");
    for (size_t c = 0; c < SUMMARY_COLUMNS; c++)
        add_field(j, str_c(summary_columns[c].heading[lang]), types[summary_columns[c].type],
                  summary_columns[c].meaning[lang]);
    json_end(j);
    json_flat_array(j, "primaryKey");
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++)
        json_text(j, NULL, str_c(summary_columns[key[i]].heading[lang]));
    json_end(j);
    json_end(j);
}

/* A table of the machine form: its columns are in the dictionary of columns. */
static bool add_table(struct package *p, const char *path, struct err *e)
{
    static const char *const types[] = {[COLUMN_TEXT] = "string",
                                        [COLUMN_INTEGER] = "integer",
                                        [COLUMN_NUMBER] = "number",
                                        [COLUMN_ANY] = "string"};
    struct csvtable t;
    struct json *j = &p->json;
    if (!csvtable_read(path, &p->arena, &t, e))
        return false;
    begin_table(j, "utf-8", t.rows, "\n");
    json_object(j, "schema");
    json_text(j, "$schema", STR(PROFILE "tableschema.json"));
    json_array(j, "fields");
    for (size_t c = 0; c < t.columns; c++) {
        const struct column *known = column_find(t.name[c]);
        add_field(j, t.name[c], types[known ? known->type : COLUMN_TEXT],
                  known ? known->title[p->folder->conf->language] : NULL);
    }
    json_end(j);
    json_end(j);
    return true;
}

/* Types of merged columns; `format` is that of a datetime. */
static const struct {
    const char *type, *format;
} merged_types[TCOL_TYPES] = {
    [TCOL_TEXT] = {"string", NULL},     [TCOL_INT] = {"integer", NULL},
    [TCOL_MONEY] = {"number", NULL},    [TCOL_DATE] = {"date", NULL},
    [TCOL_MONTH] = {"yearmonth", NULL}, [TCOL_DATETIME] = {"datetime", "%Y-%m-%d %H:%M:%S"},
    [TCOL_ENUM] = {"string", NULL},
};

static void add_merged_field(struct package *p, size_t table, const struct tcolumn *c)
{
    const struct conf_export *x = &p->folder->conf->exports[schema_export(p->folder->conf, table)];
    size_t configured = conf_find_column(x, c->name);
    struct json *j = &p->json;
    json_flat_object(j, NULL);
    json_text(j, "name", c->name);
    json_text(j, "type", str_c(merged_types[c->type].type));
    if (merged_types[c->type].format)
        json_text(j, "format", str_c(merged_types[c->type].format));
    if (configured != SIZE_MAX)
        json_text(j, "title", x->column[configured].title);
    json_end(j);
}

/* The CSV form of a merged table, told by the internal one beside it, which knows its columns and
 * rows. */
static bool add_merged(struct package *p, size_t table, const char *path, struct err *e)
{
    struct json *j = &p->json;
    struct tabin *t = tabin_open(path, e);
    if (!t)
        return false;
    const struct tschema *s = tabin_schema(t);
    size_t shown = s->n - (p->folder->conf->no_origin ? 2 : 0);
    json_text(j, "compression", STR("gz"));
    begin_table(j, "utf-8", tabin_rows(t), "\n");
    json_object(j, "schema");
    json_text(j, "$schema", STR(PROFILE "tableschema.json"));
    json_array(j, "fields");
    for (size_t c = 0; c < shown; c++)
        add_merged_field(p, table, &s->col[c]);
    json_end(j);
    json_end(j);
    tabin_free(t);
    return true;
}

/* --- files --- */

enum content { CONTENT_OTHER, CONTENT_SUMMARY, CONTENT_TABLE, CONTENT_MERGED };

/* What is in a file; of a merged table its number and the path of its internal form. */
static enum content content_of(struct package *p, struct str name, size_t *table, const char **path)
{
    const struct package_folder *f = p->folder;
    if (f->summary && str_eq(name, STR(SUMMARY_FILE)))
        return CONTENT_SUMMARY;
    if (str_find(name, '/') < name.n) /* pages for one reader each, tables of one file each */
        return CONTENT_OTHER;
    if (str_ends(name, STR(".csv")))
        return CONTENT_TABLE;
    if (!str_ends(name, STR(MERGED)))
        return CONTENT_OTHER;
    struct str stem = {name.p, name.n - (sizeof MERGED - 1)};
    *table = schema_find(f->conf, stem);
    *path = schema_merged_path(&p->arena, f->dir, stem).p;
    return *table != SIZE_MAX && !sys_is_absent(*path) ? CONTENT_MERGED : CONTENT_OTHER;
}

static bool add_file(struct package *p, struct str name, struct err *e)
{
    const struct package_folder *f = p->folder;
    const char *path = arena_printf(&p->arena, "%s/%.*s", f->dir, STR_ARG(name)).p;
    char hex[65];
    uint64_t bytes;
    if (!infile_hash(path, hex, &bytes, e))
        return false;
    struct json *j = &p->json;
    size_t table = SIZE_MAX;
    const char *internal = NULL;
    enum content content = content_of(p, name, &table, &internal);
    json_object(j, NULL);
    json_text(j, "$schema", STR(PROFILE "dataresource.json"));
    json_text(j, "name", name);
    json_text(j, "path", name);
    if (content != CONTENT_OTHER)
        json_text(j, "type", STR("table"));
    add_format(j, name);
    json_int(j, "bytes", (int64_t)bytes);
    json_text(j, "hash", arena_printf(&p->arena, "sha256:%s", hex));
    bool ok = true;
    if (content == CONTENT_SUMMARY)
        add_summary(p);
    else if (content == CONTENT_TABLE)
        ok = add_table(p, path, e);
    else if (content == CONTENT_MERGED)
        ok = add_merged(p, table, internal, e);
    json_end(j);
    return ok;
}

static bool add_files(struct package *p, struct err *e)
{
    struct dirlist list;
    bool ok = dirlist_read(p->folder->dir, &p->arena, &list, e);
    json_array(&p->json, "resources");
    for (size_t i = 0; ok && i < list.n; i++)
        if (!rawunit_is_internal(list.file[i].path))
            ok = add_file(p, list.file[i].path, e);
    json_end(&p->json);
    return ok;
}

bool package_write(const struct package_folder *f, struct err *e)
{
    struct package p = {.folder = f};
    struct json *j = &p.json;
    const char *path = arena_printf(&p.arena, "%s/datapackage.json", f->dir).p;
    bool there, known = sys_exists(path, &there, e);
    if (!known || there) {
        arena_release(&p.arena);
        return known;
    }
    const struct conf *c = f->conf;
    j->out = &p.text;
    json_object(j, NULL);
    json_text(j, "$schema", STR(PROFILE "datapackage.json"));
    json_text(j, "name",
              arena_printf(&p.arena, "tongji-%s-%lld", f->stage, (long long)f->refs->year));
    json_text(j, "title", c->language == LANG_EN && c->title_en.n ? c->title_en : c->title);
    bool ok = add_files(&p, e);
    json_end(j);
    strbuf_addc(&p.text, '\n');
    ok = ok && outfile_put(path, 0644, strbuf_str(&p.text), e);
    strbuf_release(&p.text);
    arena_release(&p.arena);
    return ok;
}
