#include "pipeline/run/rollup_command.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/check.h"
#include "pipeline/calc/figure_csv.h"
#include "pipeline/calc/plan.h"
#include "pipeline/calc/readings.h"
#include "pipeline/calc/remark.h"
#include "pipeline/calc/rollup.h"
#include "pipeline/calc/series.h"
#include "pipeline/calc/stats.h"
#include "pipeline/io/outfile.h"
#include "pipeline/publish/package.h"
#include "pipeline/publish/publication.h"
#include "pipeline/publish/workbook.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

enum { OUTPUT_MODE = 0644, PRIVATE_MODE = 0640 };

/* A folder with this file in it is that of a roll-up, and may be replaced by another one. */
#define MARK ".rollup"

struct rolling {
    const struct rollup_request *r;
    const struct conf *conf;
    struct arena arena;
    struct refs refs;
    struct plan plan;
    struct compute *compute;
    struct partial partial;
    struct figures figures;
    const char *to; /* the folder that is being written */
    int lock;
};

/* --- where things are --- */

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static const char *file_of(struct rolling *k, size_t i)
{
    const char *input = k->r->input[i];
    return is_folder(input) ? stage_path(&k->arena, input, "compute/" PARTIAL_FILE) : input;
}

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool check_input(struct rolling *k, size_t i, struct err *e)
{
    const char *input = k->r->input[i];
    if (access(input, F_OK) != 0)
        return err_set(e, ST_CONFIG, input, "E-USE-09", NULL);
    if (access(file_of(k, i), F_OK) != 0)
        return err_set(e, ST_DATA, input, "E-ROLL-08", NULL);
    return !same_folder(input, k->r->out) || err_set(e, ST_CONFIG, input, "E-ROLL-09", NULL);
}

static bool is_empty(const char *path)
{
    DIR *d = sys_opendir(path);
    bool empty = true;
    for (struct dirent *x; d && (x = readdir(d));)
        empty = empty && (strcmp(x->d_name, ".") == 0 || strcmp(x->d_name, "..") == 0);
    if (d)
        closedir(d);
    return d && empty;
}

/* Results of a district are never written over. */
static bool check_out(struct rolling *k, struct err *e)
{
    const char *out = k->r->out;
    if (!out)
        return err_set(e, ST_CONFIG, NULL, "E-ROLL-07", NULL);
    bool is_ours = access(stage_path(&k->arena, out, MARK), F_OK) == 0;
    if (access(out, F_OK) == 0 && !is_ours && !is_empty(out))
        return err_set(e, ST_CONFIG, out, "E-ROLL-10", NULL);
    for (size_t i = 0; i < k->r->n; i++)
        if (!check_input(k, i, e))
            return false;
    return true;
}

/* The folder is ours from now on, and nobody else's until this is done. */
static bool take_folder(struct rolling *k, struct err *e)
{
    return outfile_put(stage_path(&k->arena, k->r->out, MARK), 0644, STR(""), e) &&
           lock_take(k->r->out, 0, &k->lock, e);
}

/* --- adding up --- */

