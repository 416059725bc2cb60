/*
 * [enum NAME], [levels NAME] and [type NAME]: the words of cells and the kinds of columns.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/cell.h"
#include "pipeline/calc/idcheck.h"
#include "pipeline/calc/num.h"

/* --- words --- */

/* A spelling as cells are looked up: folded, without white space, in capitals. */
static struct str spelling(struct arena *a, struct str s)
{
    struct str folded = cell_no_space(cell_normalise(s, a), a);
    return str_upper(folded, arena_alloc(a, folded.n + 1));
}

static void add_spelling(struct conf_parse *p, const struct conf_value *v, struct conf_enum *e,
                         struct str s, size_t index)
{
    struct str key = spelling(p->a, s);
    size_t first = key.n ? map_put(&e->lookup, key, index) : index;
    if (first != index)
        MISTAKE(p, v, "E-CONF-42", conf_z(p, s), conf_z(p, e->label[first]),
                conf_z(p, e->label[index]));
}

static CONF_PARSER(parse_label)
{
    struct conf_enum *e = field;
    e->label = conf_push(p->a, e->label, e->n, sizeof *e->label);
    e->label[e->n] = v->word;
    add_spelling(p, v, e, v->word, e->n++);
    struct str rest = v->text, word;
    while (conf_element(p, s, v, &rest, ',', &word))
        add_spelling(p, v, e, word, e->n - 1);
}

/* The position of each word in byte order. Words are few. */
static void enum_end(struct conf_parse *p)
{
    struct conf_enum *e = p->item;
    e->rank = ARENA_ARRAY(p->a, uint32_t, e->n);
    for (size_t i = 0; i < e->n; i++)
        for (size_t j = 0; j < e->n; j++)
            e->rank[i] += str_cmp(e->label[j], e->label[i]) < 0;
}

static const struct conf_setting enum_rows[] = {
    {NULL, .parse = parse_label, .meaning = "a word = its other spellings"},
};
const struct conf_kind conf_kind_enum = {.name = "enum",
                                         .defines = true,
                                         .space = SPACE_ENUM,
                                         CONF_ROWS(enum_rows),
                                         CONF_ITEMS(conf_enum, enums, n_enums),
                                         .end = enum_end};

static CONF_PARSER(parse_level)
{
    struct conf_enum *e = field;
    struct conf_value number = *v;
    int64_t level = 0;
    conf_number(p, s, &number, v->word, &level);
    e->level = conf_push(p->a, e->level, e->n, sizeof *e->level);
    e->level[e->n] = level;
    parse_label(p, s, v, field);
}

static CONF_PARSER(parse_split)
{
    struct str c = v->text;
    if (!conf_unquote(p, v, &c))
        return;
    if (c.n == 1)
        *(char *)field = c.p[0];
    else
        MISTAKE(p, v, "E-CONF-25", s->key, conf_z(p, c));
}

/* Not NULL even without words: that is what makes it levels. */
static void levels_begin(struct conf_parse *p)
{
    struct conf_enum *e = p->item;
    e->level = ARENA_NEW(p->a, int64_t);
}

static const struct conf_setting levels_rows[] = {
    {"split", .offset = offsetof(struct conf_enum, split), .parse = parse_split,
     .meaning = "between several codes in a cell"},
    {NULL, .parse = parse_level, .max = 1000000, .meaning = "a number = its spellings"},
};
const struct conf_kind conf_kind_levels = {.name = "levels",
                                           .defines = true,
                                           .space = SPACE_ENUM,
                                           CONF_ROWS(levels_rows),
                                           CONF_ITEMS(conf_enum, enums, n_enums),
                                           .begin = levels_begin,
                                           .end = enum_end};

static const struct {
    const char *label, *spellings;
} yesno[] = {
    {"是", "1, Y, YES, TRUE, T, √, 有"},
    {"否", "0, N, NO, FALSE, F, ×, 没有"},
};

void conf_builtin_enums(struct conf_parse *p)
{
    struct conf *c = p->c;
    for (size_t i = 0; i < c->n_enums; i++)
        if (str_eq(c->enums[i].name, STR("yesno")))
            return;
    c->enums = conf_push(p->a, c->enums, c->n_enums, sizeof *c->enums);
    c->enums[c->n_enums] = (struct conf_enum){.name = STR("yesno"), .file = "built-in"};
    p->item = &c->enums[c->n_enums++];
    for (size_t i = 0; i < sizeof yesno / sizeof yesno[0]; i++) {
        struct conf_value v = {
            .text = str_c(yesno[i].spellings), .word = str_c(yesno[i].label), .file = "built-in"};
        parse_label(p, &enum_rows[0], &v, p->item);
    }
    enum_end(p);
}

/* --- kinds of columns --- */

