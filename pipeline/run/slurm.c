#include "pipeline/run/slurm.h"

#include "pipeline/calc/num.h"
#include "pipeline/run/capture.h"

/* --- the queue --- */

static const struct slurm_state states[] = {
    {"PENDING", SLURM_WAITING, SLURM_FINE},       {"CONFIGURING", SLURM_WAITING, SLURM_FINE},
    {"REQUEUED", SLURM_WAITING, SLURM_FINE},      {"REQUEUE_FED", SLURM_WAITING, SLURM_FINE},
    {"RESV_DEL_HOLD", SLURM_WAITING, SLURM_FINE}, {"REQUEUE_HOLD", SLURM_OVER, SLURM_LOST},
    {"SPECIAL_EXIT", SLURM_OVER, SLURM_LOST},     {"RUNNING", SLURM_RUNNING, SLURM_FINE},
    {"COMPLETING", SLURM_RUNNING, SLURM_FINE},    {"STAGE_OUT", SLURM_RUNNING, SLURM_FINE},
    {"SUSPENDED", SLURM_RUNNING, SLURM_FINE},     {"COMPLETED", SLURM_OVER, SLURM_FINE},
    {"FAILED", SLURM_OVER, SLURM_FAILED},         {"TIMEOUT", SLURM_OVER, SLURM_FAILED},
    {"DEADLINE", SLURM_OVER, SLURM_FAILED},       {"OUT_OF_MEMORY", SLURM_OVER, SLURM_FAILED},
    {"NODE_FAIL", SLURM_OVER, SLURM_LOST},        {"BOOT_FAIL", SLURM_OVER, SLURM_LOST},
    {"PREEMPTED", SLURM_OVER, SLURM_LOST},        {"REVOKED", SLURM_OVER, SLURM_LOST},
    {"CANCELLED", SLURM_OVER, SLURM_TAKEN},
};

const struct slurm_state *slurm_state_find(struct str name)
{
    static const struct slurm_state other = {"", SLURM_RUNNING, SLURM_FINE};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (str_eq(str_c(states[i].name), name))
            return &states[i];
    return &other;
}

/* The number of the job or of its array, the index, the state, the node, the reason. */
static const char format[] = "--format=%F|%K|%T|%N|%r";

bool slurm_parse(struct str line, struct slurm_seen *seen)
{
    struct str part[5], rest = line;
    for (size_t i = 0; i < 4; i++)
        if (!str_split(&rest, '|', &part[i]) || !rest.p)
            return false;
    part[4] = str_trim(rest);
    int64_t index = 0;
    if (!num_parse_plain(part[0], &seen->job))
        return false;
    if (!num_parse_plain(part[1], &index) || index < 0)
        index = 0; /* N/A */
    seen->index = (size_t)index;
    seen->node = part[3];
    seen->reason = part[4];
    /* A node that cannot start a task gives it back, to wait for an administrator. */
    bool held = str_eq(seen->reason, STR("launch failed requeued held"));
    seen->state = slurm_state_find(held ? STR("REQUEUE_HOLD") : part[2]);
    return true;
}

/* --- its programs --- */

/* Runs one of them; what it wrote, in the arena. */
static bool ask(struct arena *a, char *const argv[], struct str *answer, struct err *e)
{
    struct strbuf out = {0}, errors = {0};
    int status = 0;
    bool ok = capture_run(argv, &out, &errors, &status, e);
    if (ok && status != 0) {
        struct str said = str_trim(strbuf_str(&errors));
        const char *why = said.n ? arena_str(a, said).p : arena_printf(a, "exit %d", status).p;
        ok = err_set(e, ST_SYSTEM, NULL, "E-SLURM-01", argv[0], why, NULL);
    } else if (!ok) {
        const char *why = arena_str(a, str_c(e->text[LANG_EN])).p;
        err_set(e, ST_SYSTEM, NULL, "E-SLURM-01", argv[0], why, NULL);
    }
    *answer = arena_str(a, strbuf_str(&out));
    strbuf_release(&out);
    strbuf_release(&errors);
    return ok;
}

/* A command line that grows; its words are in the arena. */
struct words {
    struct arena *a;
    char **word;
    size_t n, cap;
};

static void add(struct words *w, struct str text)
{
    if (w->n + 1 >= w->cap) {
        w->cap = 2 * w->cap + 32;
        char **more = ARENA_ARRAY(w->a, char *, w->cap);
        if (w->n)
            memcpy(more, w->word, w->n * sizeof *more);
        w->word = more;
    }
    char *copy = arena_raw(w->a, text.n + 1);
    if (text.n)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    w->word[w->n++] = copy;
}

