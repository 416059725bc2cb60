/*
 * [export ID]: columns with their headers, kinds and flags, and the order of dates.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/cell.h"
#include "pipeline/io/dialect.h"

/* --- kinds --- */

/* `enum NAME` and `level NAME`: the two kinds that name words. */
static const struct {
    const char *kind;
    bool levels;
} word_kinds[] = {{"enum", false}, {"level", true}};

static const struct conf_type *type_named(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_types; i++)
        if (str_eq(c->types[i].name, name))
            return &c->types[i];
    BUG("a type that is not there");
}

static const struct conf_enum *enum_named(const struct conf *c, struct str name)
{
    for (size_t i = 0; i < c->n_enums; i++)
        if (str_eq(c->enums[i].name, name))
            return &c->enums[i];
    BUG("an enumeration that is not there");
}

static void words_kind(struct conf_parse *p, const struct conf_value *v, struct conf_column *col,
                       size_t k, struct str name)
{
    const struct conf *c = p->c;
    struct str *names = ARENA_ARRAY(p->a, struct str, c->n_enums);
    size_t n = 0;
    for (size_t i = 0; i < c->n_enums; i++)
        if ((c->enums[i].level != NULL) == word_kinds[k].levels)
            names[n++] = c->enums[i].name;
    size_t i = conf_refer(p, v, "E-CONF-31", name, names, n);
    if (i == SIZE_MAX)
        return;
    col->type = type_named(c, str_c(word_kinds[k].kind));
    col->e = enum_named(c, names[i]);
}

static void plain_kind(struct conf_parse *p, const struct conf_value *v, struct conf_column *col,
                       struct str name)
{
    const struct conf *c = p->c;
    struct str *names = ARENA_ARRAY(p->a, struct str, c->n_types);
    size_t n = 0;
    for (size_t i = 0; i < c->n_types; i++)
        if (!conf_needs_words(c->types[i].kind))
            names[n++] = c->types[i].name;
    size_t i = conf_refer(p, v, "E-CONF-32", name, names, n);
    if (i == SIZE_MAX)
        return;
    col->type = type_named(c, names[i]);
    if (strcmp(col->type->kind->name, "yesno") == 0)
        col->e = enum_named(c, STR("yesno"));
}

static void parse_kind(struct conf_parse *p, const struct conf_value *v, struct conf_column *col,
                       struct str text)
{
    struct str rest = text, first = conf_word(&rest);
    for (size_t k = 0; k < sizeof word_kinds / sizeof word_kinds[0]; k++) {
        if (!str_eq(first, str_c(word_kinds[k].kind)))
            continue;
        words_kind(p, v, col, k, rest);
        return;
    }
    plain_kind(p, v, col, text);
}

/* --- flags --- */

struct flag {
    const char *name;
    size_t offset; /* of a bool, or of the index of the column that it names */
    bool names_column;
    enum tcol_type first, last; /* that column's type */
    const char *needed;
};
#define OF(field) .offset = offsetof(struct conf_column, field)
/* clang-format off */
static const struct flag flags[] = {
    { "key", OF(key) },
    { "required", OF(required) },
    { "fill_down", OF(fill_down) },
    { "in_range", OF(in_range) },
    { "personal", OF(personal) },
    { "mapped", OF(mapped) },
    { "day", OF(day), true, TCOL_DATE, TCOL_DATETIME, "date, datetime" },
    { "or", OF(fallback), true, TCOL_TEXT, TCOL_TEXT, "code, text" },
};
/* clang-format on */
#undef OF
enum { FLAGS = sizeof flags / sizeof flags[0] };

static void parse_flag(struct conf_parse *p, const struct conf_value *v, struct conf_column *col,
                       struct str text)
{
    struct str rest = text, name = conf_word(&rest), names[FLAGS];
    for (size_t i = 0; i < FLAGS; i++)
        names[i] = str_c(flags[i].name);
    size_t i = conf_refer(p, v, "E-CONF-35", name, names, FLAGS);
    p->unsure |= i == SIZE_MAX;
    if (i == SIZE_MAX)
        return;
    char *field = (char *)col + flags[i].offset;
    if (flags[i].names_column != (rest.n > 0))
        MISTAKE(
            p, v, "E-CONF-26", "column", conf_z(p, text),
            arena_printf(p->a, "%s%s", flags[i].name, flags[i].names_column ? " COLUMN" : "").p);
    if (!flags[i].names_column)
        *(bool *)field = true;
    else if (rest.n)
        *(size_t *)field = conf_refer_column(p, v, p->export, rest);
}

