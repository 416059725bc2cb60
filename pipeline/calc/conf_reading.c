/*
 * The sections without a name - [tongji], [limits], [files], [reading], [parameters] - and
 * [reference NAME]: where things are and how files are read.
 */
#include "pipeline/calc/conf_parse.h"

#include <string.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/date.h"
#include "pipeline/io/csvin.h"

#define OF(field) .offset = offsetof(struct conf, field)

/* --- [tongji] --- */

/* clang-format off */
static const struct conf_setting tongji_rows[] = {
    { "title", OF(title), .parse = conf_parse_string, .meaning = "title of the summary" },
    { "title_en", OF(title_en), .parse = conf_parse_string, .meaning = "the same in English" },
    { "language", OF(language), .parse = conf_parse_choice, .choice = "zh en", .def = "zh",
      .meaning = "language of what people read" },
    { "raw", OF(raw), .parse = conf_parse_path, .def = "data/raw", .local = true,
      .meaning = "folder of the raw files" },
    { "out", OF(out), .parse = conf_parse_path, .def = "data/out", .local = true,
      .meaning = "folder of the results" },
    { "jobs", OF(jobs), .parse = conf_parse_number, .def = "0", .max = 1024, .local = true,
      .meaning = "files and tables worked on at a time; 0: one per core" },
    { "gzip_level", OF(gzip_level), .parse = conf_parse_number, .def = "6", .min = 1, .max = 9,
      .meaning = "1 (fast) to 9 (small)" },
    { "changes", OF(no_changes), .parse = conf_parse_second, .choice = "yes no", .def = "yes",
      .local = true, .meaning = "whether clean lists the cells that it altered" },
    { "origin", OF(no_origin), .parse = conf_parse_second, .choice = "yes no", .def = "yes",
      .meaning = "file and line of each row in merge/*.csv.gz" },
    { "key_file", OF(key_file), .parse = conf_parse_path, .def = "data/tongji.key",
      .meaning = "key of the hashes that stand for personal values" },
    { "group", OF(group), .parse = conf_parse_string, .meaning = "group of files with single rows" },
    { "rounding", OF(half_even), .parse = conf_parse_second, .choice = "half_up half_even",
      .def = "half_up", .meaning = "of printed figures" },
    { "missing", OF(missing), .parse = conf_parse_string, .def = "—",
      .meaning = "printed for a figure that has no value" },
    { "ignore", OF(ignore), .parse = conf_parse_list, .def = ".part, .tmp, ~",
      .meaning = "endings of file names that are left alone" },
    { "log", OF(log), .parse = conf_parse_path, .local = true, .meaning = "file of the log" },
    { "log_level", OF(log_level), .parse = conf_parse_choice, .choice = "error warning info",
      .def = "info", .local = true, .meaning = "what the log has" },
    { "on_success", OF(on_success), .parse = conf_parse_text, .local = true,
      .meaning = "command after a good run" },
    { "on_failure", OF(on_failure), .parse = conf_parse_text, .local = true,
      .meaning = "command after a failed run" },
    { "hook_seconds", OF(hook_seconds), .parse = conf_parse_number, .def = "60", .min = 1,
      .max = 86400, .local = true, .meaning = "how long such a command may take" },
    { "engine", OF(engine), .parse = conf_parse_choice, .choice = CONF_ENGINES, .def = "local",
      .local = true, .meaning = "who runs the stages" },
    { "shared_key", OF(shared_key), .parse = conf_parse_bool, .def = "no",
      .meaning = "whether other districts have that key, too, so that a roll-up knows who is who" },
    { "include", .parse = conf_parse_none, .local = true, .meaning = "further files" },
};
/* clang-format on */
const struct conf_kind conf_kind_tongji = {.name = "tongji", CONF_ROWS(tongji_rows)};

/* --- [publish] --- */

static const struct conf_setting publish_rows[] = {
    {"encoding", OF(publish_gb18030), .parse = conf_parse_second, .choice = "utf-8 gb18030",
     .def = "utf-8", .meaning = "of summary.csv"},
};
const struct conf_kind conf_kind_publish = {.name = "publish", CONF_ROWS(publish_rows)};

/* --- [limits] --- */

