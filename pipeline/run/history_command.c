#include "pipeline/run/history_command.h"

#include <stdio.h>

#include "pipeline/base/sys.h"
#include "pipeline/base/zone.h"
#include "pipeline/calc/date.h"
#include "pipeline/calc/num.h"
#include "pipeline/run/keep.h"
#include "pipeline/run/kept.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/stage.h"

/* --- history --- */

struct listing {
    const struct night_request *r;
    const char *out;
    struct arena arena;
    struct run_list runs;
    struct kept *kept; /* ascending */
    size_t n;
};

/* What is kept of one run; of a damaged one nothing can be said. */
static bool read_kept(struct listing *x, struct err *e)
{
    int64_t *list;
    size_t n;
    if (!kept_list(x->out, &x->arena, &list, &n, e))
        return false;
    x->kept = ARENA_ARRAY(&x->arena, struct kept, n);
    for (size_t i = 0; i < n; i++) {
        struct err ignored = {0};
        x->n += kept_read(x->out, list[i], &x->arena, &x->kept[x->n], &ignored);
    }
    return true;
}

static const struct kept *kept_of(const struct listing *x, int64_t number)
{
    for (size_t i = x->n; i > 0; i--)
        if (x->kept[i - 1].number <= number && kept_covers(&x->kept[i - 1], number))
            return &x->kept[i - 1];
    return NULL;
}

static void print_line(struct listing *x, const struct run_line *l, struct strbuf *text)
{
    char started[32];
    const struct kept *k = kept_of(x, l->number);
    zone_print(l->started, started, sizeof started);
    strbuf_printf(text, "%5lld  %s  %-11.*s %9.*s s %6lld %10lld %8lld  ", (long long)l->number,
                  started, STR_ARG(l->result), STR_ARG(l->seconds), (long long)l->files,
                  (long long)l->rows_read, (long long)l->findings);
    size_t stored, all;
    int64_t bytes;
    if (!k) {
        strbuf_printf(text, "-\n");
    } else if (k->number != l->number) {
        strbuf_printf(text, "=%lld\n", (long long)k->number);
    } else {
        kept_contents(x->out, k, &stored, &all, &bytes);
        strbuf_printf(text, "%zu/%zu  %lld.%lld MB\n", stored, all, (long long)(bytes / 1000000),
                      (long long)(bytes / 100000 % 10));
    }
}

static void add_json(struct listing *x, const struct run_line *l, struct json *j)
{
    const struct kept *k = kept_of(x, l->number);
    size_t stored, all;
    int64_t bytes;
    json_object(j, NULL);
    night_run(j, "facts", l);
    if (k) {
        kept_contents(x->out, k, &stored, &all, &bytes);
        json_flat_object(j, "kept");
        json_int(j, "as", k->number);
        json_int(j, "inputs", (int64_t)all);
        json_int(j, "inputs_stored", (int64_t)stored);
        json_int(j, "bytes_stored", bytes);
        json_end(j);
    }
    json_end(j);
}

static void print_all(struct listing *x, struct strbuf *text)
{
    struct json j = {.out = text};
    if (x->r->json) {
        json_object(&j, NULL);
        json_array(&j, "runs");
        for (size_t i = 0; i < x->runs.n; i++)
            add_json(x, &x->runs.line[i], &j);
        json_end(&j);
        json_end(&j);
        strbuf_addc(text, '\n');
        return;
    }
    night_say(x->r, "I-HIST-01", NULL);
    for (size_t i = 0; i < x->runs.n; i++)
        print_line(x, &x->runs.line[i], text);
}

enum status history_command_run(const struct night_request *r, const char *out, struct err *e)
{
    struct listing x = {.r = r, .out = out};
    struct strbuf text = {0};
    bool ok = run_list_read(out, &x.arena, &x.runs, e) && read_kept(&x, e);
    if (ok && x.runs.n == 0)
        ok = err_set(e, ST_DATA, out, "E-NIGHT-02", NULL);
    if (ok)
        print_all(&x, &text);
    ok = ok && night_print(&text, e);
    strbuf_release(&text);
    arena_release(&x.arena);
    return ok ? ST_OK : e->status;
}

/* --- purge --- */

/* The first run that began on that day or later; INT64_MAX: all are before it. */
static bool run_at(const char *out, int64_t day, int64_t *number, struct err *e)
{
    struct arena a = {0};
    struct run_list runs;
    int64_t year, month, mday;
    date_civil(day, &year, &month, &mday);
    int64_t moment =
        zone_moment((struct zone_time){.year = (int)year, .month = (int)month, .day = (int)mday});
    bool ok = run_list_read(out, &a, &runs, e);
    *number = INT64_MAX;
    for (size_t i = 0; ok && i < runs.n && *number == INT64_MAX; i++)
        if (runs.line[i].started >= moment)
            *number = runs.line[i].number;
    arena_release(&a);
    return ok;
}

static bool parse_before(const char *before, const char *out, int64_t *number, struct err *e)
{
    int64_t day;
    *number = 0;
    if (!before)
        return true;
    if (date_parse_iso(str_c(before), &day))
        return run_at(out, day, number, e);
    return (num_parse_plain(str_c(before), number) && *number > 0) ||
           err_set(e, ST_CONFIG, NULL, "E-USE-04", "--before", before, "2019-12-31, 12", NULL);
}

enum status purge_command_run(const struct night_request *r, int64_t keep, const char *out,
                              struct err *e)
{
    struct keep_removed removed;
    struct arena a = {0};
    int64_t number;
    if (!parse_before(r->before, out, &number, e))
        return e->status;
    if (sys_is_absent(out)) {
        err_set(e, ST_DATA, out, "E-NIGHT-02", NULL);
        return e->status;
    }
    int lock = -1; /* a run that is about to keep must not lose what it rests on */
    bool ok = lock_take(out, 0, &lock, e) && keep_forget(out, keep, number, &removed, e);
    lock_release(lock);
    if (ok && !r->quiet)
        night_say(r, "I-HIST-02", night_number(&a, (int64_t)removed.runs),
                  night_number(&a, (int64_t)removed.contents), night_number(&a, removed.bytes),
                  NULL);
    arena_release(&a);
    return ok ? ST_OK : e->status;
}
