/*
 * tongji: the runner. One row of the table per command.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/base/mem.h"
#include "pipeline/calc/plan.h"
#include "pipeline/chain.h"
#include "pipeline/io/tablecsv.h"
#include "pipeline/run/books.h"
#include "pipeline/run/compare_command.h"
#include "pipeline/run/engine.h"
#include "pipeline/run/history_command.h"
#include "pipeline/run/init_command.h"
#include "pipeline/run/lint_command.h"
#include "pipeline/run/lists.h"
#include "pipeline/run/night.h"
#include "pipeline/run/opts.h"
#include "pipeline/run/places.h"
#include "pipeline/run/plan_command.h"
#include "pipeline/run/possible_command.h"
#include "pipeline/run/replay_command.h"
#include "pipeline/run/rollup_command.h"
#include "pipeline/run/runner.h"
#include "pipeline/run/shown.h"
#include "pipeline/run/sniff_command.h"
#include "pipeline/run/status_command.h"
#include "pipeline/run/verify_command.h"
#include "pipeline/run/version.h"
#include "pipeline/run/why_command.h"

/* The largest number of operands of a command, and of options it adds to the shared ones. */
enum { OPERANDS = 4096, OWN_OPTIONS = 60 };

struct command;
struct session {
    struct opts_shared opts;
    const char *operand[OPERANDS];
    size_t n_operands;
    const struct command *command; /* NULL while it is not known */
    struct conf conf;
    bool loaded; /* conf was read without a mistake */
    const char *from, *to, *only, *engine;
    bool force, dry_run;
    struct sniff_request sniff;
    struct why_request why;
    struct possible_request possible;
    struct night_request night;
};

struct command {
    const char *name, *operands;
    enum status (*run)(struct session *s, struct err *e);
    const char *help[MSG_LANGS];
    /* options beside the shared ones */
    enum { TAKES_STAGES, TAKES_SNIFF, TAKES_WHY, TAKES_POSSIBLE, TAKES_NIGHT, TAKES_NOTHING } takes;
};

static bool load(struct session *s, struct err *e)
{
    struct problems problems = {0};
    s->loaded = conf_load(s->opts.config, &s->conf, &problems);
    if (!s->loaded)
        problems_tell(&problems, s->conf.language, stderr, e);
    problems_release(&problems);
    return s->loaded;
}

/* For its language alone: there may be no configuration at all. */
static void load_language(struct session *s)
{
    struct problems ignored = {0};
    conf_release(&s->conf); /* what a failed attempt has left */
    conf_load(s->opts.config, &s->conf, &ignored);
    problems_release(&ignored);
    s->loaded = true;
}

/* --- run --- */

static size_t stage_called(const char *name, size_t otherwise, struct err *e)
{
    if (!name)
        return otherwise;
    size_t s = chain_find(name);
    if (s == SIZE_MAX) {
        struct str names[8];
        for (size_t i = 0; i < chain_length; i++)
            names[i] = str_c(chain[i].name);
        struct str near = conf_nearest(str_c(name), names, chain_length);
        err_set(e, ST_CONFIG, NULL, "E-USE-04", "stage", name,
                near.n ? near.p : "clean, merge, compute, publish", NULL);
    }
    return s;
}

static void say_done(const struct session *s, const struct run_facts *f)
{
    if (s->opts.quiet || (!s->opts.verbose && !isatty(STDERR_FILENO)))
        return;
    if (f->nothing_new) {
        struct err e;
        err_set(&e, ST_OK, NULL, "I-RUN-01", NULL);
        err_print(&e, s->conf.language, stderr);
        return;
    }
    /* Two literal calls, so that the compiler checks both formats. */
    if (s->conf.language == LANG_ZH)
        fprintf(stderr, "完成:%lld 个文件,%lld 行,拒收 %lld 行,用时 %.2f 秒\n", (long long)f->files,
                (long long)f->rows_read, (long long)f->rejected, f->seconds);
    else
        fprintf(stderr, "done: %lld files, %lld rows, %lld rejected, %.2f s\n", (long long)f->files,
                (long long)f->rows_read, (long long)f->rejected, f->seconds);
}

