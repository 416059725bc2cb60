/* A configuration from a text, in a folder of its own, with an arena for what a test makes of it.
 */
#ifndef TESTS_UNIT_SCRATCH_CONF_H
#define TESTS_UNIT_SCRATCH_CONF_H

#include "pipeline/calc/conf.h"
#include "tests/unit/scratch.h"

struct scratch_conf {
    struct scratch folder;
    struct conf conf;
    struct problems problems;
    struct arena arena;
};

static inline void scratch_conf_begin(struct scratch_conf *t, const char *text)
{
    *t = (struct scratch_conf){0};
    scratch_make(&t->folder);
    assert_true(conf_load(scratch_write(&t->folder, "config.ini", text), &t->conf, &t->problems));
}

static inline void scratch_conf_end(struct scratch_conf *t)
{
    problems_release(&t->problems);
    arena_release(&t->arena);
    conf_release(&t->conf);
    scratch_remove(&t->folder);
}

#endif
