/*
 * How the configuration is read: tables of settings, and the parsers of their values.
 *
 * Internal to calc/conf*.c. A kind of section is a struct conf_kind, a key of it a row of type
 * struct conf_setting. conf.c walks them: first every section gets its item (so that sections may
 * refer to each other in any order), then, kind by kind, the rows of each section are parsed in the
 * order of the table - not of the file - so that a row may rely on the rows above it.
 */
#ifndef PIPELINE_CALC_CONF_PARSE_H
#define PIPELINE_CALC_CONF_PARSE_H

#include <stddef.h>

#include "pipeline/calc/conf.h"

/* The value of one key, with its place. */
struct conf_value {
    struct str text;
    struct str word; /* of "key WORD"; the whole key where any key is allowed */
    const char *file;
    int line;
};

/* Names that must differ from each other. */
enum conf_space {
    SPACE_NONE,
    SPACE_TABLE,  /* exports, events, sets */
    SPACE_FIGURE, /* indicators, checks */
    SPACE_ENUM,
    SPACE_TYPE,
    SPACE_STYLE,
    SPACE_DEADLINE,
    SPACE_REFERENCE,
    SPACE_FILE,
    SPACE_CHART,
    SPACE_SENTENCE,
    SPACE_PARAGRAPH,
    CONF_SPACES
};

struct conf_kind;

/* The state of one conf_load. */
struct conf_parse {
    struct conf *c;
    struct problems *problems;
    struct arena *a; /* of the conf */
    struct map names[CONF_SPACES];
    const struct conf_kind *kind; /* the section in hand ... */
    const struct ini_section *section;
    void *item;
    size_t export; /* the table that its columns are looked up in; SIZE_MAX: not known */
    bool unsure;   /* a column of it could not be read: its flags may be anything */
};

struct conf_setting {
    const char *key; /* NULL: any key, which is then the value's word */
    bool word;       /* written "key WORD", once for every word */
    bool required;
    bool local;       /* says where and how to run, not what comes out: no part of conf.canonical */
    bool look;        /* says how a thing is called, shown or judged, not what it is: no part of
                         conf.definition */
    const char *def;  /* parsed like a given value; of word rows: "WORD = value, ..." */
    int64_t min, max; /* numbers: limits, both included */
    const char *choice; /* its values, separated by blanks */
    size_t offset;      /* of its field in the item */
    void (*parse)(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                  void *field);
    const char *meaning; /* one line; docs/config.md says more */
};

struct conf_kind {
    const char *name;
    bool named;
    bool ordered; /* the order of these sections means something */
    bool defines; /* they decide what a figure means: part of conf.definition */
    bool pattern; /* their names are patterns: any sign may be in them */
    enum conf_space space;
    const struct conf_setting *setting;
    size_t n;
    size_t size;         /* of an item; named kinds ... */
    size_t array, count; /* ... have an array and its length in struct conf ... */
    size_t file, line;   /* ... and these fields in the item, which begins with its name */
    size_t single;       /* kinds without name: the item in struct conf */
    void (*begin)(struct conf_parse *p); /* before the rows of a section; may be NULL */
    void (*end)(struct conf_parse *p);   /* after them; may be NULL */
    void (*done)(struct conf_parse *p);  /* after all sections of the kind; may be NULL */
};
#define CONF_ROWS(table) .setting = (table), .n = sizeof(table) / sizeof *(table)
#define CONF_ITEMS(type, array_, count_)                                                           \
    .named = true, .size = sizeof(struct type), .array = offsetof(struct conf, array_),            \
    .count = offsetof(struct conf, count_), .file = offsetof(struct type, file),                   \
    .line = offsetof(struct type, line)

/* All kinds, each after those that it refers to. */
extern const struct conf_kind *const conf_kinds[];
extern const size_t conf_kind_count;

