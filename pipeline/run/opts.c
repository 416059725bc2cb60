#include "pipeline/run/opts.h"

#include <string.h>

#include "pipeline/base/str.h"
#include "pipeline/calc/num.h"

void opts_shared_rows(struct opts_shared *s, struct opt rows[OPTS_SHARED])
{
    *s = (struct opts_shared){.config = "config.ini"};
    const struct opt shared[OPTS_SHARED] = {
        {'c', "config", OPT_TEXT, &s->config, "FILE", {"配置文件", "configuration file"}},
        {0, "raw", OPT_TEXT, &s->raw, "DIR", {"原始数据目录", "folder of the raw files"}},
        {0, "out", OPT_TEXT, &s->out, "DIR", {"结果目录", "folder of the results"}},
        {0, "jobs", OPT_NUMBER, &s->jobs, "N", {"并行线程数", "threads to use"}},
        {0, "year", OPT_NUMBER, &s->year, "Y", {"统计年度", "year of the period"}},
        {0,
         "work",
         OPT_TEXT,
         &s->work,
         "DIR",
         {"运行器交接目录", "hand-over folder of the runner"}},
        {0, "key-file", OPT_TEXT, &s->key, "FILE", {"密钥文件", "key of personal values"}},
        {0,
         "changes",
         OPT_FLAG,
         &s->changes,
         NULL,
         {"列出清洗改动的单元格", "list the cells that cleaning altered"}},
        {0,
         "no-changes",
         OPT_FLAG,
         &s->no_changes,
         NULL,
         {"不列出清洗改动的单元格", "do not list them"}},
        {0,
         "wait",
         OPT_NUMBER,
         &s->wait,
         "SECONDS",
         {"等待锁的最长秒数", "how long to wait for the lock"}},
        {'q', "quiet", OPT_FLAG, &s->quiet, NULL, {"只报告错误", "errors only"}},
        {'v', "verbose", OPT_FLAG, &s->verbose, NULL, {"多说一些", "say more"}},
        {0, "version", OPT_FLAG, &s->version, NULL, {"版本", "version"}},
        {'h', "help", OPT_FLAG, &s->help, NULL, {"帮助", "this help"}},
    };
    memcpy(rows, shared, sizeof shared);
}

static const struct opt *find(const struct opt *rows, size_t n, struct str name, bool letter)
{
    for (size_t i = 0; i < n; i++)
        if (letter ? rows[i].letter && name.n == 1 && rows[i].letter == name.p[0]
                   : str_eq(str_c(rows[i].name), name))
            return &rows[i];
    return NULL;
}

static bool unknown(const struct opt *rows, size_t n, const char *word, struct err *e)
{
    const char *best = "help";
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t d = str_distance(str_c(word + strspn(word, "-")), str_c(rows[i].name), 60);
        if (d < nearest) {
            nearest = d;
            best = rows[i].name;
        }
    }
    char shown[64];
    snprintf(shown, sizeof shown, "--%s", best);
    return err_set(e, ST_CONFIG, NULL, "E-USE-01", word, shown, NULL);
}

static bool set(const struct opt *o, const char *value, struct err *e)
{
    if (o->type == OPT_TEXT) {
        *(const char **)o->value = value;
        return true;
    }
    if (!num_parse_plain(str_c(value), o->value) || *(int64_t *)o->value < 0)
        return err_set(e, ST_CONFIG, NULL, "E-USE-04", o->name, value, "0, 1, 2 ...", NULL);
    return true;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !(word[1] >= '0' && word[1] <= '9');
}

const char *opts_first_operand(int argc, char **argv, const struct opt *rows, size_t n)
{
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (strcmp(word, "--") == 0)
            return i + 1 < argc ? argv[i + 1] : NULL;
        if (!is_option(word))
            return word;
        bool is_long = word[1] == '-';
        const struct opt *o = find(rows, n, str_c(word + (is_long ? 2 : 1)), !is_long);
        i += o && o->type != OPT_FLAG;
    }
    return NULL;
}

bool opts_parse(int argc, char **argv, const struct opt *rows, size_t n, const char **operand,
                size_t max, size_t *n_operand, struct err *e)
{
    bool options = true;
    *n_operand = 0;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (options && strcmp(word, "--") == 0) {
            options = false;
            continue;
        }
        if (!options || !is_option(word)) {
            if (*n_operand == max)
                return err_set(e, ST_CONFIG, NULL, "E-USE-05", word, NULL);
            operand[(*n_operand)++] = word;
            continue;
        }
        bool is_long = word[1] == '-';
        struct str name = str_c(word + (is_long ? 2 : 1));
        size_t eq = is_long ? str_find(name, '=') : name.n;
        const struct opt *o = find(rows, n, (struct str){name.p, eq}, !is_long);
        if (!o || (eq < name.n && o->type == OPT_FLAG))
            return unknown(rows, n, word, e);
        if (o->type == OPT_FLAG) {
            *(bool *)o->value = true;
            continue;
        }
        const char *value = eq < name.n ? name.p + eq + 1 : ++i < argc ? argv[i] : NULL;
        if (!value)
            return err_set(e, ST_CONFIG, NULL, "E-USE-03", word, NULL);
        if (!set(o, value, e))
            return false;
    }
    return true;
}

void opts_help(const struct opt *rows, size_t n, enum lang lang, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        char left[64];
        snprintf(left, sizeof left, "%c%c --%s %s", rows[i].letter ? '-' : ' ',
                 rows[i].letter ? rows[i].letter : ' ', rows[i].name,
                 rows[i].argument ? rows[i].argument : "");
        fprintf(to, "  %-22s %s\n", left, rows[i].help[lang]);
    }
}
