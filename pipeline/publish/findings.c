#include "pipeline/publish/findings.h"

#include "pipeline/calc/slip_source.h"

/* What the configuration makes of each column and export: so much is a finding worth. */
static bool trace_effects(struct findings *f, const struct conf *conf, const struct refs *refs,
                          struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(conf, refs, &f->plan, &problems);
    if (ok)
        effect_build(&f->plan, &f->arena, &f->effect);
    else
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

bool findings_read(struct findings *f, const struct conf *conf, const struct refs *refs,
                   const char *clean, const char *merge, const struct ledger *ledger, struct err *e)
{
    *f = (struct findings){0};
    slips_init(&f->slips, conf, &f->effect, (size_t)conf->limits.slip_lines);
    return trace_effects(f, conf, refs, e) && slips_read(&f->slips, clean, merge, ledger, refs, e);
}

void findings_release(struct findings *f)
{
    slips_release(&f->slips);
    plan_release(&f->plan);
    arena_release(&f->arena);
}
