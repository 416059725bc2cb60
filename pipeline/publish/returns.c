#include "pipeline/publish/returns.h"

#include "pipeline/calc/effect.h"
#include "pipeline/calc/slip_page.h"
#include "pipeline/calc/slip_source.h"
#include "pipeline/io/outfile.h"

/* Files of which no organisation is known have a name that none can have. */
static const char *path_of(struct publication *p, const char *to, const struct slip *slip,
                           const char *ending)
{
    struct str name = slip->org.n ? slip->org : STR("_unknown");
    return arena_printf(&p->arena, "%s/%.*s%s", to, STR_ARG(name), ending).p;
}

static bool write_slip(struct publication *p, const struct slips *s, const struct slip *slip,
                       const struct ledger *ledger, const char *to, struct err *e)
{
    struct strbuf csv = {0}, page = {0};
    slip_csv(s, slip, &csv);
    slip_page(s, slip, ledger, p->refs, &page);
    bool ok = outfile_put(path_of(p, to, slip, ".csv"), 0640, strbuf_str(&csv), e) &&
              outfile_put(path_of(p, to, slip, ".txt"), 0640, strbuf_str(&page), e);
    strbuf_release(&csv);
    strbuf_release(&page);
    return ok;
}

static bool trace_effects(struct publication *p, struct plan *plan, struct effect *effect,
                          struct err *e)
{
    struct problems problems = {0};
    bool ok = plan_build(p->conf, p->refs, plan, &problems);
    if (ok)
        effect_build(plan, &p->arena, effect);
    else
        *e = problems.e[0];
    problems_release(&problems);
    return ok;
}

bool returns_write(struct publication *p, const struct returns_from *from, const char *to,
                   struct err *e)
{
    struct plan plan = {0};
    struct effect effect = {0};
    struct slips s;
    slips_init(&s, p->conf, &effect, (size_t)p->conf->limits.slip_lines);
    bool ok = trace_effects(p, &plan, &effect, e) &&
              slips_read(&s, from->clean, from->merge, from->ledger, p->refs, e);
    for (size_t i = 0; ok && i < s.n; i++)
        ok = write_slip(p, &s, &s.slip[i], from->ledger, to, e);
    slips_release(&s);
    plan_release(&plan);
    return ok;
}