/* After a part of the chain was run: which stage comes next. */
static void say_stale(const struct session *s, const char *out)
{
    struct err e;
    size_t stale = books_first_stale(out);
    if (stale == chain_length || s->opts.quiet || (!s->opts.verbose && !isatty(STDERR_FILENO)))
        return;
    err_set(&e, ST_OK, chain[stale].name, "I-PLAN-22", chain[stale].name, NULL);
    err_print(&e, s->conf.language, stderr);
}

/* What the engine would be asked for. */
static enum status say_tasks(const struct run_request *r, struct err *e)
{
    struct arena a = {0};
    bool ok = true;
    for (size_t i = r->first; ok && i <= r->last; i++) {
        const char *work = runner_work(r, &a);
        const struct engine_stage s = {r, i, work, runner_stage_command(r, i, work, &a)};
        ok = !engines[r->engine].describe || engines[r->engine].describe(&s, e);
    }
    arena_release(&a);
    return ok ? ST_OK : e->status;
}

static enum status run_or_plan(struct session *s, bool plan, struct err *e)
{
    char libexec[4200];
    if (!load(s, e) || !places_libexec(libexec, sizeof libexec, e))
        return e->status;
    const char *out = s->opts.out ? s->opts.out : s->conf.out.p;
    struct run_request r = {.opts = &s->opts, .conf = &s->conf, .out = out, .libexec = libexec};
    r.first = stage_called(s->only ? s->only : s->from, 0, e);
    r.last = stage_called(s->only ? s->only : s->to, chain_length - 1, e);
    r.force = s->force;
    if (r.first == SIZE_MAX || r.last == SIZE_MAX)
        return e->status;
    if (r.first > r.last) {
        err_set(e, ST_CONFIG, NULL, "E-USE-04", "--to", s->to, s->from, NULL);
        return e->status;
    }
    r.engine = s->conf.engine;
    if (s->engine && !engine_find(s->engine, &r.engine, e))
        return e->status;
    if (plan) {
        enum status planned = plan_command_run(&r, &s->conf, e);
        return s->dry_run && planned == ST_OK ? say_tasks(&r, e) : planned;
    }
    struct run_facts facts;
    enum status status = runner_run(&r, &facts, e);
    if (status == ST_OK) {
        say_done(s, &facts);
        say_stale(s, out);
    }
    return status;
}

static enum status command_run(struct session *s, struct err *e)
{
    enum status status = run_or_plan(s, s->dry_run, e);
    return s->dry_run && status == ST_DATA ? ST_OK : status;
}

static enum status command_plan(struct session *s, struct err *e)
{
    return run_or_plan(s, true, e);
}

/* --- check --- */

static enum status command_check(struct session *s, struct err *e)
{
    struct problems problems = {0};
    struct plan plan = {0};
    (void)e;
    conf_load(s->opts.config, &s->conf, &problems);
    s->loaded = true;
    plan_build(&s->conf, NULL, &plan, &problems);
    problems_sort(&problems);
    for (size_t i = 0; i < problems.n; i++)
        err_print(&problems.e[i], s->conf.language, stdout);
    bool clean = problems.n == 0;
    plan_release(&plan);
    problems_release(&problems);
    return clean ? ST_OK : ST_DATA;
}

/* --- list --- */

static void list_commands(const struct conf *c);
static void list_options(const struct conf *c);

static const struct {
    const char *name;
    void (*print)(const struct conf *c);
    bool bare; /* needs no configuration */
} lists[] = {{"stages", list_stages, true},          {"exports", list_exports, false},
             {"indicators", list_indicators, false}, {"messages", list_messages, true},
             {"commands", list_commands, true},      {"options", list_options, true},
             {"settings", list_settings, true},      {"exits", list_exits, true}};

static enum status command_list(struct session *s, struct err *e)
{
    const char *what = s->n_operands ? s->operand[0] : "stages";
    struct strbuf names = {0};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        strbuf_printf(&names, "%s%s", i ? ", " : "", lists[i].name);
        if (strcmp(lists[i].name, what) != 0)
            continue;
        strbuf_release(&names);
        if (lists[i].bare)
            load_language(s);
        else if (!load(s, e))
            return e->status;
        lists[i].print(&s->conf);
        return ST_OK;
    }
    err_set(e, ST_CONFIG, NULL, "E-USE-04", "list", what, strbuf_c(&names), NULL);
    strbuf_release(&names);
    return e->status;
}

