/*
 * The parsers of single values: numbers, words, lists, paths, references to names and columns.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/calc/cell.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/filename.h"
#include "pipeline/calc/num.h"

enum { HINT_NAMES = 12, CHOICES = 16 };

const char *conf_z(struct conf_parse *p, struct str s)
{
    return arena_str(p->a, s).p;
}

const char *conf_hint(struct conf_parse *p, struct str name, const struct str *names, size_t n)
{
    struct str near = conf_nearest(name, names, n);
    if (near.n)
        return conf_z(p, near);
    struct strbuf b = {0};
    for (size_t i = 0; i < n && i < HINT_NAMES; i++)
        strbuf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(names[i]));
    strbuf_add(&b, n > HINT_NAMES ? STR(", ...") : n ? STR("") : STR("-"));
    const char *z = conf_z(p, strbuf_str(&b));
    strbuf_release(&b);
    return z;
}

static size_t index_of(struct str name, const struct str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i], name))
            return i;
    return SIZE_MAX;
}

size_t conf_refer(struct conf_parse *p, const struct conf_value *v, const char *code,
                  struct str name, const struct str *names, size_t n)
{
    size_t i = index_of(name, names, n);
    if (i != SIZE_MAX)
        return i;
    MISTAKE(p, v, code, conf_z(p, name), conf_hint(p, name, names, n));
    return index_of(conf_nearest(name, names, n), names, n);
}

size_t conf_refer_column(struct conf_parse *p, const struct conf_value *v, size_t x,
                         struct str name)
{
    if (x == SIZE_MAX)
        return SIZE_MAX;
    const struct conf_export *export = &p->c->exports[x];
    size_t i = conf_find_column(export, name);
    if (i != SIZE_MAX)
        return i;
    struct str *names = ARENA_ARRAY(p->a, struct str, export->n);
    for (size_t k = 0; k < export->n; k++)
        names[k] = export->column[k].name;
    MISTAKE(p, v, "E-CONF-30", conf_z(p, name), conf_z(p, export->id),
            conf_hint(p, name, names, export->n));
    return SIZE_MAX;
}

const char *conf_key(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v)
{
    if (!s->key)
        return conf_z(p, v->word);
    return s->word ? arena_printf(p->a, "%s %.*s", s->key, STR_ARG(v->word)).p : s->key;
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A quote opens where an element, a word or a value begins; elsewhere it is a letter. */
static bool opens_quote(struct str s, size_t i, char sep)
{
    return s.p[i] == '"' && (i == 0 || blank(s.p[i - 1]) || s.p[i - 1] == sep);
}

bool conf_split(struct str *rest, char sep, struct str *part)
{
    if (sep == ' ')
        *rest = str_trim(*rest);
    if (!rest->p || (sep == ' ' && rest->n == 0))
        return false;
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->n; i++) {
        if (quoted || opens_quote(*rest, i, sep))
            quoted ^= rest->p[i] == '"';
        else if (rest->p[i] == sep || (sep == ' ' && blank(rest->p[i])))
            break;
    }
    *part = str_trim((struct str){rest->p, i});
    *rest = i < rest->n ? str_from(*rest, i + 1) : (struct str){NULL, 0};
    return true;
}

