#include "pipeline/run/cleanunit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/base/sys.h"
#include "pipeline/calc/allcolumns.h"
#include "pipeline/calc/schema.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/uses.h"

/* A folder with finished units. */
struct source {
    const char *dir;
    struct cleanlist_index changes; /* of its changes.csv.gz */
};
enum { SOURCES = 2 };

/* A raw file. */
struct entry {
    struct arena arena;
    char sha256[65]; /* "": not known yet */
    char base[65], key[65];
    const char *table; /* of the unit that was found */
    struct rawunit unit;
    struct str *name; /* columns that its export does not declare */
    size_t n_names;
};

struct cleanunits {
    struct cleanunits_of of;
    struct arena arena;
    struct source source[SOURCES];
    size_t n_sources;
    struct str *settings; /* by export, of a file that no [file] section is about */
    struct entry *entry;  /* by file of the set; owned */
    struct cleanlist_part *part;
    struct rawfile_worker **worker;
};

struct cleanunits *cleanunits_new(const struct cleanunits_of *of)
{
    struct cleanunits *u = x_calloc(1, sizeof *u);
    const struct conf *c = of->conf;
    u->of = *of;
    u->entry = x_calloc(of->files->n, sizeof *u->entry);
    u->part = ARENA_ARRAY(&u->arena, struct cleanlist_part, of->files->n);
    u->worker = ARENA_ARRAY(&u->arena, struct rawfile_worker *, of->jobs);
    u->settings = ARENA_ARRAY(&u->arena, struct str, c->n_exports);
    for (size_t x = 0; x < c->n_exports; x++)
        u->settings[x] = uses_of_file(c, x, STR(""), &u->arena);
    return u;
}

void cleanunits_free(struct cleanunits *u)
{
    if (!u)
        return;
    for (size_t i = 0; i < u->of.files->n; i++)
        arena_release(&u->entry[i].arena);
    for (size_t w = 0; w < u->of.jobs; w++)
        rawfile_worker_free(u->worker[w]);
    for (size_t s = 0; s < u->n_sources; s++)
        cleanlist_index_release(&u->source[s].changes);
    free(u->entry);
    arena_release(&u->arena);
    free(u);
}

void cleanunits_look_into(struct cleanunits *u, const char *dir)
{
    if (sys_is_absent(dir))
        return;
    if (u->n_sources == SOURCES)
        BUG("too many folders with units");
    struct source *s = &u->source[u->n_sources++];
    s->dir = arena_str(&u->arena, str_c(dir)).p;
    cleanlist_index_read(s->dir, &s->changes);
}

const struct cleanlist_part *cleanunits_parts(const struct cleanunits *u)
{
    return u->part;
}

static struct rawfile_worker *worker(struct cleanunits *u, size_t w)
{
    if (!u->worker[w]) {
        u->worker[w] = rawfile_worker_new(u->of.conf, u->of.refs, u->of.secret, u->of.files->raw,
                                          u->of.list_changes);
        rawfile_worker_count(u->worker[w], u->of.progress);
    }
    return u->worker[w];
}

/* --- hashes of raw files --- */