/* --- init --- */

static enum status command_init(struct session *s, struct err *e)
{
    if (s->n_operands != 1) {
        const char *code = s->n_operands ? "E-USE-05" : "E-USE-03";
        err_set(e, ST_CONFIG, NULL, code, s->n_operands ? s->operand[1] : "init", NULL);
        return e->status;
    }
    char from[PLACES_PATH];
    if (!places_template(from, e))
        return e->status;
    return init_command_run(from, s->operand[0], s->opts.quiet, e);
}

/* --- cat --- */

static bool flush(struct strbuf *text, struct err *e)
{
    bool ok = shown_write_data(stdout, strbuf_str(text)) || err_sys(e, "stdout");
    text->n = 0;
    return ok;
}

static enum status command_cat(struct session *s, struct err *e)
{
    struct tabin *t = s->n_operands ? tabin_open(s->operand[0], e) : NULL;
    if (!s->n_operands)
        err_set(e, ST_CONFIG, NULL, "E-USE-03", "cat", NULL);
    if (!t)
        return e->status;
    struct strbuf text = {0};
    struct csvout out = {.out = &text, .defuse = true};
    tablecsv_header(tabin_schema(t), &out);
    bool ok = true;
    for (size_t b = 0; ok && b < tabin_blocks(t); b++) {
        struct arena a = {0};
        struct tblock block;
        ok = tabin_read(t, b, NULL, &a, &block, e);
        if (ok)
            tablecsv_rows(tabin_schema(t), &block, &out);
        arena_release(&a);
        ok = ok && flush(&text, e);
    }
    ok = ok && flush(&text, e);
    strbuf_release(&text);
    tabin_free(t);
    return ok ? ST_OK : e->status;
}

/* --- sniff --- */

static enum status command_sniff(struct session *s, struct err *e)
{
    load_language(s);
    s->sniff.quiet = s->opts.quiet;
    s->sniff.language = s->conf.language;
    return sniff_command_run(&s->sniff, s->operand, s->n_operands, e);
}

/* --- why --- */

static enum status command_why(struct session *s, struct err *e)
{
    if (!load(s, e))
        return e->status;
    if (s->n_operands > 1) {
        err_set(e, ST_CONFIG, NULL, "E-USE-05", s->operand[1], NULL);
        return e->status;
    }
    return why_command_run(&s->why, &s->opts, &s->conf, s->n_operands ? s->operand[0] : NULL, e);
}

/* --- possible --- */

static enum status command_possible(struct session *s, struct err *e)
{
    load_language(s);
    s->possible.quiet = s->opts.quiet;
    s->possible.language = s->conf.language;
    return possible_command_run(&s->possible, s->operand, s->n_operands, e);
}

/* --- lint-draft --- */

static enum status command_lint(struct session *s, struct err *e)
{
    if (!load(s, e))
        return e->status;
    if (s->n_operands != 1) {
        const char *code = s->n_operands ? "E-USE-05" : "E-USE-03";
        err_set(e, ST_CONFIG, NULL, code, s->n_operands ? s->operand[1] : "lint-draft", NULL);
        return e->status;
    }
    struct lint_request r = {.all = s->opts.verbose, .quiet = s->opts.quiet};
    const char *out = s->opts.out ? s->opts.out : s->conf.out.p;
    return lint_command_run(&r, &s->conf, out, s->operand[0], e);
}

/* --- what is known of runs --- */

/* The folder of the results, with the request of such a command filled; at most `most` operands.
 * NULL and *e: no configuration, or too many. */
static const char *night_begin(struct session *s, size_t most, struct err *e)
{
    if (!load(s, e))
        return NULL;
    if (s->n_operands > most) {
        err_set(e, ST_CONFIG, NULL, "E-USE-05", s->operand[most], NULL);
        return NULL;
    }
    s->night.quiet = s->opts.quiet;
    s->night.language = s->conf.language;
    return s->opts.out ? s->opts.out : s->conf.out.p;
}

static enum status command_status(struct session *s, struct err *e)
{
    const char *out = night_begin(s, 0, e);
    return out ? status_command_run(&s->night, &s->conf, out, e) : e->status;
}