bool conf_lists(const char *words, struct str word)
{
    struct str rest = str_c(words), one;
    while (conf_split(&rest, ' ', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

bool conf_unquote(struct conf_parse *p, const struct conf_value *v, struct str *s)
{
    if (s->n == 0 || s->p[0] != '"')
        return true;
    char *out = arena_alloc(p->a, s->n);
    size_t n = 0, i = 1;
    while (i < s->n && (s->p[i] != '"' || (i + 1 < s->n && s->p[i + 1] == '"'))) {
        i += s->p[i] == '"'; /* the first of two */
        out[n++] = s->p[i++];
    }
    if (i + 1 != s->n) {
        MISTAKE(p, v, "E-CONF-23", conf_z(p, *s));
        return false;
    }
    *s = (struct str){out, n};
    return true;
}

bool conf_element(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                  struct str *rest, char sep, struct str *element)
{
    if (v->text.n == 0)
        return false;
    while (conf_split(rest, sep, element)) {
        if (element->n == 0)
            MISTAKE(p, v, "E-CONF-24", conf_key(p, s, v));
        else if (conf_unquote(p, v, element))
            return true;
    }
    return false;
}

struct str conf_word(struct str *rest)
{
    struct str s = str_trim(*rest);
    size_t n = 0;
    while (n < s.n && !blank(s.p[n]))
        n++;
    *rest = str_trim(str_from(s, n));
    return (struct str){s.p, n};
}

void *conf_push(struct arena *a, const void *array, size_t n, size_t size)
{
    if (n & (n - 1)) /* the capacity is the power of two from n on */
        return (void *)(uintptr_t)array;
    void *larger = arena_alloc(a, arena_size(n ? 2 * n : 1, size));
    if (n)
        memcpy(larger, array, n * size);
    return larger;
}

struct str conf_fold(struct conf_parse *p, struct str s)
{
    return cell_normalise(s, p->a);
}

bool conf_number(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                 struct str text, int64_t *out)
{
    int64_t i;
    if (!num_parse_plain(text, &i) || i < s->min || i > s->max) {
        MISTAKE(p, v, "E-CONF-20", conf_key(p, s, v), conf_z(p, text),
                arena_printf(p->a, "%lld", (long long)s->min).p,
                arena_printf(p->a, "%lld", (long long)s->max).p);
        return false;
    }
    *out = i;
    return true;
}

size_t conf_choice(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                   struct str text)
{
    struct str names[CHOICES], rest = str_c(s->choice);
    size_t n = 0;
    while (n < CHOICES && conf_split(&rest, ' ', &names[n]))
        n++;
    size_t i = index_of(text, names, n);
    if (i == SIZE_MAX)
        MISTAKE(p, v, "E-CONF-21", conf_key(p, s, v), conf_z(p, text),
                conf_hint(p, text, names, n));
    return i;
}

CONF_PARSER(conf_parse_none)
{
    (void)p;
    (void)s;
    (void)v;
    (void)field;
}

CONF_PARSER(conf_parse_string)
{
    (void)s;
    struct str text = v->text;
    if (conf_unquote(p, v, &text))
        *(struct str *)field = text;
}

CONF_PARSER(conf_parse_text)
{
    (void)p;
    (void)s;
    *(struct conf_text *)field = (struct conf_text){v->text, v->file, v->line};
}

CONF_PARSER(conf_parse_number)
{
    conf_number(p, s, v, v->text, field);
}

CONF_PARSER(conf_parse_small)
{
    int64_t i;
    if (conf_number(p, s, v, v->text, &i))
        *(int *)field = (int)i;
}

CONF_PARSER(conf_parse_bool)
{
    bool yes = str_eq(v->text, STR("yes"));
    if (!yes && !str_eq(v->text, STR("no")))
        MISTAKE(p, v, "E-CONF-21", conf_key(p, s, v), conf_z(p, v->text), "yes, no");
    *(bool *)field = yes;
}

CONF_PARSER(conf_parse_choice)
{
    size_t i = conf_choice(p, s, v, v->text);
    if (i != SIZE_MAX)
        *(unsigned *)field = (unsigned)i;
}

CONF_PARSER(conf_parse_second)
{
    *(bool *)field = conf_choice(p, s, v, v->text) == 1;
}

static void add_word(struct arena *a, struct conf_words *w, struct str word)
{
    w->word = conf_push(a, w->word, w->n, sizeof *w->word);
    w->word[w->n++] = word;
}

CONF_PARSER(conf_parse_list)
{
    struct conf_words *w = field;
    *w = (struct conf_words){0};
    struct str rest = v->text, word;
    while (conf_element(p, s, v, &rest, ',', &word))
        add_word(p->a, w, word);
}

CONF_PARSER(conf_parse_tokens)
{
    struct conf_words *w = field;
    *w = (struct conf_words){0};
    struct str rest = v->text, word;
    while (conf_element(p, s, v, &rest, ' ', &word))
        add_word(p->a, w, conf_fold(p, word));
}

/* Without "." and empty components: "./data//raw/" is data/raw. ".." stays: a symbolic link may
 * lead elsewhere. */
static struct str tidy(struct arena *a, struct str path)
{
    char *out = arena_alloc(a, path.n + 2);
    size_t n = 0;
    bool absolute = path.n && path.p[0] == '/';
    if (absolute)
        out[n++] = '/';
    struct str rest = path, part;
    while (str_split(&rest, '/', &part)) {
        if (part.n == 0 || str_eq(part, STR(".")))
            continue;
        if (n > absolute)
            out[n++] = '/';
        memcpy(out + n, part.p, part.n);
        n += part.n;
    }
    if (n == 0)
        out[n++] = '.';
    return (struct str){out, n};
}

CONF_PARSER(conf_parse_path)
{
    (void)s;
    struct str text = v->text, folder = p->c->path;
    if (!conf_unquote(p, v, &text))
        return;
    while (folder.n && folder.p[folder.n - 1] != '/')
        folder.n--;
    if (text.n && text.p[0] == '/')
        folder.n = 0;
    *(struct str *)field =
        tidy(p->a, arena_printf(p->a, "%.*s%.*s", STR_ARG(folder), STR_ARG(text)));
}

CONF_PARSER(conf_parse_day)
{
    int64_t day;
    if (date_parse_iso(v->text, &day))
        *(int64_t *)field = day;
    else
        MISTAKE(p, v, "E-CONF-22", conf_key(p, s, v), conf_z(p, v->text));
}

CONF_PARSER(conf_parse_pattern)
{
    const char *mistake = filename_check(v->text);
    if (mistake)
        MISTAKE(p, v, "E-CONF-27", conf_z(p, v->text), mistake);
    conf_parse_text(p, s, v, field);
}

CONF_PARSER(conf_parse_table)
{
    (void)s;
    const struct conf *c = p->c;
    struct str *names = ARENA_ARRAY(p->a, struct str, c->n_exports);
    for (size_t i = 0; i < c->n_exports; i++)
        names[i] = c->exports[i].id;
    p->export = conf_refer(p, v, "E-CONF-34", v->text, names, c->n_exports);
    *(size_t *)field = p->export;
}

CONF_PARSER(conf_parse_column)
{
    (void)s;
    *(size_t *)field = conf_refer_column(p, v, p->export, v->text);
}

bool conf_need(struct conf_parse *p, const struct conf_value *v, size_t x, size_t column,
               enum tcol_type first, enum tcol_type last, const char *needed)
{
    if (x == SIZE_MAX || column == SIZE_MAX)
        return true;
    const struct conf_column *c = &p->c->exports[x].column[column];
    enum tcol_type t = conf_column_type(c);
    if (t >= first && t <= last)
        return true;
    MISTAKE(p, v, "E-CONF-43", conf_z(p, c->name), c->type->kind->name, needed);
    return false;
}

CONF_PARSER(conf_parse_date_column)
{
    conf_parse_column(p, s, v, field);
    conf_need(p, v, p->export, *(size_t *)field, TCOL_DATE, TCOL_DATETIME, "date, datetime");
}

CONF_PARSER(conf_parse_number_column)
{
    conf_parse_column(p, s, v, field);
    conf_need(p, v, p->export, *(size_t *)field, TCOL_INT, TCOL_INT, "count");
}