/* --option=text, or nothing for a text that was not given */
static void add_option(struct words *w, const char *option, struct str text)
{
    if (text.n)
        add(w, arena_printf(w->a, "--%s=%.*s", option, STR_ARG(text)));
}

char **slurm_command(struct arena *a, const struct slurm_job *j)
{
    /* Nothing of ours goes to files that Slurm opens: % and \ in their names mean something to it.
     */
    static const char *const fixed[] = {
        "--parsable",        "--requeue",          "--nodes=1",        "--ntasks=1",
        "--input=/dev/null", "--output=/dev/null", "--error=/dev/null"};
    const struct conf_slurm *s = j->settings;
    struct words w = {.a = a};
    add(&w, STR("sbatch"));
    for (size_t i = 0; i < s->options.n; i++) /* before ours: of two, the last one counts */
        add(&w, s->options.word[i]);
    add_option(&w, "partition", s->partition);
    add_option(&w, "account", s->account);
    add_option(&w, "time", s->time);
    add_option(&w, "mem", s->memory);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        add(&w, str_c(fixed[i]));
    add(&w, arena_printf(a, "--cpus-per-task=%lld", (long long)j->cpus));
    add_option(&w, "job-name", str_c(j->name));
    add_option(&w, "comment", str_c(j->comment));
    if (j->indices && s->at_once)
        add(&w, arena_printf(a, "--array=%s%%%lld", j->indices, (long long)s->at_once));
    else if (j->indices)
        add_option(&w, "array", str_c(j->indices));
    if (j->after) {
        add(&w, arena_printf(a, "--dependency=afterok:%lld", (long long)j->after));
        add(&w, STR("--kill-on-invalid-dep=yes"));
    }
    for (char *const *c = j->command; *c; c++)
        add(&w, str_c(*c));
    w.word[w.n] = NULL;
    return w.word;
}

const char *slurm_indices(struct arena *a, size_t n, bool (*wanted)(void *context, size_t i),
                          void *context)
{
    struct strbuf b = {0};
    for (size_t i = 1; i <= n; i++) {
        size_t last = i;
        if (!wanted(context, i))
            continue;
        while (last < n && wanted(context, last + 1))
            last++;
        strbuf_printf(&b, "%s%zu", b.n ? "," : "", i);
        if (last > i)
            strbuf_printf(&b, "-%zu", last);
        i = last;
    }
    const char *text = b.n ? arena_str(a, strbuf_str(&b)).p : NULL;
    strbuf_release(&b);
    return text;
}

bool slurm_submit(struct arena *a, const struct slurm_job *j, int64_t *id, struct err *e)
{
    struct str answer, number;
    if (!ask(a, slurm_command(a, j), &answer, e))
        return false;
    struct str rest = answer;
    /* "17", or "17;cluster" */
    if (str_split(&rest, ';', &number) && num_parse_plain(number, id) && *id > 0)
        return true;
    return err_set(e, ST_SYSTEM, NULL, "E-SLURM-01", "sbatch", str_trim(answer).p, NULL);
}

bool slurm_list(struct arena *a, const char *name, struct slurm_seen **seen, size_t *n,
                struct err *e)
{
    struct words w = {.a = a};
    struct str rest, line;
    add(&w, STR("squeue"));
    add_option(&w, "name", str_c(name));
    add(&w, STR("--noheader"));
    add(&w, STR("--array"));
    add(&w, STR("--states=all"));
    add(&w, str_c(format));
    w.word[w.n] = NULL;
    if (!ask(a, w.word, &rest, e))
        return false;
    size_t lines = 1;
    for (size_t i = 0; i < rest.n; i++)
        lines += rest.p[i] == '\n';
    *seen = ARENA_ARRAY(a, struct slurm_seen, lines);
    *n = 0;
    while (str_split(&rest, '\n', &line))
        *n += slurm_parse(line, &(*seen)[*n]);
    return true;
}

bool slurm_cancel(const char *name, struct err *e)
{
    struct arena a = {0};
    struct words w = {.a = &a};
    struct str answer;
    add(&w, STR("scancel"));
    add_option(&w, "name", str_c(name));
    w.word[w.n] = NULL;
    bool ok = ask(&a, w.word, &answer, e);
    arena_release(&a);
    return ok;
}