static enum status command_verify(struct session *s, struct err *e)
{
    const char *out = night_begin(s, 0, e), *raw = s->opts.raw ? s->opts.raw : s->conf.raw.p;
    return out ? verify_command_run(&s->night, raw, out, e) : e->status;
}

static enum status command_history(struct session *s, struct err *e)
{
    const char *out = night_begin(s, 0, e);
    return out ? history_command_run(&s->night, out, e) : e->status;
}

static enum status command_purge(struct session *s, struct err *e)
{
    const char *out = night_begin(s, 0, e);
    return out ? purge_command_run(&s->night, s->conf.night.keep_runs, out, e) : e->status;
}

/* What recomputing a run takes; false and *e without as many operands as `runs`. */
static bool replay_of(struct session *s, size_t runs, struct replay *p, char libexec[4200],
                      struct err *e)
{
    const char *out = night_begin(s, runs, e);
    if (!out)
        return false;
    if (s->n_operands < runs)
        return err_set(e, ST_CONFIG, NULL, "E-USE-03", s->command->name, NULL);
    *p = (struct replay){.out = out,
                         .raw = s->opts.raw ? s->opts.raw : s->conf.raw.p,
                         .libexec = libexec,
                         .key = s->opts.key ? s->opts.key : s->conf.key_file.p,
                         .jobs = s->opts.jobs};
    return places_libexec(libexec, 4200, e);
}

static enum status command_replay(struct session *s, struct err *e)
{
    char libexec[4200];
    struct replay p;
    if (!replay_of(s, 1, &p, libexec, e))
        return e->status;
    return replay_command_run(&s->night, &p, s->operand[0], e);
}

static enum status command_compare(struct session *s, struct err *e)
{
    char libexec[4200];
    struct replay p;
    if (!replay_of(s, 2, &p, libexec, e))
        return e->status;
    return compare_command_run(&s->night, &p, s->operand[0], s->operand[1], e);
}

/* --- rollup --- */

static enum status command_rollup(struct session *s, struct err *e)
{
    if (!load(s, e))
        return e->status;
    if (!s->n_operands) {
        err_set(e, ST_CONFIG, NULL, "E-USE-03", "rollup", NULL);
        return e->status;
    }
    struct rollup_request r = {
        .input = s->operand, .n = s->n_operands, .out = s->opts.out, .verbose = s->opts.verbose};
    return rollup_command_run(&r, &s->conf, e);
}

/* --- the table of commands --- */

