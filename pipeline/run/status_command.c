#include "pipeline/run/status_command.h"

#include <stdio.h>

#include "pipeline/base/zone.h"
#include "pipeline/run/lock.h"
#include "pipeline/run/manifest.h"

enum word { WORD_OK, WORD_NOTHING_NEW, WORD_RUNNING, WORD_FAILED, WORD_LATE, WORD_NEVER, WORDS };
static const struct {
    const char *name;
    bool good;
} words[WORDS] = {
    [WORD_OK] = {"ok", true},           [WORD_NOTHING_NEW] = {"nothing-new", true},
    [WORD_RUNNING] = {"running", true}, [WORD_FAILED] = {"failed", false},
    [WORD_LATE] = {"late", false},      [WORD_NEVER] = {"never", false},
};

struct looking {
    const struct night_request *r;
    const struct conf *conf;
    struct arena arena;
    struct run_list runs;
    const struct run_line *last, *good; /* NULL: none */
    struct lock_facts lock;
    int64_t now;
    int64_t expected,
        next; /* the last time whose tolerance has passed; INT64_MIN, INT64_MAX: none */
    bool is_late;
    enum word word;
};

static void judge(struct looking *k)
{
    const struct conf_night *n = &k->conf->night;
    k->expected = schedule_last(&n->schedule, k->now - n->late * 60);
    k->next = schedule_next(&n->schedule, k->now);
    k->is_late = k->expected != INT64_MIN && !(k->good && run_line_ended(k->good) >= k->expected);
    if (k->lock.state == LOCK_HELD)
        k->word = WORD_RUNNING;
    else if (k->lock.state == LOCK_LEFT)
        k->word = WORD_FAILED;
    else if (!k->last)
        k->word = WORD_NEVER;
    else if (!run_line_is_good(k->last))
        k->word = WORD_FAILED;
    else if (k->is_late)
        k->word = WORD_LATE;
    else
        k->word = str_eq(k->last->result, STR("ok")) ? WORD_OK : WORD_NOTHING_NEW;
}

/* --- for a person --- */

static const char *shown(struct looking *k, int64_t moment)
{
    char text[32];
    zone_print(moment, text, sizeof text);
    return arena_str(&k->arena, str_c(text)).p;
}

static void say_run(struct looking *k, const char *code, const struct run_line *r)
{
    struct arena *a = &k->arena;
    night_say(k->r, code, shown(k, r->started), night_number(a, r->number),
              arena_str(a, r->seconds).p, night_number(a, r->files), night_number(a, r->rows_read),
              night_number(a, r->findings), night_number(a, r->exit), NULL);
}

static void print_text(struct looking *k)
{
    printf("%s\n", words[k->word].name);
    if (k->lock.state == LOCK_HELD)
        night_say(k->r, "I-STAT-01", k->lock.process, shown(k, k->lock.since), NULL);
    if (k->lock.state == LOCK_LEFT)
        night_say(k->r, "I-STAT-02", k->lock.process, shown(k, k->lock.since), NULL);
    if (k->last)
        say_run(k, run_line_is_good(k->last) ? "I-STAT-03" : "I-STAT-04", k->last);
    if (k->good && k->good != k->last)
        say_run(k, "I-STAT-05", k->good);
    if (k->last && !k->good)
        night_say(k->r, "I-STAT-06", NULL);
    if (k->is_late)
        night_say(k->r, "I-STAT-07", shown(k, k->expected), NULL);
    if (k->next != INT64_MAX)
        night_say(k->r, "I-STAT-08", shown(k, k->next), NULL);
    else
        night_say(k->r, "I-STAT-09", NULL);
}

/* --- JSON --- */

static void add_time(struct json *j, const char *key, int64_t moment)
{
    char text[32];
    manifest_time(moment, text, sizeof text);
    json_text(j, key, str_c(text));
}

static void make_json(struct looking *k, struct strbuf *text)
{
    struct json j = {.out = text};
    json_object(&j, NULL);
    json_text(&j, "status", str_c(words[k->word].name));
    json_bool(&j, "late", k->is_late);
    add_time(&j, "now", k->now);
    if (k->lock.state != LOCK_FREE) {
        json_flat_object(&j, k->lock.state == LOCK_HELD ? "running" : "killed");
        json_text(&j, "process", str_c(k->lock.process));
        add_time(&j, "since", k->lock.since);
        json_end(&j);
    }
    if (k->last)
        night_run(&j, "last_run", k->last);
    if (k->good)
        night_run(&j, "last_success", k->good);
    if (k->expected != INT64_MIN)
        add_time(&j, "was_expected", k->expected);
    if (k->next != INT64_MAX)
        add_time(&j, "next_expected", k->next);
    json_end(&j);
    strbuf_addc(text, '\n');
}