/* clang-format off */
static const struct conf_setting limits_rows[] = {
    { "files", OF(limits.files), .parse = conf_parse_number, .def = "100000",
      .min = 1, .max = 100000000, .meaning = "files and folders below raw" },
    { "file_bytes", OF(limits.file_bytes), .parse = conf_parse_number, .def = "2000000000",
      .min = 1, .max = INT64_MAX, .meaning = "of a file after gunzip" },
    { "record_bytes", OF(limits.record_bytes), .parse = conf_parse_number, .def = "16000000",
      .min = 1, .max = 1000000000, .meaning = "of a record" },
    { "field_bytes", OF(limits.field_bytes), .parse = conf_parse_number, .def = "1000000",
      .min = 1, .max = 1000000000, .meaning = "of a cell" },
    { "columns", OF(limits.columns), .parse = conf_parse_number, .def = "4096",
      .min = 1, .max = CSVIN_FIELDS, .meaning = "of a raw file" },
    { "reference_bytes", OF(limits.reference_bytes), .parse = conf_parse_number,
      .def = "200000000", .min = 1, .max = INT64_MAX, .meaning = "of a reference table" },
    { "reject_bytes", OF(limits.reject_bytes), .parse = conf_parse_number, .def = "65536",
      .max = 1000000000, .meaning = "kept of a rejected record" },
    { "rows_in_memory", OF(limits.rows), .parse = conf_parse_number, .def = "1048576",
      .min = 100, .max = 1000000000, .meaning = "merged at a time" },
    { "slip_lines", OF(limits.slip_lines), .parse = conf_parse_number, .def = "1000",
      .min = 1, .max = 1000000, .meaning = "of a return slip" },
};
/* clang-format on */
const struct conf_kind conf_kind_limits = {.name = "limits", CONF_ROWS(limits_rows)};

/* --- [files] --- */

/* clang-format off */
static const struct conf_setting files_rows[] = {
    { "pattern", OF(files), .parse = conf_parse_pattern,
      .def = "{year}/{export}_{name}_{org}_{cutoff}[_r{version}].csv[.gz]",
      .meaning = "of file names below raw" },
};
/* clang-format on */
const struct conf_kind conf_kind_files = {.name = "files", CONF_ROWS(files_rows)};

/* --- [reading] --- */

/* Capitals, as cells are compared with them. */
static CONF_PARSER(parse_upper_tokens)
{
    conf_parse_tokens(p, s, v, field);
    struct conf_words *w = field;
    for (size_t i = 0; i < w->n; i++)
        w->word[i] = str_upper(w->word[i], arena_alloc(p->a, w->word[i].n + 1));
}

/* Longest first, so that 工作日 is taken off before 日. */
static CONF_PARSER(parse_measures)
{
    conf_parse_tokens(p, s, v, field);
    struct conf_words *w = field;
    for (size_t i = 1; i < w->n; i++) {
        struct str x = w->word[i];
        size_t j = i;
        for (; j > 0 && w->word[j - 1].n < x.n; j--)
            w->word[j] = w->word[j - 1];
        w->word[j] = x;
    }
}

static CONF_PARSER(parse_delimiters)
{
    conf_parse_tokens(p, s, v, field);
    struct conf_words *w = field;
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct str d = str_eq(w->word[i], STR("tab")) ? STR("\t") : w->word[i];
        if (d.n == 1)
            w->word[n++] = d;
        else
            MISTAKE(p, v, "E-CONF-25", s->key, conf_z(p, d));
    }
    w->n = n;
    if (n == 0)
        MISTAKE(p, v, "E-CONF-28", s->key);
}

static CONF_PARSER(parse_dates)
{
    struct conf_reading *r = field;
    struct str *names = ARENA_ARRAY(p->a, struct str, date_form_count), rest = v->text, name;
    for (size_t i = 0; i < date_form_count; i++)
        names[i] = str_c(date_forms[i].name);
    r->n_dates = 0;
    while (conf_element(p, s, v, &rest, ' ', &name)) {
        const struct date_form *form = date_form_find(name);
        if (!form) {
            MISTAKE(p, v, "E-CONF-21", s->key, conf_z(p, name),
                    conf_hint(p, name, names, date_form_count));
            continue;
        }
        r->dates = conf_push(p->a, r->dates, r->n_dates, sizeof(const struct date_form *));
        r->dates[r->n_dates++] = form;
    }
}

/* A word with its factor: changes the default one or is added, the longest word first. */
static void set_factor(struct conf_parse *p, const struct conf_setting *s,
                       const struct conf_value *v, struct str **word, int64_t **value, size_t *n)
{
    int64_t factor;
    if (!conf_number(p, s, v, v->text, &factor))
        return;
    struct str w = conf_fold(p, v->word);
    for (size_t i = 0; i < *n; i++) {
        if (!str_eq((*word)[i], w))
            continue;
        (*value)[i] = factor;
        return;
    }
    *word = conf_push(p->a, *word, *n, sizeof **word);
    *value = conf_push(p->a, *value, *n, sizeof **value);
    size_t at = (*n)++;
    for (; at > 0 && (*word)[at - 1].n < w.n; at--) {
        (*word)[at] = (*word)[at - 1];
        (*value)[at] = (*value)[at - 1];
    }
    (*word)[at] = w;
    (*value)[at] = factor;
}

