/*
 * A task on a cluster: what it runs, and how it is, from the queue and from its own last word.
 *
 * The queue forgets a task soon after its end, and where there is no accounting nothing else
 * remembers it: so each leaves its exit status in a file, which appears whole.
 */
#ifndef PIPELINE_RUN_SLURM_TASK_H
#define PIPELINE_RUN_SLURM_TASK_H

#include "pipeline/run/slurm.h"

/* What every task runs: "BASE UNITS PROGRAM [ARGUMENT ...]". The task I of an array (0: no array,
 * and UNITS is 0) leaves BASE.I.out and BASE.I.err, what it wrote, and BASE.I.end, "STATUS NODE".
 * One that a lost node has left half-way is begun anew. */
extern const char slurm_task_script[];

struct slurm_task {
    enum slurm_phase phase;
    bool fine;
    bool hopeless;       /* trying again cannot help */
    size_t failed, lost; /* how often: with a failure of its own, without */
    size_t unheard;      /* looks in a row at a queue that did not know it */
    int status;          /* exit status; -1: not known */
    char how[96];        /* it ended, for people: "exit 3, n1" */
};

/* Some losses of a task are not counted as failures. */
enum { SLURM_TASK_LOSSES = 5 };

/*
 * Brings *t up to date; `end` is the path of its last word, seen its line in the queue (NULL: there
 * is none). To be called while its phase is not SLURM_OVER. waits: it depends on others, so that
 * it is taken back without any fault of its own when one of them fails.
 */
void slurm_task_judge(struct slurm_task *t, const char *end, const struct slurm_seen *seen,
                      bool waits);

#endif
