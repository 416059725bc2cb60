/*
 * Loading the configuration: walks the tables of settings over the sections of the INI text.
 */
#include "pipeline/calc/conf_parse.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/base/mem.h"

/* clang-format off */
const struct conf_kind *const conf_kinds[] = {
    &conf_kind_tongji, &conf_kind_publish, &conf_kind_limits, &conf_kind_files, &conf_kind_file, &conf_kind_reading,
    &conf_kind_parameters, &conf_kind_reference, &conf_kind_enum, &conf_kind_levels,
    &conf_kind_type, &conf_kind_export, &conf_kind_deadline, &conf_kind_event,
    &conf_kind_set, &conf_kind_style, &conf_kind_statistics, &conf_kind_indicator,
    &conf_kind_check, &conf_kind_page, &conf_kind_chart,
    &conf_kind_sentence, &conf_kind_paragraph, &conf_kind_draft,
    &conf_kind_proofread, &conf_kind_slurm, &conf_kind_night,
};
/* clang-format on */
const size_t conf_kind_count = sizeof conf_kinds / sizeof conf_kinds[0];

const struct conf_kind *conf_kind_find(struct str name)
{
    for (size_t i = 0; i < conf_kind_count; i++)
        if (str_eq(name, str_c(conf_kinds[i]->name)))
            return conf_kinds[i];
    return NULL;
}

const struct conf_setting *conf_setting_find(const struct conf_kind *k, struct str key,
                                             struct str *word)
{
    struct str rest = key, first = conf_word(&rest);
    for (size_t i = 0; i < k->n; i++) {
        const struct conf_setting *s = &k->setting[i];
        struct str name = s->key ? str_c(s->key) : key;
        if (!str_eq(s->word ? first : key, name))
            continue;
        *word = !s->key ? key : s->word ? rest : (struct str){NULL, 0};
        return s;
    }
    return NULL;
}

/* --- names --- */

static const char *place(struct conf_parse *p, const char *file, int line)
{
    return arena_printf(p->a, "%s:%d", file, line).p;
}

void conf_name_check(struct conf_parse *p, const struct conf_value *v, struct str name)
{
    static const char banned[] = ",()|:=\"$ \t";
    for (size_t i = 0; i < name.n; i++) {
        if (!memchr(banned, name.p[i], sizeof banned - 1))
            continue;
        MISTAKE(p, v, "E-CONF-13", conf_z(p, name));
        return;
    }
}

/* Registers the name of a section, whose index tells where it was. */
static void register_name(struct conf_parse *p, const struct conf_kind *k, size_t section)
{
    const struct ini_section *all = p->c->ini.section, *x = &all[section];
    struct conf_value v = {.text = x->name, .file = x->file, .line = x->line};
    if (!k->pattern)
        conf_name_check(p, &v, x->name);
    size_t first = map_put(&p->names[k->space], x->name, section);
    if (first != section)
        MISTAKE(p, x, "E-CONF-14", conf_z(p, x->name), place(p, all[first].file, all[first].line));
}

/* --- items --- */

/* The array of a kind's items lives in a field of its own pointer type: copied, not cast. */
static char *items(const struct conf *c, const struct conf_kind *k)
{
    char *array;
    memcpy(&array, (const char *)c + k->array, sizeof array);
    return array;
}

static size_t *item_count(struct conf *c, const struct conf_kind *k)
{
    return (size_t *)((char *)c + k->count);
}

static void add_item(struct conf_parse *p, const struct conf_kind *k,
                     const struct ini_section *section)
{
    size_t *n = item_count(p->c, k);
    char *array = conf_push(p->a, items(p->c, k), *n, k->size);
    memcpy((char *)p->c + k->array, &array, sizeof array);
    char *item = array + *n * k->size;
    memset(item, 0, k->size);
    memcpy(item, &section->name, sizeof section->name);
    memcpy(item + k->file, &section->file, sizeof section->file);
    memcpy(item + k->line, &section->line, sizeof section->line);
    ++*n;
}

/* First pass: is the section a known one? Gives it its item. */
static void declare(struct conf_parse *p, size_t section)
{
    const struct ini_section *x = &p->c->ini.section[section];
    const struct conf_kind *k = conf_kind_find(x->kind);
    if (!k) {
        struct str *names = ARENA_ARRAY(p->a, struct str, conf_kind_count);
        for (size_t i = 0; i < conf_kind_count; i++)
            names[i] = str_c(conf_kinds[i]->name);
        MISTAKE(p, x, "E-CONF-10", conf_z(p, x->kind),
                conf_hint(p, x->kind, names, conf_kind_count));
        return;
    }
    if (k->named && x->name.n == 0)
        MISTAKE(p, x, "E-CONF-11", k->name);
    else if (!k->named && x->name.n > 0)
        MISTAKE(p, x, "E-CONF-12", k->name, conf_z(p, x->name));
    else if (k->named)
        register_name(p, k, section);
    if (k->size)
        add_item(p, k, x);
}