static CONF_PARSER(parse_multiplier)
{
    struct conf_reading *r = field;
    set_factor(p, s, v, &r->multiplier, &r->multiplier_value, &r->n_multiplier);
}

static CONF_PARSER(parse_header_unit)
{
    struct conf_reading *r = field;
    set_factor(p, s, v, &r->header_unit, &r->header_unit_value, &r->n_header_unit);
}

#define MAX_FACTOR 1000000000000

/* clang-format off */
static const struct conf_setting reading_rows[] = {
    { "delimiters", OF(reading.delimiters), .parse = parse_delimiters, .def = ", ; tab",
      .meaning = "in order of trying" },
    { "header_records", OF(reading.header_records), .parse = conf_parse_number, .def = "30",
      .min = 1, .max = 10000, .meaning = "the header is one of the first so many records" },
    { "damaged", OF(reading.keep_damaged), .parse = conf_parse_second, .choice = "reject keep",
      .def = "reject", .meaning = "a record with an undecodable character (U+FFFD)" },
    { "null", OF(reading.null_tokens), .parse = parse_upper_tokens,
      .def = "/ - -- — —— 无 暂无 空 NULL #N/A 0000-00-00 1900-01-00 1753-01-01",
      .meaning = "cells that mean missing" },
    { "notes", OF(reading.notes), .parse = conf_parse_tokens,
      .def = "注: 注意: 填报人 填报单位 审核人 制表 联系电话 说明: 备注:",
      .meaning = "beginnings of records that are no data" },
    { "totals", OF(reading.totals), .parse = conf_parse_tokens, .def = "合计 小计 总计",
      .meaning = "beginnings of records that are totals" },
    { "dates", OF(reading), .parse = parse_dates,
      .def = "Y-M-D Y/M/D Y.M.D Y年M月D日 YYYYMMDD YYYYMMDDHHMMSS 汉字 serial",
      .meaning = "accepted forms, tried in this order" },
    { "hedge_before", OF(reading.hedge_before), .parse = conf_parse_tokens,
      .def = "约 近 大约 超 超过 达", .meaning = "before a number: not exact" },
    { "hedge_anywhere", OF(reading.hedge_anywhere), .parse = conf_parse_tokens,
      .def = "余 多 左右 以上 几 若干 数十 数百 数千", .meaning = "in a number: not exact" },
    { "measures", OF(reading.measures), .parse = parse_measures,
      .def = "个工作日 工作日 人次 场次 分钟 人 次 件 册 份 张 块 场 条 天 个 名 户 项 分 元 日",
      .meaning = "one of these at the end of a number is dropped" },
    { "multiplier", .word = true, OF(reading), .parse = parse_multiplier, .min = 1,
      .max = MAX_FACTOR, .def = "千 = 1000, 万 = 10000, 亿 = 100000000",
      .meaning = "after digits" },
    { "header_unit", .word = true, OF(reading), .parse = parse_header_unit, .min = 1,
      .max = MAX_FACTOR, .def = "万 = 10000, 亿 = 100000000, 千元 = 1000",
      .meaning = "a header's unit beginning so multiplies the column" },
    { "earliest", OF(reading.earliest), .parse = conf_parse_day, .def = "2000-01-01",
      .meaning = "in_range columns are not before this day" },
    { "latest_after_cutoff", OF(reading.latest_after_cutoff), .parse = conf_parse_number,
      .def = "1", .max = 36500, .meaning = "nor later than so many days after the cut-off" },
};
/* clang-format on */
const struct conf_kind conf_kind_reading = {
    .name = "reading", .defines = true, CONF_ROWS(reading_rows)};

/* --- [parameters] --- */

static CONF_PARSER(parse_parameter)
{
    struct tnote_list *list = field;
    struct conf_value value = *v;
    struct str text = {NULL, 0};
    conf_name_check(p, v, v->word);
    conf_parse_string(p, s, &value, &text);
    list->key = conf_push(p->a, list->key, list->n, sizeof *list->key);
    list->value = conf_push(p->a, list->value, list->n, sizeof *list->value);
    list->key[list->n] = v->word;
    list->value[list->n++] = text.p ? text : STR("");
}

