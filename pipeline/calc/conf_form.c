/*
 * How files are written, where the configuration says it: the settings that exports share with
 * [file PATTERN], and the latter.
 */
#include <fnmatch.h>

#include "pipeline/calc/conf_parse.h"
#include "pipeline/io/dialect.h"

CONF_PARSER(conf_parse_delimiter)
{
    struct str text = v->text;
    if (str_eq(text, STR("tab")))
        text = STR("\t");
    else if (!conf_unquote(p, v, &text))
        return;
    if (text.n < 1 || text.n > DELIMITER_BYTES || str_find(text, '"') < text.n)
        MISTAKE(p, v, "E-CONF-26", s->key, conf_z(p, v->text), "; tab \", \"");
    else
        *(struct str *)field = text;
}

static void file_begin(struct conf_parse *p)
{
    struct conf_file *f = p->item;
    f->pattern = arena_str(p->a, f->pattern); /* for fnmatch */
}

#define OF(field) .offset = offsetof(struct conf_file, form.field)
/* clang-format off */
static const struct conf_setting file_rows[] = {
    CONF_FORM_ROWS(conf_file),
    { "encoding", OF(encoding), .parse = conf_parse_method,
      .choice = "UTF-8 GB18030 UTF-16LE UTF-16BE", .meaning = "instead of what the text looks like" },
    { "header", OF(header), .parse = conf_parse_number, .min = 1, .max = INT32_MAX,
      .meaning = "physical line of the header" },
    { "skip", OF(skip), .parse = conf_parse_number, .min = 0, .max = INT32_MAX,
      .meaning = "so many lines at the beginning are passed over" },
};
/* clang-format on */
#undef OF
const struct conf_kind conf_kind_file = {.name = "file",
                                         .ordered = true,
                                         .pattern = true,
                                         .space = SPACE_FILE,
                                         CONF_ROWS(file_rows),
                                         CONF_ITEMS(conf_file, files_said, n_files_said),
                                         .begin = file_begin};

bool conf_file_matches(const struct conf_file *f, struct str path)
{
    return fnmatch(f->pattern.p, path.p, 0) == 0;
}

struct conf_form conf_form_of(const struct conf *c, size_t export, struct str path, bool *said)
{
    struct conf_form form = c->exports[export].form;
    *said = false;
    for (size_t i = 0; i < c->n_files_said; i++) {
        const struct conf_form *own = &c->files_said[i].form;
        if (!conf_file_matches(&c->files_said[i], path))
            continue;
        *said |= own->dialect || own->delimiter.n || own->quote || own->escape || own->encoding ||
                 own->header || own->skip;
        form.dialect = own->dialect ? own->dialect : form.dialect;
        form.delimiter = own->delimiter.n ? own->delimiter : form.delimiter;
        form.quote = own->quote ? own->quote : form.quote;
        form.escape = own->escape ? own->escape : form.escape;
        form.ragged = own->ragged ? own->ragged : form.ragged;
        form.encoding = own->encoding ? own->encoding : form.encoding;
        form.header = own->header ? own->header : form.header;
        form.skip = own->skip ? own->skip : form.skip;
    }
    return form;
}