extern const struct conf_kind conf_kind_tongji, conf_kind_publish, conf_kind_limits,
    conf_kind_files, conf_kind_reading, conf_kind_parameters, conf_kind_reference, conf_kind_enum,
    conf_kind_levels, conf_kind_type, conf_kind_export, conf_kind_deadline, conf_kind_event,
    conf_kind_set, conf_kind_style, conf_kind_indicator, conf_kind_check, conf_kind_statistics,
    conf_kind_file, conf_kind_page, conf_kind_chart, conf_kind_sentence, conf_kind_paragraph,
    conf_kind_draft, conf_kind_proofread, conf_kind_slurm, conf_kind_night;

/* The kind called name, or NULL. */
const struct conf_kind *conf_kind_find(struct str name);

/* The row that `key` belongs to and the word of it (p == NULL: none), or NULL. */
const struct conf_setting *conf_setting_find(const struct conf_kind *k, struct str key,
                                             struct str *word);

/* Parses "key = value" into the item in hand, as if it stood in a section of kind k. */
void conf_apply(struct conf_parse *p, const struct conf_kind *k, struct str key,
                const struct conf_value *v);

/* conf.definition of what was read. */
struct str conf_definition(const struct conf *c, struct arena *a);

/* --- mistakes --- */

/* Adds a mistake at the place of v (a conf_value, conf_column, ini_section ...). */
#define MISTAKE(p, v, ...) problems_add((p)->problems, (v)->file, (v)->line, __VA_ARGS__, NULL)

/* s with a NUL after it, in the arena. */
const char *conf_z(struct conf_parse *p, struct str s);

/* The name nearest to `name`, else the names there are ("a, b, c"), for messages. */
const char *conf_hint(struct conf_parse *p, struct str name, const struct str *names, size_t n);

/* A reference to one of n names: its index. An unknown one is a mistake `code` with the arguments
 * name and hint, and gives the nearest name's index or SIZE_MAX. */
size_t conf_refer(struct conf_parse *p, const struct conf_value *v, const char *code,
                  struct str name, const struct str *names, size_t n);

/* The column of export x (SIZE_MAX: quietly none) called name; SIZE_MAX after a mistake: a guess
 * would only bring mistakes about its kind. */
size_t conf_refer_column(struct conf_parse *p, const struct conf_value *v, size_t x,
                         struct str name);

/* Checks that `name` may be a name and is new in its space; `section` is where it is defined. */
void conf_name_check(struct conf_parse *p, const struct conf_value *v, struct str name);

/* --- pieces of values --- */

/* Takes from *rest the part up to the next `sep` outside double quotes, trimmed; sep ' ' is any
 * white space, and then no part is empty. False when *rest is used up. */
bool conf_split(struct str *rest, char sep, struct str *part);

/* Is `word` one of the words of `words`, separated by blanks? */
bool conf_lists(const char *words, struct str word);

/* Takes double quotes off *s, if it has any ("" within is "). False after a mistake. */
bool conf_unquote(struct conf_parse *p, const struct conf_value *v, struct str *s);

/* The next element of a list: conf_split and conf_unquote, empty ones are mistakes and skipped. */
bool conf_element(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                  struct str *rest, char sep, struct str *element);

/* The first word of *rest (by white space), which becomes the trimmed remainder. */
struct str conf_word(struct str *rest);

/* An array in the arena with room for one more than n items: the same or a larger copy. Only for
 * arrays that grew this way. */
void *conf_push(struct arena *a, const void *array, size_t n, size_t size);

/* s as cells are normalised before they are compared with it. */
struct str conf_fold(struct conf_parse *p, struct str s);

/* A whole number of [s->min, s->max]; false after a mistake. */
bool conf_number(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                 struct str text, int64_t *out);

/* Index of text among s->choice; SIZE_MAX after a mistake. */
size_t conf_choice(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,
                   struct str text);

/* The key as it stands in messages. */
const char *conf_key(struct conf_parse *p, const struct conf_setting *s,
                     const struct conf_value *v);

/* --- parsers of rows; the type of the field is in brackets --- */

#define CONF_PARSER(name)                                                                          \
    void name(struct conf_parse *p, const struct conf_setting *s, const struct conf_value *v,      \
              void *field)
