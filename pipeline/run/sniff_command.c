#include "pipeline/run/sniff_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pipeline/base/mem.h"
#include "pipeline/io/csvout.h"
#include "pipeline/run/shown.h"
#include "pipeline/run/sniff_report.h"

enum { FILE_BYTES = 2000000000, FLUSH_BYTES = 1 << 16, NAMES = 4096 };

void sniff_command_rows(struct sniff_request *r, struct opt rows[SNIFF_OPTIONS])
{
    const struct opt own[SNIFF_OPTIONS] = {
        {0,
         "ini",
         OPT_FLAG,
         &r->ini,
         NULL,
         {"写成 config.ini 的一节", "as a section for config.ini"}},
        {0, "cat", OPT_FLAG, &r->cat, NULL, {"输出整理后的 CSV", "the table as clean CSV"}},
        {0,
         "header",
         OPT_TEXT,
         &r->header,
         "A,B,C",
         {"表头应为这些列名", "the names that the header should have"}},
        {0, "table", OPT_NUMBER, &r->table, "N", {"第 N 个表", "the Nth table"}},
    };
    memcpy(rows, own, sizeof own);
}

bool sniff_command_asked(const struct sniff_request *r)
{
    return r->ini || r->cat || r->header || r->table;
}

/* --- the table as CSV --- */

struct output {
    struct csvout csv;
    struct strbuf text;
    bool failed;
};

static void flush(struct output *o, size_t least)
{
    if (o->text.n < least)
        return;
    o->failed |= !shown_write_data(stdout, strbuf_str(&o->text));
    o->text.n = 0;
}

static void put_row(void *context, const struct str *cell, size_t n, size_t line)
{
    struct output *o = context;
    (void)line;
    /* One empty cell would be a blank line, which many readers leave out. */
    if (n == 1 && cell[0].n == 0)
        csvout_raw(&o->csv, STR("\"\""));
    else
        for (size_t i = 0; i < n; i++)
            csvout_text(&o->csv, cell[i]);
    csvout_end(&o->csv);
    flush(o, FLUSH_BYTES);
}

static bool print_table(const struct sniff_request *r, struct sniff *s, struct err *e)
{
    size_t k = r->table ? (size_t)r->table - 1 : s->main;
    if (k >= s->tables)
        return true;
    const struct sniff_table *t = &s->table[k];
    struct output o = {0};
    o.csv.out = &o.text;
    if (t->headers || (r->header && k == s->main))
        put_row(&o, t->name, t->cells, 0);
    sniff_rows(s, k, put_row, &o);
    flush(&o, 1);
    strbuf_release(&o.text);
    return !o.failed || err_sys(e, "stdout");
}

/* --- files --- */

static void look_at(void *context, const struct str *cell, size_t n, size_t line)
{
    (void)context;
    (void)cell;
    (void)n;
    (void)line;
}

/* A name that is none of a file is a mistake of use, and its own words help more than those of the
 * system. */
static bool is_file(const char *path, struct err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (errno != ENOENT && errno != ENOTDIR) ||
               err_set(e, ST_CONFIG, path, "E-USE-09", NULL);
    return !S_ISDIR(st.st_mode) || err_set(e, ST_CONFIG, path, "E-USE-10", NULL);
}

/* What is said of the file: it may be full of what steers a terminal, and so may its name. */
static size_t report(const struct sniff_request *r, const struct decoded *text, const char *path,
                     struct sniff *s)
{
    struct strbuf name = {0};
    char *said[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    FILE *out = open_memstream(&said[0], &n[0]), *findings = open_memstream(&said[1], &n[1]);
    if (!out || !findings)
        BUG("no memory");
    strbuf_add_visible(&name, str_c(path), false);
    struct sniffed x = {strbuf_c(&name), text, s, r->language, "  "};
    if (r->ini)
        sniff_report_ini(&x, out);
    else if (!r->cat)
        sniff_report(&x, out);
    size_t found = sniff_report_findings(&x, findings);
    bool aside = r->cat || r->ini; /* standard output holds something to be kept */
    fclose(out);
    fclose(findings);
    shown_write(stdout, (struct str){said[0], n[0]});
    if (!aside || !r->quiet)
        shown_write(aside ? stderr : stdout, (struct str){said[1], n[1]});
    free(said[0]);
    free(said[1]);
    strbuf_release(&name);
    return found;
}

static enum status sniff_file(const struct sniff_request *r, struct decoded *text, const char *path,
                              const struct str *name, size_t n_names, struct err *e)
{
    struct sniff s;
    if (!is_file(path, e) || !decode_file(path, FILE_BYTES, text, e))
        return e->status;
    sniff_text(&s, text->text, name, n_names);
    bool ok = true;
    if (!r->cat && s.tables)
        sniff_rows(&s, s.main, look_at, NULL); /* for what it finds on the way */
    if (r->cat)
        ok = print_table(r, &s, e);
    size_t found = report(r, text, path, &s);
    sniff_release(&s);
    return !ok ? e->status : found ? ST_DATA : ST_OK;
}

enum status sniff_command_run(const struct sniff_request *r, const char *const *file, size_t n,
                              struct err *e)
{
    struct str name[NAMES], rest = r->header ? str_c(r->header) : (struct str){NULL, 0};
    struct decoded text = {0};
    enum status status = ST_OK;
    size_t n_names = 0;
    while (n_names < NAMES && str_split(&rest, ',', &name[n_names]))
        n_names++;
    if (n == 0)
        err_set(e, ST_CONFIG, NULL, "E-USE-03", "sniff", NULL);
    else if (r->cat && n > 1)
        err_set(e, ST_CONFIG, NULL, "E-USE-05", file[1], NULL);
    else if (r->cat && r->ini)
        err_set(e, ST_CONFIG, NULL, "E-USE-05", "--ini", NULL);
    if (e->code)
        return e->status;
    for (size_t i = 0; i < n; i++) {
        struct err one = {0};
        enum status s = sniff_file(r, &text, file[i], name, n_names, &one);
        if (one.code)
            err_print(&one, r->language, stderr);
        status = s > status ? s : status;
    }
    decode_release(&text);
    return status;
}