/* What the flags need, once the kinds of all columns are known. */
static void check_flags(struct conf_parse *p, const struct conf_column *col)
{
    struct conf_value v = {.file = col->file, .line = col->line};
    size_t at = (size_t)(col - p->c->exports[p->export].column);
    const char *kind = col->type->kind->name;
    if (col->in_range)
        conf_need(p, &v, p->export, at, TCOL_DATE, TCOL_DATETIME, "date, datetime");
    if (col->personal) /* only text can be replaced by its hash */
        conf_need(p, &v, p->export, at, TCOL_TEXT, TCOL_TEXT, "text, code");
    for (size_t i = 0; i < FLAGS; i++) {
        if (!flags[i].names_column)
            continue;
        size_t other = *(const size_t *)((const char *)col + flags[i].offset);
        if (other != SIZE_MAX && strcmp(kind, "org") != 0)
            MISTAKE(p, &v, "E-CONF-43", conf_z(p, col->name), kind, "org");
        conf_need(p, &v, p->export, other, flags[i].first, flags[i].last, flags[i].needed);
    }
}

/* --- columns --- */

static void parse_headers(struct conf_parse *p, const struct conf_setting *s,
                          const struct conf_value *v, struct conf_column *col, struct str text)
{
    struct str header, unit;
    struct conf_words *w = &col->header;
    while (conf_element(p, s, v, &text, '|', &header)) {
        if (w->n == 0)
            col->title = header;
        w->word = conf_push(p->a, w->word, w->n, sizeof *w->word);
        w->word[w->n++] = cell_header(header, &unit, p->a);
    }
}

/* HEADER | ALIAS ... : KIND, FLAG ... */
static CONF_PARSER(parse_column)
{
    static const char form[] = "column NAME = HEADER | ALIAS ... : KIND, FLAG ...";
    struct conf_export *x = field;
    struct conf_column *col = &x->column[conf_find_column(x, v->word)]; /* by export_begin */
    const char *colon = v->text.n ? memrchr(v->text.p, ':', v->text.n) : NULL;
    size_t at = colon ? (size_t)(colon - v->text.p) : 0;
    struct str headers = str_trim((struct str){v->text.p, at}), part;
    struct str rest = str_trim(str_from(v->text, at + 1));
    if (!colon || headers.n == 0 || rest.n == 0) {
        MISTAKE(p, v, "E-CONF-26", conf_key(p, s, v), conf_z(p, v->text), form);
        p->unsure = true;
        return;
    }
    parse_headers(p, s, v, col, headers);
    if (conf_element(p, s, v, &rest, ',', &part))
        parse_kind(p, v, col, part);
    while (conf_element(p, s, v, &rest, ',', &part))
        parse_flag(p, v, col, part);
    col->required |= col->key; /* a row without its key cannot be told from another */
}

static struct conf_column *add_column(struct conf_parse *p, struct conf_export *x, struct str name,
                                      const char *kind, const char *file, int line)
{
    x->column = conf_push(p->a, x->column, x->n, sizeof *x->column);
    x->column[x->n] = (struct conf_column){.name = name,
                                           .type = type_named(p->c, str_c(kind)),
                                           .day = SIZE_MAX,
                                           .fallback = SIZE_MAX,
                                           .file = file,
                                           .line = line};
    return &x->column[x->n++];
}

static void declare_column(struct conf_parse *p, struct conf_export *x, const struct ini_entry *e)
{
    struct str name;
    const struct conf_setting *s = conf_setting_find(p->kind, e->key, &name);
    if (!s || !s->word || name.n == 0 || conf_find_column(x, name) != SIZE_MAX)
        return;
    struct conf_value v = {.file = e->file, .line = e->line};
    conf_name_check(p, &v, name);
    add_column(p, x, name, "text", e->file, e->line);
}

/* Declares the columns, so that those above may name those below. */
static void export_begin(struct conf_parse *p)
{
    struct conf_export *x = p->item;
    p->export = (size_t)(x - p->c->exports);
    x->title = x->id;
    x->files = p->c->files;
    for (size_t i = 0; i < p->section->n; i++)
        declare_column(p, x, &p->section->entry[i]);
}

/* A header that two columns claim would be found twice. */
static void check_headers(struct conf_parse *p, const struct conf_export *x)
{
    struct map owner = {0};
    for (size_t i = 0; i < x->n; i++) {
        const struct conf_column *c = &x->column[i];
        for (size_t k = 0; k < c->header.n; k++) {
            size_t first = map_put(&owner, c->header.word[k], i);
            if (first != i)
                MISTAKE(p, c, "E-CONF-41", conf_z(p, c->header.word[k]),
                        conf_z(p, x->column[first].name), conf_z(p, c->name));
        }
    }
    map_release(&owner);
}

/* Is it one of the columns that every merged table has beside its own (calc/schema.h)? */
static bool is_reserved(struct str name)
{
    return str_eq(name, STR("src_file")) || str_eq(name, STR("src_line"));
}

/* Is there a line that means to be a column? */
static bool has_column_line(const struct conf_parse *p)
{
    for (size_t i = 0; i < p->section->n; i++) {
        struct str word;
        const struct conf_setting *s = conf_setting_find(p->kind, p->section->entry[i].key, &word);
        if (s && s->word)
            return true;
    }
    return false;
}

