#include "pipeline/run/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/calc/num.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvtable.h"
#include "pipeline/io/gzip.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"
#include "pipeline/run/version.h"

struct manifest {
    const struct run_request *r;
    struct run_facts *facts;
    struct arena arena;
    struct csvtable ledger; /* of clean; rows = 0 when there is none */
    struct strbuf json;
};

static void quote(struct strbuf *out, struct str s)
{
    strbuf_addc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            strbuf_addc(out, '\\');
        if (c < 0x20)
            strbuf_printf(out, "\\u%04x", c);
        else
            strbuf_addc(out, (char)c);
    }
    strbuf_addc(out, '"');
}

void manifest_time(int64_t seconds, char *out, size_t size)
{
    struct tm tm;
    time_t t = (time_t)seconds;
    if (!gmtime_r(&t, &tm) || strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
}

static struct str cell(const struct csvtable *t, size_t r, const char *name)
{
    size_t c = csvtable_column(t, str_c(name));
    return c == SIZE_MAX ? STR("") : t->row[r][c];
}

static int64_t number(const struct csvtable *t, size_t r, const char *name)
{
    int64_t v;
    return num_parse_plain(cell(t, r, name), &v) ? v : 0;
}

static bool read_ledger(struct manifest *m, struct err *e)
{
    const char *path =
        stage_path(&m->arena, stage_path(&m->arena, m->r->out, chain[0].name), "ledger.csv");
    if (access(path, F_OK) != 0)
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

static bool append_run(struct manifest *m, struct err *e)
{
    static const char head[] = "run,started,seconds,exit,files,rows_read,kept,rejected,findings,"
                               "program\n";
    const char *path = stage_path(&m->arena, m->r->out, "runs.csv");
    struct run_facts *f = m->facts;
    struct csvtable old = {0};
    bool fresh = access(path, F_OK) != 0;
    if (!fresh && !csvtable_read(path, &m->arena, &old, e))
        return false;
    f->number = (old.rows ? number(&old, old.rows - 1, "run") : 0) + 1;
    char started[32];
    manifest_time(f->started, started, sizeof started);
    struct strbuf line = {0};
    if (fresh)
        strbuf_add(&line, str_c(head));
    strbuf_printf(&line, "%lld,%s,%.2f,%d,%lld,%lld,%lld,%lld,%lld,tongji %s\n",
                  (long long)f->number, started, f->seconds, f->exit, (long long)f->files,
                  (long long)f->rows_read, (long long)f->kept, (long long)f->rejected,
                  (long long)f->findings, TONGJI_VERSION);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    bool ok = fd >= 0 && write(fd, line.p, line.n) == (ssize_t)line.n;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    strbuf_release(&line);
    return ok || err_sys(e, path);
}

/* --- run.json --- */

static void add_stages(struct manifest *m)
{
    strbuf_add(&m->json, STR("  \"stages\": ["));
    for (size_t s = m->r->first; s <= m->r->last; s++) {
        struct stamp stamp = {0};
        stamp_try_read(stage_path(&m->arena, m->r->out, chain[s].name), &stamp);
        strbuf_printf(&m->json, "%s\n    {\"name\": \"%s\", \"seconds\": %.3f, \"id\": \"%s\"}",
                      s == m->r->first ? "" : ",", chain[s].name, m->facts->stage_seconds[s],
                      stamp.id);
    }
    strbuf_add(&m->json, STR("\n  ],\n"));
}

static void add_file(struct manifest *m, bool first, struct str path, struct str sha256,
                     int64_t bytes)
{
    strbuf_add(&m->json, first ? STR("\n    {\"file\": ") : STR(",\n    {\"file\": "));
    quote(&m->json, path);
    strbuf_printf(&m->json, ", \"bytes\": %lld, \"sha256\": \"%.*s\"}", (long long)bytes,
                  STR_ARG(sha256));
}

/* The reference tables, then the raw files that were read. */
static bool add_inputs(struct manifest *m, struct err *e)
{
    const struct conf *c = m->r->conf;
    const char *raw = m->r->opts->raw ? m->r->opts->raw : c->raw.p;
    strbuf_add(&m->json, STR("  \"inputs\": ["));
    bool first = true;
    for (size_t i = 0; i < REF_N; i++) {
        const char *path = arena_printf(&m->arena, "%s/%.*s", raw, STR_ARG(c->ref[i].file)).p;
        char hex[65];
        uint64_t bytes;
        if (!c->ref[i].file.n || access(path, F_OK) != 0)
            continue;
        if (!infile_hash(path, hex, &bytes, e))
            return false;
        add_file(m, first, c->ref[i].file, str_c(hex), (int64_t)bytes);
        first = false;
    }
    for (size_t r = 0; r < m->ledger.rows; r++) {
        struct str sha256 = cell(&m->ledger, r, "sha256");
        if (!sha256.n)
            continue;
        add_file(m, first, cell(&m->ledger, r, "file"), sha256, number(&m->ledger, r, "bytes"));
        first = false;
    }
    strbuf_add(&m->json, STR("\n  ],\n"));
    return true;
}

/* Everything in the stages' folders but the internal tables. */
static bool add_outputs(struct manifest *m, struct err *e)
{
    strbuf_add(&m->json, STR("  \"outputs\": ["));
    bool first = true;
    for (size_t s = 0; s < chain_length; s++) {
        const char *dir = stage_path(&m->arena, m->r->out, chain[s].name);
        struct dirlist list;
        if (access(dir, F_OK) != 0)
            continue;
        if (!dirlist_read(dir, &m->arena, &list, e))
            return false;
        for (size_t i = 0; i < list.n; i++) {
            if (str_ends(list.file[i].path, STR(".tjt")))
                continue;
            const char *path = stage_path(&m->arena, dir, list.file[i].path.p);
            char hex[65];
            uint64_t bytes;
            if (!infile_hash(path, hex, &bytes, e))
                return false;
            add_file(m, first,
                     arena_printf(&m->arena, "%s/%.*s", chain[s].name, STR_ARG(list.file[i].path)),
                     str_c(hex), (int64_t)bytes);
            first = false;
        }
    }
    strbuf_add(&m->json, STR("\n  ]\n}\n"));
    return true;
}

static bool write_json(struct manifest *m, struct err *e)
{
    const struct run_facts *f = m->facts;
    char started[32], settings[65];
    manifest_time(f->started, started, sizeof started);
    sha256_hex(m->r->conf->canonical, settings);
    strbuf_printf(&m->json,
                  "{\n  \"program\": \"tongji %s\",\n  \"compiler\": \"" __VERSION__ "\",\n"
                  "  \"gzip\": \"%s\",\n  \"sha256\": \"%s\",\n"
                  "  \"run\": %lld,\n  \"started\": \"%s\",\n  \"seconds\": %.3f,\n"
                  "  \"exit\": %d,\n  \"config\": ",
                  TONGJI_VERSION, gz_library, sha256_library, (long long)f->number, started,
                  f->seconds, f->exit);
    quote(&m->json, m->r->conf->path);
    strbuf_printf(&m->json,
                  ",\n  \"settings_sha256\": \"%s\",\n  \"files\": %lld,\n  \"rows_read\": %lld,\n"
                  "  \"kept_by_clean\": %lld,\n  \"rejected\": %lld,\n  \"findings\": %lld,\n",
                  settings, (long long)f->files, (long long)f->rows_read, (long long)f->kept,
                  (long long)f->rejected, (long long)f->findings);
    add_stages(m);
    if (!add_inputs(m, e) || !add_outputs(m, e))
        return false;
    const char *path = stage_path(&m->arena, m->r->out, "run.json");
    const char *fresh = stage_path(&m->arena, m->r->out, ".run.json.new");
    if (!outfile_put(fresh, 0644, strbuf_str(&m->json), e))
        return false;
    return rename(fresh, path) == 0 || err_sys(e, path);
}

bool manifest_write(const struct run_request *r, struct run_facts *facts, struct err *e)
{
    struct manifest m = {.r = r, .facts = facts};
    bool good = facts->exit == ST_OK;
    bool ok = (!good || read_ledger(&m, e)) && append_run(&m, e) && (!good || write_json(&m, e));
    strbuf_release(&m.json);
    arena_release(&m.arena);
    return ok;
}