static bool build_plan(struct rolling *k, struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(k->conf, NULL, &k->plan, &problems);
    if (!ok)
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

/* The first file says which period all are of. */
static bool begin(struct rolling *k, const struct partial_file *f, struct err *e)
{
    enum { YEAR_FIRST = 1900, YEAR_LAST = 9999 };
    if (k->compute)
        return true;
    if (f->year < YEAR_FIRST || f->year > YEAR_LAST)
        return err_set(e, ST_DATA, f->path, "E-ROLL-03", NULL);
    rollup_refs(&k->refs, f->year);
    k->plan.refs = &k->refs;
    k->compute = compute_new(&k->plan, 1);
    partial_init(&k->partial, k->conf);
    return true;
}

static bool add_file(struct rolling *k, size_t i, struct err *e)
{
    struct partial_file f;
    bool ok = partial_open(file_of(k, i), &f, e) && begin(k, &f, e);
    if (ok && f.year != k->refs.year)
        ok = err_set(e, ST_DATA, k->r->input[i], "E-ROLL-05",
                     arena_printf(&k->arena, "%lld", (long long)f.year).p,
                     arena_printf(&k->arena, "%lld", (long long)k->refs.year).p, k->r->input[0],
                     NULL);
    ok = ok && partial_load(&f, &k->plan, k->compute, &k->partial, e);
    partial_close(&f);
    return ok;
}

static const char *input_name(void *context, size_t input)
{
    struct rolling *k = context;
    return k->r->input[input];
}

static bool add_up(struct rolling *k, struct err *e)
{
    enum delivery *d = ARENA_ARRAY(&k->arena, enum delivery, PERIODS * k->conf->n_exports);
    for (size_t i = 0; i < k->r->n; i++)
        if (!add_file(k, i, e))
            return false;
    if (!partial_settle(k->compute, &k->partial, input_name, k, e))
        return false;
    rollup_refs_settle(&k->refs, &k->plan, &k->partial);
    partial_delivery(&k->partial, k->conf, d);
    figures_make(&k->plan, k->compute, d, &k->figures);
    return true;
}

/* --- writing --- */

static bool put(struct rolling *k, const char *name, struct strbuf *text, struct err *e)
{
    bool ok = outfile_put(stage_path(&k->arena, k->to, name), OUTPUT_MODE, strbuf_str(text), e);
    text->n = 0;
    return ok;
}

static bool write_figures(struct rolling *k, struct strbuf *text, struct err *e)
{
    struct bound *bound = bounds_make(&k->plan, &k->figures, k->partial.shortfall, &k->arena);
    const struct figures_said said = {
        .plan = &k->plan,
        .figures = &k->figures,
        .bound = bound,
        .note = rollup_judge(&k->plan, k->compute, &k->figures, bound, &k->arena)};
    figures_csv(&said, &k->arena, text);
    if (!put(k, "indicators.csv", text, e))
        return false;
    series_csv(&k->plan, &k->figures, text);
    if (!put(k, "series.csv", text, e))
        return false;
    readings_csv(&k->plan, &k->figures, text);
    if (!put(k, "readings.csv", text, e))
        return false;
    remark_warnings(k->conf, &k->figures, text);
    if (!put(k, "warnings.csv", text, e))
        return false;
    rollup_csv(&k->plan, k->compute, &k->partial, text);
    return put(k, "rollup.csv", text, e);
}

static bool write_partials(struct rolling *k, struct strbuf *text, struct err *e)
{
    partial_write(&k->plan, k->compute, &k->partial, NULL, text);
    bool ok = outfile_put_packed(stage_path(&k->arena, k->to, PARTIAL_FILE), PRIVATE_MODE,
                                 PARTIAL_GZIP, strbuf_str(text), e);
    text->n = 0;
    return ok;
}

/* A fatal check of figures that failed publishes nothing. */
static bool write_checks(struct rolling *k, struct strbuf *text, struct err *e)
{
    const struct ledger none = {0};
    const struct check_input in = {&k->plan, k->compute, &k->figures, &none, NULL};
    struct verdict *v = ARENA_ARRAY(&k->arena, struct verdict, k->conf->n_checks);
    if (!checks_run(&in, &k->arena, v, e))
        return false;
    checks_csv(k->conf, v, text);
    return put(k, "checks.csv", text, e) && checks_judge(k->conf, v, e);
}

static bool write_package(struct rolling *k, const char *stage, const struct summary *s,
                          struct err *e)
{
    const struct package_folder folder = {k->conf, &k->refs, k->to, stage, s};
    return package_write(&folder, e);
}

static bool write_compute(struct rolling *k, struct err *e)
{
    struct strbuf text = {0};
    bool ok = outdir_empty(k->to, e) && write_figures(k, &text, e) && write_partials(k, &text, e) &&
              write_checks(k, &text, e) && write_package(k, "compute", NULL, e) &&
              outdir_give(k->to, k->conf->group, e);
    strbuf_release(&text);
    return ok;
}

static bool write_publish(struct rolling *k, const char *compute, struct err *e)
{
    struct publication p = {.conf = k->conf, .refs = &k->refs, .to = k->to};
    bool ok = outdir_empty(k->to, e) && publication_read(&p, compute, NULL, e) &&
              summary_write(&p.summary, publication_path(&p, "summary.csv"), e) &&
              workbook_write(&p, publication_path(&p, "summary.xlsx"), e) &&
              write_package(k, "publish", &p.summary, e);
    publication_release(&p);
    return ok;
}

static bool write_all(struct rolling *k, struct err *e)
{
    const char *out = k->r->out, *work = stage_path(&k->arena, out, ".work");
    const char *compute = stage_path(&k->arena, work, "compute");
    const char *publish = stage_path(&k->arena, work, "publish");
    struct err ignored;
    k->to = compute;
    bool ok = outdir_empty(work, e) && write_compute(k, e);
    k->to = publish;
    ok = ok && write_publish(k, compute, e) &&
         outdir_swap(compute, stage_path(&k->arena, out, "compute"), e) &&
         outdir_swap(publish, stage_path(&k->arena, out, "publish"), e);
    return outdir_remove(work, ok ? e : &ignored) && ok;
}

static bool run(struct rolling *k, struct err *e)
{
    return check_out(k, e) && build_plan(k, e) && add_up(k, e) && outdir_make(k->r->out, e) &&
           take_folder(k, e) && write_all(k, e);
}

enum status rollup_command_run(const struct rollup_request *r, const struct conf *c, struct err *e)
{
    struct rolling k = {.r = r, .conf = c, .lock = -1};
    stats_begin();
    bool ok = run(&k, e);
    lock_release(k.lock);
    figures_release(&k.figures);
    compute_free(k.compute);
    plan_release(&k.plan);
    partial_release(&k.partial);
    refs_release(&k.refs);
    arena_release(&k.arena);
    return ok ? ST_OK : e->status;
}
