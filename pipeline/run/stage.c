#include "pipeline/run/stage.h"

const char *stage_path(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name).p;
}