/* --- Prometheus --- */

/* The value of a gauge, or p == NULL where there is none. */
typedef struct str gauge(struct looking *k);

static struct str of_number(struct looking *k, bool has, int64_t v)
{
    return has ? arena_printf(&k->arena, "%lld", (long long)v) : (struct str){NULL, 0};
}

static struct str gauge_late(struct looking *k)
{
    return of_number(k, true, k->is_late);
}

static struct str gauge_start(struct looking *k)
{
    return of_number(k, k->last, k->last ? k->last->started : 0);
}

static struct str gauge_success(struct looking *k)
{
    return of_number(k, k->good, k->good ? k->good->started : 0);
}

static struct str gauge_next(struct looking *k)
{
    return of_number(k, k->next != INT64_MAX, k->next);
}

static struct str gauge_seconds(struct looking *k)
{
    return k->last && k->last->seconds.n ? k->last->seconds : (struct str){NULL, 0};
}

static struct str gauge_exit(struct looking *k)
{
    return of_number(k, k->last, k->last ? k->last->exit : 0);
}

static struct str gauge_files(struct looking *k)
{
    return of_number(k, k->good, k->good ? k->good->files : 0);
}

static struct str gauge_rows(struct looking *k)
{
    return of_number(k, k->good, k->good ? k->good->rows_read : 0);
}

static struct str gauge_rejected(struct looking *k)
{
    return of_number(k, k->good, k->good ? k->good->rejected : 0);
}

static struct str gauge_findings(struct looking *k)
{
    return of_number(k, k->good, k->good ? k->good->findings : 0);
}

static const struct {
    const char *name, *help;
    gauge *value;
} gauges[] = {
    {"tongji_late", "1 when the last expected run has not succeeded in time.", gauge_late},
    {"tongji_last_start_timestamp_seconds", "When the last run began.", gauge_start},
    {"tongji_last_success_timestamp_seconds", "When the last good run began.", gauge_success},
    {"tongji_next_expected_timestamp_seconds", "When the next run is expected.", gauge_next},
    {"tongji_last_duration_seconds", "How long the last run took.", gauge_seconds},
    {"tongji_last_exit_code", "Exit code of the last run.", gauge_exit},
    {"tongji_last_success_files", "Raw files of the last good run.", gauge_files},
    {"tongji_last_success_rows", "Rows read by the last good run.", gauge_rows},
    {"tongji_last_success_rejected", "Rows rejected by the last good run.", gauge_rejected},
    {"tongji_last_success_findings", "Findings of the last good run.", gauge_findings},
};

static void make_prometheus(struct looking *k, struct strbuf *text)
{
    strbuf_printf(text, "# HELP tongji_status 1 for the present status, 0 for the others.\n"
                        "# TYPE tongji_status gauge\n");
    for (size_t i = 0; i < WORDS; i++)
        strbuf_printf(text, "tongji_status{status=\"%s\"} %d\n", words[i].name, i == k->word);
    for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++) {
        struct str v = gauges[i].value(k);
        if (v.p)
            strbuf_printf(text, "# HELP %s %s\n# TYPE %s gauge\n%s %.*s\n", gauges[i].name,
                          gauges[i].help, gauges[i].name, gauges[i].name, STR_ARG(v));
    }
}

enum status status_command_run(const struct night_request *r, const struct conf *c, const char *out,
                               struct err *e)
{
    struct looking k = {.r = r, .conf = c, .now = zone_now()};
    struct strbuf text = {0};
    bool ok = run_list_read(out, &k.arena, &k.runs, e);
    if (ok) {
        k.last = run_list_last(&k.runs);
        k.good = run_list_last_good(&k.runs);
        lock_look(out, &k.lock);
        judge(&k);
        if (r->json)
            make_json(&k, &text);
        else if (r->prometheus)
            make_prometheus(&k, &text);
        else
            print_text(&k);
        ok = night_print(&text, e);
    }
    arena_release(&k.arena);
    return !ok ? e->status : words[k.word].good ? ST_OK : ST_DATA;
}
