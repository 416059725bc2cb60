/* A folder of its own for a test, and small files in it. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>

#include "pipeline/run/outdir.h"

struct scratch {
    char dir[64];
    char path[256]; /* of the file asked for last */
};

static inline void scratch_make(struct scratch *s)
{
    snprintf(s->dir, sizeof s->dir, "/tmp/tongji-test-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
}

static inline const char *scratch_path(struct scratch *s, const char *name)
{
    snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);
    return s->path;
}

static inline const char *scratch_write(struct scratch *s, const char *name, const char *text)
{
    FILE *f = fopen(scratch_path(s, name), "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return s->path;
}

static inline void scratch_remove(struct scratch *s)
{
    struct err e;
    assert_true(outdir_remove(s->dir, &e));
}

#endif
