#include "pipeline/publish/returns.h"

#include "pipeline/calc/slip_page.h"
#include "pipeline/io/outfile.h"

/* Files of which no organisation is known have a name that none can have. */
static const char *path_of(struct arena *a, const char *to, const struct slip *slip,
                           const char *ending)
{
    struct str name = slip->org.n ? slip->org : STR("_unknown");
    return arena_printf(a, "%s/%.*s%s", to, STR_ARG(name), ending).p;
}

bool returns_write(const struct slips *s, const struct ledger *ledger, const struct refs *refs,
                   const char *to, struct err *e)
{
    struct strbuf csv = {0}, page = {0};
    struct arena a = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < s->n; i++) {
        csv.n = page.n = 0;
        slip_csv(s, &s->slip[i], &csv);
        slip_page(s, &s->slip[i], ledger, refs, &page);
        ok = outfile_put(path_of(&a, to, &s->slip[i], ".csv"), 0640, strbuf_str(&csv), e) &&
             outfile_put(path_of(&a, to, &s->slip[i], ".txt"), 0640, strbuf_str(&page), e);
    }
    strbuf_release(&csv);
    strbuf_release(&page);
    arena_release(&a);
    return ok;
}
