/*
 * The engine "slurm": a stage as an array of tasks on a cluster, then one that puts them together.
 *
 * The tasks, "STAGE --unit I/N", leave their results in the hand-over folder of the run, which lies
 * on a folder that all nodes share; the last job, the stage without --unit, depends on all of them
 * (afterok) and finds their results there. The runner keeps its lock, follows the queue, hands in
 * again what failed, and takes its jobs back (scancel) when it ends for any other reason.
 */
#ifndef PIPELINE_RUN_ENGINE_SLURM_H
#define PIPELINE_RUN_ENGINE_SLURM_H

#include "pipeline/run/engine.h"

/* See struct engine. A task that fails is tried again as often as [slurm] retries says, unless the
 * data or the configuration are to blame (exit status 1 and 2). ST_SYSTEM and *e: E-SLURM-01 a
 * program of Slurm failed, E-SLURM-02 tasks failed for good; what the failed task wrote on its
 * standard error is then printed, its last lines. A signal that asks to stop (base/stop.h) is
 * looked for while it waits: E-SYS-04, when the jobs have been taken back. */
enum status engine_slurm_run(const struct engine_stage *s, struct err *e);

/* Prints the commands that hand the stage in. */
bool engine_slurm_describe(const struct engine_stage *s, struct err *e);

#endif
