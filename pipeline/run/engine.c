#include "pipeline/run/engine.h"

#include "pipeline/run/engine_slurm.h"

const struct engine engines[ENGINES] = {
    [ENGINE_LOCAL] = {"local", NULL, NULL},
    [ENGINE_SLURM] = {"slurm", engine_slurm_run, engine_slurm_describe},
};

bool engine_find(const char *name, enum conf_engine *engine, struct err *e)
{
    for (size_t i = 0; i < ENGINES; i++)
        if (strcmp(engines[i].name, name) == 0) {
            *engine = (enum conf_engine)i;
            return true;
        }
    return err_set(e, ST_CONFIG, NULL, "E-USE-04", "engine", name, CONF_ENGINES, NULL);
}
