#include "pipeline/run/slurm_task.h"

#include <stdio.h>
#include <unistd.h>

#include "pipeline/calc/num.h"
#include "pipeline/io/infile.h"

const char slurm_task_script[] =
    "#!/bin/sh\n"
    "# usage: task.sh BASE UNITS PROGRAM [ARGUMENT ...]\n"
    "# BASE.I.out and BASE.I.err get what task I writes, BASE.I.end how it ended and where.\n"
    "base=$1 units=$2 i=0\n"
    "shift 2\n"
    "if [ \"$units\" != 0 ]; then\n"
    "    i=$SLURM_ARRAY_TASK_ID\n"
    "    set -- \"$@\" --unit \"$i/$units\"\n"
    "fi\n"
    "rm -f \"$base.$i.end\"\n"
    "\"$@\" >\"$base.$i.out\" 2>\"$base.$i.err\"\n"
    "status=$?\n"
    "echo \"$status ${SLURMD_NODENAME:-?}\" >\"$base.$i.new\" && mv \"$base.$i.new\" "
    "\"$base.$i.end\"\n"
    "exit $status\n";

/* Looks at a queue that knows nothing of a task, until it is lost: the folder may be slower. */
enum { UNHEARD = 3 };

/* Its own last word: true when it has left one. */
static bool read_end(struct slurm_task *t, const char *path)
{
    struct strbuf text = {0};
    struct err none;
    bool found = access(path, F_OK) == 0 && infile_read(path, 4096, &text, NULL, NULL, &none);
    struct str rest = strbuf_str(&text), status;
    int64_t number = 0;
    found = found && str_split(&rest, ' ', &status) && num_parse_plain(status, &number);
    if (found) {
        t->status = (int)number;
        t->fine = number == 0;
        struct str node = str_trim(rest);
        snprintf(t->how, sizeof t->how, "exit %d, %.*s", t->status, STR_ARG(node));
    }
    strbuf_release(&text);
    return found;
}

static void count_failure(struct slurm_task *t, enum slurm_end end)
{
    bool to_blame = t->status == ST_DATA || t->status == ST_CONFIG;
    t->hopeless = to_blame || end == SLURM_TAKEN;
    if (end == SLURM_LOST && t->lost < SLURM_TASK_LOSSES)
        t->lost++;
    else
        t->failed++;
}

/* It is over, and has left no word: what the queue says. */
static void judge_silent(struct slurm_task *t, const struct slurm_seen *seen, bool waits)
{
    enum slurm_end end = seen ? seen->state->end : SLURM_LOST;
    if (seen)
        snprintf(t->how, sizeof t->how, "%s, %.*s", seen->state->name, STR_ARG(seen->node));
    else
        snprintf(t->how, sizeof t->how, "?");
    t->fine = end == SLURM_FINE;
    if (!t->fine)
        count_failure(t, end == SLURM_TAKEN && waits ? SLURM_LOST : end);
}

void slurm_task_judge(struct slurm_task *t, const char *end, const struct slurm_seen *seen,
                      bool waits)
{
    bool over = !seen || seen->state->phase == SLURM_OVER;
    t->unheard = seen ? 0 : t->unheard + 1;
    t->status = -1;
    if (!over)
        t->phase = seen->state->phase;
    /* A node that has died since may keep what is done in the queue. */
    if (!over && strcmp(seen->state->name, "COMPLETING") != 0)
        return;
    if (read_end(t, end)) {
        t->phase = SLURM_OVER;
        if (!t->fine)
            count_failure(t, SLURM_FAILED);
    } else if (over && (seen || t->unheard >= UNHEARD)) {
        t->phase = SLURM_OVER;
        judge_silent(t, seen, waits);
    }
}