static const struct conf_setting parameters_rows[] = {
    {NULL, OF(parameters), .parse = parse_parameter, .meaning = "a parameter: $name"},
};
const struct conf_kind conf_kind_parameters = {.name = "parameters", CONF_ROWS(parameters_rows)};

/* --- [reference NAME] --- */

/* clang-format off */
const struct ref_row ref_table[REF_N] = {
    [REF_PARAMETERS] = { "parameters", .n = 2, .column = { "key", "value" } },
    [REF_CALENDAR] = { "calendar", .n = 2, .column = { "day", "workday" } },
    [REF_ORGANISATIONS] = { "organisations", .n = 4, .column = { "alias", "code", "valid_from", "valid_to" } },
    [REF_CODE_MAP] = { "code_map", .n = 5, .column = { "source", "export", "column", "raw", "canonical" } },
    [REF_SUBMITTERS] = { "submitters", .n = 2, .column = { "export", "org" } },
    [REF_BASELINE] = { "baseline", .n = 7,
                       .column = { "indicator", "year", "value", "org", "numerator", "denominator",
                                   "reading" },
                       .optional = 4 },
    [REF_CORRECTIONS] = { "corrections", .n = 8,
                          .column = { "file", "line", "column", "value", "reason", "person", "date",
                                      "before" },
                          .optional = 1 },
    [REF_WAIVERS] = { "waivers", .n = 4, .column = { "check", "reason", "person", "expiry" } },
    [REF_PUBLISHED] = { "published", .n = 5, .column = { "period", "id", "org", "value", "source" } },
    [REF_REVISIONS] = { "revisions", .n = 7,
                        .column = { "period", "id", "org", "value", "reason", "person", "date" } },
};
/* clang-format on */

/* Which table is it? Its columns are called as they are meant until `columns` says otherwise. */
static void reference_begin(struct conf_parse *p)
{
    struct str names[REF_N];
    for (size_t i = 0; i < REF_N; i++)
        names[i] = str_c(ref_table[i].name);
    struct conf_value v = {.file = p->section->file, .line = p->section->line};
    struct str name = p->section->name;
    size_t id = name.n ? conf_refer(p, &v, "E-CONF-36", name, names, REF_N) : SIZE_MAX;
    struct conf_ref *ref = ARENA_NEW(p->a, struct conf_ref);
    if (id != SIZE_MAX && p->c->ref[id].conf_file == NULL)
        ref = &p->c->ref[id];
    for (size_t i = 0; id != SIZE_MAX && i < ref_table[id].n; i++)
        ref->column[i] = str_c(ref_table[id].column[i]);
    ref->conf_file = p->section->file;
    ref->line = p->section->line;
    p->item = ref;
}

static CONF_PARSER(parse_ref_columns)
{
    struct conf_ref *ref = (struct conf_ref *)((char *)field - offsetof(struct conf_ref, column));
    const struct ref_row *row = NULL;
    struct str rest = v->text, name, meanings = {NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < REF_N; i++)
        if (ref == &p->c->ref[i])
            row = &ref_table[i];
    while (conf_element(p, s, v, &rest, ',', &name))
        if (n++ < REF_COLUMNS)
            ref->column[n - 1] = name;
    for (size_t i = n; i < REF_COLUMNS; i++)
        ref->column[i] = (struct str){NULL, 0};
    ref->named = true;
    if (!row || (row->n - row->optional <= n && n <= row->n))
        return;
    for (size_t k = 0; k < row->n; k++)
        meanings = arena_printf(p->a, "%.*s%s%s", STR_ARG(meanings), k ? ", " : "", row->column[k]);
    const char *most = row->optional ? arena_printf(p->a, "-%zu", row->n).p : "";
    MISTAKE(p, v, "E-CONF-45", s->key, arena_printf(p->a, "%zu%s", row->n - row->optional, most).p,
            conf_z(p, meanings));
}

/* clang-format off */
static const struct conf_setting reference_rows[] = {
    { "file", .required = true, .offset = offsetof(struct conf_ref, file),
      .parse = conf_parse_string, .meaning = "relative to raw" },
    { "columns", .offset = offsetof(struct conf_ref, column), .parse = parse_ref_columns, .meaning = "names of the columns in the file" },
};
/* clang-format on */
const struct conf_kind conf_kind_reference = {.name = "reference",
                                              .named = true,
                                              .space = SPACE_REFERENCE,
                                              CONF_ROWS(reference_rows),
                                              .single = offsetof(struct conf, ref),
                                              .begin = reference_begin};
