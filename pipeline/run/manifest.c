#include "pipeline/run/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/base/sys.h"
#include "pipeline/calc/num.h"
#include "pipeline/calc/rawunit.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/gzip.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/json.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/account.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/version.h"

struct manifest {
    const struct run_request *r;
    struct run_facts *facts;
    struct arena arena;
    struct csvtable ledger; /* of clean; rows = 0 when there is none */
    struct strbuf text;
    struct json json; /* run.json, in text */
};

void manifest_time(int64_t seconds, char *out, size_t size)
{
    struct tm tm;
    time_t t = (time_t)seconds;
    if (!gmtime_r(&t, &tm) || strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
}

static int64_t number(const struct csvtable *t, size_t r, const char *name)
{
    return num_plain_or_0(csvtable_cell(t, r, name));
}

static bool read_ledger(struct manifest *m, struct err *e)
{
    const char *path =
        stage_path(&m->arena, stage_path(&m->arena, m->r->out, chain[0].name), "ledger.csv");
    if (sys_is_absent(path))
        return true;
    if (!csvtable_read(path, &m->arena, &m->ledger, e))
        return false;
    struct run_facts *f = m->facts;
    f->files = (int64_t)m->ledger.rows;
    for (size_t r = 0; r < m->ledger.rows; r++) {
        f->rows_read += number(&m->ledger, r, "rows_read");
        f->kept += number(&m->ledger, r, "kept");
        f->rejected += number(&m->ledger, r, "rejected");
        f->findings += number(&m->ledger, r, "warnings");
    }
    f->findings += f->rejected;
    return true;
}

/* --- runs.csv --- */

static bool append(const char *path, struct str line, struct err *e)
{
    struct stat before;
    int fd = sys_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    bool ok = (fd >= 0 && fstat(fd, &before) == 0) || err_sys(e, path);
    if (ok && !sys_write(fd, line.p, line.n)) {
        ok = err_sys(e, path);
        /* half a line, or a table without a head, would spoil it for its readers */
        if (before.st_size)
            sys_ftruncate(fd, before.st_size);
        else
            sys_unlink(path);
    }
    if (fd >= 0 && sys_close(fd) != 0 && ok)
        ok = err_sys(e, path);
    return ok;
}

int64_t manifest_next(const char *out)
{
    struct err ignored;
    struct arena a = {0};
    struct csvtable old = {0};
    bool known = run_table_read(out, &a, &old, &ignored);
    int64_t next = (known && old.rows ? number(&old, old.rows - 1, "run") : 0) + 1;
    arena_release(&a);
    return next;
}

static const char *result_of(const struct run_facts *f)
{
    return f->stopped         ? "stopped"
           : f->exit != ST_OK ? "failed"
           : f->nothing_new   ? "nothing-new"
                              : "ok";
}

static const char runs_head[] =
    "run,started,seconds,exit,files,rows_read,kept,rejected,findings,program,result\n";

/* A file of a program that knew no results gets them from the exit codes: its lines and its head
 * must have the same columns. */
static bool add_results(const char *path, const struct csvtable *old, struct err *e)
{
    struct arena a = {0};
    struct strbuf text = {0};
    struct csvout out = {.out = &text};
    const char *fresh = arena_printf(&a, "%s.new", path).p;
    strbuf_add(&text, str_c(runs_head));
    for (size_t r = 0; r < old->rows; r++) {
        struct run_facts f = {.exit = (int)number(old, r, "exit")};
        for (size_t c = 0; c < old->columns; c++)
            csvout_text(&out, old->row[r][c]);
        csvout_text(&out, str_c(result_of(&f)));
        csvout_end(&out);
    }
    bool ok = outfile_put(fresh, 0644, strbuf_str(&text), e) &&
              (sys_rename(fresh, path) == 0 || err_sys(e, path));
    strbuf_release(&text);
    arena_release(&a);
    return ok;
}

static bool append_run(struct manifest *m, struct err *e)
{
    const char *path = stage_path(&m->arena, m->r->out, "runs.csv");
    struct run_facts *f = m->facts;
    struct csvtable old = {0};
    if (!run_table_read(m->r->out, &m->arena, &old, e))
        return false;
    bool fresh = old.columns == 0;
    if (!fresh && csvtable_column(&old, STR("result")) == SIZE_MAX && !add_results(path, &old, e))
        return false;
    f->number = (old.rows ? number(&old, old.rows - 1, "run") : 0) + 1;
    char started[32];
    manifest_time(f->started, started, sizeof started);
    struct strbuf line = {0};
    if (fresh)
        strbuf_add(&line, str_c(runs_head));
    strbuf_printf(&line, "%lld,%s,%.2f,%d,%lld,%lld,%lld,%lld,%lld,tongji %s,%s\n",
                  (long long)f->number, started, f->seconds, f->exit, (long long)f->files,
                  (long long)f->rows_read, (long long)f->kept, (long long)f->rejected,
                  (long long)f->findings, TONGJI_VERSION, result_of(f));
    bool ok = append(path, strbuf_str(&line), e);
    strbuf_release(&line);
    return ok;
}

/* --- run.json --- */

static void add_seconds(struct json *j, const char *key, double seconds)
{
    char digits[64];
    snprintf(digits, sizeof digits, "%.3f", seconds);
    json_number(j, key, str_c(digits));
}

static bool add_stages(struct manifest *m, struct err *e)
{
    struct json *j = &m->json;
    json_array(j, "stages");
    for (size_t s = m->r->first; s <= m->r->last; s++) {
        struct stamp stamp = {0};
        if (!stamp_read(s, stage_path(&m->arena, m->r->out, chain[s].name), &stamp, e))
            return false;
        json_flat_object(j, NULL);
        json_text(j, "name", str_c(chain[s].name));
        add_seconds(j, "seconds", m->facts->stage_seconds[s]);
        json_text(j, "id", str_c(stamp.id));
        json_end(j);
    }
    json_end(j);
    return true;
}

static void add_file(struct manifest *m, struct str path, struct str sha256, int64_t bytes)
{
    json_flat_object(&m->json, NULL);
    json_text(&m->json, "file", path);
    json_int(&m->json, "bytes", bytes);
    json_text(&m->json, "sha256", sha256);
    json_end(&m->json);
}

/* The reference tables, then the raw files that were read. */
static bool add_inputs(struct manifest *m, struct err *e)
{
    const struct conf *c = m->r->conf;
    const char *raw = m->r->opts->raw ? m->r->opts->raw : c->raw.p;
    json_array(&m->json, "inputs");
    for (size_t i = 0; i < REF_N; i++) {
        const char *path = arena_printf(&m->arena, "%s/%.*s", raw, STR_ARG(c->ref[i].file)).p;
        char hex[65];
        uint64_t bytes;
        if (!c->ref[i].file.n || sys_is_absent(path))
            continue;
        if (!infile_hash(path, hex, &bytes, e))
            return false;
        add_file(m, c->ref[i].file, str_c(hex), (int64_t)bytes);
    }
    for (size_t r = 0; r < m->ledger.rows; r++) {
        struct str sha256 = csvtable_cell(&m->ledger, r, "sha256");
        if (sha256.n)
            add_file(m, csvtable_cell(&m->ledger, r, "file"), sha256,
                     number(&m->ledger, r, "bytes"));
    }
    json_end(&m->json);
    return true;
}

/* Everything in the stages' folders but the internal tables. */
static bool add_outputs(struct manifest *m, struct err *e)
{
    json_array(&m->json, "outputs");
    for (size_t s = 0; s < chain_length; s++) {
        const char *dir = stage_path(&m->arena, m->r->out, chain[s].name);
        struct dirlist list;
        if (sys_is_absent(dir))
            continue;
        if (!dirlist_read(dir, &m->arena, &list, e))
            return false;
        for (size_t i = 0; i < list.n; i++) {
            if (rawunit_is_internal(list.file[i].path))
                continue;
            const char *path = stage_path(&m->arena, dir, list.file[i].path.p);
            char hex[65];
            uint64_t bytes;
            if (!infile_hash(path, hex, &bytes, e))
                return false;
            add_file(m,
                     arena_printf(&m->arena, "%s/%.*s", chain[s].name, STR_ARG(list.file[i].path)),
                     str_c(hex), (int64_t)bytes);
        }
    }
    json_end(&m->json);
    return true;
}

static void add_facts(struct manifest *m)
{
    const struct run_facts *f = m->facts;
    struct json *j = &m->json;
    char started[32], settings[65];
    manifest_time(f->started, started, sizeof started);
    sha256_hex(m->r->conf->canonical, settings);
    json_text(j, "program", STR("tongji " TONGJI_VERSION));
    json_text(j, "compiler", STR(__VERSION__));
    json_text(j, "gzip", str_c(gz_library));
    json_text(j, "sha256", str_c(sha256_library));
    json_int(j, "run", f->number);
    json_text(j, "started", str_c(started));
    add_seconds(j, "seconds", f->seconds);
    json_int(j, "exit", f->exit);
    json_text(j, "config", m->r->conf->path);
    json_text(j, "settings_sha256", str_c(settings));
    json_int(j, "files", f->files);
    json_int(j, "rows_read", f->rows_read);
    json_int(j, "kept_by_clean", f->kept);
    json_int(j, "rejected", f->rejected);
    json_int(j, "findings", f->findings);
}

static bool write_json(struct manifest *m, struct err *e)
{
    m->json.out = &m->text;
    json_object(&m->json, NULL);
    add_facts(m);
    if (!add_stages(m, e) || !add_inputs(m, e) || !add_outputs(m, e))
        return false;
    json_end(&m->json);
    strbuf_addc(&m->text, '\n');
    const char *path = stage_path(&m->arena, m->r->out, "run.json");
    const char *fresh = stage_path(&m->arena, m->r->out, ".run.json.new");
    if (!outfile_put(fresh, 0644, strbuf_str(&m->text), e))
        return false;
    return sys_rename(fresh, path) == 0 || err_sys(e, path);
}

bool manifest_write(const struct run_request *r, struct run_facts *facts, struct err *e)
{
    struct manifest m = {.r = r, .facts = facts};
    bool good = facts->exit == ST_OK;
    bool ok = (!good || read_ledger(&m, e)) && append_run(&m, e) &&
              (!good || facts->nothing_new || write_json(&m, e));
    strbuf_release(&m.text);
    arena_release(&m.arena);
    return ok;
}
