#include "pipeline/run/account.h"

#include "pipeline/base/sys.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/jsonin.h"
#include "pipeline/run/stage.h"

/* --- runs.csv --- */

/* 2019-12-31T23:59:59Z, as manifest_time writes it. */
static int64_t moment(struct str s)
{
    int64_t day, part[3];
    if (s.n != 20 || !date_parse_iso((struct str){s.p, 10}, &day))
        return INT64_MIN;
    for (size_t i = 0; i < 3; i++)
        if (!num_parse_plain((struct str){s.p + 11 + 3 * i, 2}, &part[i]))
            return INT64_MIN;
    return ((day * 24 + part[0]) * 60 + part[1]) * 60 + part[2];
}

static int64_t number(const struct csvtable *t, size_t r, const char *name)
{
    return num_plain_or_0(csvtable_cell(t, r, name));
}

static struct run_line read_line(const struct csvtable *t, size_t r)
{
    struct run_line l = {.number = number(t, r, "run"),
                         .started = moment(csvtable_cell(t, r, "started")),
                         .seconds = csvtable_cell(t, r, "seconds"),
                         .exit = number(t, r, "exit"),
                         .result = csvtable_cell(t, r, "result"),
                         .files = number(t, r, "files"),
                         .rows_read = number(t, r, "rows_read"),
                         .kept = number(t, r, "kept"),
                         .rejected = number(t, r, "rejected"),
                         .findings = number(t, r, "findings"),
                         .program = csvtable_cell(t, r, "program")};
    if (!l.result.n)
        l.result = l.exit == ST_OK ? STR("ok") : STR("failed");
    return l;
}

bool run_table_read(const char *out, struct arena *a, struct csvtable *t, struct err *e)
{
    const char *path = stage_path(a, out, "runs.csv");
    uint64_t bytes;
    *t = (struct csvtable){0};
    return sys_size(path, &bytes, e) && (bytes == 0 || csvtable_read(path, a, t, e));
}

bool run_list_read(const char *out, struct arena *a, struct run_list *l, struct err *e)
{
    struct csvtable t;
    *l = (struct run_list){0};
    if (!run_table_read(out, a, &t, e))
        return false;
    l->line = ARENA_ARRAY(a, struct run_line, t.rows);
    for (size_t r = 0; r < t.rows; r++) {
        l->line[l->n] = read_line(&t, r);
        l->n += l->line[l->n].number > 0 && l->line[l->n].started != INT64_MIN &&
                l->line[l->n].program.n > 0;
    }
    return true;
}

bool run_line_is_good(const struct run_line *r)
{
    return str_eq(r->result, STR("ok")) || str_eq(r->result, STR("nothing-new"));
}

int64_t run_line_ended(const struct run_line *r)
{
    int64_t seconds;
    struct str whole = {r->seconds.p, str_find(r->seconds, '.')};
    return r->started + (num_parse_plain(whole, &seconds) ? seconds : 0);
}

const struct run_line *run_list_last(const struct run_list *l)
{
    return l->n ? &l->line[l->n - 1] : NULL;
}

const struct run_line *run_list_last_good(const struct run_list *l)
{
    for (size_t i = l->n; i > 0; i--)
        if (run_line_is_good(&l->line[i - 1]))
            return &l->line[i - 1];
    return NULL;
}

/* --- run.json --- */

static struct account_file *files(const struct jsonin *list, struct arena *a, size_t *n)
{
    *n = 0;
    for (const struct jsonin *f = list ? list->kid : NULL; f; f = f->next)
        ++*n;
    struct account_file *file = ARENA_ARRAY(a, struct account_file, *n);
    size_t i = 0;
    for (const struct jsonin *f = list ? list->kid : NULL; f; f = f->next, i++)
        file[i] = (struct account_file){jsonin_text(f, "file"), jsonin_int(f, "bytes"),
                                        jsonin_text(f, "sha256")};
    return file;
}

bool account_is_sound(struct str path, struct str sha256, bool bare)
{
    struct str rest = path, part;
    if (!path.n || path.p[0] == '/' || (sha256.n != 64 && !(bare && sha256.n == 0)))
        return false;
    for (size_t i = 0; i < sha256.n; i++)
        if (!str_is_digit(sha256.p[i]) && !(sha256.p[i] >= 'a' && sha256.p[i] <= 'f'))
            return false;
    while (str_split(&rest, '/', &part))
        if (str_eq(part, STR("..")))
            return false;
    return true;
}

static bool are_sound(const struct account_file *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!account_is_sound(f[i].path, f[i].sha256, false))
            return false;
    return true;
}

bool account_read(const char *path, struct arena *a, struct account *r, struct err *e)
{
    *r = (struct account){0};
    if (sys_is_absent(path))
        return err_set(e, ST_DATA, path, "E-NIGHT-02", NULL);
    const struct jsonin *j = jsonin_read(path, a, e);
    if (!j)
        return false;
    r->number = jsonin_int(j, "run");
    r->rows_read = jsonin_int(j, "rows_read");
    r->kept = jsonin_int(j, "kept_by_clean");
    r->rejected = jsonin_int(j, "rejected");
    r->started = jsonin_text(j, "started");
    r->program = jsonin_text(j, "program");
    r->compiler = jsonin_text(j, "compiler");
    r->gzip = jsonin_text(j, "gzip");
    r->settings = jsonin_text(j, "settings_sha256");
    r->input = files(jsonin_get(j, "inputs"), a, &r->n_inputs);
    r->output = files(jsonin_get(j, "outputs"), a, &r->n_outputs);
    if (!are_sound(r->input, r->n_inputs) || !are_sound(r->output, r->n_outputs))
        return err_set(e, ST_DATA, path, "E-JSON-01", NULL);
    return true;
}