static const struct command commands[] = {
    {"run",
     "",
     command_run,
     {"运行各阶段并发布结果", "run the stages and publish the results"},
     TAKES_STAGES},
    {"plan",
     "",
     command_plan,
     {"说明现在运行会做什么、为什么", "say what a run would do now, and why"},
     TAKES_STAGES},
    {"check", "", command_check, {"检查全部配置", "check the whole configuration"}, TAKES_NOTHING},
    {"list",
     "[stages|exports|indicators|messages|commands|options|settings|exits]",
     command_list,
     {"列出阶段、报表、指标、消息,或程序自己的各张表",
      "list stages, exports, indicators, messages or a table of the program's own"},
     TAKES_NOTHING},
    {"init",
     "DIR",
     command_init,
     {"建立新站点的文件夹", "make the folder of a new site"},
     TAKES_NOTHING},
    {"cat",
     "FILE",
     command_cat,
     {"把内部表文件显示为 CSV", "show an internal table file as CSV"},
     TAKES_NOTHING},
    {"sniff",
     "FILE ...",
     command_sniff,
     {"看清原始 CSV 是什么样的", "say what raw CSV files are"},
     TAKES_SNIFF},
    {"why",
     "ID",
     command_why,
     {"从一个数字到它背后的每一行", "from a figure to every row behind it"},
     TAKES_WHY},
    {"possible",
     "PERCENTAGE ...",
     command_possible,
     {"一个百分数能否存在", "can a percentage exist?"},
     TAKES_POSSIBLE},
    {"lint-draft",
     "FILE",
     command_lint,
     {"核对文稿(txt、md、docx)中的数字", "the numbers of a draft (txt, md, docx)"},
     TAKES_NOTHING},
    {"status",
     "",
     command_status,
     {"运行是否正常、上次与下次的时间", "is all well? the last run and the next"},
     TAKES_NIGHT},
    {"verify",
     "",
     command_verify,
     {"核对结果与台账是否仍与上次运行一致",
      "are the results those of the run? do the ledgers balance?"},
     TAKES_NIGHT},
    {"history",
     "",
     command_history,
     {"历次运行,以及各留存了什么", "the runs there were, and what is kept of each"},
     TAKES_NIGHT},
    {"compare",
     "RUN RUN",
     command_compare,
     {"两次运行之间哪些数字变了,为什么", "which figures moved between two runs, and why"},
     TAKES_NIGHT},
    {"replay",
     "RUN",
     command_replay,
     {"用留存的输入重算一次运行并核对", "recompute a run from what is kept, and compare"},
     TAKES_NIGHT},
    {"purge",
     "",
     command_purge,
     {"清除较早运行的留存", "remove what is kept of older runs"},
     TAKES_NIGHT},
    {"rollup",
     "--out DIR OUT ...",
     command_rollup,
     {"把几个区的结果汇总成一份", "add up the results of several districts"},
     TAKES_NOTHING},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static size_t stage_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    const struct opt own[] = {
        {0, "from", OPT_TEXT, &s->from, "STAGE", {"从该阶段开始", "begin with this stage"}},
        {0, "to", OPT_TEXT, &s->to, "STAGE", {"到该阶段为止", "end with this stage"}},
        {0, "only", OPT_TEXT, &s->only, "STAGE", {"只运行该阶段", "this stage alone"}},
        {0,
         "force",
         OPT_FLAG,
         &s->force,
         NULL,
         {"即使没有变化也全部重做", "redo all, even what has not changed"}},
        {0,
         "engine",
         OPT_TEXT,
         &s->engine,
         "NAME",
         {"由谁运行:local, slurm", "who runs the stages: local, slurm"}},
        {0, "dry-run", OPT_FLAG, &s->dry_run, NULL, {"只说明将做什么", "say what would be done"}},
    };
    memcpy(rows, own, sizeof own);
    return sizeof own / sizeof own[0];
}

static size_t sniff_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    sniff_command_rows(&s->sniff, rows);
    return SNIFF_OPTIONS;
}

static size_t why_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    why_command_rows(&s->why, rows);
    return WHY_OPTIONS;
}

static size_t possible_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    possible_command_rows(&s->possible, rows);
    return POSSIBLE_OPTIONS;
}

static size_t night_options(struct session *s, struct opt rows[OWN_OPTIONS])
{
    bool own = s->command && s->command->takes == TAKES_NIGHT;
    return night_rows(&s->night, own ? s->command->name : NULL, rows);
}

static bool asked_stages(const struct session *s)
{
    return s->from || s->to || s->only || s->force || s->engine || s->dry_run;
}

static bool asked_sniff(const struct session *s)
{
    return sniff_command_asked(&s->sniff);
}

static bool asked_why(const struct session *s)
{
    return why_command_asked(&s->why);
}

static bool asked_possible(const struct session *s)
{
    return possible_command_asked(&s->possible);
}

static bool asked_night(const struct session *s)
{
    return night_asked(&s->night);
}

/* The groups of options beside the shared ones, each for some commands. */
static const struct option_group {
    size_t (*rows)(struct session *s, struct opt *rows); /* fills them in, returns how many */
    bool (*asked)(const struct session *s);              /* was one of them given? */
    const char *refused;                                 /* what another command says then */
} groups[TAKES_NOTHING] = {
    [TAKES_STAGES] = {stage_options, asked_stages, "E-USE-06"},
    [TAKES_SNIFF] = {sniff_options, asked_sniff, "E-USE-07"},
    [TAKES_WHY] = {why_options, asked_why, "E-USE-08"},
    [TAKES_POSSIBLE] = {possible_options, asked_possible, "E-POSS-03"},
    [TAKES_NIGHT] = {night_options, asked_night, "E-NIGHT-01"},
};

/* The rows of the options that a command takes behind the shared ones. Returns how many. */
static size_t own_options(struct session *s, const struct command *c, struct opt *rows)
{
    return c && c->takes != TAKES_NOTHING ? groups[c->takes].rows(s, rows) : 0;
}