/* --- the rows of a section --- */

/* How messages call the section in hand: "kind" or "kind name". */
static const char *section_title(struct conf_parse *p)
{
    struct str name = p->section ? p->section->name : (struct str){NULL, 0};
    return arena_printf(p->a, "%s%s%.*s", p->kind->name, name.n ? " " : "", STR_ARG(name)).p;
}

static void unknown_key(struct conf_parse *p, const struct conf_value *v, struct str key)
{
    const struct conf_kind *k = p->kind;
    struct str *names = ARENA_ARRAY(p->a, struct str, k->n), rest = key;
    struct str first = conf_word(&rest);
    size_t n = 0;
    for (size_t i = 0; i < k->n; i++) {
        if (!k->setting[i].key)
            continue;
        names[n++] = str_c(k->setting[i].key);
        if (str_eq(first, names[n - 1])) {
            MISTAKE(p, v, "E-CONF-19", k->setting[i].key, conf_z(p, rest));
            return;
        }
    }
    struct str asked = conf_nearest(key, names, n).n ? key : first;
    MISTAKE(p, v, "E-CONF-15", conf_z(p, key), section_title(p), conf_hint(p, asked, names, n));
}

static void parse(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v)
{
    if (s->word && v->word.n == 0)
        MISTAKE(p, v, "E-CONF-18", s->key);
    else if (s->required && v->text.n == 0)
        MISTAKE(p, v, "E-CONF-28", conf_key(p, s, v));
    else
        s->parse(p, s, v, (char *)p->item + s->offset);
}

void conf_apply(struct conf_parse *p, const struct conf_kind *k, struct str key,
                const struct conf_value *v)
{
    const struct conf_kind *outer = p->kind;
    struct conf_value changed = *v;
    const struct conf_setting *s = conf_setting_find(k, key, &changed.word);
    if (s) {
        p->kind = k;
        parse(p, s, &changed);
        p->kind = outer;
        return;
    }
    const struct ini_section *section = p->section;
    p->kind = k; /* so that the message names the section that has such keys */
    p->section = NULL;
    unknown_key(p, v, key);
    p->kind = outer;
    p->section = section;
}

/* The default of a row, which a row of words has one of for each word. */
static void parse_default(struct conf_parse *p, const struct conf_setting *s)
{
    struct conf_value v = {.text = str_c(s->def), .file = "built-in"};
    if (!s->word) {
        parse(p, s, &v);
        return;
    }
    struct str rest = v.text, one;
    while (conf_split(&rest, ',', &one)) {
        size_t at = str_find(one, '=');
        v.word = str_trim((struct str){one.p, at});
        v.text = str_trim(str_from(one, at + 1));
        parse(p, s, &v);
    }
}

/* Which row is each entry of? SIZE_MAX: of none, or a repetition. */
static void match_entries(struct conf_parse *p, const struct ini_section *x, size_t *row)
{
    struct map seen = {0};
    for (size_t i = 0; i < x->n; i++) {
        const struct ini_entry *e = &x->entry[i];
        struct conf_value v = {.text = e->value, .file = e->file, .line = e->line};
        const struct conf_setting *s = conf_setting_find(p->kind, e->key, &v.word);
        row[i] = SIZE_MAX;
        if (!s) {
            unknown_key(p, &v, e->key);
            continue;
        }
        struct str id = arena_printf(p->a, "%s %.*s", s->key ? s->key : "", STR_ARG(v.word));
        size_t first = map_put(&seen, id, i);
        if (first == i || s->parse == conf_parse_none)
            row[i] = (size_t)(s - p->kind->setting);
        else
            MISTAKE(p, e, "E-CONF-16", conf_z(p, e->key),
                    place(p, x->entry[first].file, x->entry[first].line));
    }
    map_release(&seen);
}

static void parse_row(struct conf_parse *p, size_t r, const size_t *row)
{
    const struct conf_setting *s = &p->kind->setting[r];
    const struct ini_section *x = p->section;
    bool given = false;
    if (s->def)
        parse_default(p, s);
    for (size_t i = 0; x && row && i < x->n; i++) {
        if (row[i] != r)
            continue;
        const struct ini_entry *e = &x->entry[i];
        struct conf_value v = {.text = e->value, .file = e->file, .line = e->line};
        conf_setting_find(p->kind, e->key, &v.word);
        parse(p, s, &v);
        given = true;
    }
    if (s->required && !given && x) /* a section that is not there misses no setting */
        MISTAKE(p, x, "E-CONF-17", section_title(p),
                s->word ? arena_printf(p->a, "%s ...", s->key).p : s->key);
}