CONF_PARSER(conf_parse_none);        /* read by somebody else */
CONF_PARSER(conf_parse_string);      /* [struct str] */
CONF_PARSER(conf_parse_text);        /* [struct conf_text] an expression, as written */
CONF_PARSER(conf_parse_number);      /* [int64_t] */
CONF_PARSER(conf_parse_small);       /* [int] */
CONF_PARSER(conf_parse_bool);        /* [bool] yes or no */
CONF_PARSER(conf_parse_choice);      /* [an enum] in the order of s->choice */
CONF_PARSER(conf_parse_second);      /* [bool] is it the second of two choices? */
CONF_PARSER(conf_parse_list);        /* [struct conf_words] by commas */
CONF_PARSER(conf_parse_tokens);      /* [struct conf_words] by blanks, folded */
CONF_PARSER(conf_parse_path);        /* [struct str] relative to the folder of the configuration */
CONF_PARSER(conf_parse_day);         /* [int64_t] YYYY-MM-DD */
CONF_PARSER(conf_parse_pattern);     /* [struct conf_text] of file names */
CONF_PARSER(conf_parse_print);       /* [struct conf_style] a style and changes to it */
CONF_PARSER(conf_parse_table);       /* [size_t] an export, whose columns are then looked up */
CONF_PARSER(conf_parse_column);      /* [size_t] a column of it */
CONF_PARSER(conf_parse_date_column); /* [size_t] with days */
CONF_PARSER(conf_parse_number_column); /* [size_t] with whole numbers */
CONF_PARSER(conf_parse_method);      /* [an enum] as conf_parse_choice, but from 1 on: 0 is unset */
CONF_PARSER(conf_parse_alternative); /* [struct conf_indicator] adds a reading of it */
CONF_PARSER(conf_parse_outliers);    /* [struct conf_methods] METHOD(TIMES) */

/* The choices of the methods, for [statistics] and for indicators. */
#define CONF_INTERVALS "wilson clopper_pearson none"
#define CONF_TESTS "exact none"
#define CONF_OUTLIERS "hampel mad none"

CONF_PARSER(conf_parse_delimiter); /* [struct str] one to four bytes, or tab */

/* The rows of the field `form` (struct conf_form) of a struct `type`. */
#define CONF_FORM_ROW(type, key, field_, parser, choices, text)                                    \
    {                                                                                              \
        key, .offset = offsetof(struct type, form.field_), .parse = parser, .choice = choices,     \
             .meaning = text                                                                       \
    }
#define CONF_FORM_ROWS(type)                                                                       \
    CONF_FORM_ROW(type, "dialect", dialect, conf_parse_method, "auto plain",                       \
                  "whether the dialect is found out where no header is found"),                    \
        CONF_FORM_ROW(type, "delimiter", delimiter, conf_parse_delimiter, NULL,                    \
                      "between cells, instead of those in [reading]"),                             \
        CONF_FORM_ROW(type, "quote", quote, conf_parse_method, "double single none",               \
                      "around cells"),                                                             \
        CONF_FORM_ROW(type, "escape", escape, conf_parse_method, "doubled backslash",              \
                      "of a quote in a quoted cell"),                                              \
        CONF_FORM_ROW(type, "ragged", ragged, conf_parse_method, "reject pad mend",                \
                      "what becomes of records with too few or too many cells")

/* Is a column of export x (SIZE_MAX, either: quietly yes) stored as one of the types from `first`
 * to `last`? If not, that is a mistake at v: kinds of the names `needed` are. */
bool conf_need(struct conf_parse *p, const struct conf_value *v, size_t x, size_t column,
               enum tcol_type first, enum tcol_type last, const char *needed);

/* Is it a kind that is written with the name of an enumeration? Such a kind is no base of a type.
 */
bool conf_needs_words(const struct kind *k);

/* Once all indicators are read: their other readings become indicators behind them. */
void conf_alternatives_done(struct conf_parse *p);

/* --- what is there without being configured --- */

void conf_builtin_types(struct conf_parse *p);
void conf_builtin_enums(struct conf_parse *p);
void conf_builtin_styles(struct conf_parse *p);

#endif
