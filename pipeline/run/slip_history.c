#include "pipeline/run/slip_history.h"

#include "pipeline/base/sys.h"
#include "pipeline/calc/slip_compare.h"
#include "pipeline/chain.h"
#include "pipeline/io/csvout.h"
#include "pipeline/io/dirlist.h"
#include "pipeline/io/infile.h"
#include "pipeline/io/outfile.h"
#include "pipeline/run/manifest.h"
#include "pipeline/run/outdir.h"
#include "pipeline/run/stage.h"

struct history {
    const struct conf *conf;
    struct arena arena;
    const char *now, *old,
        *fresh; /* folders: published slips, history as it is and as it will be */
    char started[32];
    struct strbuf sums, log;
    struct csvout sums_out, log_out;
};

static bool exists(const char *path)
{
    return !sys_is_absent(path);
}

static bool list(struct history *h, const char *dir, struct dirlist *files, struct err *e)
{
    *files = (struct dirlist){0};
    return !exists(dir) || dirlist_read(dir, &h->arena, files, e);
}

static bool put(struct history *h, const char *folder, struct str name, struct str text,
                struct err *e)
{
    const char *dir = stage_path(&h->arena, h->fresh, folder);
    return outfile_put(stage_path(&h->arena, dir, arena_str(&h->arena, name).p), 0640, text, e);
}

static bool copy_slip(struct history *h, const char *from, struct str name, struct err *e)
{
    struct strbuf text = {0};
    bool ok = infile_read(from, SIZE_MAX / 2, &text, NULL, NULL, e) &&
              put(h, "last", name, strbuf_str(&text), e);
    strbuf_release(&text);
    return ok;
}

static void add_counts(struct csvout *out, struct str org, const struct slip_changes *c)
{
    const int64_t count[] = {c->last, c->now, c->mended, c->same, c->fresh, c->unknown};
    csvout_text(out, org);
    for (size_t i = 0; i < sizeof count / sizeof count[0]; i++)
        csvout_int(out, count[i]);
    csvout_end(out);
}

/* `name`: of the slip's file, which this run or the last one wrote, or both. */
static bool compare_one(struct history *h, struct str name, struct err *e)
{
    struct arena a = {0};
    struct slip_changes changes;
    struct str org = {name.p, name.n - strlen(".csv")};
    const char *file = arena_str(&a, name).p;
    const char *now = stage_path(&a, h->now, file);
    const char *last = stage_path(&a, stage_path(&a, h->old, "last"), file);
    bool is_now = exists(now);
    struct strbuf text = {0};
    bool ok = slip_compare(exists(last) ? last : NULL, is_now ? now : NULL, &a, &changes, e);
    if (!ok && e->status == ST_DATA) { /* somebody wrote into it: no reason to fail every run */
        *e = (struct err){0};
        ok = slip_compare(NULL, is_now ? now : NULL, &a, &changes, e);
    }
    if (ok) {
        slip_compare_csv(&changes, h->conf->language, &text);
        add_counts(&h->sums_out, org, &changes);
        if (changes.mended || changes.fresh || changes.unknown) {
            csvout_raw(&h->log_out, str_c(h->started));
            add_counts(&h->log_out, org, &changes);
        }
    }
    ok = ok && put(h, "compared", name, strbuf_str(&text), e) &&
         (!is_now || copy_slip(h, now, name, e));
    strbuf_release(&text);
    arena_release(&a);
    return ok;
}

/* Every organisation with a slip now or before, in byte order. */
static bool compare_all(struct history *h, struct err *e)
{
    struct dirlist now, last;
    if (!list(h, h->now, &now, e) || !list(h, stage_path(&h->arena, h->old, "last"), &last, e))
        return false;
    size_t i = 0, k = 0;
    bool ok = true;
    while (ok && (i < now.n || k < last.n)) {
        int order = i == now.n    ? 1
                    : k == last.n ? -1
                                  : str_cmp(now.file[i].path, last.file[k].path);
        struct str name = order <= 0 ? now.file[i].path : last.file[k].path;
        i += order <= 0;
        k += order >= 0;
        if (str_ends(name, STR(".csv")))
            ok = compare_one(h, name, e);
    }
    return ok;
}

static bool begin(struct history *h, struct err *e)
{
    static const char counts[] = "org,last,now,mended,same,new,unknown\n";
    const char *log = stage_path(&h->arena, h->old, "log.csv");
    strbuf_add(&h->sums, str_c(counts));
    if (exists(log))
        return infile_read(log, SIZE_MAX / 2, &h->log, NULL, NULL, e);
    strbuf_printf(&h->log, "started,%s", counts);
    return true;
}

static bool finish(struct history *h, struct err *e)
{
    static const struct str sums = {"compared.csv", 12}, log = {"log.csv", 7};
    return put(h, ".", sums, strbuf_str(&h->sums), e) && put(h, ".", log, strbuf_str(&h->log), e) &&
           outdir_give(h->fresh, h->conf->group, e) && outdir_swap(h->fresh, h->old, e);
}

bool slip_history_update(const char *out, const struct conf *c, int64_t started, struct err *e)
{
    struct history h = {.conf = c};
    struct arena *a = &h.arena;
    const char *publish = stage_path(a, out, chain[chain_length - 1].name);
    const char *history = stage_path(a, out, "history");
    h.now = stage_path(a, publish, "returns");
    h.old = stage_path(a, history, "slips");
    h.fresh = stage_path(a, history, ".slips.new");
    h.sums_out = (struct csvout){.out = &h.sums, .defuse = true};
    h.log_out = (struct csvout){.out = &h.log, .defuse = true};
    manifest_time(started, h.started, sizeof h.started);
    bool ok = outdir_empty(h.fresh, e) && begin(&h, e) && compare_all(&h, e) && finish(&h, e);
    strbuf_release(&h.sums);
    strbuf_release(&h.log);
    arena_release(a);
    return ok;
}