static void export_end(struct conf_parse *p)
{
    struct conf_export *x = p->item;
    for (size_t i = 0; i < x->n; i++) {
        struct conf_column *c = &x->column[i];
        if (is_reserved(c->name))
            MISTAKE(p, c, "E-CONF-14", conf_z(p, c->name), "built-in");
        check_flags(p, c);
        if (!c->key)
            continue;
        x->key = conf_push(p->a, x->key, x->n_key, sizeof *x->key);
        x->key[x->n_key++] = i;
    }
    check_headers(p, x);
    if (!x->all && !has_column_line(p))
        MISTAKE(p, x, "E-CONF-17", arena_printf(p->a, "export %.*s", STR_ARG(x->id)).p,
                "column ...");
    if (x->n && x->n_key == 0 && !p->unsure && !x->all)
        MISTAKE(p, x, "E-CONF-40", conf_z(p, x->id));
}

/* A <= B, C <= D */
static CONF_PARSER(parse_order)
{
    struct conf_export *x = field;
    struct str rest = v->text, pair;
    while (conf_element(p, s, v, &rest, ',', &pair)) {
        size_t at = str_find_str(pair, STR("<="));
        struct str a = str_trim((struct str){pair.p, at}), b = str_trim(str_from(pair, at + 2));
        if (a.n == 0 || b.n == 0) {
            MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, pair), "A <= B, C <= D");
            continue;
        }
        struct conf_order o = {conf_refer_column(p, v, p->export, a),
                               conf_refer_column(p, v, p->export, b)};
        conf_need(p, v, p->export, o.first, TCOL_DATE, TCOL_DATETIME, "date, datetime");
        conf_need(p, v, p->export, o.second, TCOL_DATE, TCOL_DATETIME, "date, datetime");
        if (o.first == SIZE_MAX || o.second == SIZE_MAX)
            continue;
        x->order = conf_push(p->a, x->order, x->n_order, sizeof *x->order);
        x->order[x->n_order++] = o;
    }
}

/* Only `*`: all columns that the files have. */
static CONF_PARSER(parse_columns)
{
    *(bool *)field = true;
    if (!str_eq(v->text, STR("*")))
        MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "columns = *");
}

/* The column of this name or header; SIZE_MAX: none. */
static size_t column_of(struct conf_parse *p, const struct conf_export *x, struct str name)
{
    struct str unit, header = cell_header(name, &unit, p->a);
    size_t c = conf_find_column(x, name);
    for (size_t i = 0; i < x->n && c == SIZE_MAX; i++)
        for (size_t k = 0; k < x->column[i].header.n; k++)
            if (str_eq(x->column[i].header.word[k], header))
                c = i;
    return c;
}

/* A, B: columns, which need not be declared where all are taken. */
static CONF_PARSER(parse_key)
{
    struct conf_export *x = field;
    struct str rest = v->text, name, unit;
    while (conf_element(p, s, v, &rest, ',', &name)) {
        size_t c = column_of(p, x, name);
        if (c == SIZE_MAX && x->all) {
            struct conf_column *column = add_column(p, x, name, "verbatim", v->file, v->line);
            column->title = name;
            column->header.word = conf_push(p->a, NULL, 0, sizeof(struct str));
            column->header.word[column->header.n++] = cell_header(name, &unit, p->a);
            c = x->n - 1;
        } else if (c == SIZE_MAX) {
            c = conf_refer_column(p, v, p->export, name);
            p->unsure |= c == SIZE_MAX;
        }
        if (c != SIZE_MAX)
            x->column[c].key = x->column[c].required = true;
    }
}

#define OF(field) .offset = offsetof(struct conf_export, field)
/* clang-format off */
static const struct conf_setting export_rows[] = {
    { "title", .look = true, OF(title), .parse = conf_parse_string, .meaning = "for people; else the id" },
    { "files", .look = true, OF(files), .parse = conf_parse_pattern, .meaning = "a pattern of its own" },
    { "columns", OF(all), .parse = parse_columns, .meaning = "*: all that the files have" },
    { "column", .word = true, .parse = parse_column,
      .meaning = "headers, kind and flags of a column" },
    { "key", .parse = parse_key, .meaning = "columns of the key, by name or header" },
    CONF_FORM_ROWS(conf_export),
    { "order", .parse = parse_order, .meaning = "days that may not come before others" },
};
/* clang-format on */
const struct conf_kind conf_kind_export = {.name = "export",
                                           .defines = true,
                                           .ordered = true,
                                           .space = SPACE_TABLE,
                                           CONF_ROWS(export_rows),
                                           CONF_ITEMS(conf_export, exports, n_exports),
                                           .begin = export_begin,
                                           .end = export_end};
