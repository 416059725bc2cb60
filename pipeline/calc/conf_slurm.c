/*
 * [slurm]: how the tasks of a run are handed to a cluster (run/engine_slurm.h).
 */
#include "pipeline/calc/conf_parse.h"

#define OF(field) .offset = offsetof(struct conf, slurm.field)

/* Each is one argument of sbatch: a word of another form would be taken for the name of a script.
 */
static CONF_PARSER(parse_options)
{
    struct conf_words *w = field;
    struct str rest = v->text, word;
    *w = (struct conf_words){0};
    while (conf_element(p, s, v, &rest, ' ', &word)) {
        if (!str_starts(word, STR("--")) || word.n < 3) {
            MISTAKE(p, v, "E-SLURM-05", conf_z(p, word));
            continue;
        }
        w->word = conf_push(p->a, w->word, w->n, sizeof *w->word);
        w->word[w->n++] = word;
    }
}

/* clang-format off */
static const struct conf_setting slurm_rows[] = {
    { "partition", OF(partition), .parse = conf_parse_string, .local = true,
      .meaning = "that takes the tasks" },
    { "account", OF(account), .parse = conf_parse_string, .local = true,
      .meaning = "that the tasks are charged to" },
    { "time", OF(time), .parse = conf_parse_string, .local = true,
      .meaning = "limit of a task, as sbatch has it" },
    { "memory", OF(memory), .parse = conf_parse_string, .local = true,
      .meaning = "of a task, as sbatch has it" },
    { "cpus", OF(cpus), .parse = conf_parse_number, .def = "1", .min = 1, .max = 1024,
      .local = true, .meaning = "of a task, and its threads" },
    { "options", OF(options), .parse = parse_options, .local = true,
      .meaning = "further options of sbatch" },
    { "tasks", OF(tasks), .parse = conf_parse_number, .def = "16", .min = 1, .max = 1000,
      .local = true, .meaning = "into which a stage is cut at most" },
    { "at_once", OF(at_once), .parse = conf_parse_number, .def = "0", .max = 1000,
      .local = true, .meaning = "tasks of a stage that may run at a time; 0: any number" },
    { "retries", OF(retries), .parse = conf_parse_number, .def = "2", .max = 100, .local = true,
      .meaning = "how often a failed task is tried again" },
    { "poll", OF(poll), .parse = conf_parse_number, .def = "5", .min = 1, .max = 3600,
      .local = true, .meaning = "seconds between two looks at the queue" },
};
/* clang-format on */
const struct conf_kind conf_kind_slurm = {.name = "slurm", CONF_ROWS(slurm_rows)};