void conf_builtin_types(struct conf_parse *p)
{
    struct conf *c = p->c;
    for (size_t i = 0; i < kind_count; i++) {
        c->types = conf_push(p->a, c->types, c->n_types, sizeof *c->types);
        c->types[c->n_types++] = (struct conf_type){
            .name = str_c(kind_table[i].name), .kind = &kind_table[i], .file = "built-in"};
    }
}

bool conf_needs_words(const struct kind *k)
{
    return strcmp(k->name, "enum") == 0 || strcmp(k->name, "level") == 0;
}

static CONF_PARSER(parse_kind)
{
    (void)s;
    struct str *names = ARENA_ARRAY(p->a, struct str, kind_count);
    size_t n = 0;
    for (size_t i = 0; i < kind_count; i++)
        if (!conf_needs_words(&kind_table[i]))
            names[n++] = str_c(kind_table[i].name);
    size_t i = conf_refer(p, v, "E-CONF-32", v->text, names, n);
    if (i != SIZE_MAX)
        *(const struct kind **)field = kind_find(names[i]);
}

/* The built-in types come first and are never NULL; so is this one, whatever it says. */
static void type_begin(struct conf_parse *p)
{
    struct conf_type *t = p->item;
    t->kind = kind_find(STR("text"));
    for (size_t i = 0; i < kind_count; i++)
        if (str_eq(t->name, str_c(kind_table[i].name)))
            MISTAKE(p, t, "E-CONF-14", conf_z(p, t->name), "built-in");
}

static CONF_PARSER(parse_replace)
{
    struct conf_type *t = field;
    struct str rest = v->text, from, to = v->word;
    conf_unquote(p, v, &to);
    while (conf_element(p, s, v, &rest, ' ', &from)) {
        from = conf_fold(p, from);
        size_t points = 0;
        for (size_t i = 0; i < from.n; i++)
            points += ((unsigned char)from.p[i] & 0xc0) != 0x80;
        if (points != 1) {
            MISTAKE(p, v, "E-CONF-25", conf_key(p, s, v), conf_z(p, from));
            continue;
        }
        t->replace_from = conf_push(p->a, t->replace_from, t->n_replace, sizeof from);
        t->replace_to = conf_push(p->a, t->replace_to, t->n_replace, sizeof to);
        t->replace_from[t->n_replace] = from;
        t->replace_to[t->n_replace++] = to;
    }
}

static CONF_PARSER(parse_checks)
{
    struct conf_type *t = field;
    struct str *names = ARENA_ARRAY(p->a, struct str, idcheck_count), rest = v->text, name;
    for (size_t i = 0; i < idcheck_count; i++)
        names[i] = str_c(idcheck_table[i].name);
    while (conf_element(p, s, v, &rest, ',', &name)) {
        size_t i = conf_refer(p, v, "E-CONF-61", name, names, idcheck_count);
        if (i == SIZE_MAX)
            continue;
        t->check = conf_push(p->a, t->check, t->n_check, sizeof(const struct idcheck *));
        t->check[t->n_check++] = &idcheck_table[i];
    }
}

/* What is asked of a code is asked of no other kind. */
static void type_end(struct conf_parse *p)
{
    const struct conf_type *t = p->item;
    if ((t->width || t->n_check) && strcmp(t->kind->name, "code") != 0)
        MISTAKE(p, t, "E-CONF-60", conf_z(p, t->name), t->kind->name);
}

#define OF(field) .offset = offsetof(struct conf_type, field)
/* clang-format off */
static const struct conf_setting type_rows[] = {
    { "kind", .required = true, OF(kind), .parse = parse_kind, .meaning = "what it is built on" },
    { "replace", .word = true, .parse = parse_replace,
      .meaning = "single characters that become this text" },
    { "suffix", OF(suffix), .parse = conf_parse_string,
      .meaning = "appended when a value does not end so" },
    { "strip_prefix", OF(strip_prefix), .parse = conf_parse_list,
      .meaning = "taken off the beginning, repeatedly" },
    { "upgrade_id", OF(upgrade_id), .parse = conf_parse_bool, .def = "no",
      .meaning = "15-digit identity numbers become 18" },
    { "width", OF(width), .parse = conf_parse_number, .def = "0", .max = 1000,
      .meaning = "characters of a code: a shorter number has lost zeros" },
    { "check", .parse = parse_checks, .meaning = "check digits: a code passes one of these" },
};
/* clang-format on */
const struct conf_kind conf_kind_type = {.name = "type",
                                         .defines = true,
                                         .space = SPACE_TYPE,
                                         CONF_ROWS(type_rows),
                                         CONF_ITEMS(conf_type, types, n_types),
                                         .begin = type_begin,
                                         .end = type_end};
