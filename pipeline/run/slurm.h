/*
 * Slurm by its programs: handing in (sbatch), looking at the queue (squeue), taking back (scancel).
 *
 * Arguments go to them as they are, never through a shell, whatever is in the name of a file. The
 * queue alone is asked, not the accounting (sacct), which not every cluster has. All jobs of an
 * output folder have one name, so that those of a run that was killed are found by the next.
 */
#ifndef PIPELINE_RUN_SLURM_H
#define PIPELINE_RUN_SLURM_H

#include "pipeline/base/arena.h"
#include "pipeline/base/err.h"
#include "pipeline/calc/conf.h"

enum slurm_phase { SLURM_WAITING, SLURM_RUNNING, SLURM_OVER };

/* What a state of Slurm's means to us. */
struct slurm_state {
    const char *name;
    enum slurm_phase phase;
    enum slurm_end {
        SLURM_FINE,
        SLURM_FAILED, /* to be tried again */
        SLURM_LOST,   /* the same, and nothing is wrong with the task */
        SLURM_TAKEN   /* somebody has taken it back */
    } end;            /* once it is over */
};

/* The row of a state; one that is not known is taken for running. */
const struct slurm_state *slurm_state_find(struct str name);

/* A line of the queue. */
struct slurm_seen {
    int64_t job;  /* of an array: the array's */
    size_t index; /* in the array; 0: no array */
    const struct slurm_state *state;
    struct str node, reason; /* slices of the line */
};

/* Reads a line of the answer of slurm_list; false when it is none. */
bool slurm_parse(struct str line, struct slurm_seen *seen);

/* What is handed in. */
struct slurm_job {
    const struct conf_slurm *settings;
    const char *name;    /* of all jobs of the output folder */
    const char *comment; /* for who looks at the queue */
    const char *indices; /* of the array, as "1-4,7"; NULL: a single task */
    int64_t after;       /* the job that must have gone well before; 0: none */
    int64_t cpus;
    char *const *command; /* a script and its arguments, ended by NULL */
};

/* The command line that hands it in, ended by NULL, in the arena. */
char **slurm_command(struct arena *a, const struct slurm_job *j);

/* "1-4,7" of the indices (from 1) for which wanted(context, i) says yes; NULL for none. */
const char *slurm_indices(struct arena *a, size_t n, bool (*wanted)(void *context, size_t i),
                          void *context);

/* Hands it in: *id is its number. False and *e (E-SLURM-01). */
bool slurm_submit(struct arena *a, const struct slurm_job *j, int64_t *id, struct err *e);

/* All jobs called name, tasks of arrays one by one, also those that are over, as long as the
 * cluster remembers them (five minutes by default). False and *e (E-SLURM-01). */
bool slurm_list(struct arena *a, const char *name, struct slurm_seen **seen, size_t *n,
                struct err *e);

/* Takes back all jobs called name; none is fine. False and *e (E-SLURM-01). */
bool slurm_cancel(const char *name, struct err *e);

#endif