/* Second pass: the rows of one section (NULL: not there, defaults only) into its item. */
static void fill(struct conf_parse *p, const struct conf_kind *k, const struct ini_section *x,
                 void *item)
{
    size_t *row = x ? ARENA_ARRAY(p->a, size_t, x->n) : NULL;
    p->kind = k;
    p->section = x;
    p->item = item;
    p->export = SIZE_MAX;
    p->unsure = false;
    if (x)
        match_entries(p, x, row);
    if (k->begin)
        k->begin(p);
    for (size_t r = 0; r < k->n; r++)
        parse_row(p, r, row);
    if (k->end)
        k->end(p);
}

/* The item of a section of a kind with items, by its place: two kinds may share an array. */
static void *item_of(struct conf_parse *p, const struct conf_kind *k, const struct ini_section *x)
{
    char *array = items(p->c, k);
    for (size_t i = 0; i < *item_count(p->c, k); i++, array += k->size) {
        const char *file;
        int line;
        memcpy(&file, array + k->file, sizeof file);
        memcpy(&line, array + k->line, sizeof line);
        if (file == x->file && line == x->line)
            return array;
    }
    BUG("a section without item");
}

static void fill_kind(struct conf_parse *p, const struct conf_kind *k)
{
    const struct ini *ini = &p->c->ini;
    bool found = false;
    for (size_t i = 0; i < ini->n; i++) {
        const struct ini_section *x = &ini->section[i];
        if (conf_kind_find(x->kind) != k)
            continue;
        found = true;
        fill(p, k, x, k->size ? item_of(p, k, x) : (char *)p->c + k->single);
    }
    if (!k->named && !found)
        fill(p, k, NULL, (char *)p->c + k->single);
    if (k->done)
        k->done(p);
}

bool conf_load(const char *path, struct conf *c, struct problems *problems)
{
    size_t before = problems->n;
    *c = (struct conf){0};
    c->path = arena_str(&c->arena, str_c(path));
    ini_read(path, &c->ini, problems);
    /* What the system would not read is not there to be judged: its lack is no mistake. */
    for (size_t i = before; i < problems->n; i++)
        if (problems->e[i].status == ST_SYSTEM)
            return false;
    struct conf_parse p = {.c = c, .problems = problems, .a = &c->arena};
    conf_builtin_types(&p);
    for (size_t i = 0; i < c->ini.n; i++)
        declare(&p, i);
    conf_builtin_enums(&p);
    conf_builtin_styles(&p);
    for (size_t i = 0; i < conf_kind_count; i++)
        fill_kind(&p, conf_kinds[i]);
    c->canonical = conf_part(c, NULL, NULL, &c->arena);
    c->definition = conf_definition(c, &c->arena);
    for (size_t i = 0; i < CONF_SPACES; i++)
        map_release(&p.names[i]);
    return problems->n == before;
}

void conf_release(struct conf *c)
{
    for (size_t i = 0; i < c->n_enums; i++)
        map_release(&c->enums[i].lookup);
    ini_release(&c->ini);
    arena_release(&c->arena);
    *c = (struct conf){0};
}

/* --- looking up --- */

size_t conf_find_export(const struct conf *c, struct str id)
{
    for (size_t i = 0; i < c->n_exports; i++)
        if (str_eq(c->exports[i].id, id))
            return i;
    return SIZE_MAX;
}

size_t conf_find_column(const struct conf_export *x, struct str name)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->column[i].name, name))
            return i;
    return SIZE_MAX;
}

size_t conf_find_indicator(const struct conf *c, struct str id)
{
    for (size_t i = 0; i < c->n_indicators; i++)
        if (str_eq(c->indicators[i].id, id))
            return i;
    return SIZE_MAX;
}

bool conf_has_personal(const struct conf *c)
{
    for (size_t x = 0; x < c->n_exports; x++)
        for (size_t i = 0; i < c->exports[x].n; i++)
            if (c->exports[x].column[i].personal)
                return true;
    return false;
}

size_t conf_figures(const struct conf *c)
{
    return c->n_indicators + c->n_alternatives;
}

enum tcol_type conf_column_type(const struct conf_column *c)
{
    return c->type->kind->type;
}

static size_t characters(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

struct str conf_nearest(struct str name, const struct str *names, size_t n)
{
    size_t length = characters(name), limit = length / 3 > 1 ? length / 3 : 1;
    struct str best = STR("");
    for (size_t i = 0; i < n; i++) {
        size_t d = str_distance(name, names[i], limit);
        if (d > limit || (d > 0 && d >= length && d >= characters(names[i])))
            continue; /* too far, or nothing in common */
        best = names[i];
        if (d == 0)
            break;
        limit = d - 1; /* only a nearer one is better */
    }
    return best;
}
