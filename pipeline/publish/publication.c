#include "pipeline/publish/publication.h"

static bool read_table(struct publication *p, const char *dir, const char *name,
                       struct csvtable *table, struct err *e)
{
    return csvtable_read(arena_printf(&p->arena, "%s/%s", dir, name).p, &p->arena, table, e);
}

bool publication_read(struct publication *p, const char *compute, const char *merge, struct err *e)
{
    return read_table(p, compute, "indicators.csv", &p->figures, e) &&
           read_table(p, compute, "checks.csv", &p->checks, e) &&
           (!merge || read_table(p, merge, "ledger.csv", &p->ledger, e)) &&
           summary_make(p->conf, &p->figures, &p->arena, &p->summary, e);
}

void publication_release(struct publication *p)
{
    arena_release(&p->arena);
}

const char *publication_path(struct publication *p, const char *name)
{
    return arena_printf(&p->arena, "%s/%s", p->to, name).p;
}

struct str publication_title(const struct publication *p)
{
    bool english = p->conf->language == LANG_EN && p->conf->title_en.n;
    return english ? p->conf->title_en : p->conf->title;
}