bool cleanunits_hand_over(const struct rawset *files, const char *path, struct err *e)
{
    struct strbuf text = {0};
    for (size_t i = 0; i < files->n; i++) {
        const struct rawfile *f = &files->file[i];
        if (!f->sha256[0])
            continue;
        strbuf_printf(&text, "%s %llu %lld ", f->sha256, (unsigned long long)f->file->bytes,
                      (long long)f->file->mtime);
        rawset_print_path(f, &text);
        strbuf_addc(&text, '\n');
    }
    bool ok = outfile_put(path, 0600, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

void cleanunits_take_hashes(struct cleanunits *u, const char *path)
{
    struct err ignored;
    struct strbuf text = {0}, want = {0};
    struct map seen = {0};
    if (sys_is_absent(path) || !infile_read(path, SIZE_MAX / 2, &text, NULL, NULL, &ignored))
        text.n = 0;
    /* All behind the hash is the key, so that a file of another size or time is not found. */
    for (size_t at = 0; at + 65 < text.n;) {
        struct str line = str_from(strbuf_str(&text), at);
        line.n = str_find(line, '\n');
        map_put(&seen, str_from(line, 65), at);
        at += line.n + 1;
    }
    for (size_t i = 0; i < u->of.files->n; i++) {
        const struct rawfile *f = &u->of.files->file[i];
        want.n = 0;
        strbuf_printf(&want, "%llu %lld ", (unsigned long long)f->file->bytes,
                      (long long)f->file->mtime);
        rawset_print_path(f, &want);
        size_t at = map_get(&seen, strbuf_str(&want));
        if (at != MAP_NONE)
            memcpy(u->entry[i].sha256, text.p + at, 64);
    }
    map_release(&seen);
    strbuf_release(&text);
    strbuf_release(&want);
}

void cleanunits_know_hashes(struct cleanunits *u)
{
    for (size_t i = 0; i < u->of.files->n; i++)
        memcpy(u->entry[i].sha256, u->of.files->file[i].sha256, sizeof u->entry[i].sha256);
}

/* Hashes file i unless that was done; false when it is gone or being written. */
static bool know_hash(struct cleanunits *u, size_t i)
{
    struct entry *k = &u->entry[i];
    return k->sha256[0] || rawset_hash(u->of.files->raw, u->of.files->file[i].file, k->sha256);
}

/* --- keys --- */

static struct str settings_of(struct cleanunits *u, size_t i, struct arena *a)
{
    const struct conf *c = u->of.conf;
    const struct rawfile *f = &u->of.files->file[i];
    for (size_t s = 0; s < c->n_files_said; s++)
        if (conf_file_matches(&c->files_said[s], f->file->path))
            return uses_of_file(c, f->export, f->file->path, a);
    return u->settings[f->export];
}

static void add(struct sha256 *h, const char *what, struct str s)
{
    char size[32];
    snprintf(size, sizeof size, " %zu ", s.n);
    sha256_add(h, str_c(what));
    sha256_add(h, str_c(size));
    sha256_add(h, s);
}

static void add_number(struct sha256 *h, const char *what, int64_t v)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)v);
    add(h, what, str_c(digits));
}

static void add_references(struct sha256 *h, const struct cleanunits *u,
                           const struct conf_export *x)
{
    const struct refs *r = u->of.refs;
    for (size_t i = 0; i < REF_N; i++)
        if (uses_reference_of_files(str_c(ref_table[i].name)))
            add(h, ref_table[i].name, str_c(r->sha256[i]));
    for (size_t c = 0; c < x->n; c++) {
        const struct conf_words *prefix = &x->column[c].type->strip_prefix;
        for (size_t w = 0; w < prefix->n; w++)
            if (str_starts(prefix->word[w], STR("$")))
                add(h, "parameter", refs_parameter(r, str_from(prefix->word[w], 1)));
    }
}

static void add_corrections(struct sha256 *h, const struct refs *r, struct str path)
{
    size_t n;
    const struct correction *c = refs_corrections(r, path, &n);
    for (size_t i = 0; i < n; i++) {
        const struct str text[] = {c[i].column, c[i].value,  c[i].before,
                                   c[i].reason, c[i].person, c[i].date};
        add_number(h, "correction", (int64_t)c[i].line);
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            add(h, "", text[t]);
    }
}