/* Those that other commands take, so that a misplaced option can be named. */
static size_t other_options(struct session *s, const struct command *c, struct opt *rows)
{
    size_t n = 0;
    for (size_t g = 0; g < TAKES_NOTHING; g++)
        if (!c || c->takes != g)
            n += groups[g].rows(s, rows + n);
    return n;
}

/* Were options given that are another command's? */
static bool is_misplaced(const struct session *s, const struct command *c, struct err *e)
{
    for (size_t g = 0; g < TAKES_NOTHING; g++)
        if (c->takes != g && groups[g].asked(s))
            return !err_set(e, ST_CONFIG, NULL, groups[g].refused, c->name, NULL);
    return false;
}

static void list_commands(const struct conf *c)
{
    (void)c;
    for (size_t i = 0; i < COMMANDS; i++)
        printf("%s\t%s\t%s\t%s\n", commands[i].name, commands[i].operands,
               commands[i].help[LANG_ZH], commands[i].help[LANG_EN]);
}

static void list_options(const struct conf *c)
{
    struct session s = {0};
    struct opt rows[OPTS_SHARED + OWN_OPTIONS];
    (void)c;
    opts_shared_rows(&s.opts, rows);
    list_options_of("*", rows, OPTS_SHARED);
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].takes != TAKES_NOTHING)
            list_options_of(commands[i].name, rows, own_options(&s, &commands[i], rows));
}

static void help(const struct command *c, const struct opt *rows, size_t n)
{
    for (int l = 0; l < MSG_LANGS; l++) {
        if (c)
            printf("tongji %s %s\n  %s\n", c->name, c->operands, c->help[l]);
        for (size_t i = 0; !c && i < COMMANDS; i++)
            printf("  tongji %-10s %-28s %s\n", commands[i].name, commands[i].operands,
                   commands[i].help[l]);
        opts_help(rows, n, (enum lang)l, stdout);
    }
}

static const struct command *try_find_command(const char *name)
{
    for (size_t i = 0; name && i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void unknown_command(const char *name, struct err *e)
{
    struct str names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = str_c(commands[i].name);
    struct str near = conf_nearest(str_c(name), names, COMMANDS);
    err_set(e, ST_CONFIG, NULL, "E-USE-02", name, near.n ? near.p : "run", NULL);
}

/* The command comes first: two of them may take options of one name. */
static bool parse(struct session *s, int argc, char **argv, struct opt *rows, size_t *n_own,
                  struct err *e)
{
    opts_shared_rows(&s->opts, rows);
    size_t n = OPTS_SHARED + other_options(s, NULL, rows + OPTS_SHARED);
    const struct command *c = try_find_command(opts_first_operand(argc, argv, rows, n));
    s->command = c;
    *n_own = OPTS_SHARED + own_options(s, c, rows + OPTS_SHARED);
    n = *n_own + other_options(s, c, rows + *n_own);
    return opts_parse(argc, argv, rows, n, s->operand, OPERANDS, &s->n_operands, e);
}

static enum status session_run(struct session *s, int argc, char **argv, struct err *e)
{
    struct opt rows[OPTS_SHARED + OWN_OPTIONS];
    size_t n_own;
    if (!parse(s, argc, argv, rows, &n_own, e))
        return e->status;
    if (s->opts.version) {
        printf("tongji %s\n", TONGJI_VERSION);
        return ST_OK;
    }
    const struct command *c = s->command;
    if (s->n_operands && !c) {
        unknown_command(s->operand[0], e);
        return e->status;
    }
    if (s->opts.help || !c) {
        help(c, rows, n_own);
        return s->opts.help ? ST_OK : ST_CONFIG;
    }
    if (is_misplaced(s, c, e))
        return e->status;
    /* The command's own operands follow its name. */
    s->n_operands--;
    memmove(s->operand, s->operand + 1, s->n_operands * sizeof *s->operand);
    return c->run(s, e);
}

int main(int argc, char **argv)
{
    struct session s = {0};
    struct err e = {0};
    enum status status = session_run(&s, argc, argv, &e);
    if (fflush(stdout) != 0 && status == ST_OK) {
        err_sys(&e, "stdout");
        status = e.status;
    }
    if (e.code) {
        if (!s.loaded) { /* the language is known to the configuration alone */
            load_language(&s);
        }
        err_print(&e, s.conf.language, stderr);
    }
    conf_release(&s.conf);
    return (int)status;
}
