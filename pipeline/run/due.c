#include "pipeline/run/due.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/chain.h"
#include "pipeline/io/hash.h"
#include "pipeline/io/infile.h"
#include "pipeline/run/basis.h"
#include "pipeline/run/pool.h"
#include "pipeline/run/stage.h"
#include "pipeline/run/stamp.h"

/* --- the raw files --- */

/* The raw files of the result that is there: path -> index of the text of its line up to it. */
struct known {
    struct map path;
    struct str *size_and_hash;
    size_t n;
};

static void read_known(struct str have, struct arena *a, struct known *k)
{
    struct str line, head = {have.p, str_find_str(have, STR("\n\n"))};
    size_t lines = 1;
    for (size_t i = 0; i < head.n; i++)
        lines += head.p[i] == '\n';
    k->size_and_hash = ARENA_ARRAY(a, struct str, lines);
    for (; head.n; head = str_from(head, line.n + 1)) {
        line = (struct str){head.p, str_find(head, '\n')};
        if (!str_starts(line, STR("raw ")))
            continue;
        struct str rest = str_from(line, 4);
        size_t size = str_find(rest, ' ');
        size_t hash = size + 1 + str_find(str_from(rest, size + 1), ' ');
        k->size_and_hash[k->n] = (struct str){rest.p, hash};
        map_put(&k->path, str_from(rest, hash + 1), k->n++);
    }
}

struct hashing {
    struct due *d;
    struct known known;
    bool exact;
};

/* A file that is not known, or has another size, is another one: who reads it hashes it. */
static bool hash_one(void *context, size_t i, size_t worker, struct err *e)
{
    (void)worker;
    (void)e;
    struct hashing *h = context;
    struct rawfile *f = &h->d->files.file[h->d->files.todo[i]];
    struct strbuf shown = {0};
    rawset_print_path(f, &shown);
    size_t at = map_get(&h->known.path, strbuf_str(&shown));
    strbuf_release(&shown);
    char size[32];
    snprintf(size, sizeof size, "%llu ", (unsigned long long)f->file->bytes);
    bool is_other = at == MAP_NONE || !str_starts(h->known.size_and_hash[at], str_c(size));
    if (is_other && !h->exact)
        return true;
    rawset_hash(h->d->raw, f->file, f->sha256);
    return true;
}

static bool find_files(struct due *d, bool exact, struct err *e)
{
    const struct conf *c = d->r->conf;
    struct hashing h = {.d = d, .exact = exact};
    if (!rawset_find(&d->files, c, &d->refs, d->raw, e))
        return false;
    read_known(d->stage[0].have, &d->arena, &h.known);
    size_t jobs = d->r->opts->jobs ? (size_t)d->r->opts->jobs : (size_t)c->jobs;
    bool ok = pool_run(jobs ? jobs : pool_cores(), d->files.n_todo, hash_one, &h, e);
    map_release(&h.known.path);
    return ok;
}

/* --- the stages --- */

static const char *dir_of(void *context, size_t stage)
{
    struct due *d = context;
    return stage_path(&d->arena, d->r->out, chain[stage].name);
}

bool due_judge(struct due *d, size_t s, const char *input, struct err *e)
{
    struct due_stage *k = &d->stage[s];
    struct basis b = {.conf = d->r->conf,
                      .refs = &d->refs,
                      .program = k->program,
                      .input = input,
                      .raw = &d->files,
                      .list_changes = basis_lists_changes(d->r->conf, d->r->opts)};
    struct stamp stamp;
    if (!basis_text(s, &b, &d->arena, &k->want, e))
        return false;
    sha256_hex(k->want, k->id);
    k->stale = d->r->force || !stamp_try_read(dir_of(d, s), &stamp) || strcmp(stamp.id, k->id) != 0;
    return true;
}

/* A chain that begins with a later stage rests on what is there; where that is stale itself the
 * stage is started and says so. */
static bool judge_first(struct due *d, bool exact, struct err *e)
{
    size_t first = d->r->first;
    struct stamp before;
    struct err ignored;
    if (first == 0)
        return find_files(d, exact, e) && due_judge(d, 0, NULL, e);
    if (stamp_check(first - 1, dir_of, d, &ignored) &&
        stamp_try_read(dir_of(d, first - 1), &before))
        return due_judge(d, first, before.id, e);
    d->stage[first].stale = true;
    return true;
}

bool due_find(struct due *d, const struct run_request *r, bool exact, struct err *e)
{
    *d = (struct due){.r = r, .raw = r->opts->raw ? r->opts->raw : r->conf->raw.p};
    if (!refs_load(r->conf, d->raw, r->opts->year, &d->refs, e))
        return false;
    for (size_t s = r->first; s <= r->last; s++) {
        const char *program = stage_path(&d->arena, r->libexec, chain[s].name);
        if (!infile_hash(program, d->stage[s].program, NULL, e))
            return false;
        d->stage[s].have = basis_read(dir_of(d, s), &d->arena);
    }
    if (!judge_first(d, exact, e))
        return false;
    for (size_t s = r->first + 1; s <= r->last; s++)
        if (!due_judge(d, s, d->stage[s - 1].id, e))
            return false;
    return true;
}

void due_release(struct due *d)
{
    rawset_release(&d->files);
    refs_release(&d->refs);
    arena_release(&d->arena);
}