/* All but the columns of other files. */
static void make_base(struct cleanunits *u, size_t i, const struct conf_export *x)
{
    struct entry *k = &u->entry[i];
    const struct rawfile *f = &u->of.files->file[i];
    struct sha256 *h = sha256_new();
    char secret[SECRET_HEX];
    secret_hash(u->of.secret, STR("which key is it?"), secret);
    add(h, "program", str_c(u->of.program));
    add(h, "secret", (struct str){secret, sizeof secret});
    add(h, "path", f->file->path);
    add(h, "sha256", str_c(k->sha256));
    add(h, "export", x->id);
    add(h, "org", f->name.org);
    add_number(h, "cutoff", f->cutoff);
    add_number(h, "changes", u->of.list_changes);
    add(h, "settings", settings_of(u, i, &k->arena));
    add_references(h, u, x);
    add_corrections(h, u->of.refs, f->file->path);
    sha256_end(h, k->base);
}

static void make_key(struct cleanunits *u, size_t i)
{
    struct entry *k = &u->entry[i];
    const struct conf_export *x = &u->of.conf->exports[u->of.files->file[i].export];
    struct sha256 *h = sha256_new();
    make_base(u, i, x);
    add(h, "base", str_c(k->base));
    for (size_t c = 0; c < x->n; c++)
        if (x->column[c].found)
            add(h, "column", x->column[c].name);
    sha256_end(h, k->key);
}

/* --- looking for units --- */

/* Reads the unit of file i in a folder; one whose file has another size need not be asked for. */
static bool read_unit(struct cleanunits *u, size_t i, const struct source *s, struct rawfile *f)
{
    struct entry *k = &u->entry[i];
    const struct conf_export *x = &u->of.conf->exports[f->export];
    k->table = schema_clean_path(&k->arena, s->dir, x->id, f->file->path).p;
    return rawunit_try_read(rawunit_path(&k->arena, k->table), &k->arena, &k->unit, f) &&
           f->bytes == f->file->bytes && know_hash(u, i);
}

static bool has_size(const char *path, uint64_t bytes)
{
    struct stat st;
    return stat(path, &st) == 0 && (uint64_t)st.st_size == bytes;
}

/* Where the list of changes of the unit in hand is; false when it is not there. */
static bool find_changes(struct cleanunits *u, size_t i, const struct source *s)
{
    struct entry *k = &u->entry[i];
    const char *own = rawfile_changes_path(&k->arena, k->table);
    u->part[i] = (struct cleanlist_part){0};
    if (!k->unit.changes_bytes)
        return true;
    if (has_size(own, k->unit.changes_bytes)) {
        u->part[i] = (struct cleanlist_part){.path = own, .length = k->unit.changes_bytes};
        return true;
    }
    return cleanlist_index_find(&s->changes, u->of.files->file[i].file->path, &u->part[i]) &&
           u->part[i].length == k->unit.changes_bytes;
}

bool cleanunits_find(struct cleanunits *u, size_t i)
{
    struct entry *k = &u->entry[i];
    struct rawfile *own = &u->of.files->file[i];
    for (size_t s = 0; s < u->n_sources; s++) {
        struct rawfile f = {
            .file = own->file, .export = own->export, .name = own->name, .cutoff = own->cutoff};
        bool good = read_unit(u, i, &u->source[s], &f);
        if (good)
            make_key(u, i);
        good = good && strcmp(k->key, k->unit.key) == 0 &&
               (f.state != RAWFILE_READ || has_size(k->table, k->unit.table_bytes)) &&
               find_changes(u, i, &u->source[s]);
        if (good) {
            rawfile_release(own);
            *own = f;
            return true;
        }
        rawfile_release(&f);
    }
    return false;
}

/* --- columns --- */

/* The names that file i has beyond those that are declared. */
static bool name_one(void *context, size_t t, size_t w, struct err *e)
{
    struct cleanunits *u = context;
    size_t i = u->of.files->todo[t];
    struct entry *k = &u->entry[i];
    const struct rawfile *own = &u->of.files->file[i];
    const struct conf_export *x = &u->of.conf->exports[own->export];
    if (!x->all)
        return true;
    bool known = false;
    for (size_t s = 0; s < u->n_sources && !known; s++) {
        struct rawfile f = {
            .file = own->file, .export = own->export, .name = own->name, .cutoff = own->cutoff};
        known = read_unit(u, i, &u->source[s], &f);
        if (known)
            make_base(u, i, x);
        known = known && strcmp(k->base, k->unit.base) == 0;
        rawfile_release(&f);
    }
    k->name = k->unit.name;
    k->n_names = k->unit.n_names;
    return known || rawfile_columns(worker(u, w), own, &k->arena, &k->name, &k->n_names, e);
}

/* Each file has its ceiling of columns; so has what they have together. */
static bool has_room(const struct cleanunits *u, size_t export, struct err *e)
{
    const struct conf *c = u->of.conf;
    const struct conf_export *x = &c->exports[export];
    char most[24], id[128];
    if (!x->all || x->n <= (size_t)c->limits.columns)
        return true;
    snprintf(most, sizeof most, "%lld", (long long)c->limits.columns);
    snprintf(id, sizeof id, "%.*s", STR_ARG(x->id));
    return err_set(e, ST_DATA, u->of.files->raw, "E-FILE-09", id, most, NULL);
}

bool cleanunits_columns(struct cleanunits *u, struct err *e)
{
    const struct rawset *files = u->of.files;
    if (!allcolumns_wanted(u->of.conf))
        return true;
    if (!pool_run(u->of.jobs, files->n_todo, name_one, u, e))
        return false;
    for (size_t i = 0; i < files->n; i++) {
        if (!u->entry[i].n_names)
            continue;
        allcolumns_add(u->of.conf, files->file[i].export, u->entry[i].name, u->entry[i].n_names);
        if (!has_room(u, files->file[i].export, e))
            return false;
    }
    return true;
}

/* --- taking and making --- */

bool cleanunits_take(struct cleanunits *u, size_t i, const char *to, bool *taken, struct err *e)
{
    struct entry *k = &u->entry[i];
    const char *unit = rawunit_path(&k->arena, k->table);
    bool has_table = u->of.files->file[i].state == RAWFILE_READ;
    *taken = (!has_table || access(k->table, R_OK) == 0) && access(unit, R_OK) == 0;
    return !*taken || ((!has_table || outfile_link(k->table, to, e)) &&
                       outfile_link(unit, rawunit_path(&k->arena, to), e));
}

/* What a file gave that could not be read, that moved or that a correction does not fit is no more
 * than a message of this run. */
static bool is_kept(const struct rawfile *f)
{
    bool looked_at =
        f->state == RAWFILE_READ || f->state == RAWFILE_EMPTY || f->state == RAWFILE_HEADER;
    return looked_at && f->misfits.n == 0;
}

bool cleanunits_make(struct cleanunits *u, size_t i, const char *to, size_t w, struct err *e)
{
    struct entry *k = &u->entry[i];
    struct rawfile *f = &u->of.files->file[i];
    if (!rawfile_clean(worker(u, w), f, to, e))
        return false;
    const char *changes = rawfile_changes_path(&k->arena, to);
    k->unit = (struct rawunit){.name = k->name, .n_names = k->n_names};
    if ((f->state == RAWFILE_READ && !sys_size(to, &k->unit.table_bytes, e)) ||
        (u->of.list_changes && rawfile_changed(f) && !sys_size(changes, &k->unit.changes_bytes, e)))
        return false;
    u->part[i] = (struct cleanlist_part){
        .path = changes, .length = k->unit.changes_bytes, .temporary = true};
    if (!is_kept(f))
        return true;
    memcpy(k->sha256, f->sha256, sizeof k->sha256);
    make_key(u, i);
    memcpy(k->unit.base, k->base, sizeof k->base);
    memcpy(k->unit.key, k->key, sizeof k->key);
    return rawunit_write(rawunit_path(&k->arena, to), &k->unit, f, e);
}
